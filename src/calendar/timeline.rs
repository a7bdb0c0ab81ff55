//! The weeks that count, in a row. All rules of the method that look back ("the week before", "the last 8 weeks",
//! windows, blocks) pass over holiday weeks; on a timeline that is plain arithmetic on an index.

use super::{SchoolCalendar, Week};
use chrono::NaiveDate;
use std::ops::Range;

/// School weeks from the first week of the data to the report week, oldest first.
#[derive(Debug, Clone)]
pub struct Timeline {
    weeks: Vec<Week>,
    calendar: SchoolCalendar,
}

impl Timeline {
    /// The school weeks from the one of `first_day` to `report`, which is a school week. Empty if the data begin later.
    #[must_use]
    pub fn new(calendar: &SchoolCalendar, first_day: NaiveDate, report: Week) -> Self {
        let all = std::iter::successors(Some(calendar.week_of(first_day)), |week| Some(week.next()));
        let weeks = all.take_while(|week| *week <= report).filter(|week| !calendar.is_holiday_week(*week)).collect();
        Self { weeks, calendar: calendar.clone() }
    }

    /// All weeks, oldest first; the last is the report week.
    #[must_use]
    pub fn weeks(&self) -> &[Week] {
        &self.weeks
    }

    /// The school's calendar.
    #[must_use]
    pub fn calendar(&self) -> &SchoolCalendar {
        &self.calendar
    }

    /// How many weeks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weeks.len()
    }

    /// Whether the data begin after the report week.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weeks.is_empty()
    }

    /// The index of the week in which a day lies; none in a holiday week or outside the timeline.
    #[must_use]
    pub fn index_of(&self, day: NaiveDate) -> Option<usize> {
        self.weeks.binary_search(&self.calendar.week_of(day)).ok()
    }

    /// The index of the first week whose last day is on or after a day; `len()` if there is none.
    #[must_use]
    pub fn first_ending_on_or_after(&self, day: NaiveDate) -> usize {
        self.weeks.partition_point(|week| week.last() < day)
    }

    /// The number of weeks that begin on or before a day: one more than the last such index.
    #[must_use]
    pub fn count_beginning_by(&self, day: NaiveDate) -> usize {
        self.weeks.partition_point(|week| week.first() <= day)
    }

    /// The last `length` weeks (fewer if there are fewer), as indexes.
    #[must_use]
    pub fn window(&self, length: usize) -> Range<usize> {
        self.len().saturating_sub(length)..self.len()
    }
}
