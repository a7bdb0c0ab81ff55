//! What an administrator is told about calendars that are broken.

use super::{calendar, day, event, year};
use crate::calendar::icalendar::{Fault, read};

fn fault(bytes: &[u8]) -> Fault {
    read(bytes, chrono_tz::Europe::Berlin, day("2025-08-01"), day("2026-07-31")).unwrap_err()
}

/// The line and the words of a fault, for a calendar of one event, whose first line is the fourth.
fn told(lines: &str) -> (usize, String) {
    let Fault { line, message } = year(&event(lines)).unwrap_err();
    (line, message)
}

#[track_caller]
fn assert_told(lines: &str, line: usize, message: &str) {
    assert_eq!(told(lines), (line, message.to_owned()));
}

#[test]
fn bytes_that_are_not_utf_8_are_named() {
    let latin =
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:M\xE4rz\r\nDTSTART:20260302\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(fault(latin).to_string(), "line 3: found the byte `0xE4`, expected a file saved as UTF-8");
}

#[test]
fn a_web_page_is_not_a_calendar() {
    let expected =
        "line 1: found `<!DOCTYPE html>`, expected `BEGIN:VCALENDAR`, with which every iCalendar file begins";
    assert_eq!(fault(b"<!DOCTYPE html>\n<html></html>").to_string(), expected);
    assert!(fault(b"BEGIN:VCARD\nEND:VCARD").message.starts_with("found `BEGIN:VCARD`, expected `BEGIN:VCALENDAR`"));
}

#[test]
fn an_empty_file_is_called_empty() {
    for empty in [&b""[..], b"\r\n \r\n", b"\xEF\xBB\xBF"] {
        assert_eq!(fault(empty).to_string(), "line 1: found an empty file, expected `BEGIN:VCALENDAR`");
    }
}

#[test]
fn a_download_that_broke_off_is_called_so() {
    let file = event("DTSTART:20260302\nSUMMARY:März");
    let expected = "line 5: found the end of the file, expected `END:VEVENT` for the block of line 3: \
                    the download probably broke off";
    let cut = file.find("März").unwrap();
    assert_eq!(fault(&file.as_bytes()[..cut]).to_string(), expected);
    // In the middle of a letter, it is not the letter that is wrong.
    assert_eq!(fault(&file.as_bytes()[..cut + 2]).to_string(), expected);
}

#[test]
fn every_end_needs_its_beginning() {
    let crossed = "BEGIN:VEVENT\nDTSTART:20260302\nBEGIN:VALARM\nEND:VEVENT\nEND:VALARM";
    let expected = "line 6: found `END:VEVENT`, expected `END:VALARM` for the block of line 5";
    assert_eq!(fault(calendar(crossed).as_bytes()).to_string(), expected);
    let nested = "BEGIN:VEVENT\nDTSTART:20260302\nBEGIN:VEVENT\nDTSTART:20260302\nEND:VEVENT";
    let expected = "line 5: found `BEGIN:VEVENT`, expected `END:VEVENT` for the event of line 3";
    assert_eq!(fault(calendar(nested).as_bytes()).to_string(), expected);
    let twice = format!("{}END:VCALENDAR\r\n", event("DTSTART:20260302"));
    let expected = "line 7: found `END:VCALENDAR`, expected no more ends than beginnings";
    assert_eq!(fault(twice.as_bytes()).to_string(), expected);
}

#[test]
fn an_event_needs_a_first_day() {
    assert_told(
        "SUMMARY:x\nDTEND:20260302",
        3,
        "found an event without a first day, expected `DTSTART` before its `END:VEVENT`",
    );
}

#[test]
fn dates_that_cannot_be_read_are_quoted() {
    let date = "a date such as `20260302` or a time such as `20260302T080000`";
    for bad in ["2026-03-02", "20261302", "20260230", "02.03.2026", "20260302T990000", "20260302T08000x", "20260302x"] {
        assert_told(&format!("SUMMARY:x\nDTSTART:{bad}"), 5, &format!("found `{bad}`, expected {date}"));
    }
    assert_told("DTSTART:", 4, &format!("found nothing, expected {date}"));
    assert_told("DTSTART", 4, "found `DTSTART`, expected a name, a colon and a value");
    assert_told("DTSTART:20260302\nDTEND:soon", 5, &format!("found `soon`, expected {date}"));
    assert_told("DTSTART:20260302\nEXDATE:20260302,x", 5, &format!("found `20260302,x`, expected {date}"));
    assert_told("DTSTART:20260302\nRECURRENCE-ID:x", 5, &format!("found `x`, expected {date}"));
    assert_told("DTSTART:20260302,20260303", 4, "found `20260302,20260303`, expected one date");
}

