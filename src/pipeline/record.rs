//! What a run leaves beside its messages: the rows that it did not believe, and what it was made from.

use crate::config::{Config, Sources};
use crate::disk;
use crate::hash::Digest;
use crate::intake::{ROSTER_FILES, Reject};
use crate::ledger::receipt::{self, Receipt};
use crate::ledger::{Choice, Entry, Ledger, State};
use crate::problem::{Outcome, Problem, Problems};
use crate::scoring::tables;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
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

/// Writes the receipts that are not on disk as the ledger has them: that of this run, and those of runs that died.
///
/// # Errors
/// The ledger cannot be read, or a file cannot be written.
pub fn write_receipts(config: &Config, runtime: &Runtime, ledger: &mut Ledger) -> Outcome<()> {
    for (run, bytes) in runtime.block_on(ledger.receipt_lengths())? {
        let path = receipt_path(config, run);
        let written = std::fs::metadata(&path).map(|data| data.len());
        if written.ok() != Some(bytes) {
            let lines = runtime.block_on(ledger.receipts(Some(run)))?;
            let text = by_run(&lines).remove(&run).unwrap_or_default();
            disk::write(&path, text.as_bytes())?;
        }
    }
    Ok(())
}

/// The text of each run's receipt.
fn by_run(lines: &[(i64, String)]) -> BTreeMap<i64, String> {
    let mut runs: BTreeMap<i64, String> = BTreeMap::new();
    for (run, line) in lines {
        let _ = writeln!(runs.entry(*run).or_default(), "{line}");
    }
    runs
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

/// What was found to be whole.
#[derive(Debug)]
pub struct Verified {
    /// How many lines.
    pub receipts: usize,
    /// Of how many runs.
    pub runs: usize,
    /// The hash of the last line: whoever keeps it elsewhere can prove later that no line before it was changed.
    pub last: String,
}

/// Checks the receipts: that every line follows from the one before it, that the files say what the ledger says, and that
/// the ledger's messages are in the states that their last lines tell.
///
/// # Errors
/// Everything that does not fit.
pub fn verify(config: &Config, runtime: &Runtime, ledger: &mut Ledger) -> Outcome<Verified> {
    let place = config.state.join("ledger.sqlite").display().to_string();
    let lines = runtime.block_on(ledger.receipts(None))?;
    let last = runtime.block_on(ledger.last_receipt_hash())?;
    let mut problems = Vec::new();
    let texts = lines.iter().map(|(_, line)| line.as_str());
    if let Some(number) = receipt::first_broken(texts, Some(receipt::beginning())) {
        problems.push(Problem::new(&place, format!("receipt {number} does not follow from the one before it")));
    }
    let computed = lines.last().map(|(_, line)| receipt::hash(line));
    if computed != last {
        problems.push(Problem::new(&place, "the last receipt was changed: its hash is another"));
    }
    let runs = by_run(&lines);
    for (run, text) in &runs {
        problems.extend(file_differs(config, *run, text));
    }
    let entries = runtime.block_on(ledger.entries(&Choice::default()))?;
    problems.extend(states_differ(&place, &lines, &entries));
    let forgotten = runtime.block_on(ledger.forgotten_up_to())?;
    problems.extend(gone(&place, &lines, &entries, forgotten.as_deref()));
    for number in runtime.block_on(ledger.altered())? {
        let message = "its recipient, its subject or its address is not the one that was planned";
        problems.push(Problem::new(format!("{place}: message {number}"), message));
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    Ok(Verified {
        receipts: lines.len(),
        runs: runs.len(),
        last: last.unwrap_or_else(|| receipt::beginning().to_string()),
    })
}

fn file_differs(config: &Config, run: i64, text: &str) -> Option<Problem> {
    let path = receipt_path(config, run);
    match std::fs::read_to_string(&path) {
        Ok(file) if file == text => None,
        Ok(file) => {
            let same = file.lines().zip(text.lines()).take_while(|(a, b)| a == b).count();
            let message = format!("line {} is not what the ledger says", same + 1);
            Some(Problem::new(path.display().to_string(), message).hint("somebody changed the file, or the ledger"))
        }
        Err(error) => Some(
            Problem::io(&path, "read", &error)
                .hint("a run that died wrote none; the next `plaudit run` writes its own"),
        ),
    }
}

/// Messages whose state or bytes are not what their last receipt tells.
fn states_differ(place: &str, lines: &[(i64, String)], entries: &[Entry]) -> Vec<Problem> {
    let receipts = lines.iter().filter_map(|(_, line)| serde_json::from_str::<Receipt>(line).ok());
    let newest: BTreeMap<i64, Receipt> = receipts.map(|receipt| (receipt.message, receipt)).collect();
    let final_states = [State::Sent, State::Unknown].map(State::name);
    let differs = |entry: &&Entry| {
        let arrived = matches!(entry.state, State::Sent | State::Unknown | State::Refused);
        match newest.get(&entry.number) {
            Some(receipt) => {
                let told = arrived || final_states.contains(&receipt.state.as_str());
                let same = receipt.whole == entry.whole && receipt.mail == entry.mail_id;
                told && (receipt.state != entry.state.name() || !same)
            }
            // A message of before there were receipts has no id either.
            None => arrived && !entry.mail_id.is_empty(),
        }
    };
    let wrong = entries.iter().filter(differs).map(|entry| {
        Problem::new(format!("{place}: message {}", entry.number), "is not in the state that its receipt tells")
    });
    wrong.collect()
}

/// Messages that a receipt tells of and that are gone, though nothing of that time was forgotten.
fn gone(place: &str, lines: &[(i64, String)], entries: &[Entry], forgotten: Option<&str>) -> Vec<Problem> {
    let there: BTreeSet<i64> = entries.iter().map(|entry| entry.number).collect();
    let receipts = lines.iter().filter_map(|(_, line)| serde_json::from_str::<Receipt>(line).ok());
    let gone = receipts.filter(|receipt| !there.contains(&receipt.message) && forgotten.is_none());
    let gone: BTreeSet<i64> = gone.map(|receipt| receipt.message).collect();
    let told = |number: i64| Problem::new(format!("{place}: message {number}"), "is gone, though its receipt is there");
    gone.into_iter().map(told).collect()
}
