//! `plaudit send-test`: one mail to try the mail server with, step by step. It is no notice, so no ledger knows of it.

use super::{Ending, runtime};
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::delivery::smtp::{NoLine, Server, Verdict};
use crate::ledger::Key;
use crate::notices::is_usable;
use crate::problem::{Outcome, Problem};
use crate::rendering::Templates;
use crate::rendering::mail::{Envelope, Letter, Mailer};
use clap::Args;

/// Send one mail to try the mail server
#[derive(Debug, Args)]
pub struct SendTest {
    /// Who gets it
    address: String,
}

impl SendTest {
    /// Sends it and says what the server said.
    ///
    /// # Errors
    /// There is no mail server, or it does not take the mail.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let Some(smtp) = &config.delivery.smtp else {
            return Err(Problem::new(config.path.display().to_string(), "names no mail server")
                .hint("add `delivery: {smtp: {host: ...}}`")
                .into());
        };
        if !is_usable(&self.address) {
            return Err(Problem::new(&self.address, "is not a mail address such as `me@school.example`").into());
        }
        let server = Server::open(smtp)?;
        let (mail_id, mail) = self.mail(config, clock)?;
        let signed = server.seal.close(mail)?;
        runtime()?.block_on(async {
            let mut line = server.line().await.map_err(|no_line| match no_line {
                NoLine::Later(words) => Problem::new(server.place(), format!("cannot be reached: {words}")),
                NoLine::Never(problem) => problem,
            })?;
            say!("connected to {}", server.place());
            say!(
                "{}",
                if line.is_encrypted() || smtp.tls == crate::config::Tls::Implicit {
                    "encrypted"
                } else {
                    "not encrypted"
                }
            );
            say!("{}", if smtp.login.is_some() { "logged in" } else { "not logged in" });
            say!("signed with {} keys", server.seal.keys());
            let verdict = line.send(&mail_id, &self.address, &signed).await;
            line.close().await;
            match verdict {
                Verdict::Accepted(words) => {
                    say!("accepted: {words}");
                    Ok(Ending::Done)
                }
                other => Err(Problem::new(server.place(), format!("did not take the mail: {}", other.words())).into()),
            }
        })
    }

    fn mail(&self, config: &Config, clock: &Clock) -> Outcome<(String, Vec<u8>)> {
        let mailer = Mailer::new(&Templates::load(config.templates.as_deref())?, &config.sender)?;
        let now = clock.now();
        let part = |text: &str| text.to_string();
        let key = Key {
            kind: part("test"),
            period: now.to_rfc3339(),
            organization: String::new(),
            recipient: self.address.clone(),
            subject: String::new(),
            channel: part("test"),
        };
        let text =
            "This mail was sent by `plaudit send-test`. If you can read it, mails of this installation arrive.\r\n";
        let letter = Letter {
            subject: part("A trial of the mail server"),
            text: part(text),
            html: format!("<!doctype html><html lang=\"en\"><body><p>{}</p></body></html>", text.trim()),
        };
        let envelope = Envelope {
            key: &key,
            name: "",
            address: &self.address,
            language: "en",
            date: now,
            attachment: None,
            before_subject: "",
            way_out: None,
        };
        let cut = mailer.compose(&envelope, &letter)?;
        Ok((cut.id, cut.head))
    }
}
