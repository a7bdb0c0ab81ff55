//! The exported tables (METHOD section 10): one header and row order for CSV, Parquet and whoever compares them.
//!
//! Rows are made as they are written: of a large platform there are millions.

mod outcomes;
mod scores;
mod uses;

use super::{Analysis, Fact, Scores};
use crate::intake::Roster;
use chrono::NaiveDate;
use polars::prelude::{Column, DataFrame, ParquetWriter, PolarsResult};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write;

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Text; empty is undefined.
    Text(Cow<'a, str>),
    /// A whole number.
    Count(i64),
    /// A number.
    Number(f64),
    /// A date.
    Day(NaiveDate),
    /// Undefined.
    Nothing,
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Cell<'_> {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<i64> for Cell<'_> {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Cell<'_> {
    fn from(count: usize) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<NaiveDate> for Cell<'_> {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl Cell<'_> {
    /// The value as CSV has it: numbers in shortest round-trip form, a text that a spreadsheet would compute disarmed.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = String::new();
        self.write_csv(&mut text);
        text
    }

    /// Appends the value as CSV has it; of a large platform there are hundreds of millions, so no text is made for each.
    fn write_csv(&self, text: &mut String) {
        let written = match self {
            Self::Text(own) => {
                text.push_str(if is_formula(own) { "'" } else { "" });
                text.push_str(own);
                Ok(())
            }
            Self::Count(count) => write!(text, "{count}"),
            Self::Number(number) => write!(text, "{number}"),
            Self::Day(day) => write!(text, "{day}"),
            Self::Nothing => Ok(()),
        };
        debug_assert!(written.is_ok(), "a String takes all that is written to it");
    }
}

/// Whether a spreadsheet would take a text for a formula.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// A row of a table.
pub type Row<'a> = Vec<Cell<'a>>;

/// A table to be written.
pub struct Table<'a> {
    /// The name, without ending.
    pub name: &'static str,
    /// The header.
    pub columns: &'static [&'static str],
    /// The rows, each as long as the header, made as they are asked for.
    pub rows: Box<dyn Iterator<Item = Row<'a>> + 'a>,
}

impl<'a> Table<'a> {
    /// A table of these rows.
    #[must_use]
    pub fn new(name: &'static str, columns: &'static [&'static str], rows: impl Iterator<Item = Row<'a>> + 'a) -> Self {
        Self { name, columns, rows: Box::new(rows) }
    }

    /// Writes the table as CSV.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write_csv(self, out: impl Write) -> csv::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns)?;
        let mut field = String::new();
        for row in self.rows {
            for cell in &row {
                field.clear();
                cell.write_csv(&mut field);
                writer.write_field(&field)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        Ok(writer.flush()?)
    }

    /// Writes the table as Parquet, each column with the type of its values.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write_parquet(self, out: impl Write) -> PolarsResult<()> {
        let rows: Vec<Row<'a>> = self.rows.collect();
        let columns = self.columns.iter().enumerate().map(|(index, name)| column(&rows, index, name)).collect();
        let mut frame = DataFrame::new(rows.len(), columns)?;
        ParquetWriter::new(out).finish(&mut frame)?;
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a column of numbers takes counts as numbers")]
fn column(rows: &[Row<'_>], index: usize, name: &str) -> Column {
    let cells = || rows.iter().map(|row| &row[index]);
    if cells().any(|cell| matches!(cell, Cell::Text(_))) {
        let text = |cell: &Cell<'_>| match cell {
            Cell::Text(text) => text.to_string(),
            other => other.csv(),
        };
        let texts = cells().map(text).map(|text| Some(text).filter(|text| !text.is_empty())).collect::<Vec<_>>();
        return Column::new(name.into(), texts);
    }
    if cells().any(|cell| matches!(cell, Cell::Day(_))) {
        let days = cells().map(|cell| if let Cell::Day(day) = cell { Some(*day) } else { None }).collect::<Vec<_>>();
        return Column::new(name.into(), days);
    }
    let numbers = cells().map(|cell| match cell {
        Cell::Number(number) => Some(*number),
        Cell::Count(count) => Some(*count as f64),
        _ => None,
    });
    Column::new(name.into(), numbers.collect::<Vec<_>>())
}

/// A row of cells from values of any kind.
macro_rules! row {
    ($($value:expr),+ $(,)?) => { vec![$($crate::scoring::tables::Cell::from($value)),+] };
}
pub(crate) use row;

/// The names of all tables.
pub const NAMES: [&str; 18] = [
    "facts",
    "organizations",
    "study",
    "students",
    "progress",
    "progress_by_organization",
    "trends",
    "relations",
    "activation",
    "inactive",
    "valleys",
    "active",
    "logins",
    "hours",
    "time",
    "rates",
    "subjects",
    "summary",
];

/// All tables of a report week. `subjects` are their names.
#[must_use]
pub fn all<'a>(
    roster: &'a Roster,
    subjects: &'a [String],
    facts: &'a [Fact],
    scores: &'a Scores,
    analysis: &'a Analysis,
) -> Vec<Table<'a>> {
    vec![
        scores::facts(roster, facts),
        scores::organizations(roster, scores),
        scores::study(roster, scores),
        scores::students(roster, scores),
        outcomes::progress(roster, analysis),
        outcomes::progress_by_organization(roster, analysis),
        outcomes::trends(roster, subjects, analysis),
        outcomes::relations(roster, analysis),
        outcomes::activation(roster, analysis),
        scores::inactive(roster, scores),
        outcomes::valleys(scores, analysis),
        uses::active(roster, analysis),
        uses::logins(roster, analysis),
        uses::hours(roster, analysis),
        uses::time(roster, analysis),
        uses::rates(roster, subjects, analysis),
        outcomes::subjects(subjects, analysis),
        scores::summary(scores),
    ]
}

/// The tables that tell of no single person, of all organizations or of one by its id; without shares of scores above 50
/// where these say nothing.
#[must_use]
pub fn without_people<'a>(
    roster: &'a Roster,
    subjects: &'a [String],
    scores: &'a Scores,
    analysis: &'a Analysis,
    organization: Option<&'a str>,
    with_shares: bool,
) -> Vec<Table<'a>> {
    let tables = all(roster, subjects, &[], scores, analysis).into_iter().map(|table| {
        let is_share = |cell: &Cell<'_>| matches!(cell, Cell::Text(key) if key.ends_with("_above_50"));
        Table::new(table.name, table.columns, table.rows.filter(move |row| with_shares || !is_share(&row[0])))
    });
    let tables =
        tables.filter(|table| !table.columns.iter().any(|column| matches!(*column, "person_id" | "student_id")));
    let Some(id) = organization else { return tables.collect() };
    let own = tables.filter(|table| table.columns[0] == "org_id").map(|table| {
        let rows = table.rows.filter(move |row| row[0] == Cell::from(id));
        Table::new(table.name, table.columns, rows)
    });
    own.collect()
}

/// The id of an organization; empty for all.
fn organization_id(roster: &Roster, organization: Option<usize>) -> &str {
    organization.map_or("", |index| &roster.organizations[index].id)
}

/// The id of a person's organization.
fn organization_of(roster: &Roster, person: usize) -> &str {
    organization_id(roster, Some(roster.people[person].organization))
}

/// The name of a subject; empty for all.
fn subject_name(subjects: &[String], subject: Option<u16>) -> &str {
    subject.map_or("", |index| &subjects[usize::from(index)])
}
