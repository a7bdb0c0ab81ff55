//! A run that has begun: print and plan, withdraw, deliver, tell.

use super::prepare::{self, Prepared, Split, Workshop};
use super::run::{Ended, Order};
use super::{administrators, invitations};
use crate::config::{Audience, Kind, RulerKind};
use crate::delivery::{Delivered, Route, deliver, is_asked_to_stop};
use crate::disk;
use crate::ledger::{Cause, Choice, Entry, Key, Known, Ledger, Message, State, Tally};
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::{Names, Post, Press, Printed, Writer, digest};
use crate::scoring::tables;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, sync_channel};
use tokio::runtime::Runtime;

/// How many printed messages may wait for the ledger.
const WAITING: usize = 64;
/// What a run decides and delivers before it tells how it went.
const DECIDED: [Kind; 5] = [Kind::TeacherReport, Kind::Reward, Kind::WelcomeBack, Kind::Steady, Kind::Invitation];
/// How many groups' messages are planned in one transaction.
const PLANNED_TOGETHER: usize = 32;

/// A run that has begun.
pub(super) struct Running<'a> {
    pub(super) order: &'a Order<'a>,
    pub(super) runtime: &'a Runtime,
    pub(super) workshop: &'a Workshop,
    pub(super) ledger: &'a mut Ledger,
    pub(super) prepared: &'a Prepared,
    pub(super) names: &'a Names,
    pub(super) known: &'a Known,
    pub(super) number: i64,
}

impl<'a> Running<'a> {
    pub(super) fn whole(&mut self) -> Outcome<Ended> {
        let documents = self.order.config.state.join("documents");
        let press = self.prepared.press(self.workshop, Some(&documents), self.post());
        let writer = self.prepared.writer(self.names, self.workshop);
        let split = self.prepared.split(&press, &writer, self.known);
        self.keep_ruler()?;
        let late = self.withhold_older()?;
        let (mut problems, mut planned) = self.print(&press, &writer, &split)?;
        if is_asked_to_stop() {
            // What is written down waits for the next run, which goes on from here.
            let stopped = Delivered { stopped: true, ..Delivered::default() };
            return self.ended(split, stopped, problems);
        }
        planned.extend(self.invite()?);
        self.withdraw(&split, planned)?;
        if !split.due.is_empty() {
            self.keep_tables()?;
        }
        let scope = &self.order.scope;
        let kinds = DECIDED.into_iter().filter(|kind| !scope.is_one_kind() || scope.has(*kind));
        let delivered = self.deliver(&kinds.collect::<Vec<_>>())?;
        problems.extend(delivered.problems.iter().cloned());
        problems.extend(delivered.shortfalls());
        let unknown = self.unknown()?;
        let stopped = delivered.stopped;
        let mut ended = Ended { late, unknown: unknown.len(), ..self.ended(split, delivered, problems)? };
        let told = self.known.messages.iter().any(|(key, past)| is_digest(key) && past.state == State::Sent);
        // A digest with a time of its own is waited for at that time.
        let is_asked_for = self.order.oldest_owed.is_some() && self.order.scope.only_tells();
        // What keeps a run from being whole is tried again soon, and told once.
        let troubled = !ended.problems.is_empty() && ended.is_whole();
        let news = !told || is_asked_for || ended.sent > 0 || ended.late > 0 || troubled;
        if news && self.order.scope.has(Kind::Digest) {
            self.digest(&writer, &mut ended, stopped)?;
        }
        Ok(ended)
    }

