//! A message as the ledger has it.

use crate::calendar::Zone;
use crate::config::Audience;
use crate::hash::Digest;
use chrono::{DateTime, Utc};
use std::fmt;

/// What a message is for whom: the ledger's primary key. Ids, never addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The kind of notice.
    pub kind: String,
    /// The week's first date.
    pub period: String,
    /// The organization's id; empty for all.
    pub organization: String,
    /// The id of who gets it.
    pub recipient: String,
    /// The id of whom it is about.
    pub subject: String,
    /// How it leaves.
    pub channel: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.kind, &self.period, &self.organization, &self.recipient, &self.subject, &self.channel];
        f.write_str(&parts.map(|part| part.replace('\\', "\\\\").replace('|', "\\p")).join("|"))
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum State {
    /// Decided, not tried.
    Planned,
    /// Claimed: on disk before the channel is spoken to.
    Sending,
    /// Accepted by the channel.
    Sent,
    /// Refused for good.
    Refused,
    /// Nobody knows; a person decides.
    Unknown,
    /// Not to be sent, with the reason.
    Withheld,
}

impl State {
    /// All states, in the order of a message's life.
    pub const ALL: [Self; 6] = [Self::Planned, Self::Sending, Self::Sent, Self::Refused, Self::Unknown, Self::Withheld];

    /// The name in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Withheld => "withheld",
        }
    }

    /// The state of a name; what the ledger does not know is shown as unknown.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.name() == name).unwrap_or(Self::Unknown)
    }
}

/// Why a message is in its state, where that decides what may happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Nothing to say.
    None,
    /// The server asked to come again, or the line broke before the mail was whole.
    Deferred,
    /// A later run of the week did not decide it again.
    NoLongerDue,
    /// A newer week was run.
    WeekPassed,
    /// It was not delivered in the time that its schedule gives it.
    TooOld,
    /// The recipient is suppressed: no such address, a complaint, unsubscribed, not to be contacted, erased.
    Suppressed,
    /// The guardian has not accepted.
    NotAccepted,
    /// An administrator took it back.
    Cancelled,
    /// The server says that there is no such address.
    NoSuchAddress,
    /// The server refuses it for another reason: policy, quota, size.
    Policy,
    /// It cannot be put together as it was planned.
    Damaged,
    /// The line or the process died before the server's answer to the whole mail.
    NoAnswer,
    /// It came back, for now: a mailbox that is full, a server that was away.
    SoftBounce,
    /// The recipient complained to their provider.
    Complained,
}

impl Cause {
    const ALL: [Self; 14] = [
        Self::None,
        Self::Deferred,
        Self::NoLongerDue,
        Self::WeekPassed,
        Self::TooOld,
        Self::Suppressed,
        Self::NotAccepted,
        Self::Cancelled,
        Self::NoSuchAddress,
        Self::Policy,
        Self::Damaged,
        Self::NoAnswer,
        Self::SoftBounce,
        Self::Complained,
    ];

    /// The name in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Deferred => "deferred",
            Self::NoLongerDue => "no longer due",
            Self::WeekPassed => "its week has passed",
            Self::TooOld => "too old",
            Self::Suppressed => "suppressed",
            Self::NotAccepted => "not accepted",
            Self::Cancelled => "cancelled",
            Self::NoSuchAddress => "no such address",
            Self::Policy => "refused",
            Self::Damaged => "damaged",
            Self::NoAnswer => "no answer",
            Self::SoftBounce => "came back for now",
            Self::Complained => "complained",
        }
    }

    /// The cause of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|cause| cause.name() == name).unwrap_or(Self::None)
    }
}

/// What the ledger knows of a key when a week is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The state.
    pub state: State,
    /// Why.
    pub cause: Cause,
    /// The mark of the address that it was planned for.
    pub address_mark: String,
}

impl Past {
    /// Whether it was sent, or may have been.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        matches!(self.state, State::Sending | State::Sent | State::Unknown)
    }

    /// Whether it may be planned again: what is planned anyway, and what was refused or withheld for a cause that is gone,
    /// which a new address always is. What was sent or may have been, is too old or was taken back is not.
    #[must_use]
    pub fn is_open(&self, address_mark: &str) -> bool {
        let moved = self.address_mark != address_mark;
        match self.state {
            State::Planned => true,
            State::Withheld => !matches!(self.cause, Cause::TooOld | Cause::Cancelled),
            State::Refused => moved || self.cause == Cause::Damaged,
            State::Sending | State::Sent | State::Unknown => false,
        }
    }
}

/// What a link in a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To get no more of these mails.
    Stop,
    /// To accept or decline to hear of a child.
    Invitation,
}

impl Purpose {
    /// The name in the ledger and in addresses of pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "unsubscribe",
            Self::Invitation => "invitation",
        }
    }
}

/// A link that a mail holds, by its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What opens it.
    pub token: String,
    /// What it is for.
    pub purpose: Purpose,
    /// What the page calls the subject: a child's given name, say.
    pub about: String,
    /// The language of its page.
    pub language: String,
    /// When it ceases; none: never.
    pub expires: Option<DateTime<Utc>>,
}

/// A message with all that is needed to send it, but for the document's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is for whom.
    pub key: Key,
    /// Where it goes.
    pub address: String,
    /// Why it was decided.
    pub reason: String,
    /// The mail up to where the attachment's text goes; the whole mail if it has none.
    pub head: Vec<u8>,
    /// The mail after it.
    pub tail: Vec<u8>,
    /// The document that it is about.
    pub document: Option<Digest>,
    /// The document's file below the week's folder.
    pub document_name: Option<String>,
    /// Whether the document is attached.
    pub attached: bool,
    /// The digest of the assembled whole.
    pub whole: Digest,
    /// As what the recipient gets it.
    pub audience: Audience,
    /// The Message-ID without its brackets.
    pub mail_id: String,
    /// The zone of the recipient's organization.
    pub zone: Zone,
    /// After this it is not sent any more.
    pub not_after: DateTime<Utc>,
    /// The links that it holds.
    pub links: Vec<Link>,
}

/// How many messages of a kind and organization are in a state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// The kind.
    pub kind: String,
    /// The organization's id; empty for all.
    pub organization: String,
    /// The state.
    pub state: State,
    /// How many.
    pub count: u64,
}
