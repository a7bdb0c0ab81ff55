//! What the sample promises, in claims.
//!
//! The figures of the study are checked as far as they can be counted in a few lines; the
//! statistics are the business of the program that reads the sample.

use super::habits::HABITS;
use super::study::SCHOOLS;
use super::{Spec, files, holiday};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

fn spec(seed: u64, last_day: &str) -> Spec {
    Spec { seed, last_day: last_day.parse::<NaiveDate>().unwrap() }
}

fn texts(spec: &Spec) -> BTreeMap<&'static str, String> {
    files(spec).into_iter().map(|file| (file.name, String::from_utf8(file.bytes).unwrap())).collect()
}

fn cells(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

#[test]
fn equal_specs_give_equal_bytes_and_other_seeds_do_not() {
    let first = texts(&spec(1, "2019-03-02"));
    assert!(first == texts(&spec(1, "2019-03-02")));
    assert!(first["events.csv"] != texts(&spec(2, "2019-03-02"))["events.csv"]);
}

#[test]
fn moving_the_last_day_by_weeks_moves_nothing_but_dates() {
    let times = |text: &str| -> Vec<(String, String)> {
        text.lines()
            .map(|line| line.split_once(' ').unwrap_or((line, "")))
            .map(|(before, time)| (before.len().to_string(), time.to_owned()))
            .collect()
    };
    let (study, later) = (texts(&spec(1, "2019-03-02")), texts(&spec(1, "2026-11-21")));
    assert!(times(&study["events.csv"]) == times(&later["events.csv"]));
    assert!(times(&study["answers.csv"]) == times(&later["answers.csv"]));
}

#[test]
fn the_logs_are_as_long_as_the_study_says() {
    for seed in 1..=3 {
        let texts = texts(&spec(seed, "2026-11-22"));
        for (name, rows) in [("events.csv", 270_337), ("answers.csv", 186_674)] {
            let lines = texts[name].lines().count() - 1;
            assert!(lines.abs_diff(rows) * 100 < rows, "{name} of seed {seed} has {lines} rows");
        }
    }
}

#[test]
fn the_months_have_the_users_of_table_4_1() {
    let sums = [0, 1, 2].map(|m| HABITS.iter().map(|habit| habit.monthly[m]).sum::<usize>());
    assert_eq!(sums, [527, 524, 300]);
    assert_eq!(HABITS.iter().map(|habit| habit.first_day).sum::<usize>(), 6);
}

#[test]
fn the_roster_has_the_people_of_table_s1() {
    let texts = texts(&spec(1, "2019-03-02"));
    let mut count: BTreeMap<(String, &str), u32> = BTreeMap::new();
    for cell in cells(&texts["roster/users.csv"]) {
        *count.entry((cell[4].to_owned(), cell[5])).or_default() += 1;
    }
    let teachers: BTreeSet<&str> =
        cells(&texts["roster/users.csv"]).filter(|cell| cell[5] == "teacher").map(|cell| cell[0]).collect();
    for cell in cells(&texts["roster/enrollments.csv"]) {
        if cell[6] == "student" && teachers.contains(cell[5]) {
            *count.entry((cell[4].to_owned(), "both")).or_default() += 1;
        }
    }
    for school in &SCHOOLS {
        let of = |role| count.get(&(school.id.to_string(), role)).copied().unwrap_or_default();
        assert_eq!(of("teacher"), school.teachers);
        assert_eq!(of("student") + of("both"), school.students);
        assert_eq!(of("teacher") + of("student"), school.people);
    }
}

#[test]
fn the_holiday_is_the_week_that_begins_27_days_before_the_last_day() {
    let days = |last_day| holiday(&spec(1, last_day));
    let (first, last) = days("2019-03-02");
    assert_eq!((first.to_string().as_str(), last.to_string().as_str()), ("2019-02-03", "2019-02-09"));
    let (first, last) = days("2026-11-22");
    assert_eq!((first.to_string().as_str(), last.to_string().as_str()), ("2026-10-26", "2026-11-01"));
}

#[test]
fn a_last_day_at_the_end_of_the_calendar_is_no_panic() {
    for last_day in [NaiveDate::MIN, NaiveDate::MAX] {
        assert_eq!(files(&Spec { seed: 1, last_day }).len(), 9);
    }
}
