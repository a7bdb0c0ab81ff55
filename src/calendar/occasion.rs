//! Which occasions of a schedule are owed: a function of when it is due, of what was settled before, and of now.
//!
//! An occasion is one instant at which a schedule is due in one zone. Everything up to [`Watch::until`] is settled: it was
//! run, or it was passed over for a reason. A schedule that is new, or was edited, owes nothing from before somebody looked.

use super::zone::end_of;
use super::{SchoolCalendar, Week, When, Zone};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Deserialize;

/// What becomes of occasions that nobody came to in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Missed {
    /// The newest is run late, those before it are passed over.
    Once,
    /// All of them are run late, the oldest first.
    Each,
    /// None is run late.
    Skip,
}

/// Days on which a schedule rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// Days without school, as `holidays` has them.
    Holidays,
    /// Days of exams, as `exams` has them.
    Exams,
    /// Days in no term.
    BetweenTerms,
}

/// When a schedule is due and what it does about occasions that were missed.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The local times at which it is due.
    pub when: When,
    /// What becomes of occasions that were missed.
    pub missed: Missed,
    /// How old an occasion may be and still be run. The newest end of a week never is too old.
    pub not_older_than: Duration,
    /// The days on which it rests.
    pub not_in: Vec<Rest>,
}

/// One time at which a schedule is due in one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occasion {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The week that it reports: the last complete school week at the instant.
    pub week: Week,
}

/// Why an occasion was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// Nobody came to it in time, and now it is too old.
    TooOld,
    /// Nobody came to it in time, and a newer one is run in its place.
    ForNewer,
    /// Nobody came to it in time, and the schedule runs none late.
    Late,
    /// It fell on a day on which the schedule rests.
    Rest,
}

impl Passed {
    /// The name in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TooOld => "too old",
            Self::ForNewer => "a newer one was run",
            Self::Late => "late",
            Self::Rest => "a day of rest",
        }
    }
}

/// What is known of a schedule in a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// What it was when somebody looked last, as text: another text is another schedule.
    pub definition: String,
    /// Everything up to this instant is settled.
    pub until: DateTime<Utc>,
}

/// What a look at a schedule finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// To be run, oldest first; at most one of a week.
    pub owed: Vec<Occasion>,
    /// Not to be run, oldest first, all older than what is owed; of each week the newest, and the newest day of rest.
    pub passed: Vec<(Occasion, Passed)>,
}

/// What is looked at: a schedule in a zone.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The schedule.
    pub rule: &'a Rule,
    /// The zone.
    pub zone: Zone,
    /// The school's calendar.
    pub calendar: &'a SchoolCalendar,
    /// Only what organizations of this zone wait for: where their week is not over when the schedule is due, it is due for
    /// them when it is. None: the schedule itself.
    pub held_for: Option<Zone>,
}

