//! What a link in a mail opens: whose it is, by marks, and what it is for.

use super::message::{Link, Purpose};
use super::store::Ledger;
use super::suppression::{Bar, Suppression};
use crate::config::Kind;
use crate::problem::Outcome;
use sqlx::Row;

impl Ledger {
    /// What a token opens, if it opens anything.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn opened(&mut self, token: &str) -> Outcome<Option<Opened>> {
        let row =
            sqlx::query("SELECT * FROM link WHERE token = $1").bind(token).fetch_optional(&mut self.connection).await;
        let row = row.map_err(|error| self.broken(&error))?;
        Ok(row.map(|row| Opened {
            recipient: row.get("recipient"),
            address: row.get("address"),
            subject: row.get("subject"),
            kind: row.get("kind"),
            link: Link {
                token: row.get("token"),
                purpose: if row.get::<&str, _>("purpose") == Purpose::Stop.name() {
                    Purpose::Stop
                } else {
                    Purpose::Invitation
                },
                about: row.get("about"),
                language: row.get("language"),
                expires: row.get::<Option<&str>, _>("expires").and_then(|text| text.parse().ok()),
            },
        }))
    }
}

/// A link and whom it belongs to, by their marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The person.
    pub recipient: String,
    /// Their address at that time.
    pub address: String,
    /// Whom the mails are about.
    pub subject: String,
    /// The kind of notice that it came with.
    pub kind: String,
    /// The link.
    pub link: Link,
}

impl Opened {
    /// Which kind a stop without further words means: the one that the link came with; all about the child, if that was
    /// the question whether to write at all.
    #[must_use]
    pub fn stopped_kind(&self) -> &str {
        if self.kind == Kind::Invitation.name() { "" } else { &self.kind }
    }

    /// What keeps this person, and this address, from hearing of a subject in a kind; either may be empty for all. A child's
    /// guardians may share an address: whoever asks to stop there gets nothing there.
    #[must_use]
    pub fn stops(&self, subject: &str, kind: &str) -> [Suppression; 2] {
        [&self.recipient, &self.address].map(|recipient| Suppression {
            recipient: recipient.clone(),
            subject: subject.to_string(),
            kind: kind.to_string(),
            bar: Bar::Unsubscribed,
        })
    }
}
