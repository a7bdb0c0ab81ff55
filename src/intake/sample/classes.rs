//! Classes, and who sits in and stands before them.
//!
//! A group of students that learns together has a Math and an English class; a student is in one
//! or both. The study tells no classes; these are ours.

use super::dice::Dice;
use super::people::{Person, Role, groups};
use super::study::{SCHOOLS, School};

/// What a class is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Mathematics.
    Math,
    /// English.
    English,
}

impl Subject {
    /// The name that the files use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Math => "Math",
            Self::English => "English",
        }
    }
}

/// A class.
pub struct Class {
    /// The number that the files use.
    pub id: u32,
    /// The school's place in the study's table.
    pub school: usize,
    /// What it is about.
    pub subject: Subject,
    /// The name that people see, such as `Math 7A`.
    pub title: String,
    /// The grade.
    pub grade: u32,
    /// When it begins on a school day, in minutes from midnight.
    pub start_minute: u32,
    group: u32,
}

/// A person's place in a class.
#[derive(Clone, Copy)]
pub struct Seat {
    /// The class's place in the list of classes.
    pub class: u16,
    /// Whether the person teaches it.
    pub teaches: bool,
    /// The last day, if the person leaves before the term ends.
    pub until: Option<i32>,
}

impl Seat {
    /// Whether the place is theirs on `day`.
    pub fn open(&self, day: i32) -> bool {
        self.until.is_none_or(|last| day <= last)
    }
}

/// All classes and, for each person, their seats.
pub struct Timetable {
    /// The classes, school by school.
    pub classes: Vec<Class>,
    /// The seats, in the order of the people.
    pub seats: Vec<Vec<Seat>>,
}

/// Schools with fewer students put everybody into both classes.
const SMALL: u32 = 16;
/// Of the rest, those in both classes, and those in both or in Math alone.
const BOTH: f64 = 0.45;
const BOTH_OR_MATH: f64 = 0.75;
/// Students with two classes who leave one early.
const LEAVERS: f64 = 0.04;
/// Teachers without a class.
const IDLE_TEACHERS: f64 = 0.1;
/// The school without students that nevertheless has a class, for its teachers.
const STAFF_ONLY: u32 = 100_141;

/// Makes the classes and seats everybody.
pub fn timetable(seed: u64, people: &[Person]) -> Timetable {
    let classes: Vec<Class> =
        SCHOOLS.iter().enumerate().flat_map(|(place, school)| school_classes(seed, place, school, people)).collect();
    let seats = people.iter().map(|person| seats(seed, person, &classes)).collect();
    Timetable { classes, seats }
}

fn school_classes(seed: u64, place: usize, school: &School, people: &[Person]) -> Vec<Class> {
    let grade_of = |group| people.iter().find(|p| p.school == place && p.group == group).map_or(7, |p| p.grade);
    let titled = |n: u32, subject: Subject, group: u32, title: String| Class {
        id: school.id * 100 + n,
        school: place,
        subject,
        title,
        grade: grade_of(group),
        start_minute: 810 + 15 * Dice::new(seed, "class", school.id * 100 + n).below(11),
        group,
    };
    if school.id == STAFF_ONLY {
        return vec![titled(1, Subject::Math, 0, "Staff training".to_owned())];
    }
    let mut classes = Vec::new();
    for group in 0..groups(school) {
        for (k, subject) in (1..).zip([Subject::Math, Subject::English]) {
            let letter = if group % 2 == 0 { 'A' } else { 'B' };
            let title = format!("{} {}{letter}", subject.name(), grade_of(group));
            classes.push(titled(group * 2 + k, subject, group, title));
        }
    }
    classes
}

fn seats(seed: u64, person: &Person, classes: &[Class]) -> Vec<Seat> {
    let mut dice = Dice::new(seed, "seat", person.id);
    let own: Vec<(u16, &Class)> = (0..).zip(classes).filter(|(_, class)| class.school == person.school).collect();
    match person.role {
        _ if !person.listed => Vec::new(),
        Role::Student => learns(&mut dice, person, &own),
        Role::Teacher => teaches(&mut dice, person, &own),
    }
}

fn learns(dice: &mut Dice, person: &Person, own: &[(u16, &Class)]) -> Vec<Seat> {
    let small = SCHOOLS.get(person.school).is_some_and(|school| school.students < SMALL);
    let draw = if small { 0.0 } else { dice.unit() };
    let leaver = !small && dice.chance(LEAVERS);
    let last = i32::try_from(40 + dice.below(40)).ok();
    let wanted = |class: &Class| match class.subject {
        Subject::Math => draw < BOTH_OR_MATH,
        Subject::English => !(BOTH..BOTH_OR_MATH).contains(&draw),
    };
    let ends = |class: &Class| class.subject == Subject::English && draw < BOTH && leaver;
    own.iter()
        .filter(|(_, class)| class.group == person.group && wanted(class))
        .map(|&(place, class)| Seat { class: place, teaches: false, until: last.filter(|_| ends(class)) })
        .collect()
}

/// One to three classes; whoever is listed as a student too sits in one that they do not teach.
fn teaches(dice: &mut Dice, person: &Person, own: &[(u16, &Class)]) -> Vec<Seat> {
    let seat = |class: u16, teaches: bool| Seat { class, teaches, until: None };
    let attended = own
        .iter()
        .find(|(_, class)| person.learner && class.group == person.group)
        .map(|&(place, _)| seat(place, false));
    let mut free: Vec<u16> =
        own.iter().map(|&(place, _)| place).filter(|&place| attended.is_none_or(|seat| seat.class != place)).collect();
    let mut seats: Vec<Seat> = attended.into_iter().collect();
    let wanted = if dice.chance(IDLE_TEACHERS) { 0 } else { 1 + dice.below(3) };
    for _ in 0..wanted {
        if !free.is_empty() {
            seats.push(seat(free.swap_remove(dice.index(free.len())), true));
        }
    }
    seats
}
