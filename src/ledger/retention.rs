//! What the ledger forgets: what is older than config keeps, and whoever asks to be erased.
//!
//! Marks stay (suppressions, consents, links without a name) and so do receipts, which name nobody.

use super::outbox::Choice;
use super::store::Ledger;
use super::suppression::{Bar, stamp};
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{Connection, Row};
use std::collections::BTreeSet;

/// How much of what there is, or was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Texts of mails.
    pub mails: u64,
    /// Messages.
    pub messages: u64,
}

/// The note that says up to which period the ledger may have forgotten something.
const FORGOTTEN: &str = "forgotten up to";

impl Ledger {
    /// How much is older than the instants: texts of mails that are done, and messages.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn old(&mut self, mails: DateTime<Utc>, messages: DateTime<Utc>) -> Outcome<Kept> {
        let row = sqlx::query(
            "SELECT
                (SELECT COUNT(*) FROM content JOIN message USING (number)
                 WHERE changed < $1 AND state IN ('sent', 'refused', 'withheld')) AS mails,
                (SELECT COUNT(*) FROM message WHERE changed < $2 AND state IN ('sent', 'refused', 'withheld')) AS messages",
        );
        let row = row.bind(stamp(mails)).bind(stamp(messages)).fetch_one(&mut self.connection).await;
        let row = row.map_err(|error| self.broken(&error))?;
        let count = |name: &str| u64::try_from(row.get::<i64, _>(name)).unwrap_or_default();
        Ok(Kept { mails: count("mails"), messages: count("messages") })
    }

    /// Forgets what is older than the instants, all or nothing; what still waits for something stays.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn forget(&mut self, mails: DateTime<Utc>, messages: DateTime<Utc>) -> Outcome<()> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let (mails, messages_stamp) = (stamp(mails), stamp(messages));
        let newest = sqlx::query(
            "SELECT MAX(period) AS period FROM message WHERE changed < $1 AND state IN ('sent', 'refused', 'withheld')",
        );
        let newest = newest.bind(&messages_stamp).fetch_one(&mut self.connection).await.map_err(broken)?;
        let newest: Option<String> = newest.get("period");
        // Noted first: what may be forgotten is never sent again, also if this process dies before it forgot it.
        let known = self.forgotten_up_to().await?;
        if let Some(newest) = newest.filter(|newest| known.is_none_or(|known| known < *newest)) {
            self.note(FORGOTTEN, &newest).await?;
        }
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await.map_err(broken)?;
        // Config keeps no text longer than the message that it belongs to.
        let statements: [(&str, &str); 3] = [
            (
                "DELETE FROM content WHERE number IN (SELECT number FROM message
                 WHERE changed < $1 AND state IN ('sent', 'refused', 'withheld'))",
                &mails,
            ),
            ("DELETE FROM message WHERE changed < $1 AND state IN ('sent', 'refused', 'withheld')", &messages_stamp),
            (
                "UPDATE link SET about = '' WHERE NOT EXISTS (SELECT 1 FROM message
                 WHERE message.recipient_mark = link.recipient AND message.subject_mark = link.subject)",
                &messages_stamp,
            ),
        ];
        for (statement, before) in statements {
            let done = sqlx::query(statement).bind(before).execute(&mut *transaction).await;
            done.map_err(broken)?;
        }
        transaction.commit().await.map_err(broken)?;
        self.tidy().await
    }

    /// The newest period of which the ledger has forgotten something; none: it has forgotten nothing.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn forgotten_up_to(&mut self) -> Outcome<Option<String>> {
        self.setting(FORGOTTEN).await
    }

    /// The documents that a message still needs.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn documents(&mut self) -> Outcome<BTreeSet<String>> {
        let rows =
            sqlx::query("SELECT DISTINCT document FROM message JOIN content USING (number) WHERE document IS NOT NULL");
        let rows = rows.fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Everything that the ledger holds about a person.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn about(&mut self, person: &str) -> Outcome<(Value, Vec<i64>)> {
        let choice = Choice { person: Some(person.to_string()), ..Choice::default() };
        let entries = self.entries(&choice).await?;
        let numbers = entries.iter().map(|entry| entry.number).collect();
        let messages = entries.iter().map(|entry| {
            json!({
                "number": entry.number, "kind": entry.key.kind, "period": entry.key.period,
                "recipient": entry.key.recipient, "subject": entry.key.subject, "channel": entry.key.channel,
                "state": entry.state.name(), "cause": entry.cause.name(), "reason": entry.reason,
                "outcome": entry.outcome, "address": entry.address, "changed": entry.changed, "mail": entry.mail_id,
            })
        });
        let messages: Vec<Value> = messages.collect();
        let mark = self.marks.person(person);
        let suppressions = self.suppressions().await?.into_iter();
        let own = suppressions.filter(|(own, _)| own.recipient == mark || own.subject == mark);
        let own: Vec<Value> = own
            .map(|(own, since)| {
                let who = if own.recipient == mark { "not written to" } else { "nothing is told about them" };
                json!({ "what": who, "kind": own.kind, "why": own.bar.name(), "since": since })
            })
            .collect();
        let answers =
            self.answers().await?.into_iter().filter(|[guardian, student, ..]| *guardian == mark || *student == mark);
        let answers: Vec<Value> = answers
            .map(|[guardian, _, answer, since]| {
                let role = if guardian == mark { "guardian" } else { "student" };
                json!({ "as": role, "answer": answer, "since": since })
            })
            .collect();
        let told = json!({ "person": person, "messages": messages, "suppressions": own, "consents": answers });
        Ok((told, numbers))
    }

    /// Erases a person: what was written to or about them loses its text, its address and its ids; reports that may name
    /// them lose their text; and nothing will be written to or about them again, which their mark alone remembers.
    ///
    /// # Errors
    /// The file cannot be written; then nothing was erased.
    pub async fn erase(&mut self, person: &str, now: DateTime<Utc>) -> Outcome<u64> {
        let mark = self.marks.person(person);
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await.map_err(broken)?;
        for (recipient, subject) in [(mark.as_str(), ""), ("", mark.as_str())] {
            let barred = sqlx::query(
                "INSERT INTO suppression (recipient, subject, kind, cause, since) VALUES ($1, $2, '', $3, $4)
                 ON CONFLICT DO NOTHING",
            );
            let barred = barred.bind(recipient).bind(subject).bind(Bar::Erased.name()).bind(stamp(now));
            barred.execute(&mut *transaction).await.map_err(broken)?;
        }
        let own = sqlx::query("SELECT COUNT(*) FROM message WHERE recipient = $1 OR subject = $1").bind(person);
        let own: i64 = own.fetch_one(&mut *transaction).await.map_err(broken)?.get(0);
        for statement in ERASE {
            let done =
                sqlx::query(statement).bind(person).bind(&mark).bind(stamp(now)).execute(&mut *transaction).await;
            done.map_err(broken)?;
        }
        transaction.commit().await.map_err(broken)?;
        self.tidy().await?;
        Ok(u64::try_from(own).unwrap_or_default())
    }

    /// Gives back what was forgotten to the disk, so that it cannot be read from the file any more.
    async fn tidy(&mut self) -> Outcome<()> {
        for statement in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            let done = sqlx::query(statement).execute(&mut self.connection).await;
            done.map_err(|error| self.broken(&error))?;
        }
        Ok(())
    }
}

/// $1 is the person's id, $2 their mark, $3 the instant. What is planned to or about them ends; what is planned and names
/// many is planned anew by the next run.
const ERASE: [&str; 6] = [
    "UPDATE message SET state = 'withheld', cause = 'suppressed', changed = $3
     WHERE (recipient = $1 OR subject = $1) AND state = 'planned'",
    "UPDATE message SET state = 'withheld', cause = 'no longer due', changed = $3
     WHERE audience IN ('teachers', 'administrators') AND state = 'planned'",
    "DELETE FROM content WHERE number IN (SELECT number FROM message WHERE recipient = $1 OR subject = $1
        OR (audience IN ('teachers', 'administrators')))",
    "UPDATE message SET outcome = substr(outcome, 1, 9), reason = '', address = '', document_name = NULL
     WHERE (recipient = $1 OR subject = $1)",
    "UPDATE link SET about = '' WHERE (subject = $2 OR recipient = $2)",
    "UPDATE message SET recipient = CASE WHEN recipient = $1 THEN $2 ELSE recipient END,
        subject = CASE WHEN subject = $1 THEN $2 ELSE subject END WHERE (recipient = $1 OR subject = $1)",
];
