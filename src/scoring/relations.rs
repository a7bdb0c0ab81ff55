//! Whether those who spend more time answer more rightly (METHOD section 8).

use super::answers::{Answers, FEWEST_ANSWERS};
use super::facts::minutes;
use super::statistics::{Correlation, pearson};
use super::weekly::Weekly;
use crate::intake::{Role, Roster};
use std::ops::Range;

/// Which online time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// All of it.
    All,
    /// The part in class.
    InClass,
    /// The part after class.
    AfterClass,
}

impl Time {
    /// Each of them, in order of their names in tables.
    pub const EACH: [Self; 3] = [Self::AfterClass, Self::All, Self::InClass];

    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::InClass => "in_class",
            Self::AfterClass => "after_class",
        }
    }
}

/// A student's right answers and time over the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Learner {
    /// Index into the roster's people.
    pub student: usize,
    /// Share of right answers, 0 to 1, of at least 5.
    pub correct_rate: f64,
    online: i64,
    in_class: i64,
}

impl Learner {
    /// Minutes of one kind.
    #[must_use]
    pub fn minutes(&self, time: Time) -> f64 {
        minutes(match time {
            Time::All => self.online,
            Time::InClass => self.in_class,
            Time::AfterClass => self.online - self.in_class,
        })
    }
}

/// The relation of correct rate and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// Index into the roster's organizations; none: all.
    pub organization: Option<usize>,
    /// Which time.
    pub time: Time,
    /// Students with at least 5 answers.
    pub students: usize,
    /// Their correlation; none of fewer than 3, or without spread.
    pub correlation: Option<Correlation>,
}

/// The students with at least 5 answers in the window, in order of person.
#[must_use]
pub fn learners(roster: &Roster, weekly: &Weekly, window: &Range<usize>) -> Vec<Learner> {
    let students = roster.people.iter().enumerate().filter(|(_, person)| person.role == Role::Student);
    let learner = students.filter_map(|(student, _)| {
        let (mut answers, mut online, mut in_class) = (Answers::default(), 0, 0);
        for own in weekly.of(student).iter().filter(|own| window.contains(&own.week)) {
            answers.merge(Answers { all: own.answers, correct: own.correct });
            online += own.online;
            in_class += own.in_class;
        }
        let correct_rate = answers.rate().filter(|_| answers.all >= FEWEST_ANSWERS)?;
        Some(Learner { student, correct_rate, online, in_class })
    });
    learner.collect()
}

/// The relations over everybody, then in each organization with such a student.
#[must_use]
pub fn of(learners: &[Learner], roster: &Roster) -> Vec<Relation> {
    let organization = |learner: &Learner| roster.people[learner.student].organization;
    let own =
        learners.chunk_by(|a, b| organization(a) == organization(b)).map(|own| (Some(organization(&own[0])), own));
    let groups = [(None, learners)].into_iter().chain(own);
    groups.flat_map(|(organization, own)| Time::EACH.map(|time| relation(organization, time, own))).collect()
}

fn relation(organization: Option<usize>, time: Time, own: &[Learner]) -> Relation {
    let rates: Vec<f64> = own.iter().map(|learner| learner.correct_rate).collect();
    let minutes: Vec<f64> = own.iter().map(|learner| learner.minutes(time)).collect();
    Relation { organization, time, students: own.len(), correlation: pearson(&rates, &minutes) }
}
