//! `plaudit serve`: does what is owed by itself, and shows pages.

use super::{Ending, runtime};
use crate::calendar::clock::Clock;
use crate::problem::Outcome;
use crate::serving::Serving;
use clap::Args;
use std::path::Path;

/// Do what is owed by itself, and serve pages
#[derive(Debug, Args)]
pub struct Serve {}

impl Serve {
    /// Serves until it is asked to stop.
    ///
    /// # Errors
    /// Settings or templates that are wrong, or an address that cannot be listened on.
    #[expect(clippy::unused_self, reason = "a command is run like all others")]
    pub fn run(&self, path: &Path, clock: &Clock) -> Outcome<Ending> {
        let runtime = runtime()?;
        Serving::open(path, clock.clone(), &runtime, |line| say!("{line}"))?.serve()?;
        Ok(Ending::Done)
    }
}
