//! Who belongs to which school: numbers, roles and grades, without names.
//!
//! Behaviour hangs on these alone. Names and addresses are made where the roster is written, so
//! that a change to a list of names does not move a single event.

use super::study::{SCHOOLS, School};

/// What a person is on the roster.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A student.
    Student,
    /// A teacher, who may be listed as a student of a class as well.
    Teacher,
}

/// A student or a teacher, or a demonstration account that is on no roster.
pub struct Person {
    /// The number that the files use.
    pub id: u32,
    /// The school's place in the study's table.
    pub school: usize,
    /// The role on the roster and in the events.
    pub role: Role,
    /// Whether they sit in a class as a student.
    pub learner: bool,
    /// Whether they are on the roster.
    pub listed: bool,
    /// The grade, for those who learn.
    pub grade: u32,
    /// The group of those who learn together, from 0.
    pub group: u32,
}

/// Accounts of salespeople who show the program around; no roster has them (real logs do). Ours.
const DEMO_ACCOUNTS: u32 = 4;
/// The school whose number the demonstration accounts carry: the largest.
const DEMO_SCHOOL: usize = 2;

/// All people, school by school, teachers first; the demonstration accounts at the end.
pub fn people() -> Vec<Person> {
    let listed = SCHOOLS.iter().enumerate().flat_map(|(place, school)| members(place, school));
    listed.chain((1..=DEMO_ACCOUNTS).map(demo)).collect()
}

/// Groups of students in a school, so that a class has at most about 40.
pub fn groups(school: &School) -> u32 {
    (school.students * 2).div_ceil(99)
}

fn members(place: usize, school: &'static School) -> impl Iterator<Item = Person> {
    let first_learner = school.teachers - school.both();
    (0..school.people).map(move |n| {
        let learner = n >= first_learner;
        let group = (n.saturating_sub(first_learner) * groups(school)).checked_div(school.students).unwrap_or(0);
        Person {
            id: (school.id - 100_000) * 1000 + n + 1,
            school: place,
            role: if n < school.teachers { Role::Teacher } else { Role::Student },
            learner,
            listed: true,
            grade: grade(school, group),
            group,
        }
    })
}

/// Two groups share a grade; schools begin with different grades.
fn grade(school: &School, group: u32) -> u32 {
    2 + school.id % 9 + group / 2
}

fn demo(n: u32) -> Person {
    Person {
        id: 990_000 + n,
        school: DEMO_SCHOOL,
        role: Role::Student,
        learner: false,
        listed: false,
        grade: 7,
        group: 0,
    }
}
