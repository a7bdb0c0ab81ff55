//! The loop of delivery: claim a batch, send it, settle it. Each commit is on disk before the next step.

use super::folder;
use crate::config::Kind;
use crate::hash::Digest;
use crate::ledger::{Key, Ledger, Message, State};
use crate::problem::{Outcome, Problem};
use crate::rendering::mail;
use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many messages are claimed and settled together. The channel is idempotent by the key, so a batch that dies is
/// written again without harm.
const BATCH: i64 = 64;

/// What a delivery did.
#[derive(Debug, Default)]
pub struct Delivered {
    /// Messages that the channel accepted.
    pub sent: u64,
    /// What kept others back; the next run sends them.
    pub problems: Vec<Problem>,
}

/// What is delivered, and where.
#[derive(Debug, Clone, Copy)]
pub struct Route<'a> {
    /// The period.
    pub period: &'a str,
    /// The kinds, in the order in which they go.
    pub kinds: &'a [Kind],
    /// The folder of documents.
    pub documents: &'a Path,
    /// The folder that mails are written to.
    pub reports: &'a Path,
}

/// Delivers everything that is planned on a route. Stops at the first batch with a fault, so that a full disk does not
/// make a fault of every message.
///
/// # Errors
/// The ledger cannot be read or written.
pub async fn deliver(
    ledger: &mut Ledger,
    route: Route<'_>,
    now: DateTime<Utc>,
    progress: &ProgressBar,
) -> Outcome<Delivered> {
    let mut delivered = Delivered::default();
    for kind in route.kinds {
        loop {
            let batch = ledger.claim(folder::CHANNEL, route.period, kind.name(), BATCH, now).await?;
            if batch.is_empty() {
                break;
            }
            let settled = send_all(&batch, &route, &mut delivered, progress);
            ledger.settle(&settled, now).await?;
            if delivered.problems.iter().any(|problem| problem.is_io) {
                return Ok(delivered);
            }
        }
    }
    Ok(delivered)
}

/// Sends a batch on all cores, documents first, as many messages share one; what fails is settled with the reason.
fn send_all(
    batch: &[Message],
    route: &Route<'_>,
    delivered: &mut Delivered,
    progress: &ProgressBar,
) -> Vec<(Key, State, String)> {
    let named =
        batch.iter().filter_map(|message| Some((message.document.as_ref()?, message.document_name.as_deref()?)));
    let named: BTreeSet<(&Digest, &str)> = named.collect();
    let documents: BTreeMap<&Digest, Outcome<Vec<u8>>> =
        named.into_par_iter().map(|(digest, name)| (digest, document(digest, name, route))).collect();
    let sent: Vec<Outcome<()>> = batch
        .par_iter()
        .map(|message| {
            let document = message.document.as_ref().and_then(|digest| documents.get(digest));
            let outcome = document.map_or(Ok(None), |kept| kept.as_deref().map(Some).map_err(Clone::clone));
            let outcome = outcome.and_then(|pdf| send(message, pdf, route));
            progress.inc(1);
            outcome
        })
        .collect();
    if let Err(fault) = folder::sync(route.reports, route.period) {
        delivered.problems.extend(fault.0);
    }
    let mut settled = Vec::with_capacity(batch.len());
    let mut problems = BTreeSet::new();
    for (message, outcome) in batch.iter().zip(sent) {
        match outcome {
            Ok(()) => {
                delivered.sent += 1;
                settled.push((message.key.clone(), State::Sent, "written".to_string()));
            }
            Err(fault) => {
                // What the disk refused may be tried again; what cannot be put together is planned anew by the next run.
                let again = fault.0.iter().any(|problem| problem.is_io);
                let state = if again { State::Planned } else { State::Refused };
                settled.push((message.key.clone(), state, fault.to_string()));
                problems.extend(fault.0);
            }
        }
    }
    delivered.problems.extend(problems);
    settled
}

/// Reads a kept document and writes it beside the mails.
fn document(digest: &Digest, name: &str, route: &Route<'_>) -> Outcome<Vec<u8>> {
    let path = route.documents.join(format!("{digest}.pdf"));
    let pdf = std::fs::read(&path).map_err(|error| {
        Problem::new(path.display().to_string(), format!("cannot be read: {error}")).hint("the next run makes it anew")
    })?;
    folder::write_document(route.reports, route.period, name, &pdf)?;
    Ok(pdf)
}

/// Assembles one message, makes sure that it is what was planned, and writes it.
fn send(message: &Message, document: Option<&[u8]>, route: &Route<'_>) -> Outcome<()> {
    let mail = mail::assemble(&message.head, document.filter(|_| message.attached), &message.tail);
    if mail::digest(&mail) != message.whole {
        return Err(Problem::new(message.key.to_string(), "the kept document is not the one that was planned")
            .hint("the next run makes it anew")
            .into());
    }
    folder::write_mail(route.reports, &message.key, &mail)
}
