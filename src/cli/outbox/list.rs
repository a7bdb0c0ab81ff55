//! `plaudit outbox list` and `show`: what was told to whom.

use super::super::{Ending, day, runtime, show};
use super::{look, no_such};
use crate::config::{Config, Kind};
use crate::delivery::assembled;
use crate::ledger::{Choice, Entry, State};
use crate::problem::{Outcome, Problem};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use std::io::Write as _;

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only messages in this state
    #[arg(long, value_name = "STATE")]
    state: Option<State>,
    /// Only messages of the week that begins on this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    week: Option<NaiveDate>,
    /// Only this kind of notice
    #[arg(long, value_name = "KIND")]
    only: Option<Kind>,
    /// Only messages to or about this person
    #[arg(long, value_name = "ID")]
    person: Option<String>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs: one JSON array.
    Json,
}

impl List {
    pub(super) fn run(&self, config: &Config) -> Outcome<Ending> {
        let choice = Choice {
            state: self.state,
            kind: self.only.map(|kind| kind.name().to_string()),
            period: self.week.map(|day| config.calendar.week_of(day).to_string()),
            person: self.person.clone(),
            ..Choice::default()
        };
        let entries = runtime()?.block_on(look(config)?.entries(&choice))?;
        if self.format == Format::Json {
            let listed: Vec<serde_json::Value> = entries.iter().map(json).collect();
            say!("{}", serde_json::to_string_pretty(&listed).unwrap_or_default());
            return Ok(Ending::Done);
        }
        for entry in &entries {
            say!("{}", line(entry));
        }
        say!("{} messages", entries.len());
        Ok(Ending::Done)
    }
}

fn line(entry: &Entry) -> String {
    let key = &entry.key;
    let about = if key.subject == key.recipient { String::new() } else { format!(" about {}", key.subject) };
    let tries = if entry.attempts == 1 { "1 try".to_string() } else { format!("{} tries", entry.attempts) };
    let next = entry.next_try.as_ref().map(|next| format!(", next {next}")).unwrap_or_default();
    let outcome =
        if entry.outcome.is_empty() { String::new() } else { format!(": {}", show::unaddressed(&entry.outcome)) };
    format!(
        "#{} {} {} {} to {} ({}){about}, {}, {tries}{next}{outcome}",
        entry.number,
        entry.state.name(),
        key.kind,
        key.period,
        key.recipient,
        show::masked(&entry.address),
        key.channel
    )
}

fn json(entry: &Entry) -> serde_json::Value {
    let key = &entry.key;
    serde_json::json!({
        "number": entry.number, "state": entry.state.name(), "cause": entry.cause.name(), "kind": key.kind,
        "period": key.period, "organization": key.organization, "recipient": key.recipient, "subject": key.subject,
        "channel": key.channel, "address": show::masked(&entry.address), "revision": entry.revision,
        "attempts": entry.attempts, "next_try": entry.next_try, "not_after": entry.not_after,
        "reason": entry.reason, "outcome": show::unaddressed(&entry.outcome), "changed": entry.changed,
        "message_id": entry.mail_id, "digest": entry.whole,
    })
}

pub(super) fn show_one(config: &Config, number: i64) -> Outcome<Ending> {
    let found = runtime()?.block_on(look(config)?.message(number))?;
    let message = found.ok_or_else(|| no_such(number))?;
    if message.head.is_empty() {
        return Err(Problem::new(format!("message {number}"), "its text is not kept any more")
            .hint("`retention: {mails_days: ...}` says for how long it is")
            .into());
    }
    let mail = assembled(&config.state.join("documents"), &message)?;
    let written = std::io::stdout().write_all(&mail);
    written.map_err(|error| Problem::new("standard output", error.to_string()))?;
    Ok(Ending::Done)
}
