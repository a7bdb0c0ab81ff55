//! A round of delivery: as many lines as config allows, each with one message at a time, and one writer for all of them.
//!
//! The writer commits what became of messages and claims the next ones in one transaction, so a commit is shared by all
//! lines that are ready while no line says anything about a message before its `sending` is on disk.

use super::line::{Line, NO_ANSWER, NoLine, Server};
use super::pace::{Item, Pace, delay, hashes};
use super::verdict::Verdict;
use crate::calendar::clock::Clock;
use crate::config::Audience;
use crate::delivery::Delivered;
use crate::hash::Digest;
use crate::ledger::{Cause, Claimed, Ledger, Message, Settled, State, Terms};
use crate::problem::{Outcome, Problem};
use crate::rendering::mail;
use chrono::{DateTime, Duration, Utc};
use indicatif::ProgressBar;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};
use tokio::task::JoinSet;

/// Below this a round waits with its lines open.
const SHORT_WAIT: Duration = Duration::seconds(10);
/// So many refusals at the least are needed before a server is called broken.
const FEWEST_REFUSED: usize = 5;
/// So many mails in a row without an answer end a run.
pub(super) const SILENT_IN_A_ROW: usize = 8;
/// A run's share of refusals is judged as if so many messages had been tried at the least.
const FEWEST_TRIED: usize = 50;

/// What a round needs.
pub(super) struct Round<'a> {
    pub(super) ledger: &'a mut Ledger,
    pub(super) server: Arc<Server>,
    pub(super) documents: Arc<Path>,
    pub(super) clock: &'a Clock,
    pub(super) terms: Terms<'a>,
    pub(super) retry: &'a [std::time::Duration],
    pub(super) lines: usize,
    pub(super) pace: &'a mut Pace,
    pub(super) queue: &'a mut VecDeque<Item>,
    pub(super) tally: &'a mut Tally,
    pub(super) stop: &'a mut tokio::sync::watch::Receiver<bool>,
    pub(super) progress: &'a ProgressBar,
}

/// What a delivery has seen so far.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) delivered: Delivered,
    pub(super) total: usize,
    pub(super) tried: usize,
    pub(super) refused: usize,
    pub(super) stop_share: f64,
    /// How many mails in a row got no answer.
    pub(super) silent: usize,
    /// Why the server, not the addresses, must be wrong.
    pub(super) broken: Option<Broken>,
    /// Addresses that the server says do not exist; suppressed when the delivery ends well.
    pub(super) gone: Vec<String>,
}

impl Tally {
    fn count(&mut self, message: &Message, settled: &Settled) {
        self.tried += 1;
        match settled.state {
            State::Sent => self.delivered.sent += 1,
            State::Unknown => self.delivered.unknown += 1,
            State::Refused => {
                self.delivered.refused += 1;
                // What cannot be put together is no fault of the server's.
                self.refused += usize::from(settled.cause != Cause::Damaged);
                // An administrator who is not told any more could not mend it.
                if settled.cause == Cause::NoSuchAddress && message.audience != Audience::Administrators {
                    self.gone.push(message.address.clone());
                }
            }
            _ => {}
        }
        let judged = self.tried.max(self.total.min(FEWEST_TRIED));
        #[expect(clippy::cast_precision_loss, reason = "a run has far fewer than 2^52 messages")]
        let beyond = self.refused as f64 > self.stop_share * judged as f64;
        if self.refused >= FEWEST_REFUSED && beyond {
            self.broken = Some(Broken::Refuses);
        }
        let silent = settled.state == State::Unknown || settled.outcome.starts_with(NO_ANSWER);
        self.silent = if silent { self.silent + 1 } else { 0 };
        if self.silent >= SILENT_IN_A_ROW {
            self.broken = Some(Broken::Silent);
        }
    }
}

/// What is wrong with a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It refuses more than config allows.
    Refuses,
    /// It takes mails and gives no answer; each further mail might become unknown.
    Silent,
}

/// How a round ended.
pub(super) enum End {
    /// Nothing is left that could leave now or soon.
    Waits,
    /// There is no server to talk to, for now.
    Away(String),
    /// Somebody asked to stop, or too much was refused.
    Stopped,
    /// Config must be mended first.
    Never(Problem),
}

/// What a worker says.
enum News {
    /// It has a line and nothing to send.
    Ready(usize),
    /// What became of its message.
    Done(usize, Box<Message>, Settled),
    /// It could not open a line, and has ended; a message that it was given was never spoken of.
    Gone(NoLine, Option<(Box<Message>, Settled)>),
}