#[test]
fn an_event_cannot_end_before_it_starts() {
    assert_told(
        "DTSTART:20260302\nDTEND:20260301",
        5,
        "found `20260301`, expected an end after the start of the event, `2026-03-02 00:00`",
    );
    assert_told(
        "DTSTART;TZID=Europe/Berlin:20260302T080000\nDTEND:20260302T065959Z",
        5,
        "found `20260302T065959Z`, expected an end after the start of the event, `2026-03-02 08:00`",
    );
}

#[test]
fn a_duration_cannot_be_negative_endless_or_unreadable() {
    for bad in ["-P1D", "P4294967295W", "one day", "P"] {
        let expected = format!("found `{bad}`, expected a duration such as `P1D` or `PT2H`, not below zero");
        assert_told(&format!("DTSTART:20260302\nDURATION:{bad}"), 5, &expected);
    }
}

#[test]
fn recurrences_that_cannot_be_read_are_quoted() {
    let rule = "a recurrence such as `FREQ=YEARLY` or `FREQ=WEEKLY;BYDAY=MO,TU`";
    let bad =
        ["WEEKLY", "FREQ=OFTEN", "BYDAY=MO", "FREQ=WEEKLY;BYDAY=XX", "FREQ=YEARLY;BYMONTH=13", "FREQ=WEEKLY;BYDAY=€O"];
    for bad in bad.into_iter().chain([
        "FREQ=WEEKLY;COUNT=-1",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=WEEKLY;BYMONTHDAY=1",
    ]) {
        assert_told(&format!("DTSTART:20260302\nRRULE:{bad}"), 5, &format!("found `{bad}`, expected {rule}"));
    }
    let expected = "found `tomorrow`, expected a date such as `20260302` or a time such as `20260302T080000`";
    assert_told("DTSTART:20260302\nRRULE:FREQ=DAILY;UNTIL=tomorrow", 5, expected);
}

#[test]
fn recurrences_within_a_day_are_refused() {
    let bad = ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=1", "freq=hourly", "RRULE:FREQ=SECONDLY"];
    for bad in bad.into_iter().chain(["FREQ=DAILY;BYHOUR=1,2", "BYSECOND=0,1;FREQ=YEARLY"]) {
        let expected = format!("found `{bad}`, expected a recurrence at most once a day");
        assert_told(&format!("DTSTART:20260302T080000\nRRULE:{bad}"), 5, &expected);
    }
}

#[test]
fn a_time_zone_that_nobody_knows_is_quoted() {
    let expected = "found `Middle Earth`, expected a time zone such as `Europe/Berlin`";
    assert_told("DTSTART;TZID=\"Middle Earth\":20260302T080000", 4, expected);
    assert_told("DTSTART:20260302T080000\nDTEND;TZID=Middle Earth:20260302T080000", 5, expected);
}

#[test]
fn a_calendar_needs_an_event() {
    let expected = "line 5: found no event, expected at least one `BEGIN:VEVENT`";
    assert_eq!(fault(calendar("BEGIN:VTODO\nEND:VTODO").as_bytes()).to_string(), expected);
}

#[test]
fn a_file_beyond_ten_megabytes_is_refused() {
    let file = event("DTSTART:20260302");
    let padded = |size: usize| format!("{file}{}", "\n".repeat(size - file.len()));
    assert_eq!(year(&padded(10 * 1024 * 1024)).unwrap().len(), 1);
    let expected = "line 1: found a file of 11 megabytes, expected at most 10";
    assert_eq!(fault(padded(10 * 1024 * 1024 + 1).as_bytes()).to_string(), expected);
}

#[test]
fn long_and_odd_text_is_quoted_short_and_plain() {
    let (_, message) = told(&format!("DTSTART:`\u{7}{}", "x".repeat(100_000)));
    assert!(message.starts_with("found `' xxxx"), "{message}");
    assert!(message.len() < 200);
}
