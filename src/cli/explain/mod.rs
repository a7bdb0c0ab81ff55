//! `plaudit explain`: why somebody was told something, or was not.

mod plainly;

use super::schedule::Format;
use super::{Ending, WeekArgument, runtime};
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::intake::trace::Trace;
use crate::pipeline::explain::{Explained, Explanation, Scored, Sent, explain};
use crate::problem::Outcome;
use crate::rendering::Templates;
use crate::scoring::conditions::Condition;
use crate::scoring::ruler::Part;
use clap::Args;

/// Why somebody was told something, or was not
#[derive(Debug, Args)]
pub struct Explain {
    /// The person's id on the roster
    person: String,
    #[command(flatten)]
    week: WeekArgument,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Without numbers, in words that can be read to a parent
    #[arg(long, conflicts_with = "format")]
    plainly: bool,
    /// The language of --plainly; config's by default
    #[arg(long, value_name = "LANGUAGE", requires = "plainly")]
    language: Option<String>,
}

impl Explain {
    /// Prints everything that led to each notice, or to none.
    ///
    /// # Errors
    /// Sources or ledger that cannot be read, or nobody of this id.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let explanation = explain(config, &runtime()?, &self.week.asked(clock), &self.person)?;
        if self.plainly {
            let templates = Templates::load(config.templates.as_deref())?;
            let words = templates.words(self.language.as_ref().unwrap_or(&config.language));
            for paragraph in &plainly::paragraphs(&explanation, words) {
                say!("{paragraph}\n");
            }
        } else if self.format == Format::Json {
            say!("{}", serde_json::to_string_pretty(&explanation).unwrap_or_default());
        } else {
            tell(&explanation);
        }
        Ok(Ending::Done)
    }
}

fn tell(explanation: &Explanation) {
    who(explanation);
    say!("rows that name them (what stands there twice counts once):");
    explanation.rows.iter().for_each(row);
    say!("days of the week:");
    for day in &explanation.days {
        say!(
            "  {}: {} log ins, {} actions, {:.1} minutes online, {:.1} in class, {} answers, {} right",
            day.day,
            day.log_ins,
            day.actions,
            day.minutes,
            day.class_minutes,
            day.answers,
            day.right
        );
    }
    if explanation.days.is_empty() {
        say!("  none with activity");
    }
    if let Some(days) = explanation.quiet_days {
        say!("gone quiet: {days} days without an action, holidays not counted");
    }
    if let Some(score) = &explanation.score {
        scored(score);
    }
    if let Some(then) = &explanation.then {
        let effort = then.row.get("effort").map_or("none", String::as_str);
        say!("run {} told of it with effort {effort}", then.run);
    }
    if !explanation.before.is_empty() {
        let efforts = explanation.before.iter().rev().take(8).rev().map(|(week, effort)| match effort {
            Some(effort) => format!("{week} {effort:.2}"),
            None => format!("{week} no activity"),
        });
        say!("effort of the weeks before: {}", efforts.collect::<Vec<_>>().join(", "));
    }
    let mut told = Vec::new();
    for one in &explanation.notices {
        // What a rule asks for is the same for all who would hear of it.
        let is_first = !told.contains(&(one.kind, &one.subject));
        told.push((one.kind, &one.subject));
        notice(one, is_first);
    }
    if !explanation.others.is_empty() {
        say!("other messages of this week:");
        explanation.others.iter().for_each(message);
    }
}

fn who(explanation: &Explanation) {
    let person = &explanation.person;
    say!("week of {}", explanation.week);
    if let Some(role) = person.role {
        let there = if person.is_there { "there in this week" } else { "not there in this week" };
        say!("{}: {role} of {} ({}), {there}", person.id, person.organization, person.zone);
    } else {
        say!("{}: not on the roster", person.id);
    }
    for (what, day) in [("joined", person.joined), ("left", person.left)] {
        if let Some(day) = day {
            say!("  {what} on {day}");
        }
    }
    if !person.ties.is_empty() {
        say!("  {}", person.ties.join(", "));
    }
    for note in &person.notes {
        say!("  {note}");
    }
}

