//! Who the organizations are (the study's table S1).

use super::Study;
use super::paper::{Block, Column, Grid, MOST_ROWS, Section, Shown};
use crate::intake::Role;
use crate::scoring::tables::Cell;
use std::collections::BTreeSet;

/// How many people of an organization have which role at the end of the period.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) teachers: usize,
    pub(super) students: usize,
    pub(super) people: usize,
}

impl Study<'_> {
    pub(super) fn organizations_table(&self) -> Section {
        let members = self.members();
        let rows: Vec<Vec<Cell<'static>>> = self
            .writer
            .roster
            .organizations
            .iter()
            .zip(members)
            .enumerate()
            .filter(|(_, (_, members))| members.people > 0)
            .map(|(index, (organization, members))| {
                vec![
                    organization.id.clone().into(),
                    self.name(index).to_string().into(),
                    members.teachers.into(),
                    members.students.into(),
                    (members.teachers + members.students).into(),
                    members.people.into(),
                    organization.opened.into(),
                    organization.condition.clone().into(),
                    organization.location.clone().into(),
                ]
            })
            .collect();
        if rows.is_empty() {
            return self.section("organizations", vec![self.missing("register", "members")]);
        }
        let column = |name: &'static str| Column {
            name,
            head: self.word(&format!("study.register.head.{name}")),
            shown: Shown::Plain,
        };
        let table = Grid {
            name: "organizations",
            caption: self.word("study.register.caption"),
            columns: [
                "org_id",
                "name",
                "teachers",
                "students",
                "total",
                "adjusted_total",
                "opened",
                "condition",
                "location",
            ]
            .map(column)
            .to_vec(),
            rows,
            most_rows: MOST_ROWS,
            note: Some(self.word("study.register.note")),
        };
        self.section("organizations", vec![Block::Table(table)])
    }

    /// The members of each organization at the end of the period. Somebody who is a teacher on the roster and a student of a
    /// class, or the other way round, has both roles and is one person.
    pub(super) fn members(&self) -> Vec<Members> {
        let roster = self.writer.roster;
        let mut members = vec![Members::default(); roster.organizations.len()];
        let Some(report) = self.writer.scores.report_week() else { return members };
        let own = roster.people.iter().enumerate().filter(|(_, person)| person.is_member_in(report));
        let roles = own.map(|(index, person)| (index, person.role));
        let in_classes = roster.enrollments.iter().filter(|enrollment| {
            let person = &roster.people[enrollment.person];
            enrollment.role.is_member()
                && person.is_member_in(report)
                && roster.classes[enrollment.class].organization == person.organization
        });
        let entries: BTreeSet<(usize, Role)> = roles.chain(in_classes.map(|e| (e.person, e.role))).collect();
        let mut last = None;
        for (person, role) in entries {
            let own = &mut members[roster.people[person].organization];
            own.people += usize::from(last.replace(person) != Some(person));
            match role {
                Role::Teacher => own.teachers += 1,
                _ => own.students += 1,
            }
        }
        members
    }
}
