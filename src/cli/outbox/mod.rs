//! `plaudit outbox`: what was told to whom, and an administrator's hand on it.

mod list;

use super::{Ending, runtime, show};
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::delivery::Channel;
use crate::ledger::{Cause, Choice, Entry, Ledger, State};
use crate::pipeline::sweep::Broom;
use crate::pipeline::{bounces, record};
use crate::problem::{Outcome, Problem, Problems};
use chrono::Duration;
use clap::{Args, Subcommand};
use list::{List, show_one};
use std::path::PathBuf;

/// See and settle what was told to whom
#[derive(Debug, Args)]
pub struct Outbox {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List messages
    #[command(after_help = "Examples:
  plaudit outbox list --state unknown
  plaudit outbox list --person 1017 --format json")]
    List(List),
    /// Print a message as it is sent, byte for byte, before it is signed
    #[command(after_help = "Example:
  plaudit outbox show 12 > mail.eml")]
    Show {
        /// The message's number in the list
        number: i64,
    },
    /// Try at once what waits for its next try, or single messages of it
    #[command(after_help = "Examples:
  plaudit outbox retry
  plaudit outbox retry 12 13")]
    Retry(Numbers),
    /// Send once more what was refused, or single messages that were refused or withheld; nothing that may have arrived
    #[command(after_help = "Examples:
  plaudit outbox resend            all that was refused
  plaudit outbox resend 12 13")]
    Resend(Numbers),
    /// Decide about messages of which nobody knows whether they arrived
    #[command(after_help = "Examples:
  plaudit outbox settle 12 13 --sent      the mail server's log says that they arrived
  plaudit outbox settle 14 --again        they did not; the next run sends them")]
    Settle(Settle),
    /// Take back what has not left yet
    #[command(after_help = "Examples:
  plaudit outbox cancel 12
  plaudit outbox cancel --all")]
    Cancel(Cancel),
    /// Read the mails that came back: failures, complaints, requests to stop
    #[command(after_help = "Example:
  plaudit outbox bounces /var/mail/reports      a maildir, an mbox, a folder of mails or one mail")]
    Bounces {
        /// A maildir, an mbox, a folder of mails or one mail
        path: PathBuf,
    },
    /// Check the receipts: their chain, their files, and that the ledger says the same
    #[command(after_help = "Example:
  plaudit outbox verify")]
    Verify,
}

#[derive(Debug, Args)]
struct Numbers {
    /// Numbers of messages; none: all
    numbers: Vec<i64>,
    /// The trial that was sent to this address
    #[arg(long, value_name = "ADDRESS")]
    redirect_to: Option<String>,
}

#[derive(Debug, Args)]
struct Settle {
    /// Numbers of messages
    #[arg(required_unless_present = "all")]
    numbers: Vec<i64>,
    /// All messages that are unknown
    #[arg(long, conflicts_with = "numbers")]
    all: bool,
    /// They arrived
    #[arg(long, conflicts_with = "again", required_unless_present = "again")]
    sent: bool,
    /// They did not: they are sent again
    #[arg(long)]
    again: bool,
}

#[derive(Debug, Args)]
struct Cancel {
    /// Numbers of messages
    #[arg(required_unless_present = "all")]
    numbers: Vec<i64>,
    /// Everything that waits
    #[arg(long, conflicts_with = "numbers")]
    all: bool,
}

impl Outbox {
    /// Does what is asked.
    ///
    /// # Errors
    /// The ledger cannot be read or written, or a message is not in a state for it.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        match &self.command {
            Command::List(list) => list.run(config),
            Command::Show { number } => show_one(config, *number),
            Command::Retry(numbers) => numbers.retry(config, clock),
            Command::Resend(numbers) => numbers.resend(config, clock),
            Command::Settle(settle) => settle.run(config, clock),
            Command::Cancel(cancel) => cancel.run(config, clock),
            Command::Bounces { path } => bounces::read(config, &runtime()?, path, clock).map(|told| {
                for line in told {
                    say!("{line}");
                }
                Ending::Done
            }),
            Command::Verify => verify(config),
        }
    }
}

/// The ledger to look at; an error if there is none.
fn look(config: &Config) -> Outcome<Ledger> {
    let ledger = runtime()?.block_on(Ledger::look(&config.state))?;
    ledger.ok_or_else(|| {
        Problem::new(config.state.display().to_string(), "there is no ledger yet")
            .hint("the first `plaudit run` makes it")
            .into()
    })
}

fn no_such(number: i64) -> Problems {
    Problem::new(format!("message {number}"), "is not in the ledger")
        .hint("`plaudit outbox list` shows all numbers")
        .into()
}

impl Numbers {
    fn choice(&self, channel: &Channel) -> Choice {
        Choice { numbers: self.numbers.clone(), channel: Some(channel.name().to_string()), ..Choice::default() }
    }

    fn retry(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let channel = Channel::of(config, self.redirect_to.as_deref())?;
        let runtime = runtime()?;
        let mut ledger = runtime.block_on(Ledger::open(&config.state, clock.now()))?;
        let planned = Choice { state: Some(State::Planned), ..self.choice(&channel) };
        let entries = runtime.block_on(ledger.entries(&planned))?;
        all_found(&self.numbers, &entries, "does not wait to be sent")?;
        let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
        runtime.block_on(ledger.hurry(&numbers))?;
        send(config, &channel, clock, &runtime, ledger, &self.numbers)
    }

