//! The file: opening, schema, what is known at the start of a run, and the record of runs.

use super::marks::Marks;
use super::message::{Cause, Key, Past, State};
use super::schema;
use super::suppression::Contacts;
use crate::hash::Digest;
use crate::problem::{Outcome, Problem, Problems};
use crate::scoring::Ruler;
use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The open ledger.
#[derive(Debug)]
pub struct Ledger {
    pub(super) connection: SqliteConnection,
    pub(super) place: PathBuf,
    pub(super) marks: Marks,
    /// The run on whose receipt what becomes of messages is written: the newest.
    pub(super) run: i64,
    /// Held as long as this process owns the ledger; none if it only looks.
    _lock: Option<File>,
}

/// What a run must know of the past: read once, at its start, and passed on.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What became of the messages of the period.
    pub messages: HashMap<Key, Past>,
    /// The channel of these.
    pub channel: String,
    /// Who must not be written to, who accepted, who was invited.
    pub contacts: Contacts,
    /// Active people of each role in the last run that was planned.
    pub roster: BTreeMap<String, u64>,
    /// The ruler that was kept for the term.
    pub ruler: Option<Ruler>,
    /// The week whose window it was made from.
    pub ruler_week: Option<String>,
}

/// A run that was begun.
#[derive(Debug, Clone)]
pub struct RunRecord<'a> {
    /// When it began.
    pub started: DateTime<Utc>,
    /// The report week's first date.
    pub week: &'a str,
    /// The digest of all inputs.
    pub inputs: &'a Digest,
    /// Active people of each role.
    pub roster: &'a BTreeMap<&'static str, u64>,
}

impl Ledger {
    /// Opens the ledger in a state folder and owns it; makes both where they are missing. What a dead process left as
    /// `sending` is put in order: whether it arrived is unknown, except on a channel that is idempotent by the key.
    ///
    /// # Errors
    /// Another process owns it, or the folder or file cannot be used.
    pub async fn open(state: &Path, now: DateTime<Utc>) -> Outcome<Self> {
        let path = state.join("lock").display().to_string();
        let taken = || Problem::new(path, "another plaudit is at work on this ledger");
        let owned = Self::own(state, now).await?;
        owned.ok_or_else(|| taken().hint("wait until it has ended; nothing was changed").into())
    }

    /// The same; none if another process owns it.
    ///
    /// # Errors
    /// The folder or file cannot be used.
    pub async fn own(state: &Path, now: DateTime<Utc>) -> Outcome<Option<Self>> {
        crate::disk::make_private_folder(state)?;
        let Some(lock) = lock(&state.join("lock"))? else { return Ok(None) };
        let mut ledger = Self::connect(state, Some(lock)).await?;
        ledger.recover(now).await?;
        Ok(Some(ledger))
    }

    /// Opens the ledger for a small change beside a run: an answer of a guardian, a message taken back.
    ///
    /// # Errors
    /// The folder or file cannot be used.
    pub async fn join(state: &Path) -> Outcome<Self> {
        crate::disk::make_private_folder(state)?;
        Self::connect(state, None).await
    }

    async fn connect(state: &Path, lock: Option<File>) -> Outcome<Self> {
        let place = state.join("ledger.sqlite");
        crate::disk::make_private_file(&place)?;
        // A reader never waits for a run that writes, nor a run for a reader.
        let options = options(&place).journal_mode(SqliteJournalMode::Wal);
        let connection = options.connect().await.map_err(|error| broken(&place, &error))?;
        let mut ledger = Self { connection, place, marks: Marks::default(), run: 0, _lock: lock };
        let version = schema::version(&mut ledger.connection).await.map_err(|error| ledger.broken(&error))?;
        ledger.understood(version)?;
        if version < schema::VERSION {
            let mut secret = vec![0; 32];
            getrandom::fill(&mut secret).map_err(|error| Problem::new("random numbers", error.to_string()))?;
            schema::make(&mut ledger.connection, &secret).await.map_err(|error| ledger.broken(&error))?;
        }
        ledger.read_secret().await?;
        ledger.run = ledger.newest_run().await?;
        Ok(ledger)
    }

