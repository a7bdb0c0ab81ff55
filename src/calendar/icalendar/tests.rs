//! What is read from calendars that are in order.

use chrono::NaiveDate;

use super::{Event, Fault, read};

mod faults;
mod hostile;
mod real;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A calendar with these lines between its first and its last.
pub(super) fn calendar(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", lines.trim().replace('\n', "\r\n"))
}

/// A calendar with one event of these lines.
pub(super) fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\n{}\nEND:VEVENT", lines.trim()))
}

/// Everything from August 2025 to July 2026, in Berlin.
pub(super) fn year(file: &str) -> Result<Vec<Event>, Fault> {
    read(file.as_bytes(), chrono_tz::Europe::Berlin, day("2025-08-01"), day("2026-07-31"))
}

/// The days of all events of such a year.
pub(super) fn days(file: &str) -> Vec<String> {
    let shown = |event: Event| format!("{}..{}", event.range.from, event.range.to);
    year(file).unwrap().into_iter().map(shown).collect()
}

#[test]
fn an_event_without_an_end_is_one_day() {
    assert_eq!(days(&event("DTSTART;VALUE=DATE:20260302")), ["2026-03-02..2026-03-02"]);
    assert_eq!(days(&event("DTSTART:20260302")), ["2026-03-02..2026-03-02"]);
    assert_eq!(days(&event("DTSTART:20260302T080000")), ["2026-03-02..2026-03-02"]);
    assert_eq!(days(&event("DTSTART:20260302T223000Z")), ["2026-03-02..2026-03-02"]);
}

#[test]
fn the_day_of_an_end_is_not_part_of_whole_days() {
    assert_eq!(days(&event("DTSTART;VALUE=DATE:20260330\nDTEND;VALUE=DATE:20260411")), ["2026-03-30..2026-04-10"]);
    assert_eq!(days(&event("DTSTART;VALUE=DATE:20260330\nDTEND;VALUE=DATE:20260330")), ["2026-03-30..2026-03-30"]);
}

#[test]
fn a_duration_ends_an_event() {
    assert_eq!(days(&event("DTSTART;VALUE=DATE:20260330\nDURATION:P1W")), ["2026-03-30..2026-04-05"]);
    assert_eq!(days(&event("DTSTART:20260330T200000\nDURATION:PT6H")), ["2026-03-30..2026-03-31"]);
}

#[test]
fn an_end_at_midnight_does_not_touch_that_day() {
    assert_eq!(days(&event("DTSTART:20260302T180000\nDTEND:20260303T000000")), ["2026-03-02..2026-03-02"]);
    assert_eq!(days(&event("DTSTART:20260302T180000\nDTEND:20260303T000100")), ["2026-03-02..2026-03-03"]);
    assert_eq!(days(&event("DTSTART:20260302T000000\nDTEND:20260302T000000")), ["2026-03-02..2026-03-02"]);
}

#[test]
fn times_in_utc_and_in_other_zones_fall_on_local_days() {
    assert_eq!(days(&event("DTSTART:20260302T233000Z\nDTEND:20260303T003000Z")), ["2026-03-03..2026-03-03"]);
    let tokyo = "DTSTART;TZID=Asia/Tokyo:20260303T060000\nDTEND;TZID=Asia/Tokyo:20260303T090000";
    assert_eq!(days(&event(tokyo)), ["2026-03-02..2026-03-03"]);
}

#[test]
fn times_that_a_change_of_clocks_leaves_out_or_repeats_are_read() {
    assert_eq!(days(&event("DTSTART;TZID=Europe/Berlin:20260329T023000")), ["2026-03-29..2026-03-29"]);
    assert_eq!(days(&event("DTSTART;TZID=Europe/Berlin:20251026T023000")), ["2025-10-26..2025-10-26"]);
    let file = event("DTSTART;TZID=America/Havana:20260308T003000\nDTEND;TZID=America/Havana:20260308T013000");
    let there = read(file.as_bytes(), chrono_tz::America::Havana, day("2026-03-01"), day("2026-03-31")).unwrap();
    assert_eq!(there[0].range.from, day("2026-03-08"));
    assert_eq!(days(&file), ["2026-03-08..2026-03-08"]);
}

