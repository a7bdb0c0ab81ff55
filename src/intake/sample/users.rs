//! `users.csv`: members, their guardians and the administrators, with made-up names and addresses.
//!
//! Addresses lie under example.org and numbers where no telephone rings, so that a report sent by
//! mistake reaches nobody. Some people have no address, as on every real roster. All shares are
//! ours.

use super::calendar::Calendar;
use super::csv::Table;
use super::dice::Dice;
use super::names::{Language, Name, Names};
use super::people::{Person, Role};
use super::study::{LAST_DAY, SCHOOLS};

const HEADER: &str = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,\
    givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,\
    metadata.language,metadata.birthDate";

/// People whose language is Chinese.
const CHINESE: f64 = 0.6;
/// Teachers, guardians and students without an address.
const TEACHERS_UNREACHED: f64 = 0.02;
const GUARDIANS_UNREACHED: f64 = 0.02;
const STUDENTS_UNREACHED: f64 = 0.3;
/// Students with a second guardian.
const SECOND_GUARDIAN: f64 = 0.55;
/// Guardians who share the child's language, and those who share the family name.
const SAME_LANGUAGE: f64 = 0.95;
const SAME_FAMILY: f64 = 0.65;
/// Guardians who are parents, and those who are parents or listed as guardians.
const PARENTS: f64 = 0.85;
const PARENTS_OR_GUARDIANS: f64 = 0.95;
/// The schools with an administrator: the four largest.
const ADMINISTERED: [u32; 4] = [100_039, 100_057, 100_059, 100_082];

/// One line of the file, before it is one.
struct User<'a> {
    id: String,
    org: u32,
    role: &'a str,
    name: Name,
    mail: bool,
    phone: Option<u32>,
    agents: &'a [String],
    grade: Option<u32>,
    birth: String,
}

/// The file while it is written, and what its lines share.
struct Register<'a> {
    table: Table,
    names: Names,
    calendar: &'a Calendar,
}

/// The whole file.
pub fn users(seed: u64, people: &[Person], calendar: &Calendar) -> Vec<u8> {
    let mut register = Register { table: Table::new(HEADER), names: Names::new(), calendar };
    for org in ADMINISTERED {
        let id = format!("9{}", org - 100_000);
        let mut dice = Dice::new(seed, "administrator", org);
        register.adult(&mut dice, (org, id), "administrator", 0.0);
    }
    for person in people.iter().filter(|person| person.listed) {
        let org = SCHOOLS.get(person.school).map_or(0, |school| school.id);
        let mut dice = Dice::new(seed, "face", person.id);
        let key = (org, person.id.to_string());
        match person.role {
            Role::Student => register.student(&mut dice, key, person.grade),
            Role::Teacher => register.adult(&mut dice, key, "teacher", TEACHERS_UNREACHED),
        }
    }
    register.table.into_bytes()
}

impl Register<'_> {
    /// Somebody of the staff.
    fn adult(&mut self, dice: &mut Dice, key: (u32, String), role: &str, unreached: f64) {
        let mut user = User::new(key, role, any_name(&self.names, dice));
        user.mail = !dice.chance(unreached);
        user.phone = Some(dice.below(10_000));
        user.write(&mut self.table);
    }

    /// A student, and after them their guardians.
    fn student(&mut self, dice: &mut Dice, (org, id): (u32, String), grade: u32) {
        let name = any_name(&self.names, dice);
        let mail = !dice.chance(STUDENTS_UNREACHED);
        let guardians = if dice.chance(SECOND_GUARDIAN) { 1..=2 } else { 1..=1 };
        let agents: Vec<String> = guardians.map(|n| format!("7{id}{n}")).collect();
        // a first grade is begun at six or seven
        let age_days = (grade + 5) * 365 + 2 + dice.below(365 + 300);
        let born = LAST_DAY - i32::try_from(age_days).unwrap_or_default();
        let mut user = User::new((org, id), "student", name);
        user.mail = mail;
        user.agents = &agents;
        user.grade = Some(grade);
        user.birth = self.calendar.date(born).to_string();
        user.write(&mut self.table);
        for id in &agents {
            self.guardian(dice, (org, id.clone()), name);
        }
    }

    fn guardian(&mut self, dice: &mut Dice, key: (u32, String), child: Name) {
        let language = match child.language {
            same if dice.chance(SAME_LANGUAGE) => same,
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        };
        let mut name = self.names.draw(dice, language);
        if language == child.language && dice.chance(SAME_FAMILY) {
            name.family = child.family;
        }
        let role = match dice.unit() {
            draw if draw < PARENTS => "parent",
            draw if draw < PARENTS_OR_GUARDIANS => "guardian",
            _ => "relative",
        };
        let mut user = User::new(key, role, name);
        user.mail = !dice.chance(GUARDIANS_UNREACHED);
        user.phone = Some(dice.below(10_000));
        user.write(&mut self.table);
    }
}

fn any_name(names: &Names, dice: &mut Dice) -> Name {
    let chinese = dice.chance(CHINESE);
    names.draw(dice, if chinese { Language::Chinese } else { Language::English })
}

impl<'a> User<'a> {
    fn new((org, id): (u32, String), role: &'a str, name: Name) -> Self {
        let birth = String::new();
        Self { id, org, role, name, mail: true, phone: None, agents: &[], grade: None, birth }
    }

    fn write(&self, table: &mut Table) {
        let Name { family, given, language } = self.name;
        let account = format!("{}.{}.{}", given.1, family.1, self.id).to_ascii_lowercase();
        let mail = if self.mail { format!("{account}@example.org") } else { String::new() };
        table.row(&[
            &self.id,
            "",
            "",
            "true",
            &self.org.to_string(),
            self.role,
            &account,
            "",
            given.0,
            family.0,
            "",
            &self.id,
            &mail,
            "",
            &self.phone.map_or_else(String::new, |digits| phone(language, digits)),
            &self.agents.join(","),
            &self.grade.map_or_else(String::new, |grade| format!("{grade:02}")),
            "",
            language.code(),
            &self.birth,
        ]);
    }
}

/// A number that nobody has: no Chinese mobile number begins with 100, and 555 is no American area.
fn phone(language: Language, digits: u32) -> String {
    match language {
        Language::Chinese => format!("+86-100-5550-{digits:04}"),
        Language::English => format!("+1-555-555-{digits:04}"),
    }
}
