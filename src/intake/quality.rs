//! What stops a run before anything is planned: data that cannot be what the school means.

use super::{Glimpse, Intake, Order, Roster};
use crate::calendar::zone::local_day;
use crate::calendar::{SchoolCalendar, Week, Zone};
use crate::config::Limits;
use crate::problem::Problem;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Everything about the sources that must stop a run.
#[must_use]
pub fn stops(intake: &Intake, limits: &Limits, whole_organization: bool) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    problems.extend(too_many_lost(intake, limits.rejected_share));
    for glimpse in &intake.activity.glimpses {
        problems.extend(no_rows(glimpse));
        problems.extend(too_many_rejects(glimpse, intake, limits.rejected_share));
        problems.extend(too_few_found(glimpse, &intake.roster, limits.found_share));
    }
    problems.extend(nobody_enrolled(&intake.roster, whole_organization));
    problems
}

fn too_many_rejects(glimpse: &Glimpse, intake: &Intake, limit: f64) -> Option<Problem> {
    let all = glimpse.rows + glimpse.rejected;
    let share = ratio(glimpse.rejected, all);
    if share <= limit {
        return None;
    }
    let first = intake.rejects.iter().find(|reject| reject.file == glimpse.file)?;
    let message = format!(
        "{} of {all} rows cannot be read ({:.1} %, at most {:.1} % may be); the first is line {}: {}, found `{}`",
        glimpse.rejected,
        share * 100.0,
        limit * 100.0,
        first.line,
        first.reason,
        first.found
    );
    Some(Problem::new(&glimpse.file, message).hint(
        "mend `columns`, `kinds` or `time_format` of this source in config.yaml; `plaudit check` shows the rows as understood",
    ))
}

/// A few lost rows of a roster are told; many mean that it was not understood.
fn too_many_lost(intake: &Intake, limit: f64) -> Vec<Problem> {
    let lost = intake.roster.rows.iter().filter_map(|(file, rows)| {
        let own: Vec<_> = intake.rejects.iter().filter(|reject| reject.file == *file && reject.loses_row()).collect();
        let share = ratio(own.len() as u64, *rows);
        let first = own.first().filter(|_| own.len() > FEW_LOST_ROWS && share > limit)?;
        let message = format!(
            "{} of {rows} rows cannot be used ({:.1} %, at most {:.1} % may be); the first is line {}: {}, found `{}`",
            own.len(),
            share * 100.0,
            limit * 100.0,
            first.line,
            first.reason,
            first.found
        );
        let hint = "mend the roster, or raise `limits.rejected_percent` if these rows are meant to be passed over";
        Some(Problem::new(file, message).hint(hint))
    });
    lost.collect()
}

/// A small school must not stop for the first odd row.
const FEW_LOST_ROWS: usize = 3;

fn no_rows(glimpse: &Glimpse) -> Option<Problem> {
    (glimpse.rows == 0 && glimpse.rejected == 0).then(|| {
        Problem::new(&glimpse.file, "has no rows of activity, so it cannot be what the platform logged")
            .hint("export it again; or take the source out of config.yaml if the platform does not log this")
    })
}

fn too_few_found(glimpse: &Glimpse, roster: &Roster, limit: f64) -> Option<Problem> {
    if glimpse.people == 0 || ratio(glimpse.found, glimpse.people) >= limit {
        return None;
    }
    let on_roster: Vec<&str> =
        roster.people.iter().filter(|p| p.role.is_member()).take(5).map(|p| p.id.as_str()).collect();
    let message = format!(
        "only {} of {} acting people are on the roster; ids here: {}; ids on the roster: {}",
        glimpse.found,
        glimpse.people,
        glimpse.strangers.join(", "),
        on_roster.join(", ")
    );
    let hint = match matching_column(glimpse, roster) {
        Some(column) => {
            format!("the roster's column `{column}` has these ids: set `sources.roster.people_by: {column}`")
        }
        None => "no column of users.csv has these ids: is this the roster of the same school?".to_string(),
    };
    Some(Problem::new(&glimpse.file, message).hint(hint))
}

/// The column of users.csv in which most of the unknown ids stand.
fn matching_column(glimpse: &Glimpse, roster: &Roster) -> Option<&'static str> {
    let mut hits: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (column, value) in roster.people.iter().flat_map(|person| &person.other_ids) {
        if *column != roster.people_by && glimpse.strangers.contains(value) {
            *hits.entry(column).or_default() += 1;
        }
    }
    hits.into_iter().max_by_key(|(_, count)| *count).map(|(column, _)| column)
}

fn nobody_enrolled(roster: &Roster, whole_organization: bool) -> Option<Problem> {
    let meant = roster.classes.is_empty() && roster.classes_whole && whole_organization;
    (roster.enrollments.is_empty() && !meant).then(|| {
        Problem::new("enrollments.csv", "is missing or enrolls nobody in any class, so nobody's teacher is known")
            .hint("export the enrollments again; a school without classes says `teachers_without_classes: whole_organization`")
    })
}

/// A roster that lost too many of a role since the last run.
#[must_use]
pub fn roster_loss(now: &BTreeMap<&'static str, u64>, before: &BTreeMap<String, u64>, limit: f64) -> Vec<Problem> {
    let lost = now.iter().filter_map(|(role, count)| {
        let known = *before.get(*role)?;
        let gone = known.saturating_sub(*count);
        (ratio(gone, known) > limit).then(|| {
            let message =
                format!("has {count} {role}, {known} in the last run: {:.0} % are gone", ratio(gone, known) * 100.0);
            Problem::new("roster", message)
                .hint("if that is right, run once with `--confirm-roster`; else export the roster again")
        })
    });
    lost.collect()
}

/// Why nothing can be said of the report week, if nothing can.
#[must_use]
pub fn no_evidence(intake: &Intake, calendar: &SchoolCalendar, week: Week, zone: Zone) -> Option<Problem> {
    let roster = &intake.roster;
    let is_member = |person: u32| roster.people.get(person as usize).is_some_and(|p| p.is_member_in(week));
    let actions = intake.activity.actions.iter();
    let of_members = actions.filter(|action| is_member(action.person) && action.order >= Order::LogIn);
    let days = of_members.map(|action| local_day(action.time, roster.zone_of(action.person, zone)));
    let (mut last_before, mut any_in) = (None::<NaiveDate>, false);
    for date in days {
        any_in |= week.first() <= date && date <= week.last();
        if date < week.first() {
            last_before = last_before.max(Some(date));
        }
    }
    if any_in {
        return None;
    }
    let place = format!("week of {week}");
    let last = last_before.map(|date| calendar.last_school_week(calendar.week_of(date)));
    Some(match last {
        Some(last) => Problem::new(place, "no activity of anybody on the roster, so there is nothing to report")
            .hint(format!("the last activity before it is in the week of {last}: `--week {last}` reports that; else see whether the export is complete")),
        None => Problem::new(place, "the data begin after it, so there is nothing to report").hint("ask for a later week with `--week`"),
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and people are far below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
