//! Writing down what was decided. What was sent, or may have been, is never planned again.

use super::message::{Cause, Message, State};
use super::store::Ledger;
use super::suppression::stamp;
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Row};

impl Ledger {
    /// Plans messages in one transaction. What was refused or withheld for a cause that is gone is planned as its next
    /// revision; the caller says that the cause is gone ([`super::Past::is_open`]). What was planned and never tried is
    /// replaced, and still ceases when it would have ceased.
    ///
    /// # Errors
    /// The file cannot be written; then none of them is planned.
    pub async fn plan(&mut self, messages: &[Message], run: i64, now: DateTime<Utc>) -> Outcome<()> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let marks = self.marks.clone();
        let mut transaction = self.connection.begin().await.map_err(broken)?;
        for message in messages {
            let marked = Marked {
                address: marks.address(&message.address),
                recipient: marks.person(&message.key.recipient),
                subject: marks.person(&message.key.subject),
            };
            let number = plan_one(&mut transaction, message, &marked, run, now).await.map_err(broken)?;
            let Some(number) = number else { continue };
            keep_content(&mut transaction, number, message).await.map_err(broken)?;
            keep_links(&mut transaction, message, &marked).await.map_err(broken)?;
        }
        transaction.commit().await.map_err(broken)
    }

    /// Withholds what is planned among these, for a cause; says how many.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn withhold(&mut self, numbers: &[i64], cause: Cause, now: DateTime<Utc>) -> Outcome<u64> {
        let moved = sqlx::query(
            "UPDATE message SET state = $1, cause = $2, outcome = $2, changed = $3
             WHERE number IN (SELECT value FROM json_each($4)) AND state = 'planned'",
        )
        .bind(State::Withheld.name())
        .bind(cause.name())
        .bind(stamp(now))
        .bind(listed(numbers))
        .execute(&mut self.connection)
        .await;
        moved.map(|done| done.rows_affected()).map_err(|error| self.broken(&error))
    }
}

/// Numbers as one argument of a statement.
pub(super) fn listed(numbers: &[i64]) -> String {
    serde_json::Value::from(numbers).to_string()
}

/// The marks of a message's parts.
struct Marked {
    address: String,
    recipient: String,
    subject: String,
}

/// The number of the message, if it was planned.
async fn plan_one(
    connection: &mut SqliteConnection,
    message: &Message,
    marked: &Marked,
    run: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<i64>> {
    let row = sqlx::query(
        "INSERT INTO message (kind, period, organization, recipient, subject, channel, revision, state, cause, reason,
            outcome, attempts, audience, address, address_mark, recipient_mark, subject_mark, mail_id, zone, document,
            document_name, attached, whole, not_after, run, changed)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 'planned', '', $7, '', 0, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21)
         ON CONFLICT (kind, period, organization, recipient, subject, channel) DO UPDATE SET
            revision = message.revision + CASE WHEN message.state = 'planned' THEN 0 ELSE 1 END,
            not_after = CASE WHEN message.state = 'planned' THEN message.not_after ELSE excluded.not_after END,
            state = 'planned', cause = '', reason = excluded.reason, outcome = '', attempts = 0, next_try = NULL,
            audience = excluded.audience, address = excluded.address, address_mark = excluded.address_mark,
            mail_id = excluded.mail_id, zone = excluded.zone, document = excluded.document,
            document_name = excluded.document_name, attached = excluded.attached, whole = excluded.whole,
            run = excluded.run, changed = excluded.changed
         WHERE (message.state = 'planned' AND message.attempts = 0) OR message.state = 'refused'
            OR (message.state = 'withheld' AND message.cause NOT IN ('cancelled', 'too old'))
         RETURNING number",
    )
    .bind(&message.key.kind)
    .bind(&message.key.period)
    .bind(&message.key.organization)
    .bind(&message.key.recipient)
    .bind(&message.key.subject)
    .bind(&message.key.channel)
    .bind(&message.reason)
    .bind(message.audience.name())
    .bind(&message.address)
    .bind(&marked.address)
    .bind(&marked.recipient)
    .bind(&marked.subject)
    .bind(&message.mail_id)
    .bind(message.zone.name())
    .bind(message.document.as_ref().map(|digest| &digest.0))
    .bind(message.document_name.as_deref())
    .bind(i64::from(message.attached))
    .bind(&message.whole.0)
    .bind(stamp(message.not_after))
    .bind(run)
    .bind(stamp(now))
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.get("number")))
}

async fn keep_content(connection: &mut SqliteConnection, number: i64, message: &Message) -> sqlx::Result<()> {
    let kept = sqlx::query("INSERT OR REPLACE INTO content (number, head, tail) VALUES ($1, $2, $3)");
    kept.bind(number).bind(&message.head).bind(&message.tail).execute(connection).await.map(|_| ())
}

async fn keep_links(connection: &mut SqliteConnection, message: &Message, marked: &Marked) -> sqlx::Result<()> {
    for link in &message.links {
        sqlx::query(
            "INSERT OR REPLACE INTO link (token, purpose, recipient, subject, kind, address, language, about, expires)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&link.token)
        .bind(link.purpose.name())
        .bind(&marked.recipient)
        .bind(&marked.subject)
        .bind(&message.key.kind)
        .bind(&marked.address)
        .bind(&link.language)
        .bind(&link.about)
        .bind(link.expires.map(stamp))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
