//! A run: prepare, write down, deliver; then the same once more for the administrators' digest, which tells how it ended.
//!
//! Every step can be the last one of a process that dies: what is not written down is prepared again, and what is written
//! down is delivered by the next run.

use super::prepare::{self, Prepared, Split, Waived, Workshop};
use super::{Asked, administrators, alarm, record};
use crate::calendar::Week;
use crate::config::{Audience, Config, Kind, RulerKind};
use crate::delivery::{Delivered, Route, deliver, folder};
use crate::disk;
use crate::intake::{Glimpse, Reject};
use crate::ledger::{Key, Known, Ledger, Message, RunRecord, State, Tally};
use crate::notices::Skip;
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::{Names, Press, Printed, Writer, digest};
use crate::scoring::tables;
use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use tokio::runtime::Runtime;

/// What a run is asked to do.
pub struct Order<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Which week.
    pub asked: Asked,
    /// One kind of notice in place of all.
    pub only: Option<Kind>,
    /// What may be waived.
    pub waived: Waived,
    /// Shows how far the work is.
    pub progress: ProgressBar,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// The report week.
    pub week: Week,
    /// Messages by kind, organization and state.
    pub tallies: Vec<Tally>,
    /// Messages of earlier weeks that were never sent and are withheld now.
    pub late: u64,
    /// How many of each kind had been sent by an earlier run.
    pub already: BTreeMap<String, u64>,
    /// Messages that this run sent.
    pub sent: u64,
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
    /// The week's folder.
    pub folder: PathBuf,
    /// Which templates were used.
    pub templates: String,
}

/// How many printed messages may wait for the ledger.
const WAITING: usize = 64;
/// How many groups' messages are planned in one transaction.
const PLANNED_TOGETHER: usize = 32;

/// Runs a week. Whatever stops the run before anything is planned is told to the administrators too.
///
/// # Errors
/// The run could not be done; nothing was lost.
pub fn run(order: &Order<'_>, runtime: &Runtime) -> Outcome<Ended> {
    unfinished(order)?;
    let mut ledger = runtime.block_on(Ledger::open(&order.config.state))?;
    // This process owns the ledger, so whoever was sending is dead; the folder channel may write a mail again.
    runtime.block_on(ledger.recover_idempotent(folder::CHANNEL, order.asked.now))?;
    let begun = Cell::new(false);
    let workshop = Workshop::open(order.config);
    let ended = workshop.and_then(|workshop| begin(order, runtime, &workshop, &mut ledger, &begun));
    let ended = ended.map_err(|problems| {
        let told = alarm::tell(order, runtime, &mut ledger, &problems, begun.get());
        let untold = told.err().map(|untold| untold.0).unwrap_or_default();
        Problems(problems.0.into_iter().chain(untold).collect())
    });
    runtime.block_on(ledger.close())?;
    ended
}

fn begin(
    order: &Order<'_>,
    runtime: &Runtime,
    workshop: &Workshop,
    ledger: &mut Ledger,
    begun: &Cell<bool>,
) -> Outcome<Ended> {
    let read = prepare::believed(order.config, &order.asked).inspect_err(|_| order.progress.finish_and_clear())?;
    let known = runtime.block_on(prepare::known(Some(ledger), &read))?;
    let prepared = prepare::prepare(read, &known, order.only, order.waived)?;
    let names = prepared.names(workshop);
    let week = prepared.read.week.to_string();
    record::write_rejects(order.config, &week, &prepared.read.intake.rejects)?;
    let inputs = record::inputs(order.config)?;
    let roster = prepared.read.intake.roster.counts();
    let record = RunRecord { started: order.asked.now, week: &week, inputs: &inputs, roster: &roster };
    let number = runtime.block_on(ledger.begin_run(&record))?;
    begun.set(true);
    let mut running = Running { order, runtime, workshop, ledger, prepared: &prepared, names: &names, number };
    let ended = running.whole(&known);
    let outcome = match &ended {
        Ok(ended) if ended.problems.is_empty() => "done",
        Ok(_) => "incomplete",
        Err(_) => "failed",
    };
    runtime.block_on(ledger.end_run(number, order.asked.now, outcome))?;
    ended
}

/// What is sent of a week is final, so a week that is not over is not reported.
fn unfinished(order: &Order<'_>) -> Outcome<()> {
    let (week, last) = (order.asked.week(order.config), order.asked.last_complete_week(order.config));
    if week <= last {
        return Ok(());
    }
    Err(Problem::new(format!("week of {week}"), format!("is not over; the last complete week is that of {last}"))
        .hint("`plaudit preview --out DIR --week DATE` shows a week so far without sending anything")
        .into())
}

/// A run that has begun.
struct Running<'a> {
    order: &'a Order<'a>,
    runtime: &'a Runtime,
    workshop: &'a Workshop,
    ledger: &'a mut Ledger,
    prepared: &'a Prepared,
    names: &'a Names,
    number: i64,
}

