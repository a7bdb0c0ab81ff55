//! Times as sources write them, read into instants (microseconds since 1970 in UTC).

use crate::calendar::zone::LocalReader;
use crate::config::TimeFormat;
use chrono::{DateTime, NaiveDate, NaiveDateTime};

const SECOND: i64 = 1_000_000;

/// Reads the times of one source.
pub struct TimeReader {
    format: TimeFormat,
    has_offset: bool,
    local: LocalReader,
}

impl TimeReader {
    /// A reader for a format, with the zone of times that carry no offset.
    #[must_use]
    pub fn new(format: &TimeFormat, zone: crate::calendar::Zone) -> Self {
        let has_offset = match format {
            TimeFormat::Pattern(pattern) => ["%z", "%:z", "%#z", "%+"].iter().any(|mark| pattern.contains(mark)),
            _ => false,
        };
        Self { format: format.clone(), has_offset, local: LocalReader::new(zone) }
    }

    /// The instant that a text names; none if it is not a time.
    pub fn read(&mut self, text: &[u8]) -> Option<i64> {
        let text = text.trim_ascii();
        match &self.format {
            TimeFormat::Iso => {
                let (local, offset) = iso(text)?;
                Some(match offset {
                    Some(seconds) => local - seconds * SECOND,
                    None => self.local.instant(local),
                })
            }
            TimeFormat::Unix => decimal(text, SECOND),
            TimeFormat::UnixMilliseconds => decimal(text, 1000),
            TimeFormat::Pattern(pattern) => {
                let text = std::str::from_utf8(text).ok()?;
                if self.has_offset {
                    return DateTime::parse_from_str(text, pattern).ok().map(|time| time.timestamp_micros());
                }
                let local = NaiveDateTime::parse_from_str(text, pattern).ok()?;
                Some(self.local.instant(local.and_utc().timestamp_micros()))
            }
        }
    }
}

/// A count of units since 1970, possibly with a decimal fraction.
fn decimal(text: &[u8], unit_microseconds: i64) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    let mut part = unit_microseconds;
    let mut microseconds = whole.checked_mul(unit_microseconds)?;
    for digit in fraction.chars() {
        part /= 10;
        microseconds = microseconds.checked_add(i64::from(digit.to_digit(10)?) * part)?;
    }
    Some(microseconds)
}

/// An ISO 8601 date and time: local microseconds, and the offset in seconds if one is given.
fn iso(text: &[u8]) -> Option<(i64, Option<i64>)> {
    let (date, rest) = text.split_at_checked(10)?;
    let day = iso_date(date)?;
    let time = rest.strip_prefix(b"T").or(rest.strip_prefix(b" ")).or(rest.strip_prefix(b"t"))?;
    let (hour, time) = (digits(time, 2)?, time.get(2..)?);
    let time = time.strip_prefix(b":")?;
    let (minute, mut time) = (digits(time, 2)?, time.get(2..)?);
    let mut second = 0;
    let mut fraction = 0;
    if let Some(seconds) = time.strip_prefix(b":") {
        second = digits(seconds, 2)?;
        time = seconds.get(2..)?;
        if let Some(decimals) = time.strip_prefix(b".").or(time.strip_prefix(b",")) {
            let length = decimals.iter().take_while(|byte| byte.is_ascii_digit()).count();
            fraction = microseconds(decimals.get(..length)?)?;
            time = &decimals[length..];
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let local = ((day * 24 + hour) * 60 + minute) * 60 + second;
    Some((local * SECOND + fraction, iso_offset(time.trim_ascii())?))
}

/// Days since 1970.
fn iso_date(text: &[u8]) -> Option<i64> {
    if text.get(4) != Some(&b'-') || text.get(7) != Some(&b'-') {
        return None;
    }
    let year = i32::try_from(digits(text, 4)?).ok()?;
    let month = u32::try_from(digits(&text[5..], 2)?).ok()?;
    let day = u32::try_from(digits(&text[8..], 2)?).ok()?;
    Some(NaiveDate::from_ymd_opt(year, month, day)?.to_epoch_days().into())
}

/// `Z`, `+01`, `+0100`, `+01:00`, or nothing.
#[expect(clippy::option_option, reason = "the outer one: readable; the inner one: given")]
fn iso_offset(text: &[u8]) -> Option<Option<i64>> {
    let (sign, rest) = match text.first() {
        None => return Some(None),
        Some(b'Z' | b'z') if text.len() == 1 => return Some(Some(0)),
        Some(b'+') => (1, &text[1..]),
        Some(b'-') => (-1, &text[1..]),
        _ => return None,
    };
    let hours = digits(rest, 2)?;
    let minutes = rest.get(2..)?;
    let minutes = match minutes.strip_prefix(b":").unwrap_or(minutes) {
        [] => 0,
        two if two.len() == 2 => digits(two, 2)?,
        _ => return None,
    };
    (hours <= 15 && minutes <= 59).then_some(Some(sign * (hours * 60 + minutes) * 60))
}

fn digits(text: &[u8], count: usize) -> Option<i64> {
    let text = text.get(..count)?;
    text.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

/// The first six decimals, as microseconds.
fn microseconds(decimals: &[u8]) -> Option<i64> {
    if decimals.is_empty() {
        return None;
    }
    let known = &decimals[..decimals.len().min(6)];
    let missing = u32::try_from(6 - known.len()).ok()?;
    Some(digits(known, known.len())? * 10_i64.pow(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, zone: crate::calendar::Zone) -> Option<String> {
        let instant = TimeReader::new(&TimeFormat::Iso, zone).read(text.as_bytes())?;
        Some(DateTime::from_timestamp_micros(instant)?.to_rfc3339())
    }

    #[test]
    fn an_offset_in_the_text_goes_before_the_sources_zone() {
        let rome = chrono_tz::Europe::Rome;
        assert_eq!(read("2026-03-02T08:00Z", rome).as_deref(), Some("2026-03-02T08:00:00+00:00"));
        assert_eq!(read("2026-03-02 08:00:00.5+05:30", rome).as_deref(), Some("2026-03-02T02:30:00.500+00:00"));
        assert_eq!(read("2026-03-02 08:00:00", rome).as_deref(), Some("2026-03-02T07:00:00+00:00"));
    }

    #[test]
    fn of_a_local_time_that_occurs_twice_the_first_is_meant() {
        let rome = chrono_tz::Europe::Rome;
        assert_eq!(read("2014-10-26 02:30:00", rome).as_deref(), Some("2014-10-26T00:30:00+00:00"));
    }

    #[test]
    fn a_local_time_that_does_not_exist_takes_the_offset_before_the_change() {
        assert_eq!(read("2014-03-30 02:30:00", chrono_tz::Europe::Rome).as_deref(), Some("2014-03-30T01:30:00+00:00"));
        assert_eq!(read("2011-12-30 10:00:00", chrono_tz::Pacific::Apia).as_deref(), Some("2011-12-30T20:00:00+00:00"));
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "2018-13-40 25:00",
            "2018-02-29 10:00",
            "yesterday",
            "2018-01-01",
            "2018-01-01 10:60",
            "2018-01-01 10:00 noon",
        ] {
            assert_eq!(read(text, chrono_tz::UTC), None, "{text}");
        }
    }
}
