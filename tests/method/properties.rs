//! What must hold whatever the data.

use crate::school::{School, score};
use plaudit::config::{ActiveBy, Method, Preset, Scale};
use plaudit::scoring::Praise;
use plaudit::scoring::conditions::conditions;
use plaudit::scoring::ruler::Line;
use plaudit::scoring::students::is_reward;
use proptest::prelude::*;

const PEOPLE: [(&str, &str); 4] = [("a", "student"), ("b", "student"), ("c", "student"), ("t", "teacher")];

/// Rows of events: person, kind, class and minute of a stretch of nine weeks; ids repeat now and then.
fn events() -> impl Strategy<Value = Vec<String>> {
    let row = (0..5_usize, 1..5_u8, 0..3_u8, 0..90_720_u32, 0..400_u32);
    proptest::collection::vec(row, 1..120).prop_map(|rows| rows.into_iter().map(event).collect())
}

fn event((person, kind, class, minute, id): (usize, u8, u8, u32, u32)) -> String {
    let who = ["a", "b", "c", "t", "stranger"][person];
    let class = if kind < 3 { format!("C{class}") } else { String::new() };
    let start = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap().and_hms_opt(0, 0, 0).unwrap();
    let time = start + chrono::Duration::minutes(minute.into());
    format!("{id},O,{who},{class},{kind},,{}\n", time.format("%Y-%m-%dT%H:%MZ"))
}

fn scored(events: &[String]) -> School {
    score(&PEOPLE, &events.concat(), "", "2026-03-02", "")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_never_matters(rows in events(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        let length = shuffled.len() as u64;
        for index in 0..shuffled.len() {
            let other = seed.rotate_left(u32::try_from(index % 64).unwrap()) % length;
            shuffled.swap(index, usize::try_from(other).unwrap());
        }
        let (one, two) = (scored(&rows), scored(&shuffled));
        prop_assert_eq!(&one.facts, &two.facts);
        prop_assert_eq!(&one.scores.students, &two.scores.students);
        prop_assert_eq!(&one.scores.organizations, &two.scores.organizations);
        prop_assert_eq!(&one.scores.summary, &two.scores.summary);
    }

    #[test]
    fn an_explanation_takes_apart_the_rule_that_decided(rows in events(), study in any::<bool>()) {
        let preset = if study { "method: study\n" } else { "" };
        let School { read, scores, .. } = score(&PEOPLE, &rows.concat(), "", "2026-03-02", preset);
        let order = [Praise::Reward, Praise::WelcomeBack, Praise::Steady];
        for own in scores.students.chunk_by(|a, b| a.student == b.student) {
            for week in 1..=own.len() {
                let holds = |praise: Praise| {
                    conditions(praise, &own[..week], &read.config.method).iter().all(|condition| condition.holds)
                };
                let first = order.into_iter().find(|praise| holds(*praise));
                prop_assert_eq!(first, own[week - 1].notice, "{:?}", &own[..week]);
            }
        }
    }

    #[test]
    fn a_row_that_is_there_twice_counts_once(rows in events()) {
        let doubled: Vec<String> = rows.iter().chain(&rows).cloned().collect();
        let (one, two) = (scored(&rows), scored(&doubled));
        prop_assert_eq!(&one.facts, &two.facts);
        prop_assert!(two.scores.summary.duplicates >= rows.len() - one.scores.summary.duplicates);
    }

    #[test]
    fn scores_lie_between_0_and_100_and_a_week_without_activity_scores_0(rows in events()) {
        for week in scored(&rows).scores.students {
            for score in [week.health, week.vital, week.effort] {
                prop_assert!((0.0..=100.0).contains(&score));
                prop_assert!(week.is_active() || score == 0.0);
            }
        }
    }

    #[test]
    fn a_day_never_has_more_time_in_class_than_online(rows in events()) {
        for fact in scored(&rows).facts {
            prop_assert!(0 <= fact.in_class && fact.in_class <= fact.online);
            prop_assert!(fact.logins <= fact.actions);
        }
    }

    #[test]
    fn with_a_given_ruler_more_of_a_measure_never_lowers_the_score(
        pairs in proptest::collection::vec((0.0..7.0, 0.0..9.0), 0..40),
        x in 0.0..7.0, y in 0.0..9.0, more in 0.0..5.0, minmax in any::<bool>(),
    ) {
        let line = Line::fit(&pairs, if minmax { Scale::Minmax } else { Scale::Phi });
        prop_assert!(line.score(x + more, y) >= line.score(x, y));
        prop_assert!(line.score(x, y + more) >= line.score(x, y));
    }

    #[test]
    fn a_reward_needs_a_rise_of_the_configured_gain_above_the_own_usual(
        efforts in proptest::collection::vec(proptest::option::of(0.0..100.0), 1..20),
    ) {
        let method = Method::of(Preset::Weekly);
        let last = efforts.len() - 1;
        if is_reward(&efforts, last, &method) {
            let effort = efforts[last].unwrap();
            prop_assert!(effort - efforts[last - 1].unwrap() >= 5.0 - 1e-9);
            let known: Vec<f64> = efforts[last.saturating_sub(8)..last].iter().flatten().copied().collect();
            prop_assert!(known.len() >= 3);
            let below = known.iter().filter(|other| **other < effort).count();
            prop_assert!(below > 3 * (known.len() - 1) / 4, "above the upper quartile");
        }
    }
}

#[test]
fn a_holiday_week_neither_costs_a_score_nor_earns_a_welcome() {
    let monday =
        |week: u32| chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap() + chrono::Days::new(u64::from(week) * 7);
    let rows = |skip: &[u32]| -> String {
        let active = (0..9_u32).filter(|week| !skip.contains(week));
        let row = |day: chrono::NaiveDate| format!("{},O,a,,3,,{day}T10:00Z\n", day.format("%Y%m%d"));
        active.map(|week| row(monday(week)) + &row(monday(week) + chrono::Days::new(1))).collect()
    };
    let holiday = "holidays: [{from: 2026-02-16, to: 2026-03-01}]\n";
    let passed = score(&[("a", "student")], &rows(&[6, 7]), "", "2026-03-02", holiday);
    let missed = score(&[("a", "student")], &rows(&[6, 7]), "", "2026-03-02", "");
    let last = |school: &School| school.scores.students.last().unwrap().clone();
    assert!((last(&passed).steadiness - 1.0).abs() < 1e-12);
    assert!((last(&missed).steadiness - 0.5).abs() < 1e-12);
    assert_eq!(passed.scores.timeline.len() + 2, missed.scores.timeline.len());
    assert_eq!(last(&passed).notice, None);
    assert_eq!(last(&missed).notice.map(plaudit::scoring::Praise::name), Some("welcome_back"));
}

#[test]
fn data_without_any_log_in_fall_back_to_actions_under_the_studys_preset() {
    let rows = "1,O,a,C,1,,2026-03-02T10:00Z\n2,O,a,C,2,,2026-03-02T10:20Z\n";
    let school = score(&[("a", "student")], rows, "", "2026-03-02", "method: study\n");
    assert_eq!(school.read.config.method.active_by, ActiveBy::Login);
    assert!(school.scores.login_fallback);
    assert_eq!(school.scores.students[0].active_days, 1);
}
