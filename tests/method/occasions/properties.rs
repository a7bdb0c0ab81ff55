//! What holds for every schedule, whatever the zone, the calendar and the times of looks.

use super::independent::{due_at, wall_clock};
use super::world::{PATTERNS, RESTS, RULES, School, ZONES};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use plaudit::calendar::{Look, Missed, Occasion, Passed, Rule, SchoolCalendar, Week};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Instants at which the clocks of a zone change.
const CHANGES: [(Tz, &str); 15] = [
    (Tz::Europe__Berlin, "2026-03-29T01:00:00Z"),
    (Tz::Europe__Berlin, "2026-10-25T01:00:00Z"),
    (Tz::America__New_York, "2026-03-08T07:00:00Z"),
    (Tz::America__New_York, "2026-11-01T06:00:00Z"),
    (Tz::Australia__Lord_Howe, "2026-04-04T15:00:00Z"),
    (Tz::Australia__Lord_Howe, "2026-10-03T15:30:00Z"),
    (Tz::America__Santiago, "2026-04-05T03:00:00Z"),
    (Tz::America__Santiago, "2026-09-06T04:00:00Z"),
    (Tz::Africa__Casablanca, "2026-02-15T02:00:00Z"),
    (Tz::Africa__Casablanca, "2026-03-22T02:00:00Z"),
    (Tz::Pacific__Chatham, "2026-04-04T14:00:00Z"),
    (Tz::Pacific__Chatham, "2026-09-26T14:00:00Z"),
    (Tz::Pacific__Apia, "2011-12-30T10:00:00Z"),
    (Tz::Atlantic__Azores, "2026-10-25T01:00:00Z"),
    (Tz::America__Havana, "2026-03-08T05:00:00Z"),
];

const TWO_DAYS: i64 = 2880;

/// A schedule in a zone of a school.
#[derive(Debug)]
struct Case {
    rule: Rule,
    zone: Tz,
    calendar: SchoolCalendar,
}

impl Case {
    fn look(&self) -> Look<'_> {
        Look { rule: &self.rule, zone: self.zone, calendar: &self.calendar, held_for: None }
    }

    /// What is run if somebody looks at these instants and all that is owed is run.
    fn run_at(&self, since: DateTime<Utc>, looks: &[DateTime<Utc>]) -> Vec<Occasion> {
        let (mut until, mut run) = (since, Vec::new());
        for now in looks {
            let due = self.look().due(until, *now);
            until = due.newest().unwrap_or(until).max(until);
            run.extend(due.owed);
        }
        run
    }
}

fn start() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn cases() -> impl Strategy<Value = Case> {
    let rests = proptest::collection::vec(0..3_usize, 0..3);
    (0..PATTERNS.len(), 0..3_usize, 0..ZONES.len(), 1..12_i64, rests, any::<u64>()).prop_map(
        |(pattern, missed, zone, days, rests, seed)| {
            let is_week_end = PATTERNS[pattern].is_week_end();
            let rule = Rule {
                when: PATTERNS[pattern].when(),
                missed: if is_week_end { Missed::Once } else { RULES[missed] },
                not_older_than: Duration::days(days),
                not_in: rests.iter().filter(|_| !is_week_end).map(|rest| RESTS[*rest]).collect(),
            };
            Case { rule, zone: ZONES[zone], calendar: School::new(seed, start()).calendar() }
        },
    )
}

/// The instants so many minutes after one another.
fn instants(steps: &[i64]) -> Vec<DateTime<Utc>> {
    let mut at = start() + Duration::days(20);
    let step = |minutes: &i64| {
        at += Duration::minutes(*minutes);
        at
    };
    steps.iter().map(step).collect()
}

