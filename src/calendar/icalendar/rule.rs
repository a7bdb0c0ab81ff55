//! Recurrences, as an `RRULE` describes them.
//!
//! `rrule` works them out on the local clock, as if it were UTC: what recurs at eight does so in summer and in winter,
//! and no hour is left out. `COUNT` and `UNTIL` are our own, since programs disagree on the zone of `UNTIL`, and since
//! a rule without an end shows whether `rrule` has given up.

use std::num::{NonZeroU16, NonZeroU32};

use chrono::{NaiveDateTime, TimeZone};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};

use super::{
    Fault,
    budget::Budget,
    lines::Line,
    moment::{Moment, Zones, only},
};

const RULE: &str = "a recurrence such as `FREQ=YEARLY` or `FREQ=WEEKLY;BYDAY=MO,TU`";

/// One `RRULE`, with the event that it repeats.
pub(super) struct Rule {
    set: RRuleSet,
    frequency: Frequency,
    start: Moment,
    count: Option<NonZeroU32>,
    until: Option<Moment>,
    line: usize,
}

impl Rule {
    pub(super) fn read(line: &Line<'_>, start: Moment, zones: &Zones) -> Result<Self, Fault> {
        let value = line.value().unwrap_or_default();
        let wrong = || Fault::found(line.number, value, RULE);
        // `rrule` cuts weekdays by bytes, and would panic within a longer letter.
        if !value.is_ascii() {
            return Err(wrong());
        }
        let (mut rest, mut count, mut until) = (Vec::new(), None, None);
        for part in value.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, text) = part.split_once('=').ok_or_else(wrong)?;
            match name.to_ascii_uppercase().as_str() {
                "COUNT" => count = Some(text.parse().map_err(|_| wrong())?),
                "UNTIL" => until = Some(end(text, line.number, zones)?),
                // Every none days is never for `rrule`, and the event would be lost without a word.
                "INTERVAL" if text.parse::<NonZeroU16>().is_err() => return Err(wrong()),
                _ => rest.push(part),
            }
        }
        let rule: RRule<Unvalidated> = rest.join(";").parse().map_err(|_| wrong())?;
        if !at_most_daily(&rule) {
            return Err(Fault::found(line.number, value, "a recurrence at most once a day"));
        }
        let frequency = rule.get_freq();
        let set = rule.build(Tz::UTC.from_utc_datetime(&start.local)).map_err(|_| wrong())?;
        Ok(Self { set, frequency, start, count, until, line: line.number })
    }

    /// When the event begins, each time up to `last`, on the clock of its own zone.
    pub(super) fn starts(&self, last: NaiveDateTime, budget: &mut Budget) -> Result<Vec<NaiveDateTime>, Fault> {
        let mut starts = Vec::new();
        let mut before = self.start.local;
        if before > last {
            return Ok(starts);
        }
        let count = self.count.map_or(usize::MAX, |count| usize::try_from(count.get()).unwrap_or(usize::MAX));
        let mut moments = self.set.clone().limit().into_iter();
        while starts.len() < count {
            let Some(moment) = moments.next().map(|moment| moment.naive_utc()) else {
                budget.spend(Budget::BARREN, self.line)?;
                break;
            };
            budget.walk(moment - before, self.frequency, self.line)?;
            if moment > last || self.is_past(moment) {
                break;
            }
            starts.push(moment);
            before = moment;
        }
        Ok(starts)
    }

    /// A day as the end means the whole day, and for an event of whole days only the day of the end counts.
    fn is_past(&self, moment: NaiveDateTime) -> bool {
        self.until.is_some_and(|until| {
            if until.day || self.start.day {
                moment.date() > until.local.date()
            } else {
                moment > until.at(self.start.zone)
            }
        })
    }
}

fn end(text: &str, line: usize, zones: &Zones) -> Result<Moment, Fault> {
    only(&Line { number: line, text: format!("DTSTART:{text}").into() }, zones)
}

/// Only days are counted, and one turn of a rule by the second can make millions of times.
fn at_most_daily(rule: &RRule<Unvalidated>) -> bool {
    let times = [rule.get_by_hour(), rule.get_by_minute(), rule.get_by_second()];
    rule.get_freq() <= Frequency::Daily && times.iter().all(|times| times.len() <= 1)
}
