//! The folder channel: a mail becomes a file that any mail program opens, with its report beside it.
//!
//! A file is written whole and under a name made of the message's key, so writing it twice changes nothing: what a dead
//! process left may simply be written again.

use super::{Delivered, Route, is_asked_to_stop};
use crate::config::ConsentRule;
use crate::disk::{encode, write};
use crate::hash::Digest;
use crate::ledger::{Cause, Claimed, Key, Ledger, Message, Settled, State, Terms};
use crate::problem::{Outcome, Problem};
use crate::rendering::mail;
use chrono::Duration;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The channel's name in keys.
pub const CHANNEL: &str = "folder";

/// Where a mail goes below the folder of reports.
#[must_use]
pub fn mail_path(folder: &Path, key: &Key) -> PathBuf {
    let parts = [&key.kind, &key.organization, &key.recipient, &key.subject];
    let name = parts.map(|part| encode(part)).join(".");
    folder.join(&key.period).join("mail").join(format!("{name}.eml"))
}

/// Writes a document beside the mails; one that is there already with the same bytes stays untouched.
///
/// # Errors
/// The file cannot be written.
pub fn write_document(folder: &Path, period: &str, name: &str, pdf: &[u8]) -> Outcome<()> {
    let path = folder.join(period).join(name);
    if std::fs::read(&path).ok().as_deref() == Some(pdf) { Ok(()) } else { write(&path, pdf) }
}

/// Makes sure that mails that were written outlast a power cut, before the ledger calls them sent.
///
/// # Errors
/// The disk refuses.
pub fn sync(folder: &Path, period: &str) -> Outcome<()> {
    let mails = folder.join(period).join("mail");
    if mails.is_dir() { crate::disk::sync_folder(&mails) } else { Ok(()) }
}

/// Writes a mail.
///
/// # Errors
/// The file cannot be written.
pub fn write_mail(folder: &Path, key: &Key, mail: &[u8]) -> Outcome<()> {
    write(&mail_path(folder, key), mail)
}

/// How many messages are claimed and settled together. The channel is idempotent by the key, so a batch that dies is
/// written again without harm.
const BATCH: i64 = 64;

/// Delivers everything that is planned on a route. Stops at the first batch with a fault, so that a full disk does not
/// make a fault of every message.
///
/// # Errors
/// The ledger cannot be read or written.
pub(super) async fn deliver(ledger: &mut Ledger, route: Route<'_>) -> Outcome<Delivered> {
    let mut delivered = Delivered::default();
    let accepted = route.config.consent.guardians == ConsentRule::Accepted;
    let zero = Duration::zero();
    let terms = Terms { channel: CHANNEL, accepted, apart: zero, longest_wait: zero };
    for kind in route.kinds {
        loop {
            if is_asked_to_stop() {
                delivered.stopped = true;
                return Ok(delivered);
            }
            let batch = ledger.claim(terms, route.period, kind.name(), BATCH, route.clock.now()).await?;
            if batch.is_empty() {
                break;
            }
            let settled = send_all(&batch, &route, &mut delivered);
            ledger.settle(&settled, route.clock.now()).await?;
            if delivered.problems.iter().any(|problem| problem.is_io) {
                return Ok(delivered);
            }
        }
    }
    Ok(delivered)
}

/// Sends a batch on all cores, documents first, as many messages share one; what fails is settled with the reason.
fn send_all(batch: &[Claimed], route: &Route<'_>, delivered: &mut Delivered) -> Vec<Settled> {
    let messages = batch.iter().map(|claimed| &claimed.message);
    let named = messages.filter_map(|message| Some((message.document.as_ref()?, message.document_name.as_deref()?)));
    let named: BTreeSet<(&Digest, &str)> = named.collect();
    let documents: BTreeMap<&Digest, Outcome<Vec<u8>>> =
        named.into_par_iter().map(|(digest, name)| (digest, document(digest, name, route))).collect();
    let sent: Vec<Outcome<()>> = batch
        .par_iter()
        .map(|Claimed { message, .. }| {
            let document = message.document.as_ref().and_then(|digest| documents.get(digest));
            let outcome = document.map_or(Ok(None), |kept| kept.as_deref().map(Some).map_err(Clone::clone));
            let outcome = outcome.and_then(|pdf| send(message, pdf, route));
            route.progress.inc(1);
            outcome
        })
        .collect();
    if let Err(fault) = sync(&route.config.delivery.folder, route.period) {
        delivered.problems.extend(fault.0);
    }
    let mut settled = Vec::with_capacity(batch.len());
    let mut problems = BTreeSet::new();
    for (claimed, outcome) in batch.iter().zip(sent) {
        let now = |state, cause, outcome| Settled { number: claimed.number, state, cause, outcome, next_try: None };
        match outcome {
            Ok(()) => {
                delivered.sent += 1;
                settled.push(now(State::Sent, Cause::None, "written".to_string()));
            }
            Err(fault) => {
                // What the disk refused may be tried again; what cannot be put together is planned anew by the next run.
                let again = fault.0.iter().any(|problem| problem.is_io);
                let (state, cause) =
                    if again { (State::Planned, Cause::Deferred) } else { (State::Refused, Cause::Damaged) };
                settled.push(now(state, cause, fault.to_string()));
                problems.extend(fault.0);
            }
        }
    }
    delivered.problems.extend(problems);
    settled
}

/// Reads a kept document and writes it beside the mails.
fn document(digest: &Digest, name: &str, route: &Route<'_>) -> Outcome<Vec<u8>> {
    let path = route.config.state.join("documents").join(format!("{digest}.pdf"));
    let pdf = std::fs::read(&path).map_err(|error| {
        Problem::new(path.display().to_string(), format!("cannot be read: {error}")).hint("the next run makes it anew")
    })?;
    write_document(&route.config.delivery.folder, route.period, name, &pdf)?;
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
    write_mail(&route.config.delivery.folder, &message.key, &mail)
}
