//! What people did, in canonical order: sorted by person and time, each thing once (METHOD sections 1 and 2).
//!
//! Rows become numbers as they are read (24 bytes each), so that a year of a large platform fits in memory; ids stay
//! behind in tables. The order of rows in a source never matters.

use super::file::{SourceFile, Table};
use super::glimpse::Glimpse;
use super::ids::{Ids, Interner};
use super::reject::Reject;
use super::roster::Roster;
use super::time::TimeReader;
use crate::config::{ActivitySource, Columns, written::EventKind};
use crate::problem::{Outcome, Problem};
use chrono::DateTime;
use csv::ByteRecord;
use rayon::prelude::*;

/// What was done; at one instant things happen in this order (METHOD section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Order {
    /// Left a class.
    Exit = 0,
    /// Logged out.
    LogOut = 1,
    /// Logged in.
    LogIn = 2,
    /// Entered a class.
    Enter = 3,
    /// Answered a question.
    Answer = 4,
}

/// One line of activity, believed.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    /// Who: an index into the roster's people, or beyond them into [`Activity::strangers`].
    pub person: u32,
    /// When: microseconds since 1970 in UTC.
    pub time: i64,
    /// What.
    pub order: Order,
    /// The class entered or left, or the question answered: a number of its own kind.
    pub thing: u32,
    /// The subject of an answer: an index into [`Activity::subjects`].
    pub subject: u16,
    /// Whether an answer was right.
    pub correct: bool,
    /// The rank of the row's id within its table.
    pub id: u32,
}

/// Everything that was done.
#[derive(Debug, Default)]
pub struct Activity {
    /// In order of person, time, [`Order`] and id; nothing twice.
    pub actions: Vec<Action>,
    /// Ids of people who acted and are not on the roster.
    pub strangers: Vec<String>,
    /// Names of subjects, in order; an empty one is that of answers without a subject.
    pub subjects: Vec<String>,
    /// Person and time of each row that repeated another.
    pub duplicates: Vec<(u32, i64)>,
    /// What each file looked like.
    pub glimpses: Vec<Glimpse>,
}

impl Activity {
    /// The first and the last instant of all files, in microseconds.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        let spans = self.glimpses.iter().filter_map(|glimpse| glimpse.span);
        spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// Reads all files of events and answers.
///
/// # Errors
/// A file that cannot be read, or lacks a column.
pub fn read(
    events: &[(SourceFile, ActivitySource)],
    answers: &[(SourceFile, ActivitySource)],
    roster: &Roster,
    rejects: &mut Vec<Reject>,
) -> Outcome<Activity> {
    let known = roster.people.len();
    let mut names = Names {
        people: Interner::with(roster.names_in_activity()),
        classes: Interner::with([Some("")]),
        questions: Interner::default(),
        subjects: Interner::default(),
    };
    let mut activity = Activity::default();
    let mut actions = Vec::new();
    for (files, is_answers) in [(events, false), (answers, true)] {
        let mut ids = Ids::default();
        let from = actions.len();
        for (file, source) in files {
            let mut reading = Reading { file, source, known, names: &mut names, ids: &mut ids, rejects };
            activity.glimpses.push(reading.run(&mut actions, is_answers)?);
        }
        for (action, rank) in actions[from..].iter_mut().zip(ids.ranks()) {
            action.id = rank;
        }
    }
    let people = names.people.texts();
    for glimpse in &mut activity.glimpses {
        glimpse.strangers.sort();
        glimpse.strangers.truncate(5);
    }
    activity.strangers = people[known..].to_vec();
    activity.subjects = in_order_of_name(&names.subjects.texts(), &mut actions);
    (activity.actions, activity.duplicates) = in_order(actions);
    Ok(activity)
}

/// Everything that keeps files from being read: missing files and columns, of all files at once.
#[must_use]
pub fn problems(events: &[(SourceFile, ActivitySource)], answers: &[(SourceFile, ActivitySource)]) -> Vec<Problem> {
    let all = events.iter().map(|file| (file, false)).chain(answers.iter().map(|file| (file, true)));
    let opened = all.map(|((file, source), is_answers)| {
        let table = file.table()?;
        Positions::of(&table, source, is_answers).map(|_| ())
    });
    opened.filter_map(Result::err).flat_map(|problems| problems.0).collect()
}

/// Sorts the names of subjects and gives answers their new numbers.
fn in_order_of_name(names: &[String], actions: &mut [Action]) -> Vec<String> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_unstable_by_key(|subject| &names[*subject]);
    let mut places = vec![0; names.len()];
    for (place, subject) in order.iter().enumerate() {
        places[*subject] = u16::try_from(place).unwrap_or(u16::MAX);
    }
    for action in actions.iter_mut().filter(|action| action.order == Order::Answer) {
        action.subject = places[usize::from(action.subject)];
    }
    order.into_iter().map(|subject| names[subject].clone()).collect()
}

