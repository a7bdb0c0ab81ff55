//! The exported tables (METHOD section 10): one header and row order for CSV, Parquet and whoever compares them.

use super::facts::minutes;
use super::{Fact, Scores};
use crate::intake::Roster;
use chrono::NaiveDate;
use polars::prelude::{Column, DataFrame, ParquetWriter, PolarsResult};
use std::io::Write;

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text; empty is undefined.
    Text(String),
    /// A whole number.
    Count(i64),
    /// A number.
    Number(f64),
    /// A date.
    Day(NaiveDate),
    /// Undefined.
    Nothing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_string())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<NaiveDate> for Cell {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl Cell {
    /// The value as CSV has it: numbers in shortest round-trip form, a text that a spreadsheet would compute disarmed.
    #[must_use]
    pub fn csv(&self) -> String {
        match self {
            Self::Text(text) if is_formula(text) => format!("'{text}"),
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Nothing => String::new(),
        }
    }
}

/// Whether a spreadsheet would take a text for a formula.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// A table to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The name, without ending.
    pub name: &'static str,
    /// The header.
    pub columns: &'static [&'static str],
    /// The rows, each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Writes the table as CSV.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write_csv(&self, out: impl Write) -> csv::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::csv))?;
        }
        Ok(writer.flush()?)
    }

    /// Writes the table as Parquet, each column with the type of its values.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write_parquet(&self, out: impl Write) -> PolarsResult<()> {
        let columns = self.columns.iter().enumerate().map(|(index, name)| self.column(index, name)).collect();
        let mut frame = DataFrame::new(self.rows.len(), columns)?;
        ParquetWriter::new(out).finish(&mut frame)?;
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "a column of numbers takes counts as numbers")]
    fn column(&self, index: usize, name: &str) -> Column {
        let cells = || self.rows.iter().map(|row| &row[index]);
        if cells().any(|cell| matches!(cell, Cell::Text(_))) {
            let text = |cell: &Cell| match cell {
                Cell::Text(text) => text.clone(),
                other => other.csv(),
            };
            let texts = cells().map(text).map(|text| Some(text).filter(|text| !text.is_empty())).collect::<Vec<_>>();
            return Column::new(name.into(), texts);
        }
        if cells().any(|cell| matches!(cell, Cell::Day(_))) {
            let days =
                cells().map(|cell| if let Cell::Day(day) = cell { Some(*day) } else { None }).collect::<Vec<_>>();
            return Column::new(name.into(), days);
        }
        let numbers = cells().map(|cell| match cell {
            Cell::Number(number) => Some(*number),
            Cell::Count(count) => Some(*count as f64),
            _ => None,
        });
        Column::new(name.into(), numbers.collect::<Vec<_>>())
    }
}

/// A row of cells from values of any kind.
macro_rules! row {
    ($($value:expr),+ $(,)?) => { vec![$(Cell::from($value)),+] };
}

/// All tables of a report week.
#[must_use]
pub fn all(roster: &Roster, facts: &[Fact], scores: &Scores) -> Vec<Table> {
    vec![
        facts_table(roster, facts),
        organizations(roster, scores),
        study(roster, scores),
        students(roster, scores),
        inactive(roster, scores),
        summary(scores),
    ]
}

fn organization_id(roster: &Roster, organization: usize) -> &str {
    &roster.organizations[organization].id
}

fn organization_of(roster: &Roster, person: usize) -> &str {
    organization_id(roster, roster.people[person].organization)
}

fn facts_table(roster: &Roster, facts: &[Fact]) -> Table {
    let rows = facts.iter().filter(|fact| fact.member).map(|fact| {
        let person = &roster.people[fact.person];
        row![
            organization_of(roster, fact.person),
            person.id.as_str(),
            person.role.name(),
            fact.day,
            fact.logins,
            fact.actions,
            minutes(fact.online),
            minutes(fact.in_class),
            fact.answers,
            fact.correct,
        ]
    });
    Table {
        name: "facts",
        columns: &[
            "org_id",
            "person_id",
            "role",
            "day",
            "logins",
            "actions",
            "online_minutes",
            "class_minutes",
            "answers",
            "correct",
        ],
        rows: rows.collect(),
    }
}

fn organizations(roster: &Roster, scores: &Scores) -> Table {
    let in_window = scores.organizations.iter().filter(|row| scores.window.contains(&row.week));
    let rows = in_window.map(|own| {
        row![
            organization_id(roster, own.organization),
            scores.timeline.weeks()[own.week].first(),
            own.people,
            own.active,
            own.usage_frequency,
            own.using_time,
            own.maintenance,
            own.health,
            own.vital,
            own.effort,
        ]
    });
    Table {
        name: "organizations",
        columns: &[
            "org_id",
            "week",
            "people",
            "active",
            "usage_frequency",
            "using_time",
            "maintenance",
            "health",
            "vital",
            "effort",
        ],
        rows: rows.collect(),
    }
}

fn study(roster: &Roster, scores: &Scores) -> Table {
    let rows = scores.study.iter().map(|line| {
        row![
            organization_id(roster, line.organization),
            line.weeks,
            line.usage_frequency,
            line.using_time,
            line.maintenance,
            line.size,
            line.health,
            line.vital,
        ]
    });
    Table {
        name: "study",
        columns: &["org_id", "weeks", "usage_frequency", "using_time", "maintenance", "size", "health", "vital"],
        rows: rows.collect(),
    }
}

fn students(roster: &Roster, scores: &Scores) -> Table {
    let in_window = scores.students.iter().filter(|row| scores.window.contains(&row.week));
    let rows = in_window.map(|own| {
        row![
            organization_of(roster, own.student),
            roster.people[own.student].id.as_str(),
            scores.timeline.weeks()[own.week].first(),
            own.active_days,
            own.minutes,
            own.class_minutes,
            own.steadiness,
            own.answers,
            own.correct,
            own.health,
            own.vital,
            own.effort,
            own.gain,
            own.notice.map_or("", super::Praise::name),
        ]
    });
    Table {
        name: "students",
        columns: &[
            "org_id",
            "student_id",
            "week",
            "active_days",
            "minutes",
            "class_minutes",
            "steadiness",
            "answers",
            "correct",
            "health",
            "vital",
            "effort",
            "gain",
            "notice",
        ],
        rows: rows.collect(),
    }
}

fn inactive(roster: &Roster, scores: &Scores) -> Table {
    let rows = scores.inactive.iter().map(|quiet| {
        let person = &roster.people[quiet.person];
        row![
            organization_of(roster, quiet.person),
            person.id.as_str(),
            person.role.name(),
            quiet.last_action,
            quiet.days,
        ]
    });
    Table { name: "inactive", columns: &["org_id", "person_id", "role", "last_action", "days"], rows: rows.collect() }
}

fn summary(scores: &Scores) -> Table {
    let figures = &scores.summary;
    let rows = vec![
        row!["chance_rate", figures.chance_rate],
        row!["cycle_lag", figures.cycle.map(|cycle| cycle.lag)],
        row!["cycle_r", figures.cycle.map(|cycle| cycle.r)],
        row!["duplicates", figures.duplicates],
        row!["health_above_50", figures.health_above_50],
        row!["rewards", figures.rewards],
        row!["roster_people", figures.roster_people],
        row!["student_weeks", figures.student_weeks],
        row!["unknown_people", figures.unknown_people],
        row!["vital_above_50", figures.vital_above_50],
    ];
    Table { name: "summary", columns: &["key", "value"], rows }
}