    fn post(&self) -> Post<'a> {
        let (config, marks) = (&self.prepared.read.config, self.known.contacts.marks());
        let post = prepare::post(config, &self.order.channel, marks, self.now());
        Post { scope: self.order.scope.clone(), ..post }
    }

    /// Whether the run is about what a message tells.
    fn is_about(&self, key: &Key, audience: Audience) -> bool {
        let (config, roster) = (&self.prepared.read.config, &self.prepared.read.intake.roster);
        let own = roster.organizations.iter().position(|organization| organization.id == key.organization);
        let zone = own.map_or(config.zone, |own| roster.zone(own, config.zone));
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == key.kind);
        kind.is_some_and(|kind| self.order.scope.holds(kind, audience, zone))
    }

    fn unknown(&mut self) -> Outcome<Vec<Entry>> {
        let channel = Some(self.order.channel.name().to_string());
        let choice = Choice { state: Some(State::Unknown), channel, ..Choice::default() };
        self.runtime.block_on(self.ledger.entries(&choice))
    }

    /// Plans the invitations, and says which they are.
    fn invite(&mut self) -> Outcome<Vec<Key>> {
        let messages = invitations::messages(self.prepared, self.workshop, self.names, &self.post())?;
        self.runtime.block_on(self.ledger.plan(&messages, self.number, self.now()))?;
        Ok(messages.into_iter().map(|message| message.key).collect())
    }

    fn now(&self) -> DateTime<Utc> {
        self.order.asked.now
    }

    fn period(&self) -> String {
        self.prepared.read.week.to_string()
    }

    /// Keeps the ruler of the term's first week that is told.
    fn keep_ruler(&mut self) -> Outcome<()> {
        let read = &self.prepared.read;
        let keeps =
            read.config.method.ruler == RulerKind::Term && self.prepared.scores.told && self.known.ruler.is_none();
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
                    !is_asked_to_stop()
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

    /// What an earlier run planned and this one would not, or could not print anew: only of what this run is about.
    fn withdraw(&mut self, split: &Split, planned: BTreeSet<Key>) -> Outcome<()> {
        let due: BTreeSet<Key> = planned.into_iter().chain(split.kept.iter().cloned()).collect();
        let waiting = self.waiting()?;
        let gone = waiting.into_iter().filter(|entry| {
            let is_decided = DECIDED.iter().any(|kind| kind.name() == entry.key.kind);
            is_decided && self.is_about(&entry.key, entry.audience) && !due.contains(&entry.key)
        });
        let gone: Vec<i64> = gone.map(|entry| entry.number).collect();
        self.withhold(&gone, Cause::NoLongerDue).map(|_| ())
    }

    /// What waits of this week.
    fn waiting(&mut self) -> Outcome<Vec<Entry>> {
        let (state, period) = (Some(State::Planned), Some(self.period()));
        let channel = Some(self.order.channel.name().to_string());
        self.runtime.block_on(self.ledger.entries(&Choice { state, period, channel, ..Choice::default() }))
    }

    fn withhold(&mut self, numbers: &[i64], cause: Cause) -> Outcome<u64> {
        self.runtime.block_on(self.ledger.withhold(numbers, cause, self.order.asked.now))
    }

    /// What earlier weeks still owe is no news any more, once an occasion of a newer week has come.
    fn withhold_older(&mut self) -> Outcome<u64> {
        let Some(oldest) = self.order.oldest_owed else { return Ok(0) };
        let (state, channel) = (Some(State::Planned), Some(self.order.channel.name().to_string()));
        let choice = Choice { state, channel, ..Choice::default() };
        let waiting = self.runtime.block_on(self.ledger.entries(&choice))?;
        let oldest = oldest.to_string();
        let older = waiting.into_iter().filter(|entry| entry.key.period < oldest);
        let older = older.filter(|entry| self.is_about(&entry.key, entry.audience));
        let older: Vec<i64> = older.map(|entry| entry.number).collect();
        self.withhold(&older, Cause::WeekPassed)
    }

    /// Withholds what earlier runs had to tell the administrators and could not: it is no longer so.
    fn withdraw_others(&mut self, kinds: [Kind; 2], due: &BTreeSet<Key>) -> Outcome<()> {
        let waiting = self.waiting()?.into_iter();
        let gone =
            waiting.filter(|entry| kinds.iter().any(|kind| kind.name() == entry.key.kind) && !due.contains(&entry.key));
        let gone: Vec<i64> = gone.map(|entry| entry.number).collect();
        self.withhold(&gone, Cause::NoLongerDue).map(|_| ())
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

    fn deliver(&mut self, kinds: &[Kind]) -> Outcome<Delivered> {
        let config = self.order.config;
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let tallies = self.tallies()?;
        let planned = tallies.iter().filter(|t| t.state == State::Planned && names.contains(&t.kind.as_str()));
        let progress = &self.order.progress;
        progress.set_position(0);
        progress.set_length(planned.map(|tally| tally.count).sum());
        progress.set_message(if self.order.channel.is_mailed() { "sending mails" } else { "writing mails" });
        let (period, channel, clock) = (self.period(), &self.order.channel, &self.order.clock);
        let route = Route { config, channel, period: &period, kinds, only: None, clock, progress };
        let delivered = self.runtime.block_on(deliver(self.ledger, route));
        progress.finish_and_clear();
        delivered
    }

    fn tallies(&mut self) -> Outcome<Vec<Tally>> {
        let period = self.period();
        self.runtime.block_on(self.ledger.tallies(&period, self.order.channel.name()))
    }

    fn ended(&mut self, split: Split, delivered: Delivered, problems: Vec<Problem>) -> Outcome<Ended> {
        let intake = &self.prepared.read.intake;
        Ok(Ended {
            number: self.number,
            week: self.prepared.read.week,
            tallies: self.tallies()?,
            late: 0,
            already: split.already,
            closed: split.closed,
            unknown: 0,
            sent: delivered.sent,
            is_stopped: delivered.stopped,
            holds: delivered.holds,
            skips: self.prepared.decisions.skips.clone(),
            rejects: intake.rejects.clone(),
            glimpses: intake.activity.glimpses.clone(),
            by_id: self.names.by_id.clone(),
            problems,
            unheard: Vec::new(),
            folder: self.order.config.delivery.folder.join(self.period()),
            templates: self.workshop.templates.in_words(),
        })
    }

    /// Plans and delivers the digest, once for each administrator and run that had something to tell.
    fn digest(&mut self, writer: &Writer<'_>, ended: &mut Ended, stopped: bool) -> Outcome<()> {
        let messages = self.digest_messages(writer, ended)?;
        let due = messages.iter().map(|message| message.key.clone()).collect();
        self.withdraw_others([Kind::Digest, Kind::Alarm], &due)?;
        self.runtime.block_on(self.ledger.plan(&messages, self.number, self.order.asked.now))?;
        if stopped {
            return Ok(());
        }
        let delivered = self.deliver(&[Kind::Digest])?;
        ended.sent += delivered.sent;
        ended.problems.extend(delivered.shortfalls());
        ended.problems.extend(delivered.problems);
        ended.tallies = self.tallies()?;
        Ok(())
    }

    fn way<'f>(&'f self, folder: &'f str) -> digest::Way<'f> {
        match self.order.channel.redirect() {
            Some(address) => digest::Way::Redirected(address),
            None if self.order.channel.is_mailed() => digest::Way::Mailed,
            None => digest::Way::Folder(folder),
        }
    }

    fn digest_messages(&self, writer: &Writer<'_>, ended: &Ended) -> Outcome<Vec<Message>> {
        let config = self.order.config;
        let folder = ended.folder.display().to_string();
        let story = digest::Story {
            tallies: &ended.tallies,
            skips: &ended.skips,
            rejects: &ended.rejects,
            glimpses: &ended.glimpses,
            way: self.way(&folder),
            problems: &ended.problems,
            ruler_kept: self.prepared.ruler_kept,
            late: ended.late,
            sender: &config.sender.name,
            zone: config.zone,
        };
        let post = self.post();
        let all = administrators::all(config, &self.prepared.read, self.names).into_iter();
        let told = all.filter(|administrator| {
            let organization = administrator.organization;
            let zone = organization.map_or(config.zone, |own| writer.roster.zone(own, config.zone));
            self.order.scope.holds(Kind::Digest, Audience::Administrators, zone)
        });
        let messages = told.map(|administrator| {
            let words = self.workshop.templates.words(&administrator.language);
            let writer = Writer { words, ..*writer };
            let context = digest::context(&writer, &story, administrator.organization);
            let organization = administrator.organization.map(|own| writer.roster.organizations[own].id.clone());
            let key = administrators::key(
                post.channel,
                Kind::Digest,
                &self.period(),
                organization.unwrap_or_default(),
                &administrator.id,
                &format!("run-{}", self.number),
            );
            administrators::compose(self.workshop, &administrator, key, &context, self.prepared.read.week, &post)
        });
        messages.collect()
    }
}

fn is_digest(key: &Key) -> bool {
    key.kind == Kind::Digest.name()
}
