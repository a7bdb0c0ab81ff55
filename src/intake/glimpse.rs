//! What a file of activity looked like to the program.

/// What one file looked like, as understood: shown to administrators, so that a wrong mapping is seen at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glimpse {
    /// The file.
    pub file: String,
    /// Rows that were believed.
    pub rows: u64,
    /// Rows that were not.
    pub rejected: u64,
    /// The first rows, in words.
    pub first_rows: Vec<String>,
    /// Earliest and latest instant.
    pub span: Option<(i64, i64)>,
    /// How many people acted.
    pub people: u64,
    /// How many of them are on the roster.
    pub found: u64,
    /// Some people who are not.
    pub strangers: Vec<String>,
}

impl Glimpse {
    pub(super) fn of(file: &str) -> Self {
        let (first_rows, strangers) = (Vec::new(), Vec::new());
        Self { file: file.to_string(), rows: 0, rejected: 0, first_rows, span: None, people: 0, found: 0, strangers }
    }

    /// Counts a row that was believed; `in_words` tells it, for the first few.
    pub(super) fn add(&mut self, time: i64, in_words: impl FnOnce() -> String) {
        self.rows += 1;
        let (first, last) = self.span.unwrap_or((time, time));
        self.span = Some((first.min(time), last.max(time)));
        if self.first_rows.len() < 3 {
            self.first_rows.push(in_words());
        }
    }
}
