//! Writing down what was decided. What was sent, or may have been, is never planned again.

use super::claim::set_state;
use super::message::{Message, State};
use super::store::{Ledger, key};
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use sqlx::Connection;
use std::collections::BTreeSet;

impl Ledger {
    /// Plans messages in one transaction. A refused or withheld message is planned again as its next revision.
    ///
    /// # Errors
    /// The file cannot be written; then none of them is planned.
    pub async fn plan(&mut self, messages: &[Message], run: i64, now: DateTime<Utc>) -> Outcome<()> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let mut transaction = self.connection.begin().await.map_err(broken)?;
        for message in messages {
            sqlx::query(
                "INSERT INTO message (kind, period, organization, recipient, subject, channel, revision, state, reason, outcome,
                    attempts, address, head, tail, document, document_name, attached, whole, run, changed)
                 VALUES ($1, $2, $3, $4, $5, $6, 0, 'planned', $7, '', 0, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                 ON CONFLICT (kind, period, organization, recipient, subject, channel) DO UPDATE SET
                    revision = message.revision + CASE WHEN message.state = 'planned' THEN 0 ELSE 1 END,
                    state = 'planned', reason = excluded.reason, outcome = '', attempts = 0, address = excluded.address,
                    head = excluded.head, tail = excluded.tail, document = excluded.document,
                    document_name = excluded.document_name, attached = excluded.attached, whole = excluded.whole,
                    run = excluded.run, changed = excluded.changed
                 WHERE (message.state = 'planned' AND message.attempts = 0) OR message.state IN ('refused', 'withheld')",
            )
            .bind(&message.key.kind)
            .bind(&message.key.period)
            .bind(&message.key.organization)
            .bind(&message.key.recipient)
            .bind(&message.key.subject)
            .bind(&message.key.channel)
            .bind(&message.reason)
            .bind(&message.address)
            .bind(&message.head)
            .bind(&message.tail)
            .bind(message.document.as_ref().map(|digest| &digest.0))
            .bind(message.document_name.as_deref())
            .bind(i64::from(message.attached))
            .bind(&message.whole.0)
            .bind(run)
            .bind(now.to_rfc3339())
            .execute(&mut *transaction)
            .await
            .map_err(broken)?;
        }
        transaction.commit().await.map_err(broken)
    }

    /// Withholds what was planned for periods before one and never sent: a run died, and nobody ran that week again.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn withhold_older(&mut self, period: &str, channel: &str, now: DateTime<Utc>) -> Outcome<u64> {
        let done = sqlx::query(
            "UPDATE message SET state = 'withheld', outcome = 'its week has passed', changed = $1
             WHERE channel = $2 AND period < $3 AND state = 'planned'",
        )
        .bind(now.to_rfc3339())
        .bind(channel)
        .bind(period)
        .execute(&mut self.connection)
        .await;
        done.map(|done| done.rows_affected()).map_err(|error| self.broken(&error))
    }

    /// Withholds what an earlier run planned for the period and this run does not: it is no longer due.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn withdraw(
        &mut self,
        period: &str,
        channel: &str,
        kinds: &BTreeSet<&str>,
        due: &BTreeSet<super::Key>,
        now: DateTime<Utc>,
    ) -> Outcome<u64> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let rows = sqlx::query(
            "SELECT kind, period, organization, recipient, subject, channel FROM message
             WHERE period = $1 AND channel = $2 AND state = 'planned'",
        )
        .bind(period)
        .bind(channel)
        .fetch_all(&mut self.connection)
        .await
        .map_err(broken)?;
        let gone = rows.iter().map(key).filter(|key| kinds.contains(key.kind.as_str()) && !due.contains(key));
        let mut withdrawn = 0;
        for key in gone {
            let moved = set_state(&mut self.connection, &key, State::Planned, State::Withheld, "no longer due", now);
            moved.await.map_err(broken)?;
            withdrawn += 1;
        }
        Ok(withdrawn)
    }
}
