//! The rows of the two logs before they are written.
//!
//! Small and by number, not by text: there are half a million of them, and they are sorted.

use super::classes::Subject;

/// The study's codes of what happened.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Entered a class.
    Enter = 1,
    /// Left it.
    Exit = 2,
    /// Logged in.
    LogIn = 3,
    /// Logged out.
    LogOut = 4,
}

/// Something that happened.
#[derive(Clone, Copy)]
pub struct Event {
    /// Seconds from the beginning of day 0, local time.
    pub at: u32,
    /// The person's place in the list of people.
    pub person: u16,
    /// The class's place in the list of classes.
    pub class: Option<u16>,
    /// What happened.
    pub kind: Kind,
}

/// An answer.
#[derive(Clone, Copy)]
pub struct Answer {
    /// Seconds from the beginning of day 0, local time.
    pub at: u32,
    /// The person's place in the list of people.
    pub person: u16,
    /// The class's place in the list of classes.
    pub class: Option<u16>,
    /// The subject of the question.
    pub subject: Subject,
    /// The question's place among those of its subject.
    pub question: u16,
    /// Whether it was right.
    pub correct: bool,
}

/// Both logs.
#[derive(Default)]
pub struct Log {
    /// Events, in order of time.
    pub events: Vec<Event>,
    /// Answers, in order of time.
    pub answers: Vec<Answer>,
}

impl Log {
    /// Puts both in order of time; rows of one second stay as they were made.
    pub fn sort(&mut self) {
        self.events.sort_by_key(|event| event.at);
        self.answers.sort_by_key(|answer| answer.at);
    }
}
