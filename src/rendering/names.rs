//! What people, classes and organizations are called in reports: their names where every character can be shown, else
//! their ids.

use super::fonts::Fonts;
use crate::intake::Roster;
use std::collections::{BTreeSet, HashMap};

/// Names that can be shown, by index into the roster.
#[derive(Debug, Default)]
pub struct Names {
    /// Whole names of people.
    pub people: Vec<String>,
    /// Given names of people.
    pub given: Vec<String>,
    /// Titles of classes.
    pub classes: Vec<String>,
    /// Names of organizations.
    pub organizations: Vec<String>,
    /// Names of subjects, by index into the activity's.
    pub subjects: Vec<String>,
    /// Ids of what is shown by its id, because no font has a character of its name.
    pub by_id: BTreeSet<String>,
}

impl Names {
    /// Looks at every name on the roster once.
    #[must_use]
    pub fn of(roster: &Roster, subjects: &[String], fonts: &Fonts) -> Self {
        let mut by_id = BTreeSet::new();
        let mut shown = |name: &str, id: &str| {
            let name = clean(name);
            if !name.is_empty() && fonts.cover(&name) {
                return name;
            }
            by_id.insert(id.to_string());
            clean(id).chars().map(|letter| if fonts.cover(&letter.to_string()) { letter } else { '?' }).collect()
        };
        let people = roster.people.iter().map(|p| shown(&p.name(), &p.id)).collect();
        let given = roster.people.iter().map(|p| {
            let given = if p.given_name.is_empty() { p.name() } else { p.given_name.clone() };
            shown(&given, &p.id)
        });
        let given = given.collect();
        let classes = roster.classes.iter().map(|c| shown(&c.title, &c.id)).collect();
        let organizations: Vec<String> = roster.organizations.iter().map(|o| shown(&o.name, &o.id)).collect();
        let organizations = apart(&organizations, roster);
        // Answers without a subject have no name, which is nothing that a font lacks.
        let subject = |(name, number): (&String, u32)| {
            if name.is_empty() { String::new() } else { shown(name, &format!("subject-{number}")) }
        };
        let subjects = subjects.iter().zip(1..).map(subject).collect();
        Self { people, given, classes, organizations, subjects, by_id }
    }
}

/// Names of organizations, those that are called alike with their ids.
fn apart(names: &[String], roster: &Roster) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let ids = roster.organizations.iter().map(|organization| clean(&organization.id));
    let with_id = |(name, id): (&String, String)| {
        if counts[&**name] > 1 && id.is_ascii() { format!("{name} ({id})") } else { name.clone() }
    };
    names.iter().zip(ids).map(with_id).collect()
}

/// A text in one line: control characters, line breaks, and invisible marks (of order, of direction) become blanks.
#[must_use]
pub fn clean(text: &str) -> String {
    let blank = |letter: char| if letter.is_control() || is_invisible(letter) { ' ' } else { letter };
    text.chars().map(blank).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Marks that are not seen, that PDF/UA forbids, or that turn the direction of the text around them. The joiners of
/// Persian and Indic names (U+200C, U+200D) stay.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
