//! What several commands print: sources as understood, counts, skips.

use super::Ending;
use crate::calendar::{SchoolCalendar, Week, Zone};
use crate::delivery::Channel;
use crate::intake::{Glimpse, Reject, Roster, reject};
use crate::notices::Skip;
use crate::pipeline::sweep::Swept;
use crate::problem::Problems;
use chrono::{DateTime, NaiveDate};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};

/// The week that is reported, and why it is another than the one asked for.
pub fn week(week: Week, asked: Option<NaiveDate>, calendar: &SchoolCalendar) {
    say!("week of {week}");
    if let Some(day) = asked.filter(|day| calendar.week_of(*day) != week) {
        say!("  {day} lies in a holiday week; this is the last school week before it");
    }
}

/// Each source: the first rows as understood, first and last time, and the share of people found on the roster.
pub fn sources(glimpses: &[Glimpse], zone: Zone) {
    for glimpse in glimpses {
        say!("{}: {} rows, {} rejected", glimpse.file, glimpse.rows, glimpse.rejected);
        for row in &glimpse.first_rows {
            say!("  {row}");
        }
        if let Some((first, last)) = glimpse.span {
            let local = |time: i64| {
                let instant = DateTime::from_timestamp_micros(time).unwrap_or_default().with_timezone(&zone);
                instant.format("%Y-%m-%d %H:%M %Z").to_string()
            };
            say!("  from {} to {}", local(first), local(last));
        }
        say!("  {} of {} people are on the roster{}", glimpse.found, glimpse.people, strangers(glimpse));
    }
}

fn strangers(glimpse: &Glimpse) -> String {
    if glimpse.strangers.is_empty() { String::new() } else { format!("; not: {}", glimpse.strangers.join(", ")) }
}

/// How many rows were rejected, by file and reason.
pub fn rejects(rejects: &[Reject]) {
    for ((file, reason), count) in reject::counts(rejects) {
        say!("  {count} x {reason} ({file})");
    }
}

/// Who got nothing and why, all of them.
pub fn skips(skips: &[Skip], roster: impl Fn(usize) -> String) {
    let mut reasons: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
    for skip in skips {
        reasons.entry((skip.kind.name(), skip.reason.name())).or_default().insert(skip.person);
    }
    for ((kind, reason), people) in reasons {
        let ids: Vec<String> = people.iter().map(|person| roster(*person)).collect();
        say!("  {kind}: {} skipped, {} ({})", people.len(), reason.replace('_', " "), ids.join(", "));
    }
}

/// The id of a person.
pub fn id(roster: &Roster, person: usize) -> String {
    roster.people[person].id.clone()
}

/// What is being done, on a terminal; nothing elsewhere.
pub fn steps() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

/// A bar on a terminal, nothing elsewhere.
pub fn progress() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}");
    let bar = ProgressBar::new(0);
    match style {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

/// An address that tells whose it is only to whoever knows it.
pub fn masked(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}***@{domain}")
}

/// A text with every address in it masked.
pub fn unaddressed(text: &str) -> String {
    let is_around = |letter: char| "<>()[]\"',;:".contains(letter);
    let mask = |word: &str| {
        let address = word.trim_matches(is_around);
        if address.contains('@') { word.replace(address, &masked(address)) } else { word.to_string() }
    };
    text.split(' ').map(mask).collect::<Vec<_>>().join(" ")
}

/// What was sent of what waited, and what it means for the command.
pub fn swept(swept: &Swept, channel: &Channel, zone: Zone) -> Ending {
    say!("{} messages {}", swept.sent, if channel.is_mailed() { "mailed" } else { "written" });
    if swept.left > 0 {
        say!("{} messages still wait", swept.left);
    }
    for hold in &swept.holds {
        say!("what waits may leave from {} on", hold.until.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z"));
    }
    if !swept.problems.is_empty() {
        eprintln!("{}", Problems(swept.problems.clone()));
    }
    // What waits for the hours in which mails may leave is no fault.
    let only_hours = !swept.holds.is_empty() && swept.holds.iter().all(|hold| !hold.is_retry);
    let is_fine = swept.problems.is_empty() && !swept.is_stopped && (swept.left == 0 || only_hours);
    if is_fine { Ending::Done } else { Ending::Incomplete }
}
