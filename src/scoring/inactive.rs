//! Members who have gone quiet (METHOD section 6).

use super::Fact;
use super::weekly::Weekly;
use crate::calendar::Timeline;
use crate::config::Method;
use crate::intake::Roster;
use chrono::NaiveDate;

/// A member who has gone quiet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inactive {
    /// Index into the roster's people.
    pub person: usize,
    /// The local day of the last action; none: never acted.
    pub last_action: Option<NaiveDate>,
    /// Days since then (else since joining or the opening) to the end of the report week, holidays not counted.
    pub days: i64,
}

/// Everybody who has gone quiet, in order of organization and id.
#[must_use]
pub fn list(roster: &Roster, facts: &[Fact], weekly: &Weekly, timeline: &Timeline, method: &Method) -> Vec<Inactive> {
    let Some(report) = timeline.weeks().last().copied() else { return Vec::new() };
    let mut last_actions: Vec<Option<NaiveDate>> = vec![None; roster.people.len()];
    for fact in facts.iter().filter(|fact| fact.actions > 0 && fact.day <= report.last()) {
        last_actions[fact.person] = Some(fact.day);
    }
    let has_weeks: Vec<bool> = (0..roster.organizations.len())
        .map(|organization| weekly.first_week(roster, timeline, organization) < timeline.len())
        .collect();
    let members = roster.people.iter().enumerate().filter(|(_, p)| p.is_member_in(report) && has_weeks[p.organization]);
    let quiet = members.filter_map(|(person, known)| {
        let last_action = last_actions[person];
        let since = last_action.or(known.joined).or(weekly.beginning(roster, known.organization))?;
        let days = timeline.calendar().days_between(since, report.last());
        (days > method.inactive_days).then_some(Inactive { person, last_action, days })
    });
    quiet.collect()
}