    /// The number of the newest run; 0 before the first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn newest_run(&mut self) -> Outcome<i64> {
        let row = sqlx::query("SELECT COALESCE(MAX(id), 0) AS id FROM run").fetch_one(&mut self.connection).await;
        row.map(|row| row.get("id")).map_err(|error| self.broken(&error))
    }

    /// Opens the ledger to look; none if there is none yet.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn look(state: &Path) -> Outcome<Option<Self>> {
        let place = state.join("ledger.sqlite");
        if !place.try_exists().map_err(|error| Problem::io(&place, "read", &error))? {
            return Ok(None);
        }
        let connection = options(&place).read_only(true).connect().await.map_err(|error| broken(&place, &error))?;
        let mut ledger = Self { connection, place, marks: Marks::default(), run: 0, _lock: None };
        let version = schema::version(&mut ledger.connection).await.map_err(|error| ledger.broken(&error))?;
        ledger.understood(version)?;
        if version < schema::VERSION {
            return Err(Problem::new(
                ledger.place.display().to_string(),
                "was written by an earlier version of plaudit",
            )
            .hint("the next `plaudit run` brings it up to date; a copy before that does no harm")
            .into());
        }
        ledger.read_secret().await?;
        Ok(Some(ledger))
    }

    fn understood(&self, version: i64) -> Outcome<()> {
        if version <= schema::VERSION {
            return Ok(());
        }
        let message = format!("was written by a later version of plaudit: its tables have version {version}");
        Err(Problem::new(self.place.display().to_string(), message).hint("use that version of plaudit").into())
    }

    async fn read_secret(&mut self) -> Outcome<()> {
        let secret = self.setting("secret").await?.unwrap_or_default();
        let pairs = secret.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap_or_default());
        let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
        // Without its secret nobody could be known again who must not be written to.
        let whole = bytes.filter(|bytes| bytes.len() == 32);
        let place = self.place.display().to_string();
        let lost = || Problem::new(place, "has lost its secret").hint("put back a copy; nothing is sent without it");
        self.marks = Marks::new(whole.ok_or_else(lost)?);
        Ok(())
    }

    /// What marks and tokens are made with.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// What was noted under a name.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn setting(&mut self, name: &str) -> Outcome<Option<String>> {
        let row = sqlx::query("SELECT value FROM setting WHERE name = $1").bind(name);
        let row = row.fetch_optional(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.map(|row| row.get("value")))
    }

    /// Notes something under a name.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn note(&mut self, name: &str, value: &str) -> Outcome<()> {
        let noted = sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        );
        let noted = noted.bind(name).bind(value).execute(&mut self.connection).await;
        noted.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// What is known before a run of a period, on a channel, in a term, by a method.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn known(&mut self, period: &str, channel: &str, term: Option<&str>, method: &Digest) -> Outcome<Known> {
        let kept = match term {
            Some(term) => self.kept_ruler(term, method).await?,
            None => None,
        };
        let (ruler, ruler_week) = kept.unzip();
        let messages = self.messages(period, channel).await?;
        let contacts = self.contacts(channel, period).await?;
        Ok(Known {
            messages,
            channel: channel.to_string(),
            contacts,
            roster: self.last_roster().await?,
            ruler,
            ruler_week,
        })
    }

    async fn messages(&mut self, period: &str, channel: &str) -> Outcome<HashMap<Key, Past>> {
        let rows = sqlx::query(
            "SELECT kind, period, organization, recipient, subject, channel, state, cause, address_mark FROM message
             WHERE period = $1 AND channel = $2",
        )
        .bind(period)
        .bind(channel)
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.broken(&error))?;
        let past = |row: &SqliteRow| Past {
            state: State::of(row.get("state")),
            cause: Cause::of(row.get("cause")),
            address_mark: row.get("address_mark"),
        };
        Ok(rows.iter().map(|row| (key(row), past(row))).collect())
    }

    async fn last_roster(&mut self) -> Outcome<BTreeMap<String, u64>> {
        let row = sqlx::query("SELECT roster FROM run WHERE outcome <> 'begun' ORDER BY id DESC LIMIT 1")
            .fetch_optional(&mut self.connection)
            .await
            .map_err(|error| self.broken(&error))?;
        let counts = row.map(|row| serde_json::from_str(row.get("roster")));
        counts.transpose().map(Option::unwrap_or_default).map_err(|error| self.corrupt(&error))
    }

    async fn kept_ruler(&mut self, term: &str, method: &Digest) -> Outcome<Option<(Ruler, String)>> {
        let row = sqlx::query("SELECT line, week FROM ruler WHERE term = $1 AND method = $2")
            .bind(term)
            .bind(&method.0)
            .fetch_optional(&mut self.connection)
            .await
            .map_err(|error| self.broken(&error))?;
        let Some(row) = row else { return Ok(None) };
        let ruler = serde_json::from_str(row.get("line")).map_err(|error| self.corrupt(&error))?;
        Ok(Some((ruler, row.get("week"))))
    }

    /// Keeps the ruler of a term, unless one is kept already.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn keep_ruler(&mut self, term: &str, method: &Digest, week: &str, ruler: &Ruler) -> Outcome<()> {
        let line = serde_json::to_string(ruler).map_err(|error| self.corrupt(&error))?;
        let kept =
            sqlx::query("INSERT INTO ruler (term, method, week, line) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                .bind(term)
                .bind(&method.0)
                .bind(week)
                .bind(line)
                .execute(&mut self.connection)
                .await;
        kept.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// Writes down that a run began; its number is what its messages are marked with.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn begin_run(&mut self, run: &RunRecord<'_>) -> Outcome<i64> {
        let roster = serde_json::to_string(run.roster).map_err(|error| self.corrupt(&error))?;
        let row = sqlx::query(
            "INSERT INTO run (id, started, week, inputs, roster, outcome)
             SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, 'begun' FROM run RETURNING id",
        )
        .bind(run.started.to_rfc3339())
        .bind(run.week)
        .bind(&run.inputs.0)
        .bind(roster)
        .fetch_one(&mut self.connection)
        .await;
        self.run = row.map(|row| row.get("id")).map_err(|error| self.broken(&error))?;
        Ok(self.run)
    }

    /// Writes down how a run ended.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn end_run(&mut self, run: i64, ended: DateTime<Utc>, outcome: &str) -> Outcome<()> {
        let done = sqlx::query("UPDATE run SET ended = $1, outcome = $2 WHERE id = $3")
            .bind(ended.to_rfc3339())
            .bind(outcome)
            .bind(run)
            .execute(&mut self.connection)
            .await;
        done.map(|_| ()).map_err(|error| self.broken(&error))
    }

    /// Closes the file in order.
    ///
    /// # Errors
    /// What is left cannot be written.
    pub async fn close(self) -> Outcome<()> {
        let place = self.place;
        self.connection.close().await.map_err(|error| broken(&place, &error))
    }

    pub(super) fn broken(&self, error: &sqlx::Error) -> Problems {
        broken(&self.place, error)
    }

    fn corrupt(&self, error: &serde_json::Error) -> Problems {
        Problem::new(self.place.display().to_string(), format!("holds something that plaudit did not write: {error}"))
            .into()
    }
}

