//! How messages leave, as an administrator writes it. The comments here are the descriptions in the JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;

/// How messages leave.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The folder for reports, mails and rejects.
    ///
    /// plaudit makes it with access for its owner only; the access of a folder that is there already stays as it is.
    /// With a mail server only `rejects.csv` is written to it.
    #[schemars(extend("default" = "reports"))]
    pub folder: Option<String>,
    /// Whether the report goes with the mail.
    ///
    /// The fact itself is in the mail's text either way. With `none` the report is still written beside the mails; with
    /// a mail server it is only kept in `state`, so nobody sees it.
    #[schemars(extend("default" = "pdf"))]
    pub attach: Option<Attach>,
    /// The mail server; with it mails are sent, without it they are written to the folder.
    ///
    /// [delivery.md](delivery.md) tells how to get from one to the other. Default: none. Two mails to one address leave
    /// at least a minute apart, whatever the limits say.
    ///
    /// ```yaml
    /// delivery:
    ///   smtp:
    ///     host: mail.school.example
    ///     user: reports
    ///     password_file: secret/password
    ///     bounces_to: bounces+{id}@school.example
    ///     send_window: 06:00-20:00
    ///     quiet_hours: 21:00-06:30
    ///     dkim:
    ///       - {domain: school.example, selector: p2026e, key_file: secret/dkim-ed25519.pem}
    /// ```
    pub smtp: Option<Smtp>,
}

/// Whether the report goes with the mail.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Attach {
    /// The PDF is attached.
    Pdf,
    /// The mail goes alone.
    None,
}

