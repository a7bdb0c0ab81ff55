//! Receipts: one line for each thing that became of a message, each with the hash of the line before it.
//!
//! A line is written in the transaction that changes the message's state, so the two cannot differ. It names the message by
//! its Message-ID, an HMAC of its key, and holds the digest of its bytes and the code of the server's answer: neither
//! names nor addresses, so the chain stays whole when somebody's data are erased.

use super::claim::Settled;
use super::message::State;
use super::store::Ledger;
use super::suppression::stamp;
use crate::hash::hexadecimal;
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::HashMap;

/// What the first line of all has in place of a hash.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The SHA-256 of the line before, over its text without the line break.
    pub previous: String,
    /// When.
    pub at: String,
    /// The run.
    pub run: i64,
    /// The message's number in the ledger.
    pub message: i64,
    /// Its Message-ID.
    pub mail: String,
    /// The SHA-256 of its bytes, as the ledger has it.
    pub whole: String,
    /// How it left.
    pub channel: String,
    /// Its state from then on.
    pub state: String,
    /// Why.
    pub cause: String,
    /// The code of the server's answer: `250 2.0.0`.
    pub code: String,
}

/// Moves messages from where they are to where they belong, with a receipt for each; one that is in none of the states
/// from which that may happen stays as it is. A few statements do it for all, since a delivery settles thousands.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    settled: &[Settled],
    from: &[State],
    run: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if settled.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query(
        "UPDATE message SET state = one.value ->> 'state', cause = one.value ->> 'cause', outcome = one.value ->> 'outcome',
            next_try = one.value ->> 'next_try', changed = $1
         FROM json_each($2) AS one
         WHERE message.number = one.value ->> 'number'
            AND state IN (SELECT value FROM json_each($3))
         RETURNING number, mail_id, whole, channel, (SELECT hash FROM receipt ORDER BY number DESC LIMIT 1) AS previous",
    )
    .bind(stamp(now))
    .bind(settled.iter().map(as_json).collect::<Value>().to_string())
    .bind(Value::from(from.iter().map(|state| state.name()).collect::<Vec<_>>()).to_string())
    .fetch_all(&mut *connection)
    .await?;
    let moved: HashMap<i64, &SqliteRow> = rows.iter().map(|row| (row.get("number"), row)).collect();
    let last = rows.first().and_then(|row| row.get::<Option<String>, _>("previous"));
    let mut previous = last.unwrap_or_else(|| BEGINNING.to_string());
    let mut lines: Vec<Value> = Vec::with_capacity(settled.len());
    for (one, row) in settled.iter().filter_map(|one| Some((one, *moved.get(&one.number)?))) {
        let receipt = Receipt {
            previous,
            at: stamp(now),
            run,
            message: one.number,
            mail: row.get("mail_id"),
            whole: row.get("whole"),
            channel: row.get("channel"),
            state: one.state.name().to_string(),
            cause: one.cause.name().to_string(),
            code: code(&one.outcome).to_string(),
        };
        let line = serde_json::to_string(&receipt).unwrap_or_default();
        previous = hash(&line);
        lines.push(json!({ "line": line, "hash": previous }));
    }
    let kept = sqlx::query(
        "INSERT INTO receipt (run, line, hash) SELECT $1, one.value ->> 'line', one.value ->> 'hash'
         FROM json_each($2) AS one ORDER BY one.key",
    );
    kept.bind(run).bind(Value::from(lines).to_string()).execute(&mut *connection).await.map(|_| ())
}

fn as_json(one: &Settled) -> Value {
    json!({
        "number": one.number, "state": one.state.name(), "cause": one.cause.name(), "outcome": one.outcome,
        "next_try": one.next_try.map(stamp),
    })
}

/// The hash of a line.
#[must_use]
pub fn hash(line: &str) -> String {
    hexadecimal(&Sha256::digest(line.as_bytes()))
}

/// The code that an answer begins with: `550`, or `550 5.1.1`; the rest may hold an address.
fn code(outcome: &str) -> &str {
    let is_code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(first) = outcome.get(..3).filter(|first| is_code(first)) else { return "" };
    let enhanced = outcome.get(4..).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let is_enhanced = enhanced.len() < 12 && enhanced.split('.').count() == 3;
    let is_enhanced = is_enhanced && enhanced.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_enhanced { &outcome[..4 + enhanced.len()] } else { first }
}

impl Ledger {
    /// The runs that have receipts, each with how many bytes its file has.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn receipt_lengths(&mut self) -> Outcome<Vec<(i64, u64)>> {
        let rows = sqlx::query("SELECT run, SUM(length(CAST(line AS BLOB)) + 1) AS bytes FROM receipt GROUP BY run");
        let rows = rows.fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        let length = |row: &SqliteRow| u64::try_from(row.get::<i64, _>("bytes")).unwrap_or_default();
        Ok(rows.iter().map(|row| (row.get("run"), length(row))).collect())
    }

    /// The lines of a run's receipts, or of all, each with its run.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn receipts(&mut self, run: Option<i64>) -> Outcome<Vec<(i64, String)>> {
        let rows = sqlx::query("SELECT run, line FROM receipt WHERE $1 IS NULL OR run = $1 ORDER BY number");
        let rows = rows.bind(run).fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(rows.iter().map(|row| (row.get("run"), row.get("line"))).collect())
    }

    /// The hash that the newest line must have; none if there is no line yet.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn last_receipt_hash(&mut self) -> Outcome<Option<String>> {
        let row = sqlx::query("SELECT hash FROM receipt ORDER BY number DESC LIMIT 1");
        let row = row.fetch_optional(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.map(|row| row.get("hash")))
    }
}

/// Where a chain of lines is broken: the number of the first line (from 1) that does not follow from the one before it.
/// `previous` is the hash before the first line; none: that line is taken at its word.
#[must_use]
pub fn first_broken<'a>(lines: impl IntoIterator<Item = &'a str>, previous: Option<&str>) -> Option<usize> {
    let mut expected = previous.map(str::to_string);
    for (index, line) in lines.into_iter().enumerate() {
        let receipt: Result<Receipt, _> = serde_json::from_str(line);
        let follows = receipt.is_ok_and(|receipt| expected.as_ref().is_none_or(|hash| *hash == receipt.previous));
        if !follows {
            return Some(index + 1);
        }
        expected = Some(hash(line));
    }
    None
}

/// What the first line of a whole chain has in place of a hash.
#[must_use]
pub fn beginning() -> &'static str {
    BEGINNING
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_receipt_keeps_the_code_of_an_answer_and_never_the_address_in_it() {
        assert_eq!(code("550 5.1.1 <pat@home.example>: no such user"), "550 5.1.1");
        assert_eq!(code("250 queued as 4711"), "250");
        assert_eq!(code("421"), "421");
        assert_eq!(code("the line broke"), "");
        assert_eq!(code("ünï"), "");
    }
}
