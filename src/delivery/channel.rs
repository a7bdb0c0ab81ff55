//! The ways in which a message leaves, and what a delivery by any of them says.

use super::{folder, smtp};
use crate::calendar::clock::Clock;
use crate::config::{Config, Kind, Smtp};
use crate::hash::Digest;
use crate::ledger::Ledger;
use crate::problem::{Outcome, Problem};
use chrono::{DateTime, Utc};
use indicatif::ProgressBar;

/// How messages leave. A trial has a name of its own in keys, so it never marks the real thing as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    name: String,
    redirect: Option<String>,
}

impl Channel {
    /// The channel that config names; with `redirect` all mails go to that address.
    ///
    /// # Errors
    /// An address that is none, or no mail server to redirect from.
    pub fn of(config: &Config, redirect: Option<&str>) -> Outcome<Self> {
        let Some(address) = redirect else {
            let name = if config.delivery.smtp.is_some() { "smtp" } else { folder::CHANNEL };
            return Ok(Self { name: name.to_string(), redirect: None });
        };
        if config.delivery.smtp.is_none() {
            return Err(Problem::new("--redirect-to", "there is no mail server, so nothing is mailed to anybody")
                .hint("add `delivery: {smtp: {host: ...}}` to config.yaml")
                .into());
        }
        if !crate::notices::is_usable(address) {
            let message = format!("found `{address}`, expected a mail address such as `me@school.example`");
            return Err(Problem::new("--redirect-to", message).into());
        }
        let name = format!("smtp-to-{}", Digest::of(&[address.to_lowercase().as_bytes()]).short());
        Ok(Self { name, redirect: Some(address.to_string()) })
    }

    /// The name in keys.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where all mails go, if not to their recipients.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        self.redirect.as_deref()
    }

    /// Whether mails leave this machine.
    #[must_use]
    pub fn is_mailed(&self) -> bool {
        self.name != folder::CHANNEL
    }
}

/// What a delivery did.
#[derive(Debug, Default)]
pub struct Delivered {
    /// Messages that the channel accepted.
    pub sent: u64,
    /// Messages that the channel refused.
    pub refused: u64,
    /// Messages of which nobody knows whether they arrived.
    pub unknown: u64,
    /// What kept others back; the next run sends them.
    pub problems: Vec<Problem>,
    /// Messages that were not delivered in the time that their schedule gives them.
    pub too_old: u64,
    /// Whether it ended before its time: somebody asked to stop, or the channel is broken.
    pub stopped: bool,
    /// What may not leave yet.
    pub holds: Vec<Hold>,
}

impl Delivered {
    /// What an administrator has to look at: messages that were refused, may or may not have arrived, or are too old.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<Problem> {
        let told = [
            (self.refused, "were refused", "`plaudit outbox list --state refused` says why"),
            (
                self.unknown,
                "may or may not have arrived",
                "`plaudit outbox list --state unknown` shows them; look into the mail server's log, then `plaudit outbox settle`",
            ),
            (
                self.too_old,
                "could not be delivered in time and are withheld",
                "`plaudit outbox resend` sends them after all",
            ),
        ];
        let told = told.into_iter().filter(|(count, ..)| *count > 0);
        told.map(|(count, what, hint)| Problem::new("delivery", format!("{count} messages {what}")).hint(hint))
            .collect()
    }
}

/// Messages wait, though nothing is wrong: for their next try, or for the hours in which mails may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// When the first of them may leave.
    pub until: DateTime<Utc>,
    /// Whether it was tried before and deferred.
    pub is_retry: bool,
}

/// What is delivered, and where.
#[derive(Clone, Copy)]
pub struct Route<'a> {
    /// The settings.
    pub config: &'a Config,
    /// How.
    pub channel: &'a Channel,
    /// The period that the folder channel writes; a mail server gets what waits of all.
    pub period: &'a str,
    /// The kinds, in the order in which they go.
    pub kinds: &'a [Kind],
    /// Single messages; none: all that wait.
    pub only: Option<&'a [i64]>,
    /// The time.
    pub clock: &'a Clock,
    /// Shows how far the work is.
    pub progress: &'a ProgressBar,
}

impl Route<'_> {
    fn smtp<'a>(&'a self, smtp: &'a Smtp, kinds: &'a [&'a str]) -> smtp::Order<'a> {
        smtp::Order {
            config: self.config,
            smtp,
            channel: self.channel.name(),
            redirected: self.channel.redirect().is_some(),
            kinds,
            only: self.only,
            clock: self.clock,
            progress: self.progress,
        }
    }
}

/// Delivers everything that is planned on a route and may leave.
///
/// # Errors
/// The ledger cannot be read or written.
pub async fn deliver(ledger: &mut Ledger, route: Route<'_>) -> Outcome<Delivered> {
    ledger.hold_do_not_contact(&route.config.do_not_contact, route.clock.now()).await?;
    match &route.config.delivery.smtp {
        Some(smtp) if route.channel.is_mailed() => {
            let kinds: Vec<&str> = route.kinds.iter().map(|kind| kind.name()).collect();
            smtp::deliver(ledger, &route.smtp(smtp, &kinds)).await
        }
        _ => folder::deliver(ledger, route).await,
    }
}
