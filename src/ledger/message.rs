//! A message as the ledger has it.

use crate::hash::Digest;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// Whether a message in this state may still be replaced: nothing of it can have reached anybody.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Refused | Self::Withheld)
    }
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
