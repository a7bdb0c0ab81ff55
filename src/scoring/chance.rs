//! The chance rate: how many rewards there would be if weeks were exchangeable (METHOD section 6).
//!
//! Shown to administrators beside the true share, so that nobody takes luck for effort.

use super::StudentWeek;
use super::students::is_reward;
use crate::config::Method;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::ops::Range;

const SHUFFLES: u64 = 200;

/// The share of the window's student-weeks that would earn a reward, over 200 shuffles; none without student-weeks.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub fn rate(rows: &[StudentWeek], window: &Range<usize>, method: &Method) -> Option<f64> {
    let own: Vec<&[StudentWeek]> = rows.chunk_by(|a, b| a.student == b.student).collect();
    let student_weeks = rows.iter().filter(|row| window.contains(&row.week)).count();
    let rewards: u64 = own.par_iter().map(|weeks| rewards(weeks, window, method)).sum();
    (student_weeks > 0).then(|| rewards as f64 / (SHUFFLES * student_weeks as u64) as f64)
}

/// One student's rewards over all shuffles; the generator is seeded by the student, so that the order of work is free.
fn rewards(weeks: &[StudentWeek], window: &Range<usize>, method: &Method) -> u64 {
    let from = weeks.partition_point(|row| row.week < window.start);
    let mut efforts: Vec<Option<f64>> = weeks.iter().map(|row| row.is_active().then_some(row.effort)).collect();
    let places: Vec<usize> = (from..weeks.len()).filter(|index| efforts[*index].is_some()).collect();
    let mut values: Vec<Option<f64>> = places.iter().map(|place| efforts[*place]).collect();
    if places.len() < 2 {
        return SHUFFLES * places.iter().filter(|place| is_reward(&efforts, **place, method)).count() as u64;
    }
    let mut random = ChaCha8Rng::seed_from_u64(weeks[0].student as u64);
    let mut rewards = 0;
    for _ in 0..SHUFFLES {
        values.shuffle(&mut random);
        for (place, value) in places.iter().zip(&values) {
            efforts[*place] = *value;
        }
        rewards += places.iter().filter(|place| is_reward(&efforts, **place, method)).count() as u64;
    }
    rewards
}
