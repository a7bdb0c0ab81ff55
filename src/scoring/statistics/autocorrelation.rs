//! Whether a series comes round again: its autocorrelation.
//!
//! G. E. P. Box and G. M. Jenkins, "Time Series Analysis: Forecasting and Control" (1970), section 2.1.

use super::{is_zero, mean};

/// The autocorrelation of a series at a lag, -1 to 1; none if the series is no longer than the lag or has no spread.
#[must_use]
pub fn autocorrelation(values: &[f64], lag: usize) -> Option<f64> {
    let mean = mean(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let whole: f64 = deviations.iter().map(|d| d * d).sum();
    if lag >= values.len() || is_zero(whole.sqrt(), values) {
        return None;
    }
    Some(deviations.iter().zip(&deviations[lag..]).map(|(a, b)| a * b).sum::<f64>() / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luteinizing_hormone_has_the_autocorrelations_that_r_prints() {
        // P. J. Diggle, "Time Series" (1990), table A.1, as the data set `lh` of R; `acf(lh)`: 0.576, 0.182, -0.145.
        let hormone = [
            2.4, 2.4, 2.4, 2.2, 2.1, 1.5, 2.3, 2.3, 2.5, 2.0, 1.9, 1.7, 2.2, 1.8, 3.2, 3.2, 2.7, 2.2, 2.2, 1.9, 1.9,
            1.8, 2.7, 3.0, 2.3, 2.0, 2.0, 2.9, 2.9, 2.7, 2.7, 2.3, 2.6, 2.4, 1.8, 1.7, 1.5, 1.4, 2.1, 3.3, 3.5, 3.5,
            3.1, 2.6, 2.1, 3.4, 3.0, 2.9,
        ];
        for (lag, expected) in [(1, 0.576), (2, 0.182), (3, -0.145)] {
            assert!((autocorrelation(&hormone, lag).unwrap() - expected).abs() < 5e-4, "lag {lag}");
        }
    }

    #[test]
    fn a_series_without_spread_or_shorter_than_the_lag_has_none() {
        assert_eq!(autocorrelation(&[3.0; 8], 2), None);
        assert_eq!(autocorrelation(&[1.0, 2.0], 2), None);
    }
}