impl Round<'_> {
    /// Sends until nothing can leave any more.
    pub(super) async fn run(mut self) -> Outcome<End> {
        let (news, mut heard) = unbounded_channel();
        let mut workers = JoinSet::new();
        let mut desks: Vec<Sender<Claimed>> = Vec::new();
        for number in 0..self.lines.min(self.queue.len()) {
            let (desk, jobs) = channel(1);
            let worker = Worker {
                number,
                server: self.server.clone(),
                documents: self.documents.clone(),
                jobs,
                news: news.clone(),
            };
            workers.spawn(worker.run(self.clock.clone(), self.retry.into()));
            desks.push(desk);
        }
        drop(news);
        let ended = self.serve(&mut heard, &desks).await;
        // Without their desks the workers say good-bye to the server and end.
        drop(desks);
        while workers.join_next().await.is_some() {}
        ended
    }

    async fn serve(&mut self, heard: &mut UnboundedReceiver<News>, desks: &[Sender<Claimed>]) -> Outcome<End> {
        let mut idle: Vec<usize> = Vec::new();
        let mut alive = desks.len();
        let mut flying = 0_usize;
        let mut away: Option<NoLine> = None;
        loop {
            let pause = self.pause(&idle);
            let first = tokio::select! {
                news = heard.recv() => news,
                () = wait(self.clock, pause), if pause.is_some() => None,
                _ = self.stop.wait_for(|stop| *stop), if !*self.stop.borrow() => None,
            };
            let mut settled = Vec::new();
            for news in first.into_iter().chain(std::iter::from_fn(|| heard.try_recv().ok())) {
                match news {
                    News::Ready(worker) => idle.push(worker),
                    News::Gone(no_line, untouched) => {
                        alive -= 1;
                        if let Some((message, untouched)) = untouched {
                            flying -= 1;
                            self.pace.came_to_nothing(hashes(&message.address).0);
                            settled.push(untouched);
                        }
                        away = Some(no_line);
                    }
                    News::Done(worker, message, done) => {
                        flying -= 1;
                        idle.push(worker);
                        self.tally.count(&message, &done);
                        if matches!(done.state, State::Planned | State::Refused) {
                            self.pace.came_to_nothing(hashes(&message.address).0);
                        }
                        self.progress.inc(1);
                        settled.push(done);
                    }
                }
            }
            let chosen = self.choose(&mut idle);
            flying += self.turn(&settled, chosen, &mut idle, desks).await?;
            if flying > 0 {
                continue;
            }
            if *self.stop.borrow() || self.tally.broken.is_some() {
                return Ok(End::Stopped);
            }
            match (alive, away.take()) {
                (0, Some(NoLine::Never(problem))) => return Ok(End::Never(problem)),
                (0, Some(NoLine::Later(words))) if !self.queue.is_empty() => return Ok(End::Away(words)),
                (_, last) => away = last,
            }
            if idle.len() == alive && self.nothing_soon() {
                return Ok(End::Waits);
            }
        }
    }

    /// How long to wait with idle lines until the next message may leave; none: there is nothing to wait for.
    fn pause(&self, idle: &[usize]) -> Option<DateTime<Utc>> {
        if idle.is_empty() || self.queue.is_empty() || *self.stop.borrow() || self.tally.broken.is_some() {
            return None;
        }
        self.next_free()
    }

    fn next_free(&self) -> Option<DateTime<Utc>> {
        let now = self.clock.now();
        self.queue.iter().map(|item| self.pace.free_at(item, now)).min()
    }

    fn nothing_soon(&self) -> bool {
        self.next_free().is_none_or(|next| next > self.clock.now() + SHORT_WAIT)
    }

    /// A message for each idle line, as far as there are any that may leave now.
    fn choose(&mut self, idle: &mut Vec<usize>) -> Vec<(usize, Item)> {
        let mut chosen = Vec::new();
        if *self.stop.borrow() || self.tally.broken.is_some() {
            return chosen;
        }
        let now = self.clock.now();
        while let Some(worker) = idle.pop() {
            let free = self.queue.iter().position(|item| self.pace.free_at(item, now) <= now);
            let Some(item) = free.and_then(|index| self.queue.remove(index)) else {
                idle.push(worker);
                break;
            };
            self.pace.leaves(item.address, item.domain, now);
            chosen.push((worker, item));
        }
        chosen
    }

    /// Writes down, claims, and hands over; says how many lines have something to send now.
    async fn turn(
        &mut self,
        settled: &[Settled],
        chosen: Vec<(usize, Item)>,
        idle: &mut Vec<usize>,
        desks: &[Sender<Claimed>],
    ) -> Outcome<usize> {
        if settled.is_empty() && chosen.is_empty() {
            return Ok(0);
        }
        let wanted: Vec<i64> = chosen.iter().map(|(_, item)| item.number).collect();
        let claimed = self.ledger.turn(settled, &wanted, self.terms, self.clock.now()).await?;
        let mut claimed: HashMap<i64, Claimed> = claimed.into_iter().map(|claimed| (claimed.number, claimed)).collect();
        let mut flying = 0;
        for (worker, item) in chosen {
            let handed = match claimed.remove(&item.number) {
                Some(job) => desks[worker].send(job).await.is_ok(),
                // It was taken back, or its address got a mail from a run before this one.
                None => false,
            };
            if handed {
                flying += 1;
            } else {
                idle.push(worker);
            }
        }
        Ok(flying)
    }
}

