//! The built-in sample: fourteen weeks of twenty schools that never were.
//!
//! It imitates the data of the study whose method the program follows, so that everything can be
//! tried without anybody's data: the schools are the study's, and so are the sizes of the two logs,
//! the users of each month, the peak, the holiday and what is told of single schools. People and
//! their names are invented. The same seed and last day give the same bytes on every machine.
//!
//! Reading order: `study` (copied figures), `habits` (the dials), `people` and `classes` (who),
//! `leave` and `attendance` (which days), `budget` (how much), `visits` and `play` (rows), `dirt`
//! and `activity` (files).

mod activity;
mod attendance;
mod budget;
mod calendar;
mod classes;
mod csv;
mod dice;
mod dirt;
mod habits;
mod leave;
mod log;
mod names;
mod people;
mod play;
mod questions;
mod roster;
mod study;
#[cfg(test)]
mod tests;
mod traits;
mod users;
mod visits;

use chrono::NaiveDate;

/// The time zone of all local times in the sample.
pub const ZONE: &str = "Asia/Shanghai";

/// One file of the sample, as it would lie in a folder.
pub struct SampleFile {
    /// The path within the folder, with `/` between its parts.
    pub name: &'static str,
    /// The content, UTF-8.
    pub bytes: Vec<u8>,
}

/// Which sample is wanted.
pub struct Spec {
    /// Equal seeds give equal samples.
    pub seed: u64,
    /// The last day of the fourteenth week; the study's is 2019-03-02. Every date moves with it.
    pub last_day: NaiveDate,
}

/// All files: the roster in `OneRoster` 1.1, `events.csv` and `answers.csv`.
#[must_use]
pub fn files(spec: &Spec) -> Vec<SampleFile> {
    let calendar = calendar::Calendar::new(spec.last_day);
    let people = people::people();
    let timetable = classes::timetable(spec.seed, &people);
    let traits = traits::traits(spec.seed, &people, &habits::HABITS);
    let turns = budget::turns(spec.seed, &people, &traits, &timetable.seats);
    let stage = play::Stage { seed: spec.seed, calendar: &calendar, timetable: &timetable };
    let log = play::play(&stage, &people, &traits, &turns);
    let writer = activity::Writer::new(&calendar, &people, &timetable.classes);
    let mut files = roster::roster(spec.seed, &people, &timetable, &calendar);
    files.push(SampleFile { name: "events.csv", bytes: writer.events(spec.seed, &log) });
    files.push(SampleFile { name: "answers.csv", bytes: writer.answers(spec.seed, &log) });
    files
}

/// The school holiday that belongs to the sample, first and last day: the whole of the eleventh
/// week, so that its school days are covered whichever day a week begins with.
#[must_use]
pub fn holiday(spec: &Spec) -> (NaiveDate, NaiveDate) {
    let calendar = calendar::Calendar::new(spec.last_day);
    let (first, last) = study::HOLIDAY;
    (calendar.date(first), calendar.date(last))
}
