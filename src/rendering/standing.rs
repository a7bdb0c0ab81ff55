//! How a student stands this week, for a teacher: a status, two numbers and what drove it, in the order in which a teacher
//! should look.

use super::dates::day_month;
use super::writer::{Writer, rounded};
use crate::scoring::StudentWeek;

/// What a teacher sees first of a student, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// No action for longer than the configured days.
    Quiet,
    /// Never acted, for as long.
    NotStarted,
    /// Effort fell by the configured points or more.
    Falling,
    /// Nothing this week, but not for long.
    Away,
    /// Effort rose by the configured points or more.
    Risen,
    /// Back after at least one week without activity.
    Returned,
    /// The first week.
    New,
    /// None of these.
    Usual,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::NotStarted => "not_started",
            Self::Falling => "falling",
            Self::Away => "away",
            Self::Risen => "risen",
            Self::Returned => "returned",
            Self::New => "new",
            Self::Usual => "usual",
        }
    }

    /// The sign that the template draws.
    #[must_use]
    pub fn mark(self) -> &'static str {
        if self == Self::NotStarted { Self::Quiet.word() } else { self.word() }
    }
}

/// One student's line.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The student: an index into the roster.
    pub student: usize,
    /// What a teacher sees first.
    pub status: Status,
    /// Change of effort, rounded; none where it is not told.
    pub change: Option<i64>,
    /// Whether there was activity.
    pub active: bool,
    effort: Option<i64>,
    days: Option<u32>,
    minutes: Option<i64>,
    driver: String,
}

impl Standing {
    /// How a student stands.
    #[must_use]
    pub fn of(writer: &Writer<'_>, student: usize) -> Self {
        let (now, before) = writer.two_weeks(student);
        let status = status(writer, student, now, before);
        let active = now.filter(|row| row.is_active());
        let told = active.filter(|_| writer.scores.told);
        Self {
            student,
            status,
            change: told.and_then(|row| row.gain).map(rounded),
            active: active.is_some(),
            effort: told.map(|row| rounded(row.effort)),
            days: active.map(|row| row.active_days),
            minutes: active.map(|row| rounded(row.minutes)),
            driver: driver(writer, student, status, now, before),
        }
    }

    /// The line as cells: name, status, effort (days), change (minutes), driver.
    #[must_use]
    pub fn cells(&self, writer: &Writer<'_>) -> [String; 5] {
        let words = writer.words;
        let number = |value: Option<i64>| value.map(|value| words.number(value)).unwrap_or_default();
        let (first, second) = if writer.scores.told {
            (number(self.effort), self.change.map(|change| words.signed(change)).unwrap_or_default())
        } else {
            (number(self.days.map(Into::into)), number(self.minutes))
        };
        let status = words.word(&format!("teacher.status.{}", self.status.word()));
        [writer.names.people[self.student].clone(), status, first, second, self.driver.clone()]
    }

    /// Why a teacher should look now; none if there is no need.
    #[must_use]
    pub fn attention(&self, writer: &Writer<'_>) -> Option<String> {
        let words = writer.words;
        match self.status {
            Status::Quiet => {
                let date = day_month(words, writer.days.last_action(self.student)?);
                Some(words.say("teacher.attention.quiet", &[("date", &date)]))
            }
            Status::NotStarted => Some(words.word("teacher.attention.not_started")),
            Status::Falling => {
                let points = -self.change?;
                let key = if self.driver.is_empty() { "falling_plain" } else { "falling" };
                Some(words.count(&format!("teacher.attention.{key}"), points, &[("driver", &self.driver)]))
            }
            _ => None,
        }
    }
}

fn status(writer: &Writer<'_>, student: usize, now: Option<&StudentWeek>, before: Option<&StudentWeek>) -> Status {
    if let Some(quiet) = writer.days.quiet(student) {
        return if quiet.last_action.is_some() { Status::Quiet } else { Status::NotStarted };
    }
    let Some(now) = now.filter(|row| row.is_active()) else { return Status::Away };
    let points = rounded(writer.method.gain_points).max(1);
    match (before, now.gain) {
        (None, _) => Status::New,
        (Some(before), _) if !before.is_active() => Status::Returned,
        // By the rounded change, which is what the teacher reads beside it.
        (Some(_), Some(gain)) if writer.scores.told && rounded(gain) <= -points => Status::Falling,
        (Some(_), Some(gain)) if writer.scores.told && rounded(gain) >= points => Status::Risen,
        _ => Status::Usual,
    }
}

/// What drove a student's week, in at most two short phrases.
fn driver(
    writer: &Writer<'_>,
    student: usize,
    status: Status,
    now: Option<&StudentWeek>,
    before: Option<&StudentWeek>,
) -> String {
    let words = writer.words;
    let last_active = || {
        let last = writer.days.last_action(student);
        last.map(|day| words.say("teacher.driver.last_active", &[("date", &day_month(words, day))]))
    };
    match (status, now, before) {
        (Status::Quiet, ..) => last_active().unwrap_or_default(),
        (Status::NotStarted, ..) => words.word("teacher.driver.not_started"),
        (Status::Away, _, Some(before)) if before.is_active() => words.word("teacher.driver.away"),
        (Status::Away, ..) => last_active().unwrap_or_else(|| words.word("teacher.driver.not_started")),
        (Status::New, ..) => words.word("teacher.driver.first_week"),
        (Status::Returned, ..) => words.count("teacher.driver.returned", weeks_away(writer, student), &[]),
        (Status::Falling, Some(now), Some(before)) => changes(writer, now, before, -1),
        (Status::Risen, Some(now), Some(before)) => changes(writer, now, before, 1),
        (_, Some(now), _) => words.count("teacher.driver.active_days", now.active_days.into(), &[]),
        _ => String::new(),
    }
}

/// The student's weeks without activity just before this one.
fn weeks_away(writer: &Writer<'_>, student: usize) -> i64 {
    let rows = writer.scores.of_student(student);
    let away = rows.iter().rev().skip(1).take_while(|row| !row.is_active()).count();
    i64::try_from(away).unwrap_or_default()
}

/// The measures that moved in a direction (1 or -1), the first two of days, minutes, questions.
fn changes(writer: &Writer<'_>, now: &StudentWeek, before: &StudentWeek, direction: i64) -> String {
    let words = writer.words;
    let days = i64::from(now.active_days) - i64::from(before.active_days);
    let minutes = rounded(now.minutes) - rounded(before.minutes);
    let questions = i64::from(now.answers) - i64::from(before.answers);
    let (more, less) = (["minutes_more", "questions_more"], ["minutes_less", "questions_fewer"]);
    let [minutes_key, questions_key] = if direction > 0 { more } else { less };
    let count = |key: &str, by: i64| words.count(&format!("teacher.driver.{key}"), by.abs(), &[]);
    let mut phrases = Vec::new();
    if days.signum() == direction {
        let earlier = words.number(before.active_days.into());
        phrases.push(words.count("teacher.driver.days", now.active_days.into(), &[("before", &earlier)]));
    }
    if minutes.signum() == direction {
        phrases.push(count(minutes_key, minutes));
    }
    if questions.signum() == direction {
        phrases.push(count(questions_key, questions));
    }
    if phrases.is_empty() {
        phrases.push(words.count("teacher.driver.active_days", now.active_days.into(), &[]));
    }
    phrases.truncate(2);
    phrases.join(&words.word("teacher.driver.join"))
}
