//! A run: prepare, write down, deliver; then the same once more for the administrators' digest, which tells how it ended.
//!
//! Every step can be the last one of a process that dies: what is not written down is prepared again, and what is written
//! down is delivered by the next run.

use super::prepare::{self, Prepared, Waived, Workshop};
use super::running::Running;
use super::{Asked, Read, alarm, heartbeat, hold, record};
use crate::calendar::clock::Clock;
use crate::calendar::{Week, Zone};
use crate::config::{Config, Sources};
use crate::delivery::{Channel, Hold, is_asked_to_stop};
use crate::intake::{Glimpse, Reject};
use crate::ledger::{Known, Ledger, RunRecord, Tally};
use crate::notices::{Scope, Skip};
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::alarm::Halt;
use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// What a run is asked to do.
pub struct Order<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Which week.
    pub asked: Asked,
    /// What the run is about.
    pub scope: Scope,
    /// For an occasion, whose week is over in its zone: the oldest week that is owed. What weeks before that still owe is no
    /// news any more. None: somebody asked for the run.
    pub oldest_owed: Option<Week>,
    /// What may be waived.
    pub waived: Waived,
    /// How messages leave.
    pub channel: Channel,
    /// How many messages somebody read in the plan and agreed to.
    pub confirmed: Option<usize>,
    /// The time.
    pub clock: Clock,
    /// Shows how far the work is.
    pub progress: ProgressBar,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// Its number in the ledger.
    pub number: i64,
    /// The report week.
    pub week: Week,
    /// Messages by kind, organization and state.
    pub tallies: Vec<Tally>,
    /// Messages of earlier weeks that were never sent and are withheld now.
    pub late: u64,
    /// How many of each kind an earlier run sent, or may have sent.
    pub already: BTreeMap<String, u64>,
    /// How many of each kind were refused, too old or taken back, and stay so.
    pub closed: BTreeMap<String, u64>,
    /// How many messages of any week may or may not have arrived.
    pub unknown: usize,
    /// Messages that this run sent.
    pub sent: u64,
    /// Whether it was broken off: somebody asked to stop, or too much was refused.
    pub is_stopped: bool,
    /// What may not leave yet.
    pub holds: Vec<Hold>,
    /// Who got nothing and why.
    pub skips: Vec<Skip>,
    /// Rows that were not believed.
    pub rejects: Vec<Reject>,
    /// What each file looked like.
    pub glimpses: Vec<Glimpse>,
    /// Ids of what is shown by its id.
    pub by_id: BTreeSet<String>,
    /// What went wrong with single reports or messages.
    pub problems: Vec<Problem>,
    /// Whoever watches the runs did not hear of it.
    pub unheard: Vec<Problem>,
    /// The week's folder.
    pub folder: PathBuf,
    /// Which templates were used.
    pub templates: String,
}

impl Ended {
    /// Whether all that there was to do was tried. What a full disk or a signal kept from being tried is not.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.is_stopped && !self.problems.iter().any(|problem| problem.is_io)
    }
}

/// Runs a week. Whatever stops the run before anything is planned is told to the administrators too.
///
/// # Errors
/// The run could not be done; nothing was lost.
pub fn run(order: &Order<'_>, runtime: &Runtime) -> Outcome<Ended> {
    unfinished(order)?;
    sample_stays_here(order)?;
    let mut ledger = runtime.block_on(Ledger::open(&order.config.state, order.clock.now()))?;
    let ended = run_on(order, runtime, &mut ledger);
    runtime.block_on(ledger.close())?;
    ended
}

/// The same on a ledger that is open.
///
/// # Errors
/// The run could not be done; nothing was lost.
pub fn run_on(order: &Order<'_>, runtime: &Runtime, ledger: &mut Ledger) -> Outcome<Ended> {
    unfinished(order)?;
    sample_stays_here(order)?;
    forgotten(order, runtime, ledger)?;
    let ended = decide_and_deliver(order, runtime, ledger);
    let receipt = record::write_receipts(order.config, runtime, ledger);
    let mut ended = ended.and_then(|ended| receipt.map(|()| ended));
    if ended.as_ref().is_ok_and(|ended| ended.is_stopped) && !is_asked_to_stop() {
        hold::begin(runtime, ledger, order.channel.name(), order.clock.now())?;
    }
    let went_well = ended.as_ref().is_ok_and(|ended| ended.problems.is_empty() && ended.is_whole());
    let unheard = heartbeat::ping(order.config, went_well).err().map(|found| found.0).unwrap_or_default();
    match &mut ended {
        Ok(ended) => ended.unheard = unheard,
        Err(problems) => problems.0.extend(unheard),
    }
    ended
}

fn decide_and_deliver(order: &Order<'_>, runtime: &Runtime, ledger: &mut Ledger) -> Outcome<Ended> {
    let decided = Workshop::open(order.config).and_then(|workshop| {
        let (prepared, known) = decide(order, runtime, ledger)?;
        Ok((workshop, prepared, known))
    });
    let (workshop, prepared, known) = match decided {
        Ok(decided) => decided,
        Err(problems) => return Err(told(order, runtime, ledger, problems, Halt::Start)),
    };
    agreed(order, runtime, ledger, &workshop, &prepared, &known)?;
    let ended = begin(order, runtime, &workshop, ledger, &prepared, &known);
    ended.map_err(|problems| told(order, runtime, ledger, problems, Halt::Halfway))
}

/// Tells the administrators what stopped a run; what keeps them from hearing of it is a problem more.
fn told(order: &Order<'_>, runtime: &Runtime, ledger: &mut Ledger, problems: Problems, halt: Halt) -> Problems {
    let told = alarm::tell(order, runtime, ledger, &problems, halt);
    let untold = told.err().map(|untold| untold.0).unwrap_or_default();
    Problems(problems.0.into_iter().chain(untold).collect())
}

