//! The administrators' alarm: a run that could not start or stopped, an occasion that was missed, an edit that was refused.

use super::Words;
use super::dates::week_range;
use super::digest::common;
use crate::calendar::Week;
use crate::problem::Problem;
use serde_json::{Value, json};

/// What an alarm is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// A run could not start.
    Start,
    /// A run stopped before it was done.
    Halfway,
    /// Occasions were missed and are not run any more.
    Missed,
    /// An edit of the settings was not taken.
    Edit,
}

impl Halt {
    /// The end of the names of its words.
    fn suffix(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Halfway => "_halfway",
            Self::Missed => "_missed",
            Self::Edit => "_edit",
        }
    }

    /// What an administrator runs to see more.
    fn command(self) -> &'static str {
        if self == Self::Missed { "plaudit check --due" } else { "plaudit check" }
    }

    /// The same with the settings that are meant, and the week where it matters.
    #[must_use]
    pub fn whole_command(self, config: &std::path::Path, week: Week) -> String {
        let week = if matches!(self, Self::Start | Self::Halfway) { format!(" --week {week}") } else { String::new() };
        format!("{} --config {}{week}", self.command(), config.display())
    }
}

/// The context of an alarm.
#[must_use]
pub fn alarm(words: &Words, problems: &[Problem], week: Week, sender: &str, command: &str, halt: Halt) -> Value {
    let mut context = common(words, "alarm", sender, &words.word("mail.footer.why.administrator"));
    let listed = problems
        .iter()
        .map(|problem| json!({ "place": problem.place, "message": problem.message, "hint": problem.hint }));
    context["organization"] = Value::Null;
    context["week"] = json!(week_range(words, week));
    let when = halt.suffix();
    context["headline"] = json!(words.word(&format!("alarm.headline{when}")));
    context["paragraphs"] = json!([words.say(&format!("alarm.paragraph{when}"), &[("command", command)])]);
    context["problems"] = json!(listed.collect::<Vec<_>>());
    context["sections"] = json!([]);
    context
}
