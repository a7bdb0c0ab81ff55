//! The ruler: means and deviations that turn a pair of measures into a score in 0..100 (METHOD section 4).

use super::{OrganizationWeek, StudentWeek};
use crate::config::{Method, Scale, Transform};
use crate::scoring::statistics::{is_zero, mean, normal_cdf, standard_deviation};
use serde::{Deserialize, Serialize};

/// How one score is made of its two measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    x: Spread,
    y: Spread,
    /// The deviation of the means of the standardized pair; 0 if it counts as 0.
    deviation: f64,
    low: f64,
    high: f64,
    scale: Scale,
    /// How many rows it was made from.
    pub rows: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Spread {
    mean: f64,
    /// 0 if it counts as 0.
    deviation: f64,
}

impl Spread {
    fn of(values: &[f64]) -> Self {
        let deviation = standard_deviation(values).filter(|sd| !is_zero(*sd, values)).unwrap_or(0.0);
        Self { mean: mean(values).unwrap_or(0.0), deviation }
    }

    fn standardize(&self, value: f64) -> f64 {
        if self.deviation > 0.0 { (value - self.mean) / self.deviation } else { 0.0 }
    }
}

impl Line {
    /// Fits a line to the pairs of a reference population.
    #[must_use]
    pub fn fit(pairs: &[(f64, f64)], scale: Scale) -> Self {
        let (xs, ys): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let (x, y) = (Spread::of(&xs), Spread::of(&ys));
        let means: Vec<f64> = pairs.iter().map(|(a, b)| f64::midpoint(x.standardize(*a), y.standardize(*b))).collect();
        let deviation = Spread::of(&means).deviation;
        let low = means.iter().copied().fold(f64::INFINITY, f64::min);
        let high = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Infinite bounds have no JSON; an empty population is marked by `rows` instead.
        let (low, high) = if means.is_empty() { (0.0, 0.0) } else { (low, high) };
        Self { x, y, deviation, low, high, scale, rows: pairs.len() }
    }

    /// The score of a pair of measures: 0 to 100, and 50 where the population tells nothing.
    #[must_use]
    pub fn score(&self, x: f64, y: f64) -> f64 {
        let m = f64::midpoint(self.x.standardize(x), self.y.standardize(y));
        match self.scale {
            Scale::Phi if self.deviation > 0.0 => 100.0 * normal_cdf(m / self.deviation),
            Scale::Minmax if !is_zero(self.high - self.low, &[self.low, self.high]) => {
                (100.0 * (m - self.low) / (self.high - self.low)).clamp(0.0, 100.0)
            }
            _ => 50.0,
        }
    }
}

/// One measure of a score, as a line sees it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Part {
    /// The measure as it enters: a logarithm, if the method has it so.
    pub value: f64,
    /// The mean of the reference population.
    pub mean: f64,
    /// Its standard deviation; 0 if it counts as 0.
    pub deviation: f64,
    /// How many deviations the value lies from the mean.
    pub standardized: f64,
}

impl Line {
    /// The two measures as this line sees them.
    #[must_use]
    pub fn parts(&self, x: f64, y: f64) -> [Part; 2] {
        let part = |spread: &Spread, value: f64| Part {
            value,
            mean: spread.mean,
            deviation: spread.deviation,
            standardized: spread.standardize(value),
        };
        [part(&self.x, x), part(&self.y, y)]
    }
}

/// The four lines of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ruler {
    /// Organizations: usage frequency and using time.
    pub organization_health: Line,
    /// Organizations: maintenance and size.
    pub organization_vital: Line,
    /// Students: active days and minutes.
    pub student_health: Line,
    /// Students: steadiness and answers.
    pub student_vital: Line,
}

/// A measure as it enters a weekly score.
#[must_use]
pub fn enter(value: f64, transform: Transform) -> f64 {
    match transform {
        Transform::Log => value.ln_1p(),
        Transform::None => value,
    }
}

/// Fits the ruler to the rows with activity in the given weeks (a flag for each week of the timeline).
#[must_use]
pub fn fit(organizations: &[OrganizationWeek], students: &[StudentWeek], weeks: &[bool], method: &Method) -> Ruler {
    let of_organizations = || organizations.iter().filter(|row| weeks[row.week] && row.active > 0);
    let of_students = || students.iter().filter(|row| weeks[row.week] && row.is_active());
    let line = |pairs: Vec<(f64, f64)>| Line::fit(&pairs, method.scale);
    Ruler {
        organization_health: line(of_organizations().map(|row| row.health_measures(method)).collect()),
        organization_vital: line(of_organizations().filter_map(|row| row.vital_measures(method)).collect()),
        student_health: line(of_students().map(|row| row.health_measures(method)).collect()),
        student_vital: line(of_students().map(|row| row.vital_measures(method)).collect()),
    }
}