fn decide(order: &Order<'_>, runtime: &Runtime, ledger: &mut Ledger) -> Outcome<(Prepared, Known)> {
    let read = prepare::believed(order.config, &order.asked).inspect_err(|_| order.progress.finish_and_clear())?;
    if order.oldest_owed.is_none() {
        over_everywhere(&read, order.asked.now)?;
    }
    let known = runtime.block_on(prepare::known(Some(ledger), &read, order.channel.name()))?;
    let prepared = prepare::prepare(read, &known, &order.scope, order.waived, order.asked.now)?;
    Ok((prepared, known))
}

fn begin(
    order: &Order<'_>,
    runtime: &Runtime,
    workshop: &Workshop,
    ledger: &mut Ledger,
    prepared: &Prepared,
    known: &Known,
) -> Outcome<Ended> {
    let names = prepared.names(workshop);
    let week = prepared.read.week.to_string();
    record::write_rejects(order.config, &week, &prepared.read.intake.rejects)?;
    let inputs = record::inputs(order.config)?;
    let roster = prepared.read.intake.roster.counts();
    let record = RunRecord { started: order.asked.now, week: &week, inputs: &inputs, roster: &roster };
    let number = runtime.block_on(ledger.begin_run(&record))?;
    let mut running = Running { order, runtime, workshop, ledger, prepared, names: &names, known, number };
    let ended = running.whole();
    let outcome = match &ended {
        Ok(ended) if ended.problems.is_empty() => "done",
        Ok(_) => "incomplete",
        Err(_) => "failed",
    };
    runtime.block_on(ledger.end_run(number, order.clock.now(), outcome))?;
    ended
}

/// What is sent of a week is final, so a week that is not over is not reported.
fn unfinished(order: &Order<'_>) -> Outcome<()> {
    let (week, last) = (order.asked.week(order.config), order.asked.last_complete_week(order.config));
    if order.oldest_owed.is_some() || week <= last {
        return Ok(());
    }
    Err(Problem::new(format!("week of {week}"), format!("is not over; the last complete week is that of {last}"))
        .hint("`plaudit preview --out DIR --week DATE` shows a week so far without sending anything")
        .into())
}

/// The same for organizations that live by other clocks.
fn over_everywhere(read: &Read, now: DateTime<Utc>) -> Outcome<()> {
    let Read { config, intake, week } = read;
    let is_open = |zone: &Zone| config.calendar.last_complete_week(now.with_timezone(zone).date_naive()) < *week;
    let mut zones = (0..intake.roster.organizations.len()).map(|own| intake.roster.zone(own, config.zone));
    let Some(zone) = zones.find(is_open) else { return Ok(()) };
    let message = format!("is not over at the organizations in {zone}");
    Err(Problem::new(format!("week of {week}"), message)
        .hint("what is sent of a week is final; wait some hours")
        .into())
}

/// The people of the sample do not exist, so nothing is mailed to their addresses.
fn sample_stays_here(order: &Order<'_>) -> Outcome<()> {
    let invented = matches!(order.config.sources, Sources::Sample(_));
    if !(invented && order.channel.is_mailed() && order.channel.redirect().is_none()) {
        return Ok(());
    }
    Err(Problem::new(
        order.config.path.display().to_string(),
        "the sample would be mailed to addresses that are invented",
    )
    .hint("send it to yourself with `--redirect-to you@school.example`, or name your own data below `sources:`")
    .into())
}

/// A week that the ledger may have forgotten would be sent a second time.
fn forgotten(order: &Order<'_>, runtime: &Runtime, ledger: &mut Ledger) -> Outcome<()> {
    let week = order.asked.week(order.config).to_string();
    let newest = runtime.block_on(ledger.forgotten_up_to())?.filter(|newest| week <= *newest);
    let Some(newest) = newest else { return Ok(()) };
    Err(Problem::new(
        format!("week of {week}"),
        format!("what was sent up to the week of {newest} is forgotten, so it might be sent twice"),
    )
    .hint("`retention: {messages_days: ...}` says how long it is known; `plaudit preview` shows any week")
    .into())
}

/// The first mails of an installation leave only after somebody read the plan and typed how many there are.
fn agreed(
    order: &Order<'_>,
    runtime: &Runtime,
    ledger: &mut Ledger,
    workshop: &Workshop,
    prepared: &Prepared,
    known: &Known,
) -> Outcome<()> {
    let real = order.channel.redirect().is_none();
    if !order.channel.is_mailed() {
        return Ok(());
    }
    if runtime.block_on(ledger.setting(AGREED))?.is_some_and(|channel| channel == REAL || !real) {
        return Ok(());
    }
    let post = prepare::post(&prepared.read.config, &order.channel, known.contacts.marks(), order.asked.now);
    let count = prepared.messages(workshop, post, known);
    if order.confirmed == Some(count) {
        let channel = if real { REAL } else { TRIAL };
        return runtime.block_on(ledger.note(AGREED, channel));
    }
    let trial = order.channel.redirect().map(|address| format!(" --redirect-to {address}")).unwrap_or_default();
    let found = order.confirmed.map_or(String::new(), |number| format!(", not {number}"));
    Err(Problem::new("--confirm", format!("the first mails of this installation would be {count} messages{found}"))
        .hint(format!("look at them with `plaudit plan{trial}`; if they are right, run once with `--confirm {count}`"))
        .into())
}

const AGREED: &str = "first mails agreed";
const REAL: &str = "to recipients";
const TRIAL: &str = "redirected";
