//! The commands: what they are called, what they take, and a short file for each.

mod scores;

use crate::calendar::clock::Clock;
use crate::config::{self, Config};
use crate::problem::Outcome;
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What the command line says.
#[derive(Debug, Parser)]
#[command(name = "plaudit", version, about, max_term_width = 100)]
pub struct Cli {
    /// The settings
    #[arg(long, global = true, default_value = "config.yaml", value_name = "FILE")]
    config: PathBuf,
    /// What to do
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compute the method's tables
    #[command(after_help = "Examples:\n  plaudit scores --out tables\n  plaudit scores --out tables --week 2026-03-02 --method study --ruler window")]
    Scores(scores::Scores),
}

/// Which week.
#[derive(Debug, Clone, Args)]
pub struct WeekArgument {
    /// A day of the week to report; the last complete week by default
    #[arg(long, value_name = "DATE")]
    pub week: Option<NaiveDate>,
}

/// What a command ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All that was owed is done.
    Done,
    /// Something that should have been made or sent was not.
    Incomplete,
}

/// Runs the command line; problems go to standard error.
#[must_use]
pub fn run(cli: &Cli, clock: Clock) -> ExitCode {
    match cli.dispatch(clock) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Incomplete) => ExitCode::from(1),
        Err(problems) => {
            eprintln!("{problems}");
            ExitCode::from(2)
        }
    }
}

impl Cli {
    fn dispatch(&self, clock: Clock) -> Outcome<Ending> {
        match &self.command {
            Command::Scores(command) => command.run(&self.load()?, clock),
        }
    }

    fn load(&self) -> Outcome<Config> {
        config::load(&self.config)
    }
}