/// The key of a row.
pub(super) fn key(row: &SqliteRow) -> Key {
    Key {
        kind: row.get("kind"),
        period: row.get("period"),
        organization: row.get("organization"),
        recipient: row.get("recipient"),
        subject: row.get("subject"),
        channel: row.get("channel"),
    }
}

/// Others write for a moment, or tidy up for some.
const BUSY: std::time::Duration = std::time::Duration::from_secs(10);

fn options(place: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(place)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .statement_cache_capacity(64)
}

pub(super) fn broken(place: &Path, error: &sqlx::Error) -> Problems {
    let text = error.to_string();
    let hint = if text.contains("readonly") {
        "a run died while it wrote, or the file is not yours to write; the next `plaudit run` puts the ledger in order"
    } else if text.contains("not a database") || text.contains("malformed") {
        "the file is not a ledger of plaudit: put back a copy, or name another folder with `state`"
    } else {
        "see whether the disk is full and the file is yours; nothing was sent that is not written down"
    };
    Problem { is_io: true, ..Problem::new(place.display().to_string(), format!("the ledger cannot be used: {text}")) }
        .hint(hint)
        .into()
}

/// Takes the lock that says who owns the ledger; it is gone when the process is. None if another process has it.
fn lock(path: &Path) -> Outcome<Option<File>> {
    crate::disk::make_private_file(path)?;
    let file = File::options().append(true).open(path).map_err(|error| Problem::io(path, "opened", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(Problem::io(path, "locked", &error).into()),
    }
}
