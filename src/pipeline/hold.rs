//! A rest after a run that was broken off: whoever calls every few minutes would else wear out the server that refuses.

use crate::ledger::Ledger;
use crate::problem::Outcome;
use chrono::{DateTime, Duration, Utc};
use tokio::runtime::Runtime;

/// For how long nothing is tried.
const MINUTES: i64 = 60;

/// Until when nothing is tried on a channel; none: it may be tried.
///
/// # Errors
/// The ledger cannot be read.
pub(super) fn until(
    runtime: &Runtime,
    ledger: &mut Ledger,
    channel: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<DateTime<Utc>>> {
    let held = runtime.block_on(ledger.setting(&name(channel)))?;
    let until: Option<DateTime<Utc>> = held.and_then(|text| text.parse().ok());
    Ok(until.filter(|until| *until > now && *until <= now + Duration::minutes(MINUTES)))
}

/// Begins a rest, and says until when.
///
/// # Errors
/// The ledger cannot be written.
pub(super) fn begin(
    runtime: &Runtime,
    ledger: &mut Ledger,
    channel: &str,
    now: DateTime<Utc>,
) -> Outcome<DateTime<Utc>> {
    let until = now + Duration::minutes(MINUTES);
    runtime.block_on(ledger.note(&name(channel), &until.to_rfc3339()))?;
    Ok(until)
}

fn name(channel: &str) -> String {
    format!("held on {channel}")
}
