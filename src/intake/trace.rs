//! Where one person stands in the sources: file and line of each row, those that were turned away too. It reads the files
//! once more, since an action in canonical order no longer knows where it stood.

use super::activity::Positions;
use super::file::SourceFile;
use super::reject::Reject;
use super::time::TimeReader;
use crate::calendar::zone::local_day;
use crate::calendar::{Week, Zone};
use crate::config::{ActivitySource, Config};
use crate::problem::Outcome;
use chrono::NaiveDate;
use csv::ByteRecord;
use serde::Serialize;

/// The rows of one file that name a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The file.
    pub file: String,
    /// How many rows name the person.
    pub rows: u64,
    /// How many of them are of kinds that config ignores.
    pub ignored: u64,
    /// How many of the others lie in the report week.
    pub in_week: u64,
    /// The lines of those in the report week, the first of them; all of a roster's.
    pub lines: Vec<u64>,
    /// The first and the last local day of all of them; none in a roster.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Rows that were turned away.
    pub rejects: Vec<Turned>,
}

/// A row that was turned away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turned {
    /// Its line.
    pub line: u64,
    /// Why.
    pub reason: &'static str,
    /// What was found.
    pub found: String,
}

/// How many lines are named.
const NAMED: usize = 40;

/// Whom a trace is for.
#[derive(Debug, Clone)]
pub struct Traced {
    /// The person's id on the roster.
    pub id: String,
    /// The name by which the activity calls them, if it can.
    pub name: Option<String>,
    /// The zone of their days.
    pub zone: Zone,
    /// The report week.
    pub week: Week,
}

/// The rows of all sources that name a person: files of the roster first, then events, then answers.
///
/// # Errors
/// A file that cannot be read.
pub fn trace(config: &Config, last_week: Week, traced: &Traced, rejects: &[Reject]) -> Outcome<Vec<Trace>> {
    let (files, _) = super::files(config, last_week)?;
    let mut found = Vec::new();
    for file in &files.roster {
        found.extend(in_roster(file, traced)?);
    }
    for (list, is_answers) in [(&files.events, false), (&files.answers, true)] {
        for (file, source) in list {
            found.push(in_activity(file, source, is_answers, traced, rejects)?);
        }
    }
    Ok(found)
}

/// The columns in which files of a roster name people.
const ROSTER_COLUMNS: [(&str, &str); 2] = [("users.csv", "sourcedId"), ("enrollments.csv", "userSourcedId")];

fn in_roster(file: &SourceFile, traced: &Traced) -> Outcome<Option<Trace>> {
    let Some((_, column)) = ROSTER_COLUMNS.into_iter().find(|(name, _)| file.is_called(name)) else { return Ok(None) };
    let mut table = file.table()?;
    let column = table.needed(column)?;
    let mut trace = Trace { file: file.name().to_string(), ..Trace::default() };
    let mut row = ByteRecord::new();
    while table.read(&mut row)? {
        if row.get(column).is_some_and(|id| id.trim_ascii() == traced.id.as_bytes()) {
            trace.rows += 1;
            trace.lines.push(table.line(&row));
        }
    }
    trace.lines.truncate(NAMED);
    Ok(Some(trace))
}

fn in_activity(
    file: &SourceFile,
    source: &ActivitySource,
    is_answers: bool,
    traced: &Traced,
    rejects: &[Reject],
) -> Outcome<Trace> {
    let mut table = file.table()?;
    let columns = Positions::of(&table, source, is_answers)?;
    let mut times = TimeReader::new(&source.time_format, source.zone);
    let mut trace = Trace { file: file.name().to_string(), ..Trace::default() };
    let mut row = ByteRecord::new();
    let of_file: Vec<&Reject> = rejects.iter().filter(|reject| reject.file == file.name()).collect();
    while table.read(&mut row)? {
        let person = row.get(columns.person).unwrap_or_default().trim_ascii();
        if traced.name.as_ref().is_none_or(|name| name.as_bytes() != person) {
            continue;
        }
        let line = table.line(&row);
        trace.rows += 1;
        if let Some(reject) = of_file.iter().find(|reject| reject.line == line) {
            trace.rejects.push(Turned { line, reason: reject.reason, found: reject.found.clone() });
            continue;
        }
        if columns.is_ignored(&row, source) {
            trace.ignored += 1;
            continue;
        }
        let Some(time) = times.read(row.get(columns.time).unwrap_or_default().trim_ascii()) else { continue };
        trace.meet(line, local_day(time, traced.zone), traced.week);
    }
    Ok(trace)
}

impl Trace {
    /// Counts a row of a local day.
    fn meet(&mut self, line: u64, day: NaiveDate, week: Week) {
        self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        if week.first() <= day && day <= week.last() {
            self.in_week += 1;
            if self.lines.len() < NAMED {
                self.lines.push(line);
            }
        }
    }
}
