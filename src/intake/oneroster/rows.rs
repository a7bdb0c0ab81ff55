//! One file of a roster: its columns by name, its rows as text.

use crate::intake::file::{SourceFile, Table};
use crate::intake::reject::Reject;
use crate::problem::Outcome;
use chrono::NaiveDate;
use csv::ByteRecord;

/// The columns of one file by name, and its rows as text.
pub(super) struct Rows {
    pub(super) table: Table,
    record: ByteRecord,
    pub(super) file: String,
    /// How many rows were met so far.
    pub(super) count: u64,
}

impl Rows {
    pub(super) fn open(file: &SourceFile) -> Outcome<Self> {
        Ok(Self { table: file.table()?, record: ByteRecord::new(), file: file.name().to_string(), count: 0 })
    }

    /// The next row that has the header's columns and is UTF-8; others are rejects.
    pub(super) fn next(&mut self, rejects: &mut Vec<Reject>) -> Outcome<bool> {
        while self.table.read(&mut self.record)? {
            self.count += 1;
            if self.record.len() != self.table.width() {
                let found = format!("{} instead of {}", self.record.len(), self.table.width());
                rejects.push(self.reject("wrong number of columns", &found));
            } else if self.record.iter().any(|field| std::str::from_utf8(field).is_err()) {
                rejects.push(self.reject("not text in UTF-8", ""));
            } else {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn line(&self) -> u64 {
        self.table.line(&self.record)
    }

    pub(super) fn text(&self, column: Option<usize>) -> String {
        let bytes = column.and_then(|index| self.record.get(index)).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim().to_string()
    }

    pub(super) fn some(&self, column: Option<usize>) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    pub(super) fn list(&self, column: Option<usize>) -> Vec<String> {
        self.text(column).split(',').map(str::trim).filter(|id| !id.is_empty()).map(ToString::to_string).collect()
    }

    pub(super) fn reject(&self, reason: &'static str, found: &str) -> Reject {
        Reject::new(&self.file, self.line(), reason, found.as_bytes())
    }

    /// A date, or none; an error if there is a text that is not a date.
    pub(super) fn needed_date(&self, column: Option<usize>) -> Result<Option<NaiveDate>, ()> {
        let date = |text: String| text.get(..10).and_then(|day| day.parse().ok()).ok_or(());
        self.some(column).map(date).transpose()
    }

    /// A date, if there is one; a text that is not a date is a reject, and the row goes on without it.
    pub(super) fn date(&self, column: Option<usize>, rejects: &mut Vec<Reject>) -> Option<NaiveDate> {
        let text = self.some(column)?;
        let day = text.get(..10).and_then(|day| day.parse().ok());
        if day.is_none() {
            rejects.push(self.reject("not a date; the row is used without it", &text));
        }
        day
    }
}
