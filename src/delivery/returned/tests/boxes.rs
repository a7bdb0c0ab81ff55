//! Claims about where mails lie.

use super::{folder, sample};
use crate::delivery::returned::{Returned, read, understand};
use std::fs;
use std::path::Path;

fn places(path: &Path) -> Vec<(String, Returned)> {
    let mut places = Vec::new();
    let count = read(path, |place, returned| places.push((place, returned))).unwrap();
    assert_eq!(count, places.len());
    places
}

fn known(place: &str, name: &str) -> (String, Returned) {
    (place.to_owned(), understand(&sample(name)))
}

#[test]
fn a_maildir_gives_its_new_mails_then_its_read_ones() {
    let dir = tempfile::tempdir().unwrap();
    for (path, name) in
        [("cur/1.host:2,S", "qmail"), ("new/3.host", "stop"), ("new/2.host", "letter"), ("tmp/4", "stop")]
    {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, sample(name)).unwrap();
    }
    fs::write(dir.path().join("dovecot-uidlist"), "3 V1\n").unwrap();
    fs::write(dir.path().join("new/.hidden"), "x").unwrap();
    let expected = [known("2.host", "letter"), known("3.host", "stop"), known("1.host:2,S", "qmail")];
    assert_eq!(places(dir.path()), expected);
}

#[test]
fn a_folder_gives_its_files_by_name() {
    let dir = tempfile::tempdir().unwrap();
    for (file, name) in [("b.eml", "qmail"), ("a", "stop"), (".c.eml", "letter")] {
        fs::write(dir.path().join(file), sample(name)).unwrap();
    }
    fs::create_dir(dir.path().join("below")).unwrap();
    assert_eq!(places(dir.path()), [known("a", "stop"), known("b.eml", "qmail")]);
}

#[test]
fn an_mbox_gives_its_mails_with_their_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mbox");
    let names = ["postfix-unknown-user", "letter", "yahoo-complaint", "qmail", "exim-old"];
    let mut mbox = Vec::new();
    for name in names {
        mbox.extend(b"From MAILER-DAEMON Mon Oct 13 07:02:11 2025\n");
        mbox.extend(sample(name));
        mbox.extend(b"\n>From here on\n\n");
    }
    fs::write(&path, mbox).unwrap();
    let expected: Vec<_> = (1..).zip(names).map(|(i, name)| known(&format!("mbox: mail {i}"), name)).collect();
    assert_eq!(places(&path), expected);
}

#[test]
fn an_empty_mailbox_gives_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(places(dir.path()), []);
    let path = dir.path().join("mbox");
    fs::write(&path, "").unwrap();
    assert_eq!(places(&path), []);
}

#[test]
fn a_single_mail_is_read_even_if_it_begins_like_an_mbox() {
    let path = folder().join("qmail.eml");
    assert_eq!(places(&path), [known("qmail.eml", "qmail")]);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("one.EML");
    fs::write(&path, [b"From MAILER-DAEMON Mon Oct 13 07:02:11 2025\n".to_vec(), sample("qmail")].concat()).unwrap();
    assert_eq!(places(&path), [known("one.EML", "qmail")]);
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let error = read(Path::new("/nowhere/at/all"), |_, _| panic!("a mail from nowhere")).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}
