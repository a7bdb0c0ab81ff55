//! The straight line in code: the only place where stages meet.
//!
//! Here are the steps that every command shares: read, count, score. [`prepare`] decides and prints, [`run`] writes down
//! and delivers.

mod administrators;
mod alarm;
pub mod bounces;
pub mod compare;
pub mod desk;
pub mod due;
pub mod explain;
pub mod heartbeat;
mod hold;
mod invitations;
pub mod prepare;
pub mod record;
pub mod retention;
pub mod run;
mod running;
pub mod sweep;
pub mod trial;

use crate::calendar::{Timeline, Week, join};
use crate::config::Config;
use crate::intake::{self, Intake};
use crate::problem::{Outcome, Problem};
use crate::scoring::{self, Analysis, Fact, Inputs, Ruler, Scores, facts};
use chrono::{DateTime, NaiveDate, Utc};
use polars::prelude::{IntoLazy, PolarsError};

/// Which week a command is about.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The week that contains this day; none: the last complete week.
    pub day: Option<NaiveDate>,
    /// The first week of the window is the one that contains this day; none: the window has its configured length.
    pub from: Option<NaiveDate>,
    /// The instant at which the command began.
    pub now: DateTime<Utc>,
}

impl Asked {
    /// The last complete week before the command began, in the configured zone.
    #[must_use]
    pub fn last_complete_week(&self, config: &Config) -> Week {
        let today = self.now.with_timezone(&config.zone).date_naive();
        config.calendar.last_complete_week(today)
    }

    /// The report week: the one asked for, or the last complete one; a holiday week gives way to the last that is none.
    fn week(&self, config: &Config) -> Week {
        match self.day {
            Some(day) => config.calendar.last_school_week(config.calendar.week_of(day)),
            None => self.last_complete_week(config),
        }
    }
}

/// The sources as read, with the settings as they hold for them.
#[derive(Debug)]
pub struct Read {
    /// The settings; the source's own holidays are among them.
    pub config: Config,
    /// What was read.
    pub intake: Intake,
    /// The report week.
    pub week: Week,
}

/// Reads all sources.
///
/// # Errors
/// A source that cannot be read, or a window without weeks.
pub fn read(config: &Config, asked: &Asked) -> Outcome<Read> {
    let mut config = config.clone();
    let intake = intake::read(&config, asked.last_complete_week(&config))?;
    config.calendar.holidays = join(config.calendar.holidays.drain(..).chain(intake.holidays.iter().cloned()));
    let week = asked.week(&config);
    if let Some(from) = asked.from {
        config.method.window_weeks = school_weeks(&config, from, week)?;
    }
    Ok(Read { config, intake, week })
}

/// How many school weeks there are from the one of a day to the report week.
fn school_weeks(config: &Config, from: NaiveDate, report: Week) -> Outcome<usize> {
    let all = std::iter::successors(Some(config.calendar.week_of(from)), |week| Some(week.next()));
    let weeks = all.take_while(|week| *week <= report).filter(|week| !config.calendar.is_holiday_week(*week)).count();
    if weeks == 0 {
        let message = format!("no school week lies between {from} and the last week, that of {report}");
        return Err(Problem::new("--from", message).hint("choose an earlier day, or look at `holidays:`").into());
    }
    Ok(weeks)
}

/// Counts the facts: the one place where a frame is collected.
///
/// # Errors
/// A bug: polars cannot count.
pub fn count(read: &Read) -> Outcome<Vec<Fact>> {
    let Read { config, intake, .. } = read;
    let bug = |error: PolarsError| Problem::new("facts", error.to_string()).hint("this is a bug; please report it");
    let span = intake.activity.span().unwrap_or_default();
    let (zones, codes) = intake.roster.zones(config.zone);
    let mut facts = Vec::new();
    for part in facts::parts(&intake.activity, &intake.roster) {
        let frame = facts::stream(part, &intake.roster, &codes).map_err(bug)?;
        let counted = facts::tally(frame.lazy(), &zones, span, &config.method).collect().map_err(bug)?;
        facts.extend(facts::rows(&counted, &intake.roster, &config.calendar).map_err(bug)?);
    }
    Ok(facts)
}

/// The school weeks up to the report week, and the first day of all the data.
fn timeline(read: &Read) -> (Timeline, Option<NaiveDate>) {
    let Read { config, intake, week } = read;
    let first_day = scoring::first_day(&intake.activity, &intake.roster, config.zone);
    let after_report = week.next().first();
    (Timeline::new(&config.calendar, first_day.unwrap_or(after_report), *week), first_day)
}

/// Computes the scores of the report week, and analyses its window.
#[must_use]
pub fn score(read: &Read, facts: &[Fact], kept_ruler: Option<&Ruler>) -> (Scores, Analysis) {
    with_inputs(read, facts, kept_ruler, |inputs| {
        let scores = scoring::score(inputs);
        let analysis = scoring::analyze(inputs, &scores);
        (scores, analysis)
    })
}

/// The scores alone, which are what decides who hears what.
fn scores(read: &Read, facts: &[Fact], kept_ruler: Option<&Ruler>) -> Scores {
    with_inputs(read, facts, kept_ruler, scoring::score)
}

fn with_inputs<T>(read: &Read, facts: &[Fact], kept_ruler: Option<&Ruler>, work: impl FnOnce(&Inputs<'_>) -> T) -> T {
    let Read { config, intake, .. } = read;
    let (timeline, first_day) = timeline(read);
    work(&Inputs {
        roster: &intake.roster,
        activity: &intake.activity,
        facts,
        zone: config.zone,
        method: &config.method,
        timeline: &timeline,
        first_day,
        kept_ruler,
    })
}
