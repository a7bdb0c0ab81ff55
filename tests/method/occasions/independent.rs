//! What has to be run in a year and when, from the rules alone: nothing of `plaudit::calendar` is asked.
//!
//! A zone is the list of what its wall clock shows at each minute, read off the data of time zones one minute after the
//! other. A time is due in the minute in which the clock first shows it, or first shows a later one.

use super::world::{Days, Pass, Pattern, Plan, Run, School, Story, World, YEAR};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use plaudit::calendar::{Missed, Rest};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

const DAY: i64 = 1440;
/// How far a zone is read back before the year.
const BEFORE: i64 = 15 * DAY;

/// Whether a pattern has a minute of the wall clock.
fn matches(pattern: &Pattern, clock: i64) -> bool {
    if !pattern.minutes.contains(&(clock % 60)) || !pattern.hours.contains(&(clock / 60 % 24)) {
        return false;
    }
    let day = day_of(clock);
    let is_day = match pattern.days {
        Days::All => true,
        Days::One(number) => day.day() == number,
        Days::Last => (day + Duration::days(1)).day() == 1,
    };
    is_day && (pattern.weekdays.is_empty() || pattern.weekdays.contains(&day.weekday()))
}

fn day_of(clock: i64) -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive() + Duration::days(clock.div_euclid(DAY))
}

/// What the wall clock of a zone shows at so many minutes from an instant on, as minutes.
pub fn wall_clock(zone: Tz, from: DateTime<Utc>, minutes: i64) -> Vec<i64> {
    let shown =
        |minute| (from + Duration::minutes(minute)).with_timezone(&zone).naive_local().and_utc().timestamp() / 60;
    (0..minutes).map(shown).collect()
}

/// At which positions of a wall clock a pattern is due; what it showed at the first of them is past.
pub fn due_at(pattern: &Pattern, clock: &[i64]) -> Vec<i64> {
    let mut newest = clock[0];
    let mut due = Vec::new();
    for (minute, shown) in (0..).zip(clock) {
        if (newest + 1..=*shown).any(|passed| matches(pattern, passed)) {
            due.push(minute);
        }
        newest = newest.max(*shown);
    }
    due
}

fn lies_in(day: NaiveDate, stretches: &[(NaiveDate, NaiveDate)]) -> bool {
    stretches.iter().any(|(from, to)| *from <= day && day <= *to)
}

impl School {
    fn rests(&self, day: NaiveDate, rests: &[Rest]) -> bool {
        rests.iter().any(|rest| match rest {
            Rest::Holidays => lies_in(day, &self.holidays),
            Rest::Exams => lies_in(day, &self.exams),
            Rest::BetweenTerms => !lies_in(day, &self.terms),
        })
    }

    /// The Monday of the week that is told of on a day: the last full one in which there was school.
    fn week_told_on(&self, day: NaiveDate) -> NaiveDate {
        let mut monday = day - Duration::days(7 + i64::from(day.weekday().num_days_from_monday()));
        while (0..5).all(|step| lies_in(monday + Duration::days(step), &self.holidays)) {
            monday -= Duration::days(7);
        }
        monday
    }
}

/// Zones and patterns of one year, each read once.
struct Almanac<'a> {
    world: &'a World,
    clocks: HashMap<Tz, Rc<Vec<i64>>>,
    due: HashMap<(Tz, Pattern), Rc<Vec<i64>>>,
}

impl Almanac<'_> {
    fn clock(&mut self, zone: Tz) -> Rc<Vec<i64>> {
        let from = self.world.start - Duration::minutes(BEFORE);
        let minutes = BEFORE + i64::try_from(YEAR).unwrap();
        self.clocks.entry(zone).or_insert_with(|| Rc::new(wall_clock(zone, from, minutes))).clone()
    }

    /// The minutes of the year in which a pattern is due.
    fn due(&mut self, zone: Tz, pattern: Pattern) -> Rc<Vec<i64>> {
        let clock = self.clock(zone);
        let school = &self.world.school;
        // The end of a holiday week is no occasion.
        let is_one = |minute: &i64| {
            let day = day_of(clock[usize::try_from(*minute).unwrap()]);
            let ended = day - Duration::days(7 + i64::from(day.weekday().num_days_from_monday()));
            !pattern.is_week_end() || school.week_told_on(day) == ended
        };
        let due =
            || Rc::new(due_at(&pattern, &clock).into_iter().filter(is_one).map(|minute| minute - BEFORE).collect());
        self.due.entry((zone, pattern)).or_insert_with(due).clone()
    }
}

/// A schedule in a zone, and what is open of it.
struct Known<'a> {
    school: &'a School,
    plan: Plan,
    zone: Tz,
    clock: Rc<Vec<i64>>,
    due: Rc<Vec<i64>>,
    /// How many of `due` were seen.
    seen: usize,
    /// What was seen and neither run nor passed over, oldest first.
    open: Vec<i64>,
}

