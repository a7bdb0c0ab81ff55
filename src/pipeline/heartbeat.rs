//! Whether what should have run did: what monitors ask, and the ping that they wait for.

use super::due::{self, Entry, Seen};
use crate::calendar::{Occasion, Zone};
use crate::config::Config;
use crate::delivery::Channel;
use crate::ledger::Ledger;
use crate::problem::{Outcome, Problem};
use chrono::{DateTime, Duration, Utc};

/// Everything that should have run some time ago and did not; also that nobody has looked at the schedules yet.
///
/// # Errors
/// The ledger cannot be read.
pub async fn overdue(config: &Config, now: DateTime<Utc>, late: Duration) -> Outcome<Vec<Problem>> {
    let seen = seen(config).await?;
    Ok(overdue_of(config, &seen, &due::zones(config, &seen.watched, now), now, late))
}

/// The same where the zones of the organizations are known.
///
/// # Errors
/// The ledger cannot be read.
pub async fn overdue_in(config: &Config, zones: &[Zone], now: DateTime<Utc>, late: Duration) -> Outcome<Vec<Problem>> {
    Ok(overdue_of(config, &seen(config).await?, zones, now, late))
}

async fn seen(config: &Config) -> Outcome<Seen> {
    let channel = Channel::of(config, None)?;
    Seen::by(Ledger::look(&config.state).await?.as_mut(), channel.name()).await
}

fn overdue_of(config: &Config, seen: &Seen, zones: &[Zone], now: DateTime<Utc>, late: Duration) -> Vec<Problem> {
    if seen.watched.is_empty() {
        let problem = Problem::new("schedules", "nobody has looked at them yet, so nothing runs by itself");
        return vec![problem.hint("let cron or a timer call `plaudit run`, or keep `plaudit serve` running")];
    }
    let entries = due::look(config, zones, seen, now);
    entries.iter().flat_map(|entry| late_ones(entry, now - late)).collect()
}

/// The occasions of an entry that are still owed, or were given up, since before an instant.
fn late_ones(entry: &Entry<'_>, before: DateTime<Utc>) -> Vec<Problem> {
    let passed = entry.due.passed.iter().filter_map(|(occasion, why)| due::lost(entry, *occasion, *why));
    let owed = entry.due.owed.iter().filter(|occasion| occasion.at <= before);
    passed.chain(owed.map(|occasion| overdue_one(entry, *occasion))).collect()
}

fn overdue_one(entry: &Entry<'_>, occasion: Occasion) -> Problem {
    let local = occasion.at.with_timezone(&entry.zone).format("%Y-%m-%d %H:%M %Z");
    let place = format!("schedule `{}`, {local}", entry.schedule.name);
    Problem::new(place, format!("should have run and did not; it tells of the week of {}", occasion.week))
        .hint("`plaudit run` does it now and says what keeps it")
}

/// Asks for the address that config names after a run: nothing but that it was asked for is told.
///
/// # Errors
/// The address did not answer, or not with success.
pub fn ping(config: &Config, went_well: bool) -> Outcome<()> {
    let monitoring = &config.monitoring;
    let Some(url) = (if went_well { &monitoring.ping } else { &monitoring.ping_failed }) else { return Ok(()) };
    let key = if went_well { "ping" } else { "ping_failed" };
    let agent = ureq::Agent::new_with_config(ureq::config::Config::builder().timeout_global(Some(PATIENCE)).build());
    let asked = agent.get(url).call();
    asked.map(|_| ()).map_err(|error| {
        Problem::new(format!("monitoring.{key}"), format!("was not heard: {error}"))
            .hint("the run itself is not touched by it; look at the address and the network")
            .into()
    })
}

/// A run does not wait longer than this for whoever watches it.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
