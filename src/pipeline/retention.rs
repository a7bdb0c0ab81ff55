//! Personal data outside and inside the ledger: what is too old goes, what is about one person is given or erased.

use crate::config::Config;
use crate::delivery::assembled;
use crate::disk;
use crate::ledger::{Kept, Ledger};
use crate::problem::{Outcome, Problem};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use polars::prelude::{
    AnyValue, DataFrame, DataType, IntoLazy, ParquetReader, ParquetWriter, PolarsError, SerReader, col, lit,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// What a purge removed, or would.
#[derive(Debug, Default)]
pub struct Purged {
    /// In the ledger.
    pub kept: Kept,
    /// Documents.
    pub documents: usize,
    /// Tables of runs.
    pub tables: usize,
    /// Folders of reports.
    pub weeks: usize,
}

/// What was found about a person.
#[derive(Debug, Default)]
pub struct Found {
    /// Messages to or about them.
    pub messages: u64,
    /// Rows of tables.
    pub rows: usize,
    /// Documents that may have named them.
    pub documents: usize,
    /// Weeks of reports that may have named them.
    pub weeks: usize,
}

/// Removes what is older than config keeps.
///
/// # Errors
/// The ledger or a file cannot be written.
pub fn purge(config: &Config, runtime: &Runtime, now: DateTime<Utc>, dry_run: bool) -> Outcome<Purged> {
    let days = config.retention;
    let before = |days: i64| now - Duration::days(days);
    let mut ledger = runtime.block_on(Ledger::open(&config.state, now))?;
    let kept = runtime.block_on(ledger.old(before(days.mails_days), before(days.messages_days)))?;
    if !dry_run {
        runtime.block_on(ledger.forget(before(days.mails_days), before(days.messages_days)))?;
    }
    let needed = runtime.block_on(ledger.documents())?;
    let documents = documents(config, &needed);
    let old = old_tables(config, before(days.tables_days));
    let weeks = weeks(config, Some(before(days.reports_days).date_naive()));
    if !dry_run {
        for path in documents.iter().chain(&old).chain(&weeks) {
            remove(path)?;
        }
    }
    // Until here no run may begin that would use what goes.
    runtime.block_on(ledger.close())?;
    Ok(Purged { kept, documents: documents.len(), tables: old.len(), weeks: weeks.len() })
}

/// Kept documents that no message needs.
fn documents(config: &Config, needed: &BTreeSet<String>) -> Vec<PathBuf> {
    let is_needed = |path: &PathBuf| {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        needed.contains(&name)
    };
    inside(&config.state.join("documents")).into_iter().filter(|path| !is_needed(path)).collect()
}

/// The tables of runs before an instant; receipts stay.
fn old_tables(config: &Config, before: DateTime<Utc>) -> Vec<PathBuf> {
    let is_old = |path: &Path| {
        let changed = std::fs::metadata(path).and_then(|data| data.modified());
        changed.is_ok_and(|changed| DateTime::<Utc>::from(changed) < before)
    };
    tables(config).into_iter().filter(|path| is_old(path)).collect()
}

/// All tables of all runs.
fn tables(config: &Config) -> Vec<PathBuf> {
    let runs = inside(&config.state.join("runs"));
    let files = runs.iter().flat_map(|run| inside(run));
    files.filter(|path| path.extension().is_some_and(|extension| extension == "parquet")).collect()
}

/// The folders of weeks among the reports: all, or those of weeks before a day.
fn weeks(config: &Config, before: Option<NaiveDate>) -> Vec<PathBuf> {
    let date = |path: &PathBuf| path.file_name()?.to_str()?.parse::<NaiveDate>().ok();
    let all = inside(&config.delivery.folder).into_iter();
    all.filter(|path| path.is_dir() && date(path).is_some_and(|week| before.is_none_or(|before| week < before)))
        .collect()
}

/// What is in a folder, in order; nothing, if there is no such folder.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    paths
}

fn remove(path: &Path) -> Outcome<()> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    removed.map_err(|error| Problem::io(path, "removed", &error).into())
}

