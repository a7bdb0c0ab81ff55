//! The SMTP channel: mails to a mail server, as fast as config allows, each at most once.
//!
//! SMTP has no key by which a server would know a mail again. So a message is `sending` on disk before the server hears of
//! it, and when the line breaks between the end of the mail and the answer, it is `unknown` until a person decides.

mod guarded;
mod line;
mod pace;
mod round;
mod seal;
mod verdict;

pub use round::assembled;

pub use line::{Line, NoLine, Server};
pub use seal::Seal;
pub use verdict::Verdict;

use super::{Delivered, Hold, asked_to_stop};
use crate::calendar::Zone;
use crate::calendar::clock::Clock;
use crate::config::{Config, ConsentRule, Smtp};
use crate::ledger::{Bar, Ledger, Suppression, Terms};
use crate::problem::{Outcome, Problem};
use chrono::{DateTime, Duration, Utc};
use indicatif::ProgressBar;
use pace::{APART, Item, Pace, hashes};
use round::{Broken, End, Round, SILENT_IN_A_ROW, Tally};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;

/// How many rows are read at once when the queue is filled.
const PAGE: i64 = 1000;
const FIRST_PAUSE: Duration = Duration::seconds(2);
const LONGEST_PAUSE: Duration = Duration::seconds(60);

/// What is delivered, and how.
pub struct Order<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The mail server's.
    pub smtp: &'a Smtp,
    /// The channel's name in keys.
    pub channel: &'a str,
    /// Whether all mails go to one address on purpose.
    pub redirected: bool,
    /// The kinds, in the order in which they go; all others wait.
    pub kinds: &'a [&'a str],
    /// Single messages; none: all that wait.
    pub only: Option<&'a [i64]>,
    /// The time.
    pub clock: &'a Clock,
    /// Shows how far the work is.
    pub progress: &'a ProgressBar,
}

/// Delivers what waits on the channel, until nothing can leave any more within the time that config waits.
///
/// # Errors
/// The ledger cannot be read or written, or something that config names.
pub async fn deliver(ledger: &mut Ledger, order: &Order<'_>) -> Outcome<Delivered> {
    let server = Arc::new(Server::open(order.smtp)?);
    let mut delivery = Delivery::begin(ledger, order, server).await?;
    let (asked, mut stop) = watch::channel(false);
    let listener = tokio::spawn(async move {
        asked_to_stop().await;
        // The delivery may have ended meanwhile.
        let _ = asked.send(true);
    });
    let ended = delivery.run(&mut stop).await;
    listener.abort();
    ended?;
    delivery.end().await
}

/// What keeps a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It was deferred.
    Retry,
    /// The send window, or quiet hours.
    Hours,
    /// A limit of speed, which never keeps it for long.
    Speed,
}

struct Delivery<'a> {
    ledger: &'a mut Ledger,
    order: &'a Order<'a>,
    server: Arc<Server>,
    documents: Arc<Path>,
    pace: Pace,
    tally: Tally,
    waited: Duration,
    pauses: u32,
}

impl<'a> Delivery<'a> {
    async fn begin(ledger: &'a mut Ledger, order: &'a Order<'a>, server: Arc<Server>) -> Outcome<Self> {
        let zone: Zone = order.config.zone;
        let mut pace = Pace::new(order.smtp, zone, !order.redirected);
        let now = order.clock.now();
        for (address, tried) in ledger.tried_since(order.channel, now - APART).await? {
            let (address, domain) = hashes(&address);
            pace.leaves(address, domain, tried);
        }
        let documents: Arc<Path> = order.config.state.join("documents").into();
        let tally = Tally { stop_share: order.smtp.stop_refused_share, ..Tally::default() };
        Ok(Self { ledger, order, server, documents, pace, tally, waited: Duration::zero(), pauses: 0 })
    }

