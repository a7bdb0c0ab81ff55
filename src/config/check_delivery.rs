//! How messages leave and who gets none, as written, turned into settings that are believed.

use super::check::{Check, at};
use super::delivery::{
    Consent, ConsentRule, Delivery, Dkim, DoNotContact, Hours, Login, Password, Retention, Smtp, Web,
};
use super::position::Step;
use super::written::{self, Tls};
use std::time::Duration;

const USUAL_CONNECTIONS: u16 = 4;
const USUAL_WAIT_MINUTES: u16 = 3;
const USUAL_RETRY_MINUTES: [f64; 6] = [1.0, 5.0, 15.0, 60.0, 240.0, 480.0];
const USUAL_TIMEOUT_SECONDS: u16 = 60;
/// RFC 5321 gives a server ten minutes for its answer to a mail.
const USUAL_REPLY_TIMEOUT_SECONDS: u16 = 600;

impl Check<'_> {
    pub(super) fn delivery(&mut self, d: written::Delivery, sender: &str) -> Delivery {
        Delivery {
            folder: self.path(d.folder.as_deref().unwrap_or("reports")),
            attach: !matches!(d.attach, Some(written::Attach::None)),
            smtp: d.smtp.map(|smtp| self.smtp(smtp, sender)),
        }
    }

    fn smtp(&mut self, s: written::Smtp, sender: &str) -> Smtp {
        let tls = s.tls.unwrap_or(Tls::Starttls);
        self.encryption(&s, tls);
        let login = self.login(&s);
        let bounces_to = s.bounces_to.unwrap_or_else(|| sender.to_string());
        self.address(&bounces_to.replace("{id}", "id"), at!["delivery", "smtp", "bounces_to"]);
        let retry = s.retry_minutes.unwrap_or_else(|| USUAL_RETRY_MINUTES.to_vec());
        if retry.is_empty() || retry.iter().any(|minutes| !(0.01..=10_080.0).contains(minutes)) {
            let message = "expected minutes from 0.01 to 10080, such as `[1, 5, 15, 60]`";
            self.report(at!["delivery", "smtp", "retry_minutes"], message);
        }
        let seconds = |given: Option<u16>, usual: u16| Duration::from_secs(given.unwrap_or(usual).into());
        let per_minute = |given: Option<u32>| given.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        Smtp {
            port: s.port.unwrap_or(match tls {
                Tls::Starttls => 587,
                Tls::Implicit => 465,
                Tls::None => 25,
            }),
            tls,
            authority: s.authority.as_deref().map(|file| self.path(file)),
            login,
            hello: s.hello,
            connections: s.connections.unwrap_or(USUAL_CONNECTIONS).into(),
            per_minute: per_minute(s.per_minute),
            per_domain_per_minute: per_minute(s.per_domain_per_minute),
            send_window: self.hours(s.send_window.as_deref(), "send_window"),
            quiet_hours: self.hours(s.quiet_hours.as_deref(), "quiet_hours"),
            wait: Duration::from_secs(u64::from(s.wait_minutes.unwrap_or(USUAL_WAIT_MINUTES)) * 60),
            retry: retry.iter().map(|minutes| Duration::from_secs_f64(minutes.clamp(0.01, 10_080.0) * 60.0)).collect(),
            timeout: seconds(s.timeout_seconds, USUAL_TIMEOUT_SECONDS),
            reply_timeout: seconds(s.reply_timeout_seconds, USUAL_REPLY_TIMEOUT_SECONDS),
            stop_refused_share: s.stop_refused_percent.unwrap_or(20.0) / 100.0,
            bounces_to,
            dkim: s.dkim.into_iter().enumerate().map(|(index, key)| self.dkim(index, key)).collect(),
            host: s.host,
        }
    }

    /// Names of children travel on this line, so it is encrypted unless config names the host that needs no encryption.
    fn encryption(&mut self, s: &written::Smtp, tls: Tls) {
        if let Some(hello) = s.hello.as_ref().filter(|hello| !is_host(hello)) {
            let message = format!("found `{hello}`, expected the name of this machine");
            self.report(at!["delivery", "smtp", "hello"], message);
        }
        if s.host.trim().is_empty() || s.host.contains(char::is_whitespace) {
            let message = format!("found `{}`, expected the name of a mail server", s.host);
            self.report(at!["delivery", "smtp", "host"], message);
        }
        match &s.plain_text_to {
            None if tls == Tls::None => {
                let message = "found `none`, so names of children would travel unencrypted";
                self.report(at!["delivery", "smtp", "tls"], message).hint =
                    Some(format!("use `starttls` or `implicit`; if the line is safe, add `plain_text_to: {}`", s.host));
            }
            Some(host) if *host != s.host => {
                let message = format!("found `{host}`, expected the name of the host, `{}`", s.host);
                self.report(at!["delivery", "smtp", "plain_text_to"], message);
            }
            Some(_) if tls != Tls::None => {
                let message = "stands beside a `tls` that encrypts, so it says nothing";
                self.report(at!["delivery", "smtp", "plain_text_to"], message).hint = Some("remove it".to_string());
            }
            _ => {}
        }
    }

    fn login(&mut self, s: &written::Smtp) -> Option<Login> {
        let password = match (&s.password_env, &s.password_file) {
            (Some(name), None) => Some(Password::Environment(name.clone())),
            (None, Some(file)) => Some(Password::File(self.path(file))),
            (Some(_), Some(_)) => {
                self.report(
                    at!["delivery", "smtp", "password_env"],
                    "stands beside `password_file`, expected one of them",
                );
                None
            }
            (None, None) => None,
        };
        match (&s.user, password) {
            (Some(user), Some(password)) => Some(Login { user: user.clone(), password }),
            (Some(_), None) if s.password_env.is_none() => {
                self.report(at!["delivery", "smtp", "user"], "has no password").hint =
                    Some("add `password_env: NAME` (an environment variable) or `password_file: FILE`".to_string());
                None
            }
            (None, Some(_)) => {
                self.report(at!["delivery", "smtp"], "a password without `user`");
                None
            }
            _ => None,
        }
    }

    fn hours(&mut self, written: Option<&str>, key: &str) -> Option<Hours> {
        let text = written?;
        let hours = Hours::parse(text);
        if hours.is_none() {
            let message = format!("found `{text}`, expected hours such as `06:00-20:00`");
            self.report(at!["delivery", "smtp", key], message);
        }
        hours
    }

    fn dkim(&mut self, index: usize, key: written::Dkim) -> Dkim {
        for (name, text) in [("domain", &key.domain), ("selector", &key.selector)] {
            if !is_host(text) {
                let message = format!("found `{text}`, expected a name such as `school.example` or `effort2026`");
                self.report(at!["delivery", "smtp", "dkim", index, name], message);
            }
        }
        Dkim { key_file: self.path(&key.key_file), domain: key.domain, selector: key.selector }
    }

    pub(super) fn web(&mut self, web: Option<written::Web>) -> Option<Web> {
        let web = web?;
        let address = web.url.strip_prefix("https://").or(web.url.strip_prefix("http://"));
        let host = address.and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        let whole = !host.is_empty() && web.url.is_ascii() && !web.url.contains([' ', '<', '>', '"', '?', '#']);
        if !whole || !(web.url.starts_with("https://") || here) {
            let message = format!("found `{}`, expected an address such as `https://effort.school.example`", web.url);
            self.report(at!["web", "url"], message).hint =
                Some("links of one click must be encrypted; a proxy before `plaudit serve` can do that".to_string());
        }
        let listen = web.listen.as_deref().unwrap_or("127.0.0.1:8080");
        let parsed = listen.parse();
        if parsed.is_err() {
            let message = format!("found `{listen}`, expected an address and a port such as `127.0.0.1:8080`");
            self.report(at!["web", "listen"], message);
        }
        Some(Web { url: web.url.trim_end_matches('/').to_string(), listen: parsed.ok()? })
    }

    pub(super) fn consent(&mut self, consent: &written::Consent, web: bool) -> Consent {
        let guardians = consent.guardians.unwrap_or(ConsentRule::Roster);
        if guardians == ConsentRule::Accepted && !web {
            let message = "found `accepted`, but nobody could accept: there is no page for it";
            self.report(at!["consent", "guardians"], message).hint =
                Some("add `web: {url: https://...}` and run `plaudit serve`".to_string());
        }
        Consent { guardians, invitation_days: consent.invitation_days.unwrap_or(30).into() }
    }

    pub(super) fn do_not_contact(&mut self, written: Vec<written::DoNotContact>) -> Vec<DoNotContact> {
        for (index, entry) in written.iter().enumerate() {
            if entry.guardian.trim().is_empty() || entry.child.as_ref().is_some_and(|child| child.trim().is_empty()) {
                self.report(at!["do_not_contact", index], "found an empty id, expected that of a person on the roster");
            }
        }
        written.into_iter().map(|entry| DoNotContact { guardian: entry.guardian, child: entry.child }).collect()
    }

    pub(super) fn retention(&mut self, r: &written::Retention) -> Retention {
        let days = |given: Option<u16>, usual: i64| given.map_or(usual, i64::from);
        let retention = Retention {
            mails_days: days(r.mails_days, 120),
            messages_days: days(r.messages_days, 730),
            tables_days: days(r.tables_days, 400),
            reports_days: days(r.reports_days, 120),
        };
        if retention.messages_days < retention.mails_days {
            let message = "the texts of mails would be kept longer than what they belong to";
            self.report(at!["retention", "mails_days"], message).hint =
                Some("let `mails_days` be at most `messages_days`".to_string());
        }
        retention
    }
}

/// Whether a text is the name of a host or a part of one: letters, digits, dots and hyphens.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    text.split('.').all(is_label)
}
