//! A roster in OneRoster 1.1 CSV: a folder or a zip. Columns are found by name, in any order, beside any others.
//!
//! Only the files and columns that are needed are read: never passwords, never demographics.

mod rows;
mod users;

use super::file::{ROSTER_FILES, SourceFile};
use super::reject::Reject;
use super::roster::{Class, Enrollment, Guardianship, Organization, Person, Role, Roster};
use crate::calendar::Zone;
use crate::problem::{Outcome, Problem};
use rows::Rows;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;
use users::{Listed, role_of, takes_no_part};

/// The files of a roster that are read, from a folder or a zip; those that are not there are left out.
///
/// # Errors
/// The folder or zip cannot be read.
pub fn open(path: &Path) -> Outcome<Vec<SourceFile>> {
    if path.is_dir() {
        let there = ROSTER_FILES.iter().map(|name| path.join(name)).filter(|file| file.exists());
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
        |entry: &&String| ROSTER_FILES.iter().any(|name| Path::new(entry).file_name().is_some_and(|own| own == *name));
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
        .hint(format!("OneRoster CSV has the files {}", ROSTER_FILES.join(", ")))
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
        Reading { people_by, rejects, in_several: Vec::new(), rows: BTreeMap::new(), passed_over: BTreeSet::new() };
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
    let enrollments = enrollments.map(|file| reading.enrollments(file, &classes, &by_source));
    let enrollments = enrollments.transpose()?.unwrap_or_default();
    let Reading { in_several, rows, rejects, .. } = reading;
    let of_classes =
        |reject: &Reject| ["classes.csv", "enrollments.csv"].iter().any(|name| reject.file.ends_with(name));
    let classes_whole = !rejects.iter().any(|reject| of_classes(reject) && reject.loses_row());
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

struct Reading<'a> {
    people_by: &'a str,
    rejects: &'a mut Vec<Reject>,
    in_several: Vec<String>,
    rows: BTreeMap<String, u64>,
    /// Ids of classes that are deleted and of people who take no part: their enrollments are no faults.
    passed_over: BTreeSet<String>,
}

/// The columns of orgs.csv that OneRoster knows, and ours.
const ORGANIZATION_COLUMNS: [&str; 11] = [
    "sourcedId",
    "status",
    "dateLastModified",
    "name",
    "type",
    "identifier",
    "parentSourcedId",
    "metadata.opened",
    "metadata.timezone",
    "metadata.condition",
    "metadata.location",
];

/// The columns of enrollments.csv that OneRoster knows.
const ENROLLMENT_COLUMNS: [&str; 10] = [
    "sourcedId",
    "status",
    "dateLastModified",
    "classSourcedId",
    "schoolSourcedId",
    "userSourcedId",
    "role",
    "primary",
    "beginDate",
    "endDate",
];

fn is_deleted(status: &str) -> bool {
    status.eq_ignore_ascii_case("tobedeleted") || status.eq_ignore_ascii_case("inactive")
}

fn organizations(file: &SourceFile, rejects: &mut Vec<Reject>) -> Outcome<Vec<Organization>> {
    let mut rows = Rows::open(file)?;
    let (id, name) = (Some(rows.table.needed("sourcedId")?), Some(rows.table.needed("name")?));
    let optional = |name: &str| rows.table.optional_unless_misspelt(name, &ORGANIZATION_COLUMNS);
    let (status, opened, zone) = (optional("status")?, optional("metadata.opened")?, optional("metadata.timezone")?);
    let (condition, location) = (optional("metadata.condition")?, optional("metadata.location")?);
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
        // The order of rows never matters: of two that differ, the one that sorts first stays.
        let known = organizations.entry(own.clone()).or_insert_with(|| organization.clone());
        if *known != organization {
            rejects.push(rows.reject("organization listed twice; one of the rows is used", &own));
            if format!("{organization:?}") < format!("{known:?}") {
                *known = organization;
            }
        }
    }
    if organizations.is_empty() {
        return Err(Problem::new(file.name(), "lists no organization").into());
    }
    Ok(organizations.into_values().collect())
}

impl Reading<'_> {
    fn classes(&mut self, file: &SourceFile, organizations: &[Organization]) -> Outcome<Vec<Class>> {
        let mut rows = Rows::open(file)?;
        let (id, title) = (Some(rows.table.needed("sourcedId")?), Some(rows.table.needed("title")?));
        let school = Some(rows.table.needed("schoolSourcedId")?);
        let status = rows.table.optional_unless_misspelt("status", &["status", "sourcedId", "title"])?;
        let mut classes: BTreeMap<String, Class> = BTreeMap::new();
        let mut twice = BTreeSet::new();
        while rows.next(self.rejects)? {
            let (own, school) = (rows.text(id), rows.text(school));
            if is_deleted(&rows.text(status)) {
                self.passed_over.insert(own);
                continue;
            }
            if own.is_empty() {
                self.rejects.push(rows.reject("class without an id", &school));
                continue;
            }
            let Some(organization) = organizations.iter().position(|o| o.id == school) else {
                self.rejects.push(rows.reject("class without an organization on the roster", &own));
                continue;
            };
            let title = rows.some(title).unwrap_or_else(|| own.clone());
            let class = Class { id: own.clone(), organization, title };
            if classes.get(&own).is_some_and(|known| *known != class) {
                self.rejects.push(rows.reject("class listed twice with different rows", &own));
                twice.insert(own.clone());
            }
            classes.insert(own, class);
        }
        // Nobody knows which of two different classes is meant, so nobody is shown either.
        classes.retain(|id, _| !twice.contains(id));
        self.rows.insert(rows.file.clone(), rows.count);
        Ok(classes.into_values().collect())
    }

    fn enrollments(
        &mut self,
        file: &SourceFile,
        classes: &[Class],
        by_source: &HashMap<&str, usize>,
    ) -> Outcome<Vec<Enrollment>> {
        let mut rows = Rows::open(file)?;
        let [class, user] = [rows.table.needed("classSourcedId")?, rows.table.needed("userSourcedId")?].map(Some);
        let role = Some(rows.table.needed("role")?);
        let optional = |name: &str| rows.table.optional_unless_misspelt(name, &ENROLLMENT_COLUMNS);
        let (status, from, to) = (optional("status")?, optional("beginDate")?, optional("endDate")?);
        let by_class: HashMap<&str, usize> = classes.iter().enumerate().map(|(i, c)| (c.id.as_str(), i)).collect();
        let mut enrollments = Vec::new();
        while rows.next(self.rejects)? {
            if is_deleted(&rows.text(status)) {
                continue;
            }
            let (class_id, user_id) = (rows.text(class), rows.text(user));
            if self.passed_over.contains(&class_id)
                || self.passed_over.contains(&user_id)
                || takes_no_part(&rows.text(role))
            {
                continue;
            }
            let Some(class) = by_class.get(class_id.as_str()) else {
                self.rejects.push(rows.reject("enrollment in a class that is not on the roster", &class_id));
                continue;
            };
            let Some(person) = by_source.get(user_id.as_str()) else {
                self.rejects.push(rows.reject("enrollment of a person who is not on the roster", &user_id));
                continue;
            };
            let Some(role) = role_of(&rows.text(role)) else {
                self.rejects.push(rows.reject("enrollment with a role that OneRoster does not know", &rows.text(role)));
                continue;
            };
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
