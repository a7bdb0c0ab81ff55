//! `plaudit serve`: the pages behind the links of mails.

use super::{Ending, runtime};
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::dashboard::{self, Doors};
use crate::problem::Outcome;
use clap::Args;

/// Serve the pages behind the links of mails
#[derive(Debug, Args)]
pub struct Serve {}

impl Serve {
    /// Serves until it is asked to stop.
    ///
    /// # Errors
    /// The address cannot be listened on, or a template is wrong.
    #[expect(clippy::unused_self, reason = "a command is run like all others")]
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let doors = Doors::open(config, clock.clone())?;
        runtime()?.block_on(dashboard::serve(doors, |address| {
            say!("listening on http://{address}; stop with Ctrl+C");
        }))?;
        say!("stopped");
        Ok(Ending::Done)
    }
}
