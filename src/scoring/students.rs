//! Scores of students, one row for each of their weeks, and what each week earned (METHOD section 6).

use super::facts::minutes;
use super::ruler::{Ruler, enter};
use super::statistics::upper_quartile;
use super::weekly::{PersonWeek, Weekly};
use super::{above, at_least};
use crate::calendar::Timeline;
use crate::config::{Method, RewardRule};
use crate::intake::{Role, Roster};
use std::ops::Range;

/// What a week earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Praise {
    /// A rise above the student's own usual.
    Reward,
    /// Back after at least two weeks.
    WelcomeBack,
    /// The fourth, eighth, twelfth week in a row.
    Steady,
}

impl Praise {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reward => "reward",
            Self::WelcomeBack => "welcome_back",
            Self::Steady => "steady",
        }
    }
}

/// One week of one student.
#[derive(Debug, Clone, PartialEq)]
pub struct StudentWeek {
    /// Index into the roster's people.
    pub student: usize,
    /// Index into the timeline.
    pub week: usize,
    /// Active days, 0 to 7.
    pub active_days: u32,
    /// Online minutes.
    pub minutes: f64,
    /// The part of them in class.
    pub class_minutes: f64,
    /// Share of the last 4 of the student's weeks with activity, 0 to 1.
    pub steadiness: f64,
    /// Answers.
    pub answers: u32,
    /// Right ones among them.
    pub correct: u32,
    /// Score of active days and minutes, 0 to 100; 0 in a week without activity.
    pub health: f64,
    /// Score of steadiness and answers, likewise.
    pub vital: f64,
    /// Mean of health and vital.
    pub effort: f64,
    /// Effort less that of the week before; none in the student's first week.
    pub gain: Option<f64>,
    /// What the week earned.
    pub notice: Option<Praise>,
}

impl StudentWeek {
    /// Whether there was activity.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active_days > 0
    }

    /// The pair that health is made of.
    #[must_use]
    pub fn health_measures(&self, method: &Method) -> (f64, f64) {
        (f64::from(self.active_days), enter(self.minutes, method.transform))
    }

    /// The pair that vital is made of.
    #[must_use]
    pub fn vital_measures(&self, method: &Method) -> (f64, f64) {
        (self.steadiness, enter(f64::from(self.answers), method.transform))
    }
}

/// The measures of all weeks of all students, not yet scored.
#[must_use]
pub fn measure(roster: &Roster, timeline: &Timeline, weekly: &Weekly) -> Vec<StudentWeek> {
    let firsts: Vec<usize> =
        (0..roster.organizations.len()).map(|org| weekly.first_week(roster, timeline, org)).collect();
    let students = roster.people.iter().enumerate().filter(|(_, p)| p.role == Role::Student && p.active);
    let rows = students.flat_map(|(student, person)| {
        let weeks = weeks_of(roster, timeline, weekly, student, firsts[person.organization]);
        measured(student, weeks, weekly.of(student))
    });
    rows.collect()
}

/// A student's weeks: the organization's, from the later of joining and the first action on, to the week of leaving.
fn weeks_of(roster: &Roster, timeline: &Timeline, weekly: &Weekly, student: usize, first: usize) -> Range<usize> {
    let person = &roster.people[student];
    let joined = person.joined.map_or(0, |day| timeline.first_ending_on_or_after(day));
    let end = person.left.map_or(timeline.len(), |day| timeline.count_beginning_by(day));
    let begin = match weekly.first_action(student) {
        Some(day) => timeline.first_ending_on_or_after(day),
        None => timeline.len().saturating_sub(1),
    };
    begin.max(joined).max(first)..end
}

fn measured(student: usize, weeks: Range<usize>, facts: &[PersonWeek]) -> Vec<StudentWeek> {
    let nothing = PersonWeek::default();
    let mut rows: Vec<StudentWeek> = Vec::with_capacity(weeks.len());
    for week in weeks {
        let own = facts.binary_search_by_key(&week, |fact| fact.week).map_or(&nothing, |index| &facts[index]);
        let mut row = StudentWeek {
            student,
            week,
            active_days: own.active_days,
            minutes: minutes(own.online),
            class_minutes: minutes(own.in_class),
            steadiness: 0.0,
            answers: own.answers,
            correct: own.correct,
            health: 0.0,
            vital: 0.0,
            effort: 0.0,
            gain: None,
            notice: None,
        };
        row.steadiness = steadiness(&rows, row.is_active());
        rows.push(row);
    }
    rows
}

