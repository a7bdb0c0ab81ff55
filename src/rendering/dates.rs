//! Dates in words.

use super::words::Words;
use crate::calendar::Week;
use chrono::{Datelike, NaiveDate};

/// `9 March`.
#[must_use]
pub fn day_month(words: &Words, day: NaiveDate) -> String {
    let (number, month) = (day.day().to_string(), words.word(&format!("month.{}", day.month())));
    words.say("date.day_month", &[("day", &number), ("month", &month)])
}

/// `9 Mar`, for axes.
#[must_use]
pub fn day_month_short(words: &Words, day: NaiveDate) -> String {
    let (number, month) = (day.day().to_string(), words.word(&format!("month_short.{}", day.month())));
    words.say("date.day_month_short", &[("day", &number), ("month_short", &month)])
}

/// `9 March 2026`.
#[must_use]
pub fn date(words: &Words, day: NaiveDate) -> String {
    let year = day.year().to_string();
    words.say("date.date", &[("day_month", &day_month(words, day)), ("year", &year)])
}

/// `9 Mar 2026`, for tables and axes.
#[must_use]
pub fn date_short(words: &Words, day: NaiveDate) -> String {
    let year = day.year().to_string();
    words.say("date.date", &[("day_month", &day_month_short(words, day)), ("year", &year)])
}

/// `Mar 2026`, for axes.
#[must_use]
pub fn month_year_short(words: &Words, day: NaiveDate) -> String {
    let (month, year) = (words.word(&format!("month_short.{}", day.month())), day.year().to_string());
    words.say("date.month_year", &[("month", &month), ("year", &year)])
}

/// `March 2026`.
#[must_use]
pub fn month_year(words: &Words, day: NaiveDate) -> String {
    let (month, year) = (words.word(&format!("month.{}", day.month())), day.year().to_string());
    words.say("date.month_year", &[("month", &month), ("year", &year)])
}

/// `Monday`.
#[must_use]
pub fn weekday(words: &Words, day: NaiveDate) -> String {
    words.word(&format!("weekday.{}", day.weekday().number_from_monday()))
}

/// `Monday 9 to Sunday 15 March 2026`.
#[must_use]
pub fn week_range(words: &Words, week: Week) -> String {
    let (from, to) = (week.first(), week.last());
    let key = match (from.year() == to.year(), from.month() == to.month()) {
        (true, true) => "date.week_range",
        (true, false) => "date.week_range_months",
        (false, _) => "date.week_range_years",
    };
    let month = |day: NaiveDate| words.word(&format!("month.{}", day.month()));
    words.say(
        key,
        &[
            ("from_weekday", &weekday(words, from)),
            ("from_day", &from.day().to_string()),
            ("from_month", &month(from)),
            ("from_year", &from.year().to_string()),
            ("to_weekday", &weekday(words, to)),
            ("to_day", &to.day().to_string()),
            ("to_month", &month(to)),
            ("to_year", &to.year().to_string()),
        ],
    )
}
