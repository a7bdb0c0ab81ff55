//! Sends what waits, and decides nothing.

use super::desk::Desk;
use super::record;
use crate::calendar::clock::Clock;
use crate::config::{Config, Kind};
use crate::delivery::{Channel, Hold, Route, deliver};
use crate::ledger::{Choice, Ledger, State};
use crate::problem::{Outcome, Problem};
use indicatif::ProgressBar;
use std::collections::BTreeSet;
use tokio::runtime::Runtime;

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    /// Messages that the channel accepted.
    pub sent: u64,
    /// Messages that still wait.
    pub left: usize,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// What may not leave yet.
    pub holds: Vec<Hold>,
    /// Whether it was broken off.
    pub is_stopped: bool,
}

/// What is swept, and how.
pub struct Broom<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The channel.
    pub channel: &'a Channel,
    /// Single messages; none: all that wait.
    pub only: Option<&'a [i64]>,
    /// The time.
    pub clock: &'a Clock,
    /// What the work runs on.
    pub runtime: &'a Runtime,
    /// Shows how far the work is.
    pub progress: ProgressBar,
}

/// Sends what waits and may leave; none if nothing does.
///
/// # Errors
/// The ledger cannot be read or written.
pub(super) fn due(desk: &Desk<'_>, ledger: &mut Ledger) -> Outcome<Option<Swept>> {
    let next = desk.runtime.block_on(ledger.next_try(desk.channel.name()))?;
    if next.is_none_or(|next| next > desk.clock.now()) {
        return Ok(None);
    }
    let broom = Broom {
        config: desk.config,
        channel: &desk.channel,
        only: None,
        clock: &desk.clock,
        runtime: desk.runtime,
        progress: (desk.progress)(),
    };
    broom.sweep(ledger).map(Some)
}

impl Broom<'_> {
    /// Sends what waits, of all weeks.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub fn sweep(&self, ledger: &mut Ledger) -> Outcome<Swept> {
        let mut swept = Swept::default();
        let periods: BTreeSet<String> = self.waiting(ledger)?.into_iter().collect();
        for period in &periods {
            let delivered = self.runtime.block_on(deliver(
                ledger,
                Route {
                    config: self.config,
                    channel: self.channel,
                    period,
                    kinds: &Kind::ALL,
                    only: self.only,
                    clock: self.clock,
                    progress: &self.progress,
                },
            ))?;
            swept.sent += delivered.sent;
            swept.is_stopped |= delivered.stopped;
            swept.problems.extend(delivered.shortfalls());
            swept.problems.extend(delivered.problems);
            swept.holds = delivered.holds;
            // A mail server gets what waits of all weeks at once.
            if self.channel.is_mailed() {
                break;
            }
        }
        self.progress.finish_and_clear();
        swept.left = self.waiting(ledger)?.len();
        record::write_receipts(self.config, self.runtime, ledger)?;
        Ok(swept)
    }

    /// The periods of all messages that wait.
    fn waiting(&self, ledger: &mut Ledger) -> Outcome<Vec<String>> {
        let (state, channel) = (Some(State::Planned), Some(self.channel.name().to_string()));
        let entries = self.runtime.block_on(ledger.entries(&Choice { state, channel, ..Choice::default() }))?;
        Ok(entries.into_iter().map(|entry| entry.key.period).collect())
    }
}