#[test]
fn a_zone_on_a_whole_day_does_not_move_it() {
    assert_eq!(days(&event("DTSTART;VALUE=DATE;TZID=Pacific/Auckland:20260302")), ["2026-03-02..2026-03-02"]);
}

#[test]
fn only_events_that_touch_the_days_asked_for_are_read() {
    let file = |start, end| event(&format!("DTSTART;VALUE=DATE:{start}\nDTEND;VALUE=DATE:{end}"));
    assert!(days(&file("20250725", "20250801")).is_empty());
    assert_eq!(days(&file("20250725", "20250802")), ["2025-07-25..2025-08-01"]);
    assert_eq!(days(&file("20260731", "20260915")), ["2026-07-31..2026-09-14"]);
    assert!(days(&file("20260801", "20260915")).is_empty());
}

#[test]
fn yearly_and_weekly_recurrences_are_worked_out() {
    assert_eq!(days(&event("DTSTART:20081003\nRRULE:FREQ=YEARLY")), ["2025-10-03..2025-10-03"]);
    let weekly = "DTSTART;TZID=Europe/Berlin:20260318T080000\nRRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=3";
    let found = ["2026-03-18..2026-03-18", "2026-03-25..2026-03-25", "2026-04-01..2026-04-01"];
    assert_eq!(days(&event(weekly)), found);
    let last_friday = "DTSTART:20260130\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260331";
    let found = ["2026-01-30..2026-01-30", "2026-02-27..2026-02-27", "2026-03-27..2026-03-27"];
    assert_eq!(days(&event(last_friday)), found);
    assert_eq!(days(&event("DTSTART:20200101\nRRULE:FREQ=DAILY")).len(), 365);
}

#[test]
fn a_count_begins_with_the_first_occurrence_not_with_the_window() {
    assert!(days(&event("DTSTART:20200601\nRRULE:FREQ=YEARLY;COUNT=5")).is_empty());
    assert_eq!(days(&event("DTSTART:20200601\nRRULE:FREQ=YEARLY;COUNT=7")), ["2026-06-01..2026-06-01"]);
}

#[test]
fn an_end_of_a_recurrence_includes_the_last_occurrence() {
    let until = |end| format!("DTSTART;TZID=Europe/Berlin:20260601T080000\nRRULE:FREQ=DAILY;UNTIL={end}");
    // Outlook names the start of the last occurrence, in UTC; others name its day.
    assert_eq!(days(&event(&until("20260603T060000Z"))).len(), 3);
    assert_eq!(days(&event(&until("20260603T055959Z"))).len(), 2);
    assert_eq!(days(&event(&until("20260603"))).len(), 3);
    assert_eq!(days(&event("DTSTART:20260601\nRRULE:FREQ=DAILY;UNTIL=20260603T000000Z")).len(), 3);
    assert!(days(&event(&until("20200101"))).is_empty());
}

#[test]
fn what_recurs_keeps_its_hour_in_summer() {
    let evening = "DTSTART;TZID=Europe/Berlin:20260327T233000\nRRULE:FREQ=DAILY;COUNT=4\nDURATION:PT15M";
    assert_eq!(days(&event(evening)).last().unwrap(), "2026-03-30..2026-03-30");
    let weekend = "DTSTART;TZID=Europe/Berlin:20260320T180000\nDTEND;TZID=Europe/Berlin:20260323T000000\n";
    let weekend = format!("{weekend}RRULE:FREQ=WEEKLY;COUNT=2");
    assert_eq!(days(&event(&weekend)), ["2026-03-20..2026-03-22", "2026-03-27..2026-03-29"]);
}

#[test]
fn dates_are_left_out_and_added() {
    let series = "DTSTART;TZID=Europe/Berlin:20260302T080000\nRRULE:FREQ=DAILY;COUNT=4";
    let left = |line: &str| days(&event(&format!("{series}\n{line}"))).len();
    assert_eq!(left("EXDATE;TZID=Europe/Berlin:20260303T080000,20260304T080000"), 2);
    assert_eq!(left("EXDATE:20260303T070000Z"), 3);
    assert_eq!(left("EXDATE;VALUE=DATE:20260303"), 3);
    assert_eq!(left("EXDATE;TZID=Europe/Berlin:20260303T090000"), 4);
    assert_eq!(left("RDATE;TZID=Europe/Berlin:20260310T080000"), 5);
    assert_eq!(left("RDATE;VALUE=PERIOD:20260310T070000Z/PT1H"), 5);
    assert_eq!(days(&event("DTSTART:20260302\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260303T000000")).len(), 1);
    assert_eq!(days(&event("DTSTART:20260302\nRDATE;VALUE=DATE:20260401,20260501")).len(), 3);
}

