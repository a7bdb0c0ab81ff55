//! What is owed now, and doing it: what `run` does without a week, and `serve` by itself.
//!
//! Occasions of the same week are one run. An occasion is settled when its run has ended; whatever keeps a run from ending
//! (sources that cannot be read, a full disk, a signal) leaves it owed, and the next look comes back to it.

use super::prepare::Waived;
use super::run::{self, Ended, Order};
use super::sweep::{self, Swept};
use super::{Asked, alarm};
use crate::calendar::clock::Clock;
use crate::calendar::{Due, Look, Occasion, Passed, Watch, Week, Zone};
use crate::config::{Config, Kind, Schedule, Sources};
use crate::delivery::{Channel, is_asked_to_stop};
use crate::intake;
pub use crate::ledger::Watched;
use crate::ledger::{Ledger, Settlement};
use crate::notices::Scope;
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::alarm::Halt;
use chrono::{DateTime, Duration, Utc};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

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
fn distinct(zones: impl Iterator<Item = Zone>) -> Vec<Zone> {
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
}

impl Seen {
    /// What a ledger knows; without a ledger all is seen for the first time.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn by(ledger: Option<&mut Ledger>, channel: &str) -> Outcome<Self> {
        let Some(ledger) = ledger else { return Ok(Self { watched: Watched::new(), is_first_of_all: true }) };
        let watched = ledger.watched(channel).await?;
        Ok(Self { is_first_of_all: !ledger.watches_any().await?, watched })
    }
}

/// How all schedules stand.
#[must_use]
pub fn look<'a>(config: &'a Config, zones: &[Zone], seen: &Seen, now: DateTime<Utc>) -> Vec<Entry<'a>> {
    let Seen { watched, is_first_of_all } = seen;
    let mut entries = Vec::new();
    for schedule in config.schedules.iter().filter(|schedule| !config.follows_runs(schedule)) {
        for zone in zones_of(schedule, config, zones) {
            let seen = watched.get(&(schedule.name.clone(), zone.name().to_string()));
            let look = Look { rule: &schedule.rule, zone, calendar: &config.calendar };
            let definition = schedule.definition();
            let since = look.since(seen, &definition, *is_first_of_all, now);
            let is_new = seen.is_none_or(|seen| seen.definition != definition);
            entries.push(Entry { schedule, zone, since, is_new, due: look.due(since, now) });
        }
    }
    entries
}

/// How the schedules are seen now.
fn as_watched(entries: &[Entry<'_>]) -> Watched {
    let watch = |entry: &Entry<'_>| {
        let key = (entry.schedule.name.clone(), entry.zone.name().to_string());
        (key, Watch { definition: entry.schedule.definition(), until: entry.since })
    };
    entries.iter().map(watch).collect()
}

/// The next occasion of a schedule in each of its zones on which it does not rest.
#[must_use]
pub fn next_of(schedule: &Schedule, config: &Config, zones: &[Zone], now: DateTime<Utc>) -> Vec<(Zone, Occasion)> {
    let next = |zone: Zone| {
        let look = Look { rule: &schedule.rule, zone, calendar: &config.calendar };
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
    let all = config.schedules.iter().flat_map(|schedule| next_of(schedule, config, zones, now));
    all.map(|(_, occasion)| occasion.at).min()
}

/// How many occasions in a row may fall on days of rest before nobody looks further.
const LONGEST_REST: usize = 400;

/// Who does what is owed, and how.
pub struct Desk<'a> {
    /// The settings.
    pub config: &'a Config,
    /// How messages leave.
    pub channel: Channel,
    /// One kind of notice in place of all.
    pub only: Option<Kind>,
    /// What may be waived.
    pub waived: Waived,
    /// The time.
    pub clock: Clock,
    /// What the work runs on.
    pub runtime: &'a Runtime,
    /// Makes the bars that show how far the work is.
    pub progress: fn() -> ProgressBar,
}

/// What was done about what is owed.
#[derive(Debug, Default)]
pub struct Caught {
    /// Another process owns the ledger and does what is owed.
    pub is_busy: bool,
    /// The runs.
    pub runs: Vec<Ended>,
    /// What waited and was delivered, where there was no run.
    pub swept: Option<Swept>,
    /// Weeks that nobody will be told of by themselves, as their occasions were missed.
    pub missed: Vec<Problem>,
    /// What kept a run from ending; its occasions are still owed.
    pub problems: Vec<Problem>,
    /// Since too much was refused, nothing leaves before this.
    pub held: Option<DateTime<Utc>>,
    /// Whether messages wait for their next try, or for the hours in which they may leave.
    pub waits: bool,
    /// The zones in which there are organizations.
    pub zones: Vec<Zone>,
    /// When there is something to do next.
    pub next: Option<DateTime<Utc>>,
}

