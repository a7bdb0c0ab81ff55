//! A mail as it goes on the wire: signed by DKIM (RFC 6376, RFC 8463) over the assembled bytes.
//!
//! The signature is the one part of a mail that is not a function of its key: it holds the instant of sending.

use crate::config::Dkim;
use crate::problem::{Outcome, Problem};
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{Canonicalization, DkimSigner, Done};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use std::path::Path;

/// What a receiver acts upon or shows. From is named twice, so that none can be added without breaking the signature.
const SIGNED: [&str; 15] = [
    "From",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Language",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Id",
];

/// Relaxed both ways: relays may fold headers and trim blanks.
macro_rules! signer {
    ($signer:expr, $config:expr) => {
        $signer
            .domain($config.domain.clone())
            .selector($config.selector.clone())
            .headers(SIGNED)
            .header_canonicalization(Canonicalization::Relaxed)
            .body_canonicalization(Canonicalization::Relaxed)
    };
}
/// The keys of an installation.
#[derive(Default)]
pub struct Seal(Vec<Key>);

enum Key {
    Rsa(DkimSigner<RsaKey<Sha256>, Done>),
    Ed25519(DkimSigner<Ed25519Key, Done>),
}

impl Seal {
    /// Reads the keys that config names.
    ///
    /// # Errors
    /// A file that cannot be read, or that holds no private key.
    pub fn open(keys: &[Dkim]) -> Outcome<Self> {
        keys.iter().map(key).collect::<Outcome<_>>().map(Self)
    }

    /// The mail with a signature by each key before it.
    ///
    /// # Errors
    /// A bug, or a key that signs nothing.
    pub fn close(&self, mail: Vec<u8>) -> Outcome<Vec<u8>> {
        if self.0.is_empty() {
            return Ok(mail);
        }
        let signature = |key: &Key| match key {
            Key::Rsa(signer) => signer.sign(&mail),
            Key::Ed25519(signer) => signer.sign(&mail),
        };
        let signed: Result<Vec<String>, _> = self.0.iter().map(|key| signature(key).map(|s| s.to_header())).collect();
        let signed = signed.map_err(|error| Problem::new("delivery.smtp.dkim", error.to_string()))?;
        let mut whole = signed.concat().into_bytes();
        whole.extend_from_slice(&mail);
        Ok(whole)
    }

    /// How many keys sign.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.0.len()
    }
}

fn key(config: &Dkim) -> Outcome<Key> {
    let path = &config.key_file;
    let wrong = |message: String| {
        Problem::new(path.display().to_string(), format!("holds no private key to sign with: {message}"))
            .hint("`openssl genpkey -algorithm ed25519 -out FILE` makes one; RSA must have at least 1024 bits")
    };
    let der = PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|error| wrong(format!("{error:?}")))?;
    if let PrivateKeyDer::Pkcs8(pkcs8) = &der
        && let Ok(key) = Ed25519Key::from_pkcs8_maybe_unchecked_der(pkcs8.secret_pkcs8_der())
    {
        return Ok(Key::Ed25519(signer!(DkimSigner::from_key(key), config)));
    }
    let key = RsaKey::<Sha256>::from_key_der(der).map_err(|error| wrong(error.to_string()))?;
    Ok(Key::Rsa(signer!(DkimSigner::from_key(key), config)))
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    std::fs::read(path).map_err(|error| Problem::io(path, "read", &error).into())
}
