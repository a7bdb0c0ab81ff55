//! What people ask of the ledger: lists, single messages, and what they decide about them.

use super::claim::{Settled, audience, message};
use super::message::{Cause, Key, Message, State};
use super::plan::listed;
use super::store::{Ledger, key};
use super::suppression::stamp;
use crate::config::{Audience, USUAL_NOT_OLDER_THAN_DAYS};
use crate::problem::Outcome;
use chrono::{DateTime, Duration, Utc};
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
    /// As what the recipient gets it.
    pub audience: Audience,
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
    /// The run that planned it.
    pub run: i64,
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
        audience: audience(row.get("audience")),
        reason: row.get("reason"),
        outcome: row.get("outcome"),
        attempts: row.get("attempts"),
        next_try: row.get("next_try"),
        not_after: row.get("not_after"),
        run: row.get("run"),
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
    pub async fn message(&mut self, number: i64) -> Outcome<Option<Message>> {
        let row = sqlx::query(
            "SELECT message.*, content.head, content.tail FROM message LEFT JOIN content USING (number) WHERE number = $1",
        );
        let row = row.bind(number).fetch_optional(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.as_ref().map(message))
    }

    /// The newest message with a Message-ID, or with this left part of one. Anybody may have written it, so it must be the
    /// whole of either.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn by_mail_id(&mut self, mail_id: &str) -> Outcome<Option<Entry>> {
        let row = sqlx::query(
            "SELECT * FROM message WHERE mail_id = $1 OR substr(mail_id, 1, instr(mail_id, '@') - 1) = $1
             ORDER BY number DESC LIMIT 1",
        );
        let row = row.bind(mail_id).fetch_optional(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.as_ref().map(entry).filter(|entry| !entry.mail_id.is_empty()))
    }

    /// A person decided about messages that are unknown: they were sent, or they are to be sent once more, for which they
    /// have some days from now.
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
        self.settle(&settled.collect::<Vec<_>>(), now).await?;
        let not_after = stamp(now + Duration::days(USUAL_NOT_OLDER_THAN_DAYS));
        let longer = sqlx::query(
            "UPDATE message SET not_after = MAX(not_after, $1)
             WHERE number IN (SELECT value FROM json_each($2)) AND state = 'planned'",
        );
        let longer = longer.bind(not_after).bind(listed(numbers)).execute(&mut self.connection).await;
        longer.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// Lets messages that are planned be tried at once.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn hurry(&mut self, numbers: &[i64]) -> Outcome<()> {
        let done = sqlx::query(
            "UPDATE message SET next_try = NULL WHERE number IN (SELECT value FROM json_each($1)) AND state = 'planned'",
        );
        let done = done.bind(listed(numbers)).execute(&mut self.connection).await;
        done.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// Plans what was refused or withheld once more, with its bytes as they are, until `not_after`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn plan_again(&mut self, numbers: &[i64], not_after: DateTime<Utc>, now: DateTime<Utc>) -> Outcome<u64> {
        let done = sqlx::query(
            "UPDATE message SET state = 'planned', cause = '', outcome = 'to be sent again', next_try = NULL,
                revision = revision + 1, not_after = $1, changed = $2
             WHERE number IN (SELECT value FROM json_each($3)) AND state IN ('refused', 'withheld')",
        );
        let done =
            done.bind(stamp(not_after)).bind(stamp(now)).bind(listed(numbers)).execute(&mut self.connection).await;
        done.map(|done| done.rows_affected()).map_err(|error| self.broken(&error))
    }

    /// The numbers of messages whose recipient, subject or address was changed after they were planned: their marks, which
    /// only this installation can make, are those of others. Whoever was erased is named by their mark.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn altered(&mut self) -> Outcome<Vec<i64>> {
        let rows = sqlx::query(
            "SELECT number, recipient, subject, address, recipient_mark, subject_mark, address_mark FROM message",
        );
        let rows = rows.fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        let fits = |row: &SqliteRow| {
            let person = |id: &str, mark: &str| id == mark || self.marks.person(id) == mark;
            let address: &str = row.get("address");
            person(row.get("recipient"), row.get("recipient_mark"))
                && person(row.get("subject"), row.get("subject_mark"))
                && (address.is_empty() || self.marks.address(address) == row.get::<&str, _>("address_mark"))
        };
        Ok(rows.iter().filter(|row| !fits(row)).map(|row| row.get("number")).collect())
    }

    /// How many of the newest mails to the address of a message came back for now, in a row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn soft_bounces(&mut self, number: i64) -> Outcome<i64> {
        let row = sqlx::query(
            "WITH own AS (SELECT number, cause FROM message WHERE state = 'sent' AND address_mark =
                (SELECT address_mark FROM message WHERE number = $1))
             SELECT COUNT(*) AS bounces FROM own WHERE cause = 'came back for now' AND number >
                (SELECT COALESCE(MAX(number), 0) FROM own WHERE cause = '' AND number < $1)",
        );
        let row = row.bind(number).fetch_one(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.get("bounces"))
    }
}
