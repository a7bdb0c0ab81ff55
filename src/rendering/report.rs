//! Reports: what a template may show. Strings, and numbers already rounded into strings; templates do no arithmetic.

use serde::Serialize;
use std::collections::BTreeSet;

/// A report with its charts, and everybody it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What the template shows.
    pub page: Page,
    /// The charts in the page's order, as SVG.
    pub charts: Vec<String>,
    /// The people whose names or numbers it tells: indexes into the roster.
    pub people: BTreeSet<usize>,
}

/// What a template shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Page {
    /// A week for a teacher.
    Teacher(Box<Teacher>),
    /// A student's week for a family.
    Family(Box<Family>),
}

impl Page {
    /// The typst template that shows it.
    #[must_use]
    pub fn template(&self) -> &'static str {
        match self {
            Self::Teacher(_) => "teacher",
            Self::Family(_) => "family",
        }
    }
}

/// A week for a teacher.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/teacher.typ")]
pub struct Teacher {
    pub lang: String,
    pub title: String,
    pub organization: String,
    pub week: String,
    pub document_note: String,
    pub page_of: String,
    pub headline: String,
    pub sentences: Vec<String>,
    pub attention: Attention,
    pub scores: Scores,
    pub charts: Vec<Chart>,
    pub hours: Option<Chart>,
    pub classes: Vec<Class>,
    pub reading: Reading,
}

/// Who needs the teacher.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/teacher.typ")]
pub struct Attention {
    pub title: String,
    pub empty: String,
    pub items: Vec<AttentionItem>,
}

/// One student who needs the teacher.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/teacher.typ")]
pub struct AttentionItem {
    pub name: String,
    pub why: String,
}

/// The organization's scores, or its plain numbers while there are no scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/teacher.typ")]
pub struct Scores {
    pub title: String,
    pub head: [String; 4],
    pub rows: Vec<ScoreRow>,
    pub note: Option<String>,
}

/// One of the organization's scores: this week, last week, change.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/teacher.typ")]
pub struct ScoreRow {
    pub label: String,
    pub note: String,
    pub cells: [String; 3],
}

/// The words around a chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of both templates")]
pub struct Chart {
    pub title: String,
    pub alt: String,
    pub caption: String,
}

/// A class; each row is name, status, two numbers and what drove it, with the mark of its status.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/teacher.typ")]
pub struct Class {
    pub title: String,
    pub note: String,
    pub answers: Vec<String>,
    pub head: [String; 5],
    pub rows: Vec<[String; 5]>,
    pub marks: Vec<&'static str>,
}

/// How to read a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/teacher.typ")]
pub struct Reading {
    pub title: String,
    pub lines: Vec<String>,
}

/// A student's week for a family.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/family.typ")]
pub struct Family {
    pub lang: String,
    pub title: String,
    pub organization: String,
    pub week: String,
    pub headline: String,
    pub paragraphs: Vec<String>,
    pub good: Good,
    pub chart: Option<Chart>,
    pub footnote: String,
    pub closing: String,
    pub page_of: Option<String>,
}

/// What was good.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the places of templates/reports/family.typ")]
pub struct Good {
    pub title: String,
    pub items: Vec<String>,
}
