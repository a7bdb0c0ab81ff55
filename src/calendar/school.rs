//! The school's own calendar: which weeks count. A week whose school days are all holidays is no week of anybody
//! (METHOD section 3), so that a holiday neither costs a score nor earns a welcome.

use super::Week;
use chrono::{Datelike, NaiveDate, Weekday};

/// Days from the first to the last, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRange {
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
}

impl DateRange {
    /// Whether the day lies in the range.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether two ranges share a day.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// Ranges as the fewest that cover the same days, in order; those that overlap or touch become one.
#[must_use]
pub fn join(ranges: impl IntoIterator<Item = DateRange>) -> Vec<DateRange> {
    let mut ranges: Vec<DateRange> = ranges.into_iter().collect();
    ranges.sort_by_key(|range| (range.from, range.to));
    ranges.dedup_by(|next, before| {
        let touches = next.from <= before.to.succ_opt().unwrap_or(before.to);
        if touches {
            before.to = before.to.max(next.to);
        }
        touches
    });
    ranges
}

/// A stretch of school, for which one ruler holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What the school calls it.
    pub name: String,
    /// Its days.
    pub range: DateRange,
}

/// Week start, school days, holidays and terms, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolCalendar {
    /// The day on which a week begins.
    pub week_start: Weekday,
    /// The days of the week on which there is school.
    pub school_days: Vec<Weekday>,
    /// Days without school, as [`join`] leaves them.
    pub holidays: Vec<DateRange>,
    /// Days of exams, likewise.
    pub exams: Vec<DateRange>,
    /// Terms, in order; possibly none.
    pub terms: Vec<Term>,
}

impl SchoolCalendar {
    /// The week in which a day lies.
    #[must_use]
    pub fn week_of(&self, day: NaiveDate) -> Week {
        Week::of(day, self.week_start)
    }

    /// Whether a day is a configured holiday.
    #[must_use]
    pub fn is_holiday(&self, day: NaiveDate) -> bool {
        holds(&self.holidays, day)
    }

    /// Whether there are exams on a day.
    #[must_use]
    pub fn is_exam_day(&self, day: NaiveDate) -> bool {
        holds(&self.exams, day)
    }

    /// Whether a day lies in no term; never, where there are none.
    #[must_use]
    pub fn is_between_terms(&self, day: NaiveDate) -> bool {
        !self.terms.is_empty() && !self.terms.iter().any(|term| term.range.contains(day))
    }

    /// How many school days of a week are no holidays.
    #[must_use]
    pub fn school_days_in(&self, week: Week) -> usize {
        week.days().filter(|day| self.school_days.contains(&day.weekday()) && !self.is_holiday(*day)).count()
    }

    /// Whether all school days of a week are holidays.
    #[must_use]
    pub fn is_holiday_week(&self, week: Week) -> bool {
        let mut school_days = week.days().filter(|day| self.school_days.contains(&day.weekday())).peekable();
        school_days.peek().is_some() && school_days.all(|day| self.is_holiday(day))
    }

    /// The week itself, or the last one before it that is not a holiday week.
    /// Holidays are finite ranges, so there always is one.
    #[must_use]
    pub fn last_school_week(&self, mut week: Week) -> Week {
        while self.is_holiday_week(week) {
            week = week.previous();
        }
        week
    }

    /// The last complete school week before a day.
    #[must_use]
    pub fn last_complete_week(&self, today: NaiveDate) -> Week {
        self.last_school_week(self.week_of(today).previous())
    }

    /// Days after `from` up to and including `to` that are not holidays; 0 if `to` is not after `from`.
    #[must_use]
    pub fn days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let all = (to - from).num_days().max(0);
        let within =
            |range: &DateRange| (range.to.min(to) - range.from.pred_opt().unwrap_or(range.from).max(from)).num_days();
        let free: i64 = self.holidays.iter().map(|range| within(range).max(0)).sum();
        all - free
    }

    /// The term in which the week's last day lies.
    #[must_use]
    pub fn term_of(&self, week: Week) -> Option<&Term> {
        self.terms.iter().find(|term| term.range.contains(week.last()))
    }
}

/// Whether one of these ranges, which are in order and apart, has a day.
fn holds(ranges: &[DateRange], day: NaiveDate) -> bool {
    let next = ranges.partition_point(|range| range.to < day);
    ranges.get(next).is_some_and(|range| range.from <= day)
}
