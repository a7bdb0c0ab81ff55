//! `plaudit run`: the main job.

use super::{Ending, WeekArgument, runtime, show};
use crate::calendar::clock::Clock;
use crate::config::{Config, Kind};
use crate::delivery::Channel;
use crate::ledger::{State, Tally};
use crate::notices::Scope;
use crate::pipeline::desk::{Caught, Desk};
use crate::pipeline::prepare::{Waived, nothing_scheduled};
use crate::pipeline::run::{self, Ended, Order};
use crate::problem::{Outcome, Problems};
use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use std::collections::BTreeMap;

/// Prepare what is owed for a week, then deliver it
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    week: WeekArgument,
    /// One kind of notice in place of all that are scheduled
    #[arg(long, value_name = "KIND")]
    only: Option<Kind>,
    /// Go on although the roster lost many people since the last run
    #[arg(long)]
    confirm_roster: bool,
    /// The number of messages that `plan` printed: needed for the first mails of an installation
    #[arg(long, value_name = "COUNT")]
    confirm: Option<usize>,
    /// Send everything to this address for a trial, the true recipient in the subject
    #[arg(long, value_name = "ADDRESS")]
    redirect_to: Option<String>,
}

impl Run {
    /// Runs and prints how it went.
    ///
    /// # Errors
    /// The run could not be done.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        if let Some(problem) = nothing_scheduled(config) {
            return Err(problem.into());
        }
        let is_by_hand = self.week.week.is_some() || self.redirect_to.is_some() || self.confirm.is_some();
        if is_by_hand { self.by_hand(config, clock) } else { self.what_is_owed(config, clock) }
    }

    /// A week that somebody names, whatever the schedules say.
    fn by_hand(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let order = Order {
            config,
            asked: self.week.asked(clock),
            channel: Channel::of(config, self.redirect_to.as_deref())?,
            confirmed: self.confirm,
            clock: clock.clone(),
            scope: Scope::whole(config, self.only),
            oldest_owed: None,
            waived: Waived { roster_loss: self.confirm_roster },
            progress: show::progress(),
        };
        let ended = run::run(&order, &runtime()?)?;
        told(&ended, self.week.week, config, &order.channel)
    }

    /// What the schedules owe and nobody has done yet.
    fn what_is_owed(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let runtime = runtime()?;
        let channel = Channel::of(config, None)?;
        let desk = Desk {
            config,
            channel: channel.clone(),
            only: self.only,
            waived: Waived { roster_loss: self.confirm_roster },
            clock: clock.clone(),
            runtime: &runtime,
            progress: show::progress,
        };
        caught_up(&desk.catch_up()?, config, &channel)
    }
}

/// Prints what was done about what is owed, and says what it means for the command.
pub(super) fn caught_up(caught: &Caught, config: &Config, channel: &Channel) -> Outcome<Ending> {
    if caught.is_busy {
        say!("another plaudit is at work on this ledger, and does what is owed");
        return Ok(Ending::Done);
    }
    let mut ending = if caught.missed.is_empty() { Ending::Done } else { Ending::Incomplete };
    if !caught.missed.is_empty() {
        eprintln!("{}", Problems(caught.missed.clone()));
    }
    for ended in &caught.runs {
        ending = ending.and(told(ended, None, config, channel)?);
    }
    if let Some(swept) = &caught.swept {
        ending = ending.and(show::swept(swept, channel, config.zone));
    }
    if !caught.problems.is_empty() {
        return Err(Problems(caught.problems.clone()));
    }
    if caught.runs.is_empty() && caught.swept.is_none() && caught.held.is_none() {
        say!("nothing is owed now; `plaudit run --week DATE` runs a week again");
    }
    let local = |at: DateTime<Utc>| at.with_timezone(&config.zone).format("%Y-%m-%d %H:%M %Z").to_string();
    if let Some(until) = caught.held {
        say!("too much went wrong, so nothing leaves before {}; `plaudit outbox retry` tries at once", local(until));
        ending = Ending::Incomplete;
    } else if let Some(next) = caught.next {
        say!("next: {}", local(next));
    }
    Ok(ending)
}

