//! `plaudit person`: what is held about somebody, and its end.

use super::{Ending, runtime};
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::pipeline::retention;
use crate::problem::Outcome;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Give or erase what is held about a person
#[derive(Debug, Args)]
pub struct Person {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write all that is held about a person to a folder: what was sent, to and about them, and the rows of all tables
    #[command(after_help = "Example:
  plaudit person export 1017 --out for-1017")]
    Export {
        /// The person's id on the roster
        id: String,
        /// The folder that the files are written to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Erase a person: nothing that names them stays, and nothing is sent to or about them again
    #[command(after_help = "Example:
  plaudit person erase 1017 --confirm")]
    Erase {
        /// The person's id on the roster
        id: String,
        /// Needed, as this cannot be undone
        #[arg(long, required = true)]
        confirm: bool,
    },
}

impl Person {
    /// Does what is asked.
    ///
    /// # Errors
    /// The ledger or a file cannot be read or written.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        match &self.command {
            Command::Export { id, out } => {
                let exported = retention::export(config, &runtime()?, id, out)?;
                say!("{} messages and {} rows of tables are in {}", exported.messages, exported.rows, out.display());
            }
            Command::Erase { id, confirm: _ } => {
                let erased = retention::erase(config, &runtime()?, id, clock.now())?;
                say!("{} messages and {} rows of tables erased", erased.messages, erased.rows);
                say!(
                    "removed: {} documents and {} weeks of reports that may have named them",
                    erased.documents,
                    erased.weeks
                );
                say!("nothing is sent to or about them any more; take them off the roster and out of the logs, too");
            }
        }
        Ok(Ending::Done)
    }
}
