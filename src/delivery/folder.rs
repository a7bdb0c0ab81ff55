//! The folder channel: a mail becomes a file that any mail program opens, with its report beside it.
//!
//! A file is written whole and under a name made of the message's key, so writing it twice changes nothing: what a dead
//! process left may simply be written again.

use crate::disk::{encode, write};
use crate::ledger::Key;
use crate::problem::Outcome;
use std::path::{Path, PathBuf};

/// The channel's name in keys.
pub const CHANNEL: &str = "folder";

/// Where a mail goes below the folder of reports.
#[must_use]
pub fn mail_path(folder: &Path, key: &Key) -> PathBuf {
    let parts = [&key.kind, &key.organization, &key.recipient, &key.subject];
    let name = parts.map(|part| encode(part)).join(".");
    folder.join(&key.period).join("mail").join(format!("{name}.eml"))
}

/// Writes a document beside the mails; one that is there already with the same bytes stays untouched.
///
/// # Errors
/// The file cannot be written.
pub fn write_document(folder: &Path, period: &str, name: &str, pdf: &[u8]) -> Outcome<()> {
    let path = folder.join(period).join(name);
    if std::fs::read(&path).ok().as_deref() == Some(pdf) { Ok(()) } else { write(&path, pdf) }
}

/// Makes sure that mails that were written outlast a power cut, before the ledger calls them sent.
///
/// # Errors
/// The disk refuses.
pub fn sync(folder: &Path, period: &str) -> Outcome<()> {
    let mails = folder.join(period).join("mail");
    if mails.is_dir() { crate::disk::sync_folder(&mails) } else { Ok(()) }
}

/// Writes a mail.
///
/// # Errors
/// The file cannot be written.
pub fn write_mail(folder: &Path, key: &Key, mail: &[u8]) -> Outcome<()> {
    write(&mail_path(folder, key), mail)
}
