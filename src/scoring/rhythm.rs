//! The rhythm of the whole: how many are active each week, which weeks are valleys, and whether that comes and goes in a
//! cycle (METHOD section 8).

use super::statistics::{autocorrelation, median};
use super::weekly::Weekly;
use crate::calendar::Timeline;
use chrono::NaiveDate;
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
    /// Whether it is above that of the lag before. If not, neighbouring weeks are alike, as in a steady rise or fall, and
    /// nothing comes round.
    pub is_peak: bool,
}

/// The cycle of a series, if there is one: the lag with the largest autocorrelation, if that is above 1.96 / sqrt(n).
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a count of weeks")]
pub fn cycle(series: &[u32]) -> Option<Cycle> {
    let values: Vec<f64> = series.iter().map(|count| f64::from(*count)).collect();
    let strength = |lag: usize| autocorrelation(&values, lag);
    let lags = (2..=8).filter_map(|lag| {
        let r = strength(lag)?;
        Some(Cycle { lag, r, is_peak: strength(lag - 1).is_some_and(|before| r > before) })
    });
    let best = lags.reduce(|best, next| if next.r > best.r { next } else { best })?;
    (best.r > 1.96 / (values.len() as f64).sqrt()).then_some(best)
}

/// A week in which far fewer were active than in those before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Valley {
    /// Index into the timeline.
    pub week: usize,
    /// Active members.
    pub active: u32,
    /// The median of the weeks before it.
    pub median: f64,
    /// The active members as a share of the median, below 0.6.
    pub ratio: f64,
}

const VALLEY_RATIO: f64 = 0.6;
const VALLEY_WEEKS: usize = 8;
const VALLEY_WEEKS_NEEDED: usize = 4;

/// The fewest weeks of which the last can be a valley: those that it needs before it, and itself.
pub const WEEKS_FOR_A_VALLEY: usize = VALLEY_WEEKS_NEEDED + 1;

/// The valleys of the window: `active` by week of the timeline, whose weeks from `from` on may be compared.
#[must_use]
pub fn valleys(active: &[u32], from: usize, window: &Range<usize>) -> Vec<Valley> {
    let valley = |week: usize| {
        let before = active.get(from.max(week.saturating_sub(VALLEY_WEEKS))..week)?;
        let mut before: Vec<f64> = before.iter().map(|count| f64::from(*count)).collect();
        let median = median(&mut before).filter(|median| before.len() >= VALLEY_WEEKS_NEEDED && *median > 0.0)?;
        let ratio = f64::from(active[week]) / median;
        (ratio < VALLEY_RATIO).then_some(Valley { week, active: active[week], median, ratio })
    };
    window.clone().filter_map(valley).collect()
}

/// How many weeks of the timeline may be compared.
#[must_use]
pub fn usable_weeks(timeline: &Timeline, first_day: Option<NaiveDate>) -> usize {
    timeline.len().saturating_sub(first_whole_week(timeline, first_day))
}

/// The first week of the timeline that may be compared: not the first of the data if those begin after its first day.
#[must_use]
pub fn first_whole_week(timeline: &Timeline, first_day: Option<NaiveDate>) -> usize {
    let cut = timeline
        .weeks()
        .first()
        .zip(first_day)
        .is_some_and(|(week, day)| timeline.index_of(day) == Some(0) && day > week.first());
    usize::from(cut)
}
