//! A roster in OneRoster 1.1 CSV: a folder or a zip. Columns are found by name, in any order, beside any others.
//!
//! Only the files and columns that are needed are read: never passwords, never demographics.

use super::file::{SourceFile, Table};
use super::ids;
use super::reject::Reject;
use super::roster::{Class, Enrollment, Guardianship, Organization, Person, Role, Roster};
use crate::calendar::Zone;
use crate::problem::{Outcome, Problem};
use chrono::NaiveDate;
use csv::ByteRecord;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;

const FILES: [&str; 4] = ["orgs.csv", "users.csv", "classes.csv", "enrollments.csv"];

/// The files of a roster that are read, from a folder or a zip; those that are not there are left out.
///
/// # Errors
/// The folder or zip cannot be read.
pub fn open(path: &Path) -> Outcome<Vec<SourceFile>> {
    if path.is_dir() {
        let there = FILES.iter().map(|name| path.join(name)).filter(|file| file.exists());
        return Ok(there.map(|file| SourceFile::disk(&file)).collect());
    }
    let file = std::fs::File::open(path).map_err(|error| {
        Problem::io(path, "read", &error)
            .hint("`sources.roster.oneroster` names a folder of CSV files, or a zip of them")
    })?;
    let refuse = |error: zip::result::ZipError| {
        Problem::new(path.display().to_string(), format!("is no folder and no zip: {error}"))
    };
    let mut archive = zip::ZipArchive::new(file).map_err(refuse)?;
    let names: Vec<String> = archive.file_names().filter_map(|entry| Some(entry.ok()?.into_owned())).collect();
    let wanted =
        |entry: &&String| FILES.iter().any(|name| Path::new(entry).file_name().is_some_and(|own| own == *name));
    names.iter().filter(wanted).map(|entry| in_zip(&mut archive, path, entry)).collect()
}

fn in_zip(archive: &mut zip::ZipArchive<std::fs::File>, path: &Path, entry: &str) -> Outcome<SourceFile> {
    let mut bytes = Vec::new();
    let mut file = archive.by_name(entry).map_err(|error| Problem::new(entry, error.to_string()))?;
    file.read_to_end(&mut bytes).map_err(|error| Problem::io(path, "read", &error))?;
    Ok(SourceFile::memory(&format!("{}/{entry}", path.display()), bytes))
}

fn missing(place: &Path, name: &str) -> Problem {
    Problem::new(place.display().to_string(), format!("has no {name} that can be read"))
        .hint(format!("OneRoster CSV has the files {}", FILES.join(", ")))
}

/// Reads a roster; `people_by` is the column of users.csv by which activity names people.
///
/// # Errors
/// A file that cannot be read, a column that is missing, or nobody on it.
pub fn read(place: &Path, files: &[SourceFile], people_by: &str, rejects: &mut Vec<Reject>) -> Outcome<Roster> {
    let file = |name: &str| files.iter().find(|file| file.is_called(name));
    let organizations = organizations(file("orgs.csv").ok_or_else(|| missing(place, "orgs.csv"))?, rejects)?;
    let users = file("users.csv").ok_or_else(|| missing(place, "users.csv"))?;
    let mut reading =
        Reading { people_by, rejects, in_several: Vec::new(), rows: BTreeMap::new(), classes_whole: true };
    let listed = reading.people(users, &organizations)?;
    let classes =
        file("classes.csv").map(|file| reading.classes(file, &organizations)).transpose()?.unwrap_or_default();
    let (people, agents): (Vec<Person>, Vec<Listed>) = listed.into_iter().unzip();
    if !people.iter().any(|person| person.active && person.role.is_member()) {
        return Err(Problem::new(
            users.name(),
            "lists no active student and no active teacher, so nothing can be reported",
        )
        .hint("look at the columns `role`, `enabledUser` and `status`")
        .into());
    }
    let by_source: HashMap<&str, usize> =
        people.iter().enumerate().map(|(i, person)| (person.id.as_str(), i)).collect();
    let guardianships = guardianships(&people, &agents, &by_source);
    let enrollments = file("enrollments.csv");
    let enrollments = enrollments.map(|file| reading.enrollments(file, &people, &classes, &by_source));
    let enrollments = enrollments.transpose()?.unwrap_or_default();
    let Reading { in_several, rows, classes_whole, .. } = reading;
    Ok(Roster {
        organizations,
        people,
        classes,
        enrollments,
        guardianships,
        in_several,
        people_by: people_by.to_string(),
        rows,
        classes_whole,
    })
}

/// What of a user's row is needed only while reading.
struct Listed {
    agents: Vec<String>,
}

struct Reading<'a> {
    people_by: &'a str,
    rejects: &'a mut Vec<Reject>,
    in_several: Vec<String>,
    rows: BTreeMap<String, u64>,
    /// Whether every class and enrollment could be understood.
    classes_whole: bool,
}

/// The columns of one file by name, and its rows as text.
struct Rows {
    table: Table,
    record: ByteRecord,
    file: String,
    count: u64,
}

