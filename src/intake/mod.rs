//! From sources to canonical tables (METHOD section 1): who there is, and what they did.
//!
//! Bad data is turned away here, at the door: a row that cannot be believed is a [`Reject`] with its file, line and
//! reason. Everything to the right of this stage may rely on what it gets.

pub mod activity;
mod file;
mod glimpse;
mod ids;
mod oneroster;
pub mod quality;
pub mod reject;
pub mod roster;
pub mod sample;
pub mod time;
pub mod trace;

pub use activity::{Action, Activity, Order};
pub use file::{ROSTER_FILES, SourceFile};
pub use glimpse::Glimpse;
pub use reject::Reject;
pub use roster::{Class, Enrollment, Guardianship, Organization, Person, Role, Roster};

use crate::calendar::Week;
use crate::config::{ActivitySource, Columns, Config, Sources, TimeFormat};
use crate::problem::{Outcome, Problems};
use chrono::NaiveDate;
use std::path::PathBuf;

/// All that was taken in.
#[derive(Debug)]
pub struct Intake {
    /// Who there is.
    pub roster: Roster,
    /// What they did, in canonical order.
    pub activity: Activity,
    /// The rows that were not believed.
    pub rejects: Vec<Reject>,
    /// Holidays that come with the source.
    pub holidays: Vec<crate::calendar::DateRange>,
}

/// Reads all sources. `last_week` is the last complete week, with which the sample ends unless config says otherwise.
///
/// # Errors
/// A file that is missing, unreadable, without a needed column, or a roster that holds nobody.
pub fn read(config: &Config, last_week: Week) -> Outcome<Intake> {
    let mut rejects = Vec::new();
    let (files, holidays) = files(config, last_week)?;
    let roster = oneroster::read(&files.place, &files.roster, &files.people_by, &mut rejects);
    let mut problems = activity::problems(&files.events, &files.answers);
    let mut roster = match roster {
        Ok(roster) if problems.is_empty() => roster,
        Ok(_) => return Err(Problems(problems)),
        Err(Problems(own)) => {
            problems.splice(0..0, own);
            return Err(Problems(problems));
        }
    };
    roster.apply(&config.organizations);
    let activity = activity::read(&files.events, &files.answers, &roster, &mut rejects)?;
    rejects.sort();
    Ok(Intake { roster, activity, rejects, holidays })
}

/// Reads the roster alone.
///
/// # Errors
/// It cannot be read, or holds nobody.
pub fn roster(config: &Config, last_week: Week) -> Outcome<Roster> {
    let (files, _) = files(config, last_week)?;
    oneroster::read(&files.place, &files.roster, &files.people_by, &mut Vec::new())
}

struct Files {
    place: PathBuf,
    roster: Vec<SourceFile>,
    people_by: String,
    events: Vec<(SourceFile, ActivitySource)>,
    answers: Vec<(SourceFile, ActivitySource)>,
}

fn files(config: &Config, last_week: Week) -> Outcome<(Files, Vec<crate::calendar::DateRange>)> {
    match &config.sources {
        Sources::Files { roster, events, answers } => {
            let on_disk = |sources: &[ActivitySource]| {
                sources.iter().map(|source| (SourceFile::disk(&source.path), source.clone())).collect()
            };
            let files = Files {
                place: roster.path.clone(),
                roster: oneroster::open(&roster.path)?,
                people_by: roster.people_by.clone(),
                events: on_disk(events),
                answers: on_disk(answers),
            };
            Ok((files, Vec::new()))
        }
        Sources::Sample(sample) => {
            let last_day = sample.last_day.unwrap_or(last_week.last());
            Ok(sample_files(sample.seed, last_day))
        }
    }
}

fn sample_files(seed: u64, last_day: NaiveDate) -> (Files, Vec<crate::calendar::DateRange>) {
    let spec = sample::Spec { seed, last_day };
    let mut files = Files {
        place: "sample".into(),
        roster: Vec::new(),
        people_by: "sourcedId".into(),
        events: Vec::new(),
        answers: Vec::new(),
    };
    for file in sample::files(&spec) {
        let memory = SourceFile::memory(file.name, file.bytes);
        match file.name {
            "events.csv" => files.events.push((memory, sample_source())),
            "answers.csv" => files.answers.push((memory, sample_source())),
            _ => files.roster.push(memory),
        }
    }
    let (from, to) = sample::holiday(&spec);
    (files, vec![crate::calendar::DateRange { from, to }])
}

fn sample_source() -> ActivitySource {
    ActivitySource {
        path: "sample".into(),
        zone: sample::ZONE.parse().unwrap_or(chrono_tz::UTC),
        time_format: TimeFormat::Iso,
        columns: Columns::default(),
        kinds: crate::config::usual_kinds(),
        right: vec!["1".into()],
        wrong: vec!["0".into()],
    }
}
