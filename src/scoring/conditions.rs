//! Why a week earned something or did not: each rule of METHOD section 6 taken apart into what it asks for, what was found
//! and whether that is enough. For explaining one student's week; [`super::students`] decides all of them.

use super::students::{Praise, QUARTILE_WEEKS, QUARTILE_WEEKS_NEEDED};
use super::{StudentWeek, above, at_least};
use crate::config::{Method, RewardRule};
use crate::scoring::statistics::upper_quartile;
use serde::Serialize;

/// One thing that a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Condition {
    /// What is asked for, in words.
    pub what: &'static str,
    /// What was found; none: there is no such number.
    pub found: Option<f64>,
    /// What it is held against; none: it must only be there.
    pub needed: Option<f64>,
    /// Whether it holds.
    pub holds: bool,
}

impl Condition {
    fn new(what: &'static str, found: Option<f64>, needed: Option<f64>, holds: bool) -> Self {
        Self { what, found, needed, holds }
    }
}

/// What a rule asks of the last of a student's weeks, which are given oldest first; empty without weeks.
#[must_use]
pub fn conditions(praise: Praise, weeks: &[StudentWeek], method: &Method) -> Vec<Condition> {
    let Some((now, before)) = weeks.split_last() else { return Vec::new() };
    let effort = now.is_active().then_some(now.effort);
    let mut conditions =
        vec![Condition::new("effort in this week, which had activity", effort, None, effort.is_some())];
    conditions.extend(match praise {
        Praise::Reward => reward(effort, before, method),
        Praise::WelcomeBack => welcome_back(effort, before, method),
        Praise::Steady => vec![steady(weeks)],
    });
    conditions
}

fn reward(effort: Option<f64>, before: &[StudentWeek], method: &Method) -> Vec<Condition> {
    let last = before.last().filter(|row| row.is_active()).map(|row| row.effort);
    let had_activity =
        Condition::new("effort in the school week before, which had activity", last, None, last.is_some());
    let gain = effort.zip(last).map(|(effort, last)| effort - last);
    if method.reward == RewardRule::BetterThanLastWeek {
        let rises = gain.is_some_and(|gain| above(gain, 0.0));
        return vec![
            had_activity,
            Condition::new("points more than in the week before, above", gain, Some(0.0), rises),
        ];
    }
    let known: Vec<f64> =
        before.iter().rev().take(QUARTILE_WEEKS).filter(|row| row.is_active()).map(|row| row.effort).collect();
    let count = u32::try_from(known.len()).unwrap_or_default();
    let needed = u32::try_from(QUARTILE_WEEKS_NEEDED).unwrap_or_default();
    let usual = upper_quartile(&mut known.clone());
    let beats = effort.zip(usual).is_some_and(|(effort, usual)| above(effort, usual));
    let rises = gain.is_some_and(|gain| at_least(gain, method.gain_points));
    vec![
        had_activity,
        Condition::new("points more than in the week before, at least", gain, Some(method.gain_points), rises),
        Condition::new(
            "weeks with activity among the last 8 before, at least",
            Some(count.into()),
            Some(needed.into()),
            count >= needed,
        ),
        Condition::new("effort above the upper quartile of those weeks", effort, usual, beats),
    ]
}

fn welcome_back(effort: Option<f64>, before: &[StudentWeek], method: &Method) -> Vec<Condition> {
    let away = before.iter().rev().take_while(|row| !row.is_active()).count();
    let weeks = u32::try_from(away).unwrap_or(u32::MAX);
    let enough = effort.is_some_and(|effort| at_least(effort, method.gain_points));
    vec![
        Condition::new("weeks without activity just before, at least", Some(weeks.into()), Some(2.0), away >= 2),
        Condition::new(
            "an earlier week with activity",
            Some(f64::from(u8::from(away < before.len()))),
            Some(1.0),
            away < before.len(),
        ),
        Condition::new("effort, at least", effort, Some(method.gain_points), enough),
    ]
}

fn steady(weeks: &[StudentWeek]) -> Condition {
    let run = weeks.iter().rev().take_while(|row| row.is_active()).count();
    let weeks = u32::try_from(run).unwrap_or(u32::MAX);
    Condition::new(
        "weeks with activity in a row: 4, 8, 12, ...",
        Some(weeks.into()),
        None,
        run > 0 && run.is_multiple_of(4),
    )
}
