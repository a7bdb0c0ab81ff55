//! The tables of facts and scores.

use super::{Row, Table, organization_id, organization_of, row};
use crate::intake::Roster;
use crate::scoring::facts::minutes;
use crate::scoring::{Fact, Praise, Scores};

pub(super) fn facts<'a>(roster: &'a Roster, facts: &'a [Fact]) -> Table<'a> {
    const COLUMNS: &[&str] = &[
        "org_id",
        "person_id",
        "role",
        "day",
        "logins",
        "actions",
        "online_minutes",
        "class_minutes",
        "answers",
        "correct",
    ];
    let rows = facts.iter().filter(|fact| fact.member).map(|fact| {
        let person = &roster.people[fact.person];
        row![
            organization_of(roster, fact.person),
            person.id.as_str(),
            person.role.name(),
            fact.day,
            fact.logins,
            fact.actions,
            minutes(fact.online),
            minutes(fact.in_class),
            fact.answers,
            fact.correct,
        ]
    });
    Table::new("facts", COLUMNS, rows)
}

pub(super) fn organizations<'a>(roster: &'a Roster, scores: &'a Scores) -> Table<'a> {
    const COLUMNS: &[&str] = &[
        "org_id",
        "week",
        "people",
        "active",
        "usage_frequency",
        "using_time",
        "maintenance",
        "health",
        "vital",
        "effort",
    ];
    let in_window = scores.organizations.iter().filter(|row| scores.window.contains(&row.week));
    let rows = in_window.map(|own| {
        row![
            organization_id(roster, Some(own.organization)),
            scores.timeline.weeks()[own.week].first(),
            own.people,
            own.active,
            own.usage_frequency,
            own.using_time,
            own.maintenance,
            own.health,
            own.vital,
            own.effort,
        ]
    });
    Table::new("organizations", COLUMNS, rows)
}

pub(super) fn study<'a>(roster: &'a Roster, scores: &'a Scores) -> Table<'a> {
    const COLUMNS: &[&str] =
        &["org_id", "weeks", "usage_frequency", "using_time", "maintenance", "size", "health", "vital"];
    let rows = scores.study.iter().map(|line| {
        row![
            organization_id(roster, Some(line.organization)),
            line.weeks,
            line.usage_frequency,
            line.using_time,
            line.maintenance,
            line.size,
            line.health,
            line.vital,
        ]
    });
    Table::new("study", COLUMNS, rows)
}

pub(super) fn students<'a>(roster: &'a Roster, scores: &'a Scores) -> Table<'a> {
    const COLUMNS: &[&str] = &[
        "org_id",
        "student_id",
        "week",
        "active_days",
        "minutes",
        "class_minutes",
        "steadiness",
        "answers",
        "correct",
        "health",
        "vital",
        "effort",
        "gain",
        "notice",
    ];
    let in_window = scores.students.iter().filter(|row| scores.window.contains(&row.week));
    let rows = in_window.map(|own| {
        row![
            organization_of(roster, own.student),
            roster.people[own.student].id.as_str(),
            scores.timeline.weeks()[own.week].first(),
            own.active_days,
            own.minutes,
            own.class_minutes,
            own.steadiness,
            own.answers,
            own.correct,
            own.health,
            own.vital,
            own.effort,
            own.gain,
            own.notice.map_or("", Praise::name),
        ]
    });
    Table::new("students", COLUMNS, rows)
}

pub(super) fn inactive<'a>(roster: &'a Roster, scores: &'a Scores) -> Table<'a> {
    const COLUMNS: &[&str] = &["org_id", "person_id", "role", "last_action", "days"];
    let rows = scores.inactive.iter().map(|quiet| {
        let person = &roster.people[quiet.person];
        row![
            organization_of(roster, quiet.person),
            person.id.as_str(),
            person.role.name(),
            quiet.last_action,
            quiet.days,
        ]
    });
    Table::new("inactive", COLUMNS, rows)
}

pub(super) fn summary(scores: &Scores) -> Table<'_> {
    let figures = &scores.summary;
    let rows: Vec<Row<'_>> = vec![
        row!["chance_rate", figures.chance_rate],
        row!["cycle_lag", figures.cycle.map(|cycle| cycle.lag)],
        row!["cycle_r", figures.cycle.map(|cycle| cycle.r)],
        row!["duplicates", figures.duplicates],
        row!["health_above_50", figures.health_above_50],
        row!["rewards", figures.rewards],
        row!["roster_people", figures.roster_people],
        row!["student_weeks", figures.student_weeks],
        row!["unknown_people", figures.unknown_people],
        row!["vital_above_50", figures.vital_above_50],
    ];
    Table::new("summary", &["key", "value"], rows.into_iter())
}