    fn resend(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let channel = Channel::of(config, self.redirect_to.as_deref())?;
        let runtime = runtime()?;
        let mut ledger = runtime.block_on(Ledger::open(&config.state, clock.now()))?;
        let entries = runtime.block_on(ledger.entries(&self.choice(&channel)))?;
        // Without numbers: what failed lately, and not to an address that is known not to exist.
        let lately = clock.now() - Duration::days(crate::config::USUAL_NOT_OLDER_THAN_DAYS);
        let lately = lately.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let contacts = runtime.block_on(ledger.contacts(channel.name(), ""))?;
        let gone = |entry: &Entry| {
            let key = &entry.key;
            contacts.bar(&key.recipient, &entry.address, &key.subject, &key.kind).is_some()
        };
        let failed = |entry: &Entry| match entry.state {
            State::Refused => !self.numbers.is_empty() || (entry.changed >= lately && !gone(entry)),
            State::Withheld if self.numbers.is_empty() => entry.cause == Cause::TooOld && entry.changed >= lately,
            State::Withheld => entry.cause != Cause::Suppressed,
            _ => false,
        };
        let entries: Vec<Entry> = entries.into_iter().filter(failed).collect();
        all_found(&self.numbers, &entries, "was neither refused nor withheld for a cause that you can overrule")?;
        let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
        let now = clock.now();
        for entry in &entries {
            let address = ledger.marks().address(&entry.address);
            runtime.block_on(ledger.lift_no_such_address(&address))?;
        }
        let days = Duration::days(crate::config::USUAL_NOT_OLDER_THAN_DAYS);
        runtime.block_on(ledger.plan_again(&numbers, now + days, now))?;
        send(config, &channel, clock, &runtime, ledger, &self.numbers)
    }
}

/// Every number that was named must be among the messages that are meant.
fn all_found(numbers: &[i64], entries: &[Entry], message: &str) -> Outcome<()> {
    let known = |number: &&i64| !entries.iter().any(|entry| entry.number == **number);
    let strangers: Vec<Problem> = numbers
        .iter()
        .filter(known)
        .map(|number| {
            Problem::new(format!("message {number}"), message).hint("`plaudit outbox list` shows the states of all")
        })
        .collect();
    if strangers.is_empty() { Ok(()) } else { Err(Problems(strangers)) }
}

/// Sends what waits, or single messages of it, without deciding anything.
fn send(
    config: &Config,
    channel: &Channel,
    clock: &Clock,
    runtime: &tokio::runtime::Runtime,
    mut ledger: Ledger,
    only: &[i64],
) -> Outcome<Ending> {
    let only = (!only.is_empty()).then_some(only);
    let progress = show::progress();
    let swept = Broom { config, channel, only, clock, runtime, progress }.sweep(&mut ledger)?;
    runtime.block_on(ledger.close())?;
    Ok(show::swept(&swept, channel, config.zone))
}

impl Settle {
    fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        look(config)?;
        let runtime = runtime()?;
        // If no run is at work, what a dead one left becomes unknown first.
        let mut ledger = runtime.block_on(Ledger::open(&config.state, clock.now()))?;
        let choice = Choice { numbers: self.numbers.clone(), state: Some(State::Unknown), ..Choice::default() };
        let entries = runtime.block_on(ledger.entries(&choice))?;
        all_found(&self.numbers, &entries, "is not unknown, so there is nothing to settle")?;
        let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
        let state = if self.sent { State::Sent } else { State::Planned };
        runtime.block_on(ledger.decide(&numbers, state, clock.now()))?;
        record::write_receipts(config, &runtime, &mut ledger)?;
        runtime.block_on(ledger.close())?;
        let words = if self.sent { "are sent" } else { "wait; `plaudit outbox retry` or the next run sends them" };
        say!("{} messages {words}", numbers.len());
        Ok(Ending::Done)
    }
}

impl Cancel {
    fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        look(config)?;
        let runtime = runtime()?;
        let mut ledger = runtime.block_on(Ledger::join(&config.state))?;
        let choice = Choice { numbers: self.numbers.clone(), state: Some(State::Planned), ..Choice::default() };
        let entries = runtime.block_on(ledger.entries(&choice))?;
        all_found(&self.numbers, &entries, "does not wait to be sent, so it cannot be taken back")?;
        let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
        let cancelled = runtime.block_on(ledger.withhold(&numbers, Cause::Cancelled, clock.now()))?;
        runtime.block_on(ledger.close())?;
        say!("{cancelled} messages taken back; they are not sent any more");
        Ok(Ending::Done)
    }
}

fn verify(config: &Config) -> Outcome<Ending> {
    let runtime = runtime()?;
    let mut ledger = look(config)?;
    let verified = record::verify(config, &runtime, &mut ledger)?;
    say!("{} receipts of {} runs follow from each other", verified.receipts, verified.runs);
    say!("last hash: {}", verified.last);
    Ok(Ending::Done)
}
