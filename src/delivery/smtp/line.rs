//! One connection to the mail server: opened, encrypted, logged in, and then used for one mail after the other.
//!
//! lettre speaks the protocol; the steps of a transaction are taken one by one here, since only the step at which a line
//! breaks tells whether the server can have the mail: before the final dot it cannot.

use super::guarded::Guarded;
use super::seal::Seal;
use super::verdict::{self, Step, Verdict};
use crate::config::{Login, Password, Smtp, Tls};
use crate::problem::{Outcome, Problem};
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The mail server of a config, with everything read that a connection needs.
pub struct Server {
    host: String,
    port: u16,
    tls: Tls,
    parameters: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    bounces_to: String,
    timeout: Duration,
    reply_timeout: Duration,
    /// The keys to sign with.
    pub seal: Seal,
}

/// Why there is no line.
#[derive(Debug)]
pub enum NoLine {
    /// The server is away or busy; later there may be one.
    Later(String),
    /// There will be none as config is.
    Never(Problem),
}

const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

impl Server {
    /// Reads what config names: the password, the authority, the keys.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn open(smtp: &Smtp) -> Outcome<Self> {
        Ok(Self {
            host: smtp.host.clone(),
            port: smtp.port,
            tls: smtp.tls,
            parameters: parameters(smtp)?,
            credentials: smtp.login.as_ref().map(credentials).transpose()?,
            hello: smtp.hello.clone().map_or_else(ClientId::default, ClientId::Domain),
            bounces_to: smtp.bounces_to.clone(),
            timeout: smtp.timeout,
            reply_timeout: smtp.reply_timeout,
            seal: Seal::open(&smtp.dkim)?,
        })
    }

    /// Host and port.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Where notifications about a message go.
    fn envelope_sender(&self, mail_id: &str) -> String {
        let id = mail_id.split('@').next().unwrap_or_default();
        self.bounces_to.replace("{id}", id)
    }

    /// Opens a line: greeting, encryption, log in.
    ///
    /// # Errors
    /// The server is away, or will never let us in as config is.
    pub async fn line(&self) -> Result<Line<'_>, NoLine> {
        let mut connection = self.connect().await?;
        if self.tls == Tls::Starttls {
            if !connection.can_starttls() {
                return Err(NoLine::Never(
                    Problem::new(self.place(), "does not offer STARTTLS, so nothing was sent unencrypted")
                        .hint("see whether the port is right (587), or name `tls: implicit` (465)"),
                ));
            }
            if let Some(parameters) = self.parameters.clone() {
                self.step(connection.starttls(parameters, &self.hello)).await?.map_err(|error| self.no_line(&error))?;
            }
        }
        if let Some(credentials) = &self.credentials {
            let entered = self.step(connection.auth(&MECHANISMS, credentials)).await?;
            entered.map_err(|error| self.no_entry(&error))?;
        }
        let pipelines = self.offers_pipelining(&mut connection).await?;
        Ok(Line { connection, server: self, pipelines, used: false, lost: false })
    }

    /// Whether the server takes several commands at once; lettre does not keep what it says of that.
    async fn offers_pipelining(&self, connection: &mut AsyncSmtpConnection) -> Result<bool, NoLine> {
        let said = self.step(connection.command(Ehlo::new(self.hello.clone()))).await?;
        let said = said.map_err(|error| self.no_line(&error))?;
        Ok(said.message().any(|line| line.eq_ignore_ascii_case("PIPELINING")))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, NoLine> {
        let address = (self.host.as_str(), self.port);
        let opened = if self.tls == Tls::Implicit {
            let parameters = self.parameters.clone();
            let wait = Some(self.timeout);
            self.step(AsyncSmtpConnection::connect_tokio1(address, wait, &self.hello, parameters, None)).await?
        } else {
            // lettre leaves Nagle's algorithm on, which costs 44 ms for each mail on a line that is used again.
            let stream = self.step(TcpStream::connect(address)).await?;
            let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
            let stream = stream.map_err(|error| NoLine::Later(error.to_string()))?;
            self.step(AsyncSmtpConnection::connect_with_transport(Box::new(Guarded::new(stream)), &self.hello)).await?
        };
        opened.map_err(|error| self.no_line(&error))
    }

    /// What a step gives, if it does so in time.
    async fn step<T>(&self, step: impl Future<Output = T>) -> Result<T, NoLine> {
        timeout(self.timeout, step).await.map_err(|_| NoLine::Later(too_slow(self.timeout)))
    }

    fn no_line(&self, error: &Error) -> NoLine {
        let words = crate::problem::causes(error);
        if words.contains("certificate") {
            return NoLine::Never(
                Problem::new(self.place(), format!("cannot prove that it is `{}`: {words}", self.host))
                    .hint(if words.contains("CaUsedAsEndEntity") {
                        "its certificate is one of an authority; make it with `-addext basicConstraints=critical,CA:FALSE`"
                    } else {
                        "if the certificate is of your own authority, name its file with `authority`"
                    }),
            );
        }
        NoLine::Later(words)
    }

    /// A log in that is refused for good, or that the server does not offer.
    fn no_entry(&self, error: &Error) -> NoLine {
        if !error.is_permanent() && !error.is_client() {
            return self.no_line(error);
        }
        NoLine::Never(
            Problem::new(self.place(), format!("does not let us log in: {error}"))
                .hint("see whether `user` and the password that `password_env` or `password_file` names are right"),
        )
    }
}

