//! Who must not be written to, and who said that they want to be: all by marks, so that it outlives every roster and every
//! erasure.
//!
//! A suppression keeps a recipient (a person or an address; empty: anybody) from hearing of a subject (empty: anything) in
//! a kind of notice (empty: any). Claiming reads suppressions and consents again in its own statement; what is here serves
//! deciding, so that a plan can say who is left out and why.

use super::marks::Marks;
use super::store::Ledger;
use crate::config::DoNotContact;
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeMap, BTreeSet};

/// Why somebody is not written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bar {
    /// Their data were erased.
    Erased,
    /// Config says so.
    DoNotContact,
    /// They asked for it.
    Unsubscribed,
    /// They complained to their provider.
    Complained,
    /// There is no such address.
    NoSuchAddress,
}

impl Bar {
    const ALL: [Self; 5] =
        [Self::Erased, Self::DoNotContact, Self::Unsubscribed, Self::Complained, Self::NoSuchAddress];

    /// The name in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::DoNotContact => "do not contact",
            Self::Unsubscribed => "unsubscribed",
            Self::Complained => "complained",
            Self::NoSuchAddress => "no such address",
        }
    }

    fn of(name: &str) -> Self {
        // What this version does not know still keeps somebody from being written to.
        Self::ALL.into_iter().find(|bar| bar.name() == name).unwrap_or(Self::DoNotContact)
    }
}

/// What keeps a recipient from hearing of a subject: marks, each empty for all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suppression {
    /// Person or address.
    pub recipient: String,
    /// Person.
    pub subject: String,
    /// The kind of notice.
    pub kind: String,
    /// Why.
    pub bar: Bar,
}

/// What a guardian answered to an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Accepted,
    /// Not my child, or not by mail.
    Declined,
}

impl Answer {
    /// The name in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }
}

/// Who must not be written to, who answered, who was asked: as known when a run begins.
#[derive(Debug, Clone, Default)]
pub struct Contacts {
    marks: Marks,
    suppressed: BTreeSet<Suppression>,
    answers: BTreeMap<(String, String), String>,
    asked: BTreeSet<(String, String)>,
}

impl Contacts {
    /// The same with config's own list as it is now, in place of the one that the last delivery held.
    #[must_use]
    pub fn with(mut self, list: &[DoNotContact]) -> Self {
        self.suppressed.retain(|suppression| suppression.bar != Bar::DoNotContact);
        for entry in list {
            self.suppressed.insert(do_not_contact(&self.marks, entry));
        }
        self
    }

    /// Marks under the ledger's secret.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// What keeps a person at an address from hearing of a subject in a kind of notice, if anything does.
    #[must_use]
    pub fn bar(&self, recipient: &str, address: &str, subject: &str, kind: &str) -> Option<Bar> {
        if self.suppressed.is_empty() {
            return None;
        }
        let recipients = [String::new(), self.marks.person(recipient), self.marks.address(address)];
        let subjects = [String::new(), self.marks.person(subject)];
        let kinds = [String::new(), kind.to_string()];
        let all = recipients.iter().flat_map(|r| subjects.iter().map(move |s| (r, s)));
        let all = all.flat_map(|(r, s)| kinds.iter().map(move |k| (r, s, k)));
        let mut bars = all.flat_map(|(recipient, subject, kind)| {
            Bar::ALL.into_iter().map(move |bar| Suppression {
                recipient: recipient.clone(),
                subject: subject.clone(),
                kind: kind.clone(),
                bar,
            })
        });
        bars.find(|suppression| self.suppressed.contains(suppression)).map(|suppression| suppression.bar)
    }

    /// Whether a person was erased.
    #[must_use]
    pub fn is_erased(&self, person: &str) -> bool {
        let (recipient, bar) = (self.marks.person(person), Bar::Erased);
        self.suppressed.contains(&Suppression { recipient, subject: String::new(), kind: String::new(), bar })
    }

    /// Whether a guardian accepted to hear of a child.
    #[must_use]
    pub fn accepted(&self, guardian: &str, student: &str) -> bool {
        let answer = self.answers.get(&(self.marks.person(guardian), self.marks.person(student)));
        answer.is_some_and(|answer| answer == Answer::Accepted.name())
    }

    /// Whether a guardian said that they do not want to hear of a child.
    #[must_use]
    pub fn declined(&self, guardian: &str, student: &str) -> bool {
        let answer = self.answers.get(&(self.marks.person(guardian), self.marks.person(student)));
        answer.is_some_and(|answer| answer == Answer::Declined.name())
    }

    /// Whether a guardian was asked already, or answered without being asked.
    #[must_use]
    pub fn was_asked(&self, guardian: &str, student: &str) -> bool {
        let pair = (self.marks.person(guardian), self.marks.person(student));
        self.answers.contains_key(&pair) || self.asked.contains(&pair)
    }
}

fn do_not_contact(marks: &Marks, entry: &DoNotContact) -> Suppression {
    Suppression {
        recipient: marks.person(&entry.guardian),
        subject: entry.child.as_ref().map(|child| marks.person(child)).unwrap_or_default(),
        kind: String::new(),
        bar: Bar::DoNotContact,
    }
}

