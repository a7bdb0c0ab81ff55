//! What is owed now, and what is due next: functions of the settings, of the zones of the organizations, and of what the
//! ledger has seen. [`super::desk`] does it.

use super::Asked;
use crate::calendar::{Due, Look, Occasion, Passed, Zone};
use crate::config::{Config, Kind, Schedule, Sources};
use crate::intake;
pub use crate::ledger::Watched;
use crate::ledger::{Ledger, stamp};
use crate::problem::{Outcome, Problem};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// A schedule in one of its zones, as a look finds it.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The schedule.
    pub schedule: &'a Schedule,
    /// The zone.
    pub zone: Zone,
    /// Up to when it was settled before.
    pub since: DateTime<Utc>,
    /// Whether nobody has seen it before, or not like this.
    pub is_new: bool,
    /// What is due.
    pub due: Due,
}

/// The zones in which there are organizations. While the roster cannot be read, those of config and those in which schedules
/// were seen before, so that nothing is forgotten that is owed there.
#[must_use]
pub fn zones(config: &Config, watched: &Watched, now: DateTime<Utc>) -> Vec<Zone> {
    let configured = config.organizations.values().filter_map(|organization| organization.zone);
    let asked = Asked { day: None, from: None, now };
    // The sample is large, and all of it lies in the general zone unless config says otherwise.
    let roster = match &config.sources {
        Sources::Sample(_) => None,
        Sources::Files { .. } => intake::roster(config, asked.last_complete_week(config)).ok(),
    };
    let Some(mut roster) = roster else {
        let follows = |name: &str| config.schedules.iter().any(|own| own.name == name && own.zone.is_none());
        let seen = watched.keys().filter(|(name, _)| follows(name)).filter_map(|(_, zone)| zone.parse().ok());
        return distinct(configured.chain([config.zone]).chain(seen));
    };
    roster.apply(&config.organizations);
    distinct((0..roster.organizations.len()).map(|organization| roster.zone(organization, config.zone)))
}

/// Each once, in order of name.
pub(super) fn distinct(zones: impl Iterator<Item = Zone>) -> Vec<Zone> {
    let mut zones: Vec<Zone> = zones.collect();
    zones.sort_by_key(|zone| zone.name());
    zones.dedup();
    zones
}

/// The zones in which a schedule is due.
#[must_use]
pub fn zones_of(schedule: &Schedule, config: &Config, zones: &[Zone]) -> Vec<Zone> {
    match schedule.zone {
        Some(own) => vec![own],
        // Those whom config names live in the general zone.
        None if schedule.notice == Kind::Digest => distinct(zones.iter().copied().chain([config.zone])),
        None => zones.to_vec(),
    }
}

/// What a ledger knows of the schedules of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// As they were seen last.
    pub watched: Watched,
    /// Whether no schedule of any channel was ever seen.
    pub is_first_of_all: bool,
    /// What was run: schedule, zone and instant of each occasion, and the same of its week. A clock that was wrong for a
    /// while leads back to them.
    pub done: BTreeSet<(String, String, String)>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { watched: Watched::new(), is_first_of_all: true, done: BTreeSet::new() }
    }
}

impl Seen {
    /// Takes out what was run already.
    fn without_done(&self, schedule: &Schedule, zone: Zone, due: Due) -> Due {
        let is_done = |what: String| self.done.contains(&(schedule.name.clone(), zone.name().to_string(), what));
        let is_open = |occasion: &Occasion| !is_done(stamp(occasion.at));
        let owed = due.owed.into_iter().filter(is_open).collect();
        let passed = due.passed.into_iter().filter(|(one, _)| is_open(one) && !is_done(one.week.to_string()));
        Due { owed, passed: passed.collect() }
    }

    /// What a ledger knows; without a ledger all is seen for the first time.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn by(ledger: Option<&mut Ledger>, channel: &str) -> Outcome<Self> {
        let Some(ledger) = ledger else { return Ok(Self::default()) };
        let watched = ledger.watched(channel).await?;
        let done = ledger.done(channel).await?;
        Ok(Self { is_first_of_all: !ledger.watches_any().await?, watched, done })
    }
}

