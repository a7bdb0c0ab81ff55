//! The few statistics that scores stand on; distributions are statrs'.

use statrs::distribution::{ContinuousCDF, Normal};

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
