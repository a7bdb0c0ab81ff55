//! Marks: what stands for a person or an address where neither may be read, and tokens that nobody can guess.
//!
//! A mark is an HMAC-SHA256 under the installation's secret, so that what is known about somebody (that they asked to be
//! left alone, say) outlives their data and can be matched, but not turned back into a name or an address.

use crate::hash::hexadecimal;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Makes marks and tokens with one secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Marks(Vec<u8>);

impl std::fmt::Debug for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Marks(secret)")
    }
}

impl Default for Marks {
    /// For looks and trials, where no ledger is: its tokens open nothing.
    fn default() -> Self {
        Self(b"no ledger".to_vec())
    }
}

const MARK_BYTES: usize = 16;
const TOKEN_BYTES: usize = 24;

impl Marks {
    /// With the installation's secret.
    #[must_use]
    pub fn new(secret: Vec<u8>) -> Self {
        Self(secret)
    }

    /// The mark of a person.
    #[must_use]
    pub fn person(&self, id: &str) -> String {
        format!("p{}", hexadecimal(&self.hash(&["person", id])[..MARK_BYTES]))
    }

    /// The mark of an address; capital letters make no difference.
    #[must_use]
    pub fn address(&self, address: &str) -> String {
        format!("a{}", hexadecimal(&self.hash(&["address", &address.to_lowercase()])[..MARK_BYTES]))
    }

    /// A token for one purpose, recipient, subject and kind; it says nothing about any of them.
    #[must_use]
    pub fn token(&self, parts: &[&str]) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD
            .encode(&self.hash(&[&["token"], parts].concat())[..TOKEN_BYTES])
    }

    fn hash(&self, parts: &[&str]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length of key will do");
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}
