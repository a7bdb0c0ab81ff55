//! Simulated years: at each minute the program is asked what is owed, and what it does is compared with a calculation that
//! shares nothing with it.

use super::independent;
use super::world::{Pass, Plan, Run, Story, World, YEAR};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use plaudit::calendar::{Due, Look, Rule, SchoolCalendar, Watch, Week};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A schedule in a zone as the program has it.
struct Entry<'a> {
    plan: &'a Plan,
    zone: Tz,
    rule: Rule,
    definition: String,
}

type Key = (&'static str, &'static str);

impl Entry<'_> {
    fn key(&self) -> Key {
        (self.plan.name, self.zone.name())
    }
}

fn entries(plans: &[Plan]) -> Vec<Entry<'_>> {
    let zones = plans.iter().flat_map(|plan| plan.zones.iter().map(move |zone| (plan, *zone)));
    zones.map(|(plan, zone)| Entry { plan, zone, rule: plan.rule(), definition: definition(plan) }).collect()
}

fn definition(plan: &Plan) -> String {
    format!("a notice at {}", plan.pattern.when())
}

/// The program, and the part of the ledger that knows up to when each schedule is settled.
struct Program<'a> {
    world: &'a World,
    calendar: SchoolCalendar,
    watched: HashMap<Key, Watch>,
    story: Story,
}

impl Program<'_> {
    /// One look: what is passed over is settled first, then the weeks are run, the oldest first, until one fails.
    fn look(&mut self, entries: &[Entry<'_>], minute: usize) {
        let now = self.world.instant(i64::try_from(minute).unwrap());
        let due = self.due(entries, now);
        for (entry, due) in entries.iter().zip(&due) {
            self.pass_over(entry, due);
        }
        let mut weeks: BTreeMap<Week, Vec<(&Entry<'_>, DateTime<Utc>)>> = BTreeMap::new();
        for (entry, due) in entries.iter().zip(&due) {
            due.owed.iter().for_each(|owed| weeks.entry(owed.week).or_default().push((entry, owed.at)));
        }
        for (week, owed) in weeks.into_iter().take(self.world.works[minute]) {
            for (entry, occasion) in owed {
                let (schedule, zone) = entry.key();
                self.story.runs.push(Run { minute: now, week: week.first(), schedule, zone, occasion });
                self.settle(entry, occasion);
            }
        }
    }

    fn due(&mut self, entries: &[Entry<'_>], now: DateTime<Utc>) -> Vec<Due> {
        let before = std::mem::take(&mut self.watched);
        let look = |entry: &Entry<'_>| {
            let look = Look { rule: &entry.rule, zone: entry.zone, calendar: &self.calendar, held_for: None };
            let until = look.since(before.get(&entry.key()), &entry.definition, before.is_empty(), now);
            self.watched.insert(entry.key(), Watch { definition: entry.definition.clone(), until });
            look.due(until, now)
        };
        entries.iter().map(look).collect()
    }

    fn pass_over(&mut self, entry: &Entry<'_>, due: &Due) {
        for (occasion, why) in &due.passed {
            let ((schedule, zone), week) = (entry.key(), occasion.week.first());
            self.story.passes.push(Pass { schedule, zone, occasion: occasion.at, week, why: why.name() });
            self.settle(entry, occasion.at);
        }
    }

    fn settle(&mut self, entry: &Entry<'_>, at: DateTime<Utc>) {
        let watch = self.watched.get_mut(&entry.key()).unwrap();
        watch.until = watch.until.max(at);
    }
}

/// What the program does in a year.
pub fn story(world: &World) -> Story {
    let mut program =
        Program { world, calendar: world.school.calendar(), watched: HashMap::new(), story: Story::default() };
    let mut edits = world.edits.iter().peekable();
    let mut current = Vec::new();
    for minute in (0..YEAR).filter(|minute| world.looks[*minute]) {
        while let Some((_, plans)) = edits.next_if(|(from, _)| *from <= minute) {
            current = entries(plans);
        }
        program.look(&current, minute);
    }
    program.story
}

/// Lives through a year on both sides and compares all that was run and passed over.
fn compare(seed: u64, every: usize, schedules: usize, zones: usize) {
    let world = World::new(seed, every, schedules, zones);
    let (mut is, mut expected) = (story(&world), independent::story(&world));
    is.runs.sort();
    expected.runs.sort();
    let differs = is.runs.iter().zip(&expected.runs).find(|(is, expected)| is != expected);
    assert_eq!(differs, None, "seed {seed}: what was run, and what had to be");
    assert_eq!(is.runs.len(), expected.runs.len(), "seed {seed}");
    assert!(expected.runs.len() > 100, "seed {seed}: only {} runs", expected.runs.len());
    compare_passes(seed, &is, &expected);
}

/// The program tells only of the newest of each week, but a day of rest must not hide that a week was missed.
fn compare_passes(seed: u64, is: &Story, expected: &Story) {
    let all: BTreeSet<&Pass> = expected.passes.iter().collect();
    assert_eq!(is.passes.iter().find(|pass| !all.contains(pass)), None, "seed {seed}: it was not to be passed over");
    let missed = |story: &Story| -> BTreeSet<_> {
        let passes = story.passes.iter().filter(|pass| pass.why != "a day of rest");
        passes.map(|pass| (pass.schedule, pass.zone, pass.week)).collect()
    };
    let run: BTreeSet<_> = expected.runs.iter().map(|run| (run.schedule, run.zone, run.week)).collect();
    let (told, missed) = (missed(is), missed(expected));
    let untold: Vec<_> = missed.iter().filter(|week| !told.contains(week) && !run.contains(week)).collect();
    assert!(untold.is_empty(), "seed {seed}: weeks that were missed, and nobody hears of it: {untold:?}");
}

#[test]
fn a_service_that_looks_each_minute_of_a_year_runs_what_an_independent_calculation_says() {
    for seed in 0..2 {
        compare(seed, 1, 2, 1);
    }
}

#[test]
fn a_year_of_looks_each_quarter_of_an_hour_in_many_zones_runs_what_an_independent_calculation_says() {
    for seed in 100..104 {
        compare(seed, 15, 6, 3);
    }
}
