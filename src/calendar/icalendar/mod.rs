//! Reads a school calendar from an iCalendar file (RFC 5545).
//!
//! Schools keep their holidays in Google Calendar, in Outlook, or take them from a ministry's page; all of them export
//! this format. The values are read by `calcard`, which also knows the names that Windows gives to time zones, and
//! recurrences are worked out by `rrule`. Both are lenient and neither knows lines, so the lines, the nesting, and
//! what an administrator is told about a broken file are our own. A file may come from anywhere: every part of the
//! work is bounded by the size of the file or by a `Budget`.

mod budget;
mod lines;
mod moment;
mod rule;
mod series;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{DateRange, Zone};
use budget::Budget;
use moment::{Moment, Zones};
use series::Series;

/// One stretch of days of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The title, as people read it.
    pub summary: String,
    /// The categories, in the order of the file.
    pub categories: Vec<String>,
    /// The days that the event touches.
    pub range: DateRange,
    /// The line of the file where the event begins, counted from 1.
    pub line: usize,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file, counted from 1.
    pub line: usize,
    /// What was found there, and what was expected.
    pub message: String,
}

impl Fault {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }

    fn found(line: usize, found: &str, expected: &str) -> Self {
        Self::new(line, format!("found {}, expected {expected}", shown(found)))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Fault {}

/// All events of the file that touch the days `from` to `to`, recurrences worked out, by first day and summary.
///
/// The days of an event that has times are those of `zone`.
///
/// # Errors
///
/// The first place at which the file is no calendar, broken off, or not understood.
pub fn read(bytes: &[u8], zone: Zone, from: NaiveDate, to: NaiveDate) -> Result<Vec<Event>, Fault> {
    let blocks = lines::blocks(bytes)?;
    let zones = Zones::named_by(&blocks);
    let all = series::all(&blocks, &zones)?;
    let replaced = replaced(&all);
    let window = DateRange { from, to };
    let mut budget = Budget::default();
    let mut events = Vec::new();
    for series in all.iter().filter(|series| !series.cancelled) {
        // Events without a name of their own cannot replace one another.
        let gone = replaced.get(series.uid.as_str()).map_or(&[][..], Vec::as_slice);
        events.extend(series.events(gone, zone, &window, &mut budget)?);
    }
    events.sort_by(|a, b| (a.range.from, &a.summary, a.line).cmp(&(b.range.from, &b.summary, b.line)));
    events.dedup();
    Ok(events)
}

/// The occurrences of each series for which the file holds an event of their own, be it moved or cancelled.
fn replaced(all: &[Series]) -> HashMap<&str, Vec<Moment>> {
    let mut replaced: HashMap<&str, Vec<Moment>> = HashMap::new();
    for series in all.iter().filter(|series| !series.uid.is_empty()) {
        if let Some(moment) = series.replaces {
            replaced.entry(&series.uid).or_default().push(moment);
        }
    }
    replaced
}

/// A piece of a file as a message quotes it: short, on one line, without backticks of its own.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let clean = |letter: char| match letter {
        '`' => '\'',
        letter if letter.is_control() => ' ',
        letter => letter,
    };
    let mut short: String = text.trim().chars().take(LONGEST).map(clean).collect();
    if short.is_empty() {
        return "nothing".to_owned();
    }
    if text.trim().chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}
