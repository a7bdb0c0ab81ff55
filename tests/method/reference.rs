//! The numbers of an independent implementation (`tests/data`), to 1e-6.

use crate::school::scores_of;
use plaudit::config;
use plaudit::scoring::tables::Cell;
use std::path::Path;

const TOLERANCE: f64 = 1e-6;
/// The chance rate is a mean over random shuffles of another generator.
const CHANCE_TOLERANCE: f64 = 0.02;

struct Set {
    folder: &'static str,
    week: &'static str,
    tables: usize,
}

fn compare(set: &Set, preset: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(set.folder);
    let text = format!(
        "sender: {{name: R, address: r@example.org}}\ntime_zone: Europe/Rome\nsources:\n  roster: {{oneroster: roster}}\n  \
         events: [{{csv: events.csv}}]\n  answers: [{{csv: answers.csv}}]\nschedules: []\nmethod: {preset}\n\
         holidays: [{{from: 2025-12-22, to: 2026-01-04}}]\n"
    );
    let config = config::parse(&folder.join("config.yaml"), &text).unwrap();
    let school = scores_of(&config, set.week);
    let mut compared = 0;
    for table in school.tables() {
        let path = folder.join(preset).join(format!("{}.csv", table.name));
        let Ok(mut expected) = csv::Reader::from_path(path) else { continue };
        assert_eq!(expected.headers().unwrap(), table.columns);
        let expected: Vec<csv::StringRecord> = expected.records().map(Result::unwrap).collect();
        let rows: Vec<Vec<Cell<'_>>> = table.rows.collect();
        assert_eq!(expected.len(), rows.len(), "rows of {}", table.name);
        for (row, own) in expected.iter().zip(&rows) {
            for ((value, own), column) in row.iter().zip(own).zip(table.columns) {
                let own = own.csv();
                assert!(equal(value, &own, &row[0]), "{} {column}: {value} instead of {own} in {row:?}", table.name);
            }
        }
        compared += 1;
    }
    assert_eq!(compared, set.tables);
}

fn equal(expected: &str, own: &str, key: &str) -> bool {
    let tolerance = if key == "chance_rate" { CHANCE_TOLERANCE } else { TOLERANCE };
    match (expected.parse::<f64>(), own.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= tolerance,
        _ => expected == own,
    }
}

#[test]
fn three_schools_in_three_zones_agree_in_the_weekly_preset() {
    compare(&Set { folder: "three_schools", week: "2026-01-12", tables: 12 }, "weekly");
}

#[test]
fn three_schools_in_three_zones_agree_in_the_studys_preset() {
    compare(&Set { folder: "three_schools", week: "2026-01-12", tables: 12 }, "study");
}

#[test]
fn eight_schools_at_the_edges_of_the_method_agree_in_every_table() {
    compare(&Set { folder: "eight_schools", week: "2026-03-02", tables: 18 }, "weekly");
}

#[test]
fn eight_schools_at_the_edges_of_the_method_agree_in_the_studys_preset() {
    compare(&Set { folder: "eight_schools", week: "2026-03-02", tables: 7 }, "study");
}
