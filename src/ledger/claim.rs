//! Claiming messages and writing down what became of them. `sending` is on disk before a channel is spoken to.

use super::message::{Cause, Message, State};
use super::plan::listed;
use super::receipt;
use super::store::{Ledger, key};
use super::suppression::stamp;
use crate::config::Audience;
use crate::hash::Digest;
use crate::problem::Outcome;
use chrono::{DateTime, Duration, Utc};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection, Row};

/// Channels that are idempotent by the key: what a dead process left as `sending` may simply be sent again.
const IDEMPOTENT: &str = "folder";

/// The states in which something can still become of a message that was claimed.
const IN_FLIGHT: [State; 2] = [State::Sending, State::Unknown];

/// What a message must be for anybody to send it: planned, not too old, nobody who must not be written to, accepted where
/// that is asked. $1 is the instant, $2 whether guardians must have accepted.
macro_rules! fit {
    () => {
        "state = 'planned' AND (not_after IS NULL OR not_after > $1)
         AND NOT EXISTS (SELECT 1 FROM suppression WHERE
            suppression.recipient IN ('', message.recipient_mark, message.address_mark)
            AND suppression.subject IN ('', message.subject_mark) AND suppression.kind IN ('', message.kind)
            AND message.audience <> 'administrators')
         AND NOT (audience = 'guardians' AND EXISTS (SELECT 1 FROM consent WHERE
            consent.guardian = message.recipient_mark AND consent.student = message.subject_mark
            AND consent.answer = 'declined'))
         AND ($2 = 0 OR audience <> 'guardians' OR kind = 'invitation' OR EXISTS (SELECT 1 FROM consent WHERE
            consent.guardian = message.recipient_mark AND consent.student = message.subject_mark
            AND consent.answer = 'accepted'))"
    };
}

macro_rules! whole_row {
    () => {
        " RETURNING *, (SELECT head FROM content WHERE content.number = message.number) AS head,
          (SELECT tail FROM content WHERE content.number = message.number) AS tail"
    };
}

/// Under which terms messages are claimed.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The channel.
    pub channel: &'a str,
    /// Whether guardians must have accepted.
    pub accepted: bool,
    /// How far apart two mails to one address are at the least.
    pub apart: Duration,
    /// The longest time for which a message is put off; one that waits longer was planned by a clock that was wrong.
    pub longest_wait: Duration,
}

/// A message that this process alone may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its number.
    pub number: i64,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// The message.
    pub message: Message,
}

/// What became of a claimed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its number.
    pub number: i64,
    /// Its state now.
    pub state: State,
    /// Why.
    pub cause: Cause,
    /// What the channel said.
    pub outcome: String,
    /// When it may be tried again.
    pub next_try: Option<DateTime<Utc>>,
}

/// A message that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub number: i64,
    /// The kind of notice.
    pub kind: String,
    /// Where it goes.
    pub address: String,
    /// The zone of the recipient's organization.
    pub zone: String,
    /// Whether an administrator gets it.
    pub to_administrator: bool,
    /// When it may be tried.
    pub due: Option<DateTime<Utc>>,
}

impl Ledger {
    /// Puts in order what a dead process left as `sending`. Called by the owner of the lock, so no living process sends.
    pub(super) async fn recover(&mut self, now: DateTime<Utc>) -> Outcome<()> {
        let again = sqlx::query(
            "UPDATE message SET state = 'planned', outcome = 'a run died while it wrote this', changed = $1
             WHERE channel = $2 AND state = 'sending'",
        );
        let again = again.bind(stamp(now)).bind(IDEMPOTENT).execute(&mut self.connection).await;
        again.map_err(|error| self.broken(&error))?;
        let left = sqlx::query("SELECT number FROM message WHERE state = 'sending' ORDER BY number");
        let left = left.fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        let lost = |row: &SqliteRow| Settled {
            number: row.get("number"),
            state: State::Unknown,
            cause: Cause::NoAnswer,
            outcome: "the process died before it wrote down the server's answer".to_string(),
            next_try: None,
        };
        let lost: Vec<Settled> = left.iter().map(lost).collect();
        if lost.is_empty() { Ok(()) } else { self.settle(&lost, now).await }
    }