#[test]
fn a_moved_or_cancelled_occurrence_replaces_its_own_only() {
    let file = calendar(
        "BEGIN:VEVENT\nUID:a\nDTSTART:20260302T080000\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:a\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:b\nDTSTART:20260302T080000\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:b\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:a\nSEQUENCE:4\nRECURRENCE-ID:20260303T080000\nDTSTART:20260420T080000\nSUMMARY:moved\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:b\nRECURRENCE-ID:20260304T080000\nDTSTART:20260304T080000\nSTATUS:CANCELLED\nEND:VEVENT",
    );
    let found: Vec<String> =
        year(&file).unwrap().into_iter().map(|event| format!("{} {}", event.range.from, event.summary)).collect();
    assert_eq!(found, ["2026-03-02 a", "2026-03-02 b", "2026-03-03 b", "2026-03-04 a", "2026-04-20 moved"]);
}

#[test]
fn cancelled_events_tasks_and_journals_are_left_out() {
    let file = calendar(
        "BEGIN:VTODO\nDTSTART:nonsense\nEND:VTODO\nBEGIN:VJOURNAL\nDTSTART:20260303\nEND:VJOURNAL\n\
         BEGIN:VEVENT\nDTSTART:20260302\nSTATUS:Cancelled\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART:20260304\nSTATUS:CONFIRMED\nBEGIN:VALARM\nDURATION:PT5M\nSUMMARY:no\nEND:VALARM\nEND:VEVENT",
    );
    assert_eq!(days(&file), ["2026-03-04..2026-03-04"]);
    assert_eq!(year(&file).unwrap()[0].summary, "");
}

#[test]
fn text_is_unfolded_and_unescaped() {
    let file = event("DTSTART:20260302\nSUMMARY;LANGUAGE=de:Ferien\\, Herbst\\; in\n  Bay\n ern; alle, \\\\ alle");
    assert_eq!(year(&file).unwrap()[0].summary, "Ferien, Herbst; in Bayern; alle, \\ alle");
    let file = event("CATEGORIES:Schule\\, Hof, Ferien,,\nDTSTART:20260302\nCATEGORIES:Feiertag");
    assert_eq!(year(&file).unwrap()[0].categories, ["Schule, Hof", "Ferien", "Feiertag"]);
}

#[test]
fn a_fold_within_a_letter_is_joined() {
    let file = event("DTSTART:20260302\nSUMMARY:Prüfung").replace('ü', "\u{1}");
    let bytes: Vec<u8> =
        file.bytes().flat_map(|byte| if byte == 1 { b"\xC3\r\n \xBC".to_vec() } else { vec![byte] }).collect();
    let found = read(&bytes, chrono_tz::Europe::Berlin, day("2026-03-01"), day("2026-03-31")).unwrap();
    assert_eq!(found[0].summary, "Prüfung");
}

#[test]
fn events_come_by_first_day_and_summary_with_their_lines() {
    let file = "\u{feff}\r\nbegin:vcalendar\r\n\r\nBEGIN:VEVENT\r\ndtstart:20260302\r\nSUMMARY:b\r\n folded\r\nEND:VEVENT\r\n\
                BEGIN:VEVENT\r\nDTSTART:20260302\r\nSUMMARY:a\r\nEND:VEVENT\r\n\
                BEGIN:VEVENT\r\nDTSTART:20260301\r\nSUMMARY:c\r\nEND:VEVENT\r\nend:vcalendar";
    let found: Vec<_> = year(file).unwrap().into_iter().map(|event| (event.summary, event.line)).collect();
    assert_eq!(found, [("c".to_owned(), 13), ("a".to_owned(), 9), ("bfolded".to_owned(), 4)]);
}