impl Rows {
    fn open(file: &SourceFile) -> Outcome<Self> {
        Ok(Self { table: file.table()?, record: ByteRecord::new(), file: file.name().to_string(), count: 0 })
    }

    /// The next row that has the header's columns and is UTF-8; others are rejects.
    fn next(&mut self, rejects: &mut Vec<Reject>) -> Outcome<bool> {
        while self.table.read(&mut self.record)? {
            self.count += 1;
            if self.record.len() != self.table.width() {
                let found = format!("{} instead of {}", self.record.len(), self.table.width());
                rejects.push(self.reject("wrong number of columns", &found));
            } else if self.record.iter().any(|field| std::str::from_utf8(field).is_err()) {
                rejects.push(self.reject("not text in UTF-8", ""));
            } else {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn line(&self) -> u64 {
        self.table.line(&self.record)
    }

    fn text(&self, column: Option<usize>) -> String {
        let bytes = column.and_then(|index| self.record.get(index)).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim().to_string()
    }

    fn some(&self, column: Option<usize>) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    fn list(&self, column: Option<usize>) -> Vec<String> {
        self.text(column).split(',').map(str::trim).filter(|id| !id.is_empty()).map(ToString::to_string).collect()
    }

    fn reject(&self, reason: &'static str, found: &str) -> Reject {
        Reject::new(&self.file, self.line(), reason, found.as_bytes())
    }

    /// A date, or none; an error if there is a text that is not a date.
    fn needed_date(&self, column: Option<usize>) -> Result<Option<NaiveDate>, ()> {
        let date = |text: String| text.get(..10).and_then(|day| day.parse().ok()).ok_or(());
        self.some(column).map(date).transpose()
    }

    /// A date, if there is one; a text that is not a date is a reject, and the row goes on without it.
    fn date(&self, column: Option<usize>, rejects: &mut Vec<Reject>) -> Option<NaiveDate> {
        let text = self.some(column)?;
        let day = text.get(..10).and_then(|day| day.parse().ok());
        if day.is_none() {
            rejects.push(self.reject("not a date; the row is used without it", &text));
        }
        day
    }
}

fn is_deleted(status: &str) -> bool {
    status.eq_ignore_ascii_case("tobedeleted") || status.eq_ignore_ascii_case("inactive")
}

fn organizations(file: &SourceFile, rejects: &mut Vec<Reject>) -> Outcome<Vec<Organization>> {
    let mut rows = Rows::open(file)?;
    let (id, name) = (Some(rows.table.needed("sourcedId")?), Some(rows.table.needed("name")?));
    let columns = ["status", "metadata.opened", "metadata.timezone", "metadata.condition", "metadata.location"];
    let [status, opened, zone, condition, location] = columns.map(|column| rows.table.optional(column));
    let mut organizations = BTreeMap::new();
    while rows.next(rejects)? {
        if is_deleted(&rows.text(status)) {
            continue;
        }
        let Some(own) = rows.some(id) else {
            rejects.push(rows.reject("organization without an id", &rows.text(name)));
            continue;
        };
        let zone_name = rows.some(zone);
        let own_zone: Option<Zone> = zone_name.as_ref().and_then(|name| name.parse().ok());
        if let (Some(name), None) = (&zone_name, own_zone) {
            rejects.push(rows.reject("not a time zone; the general one is used", name));
        }
        let organization = Organization {
            id: own.clone(),
            name: rows.some(name).unwrap_or_else(|| own.clone()),
            opened: rows.date(opened, rejects),
            zone: own_zone,
            condition: rows.some(condition),
            location: rows.some(location),
        };
        if organizations.insert(own.clone(), organization).is_some() {
            rejects.push(rows.reject("organization listed twice; the last one is used", &own));
        }
    }
    if organizations.is_empty() {
        return Err(Problem::new(file.name(), "lists no organization").into());
    }
    Ok(organizations.into_values().collect())
}

/// Roles of OneRoster 1.1 that effort does not look at.
fn takes_no_part(role: &str) -> bool {
    matches!(role.to_ascii_lowercase().as_str(), "aide" | "proctor")
}

fn role_of(text: &str) -> Option<Role> {
    match text.to_ascii_lowercase().as_str() {
        "student" => Some(Role::Student),
        "teacher" => Some(Role::Teacher),
        "parent" | "guardian" | "relative" => Some(Role::Guardian),
        "administrator" => Some(Role::Administrator),
        _ => None,
    }
}

impl Reading<'_> {
    fn people(&mut self, file: &SourceFile, organizations: &[Organization]) -> Outcome<Vec<(Person, Listed)>> {
        let mut rows = Rows::open(file)?;
        rows.table.needed(self.people_by)?;
        let columns = UserColumns::of(&rows.table)?;
        let by_id: HashMap<&str, usize> = organizations.iter().enumerate().map(|(i, o)| (o.id.as_str(), i)).collect();
        let integers = organizations.iter().all(|o| ids::is_integer(o.id.as_bytes()));
        let mut people: BTreeMap<String, (Person, Listed)> = BTreeMap::new();
        while rows.next(self.rejects)? {
            let Some((person, listed)) = self.person(&rows, &columns, &by_id, integers) else { continue };
            if people.contains_key(&person.id) {
                self.rejects.push(rows.reject("person listed twice; the first row is used", &person.id));
                continue;
            }
            people.insert(person.id.clone(), (person, listed));
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
        let others = [
            ("sourcedId", columns.sourced_id),
            ("username", columns.username),
            ("identifier", columns.identifier),
            ("email", columns.email),
        ];
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
            joined: rows.date(columns.joined, self.rejects),
            left: rows.date(columns.left, self.rejects),
            other_ids: others.into_iter().filter_map(|(name, column)| Some((name, rows.some(column)?))).collect(),
        };
        let listed = Listed { agents: rows.list(columns.agents) };
        Some((person, listed))
    }

    fn classes(&mut self, file: &SourceFile, organizations: &[Organization]) -> Outcome<Vec<Class>> {
        let mut rows = Rows::open(file)?;
        let (id, title) = (Some(rows.table.needed("sourcedId")?), Some(rows.table.needed("title")?));
        let (school, status) = (Some(rows.table.needed("schoolSourcedId")?), rows.table.optional("status"));
        let mut classes = BTreeMap::new();
        while rows.next(self.rejects)? {
            if is_deleted(&rows.text(status)) {
                continue;
            }
            let (own, school) = (rows.text(id), rows.text(school));
            let Some(organization) = organizations.iter().position(|o| o.id == school) else {
                self.classes_whole = false;
                self.rejects.push(rows.reject("class without an organization on the roster", &own));
                continue;
            };
            let title = rows.some(title).unwrap_or_else(|| own.clone());
            classes.insert(own.clone(), Class { id: own, organization, title });
        }
        self.rows.insert(rows.file.clone(), rows.count);
        Ok(classes.into_values().collect())
    }

    fn enrollments(
        &mut self,
        file: &SourceFile,
        people: &[Person],
        classes: &[Class],
        by_source: &HashMap<&str, usize>,
    ) -> Outcome<Vec<Enrollment>> {
        let mut rows = Rows::open(file)?;
        let [class, user] = [rows.table.needed("classSourcedId")?, rows.table.needed("userSourcedId")?].map(Some);
        let role = Some(rows.table.needed("role")?);
        let [status, from, to] = ["status", "beginDate", "endDate"].map(|column| rows.table.optional(column));
        let by_class: HashMap<&str, usize> = classes.iter().enumerate().map(|(i, c)| (c.id.as_str(), i)).collect();
        let mut enrollments = Vec::new();
        while rows.next(self.rejects)? {
            if is_deleted(&rows.text(status)) {
                continue;
            }
            let (class_id, user_id) = (rows.text(class), rows.text(user));
            let Some(class) = by_class.get(class_id.as_str()) else {
                self.classes_whole = false;
                self.rejects.push(rows.reject("enrollment in a class that is not on the roster", &class_id));
                continue;
            };
            let Some(person) = by_source.get(user_id.as_str()) else {
                self.rejects.push(rows.reject("enrollment of a person who is not on the roster", &user_id));
                continue;
            };
            let role = role_of(&rows.text(role)).unwrap_or(people[*person].role);
            let (Ok(from), Ok(to)) = (rows.needed_date(from), rows.needed_date(to)) else {
                // Without its dates it might show a class to somebody who has left it.
                self.rejects.push(rows.reject("enrollment with something that is not a date", &user_id));
                continue;
            };
            enrollments.push(Enrollment { class: *class, person: *person, role, from, to });
        }
        self.rows.insert(rows.file.clone(), rows.count);
        enrollments.sort();
        enrollments.dedup();
        Ok(enrollments)
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
    joined: Option<usize>,
    left: Option<usize>,
}

impl UserColumns {
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
            joined: optional("metadata.joined")?,
            left: optional("metadata.left")?,
        })
    }
}

/// The columns of users.csv that OneRoster knows, and ours.
const USER_COLUMNS: [&str; 24] = [
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
    "metadata.joined",
    "metadata.left",
];

/// Agents are guardians only where the agent's own role says so, and only of students.
fn guardianships(people: &[Person], listed: &[Listed], by_source: &HashMap<&str, usize>) -> Vec<Guardianship> {
    let students = people.iter().zip(listed).enumerate().filter(|(_, (person, _))| person.role == Role::Student);
    let pairs = students.flat_map(|(student, (_, listed))| {
        let agents = listed.agents.iter().filter_map(|agent| by_source.get(agent.as_str()).copied());
        agents.map(move |guardian| Guardianship { student, guardian })
    });
    let mut guardianships: Vec<Guardianship> = pairs.filter(|g| people[g.guardian].role == Role::Guardian).collect();
    guardianships.sort();
    guardianships.dedup();
    guardianships
}
