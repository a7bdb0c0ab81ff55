//! The parts of an explanation, as text and JSON show them.

use crate::intake::trace::Trace;
use crate::scoring::conditions::Condition;
use crate::scoring::ruler::Part;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// An explanation of one person's week.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The week's first day.
    pub week: NaiveDate,
    /// Who.
    pub person: Who,
    /// Where the sources name them.
    pub rows: Vec<Trace>,
    /// What they did on each day of the week.
    pub days: Vec<Day>,
    /// The score of the week, for a student who was active.
    pub score: Option<Scored>,
    /// The student's weeks before, oldest first: effort of each; none: no activity.
    pub before: Vec<(NaiveDate, Option<f64>)>,
    /// The week's row of the table that the run kept which told of it: what was computed then.
    pub then: Option<Then>,
    /// For how many days they have been quiet, if for longer than config allows.
    pub quiet_days: Option<i64>,
    /// What was decided, and what became of it.
    pub notices: Vec<Explained>,
    /// Messages to them or about them of this week that no rule of today's leads to.
    pub others: Vec<Sent>,
}

/// What a run computed and kept.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Then {
    /// The run.
    pub run: i64,
    /// The columns of its row.
    pub row: BTreeMap<String, String>,
}

/// Who is explained.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Who {
    /// The id.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// What they are on the roster; none: they are not on it.
    pub role: Option<&'static str>,
    /// The organization's id.
    pub organization: String,
    /// Its zone.
    pub zone: String,
    /// Whether they are a member in the week, or, for others, there at all.
    pub is_there: bool,
    /// First and last day on the roster.
    pub joined: Option<NaiveDate>,
    /// Last day on the roster.
    pub left: Option<NaiveDate>,
    /// Guardians or children, and classes.
    pub ties: Vec<String>,
    /// What else must be said.
    pub notes: Vec<String>,
}

/// One day of the week.
#[derive(Debug, Clone, Serialize)]
pub struct Day {
    /// The local day.
    pub day: NaiveDate,
    /// Log ins.
    pub log_ins: u32,
    /// Log ins, enters and answers.
    pub actions: u32,
    /// Minutes online.
    pub minutes: f64,
    /// Minutes in class.
    pub class_minutes: f64,
    /// Answers.
    pub answers: u32,
    /// Right ones.
    pub right: u32,
}

/// How a week's score came about.
#[derive(Debug, Clone, Serialize)]
pub struct Scored {
    /// Active days.
    pub active_days: u32,
    /// Minutes online.
    pub minutes: f64,
    /// Share of the last 4 weeks with activity.
    pub steadiness: f64,
    /// Answers.
    pub answers: u32,
    /// Active days and minutes beside the ruler.
    pub health_parts: [Part; 2],
    /// Steadiness and answers beside the ruler.
    pub vital_parts: [Part; 2],
    /// The two scores and their mean, 0 to 100.
    pub health: f64,
    /// See above.
    pub vital: f64,
    /// See above.
    pub effort: f64,
    /// Effort less that of the week before.
    pub gain: Option<f64>,
    /// Whose means and deviations the ruler has.
    pub ruler: String,
    /// Whether there were enough weeks for scores to be told.
    pub told: bool,
}

/// One notice: what was decided, by which rule, when it was due, and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// The kind.
    pub kind: &'static str,
    /// Who gets such notices.
    pub audience: &'static str,
    /// The recipient's id.
    pub recipient: String,
    /// The id of the student whom it is about, or of the organization.
    pub subject: String,
    /// What the student or the organization is called.
    pub about: String,
    /// What the rules say today, as a name for programs.
    pub verdict: &'static str,
    /// The same in words.
    pub words: String,
    /// What the rule asks for.
    pub conditions: Vec<Condition>,
    /// What the guardian answered when they were asked.
    pub consent: Option<&'static str>,
    /// When it was due, and what became of that.
    pub occasions: Vec<String>,
    /// What the ledger has of it.
    pub messages: Vec<Sent>,
}

/// A message of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Its number.
    pub number: i64,
    /// The kind.
    pub kind: String,
    /// The recipient's id.
    pub recipient: String,
    /// The subject's id.
    pub subject: String,
    /// How it left.
    pub channel: String,
    /// Its state.
    pub state: &'static str,
    /// Why it is in that state.
    pub cause: &'static str,
    /// What the run that planned it found.
    pub reason: String,
    /// What the channel said.
    pub reply: String,
    /// How often it was tried.
    pub attempts: i64,
    /// The run that planned it.
    pub run: i64,
    /// When it changed last.
    pub changed: String,
}