fn row(trace: &Trace) {
    let days = trace.days.map(|(first, last)| format!(", from {first} to {last}")).unwrap_or_default();
    let in_week = if trace.days.is_some() { format!(", {} in this week", trace.in_week) } else { String::new() };
    let ignored =
        if trace.ignored > 0 { format!(", {} of kinds that are ignored", trace.ignored) } else { String::new() };
    say!("  {}: {} rows{days}{in_week}{ignored}", trace.file, trace.rows);
    if !trace.lines.is_empty() {
        say!("    lines {}", stretches(&trace.lines));
    }
    for turned in &trace.rejects {
        say!("    line {} was turned away: {}, found `{}`", turned.line, turned.reason, turned.found);
    }
}

/// Lines as stretches: `4-9, 12`.
fn stretches(lines: &[u64]) -> String {
    let groups = lines.chunk_by(|a, b| a + 1 == *b);
    let one = |group: &[u64]| match group {
        [first, .., last] => format!("{first}-{last}"),
        [only] => only.to_string(),
        [] => String::new(),
    };
    groups.map(one).collect::<Vec<_>>().join(", ")
}

fn scored(score: &Scored) {
    let told = if score.told { "" } else { "; not told yet, as there are too few weeks" };
    say!(
        "score: effort {:.4}, the mean of health {:.4} and vital {:.4}{told}",
        score.effort,
        score.health,
        score.vital
    );
    if let Some(gain) = score.gain {
        say!("  {gain:+.4} points against the week before");
    }
    say!("  ruler: {}", score.ruler);
    let [days, time] = &score.health_parts;
    let [steadiness, answers] = &score.vital_parts;
    part("active days", f64::from(score.active_days), days);
    part("minutes online", score.minutes, time);
    part("steadiness", score.steadiness, steadiness);
    part("answers", f64::from(score.answers), answers);
}

fn part(name: &str, measured: f64, part: &Part) {
    say!(
        "  {name}: {measured:.2}, enters as {:.4}; mean {:.4}, deviation {:.4}: {:+.4} deviations",
        part.value,
        part.mean,
        part.deviation,
        part.standardized
    );
}

fn notice(notice: &Explained, with_rule: bool) {
    let about = if notice.kind == "teacher_report" { String::new() } else { format!(" about {}", notice.subject) };
    say!("{} to {}{about}: {}", notice.kind, notice.recipient, notice.words);
    notice.conditions.iter().filter(|_| with_rule).for_each(condition);
    if let Some(consent) = notice.consent {
        say!("  consent: {consent}");
    }
    for occasion in &notice.occasions {
        say!("  schedule: {occasion}");
    }
    if notice.messages.is_empty() {
        say!("  in the ledger: nothing");
    }
    notice.messages.iter().for_each(message);
}

fn condition(condition: &Condition) {
    let holds = if condition.holds { "yes" } else { "no" };
    let found = condition.found.map_or("none".to_string(), |found| format!("{found:.4}"));
    let needed = condition.needed.map(|needed| format!(" against {needed:.4}")).unwrap_or_default();
    say!("  {holds}: {}: {found}{needed}", condition.what);
}

fn message(sent: &Sent) {
    let cause = if sent.cause.is_empty() { String::new() } else { format!(" ({})", sent.cause) };
    let tries = if sent.attempts == 1 { "1 try".to_string() } else { format!("{} tries", sent.attempts) };
    say!(
        "  message {}, {} by {}: {}{cause}, {tries}, {}",
        sent.number,
        sent.kind,
        sent.channel,
        sent.state,
        sent.changed
    );
    say!("    planned by run {} because: {}", sent.run, sent.reason);
    if !sent.reply.is_empty() {
        say!("    reply: {}", sent.reply);
    }
}
