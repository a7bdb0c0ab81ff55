//! Whatever a report is written from: the roster, the scores, the words; and the small sums that several reports tell.

use super::names::Names;
use super::words::Words;
use crate::calendar::Week;
use crate::config::Method;
use crate::intake::Roster;
use crate::scoring::{Analysis, Fact, Inactive, Scores, StudentWeek};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Writes reports in one language.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    /// Who there is.
    pub roster: &'a Roster,
    /// The report week's scores.
    pub scores: &'a Scores,
    /// What else the window tells.
    pub analysis: &'a Analysis,
    /// What everybody is called.
    pub names: &'a Names,
    /// How scores are made.
    pub method: &'a Method,
    /// What the report week looked like by day.
    pub days: &'a Days,
    /// The language's words.
    pub words: &'a Words,
}

impl Writer<'_> {
    /// The report week.
    #[must_use]
    pub fn week(&self) -> Week {
        self.scores.timeline.weeks()[self.report()]
    }

    /// The index of the report week.
    #[must_use]
    pub fn report(&self) -> usize {
        self.scores.timeline.len() - 1
    }

    /// The week before the report week, and whether holidays lie between.
    #[must_use]
    pub fn week_before(&self) -> Option<(Week, bool)> {
        let before = self.scores.timeline.weeks().get(self.report().checked_sub(1)?)?;
        Some((*before, before.next() != self.week()))
    }

    /// That the report week and the one before it had different numbers of school days; none if they had not.
    #[must_use]
    pub fn school_days(&self) -> Option<String> {
        let (before, _) = self.week_before()?;
        let calendar = self.scores.timeline.calendar();
        let (now, before) = (calendar.school_days_in(self.week()), calendar.school_days_in(before));
        let words = self.words;
        let count = i64::try_from(now).unwrap_or_default();
        (now != before).then(|| words.count("compare.school_days", count, &[("before", &words.count_of(before))]))
    }

    /// A student's report week and the one before it.
    #[must_use]
    pub fn two_weeks(&self, student: usize) -> (Option<&StudentWeek>, Option<&StudentWeek>) {
        let rows = self.scores.of_student(student);
        let now = rows.last().filter(|row| row.week == self.report());
        let before = now.and_then(|_| rows.len().checked_sub(2)).map(|index| &rows[index]);
        (now, before)
    }
}

/// What the report week looked like by day, and who has gone quiet: looked up often, so counted once.
#[derive(Debug, Default)]
pub struct Days {
    active: BTreeMap<(usize, NaiveDate), u32>,
    questions: BTreeMap<usize, i64>,
    quiet: HashMap<usize, Inactive>,
    last_action: HashMap<usize, NaiveDate>,
}

impl Days {
    /// Counts the report week's days.
    #[must_use]
    pub fn of(roster: &Roster, facts: &[Fact], scores: &Scores) -> Self {
        let mut days = Self::default();
        let Some(week) = scores.report_week() else { return days };
        for fact in facts.iter().filter(|fact| fact.actions > 0 && fact.day <= week.last()) {
            days.last_action.insert(fact.person, fact.day);
            if fact.member && fact.day >= week.first() {
                let organization = roster.people[fact.person].organization;
                *days.active.entry((organization, fact.day)).or_default() += 1;
                *days.questions.entry(organization).or_default() += i64::from(fact.answers);
            }
        }
        days.quiet = scores.inactive.iter().map(|quiet| (quiet.person, quiet.clone())).collect();
        days
    }

    /// The day of the report week on which most members of an organization were active, and how many; the first of equals.
    #[must_use]
    pub fn busiest(&self, organization: usize) -> Option<(NaiveDate, u32)> {
        let own = self.active.range((organization, NaiveDate::MIN)..=(organization, NaiveDate::MAX));
        own.map(|((_, day), people)| (*day, *people)).reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// How many questions members of an organization practised in the report week.
    #[must_use]
    pub fn questions(&self, organization: usize) -> i64 {
        self.questions.get(&organization).copied().unwrap_or(0)
    }

    /// Whether somebody has gone quiet.
    #[must_use]
    pub fn quiet(&self, person: usize) -> Option<&Inactive> {
        self.quiet.get(&person)
    }

    /// The last day on which somebody did something, up to the report week's end.
    #[must_use]
    pub fn last_action(&self, person: usize) -> Option<NaiveDate> {
        self.last_action.get(&person).copied()
    }
}

/// A number of minutes, points or days rounded for people, half away from zero.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "minutes, points and people are far below 2^63")]
pub fn rounded(value: f64) -> i64 {
    value.round() as i64
}