async fn wait(clock: &Clock, until: Option<DateTime<Utc>>) {
    if let Some(until) = until {
        clock.wait_until(until).await;
    }
}

/// Keeps a line and sends what it is given.
struct Worker {
    number: usize,
    server: Arc<Server>,
    documents: Arc<Path>,
    jobs: Receiver<Claimed>,
    news: UnboundedSender<News>,
}

impl Worker {
    async fn run(mut self, clock: Clock, retry: Arc<[std::time::Duration]>) {
        let server = self.server.clone();
        let mut line = match server.line().await {
            Ok(line) => Some(line),
            Err(no_line) => {
                // The round may have ended meanwhile; then nobody wants to know.
                let _ = self.news.send(News::Gone(no_line, None));
                return;
            }
        };
        let _ = self.news.send(News::Ready(self.number));
        while let Some(job) = self.jobs.recv().await {
            let verdict = match self.send(&server, &mut line, &job).await {
                Ok(verdict) => verdict,
                Err(no_line) => {
                    let outcome = "the server went away before it heard of this".to_string();
                    let (state, cause) = (State::Planned, Cause::Deferred);
                    let untouched = Settled { number: job.number, state, cause, outcome, next_try: None };
                    let _ = self.news.send(News::Gone(no_line, Some((Box::new(job.message), untouched))));
                    return;
                }
            };
            let settled = settle(&job, &verdict, &retry, clock.now());
            if self.news.send(News::Done(self.number, Box::new(job.message), settled)).is_err() {
                break;
            }
        }
        if let Some(line) = line {
            line.close().await;
        }
    }

    /// Sends one message; a line that died since its last mail is opened once more, as nothing was said on it.
    async fn send<'s>(
        &self,
        server: &'s Server,
        line: &mut Option<Line<'s>>,
        job: &Claimed,
    ) -> Result<Verdict, NoLine> {
        let message = &job.message;
        let mail = match assembled(&self.documents, message).and_then(|mail| server.seal.close(mail)) {
            Ok(mail) => mail,
            Err(problems) => return Ok(Verdict::Refused(Cause::Damaged, problems.to_string())),
        };
        loop {
            let mut open = match line.take() {
                Some(open) => open,
                None => server.line().await?,
            };
            let used = open.used;
            let verdict = open.send(&message.mail_id, &message.address, &mail).await;
            let fit = open.is_fit_after(&verdict).await;
            let died_idle = used && !fit && matches!(&verdict, Verdict::Deferred(words) if !starts_with_code(words));
            *line = fit.then_some(open);
            if !died_idle {
                return Ok(verdict);
            }
        }
    }
}

fn starts_with_code(words: &str) -> bool {
    words.get(..3).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Puts a mail together and makes sure that it is what was planned.
///
/// # Errors
/// Its document cannot be read, or its bytes are not those that were planned.
pub fn assembled(documents: &Path, message: &Message) -> Outcome<Vec<u8>> {
    let read = |digest: &Digest| {
        let path = documents.join(format!("{digest}.pdf"));
        std::fs::read(&path).map_err(|error| {
            Problem::new(path.display().to_string(), format!("cannot be read: {error}"))
                .hint("the next run makes it anew")
        })
    };
    let document = message.document.as_ref().filter(|_| message.attached).map(read).transpose()?;
    let whole = mail::assemble(&message.head, document.as_deref(), &message.tail);
    if mail::digest(&whole) == message.whole {
        return Ok(whole);
    }
    Err(Problem::new(message.key.to_string(), "the kept document or text is not the one that was planned")
        .hint("the next run makes it anew")
        .into())
}

fn settle(job: &Claimed, verdict: &Verdict, retry: &[std::time::Duration], now: DateTime<Utc>) -> Settled {
    let (state, cause) = verdict.settles();
    let next_try = (state == State::Planned).then(|| now + delay(retry, job.attempts, job.number));
    Settled { number: job.number, state, cause, outcome: verdict.words().to_string(), next_try }
}
