//! The commands: what they are called, what they take, and a short file for each.

/// Prints a line; whoever reads it may have gone, which is no fault of the program's.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}

mod check;
mod contact;
mod explain;
mod outbox;
mod person;
mod plan;
mod preview;
mod purge;
mod run;
mod sample;
mod schedule;
mod schema;
mod scores;
mod send_test;
mod serve;
mod show;
mod study;

use crate::calendar::clock::Clock;
use crate::config::{self, Config};
use crate::pipeline::Asked;
use crate::problem::{Outcome, Problem};
use chrono::{Datelike, NaiveDate};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Weekly effort reports for schools: scores, PDF reports and mails from a learning platform's logs
#[derive(Debug, Parser)]
#[command(name = "plaudit", version, max_term_width = 100)]
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
    /// The main job: prepare what is owed, then deliver it; every few minutes by cron, or a week by hand
    #[command(after_help = "Examples:
  plaudit run                          what is due by the schedules and not yet done
  plaudit run --week 2026-03-02        the week that contains that day
  plaudit run --only teacher_report    one kind of notice
  plaudit run --confirm 312            the first mails of an installation; `plan` says how many they are
  plaudit run --redirect-to me@school.example    a trial: everything to one address")]
    Run(run::Run),
    /// Find everything that is wrong with config, templates, sources and ledger; show the sources as understood
    #[command(after_help = "Example:
  plaudit check --config school.yaml
  plaudit check --due              for monitors: ends with 1 if something should have run and did not")]
    Check(check::Check),
    /// What a run would send to whom, and who is skipped and why; changes nothing
    #[command(after_help = "Example:
  plaudit plan --week 2026-03-02
  plaudit plan --against                 what the edit of config.yaml changes, before it is in force
  plaudit plan --against old.yaml
  plaudit plan --redirect-to me@school.example")]
    Plan(plan::Plan),
    /// Write reports and mails to a folder without touching the ledger
    #[command(after_help = "Examples:
  plaudit preview --out look
  plaudit preview --out look --person 1017    what one person would get, or what is told about them")]
    Preview(preview::Preview),
    /// Why somebody was told something or was not: from the rows of the sources to the server's reply
    #[command(after_help = "Examples:
  plaudit explain 1017
  plaudit explain 1017 --week 2026-03-02 --format json
  plaudit explain 1017 --plainly        without numbers, to be read to a parent")]
    Explain(explain::Explain),
    /// When what is due next, for which week, and what is owed now; changes nothing
    #[command(after_help = "Examples:
  plaudit schedule
  plaudit schedule -n 10 --format json")]
    Schedule(schedule::ScheduleCommand),
    /// Compute the method's tables
    #[command(after_help = "Examples:
  plaudit scores --out tables
  plaudit scores --out tables --week 2026-03-02 --method study --ruler window
  plaudit scores --out tables --from 2026-01-12 --to 2026-04-26")]
    Scores(scores::Scores),
    /// Write the full study of a period: learning outcomes, trends, every organization or one in depth
    #[command(after_help = "Examples:
  plaudit study --out paper                                       the configured window, all organizations
  plaudit study --from 2026-01-12 --to 2026-04-26 --out paper     the weeks from one day to the other
  plaudit study --organization 100082 --out paper                 one organization in depth")]
    Study(study::StudyCommand),
    /// See and settle what was told to whom
    Outbox(outbox::Outbox),
    /// Send one mail to try the mail server, step by step
    #[command(after_help = "Example:
  plaudit send-test me@school.example")]
    SendTest(send_test::SendTest),
    /// See and change who is written to
    Contact(contact::Contact),
    /// Give or erase what is held about a person
    Person(person::Person),
    /// Remove personal data that are older than config keeps
    #[command(after_help = "Examples:
  plaudit purge --dry-run
  plaudit purge")]
    Purge(purge::Purge),
    /// Do what is due by the schedules, by itself, and serve the pages behind the links of mails
    #[command(after_help = "Example:
  plaudit serve --config school.yaml")]
    Serve(serve::Serve),
    /// Print the JSON Schema of config.yaml, with which editors complete and check it
    #[command(after_help = "Examples:
  plaudit schema > config.schema.json
  plaudit schema --markdown        every key, as docs/config.md has them")]
    Schema(schema::SchemaCommand),
    /// Write the built-in sample as files: OneRoster and CSV
    #[command(after_help = "Example:
  plaudit sample school")]
    Sample(sample::Sample),
}

/// Which week.
#[derive(Debug, Clone, Args)]
pub struct WeekArgument {
    /// A day of the week to report; the last complete week by default
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub week: Option<NaiveDate>,
}

/// A date that a school can have.
fn day(text: &str) -> Result<NaiveDate, String> {
    let day: NaiveDate = text.parse().map_err(|_| "expected a date such as 2026-03-02".to_string())?;
    if (1990..=2100).contains(&day.year()) { Ok(day) } else { Err("expected a year from 1990 to 2100".to_string()) }
}

impl WeekArgument {
    fn asked(&self, clock: &Clock) -> Asked {
        Asked { day: self.week, from: None, now: clock.now() }
    }
}

/// Which weeks.
#[derive(Debug, Clone, Args)]
pub struct Period {
    #[command(flatten)]
    week: WeekArgument,
    /// A day of the first week, in place of the configured length of the window
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "week")]
    from: Option<NaiveDate>,
    /// A day of the last week; the last complete week by default
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "week")]
    to: Option<NaiveDate>,
}

impl Period {
    fn asked(&self, clock: &Clock) -> Outcome<Asked> {
        let asked = Asked { day: self.to.or(self.week.week), from: self.from, now: clock.now() };
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => {
                Err(Problem::new("--from", format!("{from} is after --to {to}")).hint("exchange the two").into())
            }
            _ => Ok(asked),
        }
    }
}

/// What a command ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All that was owed is done.
    Done,
    /// Something that should have been made or sent was not.
    Incomplete,
}

impl Ending {
    /// What two endings are together.
    fn and(self, other: Self) -> Self {
        if self == Self::Done { other } else { self }
    }
}

/// Runs the command line; problems go to standard error.
#[must_use]
pub fn run(cli: &Cli, clock: &Clock) -> ExitCode {
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
    fn dispatch(&self, clock: &Clock) -> Outcome<Ending> {
        match &self.command {
            Command::Run(command) => command.run(&self.load()?, clock),
            Command::Check(command) => command.run(&self.config, clock),
            Command::Plan(command) => command.run(&self.load()?, clock),
            Command::Preview(command) => command.run(&self.load()?, clock),
            Command::Explain(command) => command.run(&self.load()?, clock),
            Command::Schedule(command) => command.run(&self.load()?, clock),
            Command::Schema(command) => command.run(),
            Command::Scores(command) => command.run(&self.load()?, clock),
            Command::Study(command) => command.run(&self.load()?, clock),
            Command::Outbox(command) => command.run(&self.load()?, clock),
            Command::SendTest(command) => command.run(&self.load()?, clock),
            Command::Contact(command) => command.run(&self.load()?, clock),
            Command::Person(command) => command.run(&self.load()?, clock),
            Command::Purge(command) => command.run(&self.load()?, clock),
            Command::Serve(command) => command.run(&self.config, clock),
            Command::Sample(command) => command.run(clock),
        }
    }

    fn load(&self) -> Outcome<Config> {
        config::load(&self.config)
    }
}

/// The runtime on which the ledger works.
fn runtime() -> Outcome<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| Problem::new("runtime", error.to_string()).into())
}