fn parameters(smtp: &Smtp) -> Outcome<Option<TlsParameters>> {
    if smtp.tls == Tls::None {
        return Ok(None);
    }
    let mut builder = TlsParameters::builder(smtp.host.clone());
    if let Some(path) = &smtp.authority {
        let pem = std::fs::read(path).map_err(|error| Problem::io(path, "read", &error))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| {
            Problem::new(path.display().to_string(), format!("holds no certificate: {error}"))
                .hint("expected PEM: a text that begins with `-----BEGIN CERTIFICATE-----`")
        })?;
        builder = builder.add_root_certificate(certificate);
    }
    let built = builder.build().map_err(|error| Problem::new(&smtp.host, error.to_string()))?;
    Ok(Some(built))
}

/// The password, from where config says that it is.
fn credentials(login: &Login) -> Outcome<Credentials> {
    let password = match &login.password {
        Password::Environment(name) => std::env::var(name).map_err(|_| {
            Problem::new("delivery.smtp.password_env", format!("the environment variable `{name}` is not set"))
                .hint("set it for the user that runs plaudit, or name a `password_file`")
        })?,
        Password::File(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| Problem::io(path, "read", &error))?;
            text.trim_end_matches(['\r', '\n']).to_string()
        }
    };
    Ok(Credentials::new(login.user.clone(), password))
}

/// An open line.
pub struct Line<'a> {
    connection: AsyncSmtpConnection,
    server: &'a Server,
    pipelines: bool,
    /// Whether a mail went over it: then it may have died since.
    pub used: bool,
    /// Whether nobody knows any more what the server would answer; then nothing more is said, not even good-bye.
    lost: bool,
}

/// A mail in text as it goes on the wire, its end included, with the dots doubled that begin a line (RFC 5321, 4.5.2).
/// lettre can do this too, byte for byte and with a packet of its own for the end: a sixth of the time of a mail.
fn on_the_wire(mail: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(mail).ok()?;
    let text = text.strip_suffix("\r\n").unwrap_or(text);
    let first = if text.starts_with('.') { "." } else { "" };
    Some(format!("{first}{}\r\n.\r\n", text.replace("\r\n.", "\r\n..")))
}

const DONE: Severity = Severity::PositiveCompletion;
const GO_ON: Severity = Severity::PositiveIntermediate;

/// Why a step of a transaction has not the answer that it needs.
enum Trouble {
    /// The server said no, or the line broke.
    Error(Error),
    /// There was no answer in time, or one that does not belong there.
    Lost(String),
}

/// The answer to a step, if it comes in time and is of the kind that the step needs.
async fn answered(
    step: impl Future<Output = Result<Response, Error>>,
    wait: Duration,
    needed: Severity,
) -> Result<Response, Trouble> {
    let response = timeout(wait, step).await.map_err(|_| Trouble::Lost(too_slow(wait)))?.map_err(Trouble::Error)?;
    if response.code().severity == needed {
        return Ok(response);
    }
    Err(Trouble::Lost(format!("the answer {} does not belong there", response.code())))
}

/// What is said of a server that gave no answer in time begins with this.
pub(super) const NO_ANSWER: &str = "no answer";

fn too_slow(limit: Duration) -> String {
    format!("{NO_ANSWER} within {} s", limit.as_secs())
}

