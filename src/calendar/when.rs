//! When a schedule is due: a cron line, days and a time in plain words, or the end of each week.
//!
//! All of them are patterns of local time. croner reads and walks through them as if there were no zones; which instant a
//! local time is, is one rule of our own for all: a time that occurs twice is its first occurrence, and a time that a change
//! of the clock leaves out is the first instant after the gap.

use super::Zone;
use super::zone::first_instant;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc, Weekday};
use croner::Cron;
use croner::parser::{CronParser, Seconds};
use std::fmt;

/// A pattern of local times. Two are equal if they are written alike.
#[derive(Debug, Clone)]
pub struct When {
    text: String,
    pattern: Pattern,
}

#[derive(Debug, Clone)]
enum Pattern {
    /// A cron line.
    Cron(Box<Cron>),
    /// Midnight between two weeks.
    WeekEnd(Weekday),
}

impl PartialEq for When {
    fn eq(&self, other: &Self) -> bool {
        self.whole() == other.whole()
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl When {
    /// A cron line of five fields (`0 7 * * mon`), or days and a time: `monday 07:00`, `tuesday, friday 15:30`,
    /// `daily 06:00`.
    ///
    /// # Errors
    /// What is wrong, for somebody who wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with(char::is_alphabetic) && !text.contains(':') {
            return Err(format!("found `{text}`, expected days and a time such as `monday 07:00`, or a cron line"));
        }
        let line = plain(text)?.unwrap_or_else(|| text.to_string());
        let parser = CronParser::builder().seconds(Seconds::Disallowed).build();
        let cron = parser.parse(&line).map_err(|error| {
            format!("found `{text}`, expected `monday 07:00` or five fields of cron such as `0 7 * * mon`: {error}")
        })?;
        let when = Self { text: text.to_string(), pattern: Pattern::Cron(Box::new(cron)) };
        // 2000 begins a cycle of leap years, so whatever happens at all happens within eight years of it.
        let some_day = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default().and_hms_opt(0, 0, 0).unwrap_or_default();
        match when.next_local(some_day) {
            Some(_) => Ok(when),
            None => Err(format!("found `{text}`, which never happens: there is no such day")),
        }
    }

    /// The end of each week.
    #[must_use]
    pub fn week_end(week_start: Weekday) -> Self {
        Self { text: "the end of each week".to_string(), pattern: Pattern::WeekEnd(week_start) }
    }

    /// All that makes it what it is, as text.
    #[must_use]
    pub fn whole(&self) -> String {
        match self.pattern {
            Pattern::Cron(_) => self.text.clone(),
            Pattern::WeekEnd(start) => format!("{}, before {start}", self.text),
        }
    }

    /// Whether it is the end of each week.
    #[must_use]
    pub fn is_week_end(&self) -> bool {
        matches!(self.pattern, Pattern::WeekEnd(_))
    }

    /// The instants at which it is due in a zone after an instant, in order, each once.
    pub fn after(&self, instant: DateTime<Utc>, zone: Zone) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        // A later local time is never due earlier, so the walk may begin at the instant's own.
        let from = instant.with_timezone(&zone).naive_local();
        let locals = std::iter::successors(self.next_local(from), |local| self.next_local(*local));
        let mut last = instant;
        locals.filter_map(move |local| {
            let due = first_instant(zone, local);
            let is_next = due > last;
            last = last.max(due);
            is_next.then_some(due)
        })
    }

    /// The next local time after one; none if there is none at all.
    fn next_local(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        match &self.pattern {
            Pattern::Cron(cron) => {
                cron.find_next_occurrence(&after.and_utc(), false).ok().map(|found| found.naive_utc())
            }
            Pattern::WeekEnd(start) => {
                let week = super::Week::of(after.date(), *start);
                Some((week.first() + Days::new(7)).and_time(chrono::NaiveTime::MIN))
            }
        }
    }
}

/// `monday, friday 07:00` as a cron line; none if it does not end in a time of day.
fn plain(text: &str) -> Result<Option<String>, String> {
    let Some((days, time)) = text.rsplit_once(char::is_whitespace).filter(|(_, time)| time.contains(':')) else {
        return Ok(None);
    };
    let clock = chrono::NaiveTime::parse_from_str(time, "%H:%M").ok().filter(|_| time.len() <= 5);
    let Some(clock) = clock else {
        return Err(format!("found the time `{time}`, expected hours and minutes such as `07:00`"));
    };
    let days = match days.trim() {
        "daily" => "*".to_string(),
        days => days.split(',').map(|day| weekday(day.trim())).collect::<Result<Vec<_>, _>>()?.join(","),
    };
    Ok(Some(format!("{} {days}", clock.format("%-M %-H * *"))))
}

fn weekday(day: &str) -> Result<&str, String> {
    let lower = day.to_lowercase();
    let known = DAYS.into_iter().find(|known| known.starts_with(&lower) && lower.len() >= 3);
    known.map(|known| &known[..3]).ok_or_else(|| {
        let hint = crate::problem::nearest(&lower, DAYS).map(|right| format!("; did you mean `{right}`?"));
        format!(
            "found the day `{day}`, expected days of the week with commas between them, or `daily` alone{}",
            hint.unwrap_or_default()
        )
    })
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
