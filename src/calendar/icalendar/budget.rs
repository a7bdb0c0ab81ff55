//! How much work one calendar may cause.
//!
//! A file of a few lines can ask for a million occurrences. The limits count steps, not seconds, so that the same file
//! always ends the same way; they lie far above what a school has.

use chrono::TimeDelta;
use rrule::Frequency;

use super::Fault;

/// The steps, the events and the bytes of text that are left.
pub(super) struct Budget {
    steps: u64,
    events: usize,
    text: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 4_000_000, events: 50_000, text: 20_000_000 }
    }
}

impl Budget {
    /// What a rule costs that falls on no day: `rrule` tries for some ten milliseconds before it gives up.
    pub(super) const BARREN: u64 = 25_000;

    /// Takes away `steps`, for the event in `line`.
    pub(super) fn spend(&mut self, steps: u64, line: usize) -> Result<(), Fault> {
        self.steps = self.steps.checked_sub(steps).ok_or_else(|| {
            Fault::new(line, "found too many recurrences, expected no more than a school calendar holds")
        })?;
        Ok(())
    }

    /// Takes away what it costs to walk from one occurrence to the next.
    pub(super) fn walk(&mut self, apart: TimeDelta, frequency: Frequency, line: usize) -> Result<(), Fault> {
        self.spend(1 + apart.num_days().unsigned_abs() / period(frequency), line)
    }

    /// Takes away one event, with so many bytes of text.
    pub(super) fn admit(&mut self, text: usize, line: usize) -> Result<(), Fault> {
        let left = self.events.checked_sub(1).zip(self.text.checked_sub(text));
        (self.events, self.text) = left
            .ok_or_else(|| Fault::new(line, "found too many events, expected no more than a school calendar holds"))?;
        Ok(())
    }
}

/// The least days of one turn of `rrule`, whose turns are what costs time.
fn period(frequency: Frequency) -> u64 {
    match frequency {
        Frequency::Yearly => 365,
        Frequency::Monthly => 28,
        Frequency::Weekly => 7,
        _ => 1,
    }
}