impl Ledger {
    /// What is known of all contacts on a channel, for a period.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn contacts(&mut self, channel: &str, period: &str) -> Outcome<Contacts> {
        let suppressed = self.suppressions().await?;
        let suppressed = suppressed.into_iter().map(|(suppression, _)| suppression);
        let answers =
            sqlx::query("SELECT guardian, student, answer FROM consent").fetch_all(&mut self.connection).await;
        let answers = answers.map_err(|error| self.broken(&error))?;
        let asked = sqlx::query(
            "SELECT recipient_mark, subject_mark FROM message
             WHERE kind = 'invitation' AND channel = $1
                AND (state IN ('sending', 'sent', 'unknown') OR cause IN ('cancelled', 'too old')
                    OR (state = 'planned' AND period <> $2))",
        );
        let asked = asked
            .bind(channel)
            .bind(period)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|error| self.broken(&error))?;
        Ok(Contacts {
            marks: self.marks.clone(),
            suppressed: suppressed.collect(),
            answers: answers.iter().map(|row| ((row.get(0), row.get(1)), row.get(2))).collect(),
            asked: asked.iter().map(|row| (row.get(0), row.get(1))).collect(),
        })
    }

    /// All suppressions, each with its instant.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn suppressions(&mut self) -> Outcome<Vec<(Suppression, String)>> {
        let rows =
            sqlx::query("SELECT recipient, subject, kind, cause, since FROM suppression ORDER BY since, recipient")
                .fetch_all(&mut self.connection)
                .await
                .map_err(|error| self.broken(&error))?;
        let suppression = |row: &SqliteRow| Suppression {
            recipient: row.get("recipient"),
            subject: row.get("subject"),
            kind: row.get("kind"),
            bar: Bar::of(row.get("cause")),
        };
        Ok(rows.iter().map(|row| (suppression(row), row.get("since"))).collect())
    }

    /// Suppresses.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn suppress(&mut self, suppression: &Suppression, now: DateTime<Utc>) -> Outcome<()> {
        let done = sqlx::query(
            "INSERT INTO suppression (recipient, subject, kind, cause, since) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(&suppression.recipient)
        .bind(&suppression.subject)
        .bind(&suppression.kind)
        .bind(suppression.bar.name())
        .bind(stamp(now))
        .execute(&mut self.connection)
        .await;
        done.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// Lifts the suppressions of a person or address, but not those of config or of an erasure; says how many.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn lift(&mut self, recipient: &str, subject: &str, kind: &str) -> Outcome<u64> {
        let done = sqlx::query(
            "DELETE FROM suppression WHERE recipient = $1 AND ($2 = '' OR subject = $2) AND ($3 = '' OR kind = $3)
             AND cause IN ('unsubscribed', 'complained', 'no such address')",
        )
        .bind(recipient)
        .bind(subject)
        .bind(kind)
        .execute(&mut self.connection)
        .await;
        done.map(|done| done.rows_affected()).map_err(|error| self.broken(&error))
    }

    /// Takes back what a person asked to stop about a subject, and what they asked to stop altogether.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn take_back_stop(&mut self, recipient: &str, subject: &str) -> Outcome<()> {
        let done = sqlx::query(
            "DELETE FROM suppression WHERE recipient = $1 AND subject IN ('', $2) AND cause = 'unsubscribed'",
        );
        let done = done.bind(recipient).bind(subject).execute(&mut self.connection).await;
        done.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// An address is tried once more although a server said that it does not exist.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn lift_no_such_address(&mut self, address: &str) -> Outcome<()> {
        let done = sqlx::query("DELETE FROM suppression WHERE recipient = $1 AND cause = 'no such address'");
        let done = done.bind(address).execute(&mut self.connection).await;
        done.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// Lets the ledger hold config's own list, no more and no less, so that claiming can read it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn hold_do_not_contact(&mut self, list: &[DoNotContact], now: DateTime<Utc>) -> Outcome<()> {
        let wanted: BTreeSet<Suppression> = list.iter().map(|entry| do_not_contact(&self.marks, entry)).collect();
        let held = self.suppressions().await?.into_iter().map(|(suppression, _)| suppression);
        let held: BTreeSet<Suppression> = held.filter(|own| own.bar == Bar::DoNotContact).collect();
        for gone in held.difference(&wanted) {
            let done = sqlx::query(
                "DELETE FROM suppression WHERE recipient = $1 AND subject = $2 AND kind = $3 AND cause = 'do not contact'",
            );
            let done =
                done.bind(&gone.recipient).bind(&gone.subject).bind(&gone.kind).execute(&mut self.connection).await;
            done.map_err(|error| self.broken(&error))?;
        }
        for new in wanted.difference(&held) {
            self.suppress(new, now).await?;
        }
        Ok(())
    }

    /// Writes down what a guardian answered; the newest answer counts.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn answer(&mut self, guardian: &str, student: &str, answer: Answer, now: DateTime<Utc>) -> Outcome<()> {
        let done = sqlx::query(
            "INSERT INTO consent (guardian, student, answer, since) VALUES ($1, $2, $3, $4)
             ON CONFLICT (guardian, student) DO UPDATE SET answer = excluded.answer, since = excluded.since",
        )
        .bind(guardian)
        .bind(student)
        .bind(answer.name())
        .bind(stamp(now))
        .execute(&mut self.connection)
        .await;
        done.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// All answers: guardian and student by their marks, answer, instant.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn answers(&mut self) -> Outcome<Vec<[String; 4]>> {
        let rows =
            sqlx::query("SELECT guardian, student, answer, since FROM consent ORDER BY since, guardian, student")
                .fetch_all(&mut self.connection)
                .await
                .map_err(|error| self.broken(&error))?;
        Ok(rows.iter().map(|row| [row.get(0), row.get(1), row.get(2), row.get(3)]).collect())
    }
}

/// An instant as the ledger writes it: always of one width, so that texts compare like instants.
pub(crate) fn stamp(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
