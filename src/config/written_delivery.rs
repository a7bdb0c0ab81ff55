//! How messages leave and who gets none, as an administrator writes it. The comments here are the descriptions in the JSON
//! Schema.

use schemars::JsonSchema;
use serde::Deserialize;

/// A mail server, and how fast and when it is given mails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port; usually 587 for `starttls`, 465 for `implicit`, 25 for `none`.
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// How the line is encrypted.
    pub tls: Option<Tls>,
    /// The host to which mails may go unencrypted, named once more: `tls: none` needs it.
    pub plain_text_to: Option<String>,
    /// A file with the certificate (PEM) of an authority of your own that the server's is signed by.
    pub authority: Option<String>,
    /// The user to log in as.
    pub user: Option<String>,
    /// The environment variable that holds the password.
    pub password_env: Option<String>,
    /// The file that holds the password.
    pub password_file: Option<String>,
    /// The name that this machine greets with; its own by default.
    pub hello: Option<String>,
    /// How many connections are open at the most.
    #[schemars(range(min = 1, max = 100))]
    pub connections: Option<u16>,
    /// How many messages may leave in a minute.
    #[schemars(range(min = 1))]
    pub per_minute: Option<u32>,
    /// How many messages may leave in a minute to one domain.
    #[schemars(range(min = 1))]
    pub per_domain_per_minute: Option<u32>,
    /// The hours in which mails may leave, in the general zone: `06:00-20:00`.
    pub send_window: Option<String>,
    /// The hours in which nobody is written to, in the zone of their organization: `21:00-06:30`. Administrators are.
    pub quiet_hours: Option<String>,
    /// How many minutes a run waits for a server, for the next try of a message or for the send window.
    #[schemars(range(min = 0, max = 1440))]
    pub wait_minutes: Option<u16>,
    /// After how many minutes a deferred message is tried again: after the first try, after the second, and so on.
    pub retry_minutes: Option<Vec<f64>>,
    /// How many seconds the server may take for an answer.
    #[schemars(range(min = 1, max = 3600))]
    pub timeout_seconds: Option<u16>,
    /// How many seconds the server may take for its answer to a whole mail; too few make messages unknown.
    #[schemars(range(min = 1, max = 3600))]
    pub reply_timeout_seconds: Option<u16>,
    /// A run stops when more than this percent of its messages are refused.
    #[schemars(range(min = 1, max = 100))]
    pub stop_refused_percent: Option<f64>,
    /// Where notifications of failures go; `{id}` in it becomes the message's own id.
    pub bounces_to: Option<String>,
    /// Keys to sign mails with (DKIM).
    #[serde(default)]
    pub dkim: Vec<Dkim>,
}

/// How the line to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// By STARTTLS, which the server must offer.
    Starttls,
    /// From the first byte.
    Implicit,
    /// Not at all.
    None,
}

/// A key to sign mails with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dkim {
    /// The domain that signs; usually that of the sender.
    pub domain: String,
    /// The name below `_domainkey` under which the public key is found.
    pub selector: String,
    /// The file with the private key (PEM): RSA or Ed25519.
    pub key_file: String,
}

/// Where people reach this program from outside.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// The address that links in mails begin with: `https://effort.school.example`.
    pub url: String,
    /// Address and port that `plaudit serve` listens on.
    pub listen: Option<String>,
}

/// When guardians are written to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// `roster`: being on the roster is enough; `accepted`: after they accepted an invitation.
    pub guardians: Option<super::ConsentRule>,
    /// For how many days an invitation can be accepted.
    #[schemars(range(min = 1, max = 365))]
    pub invitation_days: Option<u16>,
}

/// A guardian who must not be written to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoNotContact {
    /// Their id on the roster.
    pub guardian: String,
    /// The child that they must not hear of; all by default.
    pub child: Option<String>,
}

/// For how long personal data are kept, in days; `plaudit purge` removes what is older.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// The texts of mails and their documents.
    #[schemars(range(min = 14, max = 3660))]
    pub mails_days: Option<u16>,
    /// Who was told what and when, without the texts.
    #[schemars(range(min = 30, max = 3660))]
    pub messages_days: Option<u16>,
    /// The tables of each run.
    #[schemars(range(min = 14, max = 3660))]
    pub tables_days: Option<u16>,
    /// What runs wrote to the folder of reports.
    #[schemars(range(min = 14, max = 3660))]
    pub reports_days: Option<u16>,
}