impl Desk<'_> {
    /// Does what is owed and not yet done, then sends what waits and may leave.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub fn catch_up(&self) -> Outcome<Caught> {
        let now = self.clock.now();
        let Some(mut ledger) = self.runtime.block_on(Ledger::own(&self.config.state, now))? else {
            return Ok(Caught { is_busy: true, ..Caught::default() });
        };
        let caught = self.catch_up_on(&mut ledger, now);
        self.runtime.block_on(ledger.close())?;
        caught
    }

    /// Tells the administrators of something that is no run's fault; says whether the ledger was free for it.
    ///
    /// # Errors
    /// They could not be told.
    pub fn alarm(&self, problems: &Problems, halt: Halt) -> Outcome<bool> {
        let now = self.clock.now();
        let Some(mut ledger) = self.runtime.block_on(Ledger::own(&self.config.state, now))? else { return Ok(false) };
        let asked = Asked { day: None, from: None, now };
        let order = self.order(asked.last_complete_week(self.config), Scope::default());
        let told = alarm::tell(&order, self.runtime, &mut ledger, problems, halt);
        self.runtime.block_on(ledger.close())?;
        told.map(|()| true)
    }

    fn catch_up_on(&self, ledger: &mut Ledger, now: DateTime<Utc>) -> Outcome<Caught> {
        let seen = self.runtime.block_on(Seen::by(Some(ledger), self.channel.name()))?;
        let zones = zones(self.config, &seen.watched, now);
        let mut entries = look(self.config, &zones, &seen, now);
        let watched = as_watched(&entries);
        if watched != seen.watched {
            self.runtime.block_on(ledger.watch(self.channel.name(), &watched))?;
        }
        self.runtime.block_on(ledger.keep_in_force(&self.config.text))?;
        entries.retain(|entry| self.only.is_none_or(|only| only == entry.schedule.notice));
        let mut caught = Caught { held: self.held(ledger, now)?, ..Caught::default() };
        if caught.held.is_none() {
            caught.missed = self.pass_over(ledger, &entries, now)?;
            self.run_all(ledger, &entries, &mut caught)?;
            if caught.runs.is_empty() && caught.problems.is_empty() {
                caught.swept = sweep::due(self, ledger)?;
            }
            self.hold_off(ledger, &mut caught)?;
        }
        let retry = self.runtime.block_on(ledger.next_try(self.channel.name()))?;
        caught.waits = retry.is_some();
        let next = next(self.config, &zones, now);
        let runs = caught.runs.iter().flat_map(|run| &run.holds);
        let holds = runs.chain(caught.swept.iter().flat_map(|swept| &swept.holds)).map(|hold| hold.until).min();
        caught.next = [next, retry, holds, caught.held].into_iter().flatten().filter(|at| *at > now).min();
        caught.zones = zones;
        Ok(caught)
    }

    /// Settles the occasions that are not run, and tells the administrators of weeks that nobody will be told of.
    fn pass_over(&self, ledger: &mut Ledger, entries: &[Entry<'_>], now: DateTime<Utc>) -> Outcome<Vec<Problem>> {
        let mut settlements = Vec::new();
        let mut missed = Vec::new();
        for entry in entries {
            for (occasion, why) in &entry.due.passed {
                settlements.push(settlement(entry, *occasion, why.name(), None, now));
                missed.extend(lost(entry, *occasion, *why));
            }
        }
        self.runtime.block_on(ledger.settle_occasions(self.channel.name(), &settlements))?;
        if !missed.is_empty() {
            let problems = Problems(missed.clone());
            let newest = entries.iter().flat_map(|entry| entry.due.passed.iter().map(|(occasion, _)| occasion.week));
            let order =
                self.order(newest.max().unwrap_or(self.config.calendar.week_of(now.date_naive())), Scope::default());
            missed.extend(
                alarm::tell(&order, self.runtime, ledger, &problems, Halt::Missed).err().into_iter().flat_map(|e| e.0),
            );
        }
        Ok(missed)
    }

    /// Runs what is owed, the oldest week first; what keeps one from ending keeps those after it.
    fn run_all(&self, ledger: &mut Ledger, entries: &[Entry<'_>], caught: &mut Caught) -> Outcome<()> {
        let mut weeks: BTreeMap<Week, Vec<(&Entry<'_>, Occasion)>> = BTreeMap::new();
        for entry in entries {
            for occasion in &entry.due.owed {
                weeks.entry(occasion.week).or_default().push((entry, *occasion));
            }
        }
        for (week, owed) in weeks {
            if is_asked_to_stop() {
                return Ok(());
            }
            match run::run_on(&self.order(week, scope(self.config, &owed)), self.runtime, ledger) {
                Err(Problems(problems)) => {
                    caught.problems = problems;
                    return Ok(());
                }
                Ok(ended) => {
                    if ended.is_whole() {
                        self.settle(ledger, &owed, &ended)?;
                    }
                    let goes_on = ended.is_whole();
                    caught.runs.push(ended);
                    if !goes_on {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    fn settle(&self, ledger: &mut Ledger, owed: &[(&Entry<'_>, Occasion)], ended: &Ended) -> Outcome<()> {
        let outcome = if ended.problems.is_empty() { "done" } else { "incomplete" };
        let now = self.clock.now();
        let settled =
            owed.iter().map(|(entry, occasion)| settlement(entry, *occasion, outcome, Some(ended.number), now));
        self.runtime.block_on(ledger.settle_occasions(self.channel.name(), &settled.collect::<Vec<_>>()))
    }

    fn order(&self, week: Week, scope: Scope) -> Order<'_> {
        Order {
            config: self.config,
            asked: Asked { day: Some(week.first()), from: None, now: self.clock.now() },
            scope,
            is_occasion: true,
            waived: self.waived,
            channel: self.channel.clone(),
            confirmed: None,
            clock: self.clock.clone(),
            progress: (self.progress)(),
        }
    }

    /// Until when nothing leaves, if a run was broken off a short time ago because too much went wrong.
    fn held(&self, ledger: &mut Ledger, now: DateTime<Utc>) -> Outcome<Option<DateTime<Utc>>> {
        let held = self.runtime.block_on(ledger.setting(&hold_name(self.channel.name())))?;
        let until: Option<DateTime<Utc>> = held.and_then(|text| text.parse().ok());
        Ok(until.filter(|until| *until > now && *until <= now + Duration::minutes(HOLD_MINUTES)))
    }

    /// After a run that was broken off nothing is tried for a while: whoever calls this every few minutes would else wear the
    /// server's patience out.
    fn hold_off(&self, ledger: &mut Ledger, caught: &mut Caught) -> Outcome<()> {
        let is_stopped =
            caught.runs.iter().any(|run| run.is_stopped) || caught.swept.as_ref().is_some_and(|swept| swept.is_stopped);
        if is_stopped && !is_asked_to_stop() {
            caught.held = Some(hold_off(self.runtime, ledger, self.channel.name(), self.clock.now())?);
        }
        Ok(())
    }
}

/// Notes that nothing is tried on a channel for a while, and says until when.
pub(super) fn hold_off(
    runtime: &Runtime,
    ledger: &mut Ledger,
    channel: &str,
    now: DateTime<Utc>,
) -> Outcome<DateTime<Utc>> {
    let until = now + Duration::minutes(HOLD_MINUTES);
    runtime.block_on(ledger.note(&hold_name(channel), &until.to_rfc3339()))?;
    Ok(until)
}

fn hold_name(channel: &str) -> String {
    format!("held on {channel}")
}

/// For how long nothing is tried after a run was broken off.
const HOLD_MINUTES: i64 = 60;

/// What a run for these occasions is about; a digest without a time of its own follows it.
fn scope(config: &Config, owed: &[(&Entry<'_>, Occasion)]) -> Scope {
    let scope = owed.iter().fold(Scope::default(), |scope, (entry, occasion)| {
        let since = (!entry.schedule.rule.when.is_week_end()).then_some(occasion.at);
        scope.and(entry.schedule, entry.zone, since)
    });
    let zones = distinct(owed.iter().map(|(entry, _)| entry.zone).chain([config.zone]));
    let digests = config.schedules.iter().filter(|schedule| config.follows_runs(schedule));
    digests.fold(scope, |scope, digest| zones.iter().fold(scope, |scope, zone| scope.and(digest, *zone, None)))
}

fn settlement(
    entry: &Entry<'_>,
    occasion: Occasion,
    outcome: &str,
    run: Option<i64>,
    settled: DateTime<Utc>,
) -> Settlement {
    let (schedule, outcome) = (entry.schedule.name.clone(), outcome.to_string());
    Settlement { schedule, zone: entry.zone, occasion, outcome, run, settled }
}

/// What an administrator must know of an occasion that was passed over: that nobody is told of its week any more.
pub(super) fn lost(entry: &Entry<'_>, occasion: Occasion, why: Passed) -> Option<Problem> {
    let told_later = entry.due.owed.iter().any(|owed| owed.week == occasion.week);
    if told_later || matches!(why, Passed::Rest | Passed::ForNewer) {
        return None;
    }
    let local = occasion.at.with_timezone(&entry.zone).format("%Y-%m-%d %H:%M %Z");
    let place = format!("schedule `{}`, {local}", entry.schedule.name);
    let message = match why {
        Passed::Late => "was missed, and its `missed: skip` says that it is not run late",
        _ => "was missed: the program was not at work, or could not run, until it was too old",
    };
    let hint =
        format!("`plaudit run --week {} --only {}` tells of its week", occasion.week, entry.schedule.notice.name());
    Some(Problem::new(place, message).hint(hint))
}
