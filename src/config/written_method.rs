//! How scores are computed, as an administrator writes it. The comments here are the descriptions in the JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;

/// How scores are computed; METHOD in docs/method.md.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// What sets `scale`, `transform`, `blocks`, `active_by`, `reward` and `ruler` together.
    ///
    /// A key of its own goes before it.
    #[schemars(extend("default" = "weekly"))]
    pub preset: Option<super::Preset>,
    /// How two measures become a score from 0 to 100.
    ///
    /// With `preset: study` the default is `minmax`.
    #[schemars(extend("default" = "phi"))]
    pub scale: Option<super::Scale>,
    /// How minutes, answers and sizes enter.
    ///
    /// With `preset: study` the default is `none`.
    #[schemars(extend("default" = "log"))]
    pub transform: Option<super::Transform>,
    /// What maintenance compares.
    ///
    /// With `preset: study` the default is `months`.
    #[schemars(extend("default" = "weeks"))]
    pub blocks: Option<super::Blocks>,
    /// What makes a day active.
    ///
    /// With `preset: study` the default is `login`.
    #[schemars(extend("default" = "action"))]
    pub active_by: Option<super::ActiveBy>,
    /// What earns a student a reward.
    ///
    /// With `preset: study` the default is `better_than_last_week`.
    #[schemars(extend("default" = "own_best"))]
    pub reward: Option<super::RewardRule>,
    /// Whose spread makes 0 to 100.
    ///
    /// With `preset: study` the default is `window`. See [terms and
    /// rulers](method.md#terms-rulers-and-what-a-change-of-method-does).
    #[schemars(extend("default" = "term"))]
    pub ruler: Option<super::RulerKind>,
    /// The days of a `fixed` ruler, and needed with it; whole weeks within them count.
    ///
    /// For instance `ruler_dates: {from: 2026-01-12, to: 2026-04-03}`. Without `ruler: fixed` they have no effect on
    /// reports.
    pub ruler_dates: Option<Dates>,
    /// How many weeks a report looks back on.
    ///
    /// The flag `--from` replaces it.
    #[schemars(range(min = 4, max = 104), extend("default" = 16))]
    pub window_weeks: Option<u16>,
    /// By how many points effort must rise to be worth a word.
    ///
    /// It serves the reward (with `own_best`), the welcome back, the words "falling" and "risen" in teachers' reports,
    /// and the schools that the digest names.
    #[schemars(range(min = 0, max = 100), extend("default" = 5))]
    pub gain_points: Option<f64>,
    /// After how many minutes of silence a session has ended.
    #[schemars(range(min = 1, max = 1440), extend("default" = 30))]
    pub idle_minutes: Option<f64>,
    /// How many minutes a session that the platform recorded counts at the most.
    #[schemars(range(min = 1, max = 1440), extend("default" = 180))]
    pub session_minutes: Option<f64>,
    /// After how many days without an action somebody has gone quiet.
    #[schemars(range(min = 1, max = 365), extend("default" = 10))]
    pub inactive_days: Option<u16>,
}

/// Two dates.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// The first day.
    #[schemars(extend("format" = "date", "examples" = ["2026-01-12"]))]
    pub from: String,
    /// The last day, included.
    #[schemars(extend("format" = "date", "examples" = ["2026-04-03"]))]
    pub to: String,
}
