//! A row that was not believed: where it stands and why. Counted and shown, never silent, never fatal by itself.

use std::collections::BTreeMap;

/// One row that was turned away.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    /// The file.
    pub file: String,
    /// The line in the file, from 1.
    pub line: u64,
    /// The kind of fault, the same words for every row that has it.
    pub reason: &'static str,
    /// What was found, shortened.
    pub found: String,
}

impl Reject {
    /// A reject with what was found.
    #[must_use]
    pub fn new(file: &str, line: u64, reason: &'static str, found: &[u8]) -> Self {
        let found = String::from_utf8_lossy(found).chars().take(80).collect();
        Self { file: file.to_string(), line, reason, found }
    }
}

impl Reject {
    /// Whether the whole row was lost, rather than one value of it.
    #[must_use]
    pub fn loses_row(&self) -> bool {
        !self.reason.contains(" is used")
    }
}

/// How many rejects there are of each file and reason.
#[must_use]
pub fn counts(rejects: &[Reject]) -> BTreeMap<(&str, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for reject in rejects {
        *counts.entry((reject.file.as_str(), reject.reason)).or_default() += 1;
    }
    counts
}
