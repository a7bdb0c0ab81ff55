//! What people ask of the ledger: lists, single messages, and what they decide about them.

use super::claim::{Settled, message, state};
use super::message::{Cause, Key, Message, State};
use super::store::{Ledger, key};
use super::suppression::stamp;
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Which messages are meant; what is none means all.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// By number.
    pub numbers: Vec<i64>,
    /// In this state.
    pub state: Option<State>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Of this period.
    pub period: Option<String>,
    /// On this channel.
    pub channel: Option<String>,
    /// To or about this person.
    pub person: Option<String>,
}

/// A message as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub number: i64,
    /// Its key.
    pub key: Key,
    /// Its state.
    pub state: State,
    /// Why it is in that state.
    pub cause: Cause,
    /// Which revision it is.
    pub revision: i64,
    /// Where it goes.
    pub address: String,
    /// Why it was decided.
    pub reason: String,
    /// What the channel said.
    pub outcome: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it may be tried again.
    pub next_try: Option<String>,
    /// After this it is not sent any more.
    pub not_after: Option<String>,
    /// When it changed last.
    pub changed: String,
    /// The Message-ID.
    pub mail_id: String,
    /// The digest of its bytes.
    pub whole: String,
}

fn entry(row: &SqliteRow) -> Entry {
    Entry {
        number: row.get("number"),
        key: key(row),
        state: State::of(row.get("state")),
        cause: Cause::of(row.get("cause")),
        revision: row.get("revision"),
        address: row.get("address"),
        reason: row.get("reason"),
        outcome: row.get("outcome"),
        attempts: row.get("attempts"),
        next_try: row.get("next_try"),
        not_after: row.get("not_after"),
        changed: row.get("changed"),
        mail_id: row.get("mail_id"),
        whole: row.get("whole"),
    }
}

impl Ledger {
    /// The messages that are chosen, in order of number.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn entries(&mut self, choice: &Choice) -> Outcome<Vec<Entry>> {
        let rows = sqlx::query(
            "SELECT * FROM message WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR kind = $2)
             AND ($3 IS NULL OR period = $3) AND ($4 IS NULL OR channel = $4)
             AND ($5 IS NULL OR recipient = $5 OR subject = $5) ORDER BY number",
        )
        .bind(choice.state.map(State::name))
        .bind(choice.kind.as_deref())
        .bind(choice.period.as_deref())
        .bind(choice.channel.as_deref())
        .bind(choice.person.as_deref())
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.broken(&error))?;
        let chosen = rows.iter().map(entry);
        Ok(chosen.filter(|entry| choice.numbers.is_empty() || choice.numbers.contains(&entry.number)).collect())
    }

    /// A message with its bytes, if there is one of this number.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn message(&mut self, number: i64) -> Outcome<Option<(State, Message)>> {
        let row = sqlx::query(
            "SELECT message.*, content.head, content.tail FROM message LEFT JOIN content USING (number) WHERE number = $1",
        );
        let row = row.bind(number).fetch_optional(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.map(|row| (state(&row).1, message(&row))))
    }

    /// The number of the newest message with a Message-ID, and its row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn by_mail_id(&mut self, mail_id: &str) -> Outcome<Option<Entry>> {
        let row = sqlx::query(
            "SELECT * FROM message WHERE mail_id = $1 OR mail_id LIKE $1 || '@%' ORDER BY number DESC LIMIT 1",
        );
        let row = row.bind(mail_id).fetch_optional(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.as_ref().map(entry))
    }

    /// A person decided about messages that are unknown: they were sent, or they are to be sent once more.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn decide(&mut self, numbers: &[i64], state: State, now: DateTime<Utc>) -> Outcome<()> {
        let outcome = match state {
            State::Sent => "settled by hand: it arrived",
            _ => "settled by hand: to be sent again",
        };
        let settled = numbers.iter().map(|number| Settled {
            number: *number,
            state,
            cause: Cause::None,
            outcome: outcome.to_string(),
            next_try: None,
        });
        self.settle(&settled.collect::<Vec<_>>(), now).await
    }

    /// Lets messages that are planned be tried at once.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn hurry(&mut self, numbers: &[i64]) -> Outcome<()> {
        for number in numbers {
            let done = sqlx::query("UPDATE message SET next_try = NULL WHERE number = $1 AND state = 'planned'");
            let done = done.bind(number).execute(&mut self.connection).await;
            done.map_err(|error| self.broken(&error))?;
        }
        Ok(())
    }

    /// Plans what was refused or withheld once more, with its bytes as they are, until `not_after`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn plan_again(&mut self, numbers: &[i64], not_after: DateTime<Utc>, now: DateTime<Utc>) -> Outcome<u64> {
        let mut planned = 0;
        for number in numbers {
            let done = sqlx::query(
                "UPDATE message SET state = 'planned', cause = '', outcome = 'to be sent again', next_try = NULL,
                    revision = revision + 1, not_after = $1, changed = $2
                 WHERE number = $3 AND state IN ('refused', 'withheld')",
            );
            let done = done.bind(stamp(not_after)).bind(stamp(now)).bind(number).execute(&mut self.connection).await;
            planned += done.map_err(|error| self.broken(&error))?.rows_affected();
        }
        Ok(planned)
    }

    /// How many mails to the address of a message came back for now.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn soft_bounces(&mut self, number: i64) -> Outcome<i64> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS bounces FROM message WHERE cause = 'came back for now' AND address_mark =
                (SELECT address_mark FROM message WHERE number = $1)",
        );
        let row = row.bind(number).fetch_one(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.get("bounces"))
    }
}
