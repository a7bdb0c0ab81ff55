//! The school's calendar from an iCalendar file: which of its events are holidays, terms or exams.

use super::check::{Check, at};
use super::position::Step;
use super::written;
use crate::calendar::icalendar::{self, Event};
use crate::calendar::{DateRange, SchoolCalendar, Term, Zone, join};
use chrono::NaiveDate;

/// The years whose events are read; a rule may go on for ever.
const YEARS: [i32; 2] = [2000, 2060];

const HOLIDAYS: [&str; 9] =
    ["holiday", "vacation", "break", "no school", "closed", "ferien", "congé", "vacances", "假"];
const TERMS: [&str; 4] = ["term", "semester", "trimester", "学期"];
const EXAMS: [&str; 8] = ["exam", "examination", "examinations", "test week", "finals", "prüfung", "prüfungen", "考试"];

impl Check<'_> {
    /// Adds what a calendar file says to what config says itself.
    pub(super) fn add_calendar_file(&mut self, own: &written::SchoolCalendar, zone: Zone, to: &mut SchoolCalendar) {
        let path = self.path(&own.icalendar);
        let is_file = path.metadata().is_ok_and(|metadata| metadata.is_file());
        if path.exists() && !is_file {
            self.report(at!["school_calendar", "icalendar"], format!("{} is not a file", path.display()));
            return;
        }
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = format!("{} cannot be read: {error}", path.display());
                self.report(at!["school_calendar", "icalendar"], message).hint =
                    Some("paths are meant from the folder that config.yaml is in".into());
                return;
            }
        };
        let [from, last] = YEARS.map(|year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default());
        match icalendar::read(&bytes, zone, from, last) {
            Err(fault) => {
                let message = format!("{}:{}: {}", path.display(), fault.line, fault.message);
                self.report(at!["school_calendar", "icalendar"], message).hint =
                    Some("export the calendar again as an .ics file".into());
            }
            Ok(events) => self.sort_events(own, &events, to),
        }
    }

    fn sort_events(&mut self, own: &written::SchoolCalendar, events: &[Event], to: &mut SchoolCalendar) {
        let chosen = |words: Option<&Vec<String>>, usual: &[&str]| -> Vec<DateRange> {
            let words = words.cloned().unwrap_or_else(|| self::usual(usual));
            events.iter().filter(|event| is_called(event, &words)).map(|event| event.range.clone()).collect()
        };
        let (holidays, exams) = (chosen(own.holidays.as_ref(), &HOLIDAYS), chosen(own.exams.as_ref(), &EXAMS));
        let terms = own.terms.clone().unwrap_or_else(|| usual(&TERMS));
        // A mid-term break or the exams of a term are no term.
        let others = [
            own.holidays.clone().unwrap_or_else(|| usual(&HOLIDAYS)),
            own.exams.clone().unwrap_or_else(|| usual(&EXAMS)),
        ]
        .concat();
        let terms: Vec<&Event> =
            events.iter().filter(|event| is_called(event, &terms) && !is_called(event, &others)).collect();
        if holidays.is_empty() && exams.is_empty() && terms.is_empty() {
            let titles: Vec<&str> = events.iter().take(5).map(|event| event.summary.as_str()).collect();
            let message = format!("none of its {} events is a holiday, a term or exams", events.len());
            self.report(at!["school_calendar", "icalendar"], message).hint = Some(format!(
                "name words of their titles under `holidays:`; the first titles are: {}",
                titles.join(", ")
            ));
        }
        to.holidays = join(to.holidays.drain(..).chain(holidays));
        to.exams = join(to.exams.drain(..).chain(exams));
        for event in terms {
            self.add_term(event, &mut to.terms);
        }
    }

    fn add_term(&mut self, event: &Event, terms: &mut Vec<Term>) {
        if let Some(other) = terms.iter().find(|other| other.range.overlaps(&event.range)) {
            if other.range == event.range {
                return;
            }
            let message = format!("its term `{}` overlaps the term `{}`", event.summary, other.name);
            self.report(at!["school_calendar", "icalendar"], message).hint =
                Some("say which titles are terms under `terms:`, so that each day is in one of them".into());
        }
        terms.push(Term { name: event.summary.clone(), range: event.range.clone() });
    }
}

fn usual(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

/// Whether the title or a category of an event has one of these words in it.
fn is_called(event: &Event, words: &[String]) -> bool {
    let mut texts = std::iter::once(&event.summary).chain(&event.categories);
    texts.any(|text| words.iter().any(|word| says(&text.to_lowercase(), &word.to_lowercase())))
}

/// Whether a text has a word: whole, as a plural, or at the end of a longer one, as in `Sommerferien`. Breakfast is no break.
/// Scripts without blanks between words, and what is more than one word, are looked for anywhere.
fn says(text: &str, word: &str) -> bool {
    let is_plain = word.chars().all(char::is_alphabetic) && word.chars().all(|letter| letter < '\u{2e80}');
    if word.is_empty() || !is_plain {
        return !word.is_empty() && text.contains(word);
    }
    let mut own = text.split(|letter: char| !letter.is_alphanumeric());
    own.any(|own| own.ends_with(word) || own.strip_suffix('s').is_some_and(|one| one == word))
}

#[cfg(test)]
mod tests {
    use super::says;

    #[test]
    fn a_word_is_found_whole_as_a_plural_and_at_the_end_of_a_longer_one() {
        for (text, word) in [("spring break", "break"), ("bank holidays", "holiday"), ("sommerferien", "ferien")] {
            assert!(says(text, word), "{text}");
        }
        assert!(says("no school today", "no school") && says("国庆假期", "假"));
        for (text, word) in [("breakfast with parents", "break"), ("example lesson", "exam"), ("terminal", "term")] {
            assert!(!says(text, word), "{text}");
        }
    }
}