fn newest_of_each_week(run: &[Occasion]) -> BTreeMap<Week, DateTime<Utc>> {
    run.iter().map(|occasion| (occasion.week, occasion.at)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn around_a_change_of_the_clock_each_time_is_due_when_the_clock_first_shows_it_or_a_later_one(
        pattern in 0..PATTERNS.len(), change in 0..CHANGES.len(), minutes in -2000..2000_i64,
    ) {
        let (zone, change) = CHANGES[change];
        let from = change.parse::<DateTime<Utc>>().unwrap() + Duration::minutes(minutes);
        let (before, to) = (from - Duration::minutes(TWO_DAYS), from + Duration::minutes(2 * TWO_DAYS));
        let clock = wall_clock(zone, before, 3 * TWO_DAYS + 1);
        let minutes = due_at(&PATTERNS[pattern], &clock).into_iter();
        let expected: Vec<_> = minutes.map(|minute| before + Duration::minutes(minute)).filter(|at| *at > from).collect();
        let when = PATTERNS[pattern].when();
        let is: Vec<_> = when.after(from, zone).take_while(|at| *at <= to).collect();
        prop_assert!(is.is_sorted_by(|one, next| one < next));
        prop_assert_eq!(is, expected);
    }

    #[test]
    fn nothing_is_both_owed_and_passed_over_and_no_week_is_owed_twice(case in cases(), minutes in 1..60_000_i64) {
        let since = start() + Duration::days(20);
        let now = since + Duration::minutes(minutes);
        let due = case.look().due(since, now);
        prop_assert!(due.owed.is_sorted_by(|one, next| one.at < next.at && one.week < next.week));
        prop_assert!(due.owed.iter().all(|owed| due.passed.iter().all(|(passed, _)| passed != owed)));
        let all = due.owed.iter().chain(due.passed.iter().map(|(passed, _)| passed));
        prop_assert!(all.map(|occasion| occasion.at).all(|at| since < at && at <= now));
    }

    #[test]
    fn what_is_passed_over_is_told_oldest_first_and_is_older_than_what_is_owed(
        case in cases(), minutes in 1..60_000_i64,
    ) {
        let since = start() + Duration::days(20);
        let due = case.look().due(since, since + Duration::minutes(minutes));
        prop_assert!(due.passed.is_sorted_by(|(one, _), (next, _)| one.at < next.at));
        let newest_passed = due.passed.last().map(|(occasion, _)| occasion.at);
        prop_assert!(due.owed.first().is_none_or(|owed| newest_passed < Some(owed.at)));
    }

    #[test]
    fn a_day_of_rest_is_passed_over_as_one_and_never_owed(case in cases(), minutes in 1..60_000_i64) {
        let since = start() + Duration::days(20);
        let due = case.look().due(since, since + Duration::minutes(minutes));
        prop_assert!(due.owed.iter().all(|owed| !case.look().rests(*owed)));
        prop_assert!(due.passed.iter().all(|(passed, why)| case.look().rests(*passed) == (*why == Passed::Rest)));
    }

    #[test]
    fn who_looks_again_after_all_is_settled_owes_nothing(case in cases(), minutes in 1..60_000_i64) {
        let since = start() + Duration::days(20);
        let now = since + Duration::minutes(minutes);
        let settled = case.look().due(since, now).newest().unwrap_or(since);
        prop_assert_eq!(case.look().due(settled, now).owed, []);
    }

    #[test]
    fn with_each_it_does_not_matter_how_often_somebody_looks_while_nothing_gets_too_old(
        case in cases(), steps in proptest::collection::vec((1..1500_i64, any::<bool>()), 1..40),
    ) {
        let rule = Rule { missed: Missed::Each, not_older_than: Duration::days(60), ..case.rule };
        let case = Case { rule, ..case };
        let since = start() + Duration::days(20);
        let often = instants(&steps.iter().map(|(minutes, _)| *minutes).collect::<Vec<_>>());
        let is_last = |index: usize| index + 1 == often.len();
        let seldom: Vec<_> = (0..often.len()).filter(|index| steps[*index].1 || is_last(*index)).map(|at| often[at]).collect();
        let (often, seldom) = (case.run_at(since, &often), case.run_at(since, &seldom));
        prop_assert!(seldom.iter().all(|occasion| often.contains(occasion)));
        prop_assert_eq!(newest_of_each_week(&often), newest_of_each_week(&seldom));
    }
}
