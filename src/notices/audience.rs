//! Who may hear of whom. What is missing fails closed: nobody is in anybody's set by default.

use crate::calendar::Week;
use crate::intake::{Person, Role, Roster};
use std::collections::{BTreeMap, BTreeSet};

/// The roster's ties, looked up often, so indexed once for the last day of the report week.
#[derive(Debug)]
pub struct Ties {
    guardians: BTreeMap<usize, Vec<usize>>,
    children: BTreeMap<usize, BTreeSet<usize>>,
    students: BTreeMap<usize, BTreeSet<usize>>,
    taught: BTreeMap<usize, BTreeSet<usize>>,
    with_classes: BTreeSet<usize>,
    week: Week,
}

impl Ties {
    /// The ties that hold at the end of a week, among people who are there: active, joined and not left.
    #[must_use]
    pub fn of(roster: &Roster, week: Week) -> Self {
        let day = week.last();
        let active = |person: usize| is_there(&roster.people[person], week);
        let mut ties = Self {
            guardians: BTreeMap::new(),
            children: BTreeMap::new(),
            students: BTreeMap::new(),
            taught: BTreeMap::new(),
            week,
            with_classes: if roster.classes_whole {
                roster.classes.iter().map(|class| class.organization).collect()
            } else {
                (0..roster.organizations.len()).collect()
            },
        };
        for tie in roster.guardianships.iter().filter(|tie| active(tie.student) && active(tie.guardian)) {
            ties.guardians.entry(tie.student).or_default().push(tie.guardian);
            ties.children.entry(tie.guardian).or_default().insert(tie.student);
        }
        for enrollment in roster.enrollments.iter().filter(|e| e.holds_on(day) && active(e.person)) {
            let own = roster.people[enrollment.person].role;
            match (enrollment.role, own) {
                (Role::Student, _) => ties.students.entry(enrollment.class).or_default().insert(enrollment.person),
                (Role::Teacher, Role::Teacher) => {
                    ties.taught.entry(enrollment.person).or_default().insert(enrollment.class)
                }
                _ => continue,
            };
        }
        ties
    }

    /// The guardians of a student, in order of id.
    #[must_use]
    pub fn guardians_of(&self, student: usize) -> &[usize] {
        self.guardians.get(&student).map_or(&[], Vec::as_slice)
    }

    /// The classes that a teacher teaches.
    #[must_use]
    pub fn classes_of(&self, teacher: usize) -> BTreeSet<usize> {
        self.taught.get(&teacher).cloned().unwrap_or_default()
    }

    /// The students of a class.
    #[must_use]
    pub fn students_of(&self, class: usize) -> BTreeSet<usize> {
        self.students.get(&class).cloned().unwrap_or_default()
    }

    /// Whether an organization has, or may have, any class at all.
    #[must_use]
    pub fn has_classes(&self, organization: usize) -> bool {
        self.with_classes.contains(&organization)
    }

    /// Everybody of whom somebody may hear: a teacher of the students of their own classes (of the whole organization, if
    /// config says so and it has no classes), a guardian of their own children, a student of themself.
    #[must_use]
    pub fn allowed(&self, roster: &Roster, recipient: usize, whole_organization: bool) -> BTreeSet<usize> {
        let person = &roster.people[recipient];
        match person.role {
            Role::Student => BTreeSet::from([recipient]),
            Role::Guardian => self.children.get(&recipient).cloned().unwrap_or_default(),
            Role::Teacher if whole_organization && self.may_have_whole(recipient, person.organization) => {
                self.all_students(roster, person.organization)
            }
            Role::Teacher => self.classes_of(recipient).into_iter().flat_map(|class| self.students_of(class)).collect(),
            Role::Administrator => BTreeSet::new(),
        }
    }

    /// Whether a teacher may have the whole organization, where config says so: it has no class, and neither has the teacher.
    #[must_use]
    pub fn may_have_whole(&self, teacher: usize, organization: usize) -> bool {
        !self.has_classes(organization) && self.classes_of(teacher).is_empty()
    }

    /// All students of an organization.
    #[must_use]
    pub fn all_students(&self, roster: &Roster, organization: usize) -> BTreeSet<usize> {
        let people = roster.people.iter().enumerate();
        let own = people.filter(|(_, p)| p.organization == organization && p.role == Role::Student);
        own.filter(|(_, p)| is_there(p, self.week)).map(|(index, _)| index).collect()
    }
}

/// Whether somebody is there in a week: members by the method's rule, others by being active.
fn is_there(person: &Person, week: Week) -> bool {
    if person.role.is_member() { person.is_member_in(week) } else { person.active }
}
