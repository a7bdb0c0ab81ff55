//! The roster's files, in the shape of `OneRoster` 1.1.
//!
//! A real format on purpose: the sample goes through the same door as a school's own export.

use super::SampleFile;
use super::calendar::Calendar;
use super::classes::{Subject, Timetable};
use super::csv::Table;
use super::people::Person;
use super::study::{LAST_DAY, SCHOOLS};
use super::users::users;
use chrono::Datelike;

const ORGS: &str = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,\
    metadata.opened,metadata.condition,metadata.location";
const SESSIONS: &str = "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear";
const COURSES: &str = "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,\
    orgSourcedId,subjects,subjectCodes";
const CLASSES: &str = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,\
    location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods";
const ENROLLMENTS: &str = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,\
    role,primary,beginDate,endDate";

/// The school year begins so many days before the sample and ends so many after it: about September
/// to July.
const YEAR: (i32, i32) = (-85, 225);
/// The term's first and last day: the sample's weeks and two more weeks at either end.
const TERM: (i32, i32) = (-14, LAST_DAY + 14);

/// All files of the roster.
pub fn roster(seed: u64, people: &[Person], timetable: &Timetable, calendar: &Calendar) -> Vec<SampleFile> {
    let file = |name, bytes| SampleFile { name, bytes };
    vec![
        file("roster/manifest.csv", manifest()),
        file("roster/orgs.csv", orgs(calendar)),
        file("roster/users.csv", users(seed, people, calendar)),
        file("roster/classes.csv", classes(timetable)),
        file("roster/courses.csv", courses(timetable)),
        file("roster/academicSessions.csv", sessions(calendar)),
        file("roster/enrollments.csv", enrollments(people, timetable, calendar)),
    ]
}

fn manifest() -> Vec<u8> {
    let mut table = Table::new("propertyName,value");
    table.row(&["manifest.version", "1.0"]);
    table.row(&["oneroster.version", "1.1"]);
    table.row(&["source.systemName", "plaudit sample"]);
    let parts = ["academicSessions", "classes", "courses", "enrollments", "orgs", "users"];
    for part in parts {
        table.row(&[&format!("file.{part}"), "bulk"]);
    }
    table.into_bytes()
}

fn orgs(calendar: &Calendar) -> Vec<u8> {
    let mut table = Table::new(ORGS);
    for school in &SCHOOLS {
        let id = school.id.to_string();
        let name = format!("School {id} ({})", school.location);
        let opened = calendar.date(school.opened).to_string();
        table.row(&[&id, "", "", &name, "school", &id, "", &opened, school.condition, school.location]);
    }
    table.into_bytes()
}

fn sessions(calendar: &Calendar) -> Vec<u8> {
    let mut table = Table::new(SESSIONS);
    let year = calendar.date(YEAR.1).year().to_string();
    let mut session = |id: &str, title: &str, kind: &str, days: (i32, i32), parent: &str| {
        let [first, last] = [days.0, days.1].map(|day| calendar.date(day).to_string());
        table.row(&[id, "", "", title, kind, &first, &last, parent, &year]);
    };
    session("year", "School year", "schoolYear", YEAR, "");
    session("term", "Winter term", "term", TERM, "year");
    table.into_bytes()
}

fn course(org: u32, subject: Subject) -> String {
    format!("{org}-{}", subject.name())
}

fn courses(timetable: &Timetable) -> Vec<u8> {
    let mut table = Table::new(COURSES);
    for (place, school) in SCHOOLS.iter().enumerate() {
        for subject in [Subject::Math, Subject::English] {
            let taught = |class: &super::classes::Class| class.school == place && class.subject == subject;
            if timetable.classes.iter().any(taught) {
                let (id, org) = (course(school.id, subject), school.id.to_string());
                table.row(&[&id, "", "", "year", subject.name(), "", "", &org, subject.name(), ""]);
            }
        }
    }
    table.into_bytes()
}

fn classes(timetable: &Timetable) -> Vec<u8> {
    let mut table = Table::new(CLASSES);
    for class in &timetable.classes {
        let org = SCHOOLS.get(class.school).map_or(0, |school| school.id);
        table.row(&[
            &class.id.to_string(),
            "",
            "",
            &class.title,
            &format!("{:02}", class.grade),
            &course(org, class.subject),
            "",
            "scheduled",
            "",
            &org.to_string(),
            "term",
            class.subject.name(),
            "",
            "",
        ]);
    }
    table.into_bytes()
}

fn enrollments(people: &[Person], timetable: &Timetable, calendar: &Calendar) -> Vec<u8> {
    let mut table = Table::new(ENROLLMENTS);
    for (person, seats) in people.iter().zip(&timetable.seats) {
        let Some(school) = SCHOOLS.get(person.school) else {
            continue;
        };
        let begin = calendar.date(school.opened.max(TERM.0)).to_string();
        let first = seats.iter().position(|seat| seat.teaches);
        for (n, seat) in seats.iter().enumerate() {
            let Some(class) = timetable.classes.get(usize::from(seat.class)) else {
                continue;
            };
            let class = class.id.to_string();
            let (role, primary) = match seat.teaches {
                true if first == Some(n) => ("teacher", "true"),
                true => ("teacher", "false"),
                false => ("student", ""),
            };
            let end = seat.until.map_or_else(String::new, |day| calendar.date(day).to_string());
            table.row(&[
                &format!("{}-{class}", person.id),
                "",
                "",
                &class,
                &school.id.to_string(),
                &person.id.to_string(),
                role,
                primary,
                &begin,
                &end,
            ]);
        }
    }
    table.into_bytes()
}
