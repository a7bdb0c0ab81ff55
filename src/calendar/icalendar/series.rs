//! One `VEVENT`: an event, and all its recurrences.
//!
//! What a calendar says about a recurrence is spread over the file: the rule, days left out, days added, and events
//! that stand for one moved or cancelled occurrence. Here they come together to days.

use std::collections::{BTreeSet, HashSet};

use calcard::{common::timezone::Tz, icalendar::ICalendarValue};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::{
    DateRange, Event, Fault, Zone,
    budget::Budget,
    lines::{Block, Kind, Line},
    moment::{Moment, Zones, entry, moments, only},
    rule::Rule,
};

/// An event as the file describes it.
pub(super) struct Series {
    pub(super) uid: String,
    pub(super) cancelled: bool,
    /// The occurrence of another event, of the same name, which this one stands for.
    pub(super) replaces: Option<Moment>,
    line: usize,
    summary: String,
    categories: Vec<String>,
    start: Moment,
    length: TimeDelta,
    rules: Vec<Rule>,
    added: Vec<Moment>,
    left_out: Vec<Moment>,
}

/// All events of a file.
pub(super) fn all(blocks: &[Block<'_>], zones: &Zones) -> Result<Vec<Series>, Fault> {
    blocks.iter().filter(|block| block.kind == Kind::Event).map(|block| Series::read(block, zones)).collect()
}

impl Series {
    fn read(block: &Block<'_>, zones: &Zones) -> Result<Self, Fault> {
        let start = block.first("DTSTART").ok_or_else(|| {
            Fault::new(block.line, "found an event without a first day, expected `DTSTART` before its `END:VEVENT`")
        })?;
        let start = only(start, zones)?;
        Ok(Self {
            uid: block.value("UID").to_owned(),
            cancelled: block.value("STATUS").eq_ignore_ascii_case("CANCELLED"),
            replaces: block.first("RECURRENCE-ID").map(|line| only(line, zones)).transpose()?,
            line: block.line,
            summary: texts(block, "SUMMARY")?.into_iter().next().unwrap_or_default(),
            categories: texts(block, "CATEGORIES")?,
            start,
            length: length(block, start, zones)?,
            rules: block.all("RRULE").map(|line| Rule::read(line, start, zones)).collect::<Result<_, _>>()?,
            added: all_moments(block, "RDATE", zones)?,
            left_out: all_moments(block, "EXDATE", zones)?,
        })
    }

    /// The events of the series that touch the window, without the occurrences `gone`.
    pub(super) fn events(
        &self,
        gone: &[Moment],
        zone: Zone,
        window: &DateRange,
        budget: &mut Budget,
    ) -> Result<Vec<Event>, Fault> {
        let text = self.summary.len() + self.categories.iter().map(String::len).sum::<usize>();
        let mut events = Vec::new();
        for start in self.starts(gone, horizon(window.to), budget)? {
            let range = self.days(start, zone);
            if range.from <= window.to && range.to >= window.from {
                budget.admit(text, self.line)?;
                let (summary, categories) = (self.summary.clone(), self.categories.clone());
                events.push(Event { summary, categories, range, line: self.line });
            }
        }
        Ok(events)
    }

    fn starts(
        &self,
        gone: &[Moment],
        last: NaiveDateTime,
        budget: &mut Budget,
    ) -> Result<BTreeSet<NaiveDateTime>, Fault> {
        let mut starts: BTreeSet<NaiveDateTime> = self.added.iter().map(|moment| self.here(*moment)).collect();
        if self.rules.is_empty() {
            starts.insert(self.start.local);
        }
        for rule in &self.rules {
            starts.extend(rule.starts(last, budget)?);
        }
        // An event that stands for an occurrence has its name, and must not remove itself.
        let gone = if self.replaces.is_some() { &[] } else { gone };
        budget.spend(gone.len() as u64, self.line)?;
        let (days, times): (Vec<&Moment>, Vec<&Moment>) =
            self.left_out.iter().chain(gone).partition(|moment| moment.day);
        let days: HashSet<NaiveDate> = days.into_iter().map(|moment| moment.local.date()).collect();
        let times: HashSet<NaiveDateTime> = times.into_iter().map(|moment| self.here(*moment)).collect();
        starts.retain(|start| !days.contains(&start.date()) && !times.contains(start));
        Ok(starts)
    }

    /// A moment on the clock of the series; of one of whole days, its day.
    fn here(&self, moment: Moment) -> NaiveDateTime {
        match (self.start.day, moment.day) {
            (true, _) => moment.local.date().and_time(NaiveTime::MIN),
            (false, true) => moment.local.date().and_time(self.start.local.time()),
            (false, false) => moment.at(self.start.zone),
        }
    }

    /// The days in `zone` that an occurrence touches; one that ends at midnight does not touch the day that begins.
    fn days(&self, start: NaiveDateTime, zone: Zone) -> DateRange {
        let at = |local| Moment { local, ..self.start }.at(Tz::Tz(zone));
        let end = at(start.checked_add_signed(self.length).unwrap_or(start));
        let from = at(start).date();
        let to = if end.time() == NaiveTime::MIN { end.date().pred_opt().unwrap_or(from) } else { end.date() };
        DateRange { from, to: to.max(from) }
    }
}

/// The last moment at which an occurrence may begin: two days late, since zones are up to 26 hours apart.
fn horizon(to: NaiveDate) -> NaiveDateTime {
    let last = to.checked_add_days(Days::new(2)).unwrap_or(to);
    last.and_time(NaiveTime::MIN)
}

fn all_moments(block: &Block<'_>, name: &str, zones: &Zones) -> Result<Vec<Moment>, Fault> {
    let mut all = Vec::new();
    for line in block.all(name) {
        all.extend(moments(line, zones)?);
    }
    Ok(all)
}

fn texts(block: &Block<'_>, name: &str) -> Result<Vec<String>, Fault> {
    let mut texts = Vec::new();
    for line in block.all(name).filter(|line| line.value().is_some_and(|value| !value.is_empty())) {
        let values = entry(line)?.values;
        let read = values.iter().filter_map(ICalendarValue::as_text).map(|text| text.trim().to_owned());
        texts.extend(read.filter(|text| !text.is_empty()));
    }
    Ok(texts)
}

/// How long an event lasts. Without an end, a day lasts until the next, and a time is a moment.
fn length(block: &Block<'_>, start: Moment, zones: &Zones) -> Result<TimeDelta, Fault> {
    if let Some(line) = block.first("DTEND") {
        return until_end(line, start, only(line, zones)?);
    }
    if let Some(line) = block.first("DURATION") {
        return duration(line, start);
    }
    Ok(if start.day { TimeDelta::days(1) } else { TimeDelta::zero() })
}

fn until_end(line: &Line<'_>, start: Moment, end: Moment) -> Result<TimeDelta, Fault> {
    let length = end.at(start.zone) - start.local;
    if length < TimeDelta::zero() {
        let expected = format!("an end after the start of the event, {}", start.local.format("`%Y-%m-%d %H:%M`"));
        return Err(Fault::found(line.number, line.value().unwrap_or_default(), &expected));
    }
    Ok(length)
}

fn duration(line: &Line<'_>, start: Moment) -> Result<TimeDelta, Fault> {
    let values = entry(line)?.values;
    let length = match values.as_slice() {
        [ICalendarValue::Duration(duration)] => duration.to_time_delta(),
        _ => None,
    };
    // A year of four figures is all that the format can write, and keeps every later sum within bounds.
    let fits = |length: &TimeDelta| start.local.checked_add_signed(*length).is_some_and(|end| end.year() <= 9999);
    let length = length.filter(|length| *length >= TimeDelta::zero()).filter(fits);
    let expected = "a duration such as `P1D` or `PT2H`, not below zero";
    length.ok_or_else(|| Fault::found(line.number, line.value().unwrap_or_default(), expected))
}
