//! `plaudit plan --against`: what an edit of the settings will do, before it does it.

use crate::calendar::Zone;
use crate::cli::Ending;
use crate::cli::schedule::local;
use crate::config::{self, Audience, Config, Kind, Schedule, changes};
use crate::ledger::Ledger;
use crate::pipeline::compare::{Decided, Told, decided};
use crate::pipeline::{Asked, due};
use crate::problem::{Outcome, Problem};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::path::Path;
use tokio::runtime::Runtime;

/// Over how many weeks the numbers of notices are compared.
const WEEKS: usize = 8;

/// How many single notices are listed.
const LISTED: usize = 30;

pub(super) fn tell(config: &Config, runtime: &Runtime, old: Option<&Path>, asked: &Asked) -> Outcome<Ending> {
    let old = match old {
        Some(path) if !path.exists() => {
            let problem = Problem::new(path.display().to_string(), "there is no such file");
            return Err(problem.hint("name the config file that the edit is held against").into());
        }
        Some(path) => config::load(path)?,
        None => in_force(config, runtime)?,
    };
    let changed = changes(&old.text, &config.text);
    if changed.is_empty() {
        say!("nothing changes: the settings are the same");
        return Ok(Ending::Done);
    }
    say!("settings:");
    for change in &changed {
        say!("  {change}");
    }
    schedules(&old, config, asked.now);
    let before = decided(&old, runtime, asked, WEEKS)?;
    let after = decided(config, runtime, asked, WEEKS)?;
    people(&before, &after);
    numbers(&before, &after);
    Ok(Ending::Done)
}

/// The settings with which the program last looked at the schedules.
fn in_force(config: &Config, runtime: &Runtime) -> Outcome<Config> {
    let ledger = runtime.block_on(Ledger::look(&config.state))?;
    let text = match ledger {
        Some(mut ledger) => runtime.block_on(ledger.in_force())?,
        None => None,
    };
    let nothing = || {
        Problem::new(config.state.display().to_string(), "no settings are in force yet: nothing has run by itself")
            .hint("name the other file: `plaudit plan --against OLD.yaml`")
    };
    config::parse(&config.path, &text.ok_or_else(nothing)?)
}

/// What is new, removed or moved.
fn schedules(old: &Config, new: &Config, now: DateTime<Utc>) {
    let unseen = due::Watched::new();
    let (zones_before, zones_after) = (due::zones(old, &unseen, now), due::zones(new, &unseen, now));
    let names: BTreeSet<&str> = old.schedules.iter().chain(&new.schedules).map(|one| one.name.as_str()).collect();
    let mut lines = Vec::new();
    for name in names {
        let find = |config: &'_ Config| config.schedules.iter().find(|one| one.name == name).cloned();
        match (find(old), find(new)) {
            (Some(gone), None) => {
                let is_sent = |audience: &Audience| new.sends(gone.notice, *audience);
                let what = if gone.to.iter().all(is_sent) {
                    format!("other schedules still send {}", gone.notice.name())
                } else {
                    "nobody gets it any more".to_string()
                };
                lines.push(format!("{name}: is removed; {what}"));
            }
            (None, Some(schedule)) => {
                lines.push(format!("{name}: is new, {}; it owes nothing from before", schedule.rule.when));
                lines.extend(
                    next(&schedule, new, &zones_after, now).into_iter().map(|(_, next)| format!("  first {next}")),
                );
            }
            (Some(before), Some(after)) => {
                let was = next(&before, old, &zones_before, now);
                let is = next(&after, new, &zones_after, now);
                lines.extend(moved(name, &before, &after, &was, &is));
                lines.extend(lost(&before, &after, (old, &zones_before), (new, &zones_after), now));
            }
            (None, None) => {}
        }
    }
    say!("schedules:{}", if lines.is_empty() { " as before" } else { "" });
    for line in &lines {
        say!("  {line}");
    }
}

fn moved(
    name: &str,
    before: &Schedule,
    after: &Schedule,
    was: &[(Zone, String)],
    is: &[(Zone, String)],
) -> Vec<String> {
    let mut lines = Vec::new();
    if before.definition() != after.definition() {
        lines.push(format!("{name}: {} -> {}; it owes nothing from before", before.rule.when, after.rule.when));
    }
    for (zone, next) in is {
        match was.iter().find(|(own, _)| own == zone) {
            Some((_, earlier)) if earlier == next => {}
            Some((_, earlier)) => lines.push(format!("{name}: next on {earlier} -> {next}")),
            None => lines.push(format!("{name}: next on {next}, where it was not due before")),
        }
    }
    for (zone, earlier) in was.iter().filter(|(zone, _)| !is.iter().any(|(own, _)| own == zone)) {
        lines.push(format!("{name}: no more on {earlier} in {zone}"));
    }
    lines
}

