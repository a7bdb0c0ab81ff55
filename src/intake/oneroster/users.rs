//! users.csv: who there is, what they are, and whose agents they have.

use super::rows::Rows;
use super::{Reading, is_deleted};
use crate::intake::file::{SourceFile, Table};
use crate::intake::ids;
use crate::intake::roster::{Organization, Person, Role};
use crate::problem::Outcome;
use std::collections::{BTreeMap, HashMap};

/// What of a user's row is needed only while reading.
pub(super) struct Listed {
    pub(super) agents: Vec<String>,
}

/// Roles of OneRoster 1.1 that effort does not look at.
pub(super) fn takes_no_part(role: &str) -> bool {
    matches!(role.to_ascii_lowercase().as_str(), "aide" | "proctor")
}

pub(super) fn role_of(text: &str) -> Option<Role> {
    match text.to_ascii_lowercase().as_str() {
        "student" => Some(Role::Student),
        "teacher" => Some(Role::Teacher),
        "parent" | "guardian" | "relative" => Some(Role::Guardian),
        "administrator" => Some(Role::Administrator),
        _ => None,
    }
}

/// Two rows of one person as one, whichever came first: active only if both say so, in the smaller organization, and of
/// all else that which sorts first.
fn both(a: (Person, Listed), b: (Person, Listed)) -> (Person, Listed) {
    let organization = a.0.organization.min(b.0.organization);
    let active = a.0.active && b.0.active;
    let a_first = format!("{:?}", a.0) <= format!("{:?}", b.0);
    let (mut first, second) = if a_first { (a, b) } else { (b, a) };
    first.0.organization = organization;
    first.0.active = active;
    first.1.agents.extend(second.1.agents);
    first
}

impl Reading<'_> {
    pub(super) fn people(
        &mut self,
        file: &SourceFile,
        organizations: &[Organization],
    ) -> Outcome<Vec<(Person, Listed)>> {
        let mut rows = Rows::open(file)?;
        rows.table.needed(self.people_by)?;
        let columns = UserColumns::of(&rows.table)?;
        let by_id: HashMap<&str, usize> = organizations.iter().enumerate().map(|(i, o)| (o.id.as_str(), i)).collect();
        let integers = organizations.iter().all(|o| ids::is_integer(o.id.as_bytes()));
        let mut people: BTreeMap<String, (Person, Listed)> = BTreeMap::new();
        while rows.next(self.rejects)? {
            let Some((person, listed)) = self.person(&rows, &columns, &by_id, integers) else { continue };
            let Some(known) = people.remove(&person.id) else {
                people.insert(person.id.clone(), (person, listed));
                continue;
            };
            self.rejects.push(rows.reject("person listed twice; what both rows say is used", &person.id));
            people.insert(person.id.clone(), both(known, (person, listed)));
        }
        self.rows.insert(rows.file.clone(), rows.count);
        let mut people: Vec<_> = people.into_values().collect();
        people.sort_by(|(a, _), (b, _)| (a.organization, &a.id).cmp(&(b.organization, &b.id)));
        Ok(people)
    }

    fn person(
        &mut self,
        rows: &Rows,
        columns: &UserColumns,
        organizations: &HashMap<&str, usize>,
        integers: bool,
    ) -> Option<(Person, Listed)> {
        let id = rows.text(columns.sourced_id);
        let role_name = rows.text(columns.role);
        let mut own: Vec<String> = rows.list(columns.organizations);
        own.sort_by(|a, b| ids::compare(a, b, integers));
        own.dedup();
        let primary = rows.some(columns.primary).filter(|id| organizations.contains_key(id.as_str()));
        let organization = primary.into_iter().chain(own.iter().cloned()).find_map(|id| organizations.get(id.as_str()));
        if takes_no_part(&role_name) {
            self.passed_over.insert(id);
            return None;
        }
        let fault = match (id.is_empty(), role_of(&role_name), organization) {
            (true, ..) => Some(("person without an id", role_name.clone())),
            (_, None, _) => Some(("person with a role that OneRoster does not know", role_name.clone())),
            (_, _, None) => Some(("person without an organization on the roster", id.clone())),
            _ => None,
        };
        if let Some((reason, found)) = fault {
            self.rejects.push(rows.reject(reason, &found));
            return None;
        }
        if own.len() > 1 {
            self.in_several.push(id.clone());
        }
        let enabled = rows.text(columns.enabled).to_ascii_lowercase();
        let active = !matches!(enabled.as_str(), "false" | "0" | "no") && !is_deleted(&rows.text(columns.status));
        // Whoever left on a day that cannot be read may have left.
        let left = rows.needed_date(columns.left);
        if left.is_err() {
            self.rejects.push(rows.reject("not a date; the person is used as one who has left", &id));
        }
        let active = active && left.is_ok();
        let person = Person {
            id,
            organization: *organization?,
            role: role_of(&role_name)?,
            active,
            given_name: rows.text(columns.given),
            family_name: rows.text(columns.family),
            email: rows.some(columns.email),
            language: rows.some(columns.language),
            birth_date: rows.date(columns.birth_date, self.rejects),
            adult: matches!(rows.text(columns.adult).to_ascii_lowercase().as_str(), "true" | "1" | "yes"),
            joined: rows.date(columns.joined, self.rejects),
            left: left.unwrap_or_default(),
            other_ids: columns.other_ids(rows),
        };
        let listed = Listed { agents: rows.list(columns.agents) };
        Some((person, listed))
    }
}

