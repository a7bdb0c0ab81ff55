//! What a run leaves beside its messages: the rows that it did not believe, and what it was made from.

use crate::config::{Config, Sources};
use crate::disk;
use crate::hash::Digest;
use crate::intake::{ROSTER_FILES, Reject};
use crate::ledger::Ledger;
use crate::problem::{Outcome, Problem};
use crate::scoring::tables;
use rayon::prelude::*;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// Lists the rows that were not believed.
pub(super) fn write_rejects(config: &Config, week: &str, rejects: &[Reject]) -> Outcome<()> {
    let path = config.delivery.folder.join(week).join("rejects.csv");
    let rows = rejects.iter().map(|reject| {
        let line = tables::Cell::from(usize::try_from(reject.line).unwrap_or(usize::MAX));
        vec![reject.file.as_str().into(), line, reject.reason.into(), reject.found.as_str().into()]
    });
    let table = tables::Table::new("rejects", &["file", "line", "reason", "found"], rows);
    let mut bytes = Vec::new();
    table.write_csv(&mut bytes).map_err(|error| Problem::new(path.display().to_string(), error.to_string()))?;
    disk::write(&path, &bytes)
}

/// Writes the receipt of the newest run: a line for each thing that became of a message.
pub(super) fn write_receipt(config: &Config, runtime: &Runtime, ledger: &mut Ledger) -> Outcome<()> {
    let run = runtime.block_on(ledger.newest_run())?;
    let lines = runtime.block_on(ledger.receipts(Some(run)))?;
    if lines.is_empty() {
        return Ok(());
    }
    let text: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
    disk::write(&receipt_path(config, run), text.as_bytes())
}

/// Where a run's receipt lies.
#[must_use]
pub fn receipt_path(config: &Config, run: i64) -> PathBuf {
    config.state.join("runs").join(run.to_string()).join("receipt.jsonl")
}

/// The digest of all that a run reads.
pub(super) fn inputs(config: &Config) -> Outcome<Digest> {
    let text = Digest::of(&[format!("{config:?}").as_bytes()]);
    let Sources::Files { roster, events, answers } = &config.sources else { return Ok(text) };
    let files = events.iter().chain(answers).map(|source| source.path.clone());
    let mut paths: Vec<PathBuf> = files.collect();
    if roster.path.is_file() {
        paths.push(roster.path.clone());
    } else {
        paths.extend(ROSTER_FILES.map(|name| roster.path.join(name)));
    }
    paths.retain(|path| path.exists());
    let digests: Vec<Digest> = paths.par_iter().map(|path| Digest::of_file(path)).collect::<Outcome<_>>()?;
    let parts: Vec<&[u8]> = digests.iter().chain([&text]).map(|digest| digest.0.as_bytes()).collect();
    Ok(Digest::of(&parts))
}
