//! A source file, on disk or in memory (the sample, an entry of a zip), read as CSV by column names.

use crate::problem::{Outcome, Problem, nearest};
use csv::ByteRecord;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of a OneRoster roster that are read.
pub const ROSTER_FILES: [&str; 4] = ["orgs.csv", "users.csv", "classes.csv", "enrollments.csv"];

/// A file that can be opened more than once.
#[derive(Debug, Clone)]
pub struct SourceFile {
    name: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

impl SourceFile {
    /// A file on disk.
    #[must_use]
    pub fn disk(path: &Path) -> Self {
        Self { name: path.display().to_string(), content: Content::Disk(path.to_path_buf()) }
    }

    /// A file in memory.
    #[must_use]
    pub fn memory(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_string(), content: Content::Memory(bytes.into()) }
    }

    /// The name that messages and rejects give.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the file's own name, without folders, is this.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        Path::new(&self.name).file_name().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    /// Opens the file as CSV with a header.
    ///
    /// # Errors
    /// The file cannot be read, or is empty.
    pub fn table(&self) -> Outcome<Table> {
        let bytes: Box<dyn Read> = match &self.content {
            Content::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Content::Disk(path) => Box::new(File::open(path).map_err(|e| {
                Problem::io(path, "read", &e).hint("paths in config.yaml are meant from the folder that it is in")
            })?),
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 17).from_reader(bytes);
        let header = reader.byte_headers().map_err(|error| Problem::new(&self.name, error.to_string()))?;
        let clean = |name: &[u8]| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_string();
        let columns: Vec<String> = header.iter().map(clean).collect();
        if let Some(problem) = unreadable(&self.name, &columns) {
            return Err(problem.into());
        }
        if columns.iter().all(String::is_empty) {
            return Err(
                Problem::new(&self.name, "is empty, expected a first line with the names of the columns").into()
            );
        }
        Ok(Table { file: self.name.clone(), columns, reader, counts_above: None })
    }
}

/// Why a header is not that of a CSV file in UTF-8.
fn unreadable(file: &str, columns: &[String]) -> Option<Problem> {
    let [first, ..] = columns else { return None };
    if columns.iter().any(|name| name.contains(['\0', '\u{fffd}'])) {
        let message = "is not text in UTF-8 (perhaps UTF-16, or a spreadsheet), expected CSV in UTF-8";
        return Some(Problem::new(file, message).hint("export it again as \"CSV UTF-8\""));
    }
    let separator = [';', '\t', '|'].into_iter().find(|separator| columns.len() == 1 && first.contains(*separator))?;
    let message = format!("separates columns by {separator:?}, expected commas");
    Some(Problem::new(file, message).hint("export it again as CSV with commas"))
}

/// A row that goes over more lines than this has a quote that was never closed.
const LONGEST_ROW_LINES: u64 = 10;

/// An open CSV file.
pub struct Table {
    file: String,
    columns: Vec<String>,
    reader: csv::Reader<Box<dyn Read>>,
    /// With CRLF the csv crate counts a row to the line above, as it meets the row before the LF.
    counts_above: Option<bool>,
}

impl Table {
    /// The index of a column that must be there.
    ///
    /// # Errors
    /// There is no such column; the nearest is named.
    pub fn needed(&self, name: &str) -> Outcome<usize> {
        self.optional(name).ok_or_else(|| {
            let problem = Problem::new(
                &self.file,
                format!("has no column `{name}`; its columns are: {}", self.columns.join(", ")),
            );
            if ROSTER_FILES.iter().any(|own| self.file.ends_with(own)) {
                return problem.hint("OneRoster 1.1 has this column: export the roster again").into();
            }
            match nearest(name, self.columns.iter().map(String::as_str)) {
                Some(near) => problem
                    .hint(format!("if `{near}` is meant, say so under `columns:` of this source in config.yaml"))
                    .into(),
                None => problem.hint("name the right one under `columns:` of this source in config.yaml; an empty name says that there is none").into(),
            }
        })
    }

    /// The index of a column that may be there.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.eq_ignore_ascii_case(name))
    }

    /// How many columns the header names.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// Reads the next row into `row`; false at the end.
    ///
    /// # Errors
    /// The disk fails, or a quote is opened and never closed, which would swallow the rows behind it.
    pub fn read(&mut self, row: &mut ByteRecord) -> Outcome<bool> {
        let more = self.reader.read_byte_record(row).map_err(|error| Problem::new(&self.file, error.to_string()))?;
        let raw = row.position().map_or(0, csv::Position::line);
        // The header is on line 1, so no row can be.
        self.counts_above.get_or_insert(raw == 1);
        let lines = self.reader.position().line().saturating_sub(raw);
        if more && lines > LONGEST_ROW_LINES {
            let message =
                format!("line {}: a quote is opened and not closed, which swallows {lines} lines", self.line(row));
            return Err(Problem::new(&self.file, message).hint("mend that line, or export the file again").into());
        }
        Ok(more)
    }

    /// The line on which a row begins, from 1.
    #[must_use]
    pub fn line(&self, row: &ByteRecord) -> u64 {
        row.position().map_or(0, csv::Position::line) + u64::from(self.counts_above == Some(true))
    }

    /// The index of a column that may be there; one that is misspelt is told rather than passed over.
    ///
    /// # Errors
    /// There is no such column, but one that looks like it and has no meaning of its own.
    pub fn optional_unless_misspelt(&self, name: &str, known: &[&str]) -> Outcome<Option<usize>> {
        let found = self.optional(name);
        let strangers = self
            .columns
            .iter()
            .map(String::as_str)
            .filter(|column| !known.iter().any(|k| k.eq_ignore_ascii_case(column)));
        match nearest(name, strangers).filter(|near| found.is_none() && strsim::jaro_winkler(near, name) > 0.92) {
            Some(near) => Err(Problem::new(&self.file, format!("has no column `{name}`, but one called `{near}`"))
                .hint(format!("name it `{name}`, as OneRoster does"))
                .into()),
            None => Ok(found),
        }
    }
}