/// The week that the schedule would have told of and that no occasion of it tells of any more.
fn lost(
    before: &Schedule,
    after: &Schedule,
    old: (&Config, &[Zone]),
    new: (&Config, &[Zone]),
    now: DateTime<Utc>,
) -> Option<String> {
    let first = |schedule: &Schedule, (config, zones): (&Config, &[Zone])| {
        due::next_of(schedule, config, zones, now).into_iter().map(|(_, occasion)| occasion.week).min()
    };
    let (was, is) = (first(before, old)?, first(after, new)?);
    (is > was).then(|| {
        let by_hand = format!("`plaudit run --week {was} --only {}` does", after.notice.name());
        format!("{}: nobody would be told of the week of {was} by itself; {by_hand}", after.name)
    })
}

fn next(schedule: &Schedule, config: &Config, zones: &[Zone], now: DateTime<Utc>) -> Vec<(Zone, String)> {
    let next = due::next_of(schedule, config, zones, now).into_iter();
    next.map(|(zone, occasion)| (zone, format!("{}, week of {}", local(occasion, zone), occasion.week))).collect()
}

fn people(before: &Decided, after: &Decided) {
    let added: Vec<&Told> = after.told.keys().filter(|told| !before.told.contains_key(told)).collect();
    let dropped: Vec<&Told> = before.told.keys().filter(|told| !after.told.contains_key(told)).collect();
    say!(
        "week of {}: {} notices are added, {} dropped, {} stay",
        after.week,
        added.len(),
        dropped.len(),
        after.told.len() - added.len()
    );
    for told in added.iter().take(LISTED) {
        let sent = if after.arrived.contains(told) { "; was sent already" } else { "" };
        say!("  added: {}: {}{sent}", line(told), after.told[*told]);
    }
    for told in dropped.iter().take(LISTED) {
        let sent = if before.arrived.contains(told) { "; was sent already" } else { "" };
        say!("  dropped: {}: {}{sent}", line(told), why_not(after, told));
    }
    let more = added.len().saturating_sub(LISTED) + dropped.len().saturating_sub(LISTED);
    if more > 0 {
        say!("  and {more} more");
    }
}

fn why_not(after: &Decided, told: &Told) -> String {
    let instead = after.told.keys().find(|other| !told.2.is_empty() && (&other.1, &other.2) == (&told.1, &told.2));
    if let Some((kind, ..)) = instead {
        return format!("gets {} in its place", kind.name());
    }
    let skipped = after.skipped.get(told).or_else(|| {
        // What keeps a whole family is kept under the child.
        after.skipped.get(&(told.0, told.2.clone(), told.2.clone()))
    });
    skipped.map_or("no schedule or rule leads to it any more".to_string(), |reason| reason.replace('_', " "))
}

fn line((kind, recipient, about): &Told) -> String {
    let about = if about.is_empty() { String::new() } else { format!(" about {about}") };
    format!("{} to {recipient}{about}", kind.name())
}

/// How many notices of each kind there were, and would have been.
fn numbers(before: &Decided, after: &Decided) {
    say!("notices in the last weeks, before -> after:");
    let weeks: BTreeSet<_> = before.counts.iter().chain(&after.counts).map(|(week, _)| *week).collect();
    let mut totals: Vec<(Kind, usize, usize)> = Kind::ALL.map(|kind| (kind, 0, 0)).into();
    for week in weeks {
        let count = |decided: &Decided, kind: Kind| {
            let own = decided.counts.iter().find(|(own, _)| *own == week);
            own.and_then(|(_, counts)| counts.get(&kind)).copied().unwrap_or_default()
        };
        let mut parts = Vec::new();
        for (kind, was, is) in &mut totals {
            let (old, new) = (count(before, *kind), count(after, *kind));
            (*was, *is) = (*was + old, *is + new);
            if old + new > 0 {
                parts.push(format!("{} {}", kind.name(), arrow(old, new)));
            }
        }
        say!("  {week}: {}", if parts.is_empty() { "none".to_string() } else { parts.join(", ") });
    }
    let all = totals.iter().filter(|(_, was, is)| was + is > 0);
    let all: Vec<String> = all.map(|(kind, was, is)| format!("{} {}", kind.name(), arrow(*was, *is))).collect();
    say!("  in all: {}", if all.is_empty() { "none".to_string() } else { all.join(", ") });
}

fn arrow(old: usize, new: usize) -> String {
    if old == new { old.to_string() } else { format!("{old} -> {new}") }
}
