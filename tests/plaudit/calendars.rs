//! The school's own calendar: days on which schedules rest, calendar files, and weeks that are not alike.

use crate::schedules::{look, school, sent};
use crate::school::School;
use chrono::{DateTime, Utc};
use plaudit::config::load;

#[test]
fn a_schedule_rests_in_holidays_and_says_so() {
    let mut school = school("when: 'monday 07:00', not_in: holidays");
    school.config.push_str("holidays: [{from: 2026-03-09, to: 2026-03-10}]\n");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    let idle = look(&school, "2026-03-09T08:00:00Z");
    assert_eq!(sent(&school).get("teacher_report"), None);
    assert!(idle.missed.is_empty(), "a day of rest is no fault");
    let listed = school.command("schedule -n 2 --format json", &[]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(listed["schedules"][0]["occasions"].as_array().unwrap().len(), 2);
}

#[test]
fn holidays_terms_and_exams_come_from_a_calendar_file() {
    let mut school = school("when: 'monday 07:00', not_in: [holidays, exams, between_terms]");
    school.config.push_str("school_calendar: {icalendar: school.ics}\n");
    school.write();
    let event = |title: &str, from: &str, to: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{from}\r\nSUMMARY:{title}\r\nDTSTART;VALUE=DATE:{from}\r\nDTEND;VALUE=DATE:{to}\r\nEND:VEVENT\r\n"
        )
    };
    let events = [
        event("Autumn term", "20260301", "20260401"),
        event("Spring break", "20260309", "20260314"),
        event("Bank holiday", "20260309", "20260310"),
        event("Exams in maths", "20260316", "20260317"),
    ];
    let file =
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//school//EN\r\n{}END:VCALENDAR\r\n", events.concat());
    std::fs::write(school.path("school.ics"), file).unwrap();
    let config = load(&school.path("config.yaml")).unwrap();
    let day = |text: &str| text.parse().unwrap();
    assert!(config.calendar.is_holiday(day("2026-03-13")) && !config.calendar.is_holiday(day("2026-03-14")));
    assert!(config.calendar.is_exam_day(day("2026-03-16")) && config.calendar.is_between_terms(day("2026-04-01")));
    assert_eq!(config.calendar.terms[0].name, "Autumn term");
    look(&school, "2026-03-07T12:00:00Z");
    look(&school, "2026-03-09T08:00:00Z");
    look(&school, "2026-03-16T08:00:00Z");
    assert_eq!(sent(&school).get("teacher_report"), None);
    let rest = look(&school, "2026-03-16T08:00:00Z").next.unwrap();
    assert!(rest > "2026-03-16T08:00:00Z".parse::<DateTime<Utc>>().unwrap());
}

#[test]
fn a_calendar_file_that_is_broken_is_named_with_its_line() {
    let mut school = School::usual();
    school.config.push_str("school_calendar: {icalendar: school.ics}\n");
    school.write();
    for (text, told) in [
        ("", "school.ics"),
        ("<html>not a calendar</html>", "school.ics:1"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20260230\r\n", "school.ics:"),
        (
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Fair\r\nDTSTART;VALUE=DATE:20260302\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "the first titles are: Fair",
        ),
    ] {
        std::fs::write(school.path("school.ics"), text).unwrap();
        let output = school.command("check", &[]);
        assert_eq!(output.code, 2);
        assert!(
            output.stderr.contains("school_calendar.icalendar") && output.stderr.contains(told),
            "{}",
            output.stderr
        );
    }
}

#[test]
fn weeks_with_different_numbers_of_school_days_are_said_to_be_so() {
    let mut school = School::usual();
    school.config.push_str("holidays: [{from: 2026-02-26, to: 2026-02-27}]\n");
    school.run();
    let expected = "This week had 5 school days, the school week before had 3.";
    assert!(school.written("teacher_report.s1.t1.s1").text.contains(expected), "the teacher");
    assert!(school.written("reward.s1.g-mei.mei").text.contains(expected), "the family");
    let same = School::usual();
    same.run();
    assert!(!same.written("teacher_report.s1.t1.s1").text.contains("school days,"));
}
