//! How messages leave, and who must not get any: settings that have been checked.

use chrono::NaiveTime;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// How messages leave.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Where reports and mails are written.
    pub folder: PathBuf,
    /// Whether the report goes with the mail.
    pub attach: bool,
    /// The mail server; none: mails are written to the folder.
    pub smtp: Option<Smtp>,
}

/// A mail server, and how fast and when it is given mails.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is encrypted.
    pub tls: super::written::Tls,
    /// A certificate of an own authority (PEM).
    pub authority: Option<PathBuf>,
    /// Who logs in, and where the password is.
    pub login: Option<Login>,
    /// The name that this machine greets with; none: its own.
    pub hello: Option<String>,
    /// How many connections are open at the most.
    pub connections: usize,
    /// How many messages may leave in a minute.
    pub per_minute: Option<usize>,
    /// How many messages may leave in a minute to one domain.
    pub per_domain_per_minute: Option<usize>,
    /// The hours in which mails may leave, in the general zone.
    pub send_window: Option<Hours>,
    /// The hours in which nobody but administrators is written to, in the zone of their organization.
    pub quiet_hours: Option<Hours>,
    /// How long a run waits for a server, for the next try of a message or for the send window.
    pub wait: Duration,
    /// After how long a deferred message is tried again: after the first try, the second, and so on; never empty.
    pub retry: Vec<Duration>,
    /// How long the server may take for an answer.
    pub timeout: Duration,
    /// How long the server may take for its answer to a whole mail.
    pub reply_timeout: Duration,
    /// The share of refused messages, from 0 to 1, above which a run stops.
    pub stop_refused_share: f64,
    /// Where notifications of failures go; `{id}` stands for the message's own id.
    pub bounces_to: String,
    /// Keys to sign with.
    pub dkim: Vec<Dkim>,
}

/// Who logs in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// Where the password is; never the password.
    pub password: Password,
}

/// Where a password is.
#[derive(Debug, Clone)]
pub enum Password {
    /// In this environment variable.
    Environment(String),
    /// In this file.
    File(PathBuf),
}

/// A key to sign mails with.
#[derive(Debug, Clone)]
pub struct Dkim {
    /// The domain that signs.
    pub domain: String,
    /// The name of the key below `_domainkey`.
    pub selector: String,
    /// The private key (PEM).
    pub key_file: PathBuf,
}

/// A stretch of each day; it may run over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// Its first minute.
    pub from: NaiveTime,
    /// The minute after its last.
    pub to: NaiveTime,
}

impl Hours {
    /// Whether a time of day lies in it.
    #[must_use]
    pub fn contain(&self, time: NaiveTime) -> bool {
        if self.from < self.to { self.from <= time && time < self.to } else { self.from <= time || time < self.to }
    }

    /// From `HH:MM-HH:MM`; none if it is not written so or is empty.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let hours = Self { from: time(from)?, to: time(to)? };
        (hours.from != hours.to).then_some(hours)
    }
}

/// Where people reach this program from outside.
#[derive(Debug, Clone)]
pub struct Web {
    /// What links in mails begin with; without a slash at its end.
    pub url: String,
    /// Address and port to listen on.
    pub listen: std::net::SocketAddr,
}

/// When guardians are written to.
#[derive(Debug, Clone, Copy)]
pub struct Consent {
    /// The rule.
    pub guardians: ConsentRule,
    /// For how many days an invitation can be accepted.
    pub invitation_days: i64,
}

/// What it takes before a guardian is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConsentRule {
    /// Being on the roster is enough.
    Roster,
    /// They accepted an invitation.
    Accepted,
}

/// A guardian who must not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoNotContact {
    /// Their id.
    pub guardian: String,
    /// The child that they must not hear of; none: all.
    pub child: Option<String>,
}

/// For how many days personal data are kept.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// The texts of mails and their documents.
    pub mails_days: i64,
    /// Who was told what and when.
    pub messages_days: i64,
    /// The tables of runs.
    pub tables_days: i64,
    /// What was written to the folder of reports.
    pub reports_days: i64,
}