impl Look<'_> {
    /// Up to when everything is settled: as it was seen last; all that is past, if the schedule is new or was edited. The
    /// first look of an installation owes the newest week to schedules that are due at the end of each week.
    #[must_use]
    pub fn since(
        &self,
        seen: Option<&Watch>,
        definition: &str,
        is_first_of_all: bool,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        match seen {
            // A clock that ran ahead must not silence a schedule for years.
            Some(watch) if watch.definition == definition && watch.until <= now + Duration::days(1) => watch.until,
            None if is_first_of_all && self.rule.when.is_week_end() => self.before_newest_week_end(now),
            _ => now,
        }
    }

    fn before_newest_week_end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        end_of(self.calendar.last_complete_week(self.local_day(now)), self.zone) - Duration::seconds(1)
    }

    /// What is due after an instant and up to now.
    #[must_use]
    pub fn due(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Due {
        let from = since.max(now - Duration::days(LONGEST_LOOK_BACK_DAYS));
        let mut due = Due::default();
        let mut open: Vec<Occasion> = Vec::new();
        let instants = self.instants(from).take_while(|at| *at <= now);
        for occasion in self.occasions(instants, from).filter(|occasion| occasion.at <= now) {
            if self.rests(occasion) {
                due.pass(occasion, Passed::Rest);
            } else if !self.is_fresh(occasion.at, now) {
                due.pass(occasion, Passed::TooOld);
            } else {
                open.retain(|earlier| earlier.week != occasion.week);
                open.push(occasion);
            }
        }
        // The newest end of a week is owed however old it is.
        if self.rule.when.is_week_end()
            && open.is_empty()
            && let Some((newest, _)) = due.passed.pop()
        {
            open.push(newest);
        }
        self.choose(open, now, &mut due);
        due.passed.sort_by_key(|(occasion, _)| *occasion);
        // What is passed over is settled before anything is run, and a run may fail: so nothing newer than what is owed is.
        if let Some(first) = due.owed.first().copied() {
            due.passed.retain(|(occasion, _)| occasion.at < first.at);
        }
        due
    }

    /// Which of the occasions that could be run are.
    fn choose(&self, mut open: Vec<Occasion>, now: DateTime<Utc>, due: &mut Due) {
        let newest = open.pop();
        match self.rule.missed {
            Missed::Each => due.owed = open,
            Missed::Once => open.into_iter().for_each(|occasion| due.pass(occasion, Passed::ForNewer)),
            Missed::Skip => open.into_iter().for_each(|occasion| due.pass(occasion, Passed::Late)),
        }
        let Some(newest) = newest else { return };
        if self.rule.missed == Missed::Skip && newest.at + Duration::minutes(IN_TIME_MINUTES) < now {
            due.pass(newest, Passed::Late);
        } else {
            due.owed.push(newest);
        }
    }

    /// The next occasions after an instant, those on days of rest among them.
    pub fn next(&self, after: DateTime<Utc>) -> impl Iterator<Item = Occasion> + '_ {
        self.occasions(self.instants(after).take(MOST_AHEAD), after)
    }

    /// The occasions of these instants, in order, each once.
    fn occasions<'i>(
        &'i self,
        instants: impl Iterator<Item = DateTime<Utc>> + 'i,
        after: DateTime<Utc>,
    ) -> impl Iterator<Item = Occasion> + 'i {
        let mut last = after;
        instants.filter_map(move |at| {
            let week = self.calendar.last_complete_week(self.local_day(at));
            let Some(zone) = self.held_for else { return Some(Occasion { at, week }) };
            let over = end_of(week, zone);
            let waits = over > at && over > last && !self.rests_on(self.local_day(at));
            last = last.max(over);
            waits.then_some(Occasion { at: over, week })
        })
    }

    /// The instants at which it is due. The end of a holiday week is none: nobody is told of such a week.
    fn instants(&self, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        let is_week_end = self.rule.when.is_week_end();
        let ended = |at: DateTime<Utc>| self.calendar.week_of(self.local_day(at)).previous();
        // What is held lies at most a day behind what it waits for.
        let from = if self.held_for.is_some() { after - Duration::hours(LONGEST_HELD_HOURS) } else { after };
        self.rule
            .when
            .after(from, self.zone)
            .filter(move |at| !is_week_end || !self.calendar.is_holiday_week(ended(*at)))
    }

    /// Whether the schedule rests on the day of an occasion.
    #[must_use]
    pub fn rests(&self, occasion: Occasion) -> bool {
        self.held_for.is_none() && self.rests_on(self.local_day(occasion.at))
    }

    fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    fn is_fresh(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        now - at <= self.rule.not_older_than
    }

    fn rests_on(&self, day: NaiveDate) -> bool {
        self.rule.not_in.iter().any(|rest| match rest {
            Rest::Holidays => self.calendar.is_holiday(day),
            Rest::Exams => self.calendar.is_exam_day(day),
            Rest::BetweenTerms => self.calendar.is_between_terms(day),
        })
    }
}

impl Due {
    fn pass(&mut self, occasion: Occasion, why: Passed) {
        // A day of rest is no word about the others of its week.
        let is_rest = why == Passed::Rest;
        let same = |earlier: &Passed| (*earlier == Passed::Rest) == is_rest;
        self.passed.retain(|(earlier, why)| earlier.week != occasion.week || !same(why));
        self.passed.push((occasion, why));
    }

    /// The newest instant that is settled once what is owed is run, and what is not is written down.
    #[must_use]
    pub fn newest(&self) -> Option<DateTime<Utc>> {
        let passed = self.passed.iter().map(|(occasion, _)| occasion.at);
        passed.chain(self.owed.iter().map(|occasion| occasion.at)).max()
    }
}

/// Within this time an occasion is in time: whoever calls the program every few minutes comes a little late to each.
pub const IN_TIME_MINUTES: i64 = 60;

/// How many occasions ahead are looked at.
const MOST_AHEAD: usize = 1000;

/// No two zones are further apart.
const LONGEST_HELD_HOURS: i64 = 27;

/// What lies further back is not told any more.
const LONGEST_LOOK_BACK_DAYS: i64 = 100;
