//! Doing what is owed: what `run` does without a week, and `serve` by itself.
//!
//! Occasions of the same week are one run. An occasion is settled when its run has ended; whatever keeps a run from ending
//! (sources that cannot be read, a full disk, a signal) leaves it owed, and the next look comes back to it.

use super::due::{Entry, Seen, distinct, look, lost, next, zones};
use super::prepare::Waived;
use super::run::{self, Ended, Order};
use super::sweep::{self, Swept};
use super::{Asked, alarm, hold};
use crate::calendar::clock::Clock;
use crate::calendar::zone::end_of;
use crate::calendar::{Occasion, Watch, Week, Zone};
use crate::config::{Config, Kind, Schedule};
use crate::delivery::{Channel, Hold, is_asked_to_stop};
use crate::ledger::{Cause, Choice, Ledger, Settlement, State, Watched};
use crate::notices::Scope;
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::alarm::Halt;
use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

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
        let watched = as_watched(&entries, self.config, &seen.watched);
        if watched != seen.watched {
            self.runtime.block_on(ledger.watch(self.channel.name(), &watched))?;
        }
        self.runtime.block_on(ledger.keep_in_force(&self.config.text))?;
        entries.retain(|entry| self.only.is_none_or(|only| only == entry.schedule.notice));
        let mut caught =
            Caught { held: hold::until(self.runtime, ledger, self.channel.name(), now)?, ..Caught::default() };
        self.withhold_unscheduled(ledger, now)?;
        if caught.held.is_none() {
            caught.missed = self.pass_over(ledger, &entries, now)?;
            self.run_all(ledger, &entries, &zones, &mut caught)?;
            if caught.runs.is_empty() && caught.problems.is_empty() {
                caught.swept = sweep::due(self, ledger)?;
            }
            self.hold_off(ledger, &mut caught)?;
        }
        let retry = self.runtime.block_on(ledger.next_try(self.channel.name()))?;
        let next = next(self.config, &zones, now);
        let of_runs = caught.runs.iter().flat_map(|run| &run.holds);
        let holds: Vec<Hold> = of_runs.chain(caught.swept.iter().flat_map(|swept| &swept.holds)).copied().collect();
        let only_hours = !holds.is_empty() && holds.iter().all(|hold| !hold.is_retry);
        caught.waits = (retry.is_some() && !only_hours) || caught.runs.iter().any(|run| !run.is_whole());
        let holds = holds.iter().map(|hold| hold.until).min();
        caught.next = [next, retry, holds, caught.held].into_iter().flatten().filter(|at| *at > now).min();
        caught.zones = zones;
        Ok(caught)
    }

    /// What no schedule sends any more is not sent from what waits either.
    fn withhold_unscheduled(&self, ledger: &mut Ledger, now: DateTime<Utc>) -> Outcome<()> {
        if self.runtime.block_on(ledger.next_try(self.channel.name()))?.is_none() {
            return Ok(());
        }
        let (state, channel) = (Some(State::Planned), Some(self.channel.name().to_string()));
        let waiting = self.runtime.block_on(ledger.entries(&Choice { state, channel, ..Choice::default() }))?;
        let scope = Scope::whole(self.config, None);
        let gone = waiting.iter().filter(|entry| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == entry.key.kind);
            let is_sent = |kind| kind == Kind::Alarm || scope.holds(kind, entry.audience, self.config.zone);
            !kind.is_some_and(is_sent)
        });
        let gone: Vec<i64> = gone.map(|entry| entry.number).collect();
        self.runtime.block_on(ledger.withhold(&gone, Cause::NoLongerDue, now)).map(|_| ())
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
        if !missed.is_empty() {
            let problems = Problems(missed.clone());
            let newest = entries.iter().flat_map(|entry| entry.due.passed.iter().map(|(occasion, _)| occasion.week));
            let order =
                self.order(newest.max().unwrap_or(self.config.calendar.week_of(now.date_naive())), Scope::default());
            missed.extend(
                alarm::tell(&order, self.runtime, ledger, &problems, Halt::Missed).err().into_iter().flat_map(|e| e.0),
            );
        }
        // Told first: the same alarm is never mailed twice, and one that was not mailed would never be again.
        self.runtime.block_on(ledger.settle_occasions(self.channel.name(), &settlements))?;
        Ok(missed)
    }

    /// Runs what is owed, the oldest week first; what keeps one from ending keeps those after it.
    fn run_all(&self, ledger: &mut Ledger, entries: &[Entry<'_>], zones: &[Zone], caught: &mut Caught) -> Outcome<()> {
        let mut weeks: BTreeMap<Week, Vec<(&Entry<'_>, Occasion)>> = BTreeMap::new();
        for entry in entries {
            for occasion in &entry.due.owed {
                weeks.entry(occasion.week).or_default().push((entry, *occasion));
            }
        }
        let oldest = weeks.keys().next().copied();
        for (week, owed) in weeks {
            if is_asked_to_stop() {
                return Ok(());
            }
            match run::run_on(
                &Order { oldest_owed: oldest, ..self.order(week, self.scope(&owed, zones)) },
                self.runtime,
                ledger,
            ) {
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

    /// What a run for these occasions is about; a digest without a time of its own follows it.
    fn scope(&self, owed: &[(&Entry<'_>, Occasion)], zones: &[Zone]) -> Scope {
        let scope = owed.iter().fold(Scope::of_kinds(self.only), |scope, (entry, occasion)| {
            let since = (!entry.schedule.rule.when.is_week_end()).then_some(occasion.at);
            let told = told_at(entry, *occasion, zones, self.config.zone);
            told.into_iter().fold(scope, |scope, zone| scope.and(entry.schedule, zone, since))
        });
        let zones = distinct(
            owed.iter()
                .flat_map(|(entry, one)| told_at(entry, *one, zones, self.config.zone))
                .chain([self.config.zone]),
        );
        let wanted = |schedule: &&Schedule| self.only.is_none() && self.config.follows_runs(schedule);
        let digests = self.config.schedules.iter().filter(wanted);
        digests.fold(scope, |scope, digest| zones.iter().fold(scope, |scope, zone| scope.and(digest, *zone, None)))
    }

    fn order(&self, week: Week, scope: Scope) -> Order<'_> {
        Order {
            config: self.config,
            asked: Asked { day: Some(week.first()), from: None, now: self.clock.now() },
            scope,
            oldest_owed: Some(week),
            waived: self.waived,
            channel: self.channel.clone(),
            confirmed: None,
            clock: self.clock.clone(),
            progress: (self.progress)(),
        }
    }

    /// After a run that was broken off nothing is tried for a while: whoever calls this every few minutes would else wear the
    /// server's patience out.
    fn hold_off(&self, ledger: &mut Ledger, caught: &mut Caught) -> Outcome<()> {
        let is_stopped =
            caught.runs.iter().any(|run| run.is_stopped) || caught.swept.as_ref().is_some_and(|swept| swept.is_stopped);
        if is_stopped && !is_asked_to_stop() {
            caught.held = Some(hold::begin(self.runtime, ledger, self.channel.name(), self.clock.now())?);
        }
        Ok(())
    }
}

/// The zones whose organizations an occasion is for: its own; all whose week is over, if the schedule has a zone of its own.
fn told_at(entry: &Entry<'_>, occasion: Occasion, zones: &[Zone], general: Zone) -> Vec<Zone> {
    if entry.schedule.zone != Some(entry.zone) {
        return vec![entry.zone];
    }
    let all = zones.iter().copied().chain([general]);
    distinct(all.filter(|zone| end_of(occasion.week, *zone) <= occasion.at))
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

/// How the schedules are seen now. A zone that the roster has not today may be there again tomorrow, with what it owes.
fn as_watched(entries: &[Entry<'_>], config: &Config, before: &Watched) -> Watched {
    let watch = |entry: &Entry<'_>| {
        let key = (entry.schedule.name.clone(), entry.zone.name().to_string());
        (key, Watch { definition: entry.schedule.definition(), until: entry.since })
    };
    let is_same = |own: &Schedule, name: &str, watch: &Watch| {
        own.name == name && own.zone.is_none() && own.definition() == watch.definition
    };
    let stays = before.iter().filter(|((name, _), watch)| config.schedules.iter().any(|own| is_same(own, name, watch)));
    let stays: Watched = stays.map(|(key, watch)| (key.clone(), watch.clone())).collect();
    stays.into_iter().chain(entries.iter().map(watch)).collect()
}
