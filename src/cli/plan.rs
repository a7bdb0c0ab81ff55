//! `plaudit plan`: what a run would do; changes nothing.

use super::{Ending, WeekArgument, runtime, show};
use crate::calendar::clock::Clock;
use crate::config::{Config, Kind};
use crate::ledger::Ledger;
use crate::notices::Notice;
use crate::pipeline::prepare::{self, Waived, Workshop};
use crate::problem::Outcome;
use clap::Args;
use std::collections::BTreeMap;

/// What a run would send to whom
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    week: WeekArgument,
    /// One kind of notice in place of all that are scheduled
    #[arg(long, value_name = "KIND")]
    only: Option<Kind>,
}

impl Plan {
    /// Prints the plan.
    ///
    /// # Errors
    /// Whatever would stop the run.
    pub fn run(&self, config: &Config, clock: Clock) -> Outcome<Ending> {
        if let Some(problem) = prepare::nothing_scheduled(config) {
            return Err(problem.into());
        }
        let workshop = Workshop::open(config)?;
        let runtime = runtime()?;
        let mut ledger = runtime.block_on(Ledger::look(&config.state))?;
        let read = prepare::believed(config, &self.week.asked(clock))?;
        let known = runtime.block_on(prepare::known(ledger.as_mut(), &read))?;
        let prepared = prepare::prepare(read, &known, self.only, Waived::default())?;
        let names = prepared.names(&workshop);
        let (press, writer) = (prepared.press(&workshop, None), prepared.writer(&names, &workshop));
        let split = prepared.split(&press, &writer, &known);
        let intake = &prepared.read.intake;
        show::week(prepared.read.week, self.week.week, &config.calendar);
        show::sources(&intake.activity.glimpses, config.zone);
        show::rejects(&intake.rejects);
        say!("templates: {}", workshop.templates.in_words());
        say!("{} messages would be sent, in {} documents", split.due.len(), press.groups(&split.due).len());
        for notice in &split.due {
            say!("  {}", line(notice, |person| show::id(&intake.roster, person)));
        }
        for (kind, count) in counts(&split.due) {
            say!("  {kind}: {count}");
        }
        for (kind, count) in &split.already {
            say!("  {kind}: {count} sent already");
        }
        show::skips(&prepared.decisions.skips, |person| show::id(&intake.roster, person));
        say!("  gone quiet: {} members", prepared.scores.inactive.len());
        if let (Some(share), Some(chance)) =
            (prepared.scores.summary.reward_share(), prepared.scores.summary.chance_rate)
        {
            say!("  rewards: {:.1} % of student-weeks, {:.1} % by chance alone", share * 100.0, chance * 100.0);
        }
        Ok(Ending::Done)
    }
}

fn line(notice: &Notice, id: impl Fn(usize) -> String) -> String {
    let about = notice.student().map(|student| format!(" about {}", id(student))).unwrap_or_default();
    let recipient = id(notice.recipient);
    format!("{} to {recipient} ({}){about}: {}", notice.kind.name(), masked(&notice.address), notice.reason)
}

/// An address that tells whose it is only to whoever knows it.
fn masked(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}***@{domain}")
}

fn counts(notices: &[Notice]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for notice in notices {
        *counts.entry(notice.kind.name()).or_default() += 1;
    }
    counts
}