impl Line<'_> {
    /// Sends one mail to one recipient; a line that cannot be used again is closed.
    pub async fn send(&mut self, mail_id: &str, to: &str, mail: &[u8]) -> Verdict {
        let sender = self.server.envelope_sender(mail_id).parse::<Address>();
        let (Ok(sender), Ok(to)) = (sender, to.parse::<Address>()) else {
            return Verdict::Refused(crate::ledger::Cause::Damaged, format!("`{to}` is not a mail address"));
        };
        let verdict = match self.transaction(sender, to, mail).await {
            Ok(response) => verdict::accepted(&response),
            Err((step, Trouble::Error(error))) => {
                self.lost |= error.status().is_none();
                verdict::of_error(&error, step)
            }
            Err((step, Trouble::Lost(words))) => {
                self.lost = true;
                if step == Step::Body { Verdict::Unknown(words) } else { Verdict::Deferred(words) }
            }
        };
        self.used = true;
        verdict
    }

    async fn transaction(&mut self, from: Address, to: Address, mail: &[u8]) -> Result<Response, (Step, Trouble)> {
        let (from, to) = (Mail::new(Some(from), Vec::new()), Rcpt::new(to, Vec::new()));
        if self.pipelines { self.announce_at_once(&from, &to).await } else { self.announce(from, to).await }?;
        let reply = self.server.reply_timeout;
        let answer = match on_the_wire(mail) {
            Some(text) => answered(self.connection.command(text), reply, DONE).await,
            None => answered(self.connection.message(mail), reply, DONE).await,
        };
        answer.map_err(|trouble| (Step::Body, trouble))
    }

    /// Sender, recipient, and that a mail comes: one after the other.
    async fn announce(&mut self, from: Mail, to: Rcpt) -> Result<(), (Step, Trouble)> {
        let wait = self.server.timeout;
        let step = |step| move |trouble| (step, trouble);
        answered(self.connection.command(from), wait, DONE).await.map_err(step(Step::Sender))?;
        answered(self.connection.command(to), wait, DONE).await.map_err(step(Step::Recipient))?;
        answered(self.connection.command(Data), wait, GO_ON).await.map_err(step(Step::Recipient))?;
        Ok(())
    }

    /// The same in one write (RFC 2920), which saves two journeys a mail. All three answers are read whatever the first
    /// one is; a server that wants the mail although it refused the recipient is not spoken to any more.
    async fn announce_at_once(&mut self, from: &Mail, to: &Rcpt) -> Result<(), (Step, Trouble)> {
        let wait = self.server.timeout;
        let sender = answered(self.connection.command(format!("{from}{to}{Data}")), wait, DONE).await;
        if let Err(Trouble::Lost(words)) = sender {
            return Err((Step::Sender, Trouble::Lost(words)));
        }
        let recipient = answered(self.connection.read_response(), wait, DONE).await;
        let data = answered(self.connection.read_response(), wait, GO_ON).await;
        let missing = matches!(recipient, Err(Trouble::Lost(_))) || matches!(data, Err(Trouble::Lost(_)));
        self.lost |= missing || data.is_ok() && (sender.is_err() || recipient.is_err());
        sender.map_err(|trouble| (Step::Sender, trouble))?;
        recipient.map_err(|trouble| (Step::Recipient, trouble))?;
        data.map(|_| ()).map_err(|trouble| (Step::Recipient, trouble))
    }

    /// After an answer that ended a transaction early: whether the line can take the next one.
    pub async fn is_fit_after(&mut self, verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Accepted(_) => true,
            Verdict::Unknown(_) => false,
            _ if self.lost => false,
            Verdict::Deferred(words) if words.starts_with("421") => false,
            _ => {
                let reset = self.connection.command(Rset);
                answered(reset, self.server.timeout, DONE).await.is_ok()
            }
        }
    }

    /// Ends the conversation politely.
    pub async fn close(mut self) {
        // The mails are settled; a server that does not say good-bye changes nothing.
        let _ = timeout(Duration::from_secs(5), self.connection.quit()).await;
    }

    /// Whether the line is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.connection.is_encrypted()
    }
}

#[cfg(test)]
mod tests {
    use super::on_the_wire;

    #[test]
    fn dots_that_begin_a_line_are_doubled_and_the_mail_ends_once() {
        assert_eq!(on_the_wire(b".a\r\n..b\r\nc.d\r\n.\r\n").unwrap(), "..a\r\n...b\r\nc.d\r\n..\r\n.\r\n");
        assert_eq!(on_the_wire(b"a").unwrap(), "a\r\n.\r\n");
        assert_eq!(on_the_wire(b"\xff"), None);
    }
}
