//! What must hold of the statistics and of the analysis whatever the data.

use crate::school::{School, score};
use plaudit::scoring::statistics::{autocorrelation, false_discovery, mann_kendall, paired, pearson, sen_slope, welch};
use proptest::prelude::*;

/// Values with ties now and then.
fn values(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec(prop_oneof![(-50..50_i32).prop_map(f64::from), -50.0..50.0_f64], length)
}

fn pairs() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    (3..40_usize).prop_flat_map(|length| (values(length..length + 1), values(length..length + 1)))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_series_read_backwards_has_the_opposite_trend_with_the_same_p(series in values(5..40)) {
        let backwards: Vec<f64> = series.iter().rev().copied().collect();
        let points = |series: &[f64]| (0_u32..).map(f64::from).zip(series.iter().copied()).collect::<Vec<_>>();
        let (one, other) = (mann_kendall(&series), mann_kendall(&backwards));
        prop_assert_eq!(one.s, -other.s);
        prop_assert!(near(one.p, other.p) && (0.0..=1.0).contains(&one.p));
        prop_assert!(near(sen_slope(&points(&series)).unwrap(), -sen_slope(&points(&backwards)).unwrap()));
    }

    #[test]
    fn a_correlation_is_the_same_both_ways_and_in_other_units((x, y) in pairs()) {
        let Some(found) = pearson(&x, &y) else { return Ok(()) };
        let other = pearson(&y, &x.iter().map(|x| 3.0 * x + 7.0).collect::<Vec<_>>()).unwrap();
        prop_assert!(near(found.r, other.r) && (found.p - other.p).abs() < 1e-6);
        prop_assert!((-1.0..=1.0).contains(&found.r) && (0.0..=1.0).contains(&found.p));
    }

    #[test]
    fn tests_of_means_turn_their_sign_with_the_samples((x, y) in pairs()) {
        for (one, other) in [(welch(&x, &y), welch(&y, &x)), (paired(&x, &y), paired(&y, &x))] {
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!(near(one.t, -other.t) && near(one.p, other.p) && (0.0..=1.0).contains(&one.p));
            }
        }
    }

    #[test]
    fn q_is_never_below_its_p_and_keeps_the_order_of_ps(ps in proptest::collection::vec(0.0..=1.0_f64, 1..30)) {
        let qs: Vec<f64> = false_discovery(&ps.iter().copied().map(Some).collect::<Vec<_>>()).into_iter().flatten().collect();
        prop_assert_eq!(qs.len(), ps.len());
        for (a, b) in (0..ps.len()).flat_map(|a| (0..ps.len()).map(move |b| (a, b))) {
            prop_assert!(qs[a] >= ps[a] && qs[a] <= 1.0);
            prop_assert!(ps[a] > ps[b] || qs[a] <= qs[b]);
        }
    }

    #[test]
    fn an_autocorrelation_lies_between_minus_1_and_1(series in values(3..40), lag in 1..8_usize) {
        let r = autocorrelation(&series, lag);
        prop_assert!(r.is_none_or(|r| (-1.0..=1.0).contains(&r)));
    }
}

/// Answers as rows: person, subject, question, right or wrong, and the hour of a stretch of nine weeks.
fn answers() -> impl Strategy<Value = Vec<String>> {
    let row = (0..5_usize, 0..3_usize, 0..6_u8, any::<bool>(), 0..1512_u32);
    proptest::collection::vec(row, 1..150).prop_map(|rows| {
        let start = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let line = |(id, (person, subject, question, correct, hour)): (usize, (usize, usize, u8, bool, u32))| {
            let who = ["a", "b", "c", "t", "stranger"][person];
            let subject = ["Math", "English", ""][subject];
            let time = start + chrono::Duration::hours(hour.into());
            let correct = u8::from(correct);
            format!("{id},O,{who},,{subject},q{question},{correct},{}\n", time.format("%Y-%m-%dT%H:%MZ"))
        };
        rows.into_iter().enumerate().map(line).collect()
    })
}

fn practised(answers: &[String]) -> School {
    let people = [("a", "student"), ("b", "student"), ("c", "student"), ("t", "teacher")];
    score(&people, "", &answers.concat(), "2026-03-02", "")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_table_depends_on_the_order_of_rows(rows in answers()) {
        let backwards: Vec<String> = rows.iter().rev().cloned().collect();
        let (one, other) = (practised(&rows), practised(&backwards));
        for (one, other) in one.tables().into_iter().zip(other.tables()) {
            prop_assert_eq!(one.rows.collect::<Vec<_>>(), other.rows.collect::<Vec<_>>(), "{}", one.name);
        }
    }

    #[test]
    fn answers_of_days_and_weeks_and_of_subjects_add_up(rows in answers()) {
        let school = practised(&rows);
        let analysis = &school.analysis;
        for (of, weekly) in &analysis.weekly_answers {
            let sum = |answers: &[plaudit::scoring::answers::Answers]| answers.iter().map(|a| a.all).sum::<u32>();
            prop_assert_eq!(sum(weekly), sum(&analysis.daily_answers[of]));
            let subjects = analysis.weekly_answers.iter().filter(|((organization, subject), _)| {
                *organization == of.0 && subject.is_some()
            });
            prop_assert!(of.1.is_some() || subjects.map(|(_, own)| sum(own)).sum::<u32>() <= sum(weekly));
        }
    }

    #[test]
    fn progress_lies_between_minus_2_and_2_and_needs_five_answers(rows in answers()) {
        for own in practised(&rows).analysis.progress {
            prop_assert!(own.answers >= 5 && own.progress().abs() <= 2.0);
            prop_assert!([own.begin, own.end].iter().all(|score| (-1.0..=1.0).contains(score)));
        }
    }
}
