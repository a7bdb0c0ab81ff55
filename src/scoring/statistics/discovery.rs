//! Many tests at once: how large a share of what they find may be chance.
//!
//! Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57 (1995).
//!
//! It holds for tests that are independent, or depend on each other positively.

/// The adjusted value q of each p, in the order given: calling all with q up to some level a find expects at most that share
/// of the finds to be chance. What has no p has no q and does not count as a test.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of tests")]
pub fn false_discovery(ps: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> = ps.iter().enumerate().filter_map(|(index, p)| Some(((*p)?, index))).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let tests = order.len() as f64;
    let mut qs = vec![None; ps.len()];
    let mut least = 1.0_f64;
    for (rank, (p, index)) in order.iter().enumerate().rev() {
        least = least.min(p * (tests / (rank + 1) as f64));
        qs[*index] = Some(least);
    }
    qs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifteen_comparisons_of_the_paper_give_its_four_finds() {
        // Section 3.2 of the paper: with a rate of 0.05 the four smallest p are finds, the fifth is none.
        let ps = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.000,
        ];
        let qs = false_discovery(&ps.map(Some));
        assert_eq!(qs.iter().flatten().filter(|q| **q <= 0.05).count(), 4);
        assert!((qs[3].unwrap() - 0.0095 * 15.0 / 4.0).abs() < 1e-12);
    }

    #[test]
    fn what_was_not_tested_has_no_q_and_costs_the_others_nothing() {
        assert_eq!(false_discovery(&[Some(0.02), None, Some(0.04)]), [Some(0.04), None, Some(0.04)]);
    }
}