/// Prints how a run ended, and says what it means for the command.
fn told(ended: &Ended, asked: Option<NaiveDate>, config: &Config, channel: &Channel) -> Outcome<Ending> {
    show::week(ended.week, asked, &config.calendar);
    summary(ended, config, channel);
    if !ended.unheard.is_empty() {
        eprintln!("{}", Problems(ended.unheard.clone()));
    }
    let open = ended.is_stopped || ended.unknown > 0 || ended.holds.iter().any(|hold| hold.is_retry);
    if ended.problems.is_empty() {
        return Ok(if open { Ending::Incomplete } else { Ending::Done });
    }
    eprintln!("{}", Problems(ended.problems.clone()));
    let waiting = !channel.is_mailed() && ended.tallies.iter().any(|tally| tally.state == State::Planned);
    let disk = ended.problems.iter().any(|problem| problem.is_io);
    if waiting || disk { Err(still_waiting(ended)) } else { Ok(Ending::Incomplete) }
}

fn still_waiting(ended: &Ended) -> Problems {
    let message = "not everything could be written; what is missing is still planned";
    crate::problem::Problem::new(ended.folder.display().to_string(), message)
        .hint("mend the cause and run again")
        .into()
}

fn summary(ended: &Ended, config: &Config, channel: &Channel) {
    show::sources(&ended.glimpses, config.zone);
    show::rejects(&ended.rejects);
    say!("templates: {}", ended.templates);
    for (kind, counts) in by_kind(&ended.tallies) {
        say!("  {kind}: {counts}");
    }
    let mut reasons: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for skip in &ended.skips {
        *reasons.entry((skip.kind.name(), skip.reason.name())).or_default() += 1;
    }
    for ((kind, reason), count) in reasons {
        say!("  {kind}: {count} skipped, {}", reason.replace('_', " "));
    }
    if !ended.by_id.is_empty() {
        say!("  shown by id, as no font has a character of the name: {}", list(&ended.by_id));
    }
    if ended.late > 0 {
        say!("messages of earlier weeks that were never sent and are withheld now: {}", ended.late);
    }
    let already: u64 = ended.already.values().sum();
    if already > 0 {
        say!("{already} messages of this week had been sent before and were not sent again");
    }
    let closed: u64 = ended.closed.values().sum();
    if closed > 0 {
        say!("{closed} messages of this week were refused, too old or taken back, and stay so");
    }
    if ended.unknown > 0 {
        say!("{} messages may or may not have arrived: `plaudit outbox list --state unknown`", ended.unknown);
    }
    if ended.sent == 0 && already > 0 {
        say!("nothing was sent; to see an edited template: plaudit preview --out DIR --week {}", ended.week);
    } else if let Some(address) = channel.redirect() {
        say!("{} messages mailed to {}; nobody else got any", ended.sent, show::masked(address));
    } else if channel.is_mailed() {
        say!("{} messages mailed; rejects are in {}", ended.sent, ended.folder.display());
    } else {
        say!("{} messages written; reports, mails and rejects are in {}", ended.sent, ended.folder.display());
    }
    if ended.is_stopped {
        say!("it was broken off; the next run goes on from here");
    }
    for hold in &ended.holds {
        let local = hold.until.with_timezone(&config.zone).format("%Y-%m-%d %H:%M %Z");
        say!("what waits may leave from {local} on; the next run sends it");
    }
}

fn list(ids: &std::collections::BTreeSet<String>) -> String {
    let shown: Vec<&str> = ids.iter().take(8).map(String::as_str).collect();
    let more = if ids.len() > shown.len() { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Counts of each kind by state, in words.
fn by_kind(tallies: &[Tally]) -> BTreeMap<&str, String> {
    let mut kinds: BTreeMap<&str, BTreeMap<State, u64>> = BTreeMap::new();
    for tally in tallies {
        *kinds.entry(&tally.kind).or_default().entry(tally.state).or_default() += tally.count;
    }
    let words = |states: BTreeMap<State, u64>| {
        let parts: Vec<String> = states.iter().map(|(state, count)| format!("{count} {}", state.name())).collect();
        parts.join(", ")
    };
    kinds.into_iter().map(|(kind, states)| (kind, words(states))).collect()
}
