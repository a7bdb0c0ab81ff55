//! Writes the two logs as CSV, dirt included.
//!
//! Half a million rows: the texts that repeat are made once, and digits go straight into the bytes.

use super::calendar::Calendar;
use super::classes::{Class, Subject};
use super::dice::Dice;
use super::dirt::{BAD_TIME, Fate, Flaw, arrival, fate};
use super::log::{Answer, Event, Log};
use super::people::{Person, Role};
use super::study::SCHOOLS;

const EVENT_HEADER: &str = "id,org_id,person_id,class_id,kind,role,time\n";
const ANSWER_HEADER: &str = "id,org_id,person_id,class_id,subject,question,correct,time\n";
/// Bytes of a row, a little more than most have.
const ROW_BYTES: usize = 64;

/// Writes rows of texts that are kept ready.
pub struct Writer<'a> {
    calendar: &'a Calendar,
    people: &'a [Person],
    /// For each person `,org,` and the person's id with the comma after it.
    owners: Vec<(String, String)>,
    /// For each class its id.
    classes: Vec<String>,
}

impl<'a> Writer<'a> {
    /// A writer for these people and classes.
    pub fn new(calendar: &'a Calendar, people: &'a [Person], classes: &[Class]) -> Self {
        let owner = |person: &Person| {
            let org = SCHOOLS.get(person.school).map_or(0, |school| school.id);
            (format!(",{org},"), format!("{},", person.id))
        };
        Self {
            calendar,
            people,
            owners: people.iter().map(owner).collect(),
            classes: classes.iter().map(|class| class.id.to_string()).collect(),
        }
    }

    /// `events.csv`.
    pub fn events(&self, seed: u64, log: &Log) -> Vec<u8> {
        let mut dice = Dice::new(seed, "event dirt", 0);
        pour(&mut dice, EVENT_HEADER, &log.events, |out, event, flaw| {
            self.event(out, event, flaw);
        })
    }

    /// `answers.csv`.
    pub fn answers(&self, seed: u64, log: &Log) -> Vec<u8> {
        let mut dice = Dice::new(seed, "answer dirt", 0);
        pour(&mut dice, ANSWER_HEADER, &log.answers, |out, answer, flaw| {
            self.answer(out, answer, flaw);
        })
    }

    fn event(&self, out: &mut Vec<u8>, event: &Event, flaw: Option<Flaw>) {
        self.owner(out, event.person, event.class, flaw);
        if flaw == Some(Flaw::Short) {
            return;
        }
        out.push(if flaw == Some(Flaw::Code) { b'9' } else { b'0' + event.kind as u8 });
        let role = self.people.get(usize::from(event.person)).map(|person| person.role);
        out.extend(if role == Some(Role::Teacher) { b",2," } else { b",1," });
        self.time(out, event.at, flaw);
    }

    fn answer(&self, out: &mut Vec<u8>, answer: &Answer, flaw: Option<Flaw>) {
        self.owner(out, answer.person, answer.class, flaw);
        if flaw == Some(Flaw::Short) {
            return;
        }
        out.extend(answer.subject.name().bytes());
        out.extend(if answer.subject == Subject::Math { b",M-" } else { b",E-" });
        four_digits(out, u32::from(answer.question) + 1);
        let correct = if answer.correct { b'1' } else { b'0' };
        out.extend([b',', if flaw == Some(Flaw::Code) { b'9' } else { correct }, b',']);
        self.time(out, answer.at, flaw);
    }

    /// From the comma before the organization to the one after the class.
    fn owner(&self, out: &mut Vec<u8>, person: u16, class: Option<u16>, flaw: Option<Flaw>) {
        if let Some((org, id)) = self.owners.get(usize::from(person)) {
            out.extend_from_slice(org.as_bytes());
            out.extend_from_slice(if flaw == Some(Flaw::Person) { b"," } else { id.as_bytes() });
        }
        if let Some(id) = class.and_then(|class| self.classes.get(usize::from(class))) {
            out.extend_from_slice(id.as_bytes());
        }
        out.push(b',');
    }

    fn time(&self, out: &mut Vec<u8>, at: u32, flaw: Option<Flaw>) {
        if flaw == Some(Flaw::Time) {
            out.extend(BAD_TIME.bytes());
            return;
        }
        out.extend_from_slice(self.calendar.text(at / 86_400).as_bytes());
        let second = at % 86_400;
        for (mark, part) in [(b' ', second / 3600), (b':', second / 60 % 60), (b':', second % 60)] {
            out.extend([mark, digit(part / 10), digit(part)]);
        }
    }
}

/// Writes all rows in the order of their arrival, each with what becomes of it.
fn pour<T>(dice: &mut Dice, header: &str, rows: &[T], write: impl Fn(&mut Vec<u8>, &T, Option<Flaw>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * ROW_BYTES);
    out.extend(header.bytes());
    let mut line = |id: usize, row: &T, flaw: Option<Flaw>| {
        number(&mut out, id);
        write(&mut out, row, flaw);
        out.push(b'\n');
    };
    let mut new_id = rows.len();
    for place in arrival(dice, rows.len()) {
        let Some(row) = rows.get(place) else { continue };
        line(place + 1, row, None);
        let (again, flaw) = match fate(dice) {
            Fate::Clean => continue,
            Fate::Repeated => (place + 1, None),
            Fate::Renumbered => (new_id + 1, None),
            Fate::Broken(flaw) => (new_id + 1, Some(flaw)),
        };
        new_id = new_id.max(again);
        line(again, row, flaw);
    }
    out
}

fn number(out: &mut Vec<u8>, n: usize) {
    if n >= 10 {
        number(out, n / 10);
    }
    out.push(digit(u32::try_from(n % 10).unwrap_or_default()));
}

fn four_digits(out: &mut Vec<u8>, n: u32) {
    out.extend([digit(n / 1000), digit(n / 100), digit(n / 10), digit(n)]);
}

/// The last digit of a number.
fn digit(n: u32) -> u8 {
    b'0' + u8::try_from(n % 10).unwrap_or_default()
}