    fn terms(&self) -> Terms<'a> {
        let longest = self.order.smtp.retry.iter().max().copied().unwrap_or_default();
        Terms {
            channel: self.order.channel,
            accepted: self.order.config.consent.guardians == ConsentRule::Accepted,
            apart: if self.order.redirected { Duration::zero() } else { APART },
            longest_wait: Duration::from_std(longest * 2).unwrap_or(Duration::days(1)),
        }
    }

    /// Round after round, with pauses between them, as long as config waits.
    async fn run(&mut self, stop: &mut watch::Receiver<bool>) -> Outcome<()> {
        loop {
            let too_old = self.ledger.withhold_unfit(self.terms(), self.order.clock.now()).await?;
            self.tally.delivered.too_old += too_old;
            let mut queue = self.queue().await?;
            if queue.is_empty() {
                return Ok(());
            }
            if let Some((until, Why::Hours)) = self.next().await?
                && self.waited + (until - self.order.clock.now()) > self.patience()
            {
                // Nothing may leave for a long time, so no line is opened.
                self.tally.delivered.holds.push(Hold { until, is_retry: false });
                return Ok(());
            }
            self.tally.total = self.tally.total.max(self.tally.tried + queue.len());
            let sent = self.tally.delivered.sent;
            let end = self.round(&mut queue, stop).await?;
            if self.tally.delivered.sent > sent {
                (self.waited, self.pauses) = (Duration::zero(), 0);
            }
            let now = self.order.clock.now();
            let until = match end {
                End::Stopped => {
                    self.stopped();
                    return Ok(());
                }
                End::Never(problem) => {
                    self.tally.delivered.problems.push(problem);
                    return Ok(());
                }
                End::Away(words) => {
                    let pause = (FIRST_PAUSE * 2_i32.pow(self.pauses.min(5))).min(LONGEST_PAUSE);
                    self.pauses += 1;
                    if self.waited + pause > self.patience() {
                        let problem = Problem::new(self.server.place(), format!("cannot be reached: {words}"))
                            .hint("nothing is lost: what waits is sent by the next run");
                        self.tally.delivered.problems.push(problem);
                        return Ok(());
                    }
                    now + pause
                }
                // What the round put off is in the ledger.
                End::Waits => match self.next().await? {
                    None => return Ok(()),
                    Some((next, why)) if why == Why::Speed || self.waited + (next - now) <= self.patience() => next,
                    Some((until, why)) => {
                        self.tally.delivered.holds.push(Hold { until, is_retry: why == Why::Retry });
                        return Ok(());
                    }
                },
            };
            self.waited += (until - now).max(Duration::zero());
            tokio::select! {
                () = self.order.clock.wait_until(until) => {}
                _ = stop.wait_for(|stop| *stop) => {
                    self.stopped();
                    return Ok(());
                }
            }
        }
    }

    fn patience(&self) -> Duration {
        Duration::from_std(self.order.smtp.wait).unwrap_or(Duration::zero())
    }

    async fn round(&mut self, queue: &mut VecDeque<Item>, stop: &mut watch::Receiver<bool>) -> Outcome<End> {
        let terms = self.terms();
        let round = Round {
            ledger: self.ledger,
            server: self.server.clone(),
            documents: self.documents.clone(),
            clock: self.order.clock,
            terms,
            retry: &self.order.smtp.retry,
            lines: self.order.smtp.connections,
            pace: &mut self.pace,
            queue,
            tally: &mut self.tally,
            stop,
            progress: self.order.progress,
        };
        round.run().await
    }

    /// When the next message may leave, and what keeps it until then.
    async fn next(&mut self) -> Outcome<Option<(DateTime<Utc>, Why)>> {
        let now = self.order.clock.now();
        let queue = self.queue().await?;
        let next = queue.iter().map(|item| (self.pace.free_at(item, now), item)).min_by_key(|(at, _)| *at);
        Ok(next.map(|(at, item)| match item.due {
            Some(due) if due > now => (at, Why::Retry),
            _ if at > now + APART => (at, Why::Hours),
            // Whatever kept it this time, a short pause does no harm.
            _ => (at.max(now + Duration::seconds(1)), Why::Speed),
        }))
    }

    /// What waits, in the order of kinds; what a clock that was wrong put off for too long is due.
    async fn queue(&mut self) -> Outcome<VecDeque<Item>> {
        let horizon = self.order.clock.now() + self.terms().longest_wait;
        let mut queue: Vec<Item> = Vec::new();
        let mut after = 0;
        loop {
            let page = self.ledger.waiting(self.order.channel, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for waiting in page {
                if self.order.only.is_some_and(|only| !only.contains(&waiting.number)) {
                    continue;
                }
                let Some(rank) = self.order.kinds.iter().position(|kind| *kind == waiting.kind) else { continue };
                let (address, domain) = hashes(&waiting.address);
                let zone = waiting.zone.parse().unwrap_or(self.order.config.zone);
                let due = waiting.due.filter(|due| *due <= horizon);
                let to_administrator = waiting.to_administrator;
                queue.push(Item { number: waiting.number, rank, address, domain, zone, to_administrator, due });
            }
        }
        queue.sort_by_key(|item| (item.rank, item.number));
        Ok(queue.into())
    }

    fn stopped(&mut self) {
        let Tally { refused, tried, .. } = self.tally;
        let problem = match self.tally.broken {
            Some(Broken::Refuses) => {
                let share = self.order.smtp.stop_refused_share * 100.0;
                let message = format!("refused {refused} of {tried} messages, more than {share} %, so the run stopped");
                Problem::new(self.server.place(), message).hint(
                    "no address was suppressed; see what the server says with `plaudit outbox list --state refused`, and \
                     when it is right again: `plaudit outbox resend`",
                )
            }
            Some(Broken::Silent) => {
                let message = format!("gave no answer to {SILENT_IN_A_ROW} mails in a row, so the run stopped");
                Problem::new(self.server.place(), message).hint("what waits is sent by the next run")
            }
            None => Problem::new(self.server.place(), "somebody asked to stop, so what waits was not sent")
                .hint("the next run sends it"),
        };
        self.tally.delivered.stopped = true;
        self.tally.delivered.problems.push(problem);
    }

    /// Suppresses the addresses that do not exist, unless it was the server that was wrong.
    async fn end(self) -> Outcome<Delivered> {
        let now = self.order.clock.now();
        let all_refused = self.tally.delivered.sent == 0 && self.tally.refused > 1;
        if self.tally.broken.is_none() && !all_refused {
            for address in &self.tally.gone {
                let recipient = self.ledger.marks().address(address);
                let (subject, kind) = (String::new(), String::new());
                let suppression = Suppression { recipient, subject, kind, bar: Bar::NoSuchAddress };
                self.ledger.suppress(&suppression, now).await?;
            }
        }
        Ok(self.tally.delivered)
    }
}
