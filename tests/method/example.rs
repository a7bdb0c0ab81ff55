//! The worked example of docs/method.md.

use crate::school::score;
use plaudit::scoring::facts::minutes;

const EVENTS: &str = "1,O,s,,3,,2026-03-02T08:00Z
2,O,s,C,1,,2026-03-02T08:05Z
3,O,s,C,2,,2026-03-02T08:50Z
4,O,s,,4,,2026-03-02T09:00Z
5,O,s,,3,,2026-03-03T20:00Z
6,O,s,,3,,2026-03-04T07:00Z
7,O,s,,4,,2026-03-04T09:00Z
";
const ANSWERS: &str = "1,O,s,C,m,q1,1,2026-03-02T08:10Z
2,O,s,C,m,q2,0,2026-03-02T08:15Z
3,O,s,,m,q1,0,2026-03-03T20:10Z
4,O,s,,m,q2,1,2026-03-03T22:00Z
";

#[test]
fn the_worked_example_counts_as_written() {
    let school = score(&[("s", "student")], EVENTS, ANSWERS, "2026-03-02", "");
    let rows: Vec<_> = school
        .facts
        .iter()
        .map(|fact| {
            let day = fact.day.to_string();
            (day, fact.logins, fact.actions, minutes(fact.online), minutes(fact.in_class), fact.answers, fact.correct)
        })
        .collect();
    let expected = [
        ("2026-03-02", 1, 4, 60.0, 45.0, 2, 1),
        ("2026-03-03", 1, 3, 10.0, 0.0, 2, 1),
        ("2026-03-04", 1, 1, 120.0, 0.0, 0, 0),
    ];
    assert_eq!(rows, expected.map(|(day, a, b, c, d, e, f)| (day.to_string(), a, b, c, d, e, f)));
}

#[test]
fn the_worked_examples_week_has_the_measures_as_written() {
    let school = score(&[("s", "student")], EVENTS, ANSWERS, "2026-03-02", "");
    let week = &school.scores.students[0];
    assert_eq!((week.active_days, week.minutes, week.class_minutes, week.answers), (3, 190.0, 45.0, 4));
    let organization = &school.scores.organizations[0];
    assert_eq!((organization.usage_frequency, organization.using_time), (1.0, 190.0));
}

#[test]
fn one_week_of_one_student_tells_nothing_and_scores_fifty() {
    let school = score(&[("s", "student")], EVENTS, ANSWERS, "2026-03-02", "");
    let week = &school.scores.students[0];
    assert_eq!((week.health, week.vital, week.effort, week.gain), (50.0, 50.0, 50.0, None));
    assert!(!school.scores.told);
}
