//! The tables, and how a ledger of an earlier version becomes one of this.

use super::marks::Marks;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Row};

/// The version of the tables, kept in SQLite's own `user_version`.
pub(super) const VERSION: i64 = 3;

/// A message's row is small and changes often; its bytes are large and never change, so they lie apart.
const TABLES: [&str; 14] = [
    "CREATE TABLE message (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL, period TEXT NOT NULL, organization TEXT NOT NULL,
        recipient TEXT NOT NULL, subject TEXT NOT NULL, channel TEXT NOT NULL,
        revision BIGINT NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, reason TEXT NOT NULL, outcome TEXT NOT NULL,
        attempts BIGINT NOT NULL, audience TEXT NOT NULL, address TEXT NOT NULL,
        address_mark TEXT NOT NULL, recipient_mark TEXT NOT NULL, subject_mark TEXT NOT NULL,
        mail_id TEXT NOT NULL, zone TEXT NOT NULL, document TEXT, document_name TEXT, attached BIGINT NOT NULL,
        whole TEXT NOT NULL, not_after TEXT, next_try TEXT, tried TEXT, run BIGINT NOT NULL, changed TEXT NOT NULL,
        UNIQUE (kind, period, organization, recipient, subject, channel))",
    "CREATE INDEX message_by_state ON message (channel, state, period)",
    "CREATE INDEX message_by_period ON message (period, channel)",
    "CREATE INDEX message_by_address ON message (address_mark, tried)",
    "CREATE INDEX message_by_mail_id ON message (mail_id)",
    "CREATE TABLE content (number INTEGER PRIMARY KEY, head BLOB NOT NULL, tail BLOB NOT NULL)",
    "CREATE TABLE suppression (
        recipient TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, cause TEXT NOT NULL, since TEXT NOT NULL,
        PRIMARY KEY (recipient, subject, kind, cause))",
    "CREATE TABLE consent (
        guardian TEXT NOT NULL, student TEXT NOT NULL, answer TEXT NOT NULL, since TEXT NOT NULL,
        PRIMARY KEY (guardian, student))",
    "CREATE TABLE link (
        token TEXT PRIMARY KEY, purpose TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL,
        address TEXT NOT NULL, language TEXT NOT NULL, about TEXT NOT NULL, expires TEXT)",
    "CREATE TABLE receipt (number INTEGER PRIMARY KEY, run BIGINT NOT NULL, line TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE INDEX receipt_by_run ON receipt (run)",
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS run (
        id BIGINT PRIMARY KEY, started TEXT NOT NULL, ended TEXT, week TEXT NOT NULL,
        inputs TEXT NOT NULL, roster TEXT NOT NULL, outcome TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS ruler (
        term TEXT NOT NULL, method TEXT NOT NULL, week TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (term, method))",
];

/// What version 3 brought: what is known of schedules, and what became of their occasions.
const SINCE_VERSION_3: [&str; 2] = [
    "CREATE TABLE watch (
        schedule TEXT NOT NULL, channel TEXT NOT NULL, zone TEXT NOT NULL, definition TEXT NOT NULL, until TEXT NOT NULL,
        PRIMARY KEY (schedule, channel, zone))",
    "CREATE TABLE occasion (
        schedule TEXT NOT NULL, channel TEXT NOT NULL, zone TEXT NOT NULL, at TEXT NOT NULL, week TEXT NOT NULL,
        outcome TEXT NOT NULL, run BIGINT, settled TEXT NOT NULL, PRIMARY KEY (schedule, channel, zone, at))",
];

const FROM_VERSION_1: [&str; 3] = [
    "INSERT INTO message (kind, period, organization, recipient, subject, channel, revision, state, cause, reason, outcome,
        attempts, audience, address, address_mark, recipient_mark, subject_mark, mail_id, zone, document, document_name,
        attached, whole, run, changed)
     SELECT kind, period, organization, recipient, subject, channel, revision, state, '', reason, outcome, attempts,
        CASE WHEN kind = 'teacher_report' THEN 'teachers' WHEN kind IN ('digest', 'alarm') THEN 'administrators'
             WHEN recipient = subject THEN 'students' ELSE 'guardians' END,
        address, '', '', '', '', 'UTC', document, document_name, attached, whole, run, changed FROM message_1",
    "INSERT INTO content (number, head, tail)
     SELECT message.number, message_1.head, message_1.tail FROM message JOIN message_1
     USING (kind, period, organization, recipient, subject, channel)",
    "DROP TABLE message_1",
];

/// Which version a ledger has; 0 is an empty file or one of before versions were counted.
pub(super) async fn version(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query("PRAGMA user_version").fetch_one(connection).await.map(|row| row.get(0))
}

/// Makes the tables, from nothing or from an earlier version; all or nothing.
pub(super) async fn make(connection: &mut SqliteConnection, secret: &[u8]) -> sqlx::Result<()> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let found = version(&mut transaction).await?;
    if found == VERSION {
        return transaction.commit().await;
    }
    if found < 2 {
        make_version_2(&mut transaction, secret).await?;
    }
    for statement in SINCE_VERSION_3 {
        sqlx::query(statement).execute(&mut *transaction).await?;
    }
    sqlx::query("PRAGMA user_version = 3").execute(&mut *transaction).await?;
    transaction.commit().await
}

async fn make_version_2(connection: &mut SqliteConnection, secret: &[u8]) -> sqlx::Result<()> {
    let old = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'message'";
    let is_old = sqlx::query(old).fetch_optional(&mut *connection).await?.is_some();
    if is_old {
        for statement in ["ALTER TABLE message RENAME TO message_1", "DROP INDEX IF EXISTS message_by_state"] {
            sqlx::query(statement).execute(&mut *connection).await?;
        }
    }
    for statement in TABLES {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    let hexadecimal = crate::hash::hexadecimal(secret);
    let kept = sqlx::query("INSERT INTO setting (name, value) VALUES ('secret', $1)").bind(hexadecimal);
    kept.execute(&mut *connection).await?;
    if is_old {
        for statement in FROM_VERSION_1 {
            sqlx::query(statement).execute(&mut *connection).await?;
        }
        mark_all(connection, &Marks::new(secret.to_vec())).await?;
    }
    Ok(())
}

/// Gives the messages of version 1 their marks.
async fn mark_all(connection: &mut SqliteConnection, marks: &Marks) -> sqlx::Result<()> {
    let rows =
        sqlx::query("SELECT number, recipient, subject, address FROM message").fetch_all(&mut *connection).await?;
    for row in rows {
        sqlx::query("UPDATE message SET recipient_mark = $1, subject_mark = $2, address_mark = $3 WHERE number = $4")
            .bind(marks.person(row.get("recipient")))
            .bind(marks.person(row.get("subject")))
            .bind(marks.address(row.get("address")))
            .bind(row.get::<i64, _>("number"))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