/// Puts actions in canonical order and takes repeats out; of repeats that disagree, the smallest id stays.
fn in_order(mut actions: Vec<Action>) -> (Vec<Action>, Vec<(u32, i64)>) {
    actions.par_sort_unstable_by_key(|a| (place(a), a.id, a.thing, a.subject, a.correct));
    let mut duplicates = Vec::new();
    let same = |a: &Action, b: &Action| place(a) == place(b);
    actions.dedup_by(|later, first| {
        let repeats = same(later, first);
        if repeats {
            duplicates.push((later.person, later.time));
        }
        repeats
    });
    for instant in actions.chunk_by_mut(|a, b| (a.person, a.time, a.order) == (b.person, b.time, b.order)) {
        instant.sort_unstable_by_key(|a| (a.id, a.thing));
    }
    (actions, duplicates)
}

/// Person, time, order and identity as one number that sorts as they do: times are plausible, so they need 56 bits.
fn place(action: &Action) -> u128 {
    let time = u128::from(action.time.unsigned_abs());
    u128::from(action.person) << 96 | time << 40 | u128::from(action.order as u8) << 32 | u128::from(identity(action))
}

/// What besides person, kind and time makes two rows different: the class of an enter or exit, the question of an answer.
fn identity(action: &Action) -> u32 {
    match action.order {
        Order::LogIn | Order::LogOut => 0,
        Order::Exit | Order::Enter | Order::Answer => action.thing,
    }
}

struct Names {
    people: Interner,
    classes: Interner,
    questions: Interner,
    subjects: Interner,
}

struct Reading<'a> {
    file: &'a SourceFile,
    source: &'a ActivitySource,
    known: usize,
    names: &'a mut Names,
    ids: &'a mut Ids,
    rejects: &'a mut Vec<Reject>,
}

impl Reading<'_> {
    fn run(&mut self, actions: &mut Vec<Action>, is_answers: bool) -> Outcome<Glimpse> {
        let mut table = self.file.table()?;
        let columns = Positions::of(&table, self.source, is_answers)?;
        let mut times = TimeReader::new(&self.source.time_format, self.source.zone);
        let mut row = ByteRecord::new();
        let mut glimpse = Glimpse::of(self.file.name());
        let mut seen: Vec<bool> = Vec::new();
        while table.read(&mut row)? {
            match self.action(&row, &columns, &mut times) {
                Ok(Some(action)) => {
                    glimpse.add(action.time, || in_words(&action, &row, &columns));
                    let person = action.person as usize;
                    if seen.len() <= person {
                        seen.resize(person + 1, false);
                    }
                    if !std::mem::replace(&mut seen[person], true) && person >= self.known {
                        glimpse.strangers.push(text(&row, Some(columns.person)));
                    }
                    self.ids.push(field(&row, columns.id));
                    actions.push(action);
                }
                Ok(None) => {}
                Err((reason, found)) => {
                    glimpse.rejected += 1;
                    self.rejects.push(Reject::new(self.file.name(), table.line(&row), reason, &found));
                }
            }
        }
        let count = |seen: &[bool]| seen.iter().filter(|acted| **acted).count() as u64;
        glimpse.people = count(&seen);
        glimpse.found = count(&seen[..seen.len().min(self.known)]);
        Ok(glimpse)
    }

    fn action(
        &mut self,
        row: &ByteRecord,
        columns: &Positions,
        times: &mut TimeReader,
    ) -> Result<Option<Action>, Fault> {
        if row.len() != columns.width {
            return Err((
                "wrong number of columns",
                format!("{} instead of {}", row.len(), columns.width).into_bytes(),
            ));
        }
        let needed = |column: usize, reason: &'static str| match field(row, column) {
            b"" => Err((reason, Vec::new())),
            text => Ok(text),
        };
        needed(columns.id, "no id")?;
        let person = needed(columns.person, "no person")?;
        let Some((order, thing, subject, correct)) = self.what(row, columns)? else { return Ok(None) };
        let when = field(row, columns.time);
        let time = times.read(when).ok_or_else(|| ("not a time", when.to_vec()))?;
        if !PLAUSIBLE_TIMES.contains(&time) {
            return Err(("a time before 1990 or after 2100", when.to_vec()));
        }
        let person = self.names.people.code(person);
        Ok(Some(Action { person, time, order, thing, subject, correct, id: 0 }))
    }

    fn what(&mut self, row: &ByteRecord, columns: &Positions) -> Result<Option<(Order, u32, u16, bool)>, Fault> {
        let optional = |column: Option<usize>| column.map_or(&b""[..], |index| field(row, index));
        match columns.what {
            What::Kind(column) => {
                let code = field(row, column);
                let order = match self.kind(code).ok_or_else(|| ("unknown kind of event", code.to_vec()))? {
                    EventKind::EnterClass => Order::Enter,
                    EventKind::ExitClass => Order::Exit,
                    EventKind::LogIn => Order::LogIn,
                    EventKind::LogOut => Order::LogOut,
                    EventKind::Ignore => return Ok(None),
                };
                Ok(Some((order, self.names.classes.code(optional(columns.class)), 0, false)))
            }
            What::Answer { subject, question, correct } => {
                let verdict = field(row, correct);
                let is = |values: &[String]| values.iter().any(|value| value.as_bytes() == verdict);
                let right = is(&self.source.right);
                if !right && !is(&self.source.wrong) {
                    return Err(("neither right nor wrong", verdict.to_vec()));
                }
                let question = field(row, question);
                if question.is_empty() {
                    return Err(("no question", Vec::new()));
                }
                let subject = u16::try_from(self.names.subjects.code(optional(subject)));
                let subject = subject.map_err(|_| ("more than 65,535 subjects", question.to_vec()))?;
                Ok(Some((Order::Answer, self.names.questions.code(question), subject, right)))
            }
        }
    }

    fn kind(&self, code: &[u8]) -> Option<EventKind> {
        kind_of(self.source, code)
    }
}