    /// Claims up to `limit` planned messages of a channel, period and kind, in order of key.
    ///
    /// # Errors
    /// The file cannot be written; then nothing is claimed.
    pub async fn claim(
        &mut self,
        terms: Terms<'_>,
        period: &str,
        kind: &str,
        limit: i64,
        now: DateTime<Utc>,
    ) -> Outcome<Vec<Claimed>> {
        self.withhold_unfit(terms, now).await?;
        let rows = sqlx::query(concat!(
            "UPDATE message SET state = 'sending', attempts = attempts + 1, tried = $1, changed = $1
             WHERE number IN (SELECT number FROM message WHERE channel = $3 AND period = $4 AND kind = $5 AND ",
            fit!(),
            " ORDER BY organization, recipient, subject LIMIT $6)",
            whole_row!()
        ))
        .bind(stamp(now))
        .bind(i64::from(terms.accepted))
        .bind(terms.channel)
        .bind(period)
        .bind(kind)
        .bind(limit)
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.broken(&error))?;
        Ok(rows.iter().map(claimed).collect())
    }

    /// Writes down what became of messages and claims others, all in one transaction, which is on disk when this returns.
    /// What is not fit any more, or whose address got a mail too short a time ago, is not claimed.
    ///
    /// # Errors
    /// The file cannot be written; then nothing changed.
    pub async fn turn(
        &mut self,
        settled: &[Settled],
        wanted: &[i64],
        terms: Terms<'_>,
        now: DateTime<Utc>,
    ) -> Outcome<Vec<Claimed>> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let run = self.run;
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await.map_err(broken)?;
        receipt::settle(&mut transaction, settled, &IN_FLIGHT, run, now).await.map_err(broken)?;
        let rows = claim_all(&mut transaction, wanted, terms, now).await.map_err(broken)?;
        transaction.commit().await.map_err(broken)?;
        Ok(rows.iter().map(claimed).collect())
    }

    /// Writes down what became of claimed messages, all in one transaction.
    ///
    /// # Errors
    /// The file cannot be written; then all of them are still `sending`.
    pub async fn settle(&mut self, settled: &[Settled], now: DateTime<Utc>) -> Outcome<()> {
        self.settle_from(settled, &IN_FLIGHT, now).await
    }

    /// Writes down that mails came back which had left. One that a living run is just sending is that run's to settle.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn came_back(&mut self, settled: &[Settled], now: DateTime<Utc>) -> Outcome<()> {
        self.settle_from(settled, &[State::Sent, State::Unknown, State::Refused], now).await
    }

    async fn settle_from(&mut self, settled: &[Settled], from: &[State], now: DateTime<Utc>) -> Outcome<()> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let run = self.run;
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await.map_err(broken)?;
        receipt::settle(&mut transaction, settled, from, run, now).await.map_err(broken)?;
        transaction.commit().await.map_err(broken)
    }

    /// Withholds what is planned and must not be sent any more, each with its cause; says how many were too old.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn withhold_unfit(&mut self, terms: Terms<'_>, now: DateTime<Utc>) -> Outcome<u64> {
        let done = sqlx::query(concat!(
            "UPDATE message SET state = 'withheld', changed = $1, (cause, outcome) = (SELECT cause, cause FROM (SELECT CASE
                WHEN not_after <= $1 THEN 'too old'
                WHEN EXISTS (SELECT 1 FROM suppression WHERE
                    suppression.recipient IN ('', message.recipient_mark, message.address_mark)
                    AND suppression.subject IN ('', message.subject_mark)
                    AND suppression.kind IN ('', message.kind)) THEN 'suppressed'
                ELSE 'not accepted' END AS cause))
             WHERE channel = $3 AND state = 'planned' AND NOT (",
            fit!(),
            ") RETURNING cause"
        ))
        .bind(stamp(now))
        .bind(i64::from(terms.accepted))
        .bind(terms.channel)
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.broken(&error))?;
        let too_old = done.iter().filter(|row| row.get::<&str, _>("cause") == Cause::TooOld.name());
        Ok(too_old.count() as u64)
    }

    /// What waits on a channel, in order of number: at most `limit` messages behind the number `after`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn waiting(&mut self, channel: &str, after: i64, limit: i64) -> Outcome<Vec<Waiting>> {
        let rows = sqlx::query(
            "SELECT number, kind, address, zone, audience, next_try FROM message
             WHERE channel = $1 AND state = 'planned' AND number > $2 ORDER BY number LIMIT $3",
        )
        .bind(channel)
        .bind(after)
        .bind(limit)
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.broken(&error))?;
        let waiting = |row: &SqliteRow| Waiting {
            number: row.get("number"),
            kind: row.get("kind"),
            address: row.get("address"),
            zone: row.get("zone"),
            to_administrator: row.get::<&str, _>("audience") == Audience::Administrators.name(),
            due: row.get::<Option<&str>, _>("next_try").and_then(|text| text.parse().ok()),
        };
        Ok(rows.iter().map(waiting).collect())
    }

    /// The addresses and instants of what left since an instant, or may have: what limits of speed must remember.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn tried_since(&mut self, channel: &str, since: DateTime<Utc>) -> Outcome<Vec<(String, DateTime<Utc>)>> {
        let rows = sqlx::query(
            "SELECT address, tried FROM message WHERE channel = $1 AND tried > $2
             AND state IN ('sending', 'sent', 'unknown') ORDER BY tried",
        )
        .bind(channel)
        .bind(stamp(since))
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.broken(&error))?;
        let tried = |row: &SqliteRow| Some((row.get("address"), row.get::<&str, _>("tried").parse().ok()?));
        Ok(rows.iter().filter_map(tried).collect())
    }
}

