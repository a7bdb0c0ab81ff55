//! What files do that are made to do harm, or that are damaged at random.

use chrono::NaiveDate;

use super::{calendar, day, days, event, year};
use crate::calendar::icalendar::read;

#[test]
fn blocks_may_nest_as_deep_as_they_like() {
    let deep = 200_000;
    let file = format!("{}DTSTART:20260302\n{}", "BEGIN:X\n".repeat(deep), "END:X\n".repeat(deep));
    assert!(year(&calendar(&file)).unwrap_err().message.starts_with("found no event"));
    let file = format!("BEGIN:VEVENT\nDTSTART:20260302\n{file}END:VEVENT");
    assert_eq!(days(&calendar(&file)), ["2026-03-02..2026-03-02"]);
    assert!(year(&"BEGIN:VCALENDAR\n".repeat(deep)).unwrap_err().message.contains("broke off"));
}

#[test]
fn a_rule_that_falls_on_no_day_ends() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2",
    ] {
        assert!(days(&event(&format!("DTSTART:20260302\nRRULE:{rule}"))).is_empty(), "{rule}");
    }
}

#[test]
fn a_rule_since_the_year_one_ends() {
    assert_eq!(days(&event("DTSTART:00010101\nRRULE:FREQ=DAILY")).len(), 365);
    assert_eq!(days(&event("DTSTART:00000101\nRRULE:FREQ=YEARLY;COUNT=4294967295")).len(), 1);
    assert!(days(&event("DTSTART:99991231\nRRULE:FREQ=DAILY")).is_empty());
}

#[test]
fn many_endless_rules_are_refused_and_not_worked_out() {
    let one = "BEGIN:VEVENT\nDTSTART:00010101\nRRULE:FREQ=DAILY\nEND:VEVENT\n";
    let fault = year(&calendar(&one.repeat(1000))).unwrap_err();
    assert_eq!(fault.message, "found too many recurrences, expected no more than a school calendar holds");
    let one = "BEGIN:VEVENT\nDTSTART:20250801\nRRULE:FREQ=DAILY\nEND:VEVENT\n";
    let fault = year(&calendar(&one.repeat(1000))).unwrap_err();
    assert_eq!(fault.message, "found too many events, expected no more than a school calendar holds");
}

#[test]
fn one_long_text_is_not_copied_for_every_day() {
    let file = event(&format!("DTSTART:20250801\nRRULE:FREQ=DAILY\nSUMMARY:{}", "x".repeat(1_000_000)));
    assert!(year(&file).unwrap_err().message.starts_with("found too many events"));
}

#[test]
fn a_school_s_worth_of_recurrences_is_within_the_limits() {
    let weekly = "BEGIN:VEVENT\nDTSTART:20150803T080000\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\nEND:VEVENT\n";
    let birthday = "BEGIN:VEVENT\nDTSTART:19000101\nRRULE:FREQ=YEARLY\nEND:VEVENT\n";
    let file = calendar(&format!("{}{}", weekly.repeat(100), birthday.repeat(1000)));
    assert!(year(&file).is_ok());
}

#[test]
fn any_window_may_be_asked_for() {
    let file = event("DTSTART;TZID=Asia/Tokyo:20260302T080000\nRRULE:FREQ=YEARLY");
    let zone = chrono_tz::Pacific::Auckland;
    assert_eq!(read(file.as_bytes(), zone, NaiveDate::MIN, day("2030-01-01")).unwrap().len(), 4);
    assert!(read(file.as_bytes(), zone, day("2030-01-01"), day("2026-01-01")).unwrap().is_empty());
    assert!(read(file.as_bytes(), zone, NaiveDate::MAX, NaiveDate::MAX).unwrap().is_empty());
    assert!(read(file.as_bytes(), zone, NaiveDate::MIN, NaiveDate::MIN).unwrap().is_empty());
    assert!(read(file.as_bytes(), zone, NaiveDate::MIN, NaiveDate::MAX).is_ok());
}

/// Numbers that look random, and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

const VALID: &str = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Our zone\r\nX-LIC-LOCATION:Europe/Berlin\r\nEND:VTIMEZONE\r\n\
    BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Our zone:20260302T080000\r\nDTEND;TZID=Our zone:20260302T090000\r\n\
    RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,-1TU;WKST=SU;UNTIL=20260630T060000Z\r\nEXDATE;TZID=Our zone:20260316T080000\r\n\
    RDATE;VALUE=PERIOD:20260310T070000Z/PT1H\r\nSUMMARY:Pr\u{fc}fung\\, m\u{fc}nd\r\n lich\r\nCATEGORIES:a,b\\,c\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;TZID=Our zone:20260330T080000\r\nDTSTART:20260331T060000Z\r\nDURATION:P1DT2H\r\n\
    STATUS:CANCELLED\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20250101\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=-1,5;BYSETPOS=1;COUNT=50\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nDTSTART:20260302\r\nRRULE:FREQ=MONTHLY;BYDAY=1MO,-1FR;BYHOUR=3\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nDTSTART:20260302\r\nRRULE:FREQ=YEARLY;BYWEEKNO=20,-1;BYDAY=TU\r\nRRULE:FREQ=YEARLY;BYYEARDAY=100,-1\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

const PIECES: [&[u8]; 20] = [
    b"\r\n",
    b"\n ",
    b":",
    b";",
    b",",
    b"=",
    b"\"",
    b"\\",
    b"-",
    b"0",
    b"9",
    b"99999",
    b"\xC3",
    b"\xFF",
    b"\x00",
    b"BEGIN:VEVENT\r\n",
    b"END:VEVENT\r\n",
    b"FREQ=DAILY",
    b"T000000Z",
    b"TZID=Asia/Tokyo",
];

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let place = dice.below(bytes.len());
    let end = (place + dice.below(12)).min(bytes.len());
    match dice.below(6) {
        0 => bytes[place] = u8::try_from(dice.below(256)).unwrap(),
        1 => drop(bytes.drain(place..end)),
        2 => drop(bytes.splice(place..place, PIECES[dice.below(PIECES.len())].iter().copied())),
        3 => bytes.extend_from_within(place..end),
        // Figures stay figures, so that dates and numbers change and yet are read.
        4 | 5 => {
            let figures: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
            if !figures.is_empty() {
                bytes[figures[dice.below(figures.len())]] = b'0' + u8::try_from(dice.below(10)).unwrap();
            }
        }
        _ => bytes.truncate(place),
    }
}

/// `ICALENDAR_ROUNDS` and `ICALENDAR_SEED` make it longer and different.
#[test]
fn no_damage_makes_reading_panic() {
    let rounds = std::env::var("ICALENDAR_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1000);
    let zones = [chrono_tz::Europe::Berlin, chrono_tz::Pacific::Apia, chrono_tz::America::Havana];
    let mut dice = Dice(std::env::var("ICALENDAR_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2026));
    let mut read_well = 0;
    for round in 0..rounds {
        let mut bytes = VALID.as_bytes().to_vec();
        for _ in 0..=dice.below(4) {
            damage(&mut bytes, &mut dice);
        }
        let found = read(&bytes, zones[round % zones.len()], day("2025-08-01"), day("2027-07-31"));
        read_well += usize::from(found.is_ok());
    }
    assert!(
        read_well > rounds / 10,
        "only {read_well} of {rounds} were still calendars: the damage is too great to test much"
    );
}