const STEADINESS_WEEKS: usize = 4;

#[expect(clippy::cast_precision_loss, reason = "at most 4")]
fn steadiness(before: &[StudentWeek], active_now: bool) -> f64 {
    let last = &before[before.len().saturating_sub(STEADINESS_WEEKS - 1)..];
    let active = last.iter().filter(|row| row.is_active()).count() + usize::from(active_now);
    active as f64 / (last.len() + 1) as f64
}

/// Gives every row its scores, its gain and what it earned.
pub fn score(rows: &mut [StudentWeek], ruler: &Ruler, method: &Method) {
    for row in rows.iter_mut().filter(|row| row.is_active()) {
        let (days, time) = row.health_measures(method);
        let (steadiness, answers) = row.vital_measures(method);
        row.health = ruler.student_health.score(days, time);
        row.vital = ruler.student_vital.score(steadiness, answers);
        row.effort = f64::midpoint(row.health, row.vital);
    }
    for own in rows.chunk_by_mut(|a, b| a.student == b.student) {
        let efforts: Vec<Option<f64>> = own.iter().map(|row| row.is_active().then_some(row.effort)).collect();
        for (index, row) in own.iter_mut().enumerate() {
            row.gain = index.checked_sub(1).map(|before| row.effort - efforts[before].unwrap_or(0.0));
            row.notice = notice(&efforts, index, method);
        }
    }
}

/// What a week earned, by a student's efforts (none: a week without activity): the first rule that holds.
fn notice(efforts: &[Option<f64>], week: usize, method: &Method) -> Option<Praise> {
    let effort = efforts[week]?;
    if is_reward(efforts, week, method) {
        Some(Praise::Reward)
    } else if is_back(efforts, week) && at_least(effort, method.gain_points) {
        Some(Praise::WelcomeBack)
    } else if is_steady(efforts, week) {
        Some(Praise::Steady)
    } else {
        None
    }
}

/// How many weeks back the own usual is looked for.
pub(super) const QUARTILE_WEEKS: usize = 8;
/// How many of them must have had activity.
pub(super) const QUARTILE_WEEKS_NEEDED: usize = 3;

/// Whether a week earns a reward.
#[must_use]
pub fn is_reward(efforts: &[Option<f64>], week: usize, method: &Method) -> bool {
    let before = week.checked_sub(1).and_then(|before| efforts[before]);
    let (Some(effort), Some(before)) = (efforts[week], before) else { return false };
    match method.reward {
        RewardRule::BetterThanLastWeek => above(effort - before, 0.0),
        RewardRule::OwnBest => {
            at_least(effort - before, method.gain_points) && above_own_usual(&efforts[..week], effort)
        }
    }
}

/// Whether an effort lies above the upper quartile of the active weeks among the last 8, of which there are at least 3.
fn above_own_usual(before: &[Option<f64>], effort: f64) -> bool {
    let mut known = [0.0; QUARTILE_WEEKS];
    let mut count = 0;
    for other in before.iter().rev().take(QUARTILE_WEEKS).flatten() {
        known[count] = *other;
        count += 1;
    }
    count >= QUARTILE_WEEKS_NEEDED && upper_quartile(&mut known[..count]).is_some_and(|usual| above(effort, usual))
}

fn is_back(efforts: &[Option<f64>], week: usize) -> bool {
    let away = efforts[..week].iter().rev().take_while(|effort| effort.is_none()).count();
    away >= 2 && away < week
}

fn is_steady(efforts: &[Option<f64>], week: usize) -> bool {
    let run = efforts[..=week].iter().rev().take_while(|effort| effort.is_some()).count();
    run.is_multiple_of(4)
}
