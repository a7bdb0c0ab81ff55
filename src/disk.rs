//! Files that are written whole or not at all, and names made of ids.

use crate::problem::{Outcome, Problem};
use std::fmt::Write as _;
use std::fs::{DirBuilder, File};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many files this process has begun to write.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Writes a file so that at any moment either the old or the new one is there: beside it, synced, then renamed.
///
/// # Errors
/// The folder cannot be made or the file cannot be written; what was there stays.
pub fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    // Two writers of one file must not share the file beside it.
    let beside =
        path.with_added_extension(format!("{}-{}.part", std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed)));
    let write_all = || {
        let mut options = File::options();
        options.create(true).write(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    write_all().map_err(|error| {
        // What could not be finished is of no use; if even this fails, it is in nobody's way.
        let _ = std::fs::remove_file(&beside);
        Problem::io(path, "written", &error).hint("see whether the disk is full and the folder is yours").into()
    })
}

/// Removes the files of a folder whose names are ours; a folder that is not there has none.
///
/// # Errors
/// A file cannot be removed.
pub fn remove_files(folder: &Path, is_ours: impl Fn(&str) -> bool) -> Outcome<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(&is_ours) {
            std::fs::remove_file(entry.path()).map_err(|error| Problem::io(&entry.path(), "removed", &error))?;
        }
    }
    Ok(())
}

/// Makes sure that the names of files in a folder outlast a power cut.
///
/// # Errors
/// The disk refuses.
pub fn sync_folder(folder: &Path) -> Outcome<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Problem::io(folder, "synced", &error).into())
}

/// Makes a folder, and those above it, that only its owner can look into.
///
/// # Errors
/// It cannot be made.
pub fn make_private_folder(folder: &Path) -> Outcome<()> {
    if folder.is_dir() || folder.as_os_str().is_empty() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| Problem::io(folder, "made", &error).into())
}

/// Makes a file that only its owner can read, if there is none; what is in one that is there stays.
///
/// # Errors
/// It cannot be made.
pub fn make_private_file(path: &Path) -> Outcome<()> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ()).map_err(|error| Problem::io(path, "opened", &error).into())
}

const LONGEST_NAME: usize = 60;

/// An id as part of a file name: letters, digits, `-` and `_` stay, all else becomes `~` and its code in hexadecimal; a
/// long one ends in a hash of the whole. Different ids have different names.
#[must_use]
pub fn encode(id: &str) -> String {
    let mut name = String::new();
    for letter in id.chars() {
        if letter.is_ascii_alphanumeric() || letter == '-' || letter == '_' {
            name.push(letter);
        } else {
            let _ = write!(name, "~{:x}~", u32::from(letter));
        }
    }
    if name.is_empty() {
        return "~".to_string();
    }
    shortened(name)
}

/// A part of a file name that is not too long: a long one ends in a hash of the whole.
#[must_use]
pub fn shortened(mut name: String) -> String {
    if name.len() > LONGEST_NAME {
        let hash = crate::hash::Digest::of(&[name.as_bytes()]);
        name.truncate(LONGEST_NAME - 10);
        let _ = write!(name, "~~{}", hash.short());
    }
    name
}

/// Makes `to` a copy of a folder, in place of what was there; what was there stays until the copy is whole.
///
/// # Errors
/// A file cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> Outcome<()> {
    let new = to.with_extension("new");
    remove_folder(&new)?;
    copy_into(from, &new)?;
    remove_folder(to)?;
    std::fs::rename(&new, to).map_err(|error| Problem::io(to, "replaced", &error).into())
}

fn remove_folder(folder: &Path) -> Outcome<()> {
    if !folder.exists() {
        return Ok(());
    }
    std::fs::remove_dir_all(folder).map_err(|error| Problem::io(folder, "removed", &error).into())
}

fn copy_into(from: &Path, to: &Path) -> Outcome<()> {
    std::fs::create_dir_all(to).map_err(|error| Problem::io(to, "made", &error))?;
    for entry in std::fs::read_dir(from).map_err(|error| Problem::io(from, "read", &error))?.flatten() {
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_into(&path, &copy)?;
        } else {
            std::fs::copy(&path, &copy).map_err(|error| Problem::io(&path, "copied", &error))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn an_id_never_becomes_a_path() {
        for id in ["../../etc/passwd", "a/b", "..", ".", "", "con:", "über", "a\nb"] {
            let name = encode(id);
            assert!(!name.is_empty() && !name.contains(['/', '.', '\\', ':', '\n']), "{id} became {name}");
        }
    }

    #[test]
    fn different_ids_have_different_names_even_when_they_are_long() {
        let long = "x".repeat(200);
        assert_ne!(encode(&format!("{long}a")), encode(&format!("{long}b")));
        assert_ne!(encode("a~2f~b"), encode("a/b"));
        assert!(encode(&long).len() <= 60);
    }
}
