//! Claiming messages and writing down what became of them. `sending` is on disk before a channel is spoken to.

use super::message::{Key, Message, State};
use super::store::{Ledger, key};
use crate::hash::Digest;
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection, Row};

impl Ledger {
    /// Returns to `planned` what a dead process left as `sending` on a channel that is idempotent by the key. Called by
    /// the owner of the lock, so no living process can be sending.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn recover_idempotent(&mut self, channel: &str, now: DateTime<Utc>) -> Outcome<u64> {
        let done = sqlx::query(
            "UPDATE message SET state = 'planned', outcome = 'a run died while it wrote this', changed = $1
             WHERE channel = $2 AND state = 'sending'",
        )
        .bind(now.to_rfc3339())
        .bind(channel)
        .execute(&mut self.connection)
        .await;
        done.map(|done| done.rows_affected()).map_err(|error| self.broken(&error))
    }

    /// Claims up to `limit` planned messages of a channel, period and kind, in order of key.
    ///
    /// # Errors
    /// The file cannot be written; then nothing is claimed.
    pub async fn claim(
        &mut self,
        channel: &str,
        period: &str,
        kind: &str,
        limit: i64,
        now: DateTime<Utc>,
    ) -> Outcome<Vec<Message>> {
        let rows = sqlx::query(
            "UPDATE message SET state = 'sending', attempts = attempts + 1, changed = $1
             WHERE (kind, period, organization, recipient, subject, channel) IN (
                SELECT kind, period, organization, recipient, subject, channel FROM message
                WHERE channel = $2 AND period = $3 AND kind = $4 AND state = 'planned'
                ORDER BY organization, recipient, subject LIMIT $5)
             RETURNING *",
        )
        .bind(now.to_rfc3339())
        .bind(channel)
        .bind(period)
        .bind(kind)
        .bind(limit)
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.broken(&error))?;
        Ok(rows.iter().map(message).collect())
    }

    /// Writes down what became of claimed messages, all in one transaction.
    ///
    /// # Errors
    /// The file cannot be written; then all of them are still `sending`.
    pub async fn settle(&mut self, outcomes: &[(Key, State, String)], now: DateTime<Utc>) -> Outcome<()> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let mut transaction = self.connection.begin().await.map_err(broken)?;
        for (key, state, outcome) in outcomes {
            set_state(&mut transaction, key, State::Sending, *state, outcome, now).await.map_err(broken)?;
        }
        transaction.commit().await.map_err(broken)
    }
}

/// The message of a row.
fn message(row: &SqliteRow) -> Message {
    Message {
        key: key(row),
        address: row.get("address"),
        reason: row.get("reason"),
        head: row.get("head"),
        tail: row.get("tail"),
        document: row.get::<Option<String>, _>("document").map(Digest),
        document_name: row.get("document_name"),
        attached: row.get::<i64, _>("attached") != 0,
        whole: Digest(row.get("whole")),
    }
}

/// Moves a message from one state to another; nothing happens to one that is not in the first.
pub(super) async fn set_state(
    connection: &mut SqliteConnection,
    key: &Key,
    from: State,
    to: State,
    outcome: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let moved = sqlx::query(
        "UPDATE message SET state = $1, outcome = $2, changed = $3
         WHERE kind = $4 AND period = $5 AND organization = $6 AND recipient = $7 AND subject = $8 AND channel = $9
           AND state = $10",
    )
    .bind(to.name())
    .bind(outcome)
    .bind(now.to_rfc3339())
    .bind(&key.kind)
    .bind(&key.period)
    .bind(&key.organization)
    .bind(&key.recipient)
    .bind(&key.subject)
    .bind(&key.channel)
    .bind(from.name())
    .execute(connection)
    .await;
    moved.map(|_| ())
}
