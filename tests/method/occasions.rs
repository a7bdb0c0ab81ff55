//! When schedules are due and which of their occasions are owed, written out by hand: the edges of daylight saving, a day
//! that does not exist, the ends of months, and texts that must be refused.
//!
//! A mail at the wrong hour, or twice, is seen by a whole school. So the instants here are written down, not computed, and
//! beside them whole years are compared with a calculation of another kind.

mod independent;
mod properties;
mod simulated;
mod world;

use chrono::{DateTime, Duration, NaiveDate, Utc, Weekday};
use chrono_tz::Tz::{
    self, Africa__Casablanca, America__New_York, America__Santiago, Asia__Kathmandu, Asia__Tehran,
    Australia__Lord_Howe, Europe__Berlin, Pacific__Apia,
};
use plaudit::calendar::{DateRange, Due, Look, Missed, Passed, Rest, Rule, SchoolCalendar, Watch, When};
use world::{PATTERNS, Plan, School, World, YEAR};

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The next instants at which a text is due, after one and as many as are expected.
fn assert_due(text: &str, zone: Tz, after: &str, expected: &[&str]) {
    let when = When::parse(text).unwrap();
    let is: Vec<_> = when.after(instant(after), zone).take(expected.len()).collect();
    let expected: Vec<_> = expected.iter().map(|at| instant(at)).collect();
    assert_eq!(is, expected, "`{text}` in {zone}");
}

#[test]
fn a_time_in_the_skipped_hour_is_due_at_the_first_instant_after_it() {
    let berlin = ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"];
    assert_due("30 2 * * *", Europe__Berlin, "2026-03-28T00:00:00Z", &berlin);
    let new_york = ["2026-03-07T07:30:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"];
    assert_due("30 2 * * *", America__New_York, "2026-03-07T00:00:00Z", &new_york);
    let lord_howe = ["2026-10-02T15:45:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"];
    assert_due("15 2 * * *", Australia__Lord_Howe, "2026-10-02T00:00:00Z", &lord_howe);
    let casablanca = ["2026-03-21T02:30:00Z", "2026-03-22T02:00:00Z", "2026-03-23T01:30:00Z"];
    assert_due("30 2 * * *", Africa__Casablanca, "2026-03-21T00:00:00Z", &casablanca);
    let tehran = ["2022-03-20T21:00:00Z", "2022-03-21T20:30:00Z", "2022-03-22T20:00:00Z"];
    assert_due("30 0 * * *", Asia__Tehran, "2022-03-20T12:00:00Z", &tehran);
    assert_due("30 0 22 3 *", Asia__Tehran, "2022-12-01T00:00:00Z", &["2023-03-21T21:00:00Z"]);
}