/// Writes all that is held about a person to a folder.
///
/// # Errors
/// Nothing is held, or something cannot be read or written.
pub fn export(config: &Config, runtime: &Runtime, person: &str, out: &Path) -> Outcome<Found> {
    let mut found = Found::default();
    if let Some(mut ledger) = runtime.block_on(Ledger::look(&config.state))? {
        let (about, numbers) = runtime.block_on(ledger.about(person))?;
        found.messages = numbers.len() as u64;
        if numbers.is_empty() && !is_in_tables(config, person)? {
            return Err(nothing_held(person).into());
        }
        let text = serde_json::to_string_pretty(&about).unwrap_or_default();
        disk::write(&out.join("messages.json"), text.as_bytes())?;
        for number in numbers {
            let Some(message) = runtime.block_on(ledger.message(number))? else { continue };
            // What was purged is not held any more.
            if let Ok(mail) = assembled(&config.state.join("documents"), &message) {
                disk::write(&out.join("mails").join(format!("{number}.eml")), &mail)?;
            }
        }
    }
    for path in tables(config) {
        let (own, _) = split(&path, person)?;
        let Some(own) = own.filter(|own| own.height() > 0) else { continue };
        found.rows += own.height();
        let bytes = csv(&own).map_err(|error| unreadable(&path, &error))?;
        let run = path.parent().and_then(Path::file_name).map(|run| run.to_string_lossy().into_owned());
        let name = format!("run-{}.{}.csv", run.unwrap_or_default(), path.file_stem().unwrap_or_default().display());
        disk::write(&out.join("tables").join(name), &bytes)?;
    }
    if found.messages == 0 && found.rows == 0 { Err(nothing_held(person).into()) } else { Ok(found) }
}

fn nothing_held(person: &str) -> Problem {
    Problem::new(person, "nothing is held about a person of this id")
        .hint("`plaudit outbox list` shows the ids that the ledger knows; a roster is not held, only read")
}

fn is_in_tables(config: &Config, person: &str) -> Outcome<bool> {
    for path in tables(config) {
        if split(&path, person)?.0.is_some_and(|own| own.height() > 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Erases a person from the ledger, the tables, the documents and the reports.
///
/// # Errors
/// Something cannot be written; what was erased before stays erased, and the command can be given again.
pub fn erase(config: &Config, runtime: &Runtime, person: &str, now: DateTime<Utc>) -> Outcome<Found> {
    let mut ledger = runtime.block_on(Ledger::open(&config.state, now))?;
    let messages = runtime.block_on(ledger.erase(person, now))?;
    let needed = runtime.block_on(ledger.documents())?;
    let mut rows = 0;
    for path in tables(config) {
        let (own, others) = split(&path, person)?;
        let (Some(own), Some(mut others)) = (own.filter(|own| own.height() > 0), others) else { continue };
        rows += own.height();
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut others).map_err(|error| unreadable(&path, &error))?;
        disk::write(&path, &bytes)?;
    }
    let (documents, weeks) = (documents(config, &needed), weeks(config, None));
    for path in documents.iter().chain(&weeks) {
        remove(path)?;
    }
    runtime.block_on(ledger.close())?;
    Ok(Found { messages, rows, documents: documents.len(), weeks: weeks.len() })
}

/// The rows of a stored table that are a person's; none, if it has none.
///
/// # Errors
/// The table cannot be read.
pub(super) fn own_rows(path: &Path, person: &str) -> Outcome<Option<DataFrame>> {
    Ok(split(path, person)?.0.filter(|own| own.height() > 0))
}

/// The rows of a table that are a person's, and all others; nothing, if the table has no column of people.
fn split(path: &Path, person: &str) -> Outcome<(Option<DataFrame>, Option<DataFrame>)> {
    let file = std::fs::File::open(path).map_err(|error| Problem::io(path, "read", &error))?;
    let table = ParquetReader::new(file).finish().map_err(|error| unreadable(path, &error))?;
    // A table without rows has no texts either.
    let of_people = |name: &&str| table.column(name).is_ok_and(|column| *column.dtype() == DataType::String);
    let Some(column) = PEOPLE.into_iter().find(of_people) else { return Ok((None, None)) };
    let rows = |condition| table.clone().lazy().filter(condition).collect().map_err(|error| unreadable(path, &error));
    let own = rows(col(column).eq(lit(person)))?;
    let others = rows(col(column).neq(lit(person)))?;
    Ok((Some(own), Some(others)))
}

/// A table as CSV.
fn csv(table: &DataFrame) -> Result<Vec<u8>, PolarsError> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| PolarsError::ComputeError(error.to_string().into());
    rows.write_record(table.get_column_names().iter().map(|name| name.as_str())).map_err(fault)?;
    for index in 0..table.height() {
        let cell = |value: AnyValue<'_>| value.str_value().into_owned();
        let row: Vec<String> =
            table.columns().iter().map(|column| column.get(index).map(cell)).collect::<Result<_, _>>()?;
        rows.write_record(&row).map_err(fault)?;
    }
    rows.into_inner().map_err(|error| PolarsError::ComputeError(error.to_string().into()))
}

/// What the columns of people are called.
const PEOPLE: [&str; 3] = ["person_id", "student_id", "person"];

fn unreadable(path: &Path, error: &PolarsError) -> Problem {
    Problem::new(path.display().to_string(), error.to_string())
        .hint("a run wrote this table; remove it if it is broken")
}
