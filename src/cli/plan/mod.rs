//! `plaudit plan`: what a run would do; changes nothing.

mod against;

use super::show::masked;
use super::{Ending, WeekArgument, runtime, schedule, show};
use crate::calendar::clock::Clock;
use crate::config::{Config, Kind};
use crate::delivery::Channel;
use crate::ledger::Ledger;
use crate::notices::{Notice, Scope};
use crate::pipeline::due::{self, Seen};
use crate::pipeline::prepare::{self, Waived, Workshop};
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a run would send to whom
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    week: WeekArgument,
    /// One kind of notice in place of all that are scheduled
    #[arg(long, value_name = "KIND")]
    only: Option<Kind>,
    /// What an edit changes: held against another config file, or without one against the settings in force
    #[arg(long, value_name = "OLD.yaml", num_args = 0..=1, conflicts_with_all = ["only", "redirect_to"])]
    against: Option<Vec<PathBuf>>,
    /// As if all mails went to this address
    #[arg(long, value_name = "ADDRESS")]
    redirect_to: Option<String>,
}

impl Plan {
    /// Prints the plan.
    ///
    /// # Errors
    /// Whatever would stop the run.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        if let Some(problem) = prepare::nothing_scheduled(config) {
            return Err(problem.into());
        }
        let workshop = Workshop::open(config)?;
        let runtime = runtime()?;
        if let Some(old) = &self.against {
            return against::tell(config, &runtime, old.first().map(PathBuf::as_path), &self.week.asked(clock));
        }
        let mut ledger = runtime.block_on(Ledger::look(&config.state))?;
        let channel = Channel::of(config, self.redirect_to.as_deref())?;
        let asked = self.week.asked(clock);
        let read = prepare::believed(config, &asked)?;
        let known = runtime.block_on(prepare::known(ledger.as_mut(), &read, channel.name()))?;
        let prepared = prepare::prepare(read, &known, &Scope::whole(config, self.only), Waived::default(), asked.now)?;
        let names = prepared.names(&workshop);
        let post = prepare::post(config, &channel, known.contacts.marks(), asked.now);
        let (press, writer) = (prepared.press(&workshop, None, post), prepared.writer(&names, &workshop));
        let split = prepared.split(&press, &writer, &known);
        let intake = &prepared.read.intake;
        show::week(prepared.read.week, self.week.week, &config.calendar);
        show::sources(&intake.activity.glimpses, config.zone);
        show::rejects(&intake.rejects);
        say!("templates: {}", workshop.templates.in_words());
        let invited = &prepared.decisions.invited;
        let documents = press.groups(&split.due).len();
        say!("{} messages would be sent, in {documents} documents", split.due.len() + invited.len());
        for notice in &split.due {
            say!("  {}", line(notice, |person| show::id(&intake.roster, person)));
        }
        for asked in invited {
            let (guardian, student) =
                (show::id(&intake.roster, asked.guardian), show::id(&intake.roster, asked.student));
            say!("  invitation to {guardian} ({}) about {student}: was never asked", masked(&asked.address));
        }
        for (kind, count) in counts(&split.due) {
            say!("  {kind}: {count}");
        }
        if !invited.is_empty() {
            say!("  invitation: {}", invited.len());
        }
        for (kind, count) in &split.already {
            say!("  {kind}: {count} in the ledger already");
        }
        show::skips(&prepared.decisions.skips, |person| show::id(&intake.roster, person));
        say!("  gone quiet: {} members", prepared.scores.inactive.len());
        if let (Some(share), Some(chance)) =
            (prepared.scores.summary.reward_share(), prepared.scores.summary.chance_rate)
        {
            say!("  rewards: {:.1} % of student-weeks, {:.1} % by chance alone", share * 100.0, chance * 100.0);
        }
        if self.week.week.is_none() && self.redirect_to.is_none() {
            let seen = runtime.block_on(Seen::by(ledger.as_mut(), channel.name()))?;
            owed(config, &seen, asked.now);
        }
        Ok(Ending::Done)
    }
}

/// What of it a run would do by itself: a plan is of a whole week, whatever the schedules say.
fn owed(config: &Config, seen: &Seen, now: DateTime<Utc>) {
    let zones = due::zones(config, &seen.watched, now);
    let entries = due::look(config, &zones, seen, now);
    let owed: Vec<String> = entries.iter().flat_map(schedule::owed).collect();
    if owed.is_empty() {
        let next = due::next(config, &zones, now).map(|at| at.with_timezone(&config.zone).format("%Y-%m-%d %H:%M %Z"));
        let next = next.map_or(String::new(), |next| format!("; next: {next}"));
        say!("nothing is owed now by the schedules{next}");
    } else {
        say!("owed now by the schedules:");
        for line in owed {
            say!("  {line}");
        }
    }
}

fn line(notice: &Notice, id: impl Fn(usize) -> String) -> String {
    let about = notice.student().map(|student| format!(" about {}", id(student))).unwrap_or_default();
    let recipient = id(notice.recipient);
    format!("{} to {recipient} ({}){about}: {}", notice.kind.name(), masked(&notice.address), notice.reason)
}

fn counts(notices: &[Notice]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for notice in notices {
        *counts.entry(notice.kind.name()).or_default() += 1;
    }
    counts
}