/// What a code of a source means.
fn kind_of(source: &ActivitySource, code: &[u8]) -> Option<EventKind> {
    let kinds = &source.kinds;
    let named = kinds.iter().find(|(known, _)| known.as_bytes() == code).map(|(_, kind)| *kind);
    named.or_else(|| kinds.get(ALL_OTHER_KINDS).copied())
}

/// From 1990 to 2100, in microseconds: outside, a format was misunderstood or a clock was wrong.
const PLAUSIBLE_TIMES: std::ops::Range<i64> = 631_152_000_000_000..4_102_444_800_000_000;

/// In config's mapping of kinds: all codes that are not named.
const ALL_OTHER_KINDS: &str = "*";

/// Why a row is not believed, and what was found.
type Fault = (&'static str, Vec<u8>);

fn field(row: &ByteRecord, column: usize) -> &[u8] {
    row.get(column).unwrap_or_default().trim_ascii()
}

/// A field as text, for people.
fn text(row: &ByteRecord, column: Option<usize>) -> String {
    String::from_utf8_lossy(column.map_or(&b""[..], |index| field(row, index))).into_owned()
}

/// Where the needed columns stand in one file.
pub(super) struct Positions {
    id: usize,
    pub(super) person: usize,
    pub(super) time: usize,
    class: Option<usize>,
    what: What,
    width: usize,
}

enum What {
    Kind(usize),
    Answer { subject: Option<usize>, question: usize, correct: usize },
}

impl Positions {
    /// Whether a row is of a kind that config says to ignore.
    pub(super) fn is_ignored(&self, row: &ByteRecord, source: &ActivitySource) -> bool {
        match self.what {
            What::Kind(column) => kind_of(source, field(row, column)) == Some(EventKind::Ignore),
            What::Answer { .. } => false,
        }
    }

    pub(super) fn of(table: &Table, source: &ActivitySource, is_answers: bool) -> Outcome<Self> {
        let names = &source.columns;
        let optional = |name: &Option<String>| name.as_deref().map(|name| table.needed(name)).transpose();
        let what = if is_answers {
            let (question, correct) = (table.needed(&names.question)?, table.needed(&names.correct)?);
            What::Answer { subject: optional(&names.subject)?, question, correct }
        } else {
            What::Kind(table.needed(&names.kind)?)
        };
        // Which organization a row names does not matter: the roster knows. A column that config names must still be there.
        if names.organization != Columns::default().organization {
            optional(&names.organization)?;
        }
        Ok(Self {
            id: table.needed(&names.id)?,
            person: table.needed(&names.person)?,
            time: table.needed(&names.time)?,
            class: optional(&names.class)?,
            what,
            width: table.width(),
        })
    }
}

/// A row as an administrator would say it.
fn in_words(action: &Action, row: &ByteRecord, columns: &Positions) -> String {
    let person = text(row, Some(columns.person));
    let class = text(row, columns.class);
    let what = match (action.order, &columns.what) {
        (Order::Exit, _) => format!("left class `{class}`"),
        (Order::Enter, _) => format!("entered class `{class}`"),
        (Order::LogIn, _) => "logged in".to_string(),
        (Order::LogOut, _) => "logged out".to_string(),
        (Order::Answer, What::Answer { question, .. }) => {
            let verdict = if action.correct { "right" } else { "wrong" };
            format!("answered question `{}` {verdict}", text(row, Some(*question)))
        }
        (Order::Answer, What::Kind(_)) => "answered".to_string(),
    };
    let when = DateTime::from_timestamp_micros(action.time).unwrap_or_default();
    format!("`{person}` {what} at {} UTC", when.format("%Y-%m-%d %H:%M:%S"))
}
