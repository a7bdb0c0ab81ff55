//! The tables of learning outcomes, trends, relations and rhythm.

use super::{Table, organization_id, organization_of, row, subject_name};
use crate::intake::Roster;
use crate::scoring::{Analysis, Scores};

pub(super) fn progress<'a>(roster: &'a Roster, analysis: &'a Analysis) -> Table<'a> {
    const COLUMNS: &[&str] = &["org_id", "student_id", "answers", "begin", "end", "progress"];
    let rows = analysis.progress.iter().map(|own| {
        let student = roster.people[own.student].id.as_str();
        row![organization_of(roster, own.student), student, own.answers, own.begin, own.end, own.progress()]
    });
    Table::new("progress", COLUMNS, rows)
}

pub(super) fn progress_by_organization<'a>(roster: &'a Roster, analysis: &'a Analysis) -> Table<'a> {
    const COLUMNS: &[&str] = &["org_id", "students", "begin", "end", "t", "df", "p", "p_paired", "q", "r", "r_p"];
    let rows = analysis.organization_progress.iter().map(|own| {
        row![
            organization_id(roster, Some(own.organization)),
            own.students,
            own.begin,
            own.end,
            own.welch.map(|test| test.t),
            own.welch.map(|test| test.df),
            own.welch.map(|test| test.p),
            own.p_paired,
            own.q,
            own.practice.map(|correlation| correlation.r),
            own.practice.map(|correlation| correlation.p),
        ]
    });
    Table::new("progress_by_organization", COLUMNS, rows)
}

pub(super) fn trends<'a>(roster: &'a Roster, subjects: &'a [String], analysis: &'a Analysis) -> Table<'a> {
    const COLUMNS: &[&str] = &["org_id", "subject", "weeks", "s", "z", "p", "q", "slope", "direction"];
    let rows = analysis.trends.iter().map(|trend| {
        row![
            organization_id(roster, trend.of.0),
            subject_name(subjects, trend.of.1),
            trend.weeks,
            trend.test.map(|(test, _)| test.s),
            trend.test.map(|(test, _)| test.z),
            trend.test.map(|(test, _)| test.p),
            trend.q,
            trend.test.map(|(_, slope)| slope),
            trend.direction().name(),
        ]
    });
    Table::new("trends", COLUMNS, rows)
}

pub(super) fn relations<'a>(roster: &'a Roster, analysis: &'a Analysis) -> Table<'a> {
    const COLUMNS: &[&str] = &["org_id", "minutes", "students", "r", "p"];
    let rows = analysis.relations.iter().map(|relation| {
        let (r, p) = relation.correlation.map(|found| (found.r, found.p)).unzip();
        row![organization_id(roster, relation.organization), relation.time.name(), relation.students, r, p]
    });
    Table::new("relations", COLUMNS, rows)
}

pub(super) fn activation<'a>(roster: &'a Roster, analysis: &'a Analysis) -> Table<'a> {
    const COLUMNS: &[&str] = &["org_id", "opened", "activated", "days"];
    let rows = analysis
        .activation
        .iter()
        .map(|own| row![organization_id(roster, Some(own.organization)), own.opened, own.activated, own.days()]);
    Table::new("activation", COLUMNS, rows)
}

pub(super) fn valleys<'a>(scores: &'a Scores, analysis: &'a Analysis) -> Table<'a> {
    let rows = analysis
        .valleys
        .iter()
        .map(|valley| row![scores.timeline.weeks()[valley.week].first(), valley.active, valley.median, valley.ratio]);
    Table::new("valleys", &["week", "active", "median", "ratio"], rows)
}

pub(super) fn subjects<'a>(subjects: &'a [String], analysis: &'a Analysis) -> Table<'a> {
    const COLUMNS: &[&str] = &["subject_a", "subject_b", "weeks", "r", "p"];
    let rows = analysis.pairs.iter().map(|pair| {
        let name = |subject: u16| subject_name(subjects, Some(subject));
        let (r, p) = pair.correlation.map(|found| (found.r, found.p)).unzip();
        row![name(pair.subjects.0), name(pair.subjects.1), pair.weeks, r, p]
    });
    Table::new("subjects", COLUMNS, rows)
}
