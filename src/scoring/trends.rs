//! Whether correct rates rise or fall from week to week, and whether subjects move together (METHOD section 8).

use super::answers::{Answers, Of};
use super::statistics::{Correlation, MannKendall, false_discovery, mann_kendall, pearson, sen_slope};
use crate::calendar::Week;
use std::collections::BTreeMap;

/// Where a correct rate goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// p < 0.05 and the slope is positive.
    Increasing,
    /// p < 0.05 and the slope is negative.
    Decreasing,
    /// Neither can be said.
    None,
}

impl Direction {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Increasing => "increasing",
            Self::Decreasing => "decreasing",
            Self::None => "none",
        }
    }
}

/// The trend of a weekly correct rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// Whose, and in what.
    pub of: Of,
    /// Weeks with answers.
    pub weeks: usize,
    /// The Mann-Kendall test and Sen's slope per calendar week; none of fewer than 5 weeks.
    pub test: Option<(MannKendall, f64)>,
    /// p, adjusted over all trends.
    pub q: Option<f64>,
}

impl Trend {
    /// Where it goes.
    #[must_use]
    pub fn direction(&self) -> Direction {
        match self.test {
            Some((test, slope)) if test.p < LEVEL && slope > 0.0 => Direction::Increasing,
            Some((test, slope)) if test.p < LEVEL && slope < 0.0 => Direction::Decreasing,
            _ => Direction::None,
        }
    }
}

/// Below this p a trend has a direction.
pub const LEVEL: f64 = 0.05;
/// Fewer weeks say nothing of a trend.
pub const FEWEST_WEEKS: usize = 5;

/// The trends of weekly correct rates, in order of organization and subject, the whole first.
#[must_use]
pub fn of(weekly: &BTreeMap<Of, Vec<Answers>>, weeks: &[Week]) -> Vec<Trend> {
    let mut trends: Vec<Trend> = weekly.iter().map(|(of, answers)| trend(*of, answers, weeks)).collect();
    let ps: Vec<Option<f64>> = trends.iter().map(|trend| trend.test.map(|(test, _)| test.p)).collect();
    for (trend, q) in trends.iter_mut().zip(false_discovery(&ps)) {
        trend.q = q;
    }
    trends
}

fn trend(of: Of, answers: &[Answers], weeks: &[Week]) -> Trend {
    let known = weeks.iter().zip(answers).filter_map(|(week, answers)| Some((calendar_week(*week), answers.rate()?)));
    let points: Vec<(f64, f64)> = known.collect();
    let rates: Vec<f64> = points.iter().map(|(_, rate)| *rate).collect();
    let test = sen_slope(&points).filter(|_| points.len() >= FEWEST_WEEKS).map(|slope| (mann_kendall(&rates), slope));
    Trend { of, weeks: points.len(), test, q: None }
}

/// A week as a number that grows by 1 from one calendar week to the next.
fn calendar_week(week: Week) -> f64 {
    f64::from(week.first().to_epoch_days()) / 7.0
}

/// How the weekly correct rates of two subjects move against each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The first subject by name, then the other.
    pub subjects: (u16, u16),
    /// Weeks with answers in both.
    pub weeks: usize,
    /// Their correlation; none of fewer than 3 weeks, or without spread.
    pub correlation: Option<Correlation>,
}

/// Every pair of subjects, over everybody.
#[must_use]
pub fn pairs(weekly: &BTreeMap<Of, Vec<Answers>>) -> Vec<Pair> {
    let rates = |answers: &Vec<Answers>| answers.iter().map(|week| week.rate()).collect::<Vec<Option<f64>>>();
    let subjects: Vec<(u16, Vec<Option<f64>>)> = weekly
        .range((None, Some(0))..=(None, Some(u16::MAX)))
        .filter_map(|((_, subject), answers)| Some(((*subject)?, rates(answers))))
        .collect();
    let pair = |(a, of_a): &(u16, Vec<Option<f64>>), (b, of_b): &(u16, Vec<Option<f64>>)| {
        let both = of_a.iter().zip(of_b).filter_map(|(a, b)| Some(((*a)?, (*b)?)));
        let (x, y): (Vec<f64>, Vec<f64>) = both.unzip();
        Pair { subjects: (*a, *b), weeks: x.len(), correlation: pearson(&x, &y) }
    };
    let with_later = |(index, a)| subjects[index + 1..].iter().map(move |b| pair(a, b));
    subjects.iter().enumerate().flat_map(with_later).collect()
}
