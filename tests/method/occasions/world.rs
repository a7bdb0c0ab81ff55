//! A year in the life of an installation: when the process looks, when its runs fail, and how its config is edited.
//!
//! Both sides of the comparison get the same year, and each has its own way to read the patterns of time: the program as
//! text, the other side as lists of minutes, hours and days.

use chrono::{DateTime, Duration, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use plaudit::calendar::{DateRange, Missed, Rest, Rule, SchoolCalendar, Term, When};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

/// A pattern of local times, as text and taken apart by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// As config has it; nothing for the end of each week.
    pub text: &'static str,
    pub minutes: &'static [i64],
    pub hours: &'static [i64],
    pub days: Days,
    /// All of them, if it names none.
    pub weekdays: &'static [Weekday],
}

/// Days of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Days {
    All,
    One(u32),
    Last,
}

const fn at(text: &'static str, hours: &'static [i64], minutes: &'static [i64]) -> Pattern {
    Pattern { text, minutes, hours, days: Days::All, weekdays: &[] }
}

const EVEN: [i64; 12] = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22];

pub const PATTERNS: [Pattern; 12] = [
    Pattern { weekdays: &[Weekday::Mon], ..at("", &[0], &[0]) },
    Pattern { weekdays: &[Weekday::Mon], ..at("monday 07:00", &[7], &[0]) },
    Pattern { weekdays: &[Weekday::Mon], ..at("0 7 * * mon", &[7], &[0]) },
    Pattern { weekdays: &[Weekday::Tue, Weekday::Fri], ..at("tuesday, friday 15:30", &[15], &[30]) },
    Pattern { weekdays: &[Weekday::Sat, Weekday::Sun], ..at("15,45 0-3 * * sat,sun", &[0, 1, 2, 3], &[15, 45]) },
    Pattern { days: Days::Last, ..at("0 7 L * *", &[7], &[0]) },
    Pattern { days: Days::One(31), ..at("0 7 31 * *", &[7], &[0]) },
    at("daily 06:00", &[6], &[0]),
    at("0 0 * * *", &[0], &[0]),
    at("10 2 * * *", &[2], &[10]),
    at("30 1,2 * * *", &[1, 2], &[30]),
    at("0 */2 * * *", &EVEN, &[0]),
];

impl Pattern {
    pub fn when(&self) -> When {
        if self.is_week_end() { When::week_end(Weekday::Mon) } else { When::parse(self.text).unwrap() }
    }

    pub fn is_week_end(&self) -> bool {
        self.text.is_empty()
    }
}

pub const ZONES: [Tz; 8] = [
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::Asia__Kathmandu,
    Tz::America__Santiago,
    Tz::Pacific__Apia,
    Tz::Africa__Casablanca,
    Tz::Pacific__Chatham,
];

const NAMES: [&str; 6] = ["teachers", "rewards", "welcomes", "steady", "digest", "more"];
pub const RESTS: [Rest; 3] = [Rest::Holidays, Rest::Exams, Rest::BetweenTerms];
pub const RULES: [Missed; 3] = [Missed::Once, Missed::Each, Missed::Skip];

/// First and last days.
pub type Stretches = Vec<(NaiveDate, NaiveDate)>;

/// The days that are not like others.
#[derive(Debug, Default)]
pub struct School {
    pub holidays: Stretches,
    pub exams: Stretches,
    pub terms: Stretches,
}

impl School {
    /// A calendar with many short holidays and two long ones.
    pub fn new(seed: u64, start: DateTime<Utc>) -> Self {
        let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
        let first = start.date_naive() - Duration::days(20);
        let free = [dice.days(first, 5, 12, 3), dice.days(first, 100, 80, 30)].concat();
        let is_free = |day: &NaiveDate| free.iter().any(|(from, to)| (*from..=*to).contains(day));
        let holidays = stretches(first.iter_days().take(450).filter(is_free));
        Self { holidays, exams: dice.days(first, 40, 60, 10), terms: dice.days(first, 10, 20, 90) }
    }

    pub fn calendar(&self) -> SchoolCalendar {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        let ranges =
            |of: &Stretches| of.iter().map(|(from, to)| DateRange { from: *from, to: *to }).collect::<Vec<_>>();
        let term = |range: DateRange| Term { name: range.from.to_string(), range };
        SchoolCalendar {
            week_start: Mon,
            school_days: vec![Mon, Tue, Wed, Thu, Fri],
            holidays: ranges(&self.holidays),
            exams: ranges(&self.exams),
            terms: ranges(&self.terms).into_iter().map(term).collect(),
        }
    }
}

/// Days in order as stretches that neither overlap nor touch.
fn stretches(days: impl Iterator<Item = NaiveDate>) -> Stretches {
    let mut stretches = Stretches::new();
    for day in days {
        match stretches.last_mut() {
            Some((_, to)) if to.succ_opt() == Some(day) => *to = day,
            _ => stretches.push((day, day)),
        }
    }
    stretches
}

/// A schedule in config.
#[derive(Debug, Clone)]
pub struct Plan {
    pub name: &'static str,
    pub pattern: Pattern,
    pub zones: Vec<Tz>,
    pub missed: Missed,
    pub not_older_than_days: u8,
    pub not_in: Vec<Rest>,
}

impl Plan {
    pub fn rule(&self) -> Rule {
        Rule {
            when: self.pattern.when(),
            missed: self.missed,
            not_older_than: Duration::days(self.not_older_than_days.into()),
            not_in: self.not_in.clone(),
        }
    }

