//! What an edit of the settings changes: who is told more, who less, and how often in the last weeks.
//!
//! Both settings decide the same weeks on the same ledger; nothing is printed, planned or kept.

use super::prepare::{self, keep_open, without_erased};
use super::{Asked, Read};
use crate::calendar::Week;
use crate::config::{Config, Kind};
use crate::delivery::Channel;
use crate::ledger::Ledger;
use crate::notices::audience::Ties;
use crate::notices::{Decisions, Grounds, Scope, decide};
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

/// What a notice is for whom: kind, the recipient's id, the id of the student whom it is about, else empty.
pub type Told = (Kind, String, String);

/// What some settings decide.
#[derive(Debug)]
pub struct Decided {
    /// The report week.
    pub week: Week,
    /// Who is told in it, and why.
    pub told: BTreeMap<Told, String>,
    /// Who is not, and why not.
    pub skipped: BTreeMap<Told, &'static str>,
    /// What of it the ledger has as sent, or perhaps sent.
    pub arrived: Vec<Told>,
    /// How many notices of each kind there were in each of the last weeks, oldest first.
    pub counts: Vec<(Week, BTreeMap<Kind, usize>)>,
}

/// Decides the week that is asked for and those before it.
///
/// # Errors
/// Sources that cannot be believed, or a ledger that cannot be read.
pub fn decided(config: &Config, runtime: &Runtime, asked: &Asked, weeks: usize) -> Outcome<Decided> {
    let read = prepare::believed(config, asked)?;
    let mut ledger = runtime.block_on(Ledger::look(&config.state))?;
    let channel = Channel::of(config, None)?;
    let known = runtime.block_on(prepare::known(ledger.as_mut(), &read, channel.name()))?;
    let mut read = without_erased(read, &known);
    let facts = super::count(&read)?;
    let newest = read.week;
    let calendar = read.config.calendar.clone();
    let back = std::iter::successors(Some(newest), |week| Some(calendar.last_school_week(week.previous())));
    let mut decided = Decided {
        week: newest,
        told: BTreeMap::new(),
        skipped: BTreeMap::new(),
        arrived: Vec::new(),
        counts: Vec::new(),
    };
    for week in back.take(weeks.max(1)) {
        read.week = week;
        // Each week has the ruler that is kept for its own term.
        let known = runtime.block_on(prepare::known(ledger.as_mut(), &read, channel.name()))?;
        let scores = super::scores(&read, &facts, known.ruler.as_ref());
        if scores.timeline.is_empty() {
            break;
        }
        let ties = Ties::of(&read.intake.roster, week);
        let (config, roster, contacts) = (&read.config, &read.intake.roster, &known.contacts);
        let now: DateTime<Utc> = asked.now;
        let grounds = Grounds { config, roster, scores: &scores, ties: &ties, contacts, now };
        let mut decisions = decide(grounds, &Scope::whole(config, None));
        keep_open(&mut decisions, &read, &known);
        if week == newest {
            decided.take(&read, &decisions);
            let arrived = known.messages.iter().filter(|(_, past)| past.may_have_arrived());
            decided.arrived = arrived.filter_map(|(key, _)| told_of(key)).collect();
        }
        decided.counts.insert(0, (week, counts(&decisions)));
    }
    Ok(decided)
}

impl Decided {
    fn take(&mut self, read: &Read, decisions: &Decisions) {
        let people = &read.intake.roster.people;
        let about = |student: Option<usize>| student.map(|student| people[student].id.clone()).unwrap_or_default();
        for notice in &decisions.notices {
            let told = (notice.kind, people[notice.recipient].id.clone(), about(notice.student()));
            self.told.insert(told, notice.reason.clone());
        }
        for invited in &decisions.invited {
            let told = (Kind::Invitation, people[invited.guardian].id.clone(), people[invited.student].id.clone());
            self.told.insert(told, "was never asked".to_string());
        }
        for skip in &decisions.skips {
            self.skipped.insert((skip.kind, people[skip.person].id.clone(), about(skip.about)), skip.reason.name());
        }
    }
}

/// What a message of the ledger told whom; a report is about no student.
fn told_of(key: &crate::ledger::Key) -> Option<Told> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == key.kind)?;
    let about = if kind == Kind::TeacherReport { String::new() } else { key.subject.clone() };
    Some((kind, key.recipient.clone(), about))
}

fn counts(decisions: &Decisions) -> BTreeMap<Kind, usize> {
    let mut counts = BTreeMap::new();
    for notice in &decisions.notices {
        *counts.entry(notice.kind).or_default() += 1;
    }
    if !decisions.invited.is_empty() {
        counts.insert(Kind::Invitation, decisions.invited.len());
    }
    counts
}
