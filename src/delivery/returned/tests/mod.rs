//! Mails that came back: what the tests share. The samples, which are written after what real servers send, lie in
//! `tests/data/returned`.

mod boxes;
mod hostile;
mod refusals;
mod samples;
mod sloppy;

use super::{Bounce, Complaint, Returned, understand};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/returned")
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.eml"))).unwrap()
}

fn samples() -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 25);
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn bounce(name: &str) -> Bounce {
    match understand(&sample(name)) {
        Returned::Bounce(bounce) => bounce,
        other => panic!("{name}: {other:?}"),
    }
}

fn complaint(name: &str) -> Complaint {
    match understand(&sample(name)) {
        Returned::Complaint(complaint) => complaint,
        other => panic!("{name}: {other:?}"),
    }
}

/// What a mail with this delivery report says.
fn with_report(fields: &str) -> Returned {
    let head = "To: b@school.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\n\n";
    understand(format!("{head}--B\nContent-Type: message/delivery-status\n\n{fields}\n--B--\n").as_bytes())
}
