//! How students' right answers change from their first to their last ones (METHOD section 7).

use super::answers::{Answers, FEWEST_ANSWERS};
use super::moments::{Moment, Moments};
use super::statistics::{Correlation, TTest, false_discovery, mean, paired, pearson, welch};
use crate::intake::{Order, Role, Roster};

/// A student's answers at the beginning and at the end of the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Index into the roster's people.
    pub student: usize,
    /// Answers in the window, at least 5.
    pub answers: usize,
    /// Mean score of the first fifth, -1 to 1: right or wrong less the question's correct rate.
    pub begin: f64,
    /// Mean score of the last fifth.
    pub end: f64,
}

impl Progress {
    /// The end less the beginning: positive is better. (The study's text has it the other way round.)
    #[must_use]
    pub fn progress(&self) -> f64 {
        self.end - self.begin
    }
}

/// The progress of an organization's students, and its tests (the study's tables S2 and S3).
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationProgress {
    /// Index into the roster's organizations.
    pub organization: usize,
    /// Students with a progress, at least 1.
    pub students: usize,
    /// Mean of their beginnings.
    pub begin: f64,
    /// Mean of their ends.
    pub end: f64,
    /// Welch's test of end less beginning.
    pub welch: Option<TTest>,
    /// The paired test's p.
    pub p_paired: Option<f64>,
    /// Welch's p, adjusted over the organizations.
    pub q: Option<f64>,
    /// The correlation of progress with the number of answers.
    pub practice: Option<Correlation>,
}

/// The progress of every student with enough answers, in order of person. `questions` are everybody's answers by question.
#[must_use]
pub fn of_students(moments: &Moments<'_>, roster: &Roster, questions: &[Answers]) -> Vec<Progress> {
    let mut rates: Vec<f64> = Vec::new();
    rates.extend(questions.iter().map(|question| question.rate().unwrap_or(0.0)));
    let mut scores: Vec<f64> = Vec::new();
    let mut rows = Vec::new();
    for (student, moments) in moments.by_person() {
        if roster.people.get(student).is_none_or(|person| person.role != Role::Student) {
            continue;
        }
        let score = |m: Moment<'_>| f64::from(u8::from(m.action.correct)) - rates[m.action.thing as usize];
        scores.clear();
        scores.extend(moments.filter(|m| m.member && m.action.order == Order::Answer).map(score));
        rows.extend(progress(student, &scores));
    }
    rows
}

fn progress(student: usize, scores: &[f64]) -> Option<Progress> {
    let fifth = scores.len().div_ceil(5);
    let (begin, end) = (&scores[..fifth], &scores[scores.len() - fifth..]);
    (scores.len() >= FEWEST_ANSWERS as usize).then_some(())?;
    Some(Progress { student, answers: scores.len(), begin: mean(begin)?, end: mean(end)? })
}

/// The organizations with at least one such student, in order.
#[must_use]
pub fn of_organizations(students: &[Progress], roster: &Roster) -> Vec<OrganizationProgress> {
    let organization = |row: &Progress| roster.people[row.student].organization;
    let groups = students.chunk_by(|a, b| organization(a) == organization(b));
    let mut rows: Vec<OrganizationProgress> = groups.filter_map(|own| test(organization(&own[0]), own)).collect();
    let ps: Vec<Option<f64>> = rows.iter().map(|row| row.welch.map(|test| test.p)).collect();
    for (row, q) in rows.iter_mut().zip(false_discovery(&ps)) {
        row.q = q;
    }
    rows
}

#[expect(clippy::cast_precision_loss, reason = "a count of answers")]
fn test(organization: usize, own: &[Progress]) -> Option<OrganizationProgress> {
    let begins: Vec<f64> = own.iter().map(|row| row.begin).collect();
    let ends: Vec<f64> = own.iter().map(|row| row.end).collect();
    let gains: Vec<f64> = own.iter().map(Progress::progress).collect();
    let answers: Vec<f64> = own.iter().map(|row| row.answers as f64).collect();
    Some(OrganizationProgress {
        organization,
        students: own.len(),
        begin: mean(&begins)?,
        end: mean(&ends)?,
        welch: welch(&begins, &ends),
        p_paired: paired(&begins, &ends).map(|test| test.p),
        q: None,
        practice: pearson(&gains, &answers),
    })
}
