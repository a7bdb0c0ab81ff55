//! Whether two means differ: Welch's test of two samples, and the paired test of the same people twice.
//!
//! B. L. Welch, "The generalization of 'Student's' problem when several different population variances are involved",
//! Biometrika 34 (1947); Student, "The probable error of a mean", Biometrika 6 (1908).
//!
//! Both take the values for independent and their means for nearly normal. Fewer than two values, or values without any
//! spread, give no result.

use super::{deviation_or_zero, mean, two_sided_t};

/// What a t-test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTest {
    /// The difference of the means in units of its standard error.
    pub t: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Two-sided p, 0 to 1.
    pub p: f64,
}

/// Welch's two-sample t-test of the mean of `after` less that of `before`, two-sided; none if either has fewer than two
/// values or both have no spread.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of people")]
pub fn welch(before: &[f64], after: &[f64]) -> Option<TTest> {
    let share = |values: &[f64]| Some(deviation_or_zero(values)?.powi(2) / values.len() as f64);
    let (b, a) = (share(before)?, share(after)?);
    let squared = a + b;
    if squared == 0.0 {
        return None;
    }
    let t = (mean(after)? - mean(before)?) / squared.sqrt();
    let part = |share: f64, values: &[f64]| share.powi(2) / (values.len() - 1) as f64;
    let df = squared.powi(2) / (part(a, after) + part(b, before));
    Some(TTest { t, df, p: two_sided_t(t, df)? })
}

/// The paired t-test of `after` less `before`, person by person, two-sided; none of fewer than two pairs, or if all differ
/// by the same.
///
/// # Panics
/// The two have different lengths: a bug.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of people")]
pub fn paired(before: &[f64], after: &[f64]) -> Option<TTest> {
    assert_eq!(before.len(), after.len(), "pairs have two halves");
    let differences: Vec<f64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
    let deviation = deviation_or_zero(&differences).filter(|deviation| *deviation > 0.0)?;
    let n = differences.len() as f64;
    let t = mean(&differences)? / (deviation / n.sqrt());
    Some(TTest { t, df: n - 1.0, p: two_sided_t(t, n - 1.0)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours of sleep gained with two drugs by the same ten patients: Student (1908), as the data set `sleep` of R.
    const FIRST: [f64; 10] = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    const SECOND: [f64; 10] = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

    #[test]
    fn welch_finds_in_students_sleep_data_what_the_manual_of_r_prints() {
        let found = welch(&FIRST, &SECOND).unwrap();
        // `t.test(extra ~ group, data = sleep)`: t = -1.8608 (of the first less the second), df = 17.776, p = 0.07939.
        assert!((found.t - 1.8608).abs() < 5e-5 && (found.df - 17.776).abs() < 5e-4, "{found:?}");
        assert!((found.p - 0.07939).abs() < 5e-6, "{found:?}");
    }

    #[test]
    fn paired_finds_in_students_sleep_data_what_student_did() {
        let found = paired(&FIRST, &SECOND).unwrap();
        // The mean of the differences is 1.58, their deviation 1.23 (n - 1); t = 4.0621 with 9 degrees of freedom, p = 0.002833.
        assert!((found.t - 4.0621).abs() < 5e-5 && (found.df - 9.0).abs() < 1e-12, "{found:?}");
        assert!((found.p - 0.002_833).abs() < 5e-7, "{found:?}");
    }

    #[test]
    fn one_sample_without_spread_leaves_welch_the_spread_of_the_other() {
        let found = welch(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]).unwrap();
        assert!((found.df - 2.0).abs() < 1e-12 && (found.t - 3.0_f64.sqrt()).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn nothing_can_be_said_of_one_value_or_of_values_without_spread() {
        assert_eq!(welch(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(welch(&[1.0, 1.0], &[2.0, 2.0]), None);
        assert_eq!(paired(&[1.0, 2.0], &[2.0, 3.0]), None);
        assert_eq!(paired(&[], &[]), None);
    }
}
