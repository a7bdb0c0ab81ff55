//! How much is done, by organization, role and period: active members, log ins, online time (METHOD section 9).

use super::Fact;
use super::facts::minutes;
use super::moments::WindowDays;
use super::weekly::month_of;
use crate::config::ActiveBy;
use crate::intake::{Role, Roster};
use chrono::NaiveDate;

/// What was done in one day, week or month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Use {
    /// Active members.
    pub people: u32,
    /// Log ins.
    pub logins: u32,
    /// Online time in microseconds.
    pub online: i64,
    /// The part of it in class.
    pub in_class: i64,
}

impl Use {
    /// Online minutes for each active member; none without any.
    #[must_use]
    pub fn per_active(&self) -> Option<f64> {
        (self.people > 0).then(|| minutes(self.online) / f64::from(self.people))
    }

    fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.logins += other.logins;
        self.online += other.online;
        self.in_class += other.in_class;
    }
}

/// One organization's and role's days, weeks and months in the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Periods {
    /// By day of the window.
    pub days: Vec<Use>,
    /// By week of the window.
    pub weeks: Vec<Use>,
    /// By calendar month; of a month only its days in the window's weeks.
    pub months: Vec<Use>,
}

impl Periods {
    fn new(days: usize, weeks: usize, months: usize) -> Self {
        let empty = |count| vec![Use::default(); count];
        Self { days: empty(days), weeks: empty(weeks), months: empty(months) }
    }

    fn add(&mut self, other: &Self) {
        let pairs = [(&mut self.days, &other.days), (&mut self.weeks, &other.weeks), (&mut self.months, &other.months)];
        for (own, others) in pairs {
            own.iter_mut().zip(others).for_each(|(own, other)| own.add(other));
        }
    }
}

/// A role, or all: the place in [`Usage`]'s rows.
pub const ROLES: [Option<Role>; 3] = [None, Some(Role::Student), Some(Role::Teacher)];

/// Everything that was done in the window.
#[derive(Debug)]
pub struct Usage {
    /// The first day of each month.
    pub months: Vec<NaiveDate>,
    /// For all, then for each organization: all roles, students, teachers.
    periods: Vec<[Periods; 3]>,
}

impl Usage {
    /// Sums members' facts.
    #[must_use]
    pub fn count(facts: &[Fact], roster: &Roster, days: &WindowDays, weeks: usize, active_by: ActiveBy) -> Self {
        let months = months(days);
        let empty = || Periods::new(days.len(), weeks, months.len());
        let mut periods: Vec<[Periods; 3]> =
            (0..=roster.organizations.len()).map(|_| std::array::from_fn(|_| empty())).collect();
        let first_month = months.first().map_or(0, |month| month_of(*month));
        // Facts are in order of person and day, so a week or month is new to a person when it differs from the last one.
        let mut last = (usize::MAX, usize::MAX, usize::MAX);
        for fact in facts.iter().filter(|fact| fact.member) {
            let Some((day, week)) = days.place(fact.day) else { continue };
            let month = usize::try_from(month_of(fact.day) - first_month).unwrap_or_default();
            let person = &roster.people[fact.person];
            let own = &mut periods[person.organization + 1][if person.role == Role::Student { 1 } else { 2 }];
            let done = Use { people: 0, logins: fact.logins, online: fact.online, in_class: fact.in_class };
            let active = fact.is_active(active_by);
            let new = |is_new: bool| Use { people: u32::from(active && is_new), ..done };
            own.days[day].add(&new(true));
            own.weeks[week].add(&new(last.0 != fact.person || last.1 != week));
            own.months[month].add(&new(last.0 != fact.person || last.2 != month));
            if active {
                last = (fact.person, week, month);
            }
        }
        roll_up(&mut periods, &empty());
        Self { months, periods }
    }

    /// One organization's (none: all) use by one role (none: all).
    #[must_use]
    pub fn of(&self, organization: Option<usize>, role: Option<Role>) -> &Periods {
        let place = ROLES.iter().position(|known| *known == role).unwrap_or_default();
        &self.periods[organization.map_or(0, |index| index + 1)][place]
    }
}

/// Sums roles to organizations and organizations to the whole.
fn roll_up(periods: &mut [[Periods; 3]], empty: &Periods) {
    let mut whole: [Periods; 3] = std::array::from_fn(|_| empty.clone());
    for [all, students, teachers] in periods.iter_mut() {
        all.add(students);
        all.add(teachers);
        for (sum, own) in whole.iter_mut().zip([&*all, students, teachers]) {
            sum.add(own);
        }
    }
    if let Some(first) = periods.first_mut() {
        *first = whole;
    }
}

/// The first day of every month from the window's first day to its last.
fn months(days: &WindowDays) -> Vec<NaiveDate> {
    let Some(last) = days.len().checked_sub(1).map(|last| days.date(last)) else { return Vec::new() };
    let first_of = |month: i32| {
        let number = u32::try_from(month.rem_euclid(12)).unwrap_or_default() + 1;
        NaiveDate::from_ymd_opt(month.div_euclid(12), number, 1)
    };
    (month_of(days.date(0))..=month_of(last)).filter_map(first_of).collect()
}
