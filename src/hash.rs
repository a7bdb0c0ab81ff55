//! Content hashes: what documents are named by and inputs are known again by.

use crate::problem::{Outcome, Problem};
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Write as _};
use std::io::Read;
use std::path::Path;

/// SHA-256, as hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub String);

impl Digest {
    /// The digest of parts in their order; each part's length goes in too, so that parts cannot flow into each other.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hexadecimal(&hash.finalize()))
    }

    /// The digest of a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of_file(path: &Path) -> Outcome<Self> {
        let mut hash = Sha256::new();
        let unreadable = |error: std::io::Error| Problem::io(path, "read", &error);
        let mut file = std::fs::File::open(path).map_err(unreadable)?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer).map_err(unreadable)? {
                0 => break,
                length => hash.update(&buffer[..length]),
            }
        }
        Ok(Self(hexadecimal(&hash.finalize())))
    }

    /// The first digits, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..8]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