#[test]
fn a_time_in_the_repeated_hour_is_due_once_when_it_first_occurs() {
    let berlin = ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"];
    assert_due("30 2 * * *", Europe__Berlin, "2026-10-24T00:00:00Z", &berlin);
    let new_york = ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"];
    assert_due("30 1 * * *", America__New_York, "2026-10-31T00:00:00Z", &new_york);
    let lord_howe = ["2026-04-03T14:45:00Z", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"];
    assert_due("45 1 * * *", Australia__Lord_Howe, "2026-04-03T00:00:00Z", &lord_howe);
    let casablanca = ["2026-02-15T01:30:00Z", "2026-02-16T02:30:00Z"];
    assert_due("30 2 * * *", Africa__Casablanca, "2026-02-15T00:00:00Z", &casablanca);
}

#[test]
fn who_looks_within_the_repeated_hour_sees_none_of_it_again() {
    assert_due("30 2 * * *", Europe__Berlin, "2026-10-25T01:10:00Z", &["2026-10-26T01:30:00Z"]);
    assert_due("30 2 * * *", Europe__Berlin, "2026-10-25T00:30:00Z", &["2026-10-26T01:30:00Z"]);
    assert_due("30 2 * * *", Europe__Berlin, "2026-03-29T01:00:00Z", &["2026-03-30T00:30:00Z"]);
}

#[test]
fn every_ten_minutes_is_each_instant_once_where_an_hour_is_skipped() {
    let berlin = ["2026-03-29T00:50:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:10:00Z", "2026-03-29T01:20:00Z"];
    assert_due("*/10 * * * *", Europe__Berlin, "2026-03-29T00:40:00Z", &berlin);
    let new_york = ["2026-03-08T06:50:00Z", "2026-03-08T07:00:00Z", "2026-03-08T07:10:00Z", "2026-03-08T07:20:00Z"];
    assert_due("*/10 * * * *", America__New_York, "2026-03-08T06:40:00Z", &new_york);
    let lord_howe = ["2026-10-03T15:20:00Z", "2026-10-03T15:30:00Z", "2026-10-03T15:40:00Z", "2026-10-03T15:50:00Z"];
    assert_due("*/10 * * * *", Australia__Lord_Howe, "2026-10-03T15:10:00Z", &lord_howe);
}

#[test]
fn every_ten_minutes_rests_while_an_hour_is_repeated() {
    let berlin = ["2026-10-25T00:40:00Z", "2026-10-25T00:50:00Z", "2026-10-25T02:00:00Z", "2026-10-25T02:10:00Z"];
    assert_due("*/10 * * * *", Europe__Berlin, "2026-10-25T00:30:00Z", &berlin);
    let new_york = ["2026-11-01T05:40:00Z", "2026-11-01T05:50:00Z", "2026-11-01T07:00:00Z", "2026-11-01T07:10:00Z"];
    assert_due("*/10 * * * *", America__New_York, "2026-11-01T05:30:00Z", &new_york);
    let lord_howe = ["2026-04-04T14:40:00Z", "2026-04-04T14:50:00Z", "2026-04-04T15:30:00Z", "2026-04-04T15:40:00Z"];
    assert_due("*/10 * * * *", Australia__Lord_Howe, "2026-04-04T14:30:00Z", &lord_howe);
}

#[test]
fn a_day_that_does_not_exist_is_due_when_the_next_one_begins() {
    let daily = ["2011-12-29T17:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T17:00:00Z", "2011-12-31T17:00:00Z"];
    assert_due("daily 07:00", Pacific__Apia, "2011-12-29T00:00:00Z", &daily);
    let fridays = ["2011-12-23T17:00:00Z", "2011-12-30T10:00:00Z", "2012-01-05T17:00:00Z"];
    assert_due("friday 07:00", Pacific__Apia, "2011-12-23T00:00:00Z", &fridays);
}

#[test]
fn a_midnight_that_is_skipped_ends_the_day_and_the_week() {
    let midnights = ["2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"];
    assert_due("0 0 * * *", America__Santiago, "2026-09-05T00:00:00Z", &midnights);
    let weeks = When::week_end(Weekday::Sun);
    let is: Vec<_> = weeks.after(instant("2026-09-01T00:00:00Z"), America__Santiago).take(2).collect();
    assert_eq!(is, ["2026-09-06T04:00:00Z", "2026-09-13T03:00:00Z"].map(instant));
}

#[test]
fn days_at_the_end_of_a_month_are_due_where_the_month_has_them() {
    let leap_days = ["2028-02-29T01:15:00Z", "2032-02-29T01:15:00Z"];
    assert_due("0 7 29 2 *", Asia__Kathmandu, "2026-01-01T00:00:00Z", &leap_days);
    assert_due("0 7 29 2 *", Asia__Kathmandu, "2096-03-01T00:00:00Z", &["2104-02-29T01:15:00Z"]);
    let long_months = ["2026-01-31T06:00:00Z", "2026-03-31T05:00:00Z", "2026-05-31T05:00:00Z", "2026-07-31T05:00:00Z"];
    assert_due("0 7 31 * *", Europe__Berlin, "2026-01-01T00:00:00Z", &long_months);
    let last_days = ["2026-01-31T06:00:00Z", "2026-02-28T06:00:00Z", "2026-03-31T05:00:00Z", "2026-04-30T05:00:00Z"];
    assert_due("0 7 L * *", Europe__Berlin, "2026-01-01T00:00:00Z", &last_days);
    assert_due("0 7 L * *", Europe__Berlin, "2028-02-01T00:00:00Z", &["2028-02-29T06:00:00Z"]);
}

#[test]
fn days_in_plain_words_are_what_cron_calls_them() {
    let mondays = ["2026-05-04T05:00:00Z", "2026-05-11T05:00:00Z"];
    for text in ["monday 07:00", "Monday 7:00", " mon 07:00 ", "0 7 * * mon", "0 7 * * MON", "0 7 * * 1"] {
        assert_due(text, Europe__Berlin, "2026-05-01T00:00:00Z", &mondays);
    }
    let afternoons = ["2026-05-01T13:30:00Z", "2026-05-05T13:30:00Z", "2026-05-08T13:30:00Z"];
    for text in ["tuesday, friday 15:30", "friday,tuesday 15:30", "30 15 * * tue,fri", "30 15 * * 2,5"] {
        assert_due(text, Europe__Berlin, "2026-05-01T00:00:00Z", &afternoons);
    }
    let sundays = ["2026-05-03T05:00:00Z", "2026-05-10T05:00:00Z"];
    for text in ["sunday 07:00", "0 7 * * sun", "0 7 * * 0", "0 7 * * 7"] {
        assert_due(text, Europe__Berlin, "2026-05-01T00:00:00Z", &sundays);
    }
    let either = ["2026-05-08T05:00:00Z", "2026-05-13T05:00:00Z", "2026-05-15T05:00:00Z"];
    assert_due("0 7 13 * fri", Europe__Berlin, "2026-05-02T00:00:00Z", &either);
}

#[test]
fn a_text_that_cannot_be_meant_is_refused_with_what_is_wrong() {
    let refused = [
        ("0 7 30 2 *", "never happens"),
        ("0 7 31 4,6,9,11 *", "never happens"),
        ("someday 07:00", "the day `someday`"),
        ("montag 07:00", "did you mean `monday`?"),
        ("monday 25:00", "the time `25:00`"),
        ("monday 24:00", "the time `24:00`"),
        ("monday 07:00:00", "the time `07:00:00`"),
        ("monday", "expected days and a time such as `monday 07:00`"),
        ("monday 7", "expected days and a time such as `monday 07:00`"),
        ("07:00", "expected `monday 07:00`"),
        ("", "expected `monday 07:00`"),
        ("0 0 7 * * mon", "expected `monday 07:00` or five fields"),
        ("0 7 * * mon 2027", "expected `monday 07:00` or five fields"),
        ("0 24 * * *", "expected `monday 07:00` or five fields"),
        ("@reboot", "expected `monday 07:00` or five fields"),
    ];
    for (text, words) in refused {
        let message = When::parse(text).expect_err(text);
        assert!(message.contains(words), "`{text}`: {message}");
        assert!(message.starts_with("found ") && !message.contains('\n'), "`{text}`: {message}");
    }
}

fn school(holidays: &[&str]) -> SchoolCalendar {
    let day = |day: &&str| DateRange { from: day.parse().unwrap(), to: day.parse().unwrap() };
    let holidays = holidays.iter().map(day).collect();
    SchoolCalendar { holidays, ..School::default().calendar() }
}

fn rule(when: When, missed: Missed, days: i64) -> Rule {
    Rule { when, missed, not_older_than: Duration::days(days), not_in: vec![Rest::Holidays] }
}

fn owed(due: &Due) -> Vec<(String, String)> {
    due.owed.iter().map(|owed| (owed.at.format("%FT%RZ").to_string(), owed.week.to_string())).collect()
}

fn passed(due: &Due) -> Vec<(String, Passed)> {
    due.passed.iter().map(|(passed, why)| (passed.at.format("%FT%RZ").to_string(), *why)).collect()
}

#[test]
fn a_schedule_that_is_new_or_edited_owes_nothing_that_is_past() {
    let rule = rule(When::parse("daily 06:00").unwrap(), Missed::Each, 9);
    let look = Look { rule: &rule, zone: Europe__Berlin, calendar: &school(&[]), held_for: None };
    let (now, until) = (instant("2026-05-13T12:00:00Z"), instant("2026-05-01T00:00:00Z"));
    let seen = Watch { definition: "as it is".into(), until };
    assert_eq!(look.since(None, "as it is", false, now), now);
    assert_eq!(look.since(None, "as it is", true, now), now);
    assert_eq!(look.since(Some(&seen), "edited", false, now), now);
    assert_eq!(look.since(Some(&seen), "as it is", false, now), until);
    let ahead = Watch { until: instant("2031-05-13T12:00:00Z"), ..seen };
    assert_eq!(look.since(Some(&ahead), "as it is", false, now), now);
}

#[test]
fn the_first_look_of_all_owes_the_newest_week_to_a_schedule_without_a_time() {
    let rule = Rule { not_in: Vec::new(), ..rule(When::week_end(Weekday::Mon), Missed::Once, 1) };
    let look = Look { rule: &rule, zone: Europe__Berlin, calendar: &school(&[]), held_for: None };
    let now = instant("2026-05-16T12:00:00Z");
    let due = look.due(look.since(None, "new", true, now), now);
    assert_eq!(owed(&due), [("2026-05-10T22:00Z".into(), "2026-05-04".into())]);
    assert_eq!(look.since(None, "new", false, now), now);
}

#[test]
fn the_newest_week_is_owed_by_a_schedule_without_a_time_however_late_somebody_comes() {
    let rule = Rule { not_in: Vec::new(), ..rule(When::week_end(Weekday::Mon), Missed::Once, 1) };
    let look = Look { rule: &rule, zone: Europe__Berlin, calendar: &school(&[]), held_for: None };
    let due = look.due(instant("2026-04-19T22:00:00Z"), instant("2026-05-16T12:00:00Z"));
    assert_eq!(owed(&due), [("2026-05-10T22:00Z".into(), "2026-05-04".into())]);
    assert_eq!(
        passed(&due),
        [("2026-04-26T22:00Z".into(), Passed::TooOld), ("2026-05-03T22:00Z".into(), Passed::TooOld)]
    );
}

/// Mondays and Thursdays at 07:00 UTC; the process is down from Wednesday 29 April to Thursday 14 May 2026.
fn after_two_weeks(missed: Missed, days: i64, now: &str) -> Due {
    let rule = rule(When::parse("monday, thursday 07:00").unwrap(), missed, days);
    let look = Look { rule: &rule, zone: Tz::UTC, calendar: &school(&[]), held_for: None };
    look.due(instant("2026-04-29T00:00:00Z"), instant(now))
}

#[test]
fn of_what_was_missed_once_runs_the_newest_and_each_the_newest_of_each_week() {
    let once = after_two_weeks(Missed::Once, 30, "2026-05-13T12:00:00Z");
    assert_eq!(owed(&once), [("2026-05-11T07:00Z".into(), "2026-05-04".into())]);
    let replaced = ["2026-04-30T07:00Z", "2026-05-07T07:00Z"].map(|at| (at.to_string(), Passed::ForNewer));
    assert_eq!(passed(&once), replaced);
    let each = after_two_weeks(Missed::Each, 30, "2026-05-13T12:00:00Z");
    let weeks =
        [("2026-04-30T07:00Z", "2026-04-20"), ("2026-05-07T07:00Z", "2026-04-27"), ("2026-05-11T07:00Z", "2026-05-04")];
    assert_eq!(owed(&each), weeks.map(|(at, week)| (at.to_string(), week.to_string())));
    assert_eq!(passed(&each), []);
}

#[test]
fn what_is_older_than_allowed_is_not_run() {
    let each = |now| after_two_weeks(Missed::Each, 3, now);
    assert_eq!(owed(&each("2026-05-14T06:59:00Z")), [("2026-05-11T07:00Z".into(), "2026-05-04".into())]);
    assert_eq!(owed(&each("2026-05-14T07:00:00Z")), [("2026-05-14T07:00Z".into(), "2026-05-04".into())]);
    assert_eq!(owed(&after_two_weeks(Missed::Once, 2, "2026-05-13T07:00:00Z")).len(), 1);
    let once = after_two_weeks(Missed::Once, 2, "2026-05-13T07:01:00Z");
    assert_eq!(owed(&once), []);
    assert_eq!(passed(&once).last(), Some(&("2026-05-11T07:00Z".into(), Passed::TooOld)));
}

#[test]
fn skip_runs_what_is_an_hour_late_and_no_later() {
    let skip = |now| after_two_weeks(Missed::Skip, 30, now);
    assert_eq!(owed(&skip("2026-05-11T08:00:00Z")), [("2026-05-11T07:00Z".into(), "2026-05-04".into())]);
    let late = skip("2026-05-11T08:01:00Z");
    assert_eq!(owed(&late), []);
    assert_eq!(passed(&late).last(), Some(&("2026-05-11T07:00Z".into(), Passed::Late)));
}

/// Ascension Day 2026 was Thursday 14 May.
#[test]
fn a_day_of_rest_settles_nothing_that_is_still_owed() {
    let rule = rule(When::parse("daily 06:00").unwrap(), Missed::Once, 3);
    let look = Look { rule: &rule, zone: Tz::UTC, calendar: &school(&["2026-05-14"]), held_for: None };
    let due = look.due(instant("2026-05-12T12:00:00Z"), instant("2026-05-14T07:00:00Z"));
    assert_eq!(owed(&due), [("2026-05-13T06:00Z".into(), "2026-05-04".into())]);
    // Else it would be settled before Wednesday is run, whose run may fail.
    assert_eq!(due.passed, []);
}

#[test]
fn a_day_of_rest_does_not_hide_that_its_week_was_missed() {
    let rule = rule(When::parse("daily 06:00").unwrap(), Missed::Once, 1);
    let look = Look { rule: &rule, zone: Tz::UTC, calendar: &school(&["2026-05-14"]), held_for: None };
    let due = look.due(instant("2026-05-12T12:00:00Z"), instant("2026-05-14T07:00:00Z"));
    assert_eq!(owed(&due), []);
    let reasons: Vec<_> = due.passed.iter().map(|(_, why)| *why).collect();
    assert!(reasons.contains(&Passed::TooOld), "{reasons:?}");
}

/// A year of one schedule that is moved from one zone to another and back, while the process looks at all times.
#[test]
fn a_schedule_that_is_moved_to_another_zone_owes_nothing_from_before_and_the_old_zone_is_forgotten() {
    let plan = |zone: Tz| {
        let pattern = PATTERNS.into_iter().find(|pattern| pattern.text == "monday 07:00").unwrap();
        let (missed, not_older_than_days, not_in) = (Missed::Once, 60, Vec::new());
        vec![Plan { name: "teachers", pattern, zones: vec![zone], missed, not_older_than_days, not_in }]
    };
    // From Monday 5 January 2026: at 09:00 UTC to New York (where it is 04:00), at 11:00 of the 12th back to Berlin.
    let (moved, back, end) = (9 * 60, 7 * 1440 + 11 * 60, 15 * 1440);
    let start = instant("2026-01-05T00:00:00Z");
    let looks = (0..YEAR).map(|minute| minute <= end).collect();
    let edits = vec![(0, plan(Europe__Berlin)), (moved, plan(America__New_York)), (back, plan(Europe__Berlin))];
    let world = World { start, school: School::default(), looks, works: vec![usize::MAX; YEAR], edits };
    let story = simulated::story(&world);
    let is: Vec<_> = story.runs.iter().map(|run| (run.zone, run.minute, run.occasion, run.week)).collect();
    let run =
        |zone: &'static str, at: &str, week: &str| (zone, instant(at), instant(at), week.parse::<NaiveDate>().unwrap());
    let expected = [
        run("Europe/Berlin", "2026-01-05T06:00:00Z", "2025-12-29"),
        run("America/New_York", "2026-01-05T12:00:00Z", "2025-12-29"),
        run("Europe/Berlin", "2026-01-19T06:00:00Z", "2026-01-12"),
    ];
    assert_eq!(is, expected);
}
