//! Nine weeks lived through hour by hour at six schools in six zones, with a program that is away now and then and settings
//! that are edited: what was sent when, by the ledger, against what had to be.

use crate::school::School;
use chrono::{DateTime, Datelike, Duration, NaiveDate, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use indicatif::ProgressBar;
use plaudit::calendar::clock::Clock;
use plaudit::config::load;
use plaudit::delivery::Channel;
use plaudit::pipeline::desk::Desk;
use plaudit::pipeline::prepare::Waived;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use tokio::runtime::Runtime;

const ZONES: [(&str, Tz); 6] = [
    ("s1", Tz::Europe__Berlin),
    ("s2", Tz::America__New_York),
    ("s3", Tz::Australia__Lord_Howe),
    ("s4", Tz::Asia__Kathmandu),
    ("s5", Tz::Pacific__Apia),
    ("s6", Tz::America__Santiago),
];

/// One teacher with a class of a student at each school, everybody active in each of nine weeks.
fn six_schools() -> School {
    let mut school = School::empty();
    let mut zones = Vec::new();
    for (number, (id, zone)) in ZONES.into_iter().enumerate() {
        let (teacher, class) = (format!("t{}", number + 1), format!("c{}", number + 1));
        if number > 0 {
            let _ = writeln!(school.organizations, "{id},active,School {id},school");
            let _ = writeln!(school.classes, "{class},active,Math,{id}");
            let _ = writeln!(
                school.users,
                "{teacher},active,true,{id},teacher,{teacher},Grace,T{teacher},{teacher}@school.example,,en"
            );
            let _ = writeln!(school.enrollments, "e-{teacher},active,{class},{id},{teacher},teacher,,");
        }
        for week in 0..9 {
            school.visits(&teacher, week, 2, 30);
        }
        zones.push(format!("{id}: {{time_zone: {zone}}}"));
    }
    school.config = school.config.split_once("schedules:").unwrap().0.to_string();
    let rule = "{notice: teacher_report, to: [teachers], when: 'monday 07:00'}";
    let _ = writeln!(school.config, "schedules:\n  - {rule}\norganizations: {{{}}}", zones.join(", "));
    school
}

/// When the program is away: hours from the beginning, made of a fixed seed.
fn away() -> BTreeSet<i64> {
    let mut state = 20_260_112_u64;
    let mut dice = |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % sides).unwrap()
    };
    let mut away = BTreeSet::new();
    let mut hour = 60;
    while hour < HOURS {
        let length = 1 + dice(40);
        away.extend(hour..hour + length);
        hour += length + 1 + dice(60);
    }
    // Long enough for a Monday to become too old.
    away.extend(40 * 24..46 * 24);
    away
}

const HOURS: i64 = 9 * 7 * 24;

/// An edit of the hour, and the hour at which it is saved.
const EDITED: i64 = 30 * 24 + 5;

fn begin() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 16, 0, 0, 0).unwrap()
}

/// What had to be sent: whom, of which week, at which hour; worked out from the zones' clocks hour by hour and half hour by
/// half hour, without the calendar of the program.
fn expected(away: &BTreeSet<i64>) -> BTreeSet<(String, NaiveDate, i64)> {
    let mut expected = BTreeSet::new();
    for (number, (_, zone)) in ZONES.into_iter().enumerate() {
        let is_due = |minutes: i64, hour: u32| {
            let local = (begin() + Duration::minutes(minutes)).with_timezone(&zone);
            local.weekday() == Weekday::Mon && (local.hour(), local.minute()) == (hour, 0)
        };
        let mut seen_edit = None;
        let mut owed: Option<i64> = None;
        for hour in 0..HOURS {
            for minutes in (hour * 60 - 45..=hour * 60).step_by(15) {
                let after_edit = seen_edit.is_some_and(|seen| minutes > seen * 60);
                // What fell between the edit and the first look at it is not owed by the new rule.
                let is_old = seen_edit.is_none();
                if (is_old && is_due(minutes, 7)) || (after_edit && is_due(minutes, 9)) {
                    owed = Some(minutes);
                }
            }
            if away.contains(&hour) {
                continue;
            }
            if hour >= EDITED && seen_edit.is_none() {
                seen_edit = Some(hour);
                // The old rule is not asked any more.
                owed = None;
            }
            let Some(minutes) = owed.take() else { continue };
            if hour * 60 - minutes <= 3 * 24 * 60 && minutes > 0 {
                let monday = (begin() + Duration::minutes(minutes)).with_timezone(&zone).date_naive();
                expected.insert((format!("t{}", number + 1), monday - Duration::days(7), hour));
            }
        }
    }
    expected
}

/// One look at an hour, by settings as they are on disk.
fn look(school: &School, runtime: &Runtime, hour: i64) {
    let config = load(&school.path("config.yaml")).unwrap_or_else(|problems| panic!("{problems}"));
    let channel = Channel::of(&config, None).unwrap();
    let clock = Clock::Fixed(begin() + Duration::hours(hour));
    let (only, waived, progress) = (None, Waived::default(), ProgressBar::hidden);
    let desk = Desk { config: &config, channel, only, waived, clock, runtime, progress };
    let mut looks = std::iter::repeat_with(|| desk.catch_up().unwrap());
    let caught = looks.find(|caught| !caught.is_busy).unwrap();
    assert!(caught.problems.is_empty(), "{:?}", caught.problems);
}

#[test]
fn nine_weeks_at_six_schools_send_what_was_owed_when_it_was_owed() {
    let mut school = six_schools();
    school.write();
    let away = away();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for hour in 0..HOURS {
        if hour == EDITED {
            school.config = school.config.replace("monday 07:00", "monday 09:00");
            school.write();
        }
        if !away.contains(&hour) {
            look(&school, &runtime, hour);
        }
    }
    let sent = school.outbox("--state sent").into_iter().filter(|message| message["kind"] == "teacher_report");
    let sent: BTreeSet<(String, NaiveDate, i64)> = sent
        .map(|message| {
            let text = |name: &str| message[name].as_str().unwrap().to_string();
            let changed: DateTime<Utc> = text("changed").parse().unwrap();
            (text("recipient"), text("period").parse().unwrap(), (changed - begin()).num_hours())
        })
        .collect();
    let expected = expected(&away);
    assert!(expected.len() > 30, "{}", expected.len());
    let lost: Vec<_> = expected.difference(&sent).collect();
    let unasked: Vec<_> = sent.difference(&expected).collect();
    assert!(lost.is_empty() && unasked.is_empty(), "lost {lost:?}\nunasked {unasked:?}");
}
