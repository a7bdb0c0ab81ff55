//! Who there is, and who may hear of whom.

use crate::calendar::{Week, Zone};
use crate::config;
use chrono::{Months, NaiveDate};
use std::collections::{BTreeMap, HashMap};

/// What somebody is at their organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Learns; a member.
    Student,
    /// Teaches; a member.
    Teacher,
    /// Parent, guardian or relative of a student.
    Guardian,
    /// Runs the organization.
    Administrator,
}

impl Role {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Teacher => "teacher",
            Self::Guardian => "guardian",
            Self::Administrator => "administrator",
        }
    }

    /// Whether people of this role count as members of their organization.
    #[must_use]
    pub fn is_member(self) -> bool {
        matches!(self, Self::Student | Self::Teacher)
    }
}

/// A school, or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The day on which it opened, if known.
    pub opened: Option<NaiveDate>,
    /// Its zone, if it has one of its own.
    pub zone: Option<Zone>,
    /// `existing` or `new`, if known.
    pub condition: Option<String>,
    /// Where it is, if known.
    pub location: Option<String>,
}

/// Somebody on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their organization: an index into [`Roster::organizations`].
    pub organization: usize,
    /// What they are there.
    pub role: Role,
    /// Whether the roster counts them in.
    pub active: bool,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Mail address, if any.
    pub email: Option<String>,
    /// Their language, if known.
    pub language: Option<String>,
    /// Their birthday, if known.
    pub birth_date: Option<NaiveDate>,
    /// Whether the roster says that they are of age.
    pub adult: bool,
    /// First day, if known.
    pub joined: Option<NaiveDate>,
    /// Last day, if known.
    pub left: Option<NaiveDate>,
    /// Other values by which a log may name them: column and value.
    pub other_ids: Vec<(&'static str, String)>,
}

impl Person {
    /// Whether they are a member of their organization in a week: an active student or teacher, joined by the week's
    /// end and not left before it begins.
    #[must_use]
    pub fn is_member_in(&self, week: Week) -> bool {
        self.active
            && self.role.is_member()
            && self.joined.is_none_or(|day| day <= week.last())
            && self.left.is_none_or(|day| day >= week.first())
    }

    /// Whether they are 18 or over on a day, by the roster's word or their birthday; whoever was born on 29 February is
    /// of age on the 28th.
    #[must_use]
    pub fn is_of_age(&self, day: NaiveDate) -> bool {
        let comes_of_age = self.birth_date.and_then(|born| born.checked_add_months(Months::new(18 * 12)));
        self.adult || comes_of_age.is_some_and(|birthday| birthday <= day)
    }

    /// The whole name in the order of its language.
    #[must_use]
    pub fn name(&self) -> String {
        let chinese = |name: &str| name.chars().any(|letter| ('\u{2e80}'..='\u{9fff}').contains(&letter));
        if chinese(&self.family_name) || chinese(&self.given_name) {
            return format!("{}{}", self.family_name, self.given_name);
        }
        format!("{} {}", self.given_name, self.family_name).trim().to_string()
    }
}

/// A class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its id.
    pub id: String,
    /// Its organization.
    pub organization: usize,
    /// Its title.
    pub title: String,
}

/// Somebody's place in a class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Enrollment {
    /// An index into [`Roster::classes`].
    pub class: usize,
    /// An index into [`Roster::people`].
    pub person: usize,
    /// What they are in the class.
    pub role: Role,
    /// First day, if known.
    pub from: Option<NaiveDate>,
    /// Last day, if known.
    pub to: Option<NaiveDate>,
}

impl Enrollment {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// Who may hear of a student.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guardianship {
    /// The student.
    pub student: usize,
    /// The guardian.
    pub guardian: usize,
}