struct UserColumns {
    sourced_id: Option<usize>,
    role: Option<usize>,
    organizations: Option<usize>,
    primary: Option<usize>,
    enabled: Option<usize>,
    status: Option<usize>,
    given: Option<usize>,
    family: Option<usize>,
    email: Option<usize>,
    username: Option<usize>,
    identifier: Option<usize>,
    agents: Option<usize>,
    language: Option<usize>,
    birth_date: Option<usize>,
    adult: Option<usize>,
    joined: Option<usize>,
    left: Option<usize>,
}

impl UserColumns {
    /// The values by which a log may name the person of a row.
    fn other_ids(&self, rows: &Rows) -> Vec<(&'static str, String)> {
        let columns = [
            ("sourcedId", self.sourced_id),
            ("username", self.username),
            ("identifier", self.identifier),
            ("email", self.email),
        ];
        columns.into_iter().filter_map(|(name, column)| Some((name, rows.some(column)?))).collect()
    }

    fn of(table: &Table) -> Outcome<Self> {
        let optional = |name: &str| table.optional_unless_misspelt(name, &USER_COLUMNS);
        Ok(Self {
            sourced_id: Some(table.needed("sourcedId")?),
            role: Some(table.needed("role")?),
            organizations: Some(table.needed("orgSourcedIds")?),
            primary: optional("primaryOrgSourcedId")?,
            enabled: optional("enabledUser")?,
            status: optional("status")?,
            given: optional("givenName")?,
            family: optional("familyName")?,
            email: optional("email")?,
            username: optional("username")?,
            identifier: optional("identifier")?,
            agents: optional("agentSourcedIds")?,
            language: optional("metadata.language")?,
            birth_date: optional("metadata.birthDate")?,
            adult: optional("metadata.adult")?,
            joined: optional("metadata.joined")?,
            left: optional("metadata.left")?,
        })
    }
}

/// The columns of users.csv that OneRoster knows, and ours.
const USER_COLUMNS: [&str; 25] = [
    "sourcedId",
    "status",
    "dateLastModified",
    "enabledUser",
    "orgSourcedIds",
    "primaryOrgSourcedId",
    "role",
    "username",
    "userIds",
    "givenName",
    "familyName",
    "middleName",
    "identifier",
    "email",
    "sms",
    "phone",
    "agentSourcedIds",
    "grades",
    "password",
    "userMasterIdentifier",
    "metadata.language",
    "metadata.birthDate",
    "metadata.adult",
    "metadata.joined",
    "metadata.left",
];
