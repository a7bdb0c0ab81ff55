//! How scores are computed: the method's keys and presets (METHOD section 12).

use crate::calendar::DateRange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The method's presets (METHOD section 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// For weekly reports.
    Weekly,
    /// The letter of the study.
    Study,
}

/// From the mean of two standardized measures to 0..100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// The standard normal distribution.
    Phi,
    /// A straight line from the smallest to the largest.
    Minmax,
}

/// How minutes, answers and sizes enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Transform {
    /// As ln(1 + x).
    Log,
    /// As they are.
    None,
}

/// What maintenance compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Blocks {
    /// Runs of 4 weeks.
    Weeks,
    /// Calendar months.
    Months,
}

/// What makes a day active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActiveBy {
    /// A log in, an enter or an answer.
    Action,
    /// A log in.
    Login,
}

/// When a student earns a reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RewardRule {
    /// A rise to the best of the student's own weeks.
    OwnBest,
    /// Any rise.
    BetterThanLastWeek,
}

/// Whose spread is 0..100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum RulerKind {
    /// One ruler for a term, kept in the ledger.
    Term,
    /// The window of each report.
    Window,
    /// Fixed dates.
    Fixed,
}

/// How scores are computed.
#[derive(Debug, Clone)]
pub struct Method {
    /// From a measure to 0..100.
    pub scale: Scale,
    /// How minutes, answers and sizes enter.
    pub transform: Transform,
    /// What maintenance compares.
    pub blocks: Blocks,
    /// What makes a day active.
    pub active_by: ActiveBy,
    /// When a student earns a reward.
    pub reward: RewardRule,
    /// Whose spread is 0..100.
    pub ruler: RulerKind,
    /// The dates of a fixed ruler.
    pub ruler_dates: Option<DateRange>,
    /// How many weeks a report looks back on.
    pub window_weeks: usize,
    /// By how many points effort must rise for a reward.
    pub gain_points: f64,
    /// After how much silence a session has ended.
    pub idle_minutes: f64,
    /// How long a recorded session may count.
    pub session_minutes: f64,
    /// After how many days somebody has gone quiet.
    pub inactive_days: i64,
}

impl Method {
    /// A preset with everything else at its default.
    #[must_use]
    pub fn of(preset: Preset) -> Self {
        let study = preset == Preset::Study;
        Self {
            scale: if study { Scale::Minmax } else { Scale::Phi },
            transform: if study { Transform::None } else { Transform::Log },
            blocks: if study { Blocks::Months } else { Blocks::Weeks },
            active_by: if study { ActiveBy::Login } else { ActiveBy::Action },
            reward: if study { RewardRule::BetterThanLastWeek } else { RewardRule::OwnBest },
            ruler: if study { RulerKind::Window } else { RulerKind::Term },
            ruler_dates: None,
            window_weeks: 16,
            gain_points: 5.0,
            idle_minutes: 30.0,
            session_minutes: 180.0,
            inactive_days: 10,
        }
    }

    /// The same limits and numbers with the letter of another preset.
    #[must_use]
    pub fn with_preset(&self, preset: Preset) -> Self {
        Self {
            ruler_dates: self.ruler_dates.clone(),
            window_weeks: self.window_weeks,
            gain_points: self.gain_points,
            idle_minutes: self.idle_minutes,
            session_minutes: self.session_minutes,
            inactive_days: self.inactive_days,
            ..Self::of(preset)
        }
    }
}
