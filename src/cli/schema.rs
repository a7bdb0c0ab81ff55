//! `plaudit schema`: what config.yaml may hold, for editors and for readers.

use super::Ending;
use crate::config;
use crate::problem::Outcome;
use clap::Args;

/// The JSON Schema of config.yaml
#[derive(Debug, Args)]
pub struct SchemaCommand {
    /// Every key with what it means, as docs/config.md has them
    #[arg(long)]
    markdown: bool,
}

impl SchemaCommand {
    /// Prints it.
    ///
    /// # Errors
    /// None: both are built in.
    #[expect(clippy::unnecessary_wraps, reason = "a command is run like all others")]
    pub fn run(&self) -> Outcome<Ending> {
        if self.markdown {
            say!("{}", config::reference().trim_end());
        } else {
            say!("{}", serde_json::to_string_pretty(&config::for_editors()).unwrap_or_default());
        }
        Ok(Ending::Done)
    }
}
