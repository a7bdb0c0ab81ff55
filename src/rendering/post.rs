//! How the messages of a run are posted: on which channel, to whom instead in a trial, until when, and with which links.
//!
//! A link is opened by a token, an HMAC that only this installation can make, for one recipient, one subject and one kind.
//! In a trial and in a preview the tokens open nothing, so nobody who tries them out speaks for a parent.

use crate::calendar::Zone;
use crate::config::{Audience, Config, Kind, Web};
use crate::ledger::{Key, Link, Marks, Purpose};
use crate::notices::Scope;
use chrono::{DateTime, Duration, Utc};

/// How messages are posted.
#[derive(Debug, Clone)]
pub struct Post<'a> {
    /// The settings.
    pub config: &'a Config,
    /// How messages leave: the last part of their keys.
    pub channel: &'a str,
    /// Where all mails go, if not to their recipients.
    pub redirect: Option<&'a str>,
    /// What tokens are made with.
    pub marks: &'a Marks,
    /// Whether links are to open anything.
    pub in_earnest: bool,
    /// Whether mails leave this machine.
    pub is_mailed: bool,
    /// The instant of the run.
    pub now: DateTime<Utc>,
    /// What the run is about.
    pub scope: Scope,
}

/// A way to answer a mail without writing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// What the ledger keeps of it.
    pub link: Link,
    /// The page; none: there are no pages.
    pub url: Option<String>,
    /// The address that a mail to stop goes to, with its subject, as in RFC 6068.
    pub mailto: String,
}

impl Post<'_> {
    /// Until when a message of a kind for an audience at an organization of a zone may go out.
    #[must_use]
    pub fn not_after(&self, kind: Kind, audience: Audience, zone: Zone) -> DateTime<Utc> {
        let since = self.scope.since(kind, audience, zone).unwrap_or(self.now);
        since + self.config.not_older_than(kind, audience)
    }

    /// Where a mail for an address goes, and what its subject begins with.
    #[must_use]
    pub fn directed(&self, address: &str) -> (String, String) {
        match self.redirect {
            Some(redirect) => (redirect.to_string(), format!("[{address}] ")),
            None => (address.to_string(), String::new()),
        }
    }

    /// How a recipient leaves a list: none where mails neither leave this machine nor have pages.
    #[must_use]
    pub fn way_out(&self, key: &Key, language: &str, about: &str) -> Option<Door> {
        if !self.is_mailed && self.config.web.is_none() {
            return None;
        }
        Some(self.door(Purpose::Stop, key, language, about, None))
    }

    /// How a guardian answers an invitation.
    #[must_use]
    pub fn invitation(&self, key: &Key, language: &str, about: &str) -> Door {
        let expires = self.now + Duration::days(self.config.consent.invitation_days);
        self.door(Purpose::Invitation, key, language, about, Some(expires))
    }

    fn door(&self, purpose: Purpose, key: &Key, language: &str, about: &str, expires: Option<DateTime<Utc>>) -> Door {
        let earnest = if self.in_earnest { "in earnest" } else { "trial" };
        let token = self.marks.token(&[purpose.name(), earnest, &key.recipient, &key.subject, &key.kind]);
        let url = self.config.web.as_ref().map(|Web { url, .. }| format!("{url}/{}/{token}", purpose.name()));
        let answers = self.config.sender.reply_to.as_ref().unwrap_or(&self.config.sender.address);
        let mailto = format!("mailto:{answers}?subject=unsubscribe%20{token}");
        let (about, language) = (about.to_string(), language.to_string());
        Door { link: Link { token, purpose, about, language, expires }, url, mailto }
    }

    /// What the ledger keeps of a door: nothing in a trial.
    #[must_use]
    pub fn kept(&self, door: Option<&Door>) -> Vec<Link> {
        door.filter(|_| self.in_earnest).map(|door| door.link.clone()).into_iter().collect()
    }
}

/// What `List-Unsubscribe` says (RFC 2369), and whether one click is enough (RFC 8058).
#[must_use]
pub fn list_unsubscribe(door: &Door) -> (String, bool) {
    let pages = door.url.as_ref().filter(|url| url.starts_with("https://"));
    let ways: Vec<String> = pages.into_iter().chain([&door.mailto]).map(|way| format!("<{way}>")).collect();
    (ways.join(", "), pages.is_some())
}