/// How all schedules stand.
#[must_use]
pub fn look<'a>(config: &'a Config, zones: &[Zone], seen: &Seen, now: DateTime<Utc>) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for schedule in config.schedules.iter().filter(|schedule| !config.follows_runs(schedule)) {
        for (zone, look) in looks_of(schedule, config, zones) {
            let own = seen.watched.get(&(schedule.name.clone(), zone.name().to_string()));
            let definition = schedule.definition();
            let since = look.since(own, &definition, seen.is_first_of_all, now);
            let is_new = own.is_none_or(|own| own.definition != definition);
            let due = seen.without_done(schedule, zone, look.due(since, now));
            entries.push(Entry { schedule, zone, since, is_new, due });
        }
    }
    entries
}

/// A schedule in one of its zones.
#[must_use]
pub fn look_at<'a>(schedule: &'a Schedule, config: &'a Config, zone: Zone) -> Look<'a> {
    Look { rule: &schedule.rule, zone, calendar: &config.calendar, held_for: None }
}

/// A schedule in all of its zones. One with a zone of its own is due everywhere at once, but for organizations whose week is
/// not over by then: what is sent of a week is final, so for them it is due when it is.
fn looks_of<'a>(schedule: &'a Schedule, config: &'a Config, zones: &[Zone]) -> Vec<(Zone, Look<'a>)> {
    let own = zones_of(schedule, config, zones).into_iter().map(|zone| (zone, look_at(schedule, config, zone)));
    let Some(zone) = schedule.zone else { return own.collect() };
    let others = zones.iter().filter(|other| **other != zone);
    let held = others.map(|other| (*other, Look { held_for: Some(*other), ..look_at(schedule, config, zone) }));
    own.chain(held).collect()
}

/// The next occasion of a schedule in each of its zones on which it does not rest.
#[must_use]
pub fn next_of(schedule: &Schedule, config: &Config, zones: &[Zone], now: DateTime<Utc>) -> Vec<(Zone, Occasion)> {
    let next = |zone: Zone| {
        let look = look_at(schedule, config, zone);
        let found = look.next(now).take(LONGEST_REST).find(|occasion| !look.rests(*occasion));
        found.map(|occasion| (zone, occasion))
    };
    if config.follows_runs(schedule) {
        return Vec::new();
    }
    zones_of(schedule, config, zones).into_iter().filter_map(next).collect()
}

/// When something is due next.
#[must_use]
pub fn next(config: &Config, zones: &[Zone], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let own = config.schedules.iter().filter(|schedule| !config.follows_runs(schedule));
    let looks = own.flat_map(|schedule| looks_of(schedule, config, zones));
    let first = |(_, look): (Zone, Look<'_>)| {
        look.next(now).take(LONGEST_REST).find(|occasion| !look.rests(*occasion)).map(|occasion| occasion.at)
    };
    looks.filter_map(first).min()
}

/// How many occasions in a row may fall on days of rest before nobody looks further.
const LONGEST_REST: usize = 400;

/// What an administrator must know of an occasion that was passed over: that nobody is told of its week any more.
pub(super) fn lost(entry: &Entry<'_>, occasion: Occasion, why: Passed) -> Option<Problem> {
    let told_later = entry.due.owed.iter().any(|owed| owed.week == occasion.week);
    if told_later || why == Passed::Rest {
        return None;
    }
    let local = occasion.at.with_timezone(&entry.zone).format("%Y-%m-%d %H:%M %Z");
    let place = format!("schedule `{}`, {local}", entry.schedule.name);
    let message = match why {
        Passed::ForNewer => "was missed, and its `missed: once` runs the newest in its place",
        Passed::Late => "was missed, and its `missed: skip` says that it is not run late",
        _ => "was missed: the program was not at work, or could not run, until it was too old",
    };
    let hint =
        format!("`plaudit run --week {} --only {}` tells of its week", occasion.week, entry.schedule.notice.name());
    Some(Problem::new(place, message).hint(hint))
}
