//! What is known of schedules: up to when each is settled, and what became of its occasions.

use super::store::Ledger;
use super::suppression::stamp;
use crate::calendar::{Occasion, Watch, Week, Zone};
use crate::problem::Outcome;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row};
use std::collections::{BTreeMap, BTreeSet};

/// The schedules of a channel by name, each in its zones, as they were seen last.
pub type Watched = BTreeMap<(String, String), Watch>;

/// What became of an occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The schedule's name.
    pub schedule: String,
    /// The zone.
    pub zone: Zone,
    /// When it was, and the week that it reports.
    pub occasion: Occasion,
    /// `done`, `incomplete`, or why it was passed over.
    pub outcome: String,
    /// The run.
    pub run: Option<i64>,
    /// When it was settled.
    pub settled: DateTime<Utc>,
}

/// The note that holds the settings in force.
const IN_FORCE: &str = "settings in force";

impl Ledger {
    /// The schedules of a channel as they were seen last.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn watched(&mut self, channel: &str) -> Outcome<Watched> {
        let rows = sqlx::query("SELECT schedule, zone, definition, until FROM watch WHERE channel = $1").bind(channel);
        let rows = rows.fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        let watch = |row: &SqliteRow| {
            let until = instant(row.get("until"))?;
            Some(((row.get("schedule"), row.get("zone")), Watch { definition: row.get("definition"), until }))
        };
        Ok(rows.iter().filter_map(watch).collect())
    }

    /// Whether the schedules of any channel were ever seen.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn watches_any(&mut self) -> Outcome<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM watch) AS any").fetch_one(&mut self.connection).await;
        row.map(|row| row.get("any")).map_err(|error| self.broken(&error))
    }

    /// Writes down how the schedules of a channel are seen now; those that are not among them are forgotten.
    ///
    /// # Errors
    /// The file cannot be written; then nothing changed.
    pub async fn watch(&mut self, channel: &str, watched: &Watched) -> Outcome<()> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let mut transaction = self.connection.begin().await.map_err(broken)?;
        let all = sqlx::query("DELETE FROM watch WHERE channel = $1").bind(channel);
        all.execute(&mut *transaction).await.map_err(broken)?;
        for ((schedule, zone), watch) in watched {
            sqlx::query("INSERT INTO watch (schedule, channel, zone, definition, until) VALUES ($1, $2, $3, $4, $5)")
                .bind(schedule)
                .bind(channel)
                .bind(zone)
                .bind(&watch.definition)
                .bind(stamp(watch.until))
                .execute(&mut *transaction)
                .await
                .map_err(broken)?;
        }
        transaction.commit().await.map_err(broken)
    }

    /// Writes down what became of occasions, and that their schedules are settled up to them, all or nothing.
    ///
    /// # Errors
    /// The file cannot be written; then nothing changed.
    pub async fn settle_occasions(&mut self, channel: &str, settlements: &[Settlement]) -> Outcome<()> {
        let place = self.place.clone();
        let broken = |error: sqlx::Error| super::store::broken(&place, &error);
        let mut transaction = self.connection.begin().await.map_err(broken)?;
        for one in settlements {
            sqlx::query(
                "INSERT INTO occasion (schedule, channel, zone, at, week, outcome, run, settled)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT DO UPDATE SET outcome = excluded.outcome, run = excluded.run, settled = excluded.settled
                 WHERE occasion.run IS NULL",
            )
            .bind(&one.schedule)
            .bind(channel)
            .bind(one.zone.name())
            .bind(stamp(one.occasion.at))
            .bind(one.occasion.week.to_string())
            .bind(&one.outcome)
            .bind(one.run)
            .bind(stamp(one.settled))
            .execute(&mut *transaction)
            .await
            .map_err(broken)?;
            let until = sqlx::query(
                "UPDATE watch SET until = MAX(until, $1) WHERE schedule = $2 AND channel = $3 AND zone = $4",
            );
            let until = until.bind(stamp(one.occasion.at)).bind(&one.schedule).bind(channel).bind(one.zone.name());
            until.execute(&mut *transaction).await.map_err(broken)?;
        }
        transaction.commit().await.map_err(broken)
    }

    /// The occasions of a channel that were run lately: schedule, zone, and the instant; and the same with their week.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn done(&mut self, channel: &str) -> Outcome<BTreeSet<(String, String, String)>> {
        let rows = sqlx::query(
            "SELECT schedule, zone, at, week FROM occasion WHERE channel = $1 AND run IS NOT NULL
             ORDER BY at DESC LIMIT 5000",
        );
        let rows = rows.bind(channel).fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        let both = |row: &SqliteRow| ["at", "week"].map(|what| (row.get("schedule"), row.get("zone"), row.get(what)));
        Ok(rows.iter().flat_map(both).collect())
    }

    /// What became of the newest occasions of a channel, newest first; of one week, or of all.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn settlements(&mut self, channel: &str, week: Option<Week>, limit: i64) -> Outcome<Vec<Settlement>> {
        let rows = sqlx::query(
            "SELECT schedule, zone, at, week, outcome, run, settled FROM occasion
             WHERE channel = $1 AND ($2 IS NULL OR week = $2) ORDER BY at DESC, schedule, zone LIMIT $3",
        );
        let rows = rows.bind(channel).bind(week.map(|week| week.to_string())).bind(limit);
        let rows = rows.fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(rows.iter().filter_map(settlement).collect())
    }

    /// Keeps the text of the settings in force, so that an edit can be held against them.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn keep_in_force(&mut self, text: &str) -> Outcome<()> {
        if self.in_force().await?.as_deref() == Some(text) {
            return Ok(());
        }
        self.note(IN_FORCE, text).await
    }

    /// The text of the settings in force; none before the first look at schedules.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn in_force(&mut self) -> Outcome<Option<String>> {
        self.setting(IN_FORCE).await
    }

    /// When the first message of a channel that waits for its next try may go; none if none waits.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn next_try(&mut self, channel: &str) -> Outcome<Option<DateTime<Utc>>> {
        let row = sqlx::query(
            "SELECT MIN(COALESCE(next_try, changed)) AS next FROM message WHERE channel = $1 AND state = 'planned'",
        );
        let row = row.bind(channel).fetch_one(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        Ok(row.get::<Option<&str>, _>("next").and_then(instant))
    }
}

fn settlement(row: &SqliteRow) -> Option<Settlement> {
    let week = Week::named(row.get::<&str, _>("week").parse().ok()?);
    Some(Settlement {
        schedule: row.get("schedule"),
        zone: row.get::<&str, _>("zone").parse().ok()?,
        occasion: Occasion { at: instant(row.get("at"))?, week },
        outcome: row.get("outcome"),
        run: row.get("run"),
        settled: instant(row.get("settled"))?,
    })
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok()
}
