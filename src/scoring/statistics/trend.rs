//! Whether a series rises or falls: the Mann-Kendall test and Sen's slope.
//!
//! H. B. Mann, "Nonparametric tests against trend", Econometrica 13 (1945); M. G. Kendall, "Rank Correlation Methods" (1975), also for the
//! correction for ties; P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", Journal of the American Statistical
//! Association 63 (1968).
//!
//! The test takes the values for independent; where a high value follows a high one, its p is too small. The normal
//! approximation is rough below about ten values.

use super::two_sided_normal;

/// What the Mann-Kendall test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Pairs that rise less pairs that fall.
    pub s: i64,
    /// S less its continuity correction, in units of its deviation; 0 if all values are equal.
    pub z: f64,
    /// Two-sided p, 0 to 1; 1 if all values are equal.
    pub p: f64,
}

/// The Mann-Kendall test of a series in order of time, with corrections for ties and continuity. Of fewer than two values S
/// is 0 and p is 1: whoever asks decides how many are enough.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pairs of weeks")]
pub fn mann_kendall(values: &[f64]) -> MannKendall {
    let pairs = values.iter().enumerate().flat_map(|(index, a)| values[index + 1..].iter().map(move |b| (a, b)));
    let s: i64 = pairs.map(|(a, b)| i64::from(b > a) - i64::from(b < a)).sum();
    let weight = |n: usize| (n * n.saturating_sub(1) * (2 * n + 5)) as f64;
    let variance = (weight(values.len()) - ties(values).into_iter().map(weight).sum::<f64>()) / 18.0;
    let z = if variance > 0.0 { (s - s.signum()) as f64 / variance.sqrt() } else { 0.0 };
    MannKendall { s, z, p: two_sided_normal(z) }
}

/// How often each value occurs.
fn ties(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()).map(<[f64]>::len).collect()
}

/// Sen's slope: the median of the slopes between all pairs of points, each (time, value); none of fewer than two points.
#[must_use]
pub fn sen_slope(points: &[(f64, f64)]) -> Option<f64> {
    let pairs = points.iter().enumerate().flat_map(|(index, a)| points[index + 1..].iter().map(move |b| (a, b)));
    let mut slopes: Vec<f64> = pairs.filter(|(a, b)| a.0 < b.0).map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).collect();
    median(&mut slopes)
}

/// The median, of an even count the mean of the two in the middle; none of nothing. Sorts `values`.
#[must_use]
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let odd = values.len() % 2 == 1;
    Some(if odd { upper } else { f64::midpoint(values[values.len() / 2 - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The yearly flow of the Nile at Aswan, 1871 to 1970, in 10^8 cubic metres: the data set `Nile` of R.
    #[rustfmt::skip]
    const NILE: [u16; 100] = [
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
        1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
        831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
        781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
        744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
    ];

    #[test]
    fn the_nile_falls_as_the_manual_of_modifiedmk_has_it() {
        // `mkttest(Nile)` of the R package modifiedmk: S = -1387, z = -4.128, p = 3.66e-05, Sen's slope = -2.6; with ties.
        let flow = NILE.map(f64::from);
        let found = mann_kendall(&flow);
        assert_eq!(found.s, -1387);
        assert!((found.z + 4.128_067).abs() < 1e-6 && (found.p - 3.658_263e-5).abs() < 1e-11, "{found:?}");
        let points: Vec<(f64, f64)> = (1871_u16..).map(f64::from).zip(flow).collect();
        assert!((sen_slope(&points).unwrap() + 2.6).abs() < 1e-12);
    }

    #[test]
    fn sens_own_example_has_the_slope_of_his_paper() {
        // Sen (1968), section 6: seven points, of which the fifth to seventh stand apart in time; the estimate is 4.
        let points = [(1.0, 9.0), (2.0, 15.0), (3.0, 19.0), (4.0, 20.0), (10.0, 45.0), (12.0, 55.0), (18.0, 78.0)];
        assert!((sen_slope(&points).unwrap() - 4.0).abs() < 1e-12);
    }

    #[test]
    fn equal_values_have_no_trend() {
        assert_eq!(mann_kendall(&[0.5; 8]), MannKendall { s: 0, z: 0.0, p: 1.0 });
        assert_eq!(sen_slope(&[(0.0, 0.5)]), None);
    }
}
