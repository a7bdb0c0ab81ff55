//! What `serve` writes to its log: a line for each thing that happened, without names and addresses.

use crate::calendar::Zone;
use crate::config::Config;
use crate::ledger::State;
use crate::pipeline::desk::Caught;
use crate::pipeline::run::Ended;
use crate::pipeline::sweep::Swept;
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;

/// A line of the log, with the local time before it.
pub(super) fn line(now: DateTime<Utc>, zone: Zone, text: &str) -> String {
    format!("{} {text}", now.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// What a look did, if anything.
pub(super) fn told(caught: &Caught, config: &Config) -> Vec<String> {
    let mut lines: Vec<String> = caught.missed.iter().map(|problem| format!("missed: {problem}")).collect();
    for ended in &caught.runs {
        lines.push(run(ended));
        lines.extend(ended.problems.iter().chain(&ended.unheard).map(|problem| format!("  {problem}")));
    }
    let is_news = |swept: &&Swept| swept.sent > 0 || !swept.problems.is_empty();
    if let Some(swept) = caught.swept.as_ref().filter(is_news) {
        lines.push(format!("{} messages that waited were sent, {} still wait", swept.sent, swept.left));
        lines.extend(swept.problems.iter().map(|problem| format!("  {problem}")));
    }
    if !caught.problems.is_empty() {
        lines.push("a run could not be done; what it owes is tried again".to_string());
        lines.extend(caught.problems.iter().map(|problem| format!("  {problem}")));
    }
    if let Some(until) = caught.held {
        let local = until.with_timezone(&config.zone).format("%Y-%m-%d %H:%M %Z");
        lines.push(format!("too much went wrong, so nothing leaves before {local}"));
    }
    lines
}

fn run(ended: &Ended) -> String {
    let mut states: BTreeMap<State, u64> = BTreeMap::new();
    for tally in &ended.tallies {
        *states.entry(tally.state).or_default() += tally.count;
    }
    let states: Vec<String> = states.iter().map(|(state, count)| format!("{count} {}", state.name())).collect();
    format!(
        "run {} for the week of {}: {} sent now; of the week: {}",
        ended.number,
        ended.week,
        ended.sent,
        states.join(", ")
    )
}

/// What changed in the settings, without the values of keys that hold people, addresses or secrets.
pub(super) fn without_people(change: &str) -> &str {
    const HIDDEN: [&str; 4] = ["administrators", "sender", "do_not_contact", "monitoring.ping"];
    let key = change.split_once(": ").map_or(change, |(key, _)| key);
    if HIDDEN.iter().any(|hidden| key.starts_with(hidden)) { key } else { change }
}
