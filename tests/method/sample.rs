//! The built-in sample, moved to the study's dates, beside the study.

use crate::school::scores_of;
use chrono::{Datelike, NaiveDate, Timelike};
use plaudit::config;
use plaudit::intake::Order;
use plaudit::pipeline::Read;
use plaudit::scoring::{Fact, Scores};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

static SAMPLE: OnceLock<(Read, Vec<Fact>, Scores)> = OnceLock::new();

fn sample() -> &'static (Read, Vec<Fact>, Scores) {
    SAMPLE.get_or_init(|| {
        let text = "sender: {name: R, address: r@example.org}\ntime_zone: Asia/Shanghai\nweek_start: sunday\n\
                    sources: {sample: {seed: 1, last_day: 2019-03-02}}\nschedules: []\n";
        scores_of(&config::parse(Path::new("config.yaml"), text).unwrap(), "2019-03-02")
    })
}

/// Active people by a name for each day.
fn active<K: Ord>(name: impl Fn(NaiveDate) -> K) -> BTreeMap<K, usize> {
    let mut people: BTreeMap<K, BTreeSet<usize>> = BTreeMap::new();
    for fact in sample().1.iter().filter(|fact| fact.actions > 0) {
        people.entry(name(fact.day)).or_default().insert(fact.person);
    }
    people.into_iter().map(|(key, people)| (key, people.len())).collect()
}

fn near(found: usize, expected: usize) -> bool {
    found.abs_diff(expected) * 20 <= expected
}

#[test]
fn it_has_the_rows_of_the_study() {
    let rows: Vec<u64> = sample().0.intake.activity.glimpses.iter().map(|glimpse| glimpse.rows).collect();
    assert!(rows[0].abs_diff(270_337) * 100 < 270_337 && rows[1].abs_diff(186_674) * 100 < 186_674, "{rows:?}");
}

#[test]
fn it_has_the_organizations_of_table_s1() {
    let roster = &sample().0.intake.roster;
    assert_eq!(roster.organizations.len(), 20);
    let week = sample().0.week;
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
    let actions = sample().0.intake.activity.actions.iter().filter(|action| action.order == Order::LogIn);
    let zone = chrono_tz::Asia::Shanghai;
    let hours: Vec<u32> = actions
        .map(|action| chrono::DateTime::from_timestamp_micros(action.time).unwrap().with_timezone(&zone).hour())
        .collect();
    let evening = hours.iter().filter(|hour| **hour >= 19 || **hour < 3).count();
    assert!(evening * 2 > hours.len(), "{evening} of {}", hours.len());
}

#[test]
fn days_to_activation_go_from_2_to_35() {
    let (read, facts, _) = sample();
    let mut logins: BTreeMap<(usize, NaiveDate), u32> = BTreeMap::new();
    let mut first: BTreeMap<usize, NaiveDate> = BTreeMap::new();
    for fact in facts {
        let organization = read.intake.roster.people[fact.person].organization;
        *logins.entry((organization, fact.day)).or_default() += fact.logins;
        let earlier = first.entry(organization).or_insert(fact.day);
        *earlier = fact.day.min(*earlier);
    }
    let data_begin = *first.values().min().unwrap();
    let days = read.intake.roster.organizations.iter().enumerate().filter_map(|(index, organization)| {
        let opened = organization.opened.filter(|day| *day >= data_begin && first.get(&index) >= Some(day))?;
        let activated = logins.iter().find(|((own, _), count)| *own == index && **count > 10)?.0.1;
        Some((activated - opened).num_days())
    });
    let days: BTreeSet<i64> = days.collect();
    assert_eq!((days.first(), days.last()), (Some(&2), Some(&35)), "{days:?}");
}

#[test]
fn two_subjects_are_practised() {
    let mut subjects = sample().0.intake.activity.subjects.clone();
    subjects.sort();
    assert_eq!(subjects, ["English", "Math"]);
}

/// Begin and end of each student by the method's section on progress, by organization.
fn progress() -> BTreeMap<usize, Vec<(f64, f64)>> {
    let intake = &sample().0.intake;
    let answers = || intake.activity.actions.iter().filter(|action| action.order == Order::Answer);
    let mut questions: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for answer in answers() {
        let counts = questions.entry(answer.thing).or_default();
        counts.0 += f64::from(u8::from(answer.correct));
        counts.1 += 1.0;
    }
    let mut scores: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for answer in answers() {
        let (right, all) = questions[&answer.thing];
        scores.entry(answer.person).or_default().push(f64::from(u8::from(answer.correct)) - right / all);
    }
    let mut progress: BTreeMap<usize, Vec<(f64, f64)>> = BTreeMap::new();
    for (person, scores) in scores.iter().filter(|(_, scores)| scores.len() >= 5) {
        let Some(known) = intake.roster.people.get(*person as usize) else { continue };
        let fifth = scores.len().div_ceil(5);
        let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
        let pair = (mean(&scores[..fifth]), mean(&scores[scores.len() - fifth..]));
        progress.entry(known.organization).or_default().push(pair);
    }
    progress
}

/// The two-sided p of Welch's t-test.
fn welch(a: &[f64], b: &[f64]) -> f64 {
    let moments = |values: &[f64]| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n, n)
    };
    let ((mean_a, var_a, n_a), (mean_b, var_b, n_b)) = (moments(a), moments(b));
    let t = (mean_a - mean_b) / (var_a + var_b).sqrt();
    let df = (var_a + var_b).powi(2) / (var_a.powi(2) / (n_a - 1.0) + var_b.powi(2) / (n_b - 1.0));
    2.0 * (1.0 - StudentsT::new(0.0, 1.0, df).unwrap().cdf(t.abs()))
}

#[test]
fn at_most_three_organizations_progress_significantly() {
    let significant = progress().into_values().filter(|pairs| pairs.len() > 2).filter(|pairs| {
        let (begin, end): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        welch(&begin, &end) < 0.05
    });
    assert!(significant.count() <= 3);
}

#[test]
fn every_kind_of_notice_occurs() {
    let notices: BTreeSet<&str> = sample().2.students.iter().filter_map(|row| Some(row.notice?.name())).collect();
    assert_eq!(notices.into_iter().collect::<Vec<_>>(), ["reward", "steady", "welcome_back"]);
}

#[test]
fn its_rows_have_the_dirt_of_real_logs_and_the_program_turns_it_away() {
    let (read, _, scores) = sample();
    let reasons: BTreeSet<&str> = read.intake.rejects.iter().map(|reject| reject.reason).collect();
    assert!(reasons.contains("not a time") && reasons.contains("unknown kind of event"), "{reasons:?}");
    assert!(scores.summary.duplicates > 500 && scores.summary.unknown_people > 500, "{:?}", scores.summary);
}
