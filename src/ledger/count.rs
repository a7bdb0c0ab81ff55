//! How many messages there are.

use super::message::{State, Tally};
use super::store::Ledger;
use crate::problem::Outcome;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// How many messages of a channel and kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The channel.
    pub channel: String,
    /// The kind.
    pub kind: String,
    /// The state.
    pub state: State,
    /// How many.
    pub count: u32,
}

impl Ledger {
    /// How many messages of a period there are of each kind, organization and state.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn tallies(&mut self, period: &str, channel: &str) -> Outcome<Vec<Tally>> {
        let rows = sqlx::query(
            "SELECT kind, organization, state, COUNT(*) AS messages FROM message WHERE period = $1 AND channel = $2
             GROUP BY kind, organization, state ORDER BY kind, organization, state",
        )
        .bind(period)
        .bind(channel)
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.broken(&error))?;
        let tally = |row: &SqliteRow| Tally {
            kind: row.get("kind"),
            organization: row.get("organization"),
            state: State::of(row.get("state")),
            count: u64::try_from(row.get::<i64, _>("messages")).unwrap_or_default(),
        };
        Ok(rows.iter().map(tally).collect())
    }

    /// How many messages there are of each channel, kind and state.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn counts(&mut self) -> Outcome<Vec<Count>> {
        let rows = sqlx::query(
            "SELECT channel, kind, state, COUNT(*) AS messages FROM message
             GROUP BY channel, kind, state ORDER BY channel, kind, state",
        );
        let rows = rows.fetch_all(&mut self.connection).await.map_err(|error| self.broken(&error))?;
        let count = |row: &SqliteRow| Count {
            channel: row.get("channel"),
            kind: row.get("kind"),
            state: State::of(row.get("state")),
            count: u32::try_from(row.get::<i64, _>("messages")).unwrap_or(u32::MAX),
        };
        Ok(rows.iter().map(count).collect())
    }
}