impl Running<'_> {
    fn whole(&mut self, known: &Known) -> Outcome<Ended> {
        let documents = self.order.config.state.join("documents");
        let press = self.prepared.press(self.workshop, Some(&documents));
        let writer = self.prepared.writer(self.names, self.workshop);
        let split = self.prepared.split(&press, &writer, known);
        self.keep_ruler(known)?;
        let late = self.withhold_older()?;
        let (mut problems, planned) = self.print(&press, &writer, &split)?;
        self.withdraw(&split, planned)?;
        if !split.due.is_empty() {
            self.keep_tables()?;
        }
        let delivered = self.deliver(&self.decided(), &documents)?;
        problems.extend(delivered.problems);
        let mut ended = Ended { late, ..self.ended(split, delivered.sent, problems)? };
        let told = known.messages.iter().any(|(key, state)| key.kind == Kind::Digest.name() && *state == State::Sent);
        let news = !told || ended.sent > 0 || ended.late > 0 || !ended.problems.is_empty();
        if news && self.order.only.is_none_or(|only| only == Kind::Digest) {
            self.digest(&writer, &mut ended, &documents)?;
        }
        Ok(ended)
    }

    fn now(&self) -> DateTime<Utc> {
        self.order.asked.now
    }

    fn period(&self) -> String {
        self.prepared.read.week.to_string()
    }

    /// Keeps the ruler of the term's first week that is told.
    fn keep_ruler(&mut self, known: &Known) -> Outcome<()> {
        let read = &self.prepared.read;
        let keeps = read.config.method.ruler == RulerKind::Term && self.prepared.scores.told && known.ruler.is_none();
        if !keeps {
            return Ok(());
        }
        let Some(term) = prepare::term(read) else { return Ok(()) };
        let method = prepare::method_digest(&read.config);
        let week = read.week.to_string();
        let kept = self.ledger.keep_ruler(&term, &method, &week, &self.prepared.scores.ruler);
        self.runtime.block_on(kept)
    }

    /// Prints all groups on all cores, and plans what comes from them as it comes.
    fn print(
        &mut self,
        press: &Press<'_>,
        writer: &Writer<'_>,
        split: &Split,
    ) -> Outcome<(Vec<Problem>, BTreeSet<Key>)> {
        let groups = press.groups(&split.due);
        let progress = &self.order.progress;
        progress.set_length(groups.len() as u64);
        progress.set_message("typesetting reports");
        let (sender, receiver) = sync_channel(WAITING);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                press.print_all(writer, &groups, |printed| {
                    // The receiver is gone only when the ledger failed, which is what the run then ends with.
                    let _ = sender.send(printed);
                    progress.inc(1);
                });
            });
            self.plan(receiver)
        })
    }

    /// Plans messages as they come, and says which.
    fn plan(&mut self, receiver: Receiver<Outcome<Printed>>) -> Outcome<(Vec<Problem>, BTreeSet<Key>)> {
        let mut problems = Vec::new();
        let mut planned = BTreeSet::new();
        let mut messages: Vec<Message> = Vec::new();
        let mut waiting = 0;
        for printed in receiver {
            match printed {
                Ok(printed) => {
                    problems.extend(printed.problems);
                    planned.extend(printed.messages.iter().map(|message| message.key.clone()));
                    messages.extend(printed.messages);
                }
                Err(Problems(own)) => problems.extend(own),
            }
            waiting += 1;
            if waiting == PLANNED_TOGETHER {
                self.runtime.block_on(self.ledger.plan(&messages, self.number, self.order.asked.now))?;
                messages.clear();
                waiting = 0;
            }
        }
        self.runtime.block_on(self.ledger.plan(&messages, self.number, self.order.asked.now))?;
        // One mistake in a template is the same problem in every document.
        problems.sort();
        problems.dedup();
        Ok((problems, planned))
    }

    /// The kinds that this run decides.
    fn decided(&self) -> Vec<Kind> {
        let kinds = [Kind::TeacherReport, Kind::Reward, Kind::WelcomeBack, Kind::Steady];
        kinds.into_iter().filter(|kind| self.order.only.is_none_or(|only| only == *kind)).collect()
    }

    /// What an earlier run planned and this one would not, or could not print anew: only of the kinds that this run decided.
    fn withdraw(&mut self, split: &Split, planned: BTreeSet<Key>) -> Outcome<()> {
        let kinds = self.decided().into_iter().map(Kind::name).collect();
        let due = planned.into_iter().chain(split.tried.iter().cloned()).collect();
        let (period, now) = (self.period(), self.now());
        let withdrawn = self.ledger.withdraw(&period, folder::CHANNEL, &kinds, &due, now);
        self.runtime.block_on(withdrawn).map(|_| ())
    }

    /// What earlier weeks still owe is no news any more; only a run of the newest week may say so.
    fn withhold_older(&mut self) -> Outcome<u64> {
        if self.order.asked.day.is_some() || self.order.only.is_some() {
            return Ok(0);
        }
        let (period, now) = (self.period(), self.now());
        self.runtime.block_on(self.ledger.withhold_older(&period, folder::CHANNEL, now))
    }

    /// Withholds what earlier runs had to tell the administrators and could not: it is no longer so.
    fn withdraw_others(&mut self, kinds: [Kind; 2], due: &BTreeSet<Key>) -> Outcome<()> {
        let (period, now) = (self.period(), self.now());
        let kinds = kinds.map(Kind::name).into();
        self.runtime.block_on(self.ledger.withdraw(&period, folder::CHANNEL, &kinds, due, now)).map(|_| ())
    }

    /// Keeps the tables as this run used them.
    fn keep_tables(&self) -> Outcome<()> {
        let folder = self.order.config.state.join("runs").join(self.number.to_string());
        let read = &self.prepared.read;
        let Prepared { facts, scores, analysis, .. } = self.prepared;
        let subjects = &read.intake.activity.subjects;
        for table in tables::all(&read.intake.roster, subjects, facts, scores, analysis) {
            let mut bytes = Vec::new();
            let path = folder.join(format!("{}.parquet", table.name));
            table
                .write_parquet(&mut bytes)
                .map_err(|error| Problem::new(path.display().to_string(), error.to_string()))?;
            disk::write(&path, &bytes)?;
        }
        Ok(())
    }

    fn deliver(&mut self, kinds: &[Kind], documents: &Path) -> Outcome<Delivered> {
        let config = self.order.config;
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let tallies = self.tallies()?;
        let planned = tallies.iter().filter(|t| t.state == State::Planned && names.contains(&t.kind.as_str()));
        let progress = &self.order.progress;
        progress.set_position(0);
        progress.set_length(planned.map(|tally| tally.count).sum());
        progress.set_message("writing mails");
        let (period, now) = (self.period(), self.now());
        let route = Route { period: &period, kinds, documents, reports: &config.delivery.folder };
        let delivered = deliver(self.ledger, route, now, progress);
        let delivered = self.runtime.block_on(delivered);
        progress.finish_and_clear();
        delivered
    }

    fn tallies(&mut self) -> Outcome<Vec<Tally>> {
        let period = self.period();
        self.runtime.block_on(self.ledger.tallies(&period, folder::CHANNEL))
    }

    fn ended(&mut self, split: Split, sent: u64, problems: Vec<Problem>) -> Outcome<Ended> {
        let intake = &self.prepared.read.intake;
        Ok(Ended {
            week: self.prepared.read.week,
            tallies: self.tallies()?,
            late: 0,
            already: split.already,
            sent,
            skips: self.prepared.decisions.skips.clone(),
            rejects: intake.rejects.clone(),
            glimpses: intake.activity.glimpses.clone(),
            by_id: self.names.by_id.clone(),
            problems,
            folder: self.order.config.delivery.folder.join(self.period()),
            templates: self.workshop.templates.in_words(),
        })
    }

    /// Plans and delivers the digest, once for each administrator and run that had something to tell.
    fn digest(&mut self, writer: &Writer<'_>, ended: &mut Ended, documents: &Path) -> Outcome<()> {
        let messages = self.digest_messages(writer, ended)?;
        let due = messages.iter().map(|message| message.key.clone()).collect();
        self.withdraw_others([Kind::Digest, Kind::Alarm], &due)?;
        self.runtime.block_on(self.ledger.plan(&messages, self.number, self.order.asked.now))?;
        let delivered = self.deliver(&[Kind::Digest], documents)?;
        ended.sent += delivered.sent;
        ended.problems.extend(delivered.problems);
        ended.tallies = self.tallies()?;
        Ok(())
    }

    fn digest_messages(&self, writer: &Writer<'_>, ended: &Ended) -> Outcome<Vec<Message>> {
        let config = self.order.config;
        if !config.sends(Kind::Digest, Audience::Administrators) {
            return Ok(Vec::new());
        }
        let folder = ended.folder.display().to_string();
        let story = digest::Story {
            tallies: &ended.tallies,
            skips: &ended.skips,
            rejects: &ended.rejects,
            glimpses: &ended.glimpses,
            folder: &folder,
            problems: &ended.problems,
            ruler_kept: self.prepared.ruler_kept,
            late: ended.late,
            sender: &config.sender.name,
            zone: config.zone,
        };
        let messages = administrators::all(config, &self.prepared.read, self.names).into_iter().map(|administrator| {
            let words = self.workshop.templates.words(&administrator.language);
            let writer = Writer { words, ..*writer };
            let context = digest::context(&writer, &story, administrator.organization);
            let organization = administrator.organization.map(|own| writer.roster.organizations[own].id.clone());
            let key = administrators::key(
                Kind::Digest,
                &self.period(),
                organization.unwrap_or_default(),
                &administrator.id,
                &format!("run-{}", self.number),
            );
            administrators::compose(self.workshop, &administrator, key, &context, self.prepared.read.week, config)
        });
        messages.collect()
    }
}
