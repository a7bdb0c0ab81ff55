//! Facts by week: what each member did in each school week, on which the scores stand.

use super::Fact;
use crate::calendar::Timeline;
use crate::config::ActiveBy;
use crate::intake::Roster;
use chrono::{Datelike, NaiveDate};

/// What one member did in one week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonWeek {
    /// Index into the timeline.
    pub week: usize,
    /// Active days, 0 to 7.
    pub active_days: u32,
    /// Online time in microseconds.
    pub online: i64,
    /// The part of it in class.
    pub in_class: i64,
    /// Answers.
    pub answers: u32,
    /// Right ones among them.
    pub correct: u32,
    /// The months (year * 12 + month) of the active days: the second is empty unless the week lies in two.
    pub active_months: [Option<i32>; 2],
}

impl PersonWeek {
    /// Whether there was activity.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active_days > 0
    }
}

/// All members' weeks.
#[derive(Debug)]
pub struct Weekly {
    by_person: Vec<Vec<PersonWeek>>,
    first_action: Vec<Option<NaiveDate>>,
    first_of_organization: Vec<Option<NaiveDate>>,
}

impl Weekly {
    /// Sums facts up to the timeline's end; days outside its weeks count nowhere.
    #[must_use]
    pub fn tally(facts: &[Fact], roster: &Roster, timeline: &Timeline, active_by: ActiveBy) -> Self {
        let mut weekly = Self {
            by_person: vec![Vec::new(); roster.people.len()],
            first_action: vec![None; roster.people.len()],
            first_of_organization: vec![None; roster.organizations.len()],
        };
        let Some(report) = timeline.weeks().last() else { return weekly };
        for fact in facts.iter().filter(|fact| fact.day <= report.last()) {
            if fact.actions > 0 {
                weekly.note_first(fact, roster);
            }
            if let Some(week) = timeline.index_of(fact.day).filter(|_| fact.member) {
                weekly.add(fact, week, active_by);
            }
        }
        weekly
    }

    fn note_first(&mut self, fact: &Fact, roster: &Roster) {
        let earlier = |known: &mut Option<NaiveDate>| *known = Some(known.map_or(fact.day, |day| day.min(fact.day)));
        earlier(&mut self.first_action[fact.person]);
        if fact.member {
            earlier(&mut self.first_of_organization[roster.people[fact.person].organization]);
        }
    }

    fn add(&mut self, fact: &Fact, week: usize, active_by: ActiveBy) {
        let weeks = &mut self.by_person[fact.person];
        if weeks.last().is_none_or(|last| last.week != week) {
            weeks.push(PersonWeek { week, ..PersonWeek::default() });
        }
        let Some(own) = weeks.last_mut() else { return };
        own.online += fact.online;
        own.in_class += fact.in_class;
        own.answers += fact.answers;
        own.correct += fact.correct;
        if fact.is_active(active_by) {
            own.active_days += 1;
            let month = Some(month_of(fact.day));
            let place = usize::from(own.active_months[0].is_some() && own.active_months[0] != month);
            own.active_months[place] = month;
        }
    }

    /// One member's weeks with any fact, oldest first.
    #[must_use]
    pub fn of(&self, person: usize) -> &[PersonWeek] {
        &self.by_person[person]
    }

    /// All weeks of everybody.
    pub fn all(&self) -> impl Iterator<Item = &PersonWeek> {
        self.by_person.iter().flatten()
    }

    /// The day of a member's first action.
    #[must_use]
    pub fn first_action(&self, person: usize) -> Option<NaiveDate> {
        self.first_action[person]
    }

    /// The day on which an organization began: opened if known, else its first action.
    #[must_use]
    pub fn beginning(&self, roster: &Roster, organization: usize) -> Option<NaiveDate> {
        roster.organizations[organization].opened.or(self.first_of_organization[organization])
    }

    /// The index of an organization's first week; `timeline.len()` if it has none.
    #[must_use]
    pub fn first_week(&self, roster: &Roster, timeline: &Timeline, organization: usize) -> usize {
        let beginning = self.beginning(roster, organization);
        beginning.map_or(timeline.len(), |day| timeline.first_ending_on_or_after(day))
    }
}

/// A calendar month as one number.
#[must_use]
pub fn month_of(day: NaiveDate) -> i32 {
    day.year() * 12 + i32::try_from(day.month0()).unwrap_or_default()
}