impl Known<'_> {
    fn is(&self, name: &str, zone: Tz, text: &str) -> bool {
        self.plan.name == name && self.zone == zone && self.plan.pattern.text == text
    }

    fn day(&self, minute: i64) -> NaiveDate {
        day_of(self.clock[usize::try_from(minute + BEFORE).unwrap()])
    }

    fn week(&self, minute: i64) -> NaiveDate {
        self.school.week_told_on(self.day(minute))
    }

    fn see(&mut self, now: i64) {
        while self.due.get(self.seen).is_some_and(|due| *due <= now) {
            self.open.push(self.due[self.seen]);
            self.seen += 1;
        }
    }

    /// Takes out of what is open all that is not to be run, with the reason.
    fn pass(&mut self, now: i64) -> Vec<(i64, &'static str)> {
        let mut passed = Vec::new();
        let open = std::mem::take(&mut self.open);
        let newest = open.last().copied();
        for at in open {
            let stays = self.plan.pattern.is_week_end() && Some(at) == newest;
            if self.school.rests(self.day(at), &self.plan.not_in) {
                passed.push((at, "a day of rest"));
            } else if now - at > i64::from(self.plan.not_older_than_days) * DAY && !stays {
                passed.push((at, "too old"));
            } else {
                self.open.push(at);
            }
        }
        let Some(newest) = self.open.last().copied() else { return passed };
        let why = match self.plan.missed {
            Missed::Each => return passed,
            Missed::Once => "a newer one was run",
            Missed::Skip => "late",
        };
        let in_time = self.plan.missed == Missed::Once || now - newest <= 60;
        let stays = |at: &i64| in_time && self.week(*at) == self.week(newest);
        let (kept, gone): (Vec<i64>, Vec<i64>) = self.open.iter().partition(|at| stays(at));
        self.open = kept;
        passed.extend(gone.into_iter().map(|at| (at, why)));
        passed
    }

    /// The newest of each week that is open.
    fn owed(&self) -> BTreeMap<NaiveDate, i64> {
        self.open.iter().map(|at| (self.week(*at), *at)).collect()
    }
}

/// The schedules of a config; what is another schedule than before owes nothing that is past.
fn meet<'a>(mut before: Vec<Known<'a>>, plans: &[Plan], now: i64, almanac: &mut Almanac<'a>) -> Vec<Known<'a>> {
    let is_first = before.is_empty();
    let mut met = Vec::new();
    for (plan, zone) in plans.iter().flat_map(|plan| plan.zones.iter().map(move |zone| (plan, *zone))) {
        if let Some(same) = before.iter().position(|known| known.is(plan.name, zone, plan.pattern.text)) {
            met.push(Known { plan: plan.clone(), ..before.swap_remove(same) });
            continue;
        }
        let due = almanac.due(zone, plan.pattern);
        let seen = due.partition_point(|minute| *minute <= now);
        let open = if is_first && plan.pattern.is_week_end() { vec![due[seen - 1]] } else { Vec::new() };
        let school = &almanac.world.school;
        met.push(Known { school, plan: plan.clone(), zone, clock: almanac.clock(zone), due, seen, open });
    }
    met
}

/// All that has to happen in a year.
pub fn story(world: &World) -> Story {
    let mut almanac = Almanac { world, clocks: HashMap::new(), due: HashMap::new() };
    let mut story = Story::default();
    let mut known: Vec<Known<'_>> = Vec::new();
    let mut edits = world.edits.iter().peekable();
    let mut plans = None;
    for minute in (0..YEAR).filter(|minute| world.looks[*minute]) {
        let now = i64::try_from(minute).unwrap();
        while let Some((_, edited)) = edits.next_if(|(from, _)| *from <= minute) {
            plans = Some(edited);
        }
        if let Some(plans) = plans.take() {
            known = meet(known, plans, now, &mut almanac);
        }
        for known in &mut known {
            known.see(now);
        }
        look(&mut known, world, now, &mut story);
    }
    story
}

/// What happens in one minute.
fn look(known: &mut [Known<'_>], world: &World, now: i64, story: &mut Story) {
    let mut weeks: BTreeMap<NaiveDate, Vec<(usize, i64)>> = BTreeMap::new();
    for (index, known) in known.iter_mut().enumerate().filter(|(_, known)| !known.open.is_empty()) {
        let (schedule, zone) = (known.plan.name, known.zone.name());
        for (at, why) in known.pass(now) {
            story.passes.push(Pass { schedule, zone, occasion: world.instant(at), week: known.week(at), why });
        }
        for (week, at) in known.owed() {
            weeks.entry(week).or_default().push((index, at));
        }
    }
    let works = world.works[usize::try_from(now).unwrap()];
    for (week, owed) in weeks.into_iter().take(works) {
        for (index, at) in owed {
            let known = &mut known[index];
            known.open.retain(|open| *open > at);
            let (schedule, zone) = (known.plan.name, known.zone.name());
            let (minute, occasion) = (world.instant(now), world.instant(at));
            story.runs.push(Run { minute, week, schedule, zone, occasion });
        }
    }
}
