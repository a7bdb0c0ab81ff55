//! How long it takes until an organization that has opened is used (METHOD section 8, the study's figure 4.4).

use super::Fact;
use crate::intake::Roster;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// An organization that opened while there were data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// Index into the roster's organizations.
    pub organization: usize,
    /// The day it opened.
    pub opened: NaiveDate,
    /// The first local day with more than 10 log ins; none: not yet.
    pub activated: Option<NaiveDate>,
}

impl Activation {
    /// Days from opening to activation.
    #[must_use]
    pub fn days(&self) -> Option<i64> {
        Some((self.activated? - self.opened).num_days())
    }
}

const MORE_LOGINS_THAN: u32 = 10;

/// The organizations that opened on or after the first day of all the data and did nothing before they opened, by facts up
/// to `last_day`.
#[must_use]
pub fn of(roster: &Roster, facts: &[Fact], first_day: Option<NaiveDate>, last_day: NaiveDate) -> Vec<Activation> {
    let mut logins: Vec<BTreeMap<NaiveDate, u32>> = vec![BTreeMap::new(); roster.organizations.len()];
    let mut first_actions: Vec<Option<NaiveDate>> = vec![None; roster.organizations.len()];
    for fact in facts.iter().filter(|fact| fact.member && fact.actions > 0 && fact.day <= last_day) {
        let organization = roster.people[fact.person].organization;
        let first = &mut first_actions[organization];
        *first = Some(first.map_or(fact.day, |day| day.min(fact.day)));
        *logins[organization].entry(fact.day).or_default() += fact.logins;
    }
    let rows = roster.organizations.iter().zip(logins).zip(first_actions).enumerate();
    let rows = rows.filter_map(|(organization, ((known, logins), first_action))| {
        let opened = known.opened.filter(|opened| first_day.is_some_and(|first| *opened >= first))?;
        let activated = logins.iter().find(|(_, count)| **count > MORE_LOGINS_THAN).map(|(day, _)| *day);
        first_action.is_none_or(|day| day >= opened).then_some(Activation { organization, opened, activated })
    });
    rows.collect()
}
