//! `plaudit schedule`: when what is due, and what is owed now; changes nothing.

use super::{Ending, runtime};
use crate::calendar::clock::Clock;
use crate::calendar::{Look, Occasion, Zone};
use crate::config::{Config, Schedule};
use crate::delivery::Channel;
use crate::ledger::Ledger;
use crate::pipeline::due::{self, Entry, Seen};
use crate::pipeline::prepare::nothing_scheduled;
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

/// When what is due
#[derive(Debug, Args)]
pub struct ScheduleCommand {
    /// How many occasions of each schedule
    #[arg(long, short = 'n', default_value_t = 3, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=500))]
    next: u16,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How something is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

impl ScheduleCommand {
    /// Prints the next occasions and what is owed.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        if let Some(problem) = nothing_scheduled(config) {
            return Err(problem.into());
        }
        let now = clock.now();
        let channel = Channel::of(config, None)?;
        let runtime = runtime()?;
        let mut ledger = runtime.block_on(Ledger::look(&config.state))?;
        let seen = runtime.block_on(Seen::by(ledger.as_mut(), channel.name()))?;
        let zones = due::zones(config, &seen.watched, now);
        let entries = due::look(config, &zones, &seen, now);
        match self.format {
            Format::Text => self.text(config, &zones, &entries, now),
            Format::Json => {
                let listed =
                    json!({ "now": now, "schedules": self.json(config, &zones, now), "owed": owed_json(&entries) });
                say!("{}", serde_json::to_string_pretty(&listed).unwrap_or_default());
            }
        }
        Ok(Ending::Done)
    }

    fn text(&self, config: &Config, zones: &[Zone], entries: &[Entry<'_>], now: DateTime<Utc>) {
        for schedule in &config.schedules {
            if config.follows_runs(schedule) {
                say!("{}: {}, after each run that had news", schedule.name, schedule.notice.name());
                continue;
            }
            say!("{}: {}, {}", schedule.name, schedule.notice.name(), schedule.rule.when);
            for (zone, look) in looks(schedule, config, zones) {
                for occasion in look.next(now).take(self.next.into()) {
                    let rests = if look.rests(occasion) { ", rests on this day" } else { "" };
                    say!("  {}, week of {}{rests}", local(occasion, zone), occasion.week);
                }
            }
        }
        let owed: Vec<String> = entries.iter().flat_map(owed).collect();
        if owed.is_empty() {
            say!("nothing is owed now");
        } else {
            say!("owed now:");
            for line in &owed {
                say!("  {line}");
            }
        }
        let unseen: Vec<&str> = entries.iter().filter(|e| e.is_new).map(|e| e.schedule.name.as_str()).collect();
        if !unseen.is_empty() && unseen.len() < entries.len() {
            let mut unseen = unseen;
            unseen.dedup();
            say!("new or edited, so nothing from before is owed: {}", unseen.join(", "));
        }
    }

    fn json(&self, config: &Config, zones: &[Zone], now: DateTime<Utc>) -> Vec<Value> {
        let one = |schedule: &Schedule| {
            let occasions = looks(schedule, config, zones).into_iter().flat_map(|(zone, look)| {
                let next = look.next(now).take(self.next.into());
                next.map(|occasion| {
                    let rests = look.rests(occasion);
                    json!({ "at": occasion.at, "local": local(occasion, zone), "zone": zone.name(),
                        "week": occasion.week.to_string(), "rests": rests })
                })
                .collect::<Vec<_>>()
            });
            json!({ "name": schedule.name, "notice": schedule.notice, "when": schedule.rule.when.to_string(),
                "occasions": occasions.collect::<Vec<_>>() })
        };
        config.schedules.iter().map(one).collect()
    }
}

fn looks<'a>(schedule: &'a Schedule, config: &'a Config, zones: &'a [Zone]) -> Vec<(Zone, Look<'a>)> {
    let own = if config.follows_runs(schedule) { Vec::new() } else { due::zones_of(schedule, config, zones) };
    own.into_iter().map(|zone| (zone, due::look_at(schedule, config, zone))).collect()
}

/// `Monday 2026-03-02 07:00 CET (Europe/Berlin)`.
pub(super) fn local(occasion: Occasion, zone: Zone) -> String {
    format!("{} ({zone})", occasion.at.with_timezone(&zone).format("%A %Y-%m-%d %H:%M %Z"))
}

/// The occasions that are owed, a line for each.
pub(super) fn owed<'a>(entry: &'a Entry<'_>) -> impl Iterator<Item = String> + 'a {
    entry
        .due
        .owed
        .iter()
        .map(|occasion| format!("{}, {}, week of {}", entry.schedule.name, local(*occasion, entry.zone), occasion.week))
}

fn owed_json(entries: &[Entry<'_>]) -> Vec<Value> {
    let all = entries.iter().flat_map(|entry| {
        entry.due.owed.iter().map(|occasion| {
            json!({ "schedule": entry.schedule.name, "at": occasion.at, "zone": entry.zone.name(), "week": occasion.week.to_string() })
        })
    });
    all.collect()
}
