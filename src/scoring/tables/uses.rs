//! The descriptive tables: by organization and role, and over all; an empty id, role or subject means all.

use super::{Row, Table, organization_id, row, subject_name};
use crate::intake::{Role, Roster};
use crate::scoring::Analysis;
use crate::scoring::answers::{Answers, Of};
use crate::scoring::facts::minutes;
use crate::scoring::hours::Hour;
use crate::scoring::usage::{Periods, ROLES, Use};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One row of use: organization, role, name and first day of the period, what was done.
type Used<'a> = (&'a str, &'static str, &'static str, NaiveDate, Use);

fn role_name(role: Option<Role>) -> &'static str {
    role.map_or("", Role::name)
}

/// All uses in order of organization, role, period and first day.
fn uses<'a>(roster: &'a Roster, analysis: &'a Analysis, months: bool) -> impl Iterator<Item = Used<'a>> {
    let organizations = [None].into_iter().chain((0..roster.organizations.len()).map(Some));
    organizations.flat_map(move |organization| {
        ROLES.into_iter().flat_map(move |role| {
            let periods = analysis.usage.of(organization, role);
            let named = move |(period, start, done)| {
                (organization_id(roster, organization), role_name(role), period, start, done)
            };
            in_order(analysis, periods, months).map(named)
        })
    })
}

fn in_order<'a>(
    analysis: &'a Analysis,
    periods: &'a Periods,
    months: bool,
) -> impl Iterator<Item = (&'static str, NaiveDate, Use)> {
    let days = periods.days.iter().enumerate().map(|(day, done)| ("day", analysis.days.date(day), *done));
    let of_month = analysis.usage.months.iter().zip(&periods.months).filter(move |_| months);
    let of_month = of_month.map(|(start, done)| ("month", *start, *done));
    let weeks = analysis.weeks.iter().zip(&periods.weeks).map(|(week, done)| ("week", week.first(), *done));
    days.chain(of_month).chain(weeks)
}

pub(super) fn active<'a>(roster: &'a Roster, analysis: &'a Analysis) -> Table<'a> {
    let rows = uses(roster, analysis, true).filter(|(.., done)| done.people > 0);
    let rows =
        rows.map(|(organization, role, period, start, done)| row![organization, role, period, start, done.people]);
    Table::new("active", &["org_id", "role", "period", "start", "people"], rows)
}

pub(super) fn logins<'a>(roster: &'a Roster, analysis: &'a Analysis) -> Table<'a> {
    let rows = uses(roster, analysis, true).filter(|(.., done)| done.logins > 0);
    let rows =
        rows.map(|(organization, role, period, start, done)| row![organization, role, period, start, done.logins]);
    Table::new("logins", &["org_id", "role", "period", "start", "logins"], rows)
}

pub(super) fn time<'a>(roster: &'a Roster, analysis: &'a Analysis) -> Table<'a> {
    const COLUMNS: &[&str] = &["org_id", "role", "period", "start", "online", "in_class", "after_class", "per_active"];
    let rows = uses(roster, analysis, false).filter(|(.., done)| done.online > 0);
    let rows = rows.map(|(organization, role, period, start, done)| {
        row![
            organization,
            role,
            period,
            start,
            minutes(done.online),
            minutes(done.in_class),
            minutes(done.online - done.in_class),
            done.per_active(),
        ]
    });
    Table::new("time", COLUMNS, rows)
}

pub(super) fn hours<'a>(roster: &'a Roster, analysis: &'a Analysis) -> Table<'a> {
    const COLUMNS: &[&str] = &["org_id", "role", "day", "hour", "logins", "people"];
    let whole = analysis.hours.as_slice();
    let of_organizations =
        whole.chunk_by(|a, b| a.organization == b.organization).map(|own| (Some(own[0].organization), own));
    let rows = [(None, whole)].into_iter().chain(of_organizations).flat_map(move |(organization, own)| {
        ROLES.into_iter().flat_map(move |role| {
            let sums = summed(own, role).into_iter();
            sums.map(move |((day, hour), (logins, people))| {
                let day = analysis.days.date(day);
                row![organization_id(roster, organization), role_name(role), day, hour, logins, people]
            })
        })
    });
    Table::new("hours", COLUMNS, rows)
}

/// Log ins and people by day and hour, of a role or of all.
fn summed(hours: &[Hour], role: Option<Role>) -> BTreeMap<(usize, usize), (u32, u32)> {
    let mut sums: BTreeMap<(usize, usize), (u32, u32)> = BTreeMap::new();
    for hour in hours.iter().filter(|hour| role.is_none_or(|role| hour.role == role)) {
        let sum = sums.entry((hour.day, hour.hour)).or_default();
        sum.0 += hour.logins;
        sum.1 += hour.people;
    }
    sums
}

pub(super) fn rates<'a>(roster: &'a Roster, subjects: &'a [String], analysis: &'a Analysis) -> Table<'a> {
    let rows = analysis.daily_answers.iter().flat_map(move |(of, daily)| {
        let days = daily.iter().enumerate().map(|(day, answers)| ("day", analysis.days.date(day), *answers));
        let weekly = analysis.weekly_answers.get(of).into_iter().flatten();
        let weeks = analysis.weeks.iter().zip(weekly).map(|(week, answers)| ("week", week.first(), *answers));
        days.chain(weeks).filter(|(.., answers)| answers.all > 0).map(move |period| rate(roster, subjects, *of, period))
    });
    Table::new("rates", &["org_id", "subject", "period", "start", "answers", "correct"], rows)
}

fn rate<'a>(
    roster: &'a Roster,
    subjects: &'a [String],
    of: Of,
    (period, start, answers): (&'static str, NaiveDate, Answers),
) -> Row<'a> {
    row![organization_id(roster, of.0), subject_name(subjects, of.1), period, start, answers.all, answers.correct]
}
