//! `plaudit schema`: what config.yaml may hold, for editors.

use super::Ending;
use crate::config;
use crate::problem::Outcome;
use clap::Args;

/// The JSON Schema of config.yaml
#[derive(Debug, Args)]
pub struct SchemaCommand {
}

impl SchemaCommand {
    /// Prints it.
    ///
    /// # Errors
    /// None: the schema is built in.
    pub fn run(&self) -> Outcome<Ending> {
        say!("{}", serde_json::to_string_pretty(&config::schema()).unwrap_or_default());
        Ok(Ending::Done)
    }
}
