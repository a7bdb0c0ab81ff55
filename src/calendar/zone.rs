//! Local time and instants, by the rules of METHOD section 1.
//!
//! An instant is whole microseconds since 1970 in UTC; a local time is the same count read off the wall clock.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// A time zone of the IANA database.
pub type Zone = chrono_tz::Tz;

const DAY_MICROSECONDS: i64 = 86_400_000_000;
const HOUR_MICROSECONDS: i64 = 3_600_000_000;
/// A gap is at most a day long (Apia left out 30 December 2011).
const WIDEST_GAP_MICROSECONDS: i64 = 26 * HOUR_MICROSECONDS;

/// The offset from UTC in seconds that a local time has: the first of two when the local time occurs twice, the offset
/// before the change when it does not exist.
#[must_use]
pub fn offset_of_local(zone: Zone, local: NaiveDateTime) -> i64 {
    let offset = |at: NaiveDateTime| zone.offset_from_local_datetime(&at).earliest();
    // However long a gap is, some earlier hour exists.
    let before = (0..=26).find_map(|hours| offset(local - Duration::hours(hours)));
    before.map_or(0, |found| i64::from(found.fix().local_minus_utc()))
}

/// The instant of a local time: the first of two when the local time occurs twice, the first after the gap when it does
/// not exist.
#[must_use]
pub fn first_instant(zone: Zone, local: NaiveDateTime) -> DateTime<Utc> {
    if let Some(instant) = zone.from_local_datetime(&local).earliest() {
        return instant.with_timezone(&Utc);
    }
    let behind_gap = (local.and_utc() - Duration::seconds(offset_of_local(zone, local))).timestamp_micros();
    let change = change_between(zone, behind_gap - WIDEST_GAP_MICROSECONDS, behind_gap);
    DateTime::from_timestamp_micros(change).unwrap_or_default()
}

/// The offset from UTC in seconds at an instant.
#[must_use]
pub fn offset_at(zone: Zone, instant_microseconds: i64) -> i64 {
    let instant = DateTime::from_timestamp_micros(instant_microseconds).unwrap_or_default();
    i64::from(zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc())
}

/// The local day of an instant.
#[must_use]
pub fn local_day(time: i64, zone: Zone) -> NaiveDate {
    DateTime::from_timestamp_micros(time).unwrap_or_default().with_timezone(&zone).date_naive()
}

/// The first instant after a week in a zone: the date of what tells of the week.
#[must_use]
pub fn end_of(week: super::Week, zone: Zone) -> DateTime<Utc> {
    let local = week.next().first().and_time(NaiveTime::MIN);
    local.and_utc() - Duration::seconds(offset_of_local(zone, local))
}

/// Turns many local times of one zone into instants; remembers days on which the offset does not change.
#[derive(Debug)]
pub struct LocalReader {
    zone: Zone,
    steady_days: HashMap<i64, Option<i64>, RandomState>,
}

impl LocalReader {
    /// A reader for one zone.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self { zone, steady_days: HashMap::default() }
    }

    /// The instant of a local time, both in microseconds.
    pub fn instant(&mut self, local_microseconds: i64) -> i64 {
        let day = local_microseconds.div_euclid(DAY_MICROSECONDS);
        let zone = self.zone;
        let steady = *self.steady_days.entry(day).or_insert_with(|| steady_offset(zone, day));
        let offset = steady.unwrap_or_else(|| offset_of_local(zone, naive(local_microseconds)));
        local_microseconds - offset * 1_000_000
    }
}

fn naive(local_microseconds: i64) -> NaiveDateTime {
    DateTime::from_timestamp_micros(local_microseconds).unwrap_or_default().naive_utc()
}

/// The one offset of a local day, or none if it changes near it. The hours are those of UTC, from which a zone is at
/// most 14 hours away.
fn steady_offset(zone: Zone, day: i64) -> Option<i64> {
    let mut offsets = (-14..=38).map(|step| offset_at(zone, day * DAY_MICROSECONDS + step * HOUR_MICROSECONDS));
    let first = offsets.next()?;
    offsets.all(|offset| offset == first).then_some(first)
}

/// The local time of many instants in one zone: its few changes of offset over a stretch of time.
#[derive(Debug)]
pub struct LocalClock(Vec<(i64, i64)>);

impl LocalClock {
    /// A clock for a zone, right for instants from `from` to `to`, in microseconds.
    #[must_use]
    pub fn new(zone: Zone, from: i64, to: i64) -> Self {
        Self(offsets_between(zone, from, to))
    }

    /// The local day (days since 1970) and hour (0 to 23) of an instant.
    #[must_use]
    pub fn day_and_hour(&self, instant_microseconds: i64) -> (i64, i64) {
        let held = self.0.iter().rev().find(|(from, _)| *from <= instant_microseconds);
        let offset = held.or(self.0.first()).map_or(0, |(_, offset)| *offset);
        let hours = (instant_microseconds + offset * 1_000_000).div_euclid(HOUR_MICROSECONDS);
        (hours.div_euclid(24), hours.rem_euclid(24))
    }
}

/// The offsets of a zone over a stretch of time: `(from, offset)` pairs, instants in microseconds, offsets in seconds;
/// the first pair begins at or before `from`.
#[must_use]
pub fn offsets_between(zone: Zone, from: i64, to: i64) -> Vec<(i64, i64)> {
    let half_day = DAY_MICROSECONDS / 2;
    let mut offsets = vec![(from, offset_at(zone, from))];
    let mut at = from;
    while at < to {
        let next = at + half_day;
        let (before, after) = (offset_at(zone, at), offset_at(zone, next));
        if before != after {
            offsets.push((change_between(zone, at, next), after));
        }
        at = next;
    }
    offsets
}

/// The first instant in `(low, high]` at which the offset is that of `high`.
fn change_between(zone: Zone, mut low: i64, mut high: i64) -> i64 {
    let after = offset_at(zone, high);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if offset_at(zone, middle) == after { high = middle } else { low = middle }
    }
    high
}
