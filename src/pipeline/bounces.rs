//! Mails that came back: what they say, found again by Message-ID, written into the ledger.
//!
//! Anybody can write such a mail, so only one that names a message which was sent changes anything.

use super::record;
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::delivery::returned::{self, Bounce, Complaint, Returned};
use crate::ledger::{Bar, Cause, Entry, Ledger, Purpose, Settled, State, Suppression};
use crate::problem::{Outcome, Problem};
use std::path::Path;
use tokio::runtime::Runtime;

/// So many mails in a row that came back for now are as good as no mailbox.
const MOST_SOFT_BOUNCES: i64 = 5;

/// Reads a mailbox and says, in lines for people, what it changed.
///
/// # Errors
/// The mailbox cannot be read, or the ledger cannot be written.
pub fn read(config: &Config, runtime: &Runtime, path: &Path, clock: &Clock) -> Outcome<Vec<String>> {
    let mut mails = Vec::new();
    let read = returned::read(path, |place, mail| mails.push((place, mail)));
    let read =
        read.map_err(|error| Problem::io(path, "read", &error).hint("name a maildir, an mbox, a folder or a mail"))?;
    let mut ledger = runtime.block_on(Ledger::join(&config.state))?;
    let mut reading = Reading { ledger: &mut ledger, clock, told: Vec::new() };
    let mut left = 0;
    for (place, mail) in mails {
        left += usize::from(!runtime.block_on(reading.take(&place, mail))?);
    }
    let mut told = reading.told;
    told.push(format!("{read} mails read, {left} of them for a person to read"));
    record::write_receipts(config, runtime, &mut ledger)?;
    runtime.block_on(ledger.close())?;
    Ok(told)
}

struct Reading<'a> {
    ledger: &'a mut Ledger,
    clock: &'a Clock,
    told: Vec<String>,
}