    /// The end of each week has no `missed` and no `not_in` in config.
    fn allowed(mut self) -> Self {
        if self.pattern.is_week_end() {
            (self.missed, self.not_in) = (Missed::Once, Vec::new());
        }
        self
    }
}

/// A run that ended well.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    pub minute: DateTime<Utc>,
    pub week: NaiveDate,
    pub schedule: &'static str,
    pub zone: &'static str,
    pub occasion: DateTime<Utc>,
}

/// An occasion that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pass {
    pub schedule: &'static str,
    pub zone: &'static str,
    pub occasion: DateTime<Utc>,
    pub week: NaiveDate,
    pub why: &'static str,
}

/// What became of a year.
#[derive(Debug, Default)]
pub struct Story {
    pub runs: Vec<Run>,
    pub passes: Vec<Pass>,
}

/// A year, in minutes from its start.
#[derive(Debug)]
pub struct World {
    pub start: DateTime<Utc>,
    pub school: School,
    /// At which minutes the process looks.
    pub looks: Vec<bool>,
    /// How many weeks it can run at each of them before something fails.
    pub works: Vec<usize>,
    /// What config says from a minute on.
    pub edits: Vec<(usize, Vec<Plan>)>,
}

pub const YEAR: usize = 366 * 1440;

impl World {
    /// A year that looks each so many minutes while it is up, with so many schedules and zones of each.
    pub fn new(seed: u64, every: usize, schedules: usize, zones: usize) -> Self {
        let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
        let start = ["2026-01-01T00:00:00Z", "2011-06-01T00:00:00Z"][(seed % 2) as usize].parse().unwrap();
        let school = School::new(seed, start);
        let (looks, works) = (vec![false; YEAR], vec![usize::MAX; YEAR]);
        let mut world = Self { start, school, looks, works, edits: Vec::new() };
        for up in dice.stretches(15, 14) {
            up.filter(|minute| minute % every == 0).for_each(|minute| world.looks[minute] = true);
        }
        for broken in dice.stretches(11, 14) {
            let weeks = dice.below(3);
            broken.for_each(|minute| world.works[minute] = weeks);
        }
        let mut plans = vec![dice.plan(0, zones)];
        if seed % 4 < 2 {
            plans[0] = Plan { pattern: PATTERNS[0], ..plans[0].clone() }.allowed();
        }
        for minute in (0..YEAR).step_by(4000) {
            world.edits.push((minute + dice.below(4000), plans.clone()));
            dice.edit(&mut plans, schedules, zones);
        }
        world.edits[0].0 = 0;
        world
    }

    pub fn instant(&self, minute: i64) -> DateTime<Utc> {
        self.start + Duration::minutes(minute)
    }
}

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap() % end
    }

    /// Minutes up to ten days; short ones are as likely as long ones.
    fn length(&mut self, bits: usize) -> usize {
        let most = 1 << (2 + self.below(bits - 1));
        (1 + self.below(most)).min(14_400)
    }

    /// Stretches of days with others between them.
    fn days(&mut self, first: NaiveDate, least_between: usize, between: usize, most: usize) -> Stretches {
        let mut stretches = Vec::new();
        let mut from = first;
        while from < first + Duration::days(400) {
            from += Duration::days(i64::try_from(least_between + self.below(between)).unwrap());
            let to = from + Duration::days(i64::try_from(self.below(most)).unwrap());
            stretches.push((from, to));
            from = to;
        }
        stretches
    }

    /// Stretches of a year with others between them.
    fn stretches(&mut self, bits: usize, bits_between: usize) -> Vec<Range<usize>> {
        let mut stretches = Vec::new();
        let mut from = self.length(8);
        while from < YEAR {
            let to = (from + 2 * self.length(bits)).min(YEAR);
            stretches.push(from..to);
            from = to + self.length(bits_between);
        }
        stretches
    }

    fn plan(&mut self, name: usize, zones: usize) -> Plan {
        let plan = Plan {
            name: NAMES[name],
            pattern: PATTERNS[self.below(PATTERNS.len())],
            zones: self.zones(zones),
            missed: RULES[self.below(3)],
            not_older_than_days: 1 + u8::try_from(self.below(9)).unwrap(),
            not_in: self.rests(),
        };
        plan.allowed()
    }

    fn zones(&mut self, most: usize) -> Vec<Tz> {
        let first = self.below(ZONES.len());
        (0..=self.below(most)).map(|step| ZONES[(first + 3 * step) % ZONES.len()]).collect()
    }

    fn rests(&mut self) -> Vec<Rest> {
        let chosen = self.below(12);
        RESTS.into_iter().enumerate().filter(|(bit, _)| chosen >> bit & 1 == 1).map(|(_, rest)| rest).collect()
    }

    /// One edit: a line changed, a schedule added or removed; never are there none.
    fn edit(&mut self, plans: &mut Vec<Plan>, schedules: usize, zones: usize) {
        let chosen = self.below(plans.len());
        match self.below(8) {
            0 => plans[chosen].pattern = PATTERNS[self.below(PATTERNS.len())],
            1 => plans[chosen].zones = self.zones(zones),
            2 => plans[chosen].missed = RULES[self.below(3)],
            3 => plans[chosen].not_older_than_days = 1 + u8::try_from(self.below(9)).unwrap(),
            4 => plans[chosen].not_in = self.rests(),
            5 if plans.len() > 1 => drop(plans.remove(chosen)),
            _ => {
                let free = (0..schedules).find(|name| plans.iter().all(|plan| plan.name != NAMES[*name]));
                plans.extend(free.map(|name| self.plan(name, zones)));
            }
        }
        let edited = plans.drain(..).map(Plan::allowed).collect();
        *plans = edited;
    }
}
