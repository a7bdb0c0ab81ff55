//! Dates and times as an iCalendar file writes them.
//!
//! A day has no zone, a time without a zone floats, and Outlook names zones as Windows does. All three become one
//! [`Moment`], so that the rest need not tell them apart.

use std::{collections::HashMap, str::FromStr};

use calcard::{
    common::{PartialDateTime, timezone::Tz},
    icalendar::{ICalendar, ICalendarEntry, ICalendarParameterName, ICalendarPeriod, ICalendarValue},
};
use chrono::{NaiveDateTime, TimeDelta, TimeZone};

use super::{
    Fault,
    lines::{Block, Kind, Line},
};

const DATE: &str = "a date such as `20260302` or a time such as `20260302T080000`";

/// A day, or a time in a zone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) local: NaiveDateTime,
    pub(super) zone: Tz,
    /// Whether it is a whole day.
    pub(super) day: bool,
}

impl Moment {
    /// What a clock in `zone` shows then. Days, and times that float, are the same everywhere.
    pub(super) fn at(self, zone: Tz) -> NaiveDateTime {
        if self.day || self.zone.is_floating() || zone.is_floating() || self.zone == zone {
            return self.local;
        }
        // When clocks are put forward, an hour is left out; what is said to happen in it happens after it.
        let instant = |local: NaiveDateTime| self.zone.from_local_datetime(&local).earliest();
        let found = instant(self.local).or_else(|| instant(self.local.checked_add_signed(TimeDelta::hours(1))?));
        found.map_or(self.local, |instant| instant.with_timezone(&zone).naive_local())
    }
}

/// The time zones of a file, by the names that it gives to them.
pub(super) struct Zones {
    named: HashMap<String, Tz>,
}

impl Zones {
    /// A file may name its zones as it likes, if it says elsewhere in their descriptions which ones they are.
    pub(super) fn named_by(blocks: &[Block<'_>]) -> Self {
        let zones = blocks.iter().filter(|block| block.kind == Kind::Zone);
        let named = zones.filter_map(|block| {
            let location = block.value("X-LIC-LOCATION");
            let zone = Tz::from_str(location).ok();
            let zone = zone.or_else(|| Tz::from_ms_cdo_zone_id(block.value("X-MICROSOFT-CDO-TZID")))?;
            Some((block.value("TZID").to_owned(), zone))
        });
        Self { named: named.collect() }
    }

    fn find(&self, name: &str, line: usize) -> Result<Tz, Fault> {
        let name = name.trim();
        let zone = Tz::from_str(name).ok().or_else(|| self.named.get(name).copied());
        zone.ok_or_else(|| Fault::found(line, name, "a time zone such as `Europe/Berlin`"))
    }
}

/// What `calcard` makes of one line.
pub(super) fn entry(line: &Line<'_>) -> Result<ICalendarEntry, Fault> {
    let text = format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", line.text);
    let parsed = ICalendar::parse(text).ok().and_then(|calendar| calendar.components.into_iter().next());
    let entry = parsed.and_then(|component| component.entries.into_iter().next());
    entry.ok_or_else(|| Fault::found(line.number, &line.text, "a name, a colon and a value"))
}

/// All moments of one line.
pub(super) fn moments(line: &Line<'_>, zones: &Zones) -> Result<Vec<Moment>, Fault> {
    let value = line.value().unwrap_or_default();
    let entry = entry(line)?;
    if entry.values.is_empty() || !value.split(',').all(is_whole) {
        return Err(Fault::found(line.number, value, DATE));
    }
    let named = entry.parameters(&ICalendarParameterName::Tzid).find_map(|name| name.as_text());
    let zone = named.filter(|name| !name.trim().is_empty()).map(|name| zones.find(name, line.number)).transpose()?;
    let read = |found: &ICalendarValue| {
        let moment = partial(found).and_then(|partial| moment(partial, zone.unwrap_or_default()));
        moment.ok_or_else(|| Fault::found(line.number, value, DATE))
    };
    entry.values.iter().map(read).collect()
}

/// The one moment of a line.
pub(super) fn only(line: &Line<'_>, zones: &Zones) -> Result<Moment, Fault> {
    let moments = moments(line, zones)?;
    let value = line.value().unwrap_or_default();
    match moments.as_slice() {
        // Where one date belongs, `calcard` reads the first of several.
        [moment] if !value.contains(',') => Ok(*moment),
        _ => Err(Fault::found(line.number, value, "one date")),
    }
}

/// Whether a date is neither cut short nor followed by something, both of which `calcard` passes over.
fn is_whole(text: &str) -> bool {
    let figures = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let date = text.split('/').next().unwrap_or_default().trim();
    let (day, time) = date.split_once(['T', 't']).unwrap_or((date, "0000"));
    let time = time.strip_suffix(['Z', 'z']).unwrap_or(time);
    day.len() == 8 && figures(day) && matches!(time.len(), 4 | 6) && figures(time)
}

fn partial(value: &ICalendarValue) -> Option<&PartialDateTime> {
    match value {
        ICalendarValue::PartialDateTime(partial) => Some(partial),
        ICalendarValue::Period(ICalendarPeriod::Range { start, .. } | ICalendarPeriod::Duration { start, .. }) => {
            Some(start)
        }
        _ => None,
    }
}

fn moment(partial: &PartialDateTime, zone: Tz) -> Option<Moment> {
    let time = partial.to_date_time()?;
    let day = !partial.has_time();
    // Some programs give even a day a zone.
    let zone = if day { Tz::Floating } else { time.tz().unwrap_or(zone) };
    Some(Moment { local: time.date_time, zone, day })
}
