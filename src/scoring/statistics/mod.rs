//! The statistics that scores and the study stand on; distributions are statrs'.
//!
//! Each test has a file of its own, which cites where it is from, is held to a published worked example, and says when it
//! does not hold: then there is no result, never a zero.

mod autocorrelation;
mod correlation;
mod discovery;
mod t_test;
mod trend;

pub use autocorrelation::autocorrelation;
pub use correlation::{Correlation, pearson};
pub use discovery::false_discovery;
pub use t_test::{TTest, paired, welch};
pub use trend::{MannKendall, mann_kendall, median, sen_slope};

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The arithmetic mean; none of nothing. Summed in the order given.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^52")]
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() { None } else { Some(values.iter().sum::<f64>() / values.len() as f64) }
}

/// The sample standard deviation (n - 1); none of fewer than two values.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^52")]
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    let center = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// Whether a deviation of these values counts as 0: at most 1e-12 of the largest of them, or of 1 (METHOD section 4).
#[must_use]
pub fn is_zero(deviation: f64, values: &[f64]) -> bool {
    let largest = values.iter().fold(1.0_f64, |largest, value| largest.max(value.abs()));
    deviation <= 1e-12 * largest
}

/// The sample standard deviation, 0 where it counts as 0; none of fewer than two values.
#[must_use]
pub fn deviation_or_zero(values: &[f64]) -> Option<f64> {
    standard_deviation(values).map(|deviation| if is_zero(deviation, values) { 0.0 } else { deviation })
}

/// The probability of a `t` at least this far from 0 in either direction, under Student's distribution.
#[must_use]
pub fn two_sided_t(t: f64, degrees_of_freedom: f64) -> Option<f64> {
    let distribution = StudentsT::new(0.0, 1.0, degrees_of_freedom).ok()?;
    Some((2.0 * distribution.sf(t.abs())).min(1.0))
}

/// The probability of a `z` at least this far from 0 in either direction, under the standard normal distribution.
#[must_use]
pub fn two_sided_normal(z: f64) -> f64 {
    (2.0 * Normal::standard().sf(z.abs())).min(1.0)
}

/// The standard normal distribution function.
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// The upper quartile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996); sorts `values`.
#[must_use]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
pub fn upper_quartile(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let place = 0.75 * values.len().checked_sub(1)? as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    Some(values[below] + (values[above] - values[below]) * (place - place.floor()))
}
