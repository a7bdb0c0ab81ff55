//! Where mails that came back lie: a maildir, an mbox, a folder of mail files, or one file.
//!
//! Mails are read one by one, so that the size of a mailbox does not matter. mail-parser splits the mbox. Its maildir
//! is not used: it has no order, and passes over names that are not UTF-8.

use super::part::one_line;
use super::{Returned, understand};
use mail_parser::mailbox::mbox::MessageIterator;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Of larger files only the beginning is read: what a report says comes first.
const MAIL_BYTES: u64 = 64 << 20;
/// The longest file name that is shown, in characters: that of most file systems.
const NAME_CHARS: usize = 255;

/// Reads all mails of a mailbox, folder or file, and counts them. `each` is given the place of a mail, which is a file
/// name or `mbox: mail 3`, and what it says.
///
/// A folder with `new` or `cur` is a maildir; of another one, all files are mails, sorted by name, except hidden ones.
/// Folders below it are not entered. A file is an mbox if it begins with `From ` and is not called `.eml`.
///
/// # Errors
/// If the path or a file in it cannot be read. Mails before that have been handed to `each`.
pub fn read(path: &Path, each: impl FnMut(String, Returned)) -> io::Result<usize> {
    if path.is_dir() {
        read_folder(path, each)
    } else if is_mbox(path)? {
        read_mbox(path, each)
    } else {
        read_files(vec![path.to_owned()], each)
    }
}

fn read_folder(path: &Path, mut each: impl FnMut(String, Returned)) -> io::Result<usize> {
    let maildir = [path.join("new"), path.join("cur")];
    if !maildir.iter().any(|folder| folder.is_dir()) {
        return read_files(files(path)?, each);
    }
    let mut count = 0;
    for folder in maildir.iter().filter(|folder| folder.is_dir()) {
        count += read_files(files(folder)?, &mut each)?;
    }
    Ok(count)
}

/// The files of a folder that are not hidden, by name.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn read_files(files: Vec<PathBuf>, mut each: impl FnMut(String, Returned)) -> io::Result<usize> {
    let mut count = 0;
    for file in files {
        match beginning(&file) {
            Ok(mail) => each(name(&file), understand(&mail)),
            // A mail program has moved or deleted it since the folder was listed.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        }
        count += 1;
    }
    Ok(count)
}

fn read_mbox(path: &Path, mut each: impl FnMut(String, Returned)) -> io::Result<usize> {
    let mut count = 0;
    for mail in MessageIterator::new(BufReader::new(File::open(path)?)) {
        count += 1;
        each(format!("{}: mail {count}", name(path)), understand(mail?.contents()));
    }
    Ok(count)
}

/// Whether the file is an mbox. An empty file is one without mails.
fn is_mbox(path: &Path) -> io::Result<bool> {
    let mut first = Vec::new();
    File::open(path)?.take(5).read_to_end(&mut first)?;
    let is_eml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"));
    Ok(!is_eml && (first.is_empty() || first == b"From "))
}

fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut mail = Vec::new();
    File::open(path)?.take(MAIL_BYTES).read_to_end(&mut mail)?;
    Ok(mail)
}

fn name(path: &Path) -> String {
    one_line(&path.file_name().unwrap_or(OsStr::new("-")).to_string_lossy(), NAME_CHARS)
}