/// A mail server, and how fast and when it is given mails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// The name of the mail server; for one on this machine `localhost`.
    #[schemars(extend("examples" = ["mail.school.example"]))]
    pub host: String,
    /// The port of the mail server.
    ///
    /// With `tls: implicit` the default is 465, with `tls: none` 25.
    #[schemars(range(min = 1), extend("default" = 587))]
    pub port: Option<u16>,
    /// How the line to the mail server is encrypted.
    #[schemars(extend("default" = "starttls"))]
    pub tls: Option<Tls>,
    /// The host to which mails may go unencrypted: `host` once more, needed with `tls: none`.
    ///
    /// Names of children travel on this line, and so does the password. So nobody should turn the encryption off by one
    /// word. A server on the same machine is a good reason. Default: none; beside another `tls` it is refused.
    #[schemars(extend("examples" = ["localhost"]))]
    pub plain_text_to: Option<String>,
    /// A file (PEM) with the certificate of your own authority, if the server's is signed by one.
    ///
    /// Default: none. The usual authorities are built in; those that you gave to the system are not read.
    #[schemars(extend("examples" = ["authority.pem"]))]
    pub authority: Option<String>,
    /// The user to log in as.
    ///
    /// Default: none, so nobody logs in.
    #[schemars(extend("examples" = ["reports"]))]
    pub user: Option<String>,
    /// The environment variable that holds the password.
    ///
    /// Default: none. This key or `password_file` is needed with `user`. There is no key for the password itself, as
    /// config files are copied and shown around.
    #[schemars(extend("examples" = ["PLAUDIT_PASSWORD"]))]
    pub password_env: Option<String>,
    /// The file that holds the password; its last line break does not count.
    ///
    /// Default: none. This key or `password_env` is needed with `user`.
    #[schemars(extend("examples" = ["secret/password"]))]
    pub password_file: Option<String>,
    /// The name that this machine greets the server with.
    ///
    /// Default: its host name. Some servers ask for a whole name.
    #[schemars(extend("examples" = ["plaudit.school.example"]))]
    pub hello: Option<String>,
    /// How many lines to the server are open at the same time, at the most.
    #[schemars(range(min = 1, max = 100), extend("default" = 4))]
    pub connections: Option<u16>,
    /// How many messages may leave in any minute.
    ///
    /// Default: no limit. A limit of speed makes a run slower and never ends it.
    #[schemars(range(min = 1), extend("examples" = [600]))]
    pub per_minute: Option<u32>,
    /// How many messages may leave in any minute to one domain.
    ///
    /// Default: no limit.
    #[schemars(range(min = 1), extend("examples" = [60]))]
    pub per_domain_per_minute: Option<u32>,
    /// The hours in which mails may leave, in the general `time_zone`.
    ///
    /// Default: all hours. It holds for administrators too. Hours may run over midnight; the end is not included.
    #[schemars(extend("examples" = ["06:00-20:00"]))]
    pub send_window: Option<String>,
    /// The hours in which nobody is written to but administrators, in the zone of their organization.
    ///
    /// Default: none. Hours may run over midnight; the end is not included.
    #[schemars(extend("examples" = ["21:00-06:30"]))]
    pub quiet_hours: Option<String>,
    /// How many minutes a run waits without sending anything.
    ///
    /// It waits for a server that is away, for the next try of a message, and for the hours in which mails may leave.
    /// When the time is over, the run ends, and what waits is sent by the next run.
    #[schemars(range(min = 0, max = 1440), extend("default" = 3))]
    pub wait_minutes: Option<u16>,
    /// After how many minutes a message that the server put off is tried again.
    ///
    /// The first number is the wait after the first try, the second that after the second, and so on; the last holds
    /// for all further tries. Each is from 0.01 to 10080. Each wait is up to a quarter shorter or longer, so that what
    /// failed together does not come back together.
    #[schemars(extend("default" = [1, 5, 15, 60, 240, 480]))]
    pub retry_minutes: Option<Vec<f64>>,
    /// How many seconds the server may take for an answer.
    #[schemars(range(min = 1, max = 3600), extend("default" = 60))]
    pub timeout_seconds: Option<u16>,
    /// How many seconds the server may take for its answer to a whole mail.
    ///
    /// Whoever waits too short a time has messages of which nobody knows whether they arrived. The standard (RFC 5321)
    /// grants ten minutes.
    #[schemars(range(min = 1, max = 3600), extend("default" = 600))]
    pub reply_timeout_seconds: Option<u16>,
    /// A run stops when more than this percent of its messages are refused.
    ///
    /// At least 5 refusals are needed, and a run of few messages is judged as if it had tried 50, or all that it has.
    /// See [what breaks](delivery.md#when-something-breaks).
    #[schemars(range(min = 1, max = 100), extend("default" = 20))]
    pub stop_refused_percent: Option<f64>,
    /// The address for notifications of failures (the envelope's sender).
    ///
    /// Default: `sender.address`. `{id}` in it becomes the message's own id, so that a notification is found again even
    /// if it quotes nothing of the mail. All these addresses must end in one mailbox (Postfix:
    /// `recipient_delimiter = +`).
    #[schemars(extend("examples" = ["bounces+{id}@school.example"]))]
    pub bounces_to: Option<String>,
    /// The keys to sign mails with (DKIM).
    ///
    /// None is right if the mail server signs. With two keys each mail has two signatures. [How to make
    /// keys](delivery.md#dkim).
    #[serde(default)]
    #[schemars(extend("default" = []))]
    pub dkim: Vec<Dkim>,
}

/// How the line to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// By STARTTLS; a server that does not offer it gets nothing.
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
    /// The domain that signs: that of `sender.address`.
    #[schemars(extend("examples" = ["school.example"]))]
    pub domain: String,
    /// The name below `_domainkey` under which the public key is found.
    #[schemars(extend("examples" = ["p2026e"]))]
    pub selector: String,
    /// The file with the private key (PEM): Ed25519, or RSA of at least 1024 bits.
    #[schemars(extend("examples" = ["secret/dkim-ed25519.pem"]))]
    pub key_file: String,
}

/// Where people reach this program from outside.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// What the links in mails begin with.
    ///
    /// It must be `https://`, as one click is enough there; for a trial on your own machine `http://localhost`,
    /// `http://127.0.0.1` and `http://[::1]` are taken.
    #[schemars(extend("format" = "uri", "examples" = ["https://effort.school.example"]))]
    pub url: String,
    /// The address and port that `plaudit serve` listens on for these pages.
    ///
    /// It speaks plain HTTP; a proxy before it does the encryption.
    #[schemars(extend("default" = "127.0.0.1:8080"))]
    pub listen: Option<String>,
}
