//! The built-in sample, moved to the study's dates, beside the study.

use crate::school::{School, scores_of};
use chrono::{Datelike, NaiveDate, Timelike};
use plaudit::config;
use plaudit::intake::Order;
use plaudit::scoring::activation::Activation;
use plaudit::scoring::relations::Time;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

static SAMPLE: OnceLock<School> = OnceLock::new();

fn sample() -> &'static School {
    SAMPLE.get_or_init(|| {
        let text = "sender: {name: R, address: r@example.org}\ntime_zone: Asia/Shanghai\nweek_start: sunday\n\
                    sources: {sample: {seed: 1, last_day: 2019-03-02}}\nschedules: []\n";
        scores_of(&config::parse(Path::new("config.yaml"), text).unwrap(), "2019-03-02")
    })
}

/// Active people by a name for each day.
fn active<K: Ord>(name: impl Fn(NaiveDate) -> K) -> BTreeMap<K, usize> {
    let mut people: BTreeMap<K, BTreeSet<usize>> = BTreeMap::new();
    for fact in sample().facts.iter().filter(|fact| fact.actions > 0) {
        people.entry(name(fact.day)).or_default().insert(fact.person);
    }
    people.into_iter().map(|(key, people)| (key, people.len())).collect()
}

fn near(found: usize, expected: usize) -> bool {
    found.abs_diff(expected) * 20 <= expected
}

#[test]
fn it_has_the_rows_of_the_study() {
    let rows: Vec<u64> = sample().read.intake.activity.glimpses.iter().map(|glimpse| glimpse.rows).collect();
    assert!(rows[0].abs_diff(270_337) * 100 < 270_337 && rows[1].abs_diff(186_674) * 100 < 186_674, "{rows:?}");
}

#[test]
fn it_has_the_organizations_of_table_s1() {
    let roster = &sample().read.intake.roster;
    assert_eq!(roster.organizations.len(), 20);
    let week = sample().read.week;
    let size = |id: &str| {
        let organization = roster.organizations.iter().position(|o| o.id == id).unwrap();
        roster.members_in(organization, week).count()
    };
    assert_eq!(["100039", "100059", "100082", "100145"].map(size), [48, 300, 89, 4]);
    let school = roster.organizations.iter().find(|o| o.id == "100082").unwrap();
    assert_eq!(school.opened, NaiveDate::from_ymd_opt(2018, 11, 3));
    assert_eq!((school.condition.as_deref(), school.location.as_deref()), (Some("existing"), Some("Shandong")));
}

#[test]
fn it_has_the_monthly_active_people_of_table_4_1() {
    let months = active(|day| (day.year(), day.month()));
    let expected = [((2018, 11), 6), ((2018, 12), 527), ((2019, 1), 524), ((2019, 2), 300)];
    for (month, people) in expected {
        assert!(near(months[&month], people), "{month:?}: {} instead of {people}", months[&month]);
    }
}

#[test]
fn the_sixth_and_the_fourteenth_week_are_low_and_the_peak_is_that_of_9_december() {
    let first = NaiveDate::from_ymd_opt(2018, 11, 25).unwrap();
    let weeks = active(|day| (day - first).num_days() / 7);
    let middle = usize::midpoint(weeks[&4], weeks[&6]);
    assert!(weeks[&5] * 10 < middle * 6, "{weeks:?}");
    assert!(weeks[&13] * 10 < weeks[&12] * 6, "{weeks:?}");
    assert_eq!(weeks.iter().max_by_key(|(_, people)| **people).map(|(week, _)| *week), Some(2), "{weeks:?}");
    let days = active(|day| day);
    let busiest = days.iter().max_by_key(|(_, people)| **people).map(|(day, _)| day.to_string());
    assert_eq!(busiest.as_deref(), Some("2018-12-09"));
}

#[test]
fn people_log_in_in_the_evening() {
    let actions = sample().read.intake.activity.actions.iter().filter(|action| action.order == Order::LogIn);
    let zone = chrono_tz::Asia::Shanghai;
    let hours: Vec<u32> = actions
        .map(|action| chrono::DateTime::from_timestamp_micros(action.time).unwrap().with_timezone(&zone).hour())
        .collect();
    let evening = hours.iter().filter(|hour| **hour >= 19 || **hour < 3).count();
    assert!(evening * 2 > hours.len(), "{evening} of {}", hours.len());
}

#[test]
fn days_to_activation_go_from_2_to_35() {
    let days: BTreeSet<i64> = sample().analysis.activation.iter().filter_map(Activation::days).collect();
    assert_eq!((days.first(), days.last()), (Some(&2), Some(&35)), "{days:?}");
}

#[test]
fn two_subjects_are_practised_and_move_against_each_other() {
    assert_eq!(sample().read.intake.activity.subjects, ["English", "Math"]);
    let [pair] = sample().analysis.pairs.as_slice() else { panic!("two subjects are one pair") };
    assert!(pair.correlation.is_some_and(|found| found.r < -0.5 && found.p < 0.05), "{pair:?}");
}

#[test]
fn at_most_three_organizations_progress_significantly() {
    let ps = sample().analysis.organization_progress.iter().filter_map(|own| own.welch.map(|test| test.p));
    assert!(ps.filter(|p| *p < 0.05).count() <= 3);
}

#[test]
fn more_time_goes_with_more_right_answers_as_weakly_as_in_the_study() {
    let everybody = sample().analysis.relations.iter().find(|row| row.organization.is_none() && row.time == Time::All);
    let found = everybody.and_then(|row| row.correlation).unwrap();
    assert!((0.03..0.2).contains(&found.r) && found.p < 0.05, "{found:?}");
}

#[test]
fn every_kind_of_notice_occurs() {
    let notices: BTreeSet<&str> = sample().scores.students.iter().filter_map(|row| Some(row.notice?.name())).collect();
    assert_eq!(notices.into_iter().collect::<Vec<_>>(), ["reward", "steady", "welcome_back"]);
}

#[test]
fn its_rows_have_the_dirt_of_real_logs_and_the_program_turns_it_away() {
    let School { read, scores, .. } = sample();
    let reasons: BTreeSet<&str> = read.intake.rejects.iter().map(|reject| reject.reason).collect();
    assert!(reasons.contains("not a time") && reasons.contains("unknown kind of event"), "{reasons:?}");
    assert!(scores.summary.duplicates > 500 && scores.summary.unknown_people > 500, "{:?}", scores.summary);
}