/// Everybody and everything on the roster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// In order of id.
    pub organizations: Vec<Organization>,
    /// In order of organization, then id: the order of every exported table.
    pub people: Vec<Person>,
    /// In order of id.
    pub classes: Vec<Class>,
    /// In order of class, then person.
    pub enrollments: Vec<Enrollment>,
    /// In order of student, then guardian.
    pub guardianships: Vec<Guardianship>,
    /// People whom the roster lists in several organizations.
    pub in_several: Vec<String>,
    /// The column that activity names people by.
    pub people_by: String,
    /// How many rows each file has.
    pub rows: BTreeMap<String, u64>,
    /// Whether every class and enrollment could be understood; else nobody may be given a whole organization.
    pub classes_whole: bool,
}

impl Roster {
    /// What activity calls each person, by the column that config names, in the order of people. None where there is no
    /// value, where two members share it, or where a member has it and somebody who is none does too: nobody's activity is
    /// ever another's.
    #[must_use]
    pub fn names_in_activity(&self) -> Vec<Option<&str>> {
        let name = |person: &'_ Person| person.other_ids.iter().position(|(column, _)| *column == self.people_by);
        let names: Vec<Option<&str>> =
            self.people.iter().map(|person| name(person).map(|index| person.other_ids[index].1.as_str())).collect();
        let mut members: HashMap<&str, u32> = HashMap::new();
        let mut others: HashMap<&str, u32> = HashMap::new();
        for (person, name) in self.people.iter().zip(&names) {
            let counts = if person.role.is_member() { &mut members } else { &mut others };
            *counts.entry(name.unwrap_or_default()).or_default() += 1;
        }
        let unshared = self.people.iter().zip(names).map(|(person, name)| {
            name.filter(|name| match (person.role.is_member(), members.get(name)) {
                (true, count) => count == Some(&1),
                (false, count) => count.is_none() && others.get(name) == Some(&1),
            })
        });
        unshared.collect()
    }

    /// The zone of an organization: its own, else the general one.
    #[must_use]
    pub fn zone(&self, organization: usize, general: Zone) -> Zone {
        self.organizations[organization].zone.unwrap_or(general)
    }

    /// The zone in which a person's days are counted; people who are not on the roster have the general one.
    #[must_use]
    pub fn zone_of(&self, person: u32, general: Zone) -> Zone {
        self.people.get(person as usize).map_or(general, |known| self.zone(known.organization, general))
    }

    /// The zones that are in use, the general one first, and for each organization the number of its own.
    #[must_use]
    pub fn zones(&self, general: Zone) -> (Vec<Zone>, Vec<u32>) {
        let mut zones = vec![general];
        let codes = (0..self.organizations.len()).map(|organization| {
            let zone = self.zone(organization, general);
            let known = zones.iter().position(|other| *other == zone);
            let code = known.unwrap_or_else(|| {
                zones.push(zone);
                zones.len() - 1
            });
            u32::try_from(code).unwrap_or(u32::MAX)
        });
        let codes = codes.collect();
        (zones, codes)
    }

    /// Members of an organization in a week.
    pub fn members_in(&self, organization: usize, week: Week) -> impl Iterator<Item = usize> {
        let from = self.people.partition_point(|person| person.organization < organization);
        let own = self.people[from..].iter().take_while(move |person| person.organization == organization);
        own.enumerate().filter(move |(_, person)| person.is_member_in(week)).map(move |(index, _)| from + index)
    }

    /// How many active people of each role, classes and enrollments there are, for noticing a roster that lost them.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let active = |role: Role| self.people.iter().filter(|p| p.active && p.role == role).count() as u64;
        BTreeMap::from([
            ("active students", active(Role::Student)),
            ("active teachers", active(Role::Teacher)),
            ("active guardians", active(Role::Guardian)),
            ("classes", self.classes.len() as u64),
            ("enrollments", self.enrollments.len() as u64),
        ])
    }

    /// Lets config's knowledge of organizations go before the roster's.
    pub fn apply(&mut self, known: &BTreeMap<String, config::Organization>) {
        for organization in &mut self.organizations {
            let Some(own) = known.get(&organization.id) else { continue };
            organization.opened = own.opened.or(organization.opened);
            organization.zone = own.zone.or(organization.zone);
            organization.condition = own.condition.clone().or(organization.condition.take());
            organization.location = own.location.clone().or(organization.location.take());
        }
    }
}
