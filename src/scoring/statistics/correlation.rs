//! Whether two measures move together: Pearson's correlation.
//!
//! K. Pearson, "Note on regression and inheritance in the case of two parents", Proceedings of the Royal Society 58 (1895); its test by
//! Student's t is R. A. Fisher's, Biometrika 10 (1915).
//!
//! It sees straight lines only, one far point can make or hide it, and it takes the pairs for independent. Fewer than three
//! pairs, or a measure without spread, give no result.

use super::{deviation_or_zero, mean, two_sided_t};

/// A correlation and its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// Pearson's r, -1 to 1.
    pub r: f64,
    /// Two-sided p by t with n - 2 degrees of freedom, 0 to 1; 0 where |r| is 1.
    pub p: f64,
    /// How many pairs.
    pub n: usize,
}

/// Pearson's correlation of two measures of the same things; none of fewer than three, or if a measure has no spread.
///
/// # Panics
/// The two have different lengths: a bug.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of people or weeks")]
pub fn pearson(first: &[f64], second: &[f64]) -> Option<Correlation> {
    assert_eq!(first.len(), second.len(), "pairs have two halves");
    let pairs = first.len();
    let has_spread = |values: &[f64]| deviation_or_zero(values).is_some_and(|deviation| deviation > 0.0);
    if pairs < 3 || !has_spread(first) || !has_spread(second) {
        return None;
    }
    let from_mean = |values: &[f64]| {
        let mean = mean(values).unwrap_or(0.0);
        values.iter().map(|value| value - mean).collect::<Vec<f64>>()
    };
    let (first, second) = (from_mean(first), from_mean(second));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let r = product(&first, &second) / (product(&first, &first).sqrt() * product(&second, &second).sqrt());
    let r = r.clamp(-1.0, 1.0);
    let (df, unexplained) = ((pairs - 2) as f64, 1.0 - r * r);
    let p = if unexplained <= 1e-12 { 0.0 } else { two_sided_t(r * (df / unexplained).sqrt(), df)? };
    Some(Correlation { r, p, n: pairs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_of_anscombes_sets_have_the_correlation_that_he_built_them_for() {
        // F. J. Anscombe, "Graphs in statistical analysis", The American Statistician 27 (1973): r = 0.816 in each.
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let x_of_fourth = [8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 19.0, 8.0, 8.0, 8.0];
        let sets = [
            (x, [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]),
            (x, [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74]),
            (x, [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73]),
            (x_of_fourth, [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89]),
        ];
        for (x, y) in sets {
            let found = pearson(&x, &y).unwrap();
            assert!((found.r - 0.816).abs() < 1e-3 && (found.p - 0.0022).abs() < 1e-4, "{found:?}");
        }
    }

    #[test]
    fn tuna_lightness_and_quality_correlate_as_in_hollander_and_wolfe() {
        // M. Hollander and D. A. Wolfe, "Nonparametric Statistical Methods" (1973), p. 187; the manual of R's `cor.test`
        // prints r = 0.5712, t = 1.8411 with 7 degrees of freedom, p = 0.1082.
        let lightness = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1];
        let quality = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8];
        let found = pearson(&lightness, &quality).unwrap();
        assert!((found.r - 0.5712).abs() < 5e-5 && (found.p - 0.1082).abs() < 5e-5, "{found:?}");
    }

    #[test]
    fn a_straight_line_leaves_nothing_to_chance() {
        let found = pearson(&[1.0, 2.0, 3.0, 4.0], &[8.0, 6.0, 4.0, 2.0]).unwrap();
        assert!((found.r + 1.0).abs() < 1e-15 && found.p < 1e-9, "{found:?}");
    }

    #[test]
    fn nothing_can_be_said_of_two_pairs_or_of_a_measure_without_spread() {
        assert_eq!(pearson(&[1.0, 2.0], &[2.0, 3.0]), None);
        assert_eq!(pearson(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
    }
}
