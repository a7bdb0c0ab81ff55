//! The numbers of an independent implementation (`tests/data/three_schools`), to 1e-6.

use crate::school::scores_of;
use plaudit::config;
use plaudit::scoring::tables;
use std::path::{Path, PathBuf};

const TOLERANCE: f64 = 1e-6;
/// The chance rate is a mean over random shuffles of another generator.
const CHANCE_TOLERANCE: f64 = 0.02;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/three_schools")
}

fn compare(preset: &str) {
    let text = format!(
        "sender: {{name: R, address: r@example.org}}\ntime_zone: Europe/Rome\nsources:\n  roster: {{oneroster: roster}}\n  \
         events: [{{csv: events.csv}}]\n  answers: [{{csv: answers.csv}}]\nschedules: []\nmethod: {preset}\n\
         holidays: [{{from: 2025-12-22, to: 2026-01-04}}]\n"
    );
    let config = config::parse(&folder().join("config.yaml"), &text).unwrap();
    let (read, facts, scores) = scores_of(&config, "2026-01-12");
    let mut compared = 0;
    for table in tables::all(&read.intake.roster, &facts, &scores) {
        let path = folder().join(preset).join(format!("{}.csv", table.name));
        let Ok(mut expected) = csv::Reader::from_path(path) else { continue };
        assert_eq!(expected.headers().unwrap(), table.columns);
        let expected: Vec<csv::StringRecord> = expected.records().map(Result::unwrap).collect();
        assert_eq!(expected.len(), table.rows.len(), "rows of {}", table.name);
        for (row, own) in expected.iter().zip(&table.rows) {
            let own: Vec<String> = own.iter().map(tables::Cell::csv).collect();
            for ((value, own), column) in row.iter().zip(&own).zip(table.columns) {
                assert!(equal(value, own, &row[0]), "{} {column}: {value} instead of {own} in {row:?}", table.name);
            }
            compared += 1;
        }
    }
    assert!(compared > 350, "{compared} rows");
}

fn equal(expected: &str, own: &str, key: &str) -> bool {
    let tolerance = if key == "chance_rate" { CHANCE_TOLERANCE } else { TOLERANCE };
    match (expected.parse::<f64>(), own.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= tolerance,
        _ => expected == own,
    }
}

#[test]
fn the_weekly_preset_agrees_with_an_independent_implementation() {
    compare("weekly");
}

#[test]
fn the_studys_preset_agrees_with_an_independent_implementation() {
    compare("study");
}
