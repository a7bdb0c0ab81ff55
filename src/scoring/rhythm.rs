//! The rhythm of the whole: how many are active each week, and whether that comes and goes in a cycle (METHOD section 8).

use super::weekly::Weekly;
use crate::calendar::Timeline;
use std::ops::Range;

/// Active members of all organizations in each week of the timeline.
#[must_use]
pub fn active(weekly: &Weekly, timeline: &Timeline) -> Vec<u32> {
    let mut active = vec![0; timeline.len()];
    for own in weekly.all().filter(|own| own.is_active()) {
        active[own.week] += 1;
    }
    active
}

/// A cycle: how many weeks it takes and how strong it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cycle {
    /// Weeks from peak to peak, 2 to 8.
    pub lag: usize,
    /// The autocorrelation at that lag, -1 to 1.
    pub r: f64,
}

/// The cycle of a series, if there is one: the lag with the largest autocorrelation, if that is above 1.96 / sqrt(n).
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of weeks and people")]
pub fn cycle(series: &[u32]) -> Option<Cycle> {
    let values: Vec<f64> = series.iter().map(|count| f64::from(*count)).collect();
    let mean = super::statistics::mean(&values)?;
    let deviations: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let whole: f64 = deviations.iter().map(|d| d * d).sum();
    if super::statistics::is_zero(whole.sqrt(), &values) {
        return None;
    }
    let strength = |lag: usize| deviations.iter().zip(&deviations[lag..]).map(|(a, b)| a * b).sum::<f64>() / whole;
    let lags = (2..=8).filter(|lag| *lag < values.len());
    let best = lags
        .map(|lag| Cycle { lag, r: strength(lag) })
        .reduce(|best, next| if next.r > best.r { next } else { best })?;
    (best.r > 1.96 / (values.len() as f64).sqrt()).then_some(best)
}

/// The weeks of the window that may be compared: without the first week of the data if those begin after its first day.
#[must_use]
pub fn whole_weeks(timeline: &Timeline, window: &Range<usize>, first_day: Option<chrono::NaiveDate>) -> Range<usize> {
    let cut = timeline
        .weeks()
        .first()
        .zip(first_day)
        .is_some_and(|(week, day)| timeline.index_of(day) == Some(0) && day > week.first());
    window.start.max(usize::from(cut))..window.end
}