/// The pluses keep SQLite to the numbers, and to the mails to an address: it would rather go through all that are planned,
/// or all that were ever sent, for each few that are claimed.
async fn claim_all(
    connection: &mut SqliteConnection,
    numbers: &[i64],
    terms: Terms<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<SqliteRow>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query(concat!(
        "UPDATE message SET state = 'sending', attempts = attempts + 1, tried = $1, changed = $1
         WHERE number IN (SELECT value FROM json_each($3)) AND +channel = $4 AND ",
        fit!(),
        " AND (next_try IS NULL OR next_try <= $1 OR next_try > $5)
          AND NOT EXISTS (SELECT 1 FROM message AS other WHERE other.address_mark = message.address_mark
             AND other.tried > $6 AND other.tried <= $1 AND +other.channel = message.channel
             AND other.number <> message.number AND +other.state IN ('sending', 'sent', 'unknown'))",
        whole_row!()
    ))
    .bind(stamp(now))
    .bind(i64::from(terms.accepted))
    .bind(listed(numbers))
    .bind(terms.channel)
    .bind(stamp(now + terms.longest_wait))
    .bind(stamp(now - terms.apart))
    .fetch_all(connection)
    .await
}

/// The message of a row.
fn claimed(row: &SqliteRow) -> Claimed {
    Claimed {
        number: row.get("number"),
        attempts: u32::try_from(row.get::<i64, _>("attempts")).unwrap_or(u32::MAX),
        message: message(row),
    }
}

pub(super) fn message(row: &SqliteRow) -> Message {
    Message {
        key: key(row),
        address: row.get("address"),
        reason: row.get("reason"),
        head: row.get::<Option<Vec<u8>>, _>("head").unwrap_or_default(),
        tail: row.get::<Option<Vec<u8>>, _>("tail").unwrap_or_default(),
        document: row.get::<Option<String>, _>("document").map(Digest),
        document_name: row.get("document_name"),
        attached: row.get::<i64, _>("attached") != 0,
        whole: Digest(row.get("whole")),
        audience: audience(row.get("audience")),
        mail_id: row.get("mail_id"),
        zone: row.get::<&str, _>("zone").parse().unwrap_or(chrono_tz::UTC),
        not_after: instant(row.get("not_after")).unwrap_or(DateTime::<Utc>::MAX_UTC),
        links: Vec::new(),
    }
}

pub(super) fn audience(name: &str) -> Audience {
    let all = [Audience::Teachers, Audience::Guardians, Audience::Students, Audience::Administrators];
    // What this version does not know is held to the strictest rules.
    all.into_iter().find(|audience| audience.name() == name).unwrap_or(Audience::Guardians)
}

fn instant(text: Option<&str>) -> Option<DateTime<Utc>> {
    text.and_then(|text| text.parse().ok())
}