impl Reading<'_> {
    /// Acts on one mail; false if only a person can.
    async fn take(&mut self, place: &str, mail: Returned) -> Outcome<bool> {
        match mail {
            Returned::Bounce(bounce) => self.bounce(place, &bounce).await,
            Returned::Complaint(complaint) => self.complaint(place, &complaint).await,
            Returned::Stop { token } => self.stop(place, &token).await,
            Returned::Notice => Ok(true),
            Returned::Other => {
                self.told.push(format!("{place}: for a person to read"));
                Ok(false)
            }
        }
    }

    /// The message that a mail is about: by its Message-ID, or by the id in the address that it came to.
    async fn message(&mut self, mail_id: Option<&str>, envelope: Option<&str>) -> Outcome<Option<Entry>> {
        let in_address = envelope.and_then(|address| address.split('@').next());
        let in_address = in_address.into_iter().flat_map(|local| local.split(['+', '-', '=', '.']));
        let long: Vec<&str> = in_address.filter(|part| part.len() == 32).collect();
        for id in mail_id.into_iter().chain(long) {
            let found = self.ledger.by_mail_id(id).await?;
            // What never left cannot have come back, whoever says so.
            let left = |entry: &Entry| matches!(entry.state, State::Sent | State::Unknown | State::Refused);
            if let Some(found) = found.filter(left) {
                return Ok(Some(found));
            }
        }
        self.told.push("  it names no message of this ledger, so nothing was changed".to_string());
        Ok(None)
    }

    async fn bounce(&mut self, place: &str, bounce: &Bounce) -> Outcome<bool> {
        self.told.push(format!("{place}: came back, {} {}", bounce.status, masked(&bounce.diagnostic)));
        let found = self.message(bounce.mail_id.as_deref(), bounce.envelope.as_deref()).await?;
        let Some(entry) = found else { return Ok(false) };
        let other = |recipient: &String| !recipient.eq_ignore_ascii_case(&entry.address);
        if bounce.recipient.as_ref().is_some_and(other) && entry.revision > 0 {
            self.told.push(format!("  message {}: it went to another address since", entry.number));
            return Ok(true);
        }
        let cause = cause(bounce);
        let outcome = format!("came back: {} {}", bounce.status, bounce.diagnostic);
        if entry.outcome == outcome {
            self.told.push(format!("  message {}: read before", entry.number));
            return Ok(true);
        }
        let state = if bounce.lasting { State::Refused } else { reached(&entry) };
        self.settle(&entry, state, cause, outcome).await?;
        let soft = self.ledger.soft_bounces(entry.number).await?;
        if cause == Cause::Policy {
            self.told.push(format!(
                "  message {}: refused by policy or quota, which says nothing about its address",
                entry.number
            ));
        } else if bounce.lasting || soft >= MOST_SOFT_BOUNCES {
            self.suppress(&entry, Bar::NoSuchAddress).await?;
        } else {
            self.told.push(format!(
                "  message {}: {soft} of {MOST_SOFT_BOUNCES} before its address is suppressed",
                entry.number
            ));
        }
        Ok(true)
    }

    async fn complaint(&mut self, place: &str, complaint: &Complaint) -> Outcome<bool> {
        self.told.push(format!("{place}: a complaint, {}", complaint.kind));
        let found = self.message(complaint.mail_id.as_deref(), complaint.envelope.as_deref()).await?;
        let Some(entry) = found else { return Ok(false) };
        if entry.cause == Cause::Complained {
            self.told.push(format!("  message {}: read before", entry.number));
            return Ok(true);
        }
        self.settle(&entry, reached(&entry), Cause::Complained, format!("complaint: {}", complaint.kind)).await?;
        self.suppress(&entry, Bar::Complained).await?;
        Ok(true)
    }

    async fn settle(&mut self, entry: &Entry, state: State, cause: Cause, outcome: String) -> Outcome<()> {
        let settled = Settled { number: entry.number, state, cause, outcome, next_try: None };
        self.ledger.came_back(&[settled], self.clock.now()).await
    }

    async fn suppress(&mut self, entry: &Entry, bar: Bar) -> Outcome<()> {
        let recipient = self.ledger.marks().address(&entry.address);
        let suppression = Suppression { recipient, subject: String::new(), kind: String::new(), bar };
        self.ledger.suppress(&suppression, self.clock.now()).await?;
        self.told.push(format!("  message {}: its address is not written to any more", entry.number));
        Ok(())
    }

    async fn stop(&mut self, place: &str, token: &str) -> Outcome<bool> {
        self.told.push(format!("{place}: asks to stop"));
        let opened = self.ledger.opened(token).await?.filter(|opened| opened.link.purpose == Purpose::Stop);
        let Some(opened) = opened else {
            self.told.push("  its token opens nothing, so nothing was changed".to_string());
            return Ok(false);
        };
        for suppression in opened.stops(&opened.subject, opened.stopped_kind()) {
            self.ledger.suppress(&suppression, self.clock.now()).await?;
        }
        self.told.push(format!("  no more mails of the kind {} to this person about this subject", opened.kind));
        Ok(true)
    }
}

/// The state of a mail that came back for now: it did reach a server, so it is not sent again. One that was refused stays so.
fn reached(entry: &Entry) -> State {
    if entry.state == State::Refused { State::Refused } else { State::Sent }
}

/// What a bounce says: policies (x.7.x) and full mailboxes (x.2.2) say nothing about an address (RFC 3463).
fn cause(bounce: &Bounce) -> Cause {
    let detail = bounce.status.split_once('.').map_or("", |(_, detail)| detail);
    if bounce.lasting {
        Cause::NoSuchAddress
    } else if detail.starts_with("7.") || detail == "2.2" {
        Cause::Policy
    } else {
        Cause::SoftBounce
    }
}

/// A server's words without addresses.
fn masked(text: &str) -> String {
    let mask = |word: &str| if word.contains('@') { "(address)".to_string() } else { word.to_string() };
    text.split(' ').map(mask).collect::<Vec<_>>().join(" ")
}
