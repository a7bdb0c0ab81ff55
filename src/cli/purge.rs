//! `plaudit purge`: removes personal data that are older than config keeps.

use super::{Ending, runtime};
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::pipeline::retention;
use crate::problem::Outcome;
use clap::Args;

/// Remove personal data that are older than config keeps
#[derive(Debug, Args)]
pub struct Purge {
    /// Only say what would be removed
    #[arg(long)]
    dry_run: bool,
}

impl Purge {
    /// Removes, and says what.
    ///
    /// # Errors
    /// The ledger or a file cannot be written.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let purged = retention::purge(config, &runtime()?, clock.now(), self.dry_run)?;
        let verb = if self.dry_run { "would be removed" } else { "removed" };
        let days = config.retention;
        say!("{} texts of mails older than {} days {verb}", purged.kept.mails, days.mails_days);
        say!("{} messages older than {} days {verb}", purged.kept.messages, days.messages_days);
        say!("{} documents that no message needs {verb}", purged.documents);
        say!("{} tables of runs older than {} days {verb}", purged.tables, days.tables_days);
        say!("{} weeks of reports older than {} days {verb}", purged.weeks, days.reports_days);
        Ok(Ending::Done)
    }
}
