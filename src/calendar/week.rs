//! A week: seven local days, named by the first (METHOD section 3).

use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::fmt;

/// Seven days that begin on the configured day of the week. Ordered and named by the first date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week(NaiveDate);

impl Week {
    /// The week in which `day` lies, for weeks that begin on `start`.
    #[must_use]
    pub fn of(day: NaiveDate, start: Weekday) -> Self {
        let into_week = day.weekday().days_since(start);
        Self(day - Days::new(u64::from(into_week)))
    }

    /// The week that begins on a day.
    #[must_use]
    pub fn named(first: NaiveDate) -> Self {
        Self(first)
    }

    /// The first day.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        self.0
    }

    /// The last day.
    #[must_use]
    pub fn last(self) -> NaiveDate {
        self.0 + Days::new(6)
    }

    /// The week after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + Days::new(7))
    }

    /// The week before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - Days::new(7))
    }

    /// The seven days, in order.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.0.iter_days().take(7)
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
