//! The window's actions, each at its local day and hour: for what facts, which count by day, cannot tell.

use super::Inputs;
use crate::calendar::{Timeline, zone::LocalClock};
use crate::intake::{Action, Person};
use chrono::{Days, NaiveDate};
use std::ops::Range;

/// The days of the window, numbered from its first; those of holiday weeks belong to no week.
#[derive(Debug, Clone)]
pub struct WindowDays {
    first: NaiveDate,
    weeks: Vec<Option<usize>>,
}

impl WindowDays {
    /// The days of these weeks of a timeline.
    #[must_use]
    pub fn of(timeline: &Timeline, window: &Range<usize>) -> Self {
        let own = &timeline.weeks()[window.clone()];
        let (Some(first), Some(last)) = (own.first(), own.last()) else {
            return Self { first: NaiveDate::MIN, weeks: Vec::new() };
        };
        let days = first.first().iter_days().take_while(|day| *day <= last.last());
        let week = |day: NaiveDate| timeline.index_of(day).and_then(|week| week.checked_sub(window.start));
        Self { first: first.first(), weeks: days.map(week).collect() }
    }

    /// How many days there are from the first to the last, holidays among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weeks.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weeks.is_empty()
    }

    /// The date of a day.
    #[must_use]
    pub fn date(&self, day: usize) -> NaiveDate {
        self.first + Days::new(day as u64)
    }

    /// The number of a date and that of its week, counted from the window's first; none outside, or in a holiday week.
    #[must_use]
    pub fn place(&self, date: NaiveDate) -> Option<(usize, usize)> {
        self.at((date - self.first).num_days())
    }

    fn at(&self, days: i64) -> Option<(usize, usize)> {
        let day = usize::try_from(days).ok()?;
        Some((day, (*self.weeks.get(day)?)?))
    }
}

/// An action in the window.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// What was done.
    pub action: &'a Action,
    /// The local day, counted from the window's first.
    pub day: usize,
    /// The local hour, 0 to 23.
    pub hour: usize,
    /// The week, counted from the window's first.
    pub week: usize,
    /// Whether the person was a member of their organization in that week.
    pub member: bool,
}

/// Walks through the window's actions.
pub struct Moments<'a> {
    inputs: &'a Inputs<'a>,
    window: Range<usize>,
    days: &'a WindowDays,
    epoch: i64,
    clocks: Vec<LocalClock>,
    clock_of: Vec<u32>,
}

impl<'a> Moments<'a> {
    /// The actions of these weeks.
    #[must_use]
    pub fn new(inputs: &'a Inputs<'a>, window: Range<usize>, days: &'a WindowDays) -> Self {
        let Inputs { roster, activity, zone, .. } = *inputs;
        let span = activity.span().unwrap_or_default();
        let (zones, clock_of) = roster.zones(zone);
        let clocks = zones.into_iter().map(|zone| LocalClock::new(zone, span.0, span.1)).collect();
        Self { inputs, window, days, epoch: i64::from(days.first.to_epoch_days()), clocks, clock_of }
    }

    /// Each person who acted, with their moments in order of the stream; strangers have no place on the roster.
    pub fn by_person(&self) -> impl Iterator<Item = (usize, impl Iterator<Item = Moment<'a>>)> {
        let people = self.inputs.activity.actions.chunk_by(|a, b| a.person == b.person);
        people.map(|own| {
            let person = own[0].person as usize;
            (person, self.of(self.inputs.roster.people.get(person), own))
        })
    }

    fn of(&self, person: Option<&'a Person>, own: &'a [Action]) -> impl Iterator<Item = Moment<'a>> {
        // The general zone is the first.
        let clock = &self.clocks[person.map_or(0, |known| self.clock_of[known.organization] as usize)];
        let weeks = &self.inputs.timeline.weeks()[self.window.clone()];
        let mut last: Option<(usize, bool)> = None;
        own.iter().filter_map(move |action| {
            let (day, hour) = clock.day_and_hour(action.time);
            let (day, week) = self.days.at(day - self.epoch)?;
            let member = match last.filter(|(known, _)| *known == week) {
                Some((_, member)) => member,
                None => person.is_some_and(|known| known.is_member_in(weeks[week])),
            };
            last = Some((week, member));
            Some(Moment { action, day, hour: usize::try_from(hour).unwrap_or_default(), week, member })
        })
    }
}
