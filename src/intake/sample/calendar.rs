//! From day numbers to dates.
//!
//! The sample is written in day numbers, counted from the first day of its first week, so that the
//! whole of it moves with the last day and nothing in it knows a year.

use super::study::LAST_DAY;
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

/// The dates of one sample.
pub struct Calendar {
    last_day: NaiveDate,
    texts: Vec<String>,
}

impl Calendar {
    /// The calendar whose last week ends on `last_day`.
    pub fn new(last_day: NaiveDate) -> Self {
        let texts = (0..=LAST_DAY).map(|day| shifted(last_day, day).to_string()).collect();
        Self { last_day, texts }
    }

    /// The date of a day number, which may lie outside the weeks.
    pub fn date(&self, day: i32) -> NaiveDate {
        shifted(self.last_day, day)
    }

    /// The date of a day within the weeks as `YYYY-MM-DD`.
    pub fn text(&self, day: u32) -> &str {
        self.texts.get(day as usize).map_or("", String::as_str)
    }

    /// Whether a day is a Saturday or a Sunday.
    pub fn weekend(&self, day: i32) -> bool {
        matches!(self.date(day).weekday(), Weekday::Sat | Weekday::Sun)
    }
}

fn shifted(last_day: NaiveDate, day: i32) -> NaiveDate {
    let distance = TimeDelta::days(i64::from(day - LAST_DAY));
    last_day.checked_add_signed(distance).unwrap_or(last_day)
}
