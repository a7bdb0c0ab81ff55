//! The study of a period: every number, figure and test of the published study that plaudit follows, in these data.
//!
//! A sentence about the data is computed, and says no more than its test allows; where there is too little to compute, the
//! paper says what is missing.

mod activation;
mod answers;
mod appendix;
mod coverage;
mod evidence;
mod hours;
mod organization;
pub mod paper;
mod participation;
mod progress;
mod rankings;
mod register;
mod relation;
mod suggestions;
mod summary;
mod time;
mod trends;

pub use paper::{Attachment, Paper};

use super::charts;
use super::dates::{date, date_short, day_month_short, month_year_short};
use super::words::Words;
use super::writer::Writer;
use crate::calendar::Zone;
use crate::intake::{Glimpse, Reject, Role};
use crate::scoring::facts::minutes;
use crate::scoring::progress::OrganizationProgress;
use crate::scoring::usage::Periods;
use chrono::NaiveDate;
use paper::{Block, Figure, Panel, Section};

/// What a study is written from.
pub struct Study<'a> {
    /// The roster, the scores, the words.
    pub writer: Writer<'a>,
    /// What the sources looked like.
    pub glimpses: &'a [Glimpse],
    /// The rows that were not believed.
    pub rejects: &'a [Reject],
    /// The general zone.
    pub zone: Zone,
    /// The name of the preset, if the method is one.
    pub preset: &'a str,
}

/// A period of more days than this shows years.
const LONG_DAYS: usize = 300;

/// Width of a chart across the page, across half of it, and across a third, in pixels.
const FULL: u32 = 1260;
const HALF: u32 = 604;
const THIRD: u32 = 388;

impl Study<'_> {
    /// The study of all organizations.
    #[must_use]
    pub fn of_all(&self) -> Paper {
        let mut sections = vec![self.who_takes_part()];
        if !self.nobody(None) {
            sections.extend([
                self.activation(),
                self.right_answers(),
                self.progress(),
                self.scores(),
                self.suggestions(),
            ]);
        }
        sections.push(self.organizations_table());
        sections.extend(self.appendices(None));
        let organizations = self.members().iter().filter(|own| own.people > 0).count();
        Paper {
            title: self.word("study.title"),
            subtitle: self.count("study.subtitle", organizations, &[]),
            organization: self.word("study.author"),
            period: self.period(),
            facts: self.facts(None),
            summary: self.main_results(),
            sections,
        }
    }

    /// The study of one organization.
    #[must_use]
    pub fn of_one(&self, organization: usize) -> Paper {
        let name = self.name(organization).to_string();
        let mut sections = self.one(organization);
        sections.extend(self.appendices(Some(organization)));
        Paper {
            title: self.say("study.title_organization", &[("organization", &name)]),
            subtitle: self.word("study.subtitle_organization"),
            organization: name,
            period: self.period(),
            facts: self.facts(Some(organization)),
            summary: self.main_results_of(organization),
            sections,
        }
    }

    fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.writer.words.say(key, values)
    }

    fn word(&self, key: &str) -> String {
        self.writer.words.word(key)
    }

    fn count(&self, key: &str, count: usize, values: &[(&str, &str)]) -> String {
        self.writer.words.count(key, i64::try_from(count).unwrap_or(i64::MAX), values)
    }

    fn number(&self, count: usize) -> String {
        self.writer.words.count_of(count)
    }

    fn name(&self, organization: usize) -> &str {
        &self.writer.names.organizations[organization]
    }

    fn subject(&self, subject: u16) -> &str {
        &self.writer.names.subjects[usize::from(subject)]
    }

    /// Names in one sentence: `A, B and C`.
    fn list(&self, names: &[&str]) -> String {
        match names {
            [] => String::new(),
            [one] => (*one).to_string(),
            [first @ .., last] => {
                let first = first.join(&self.word("study.list.comma"));
                self.say("study.list.and", &[("first", &first), ("last", last)])
            }
        }
    }

    /// The period in words.
    fn period(&self) -> String {
        let weeks = &self.writer.analysis.weeks;
        let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else { return String::new() };
        self.say("study.period", &[("from", &self.date(first.first())), ("to", &self.date(last.last()))])
    }

    fn date(&self, day: NaiveDate) -> String {
        date(self.writer.words, day)
    }

    /// A day on an axis, with its year where the period is long.
    fn day_label(&self, day: NaiveDate) -> String {
        let words = self.writer.words;
        if self.writer.analysis.days.len() > LONG_DAYS { date_short(words, day) } else { day_month_short(words, day) }
    }

    /// What stands in place of a figure or table for which there are too few data.
    fn missing(&self, key: &str, needs: &str) -> Block {
        let title = self.word(&format!("study.{key}.title"));
        Block::Text(
            self.say("study.missing", &[("title", &title), ("needs", &self.word(&format!("study.needs.{needs}")))]),
        )
    }

    fn figure(
        &self,
        name: &'static str,
        key: &str,
        svgs: Vec<(String, String)>,
        columns: usize,
        caption: &[String],
    ) -> Block {
        let title = self.word(&format!("study.{key}.title"));
        let panel = |(panel, svg): (String, String)| {
            let of = if panel.is_empty() { title.clone() } else { format!("{title}: {panel}") };
            Panel { alt: self.say("study.alt", &[("title", &of)]), title: panel, svg }
        };
        Block::Figure(Figure {
            name,
            panels: svgs.into_iter().map(panel).collect(),
            columns,
            caption: self.sentences(caption),
        })
    }

    /// Sentences after each other, empty ones left out; some languages put no blank between.
    fn sentences<S: AsRef<str>>(&self, sentences: &[S]) -> String {
        let said: Vec<&str> = sentences.iter().map(AsRef::as_ref).filter(|said| !said.is_empty()).collect();
        said.join(&self.word("study.list.sentence"))
    }

    fn section(&self, key: &str, blocks: Vec<Block>) -> Section {
        Section { title: self.word(&format!("study.section.{key}")), appendix: false, blocks }
    }

    /// What was done by all (none) or one organization, and by a role or all.
    fn periods(&self, organization: Option<usize>, role: Option<Role>) -> &Periods {
        self.writer.analysis.usage.of(organization, role)
    }

    /// Labels of at most so many weeks.
    fn week_labels(&self) -> Vec<(usize, String)> {
        let weeks = &self.writer.analysis.weeks;
        let step = weeks.len().div_ceil(8).max(1);
        let label = |(index, week): (usize, &crate::calendar::Week)| (index, self.day_label(week.first()));
        weeks.iter().enumerate().step_by(step).map(label).collect()
    }

    /// Labels of some days: the first of every so many weeks.
    fn day_labels(&self) -> Vec<(usize, String)> {
        let days = &self.writer.analysis.days;
        let step = if days.len() <= 8 { 1 } else { days.len().div_ceil(7 * 8).max(1) * 7 };
        (0..days.len()).step_by(step).map(|day| (day, self.day_label(days.date(day)))).collect()
    }

    fn month_labels(&self) -> Vec<(usize, String)> {
        let months = self.writer.analysis.usage.months.iter().enumerate();
        let step = self.writer.analysis.usage.months.len().div_ceil(9).max(1);
        months.step_by(step).map(|(index, month)| (index, month_year_short(self.writer.words, *month))).collect()
    }

    /// A line for each role, or one for all.
    fn by_role(&self, organization: Option<usize>, value: impl Fn(&Periods) -> Vec<Option<f64>>) -> Vec<charts::Line> {
        let line = |role: Role| charts::Line {
            name: self.word(&format!("study.role.{}", role.name())),
            values: value(self.periods(organization, Some(role))),
        };
        vec![line(Role::Student), line(Role::Teacher)]
    }
}

/// Online time in hours.
fn hours(microseconds: i64) -> f64 {
    minutes(microseconds) / 60.0
}

/// The index and the value of the largest, the first of equals.
fn largest(values: &[Option<f64>]) -> Option<(usize, f64)> {
    let known = values.iter().enumerate().filter_map(|(index, value)| Some((index, (*value)?)));
    known.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// The index and the value of the smallest, the first of equals.
fn smallest(values: &[Option<f64>]) -> Option<(usize, f64)> {
    let known = values.iter().enumerate().filter_map(|(index, value)| Some((index, (*value)?)));
    known.reduce(|best, next| if next.1 < best.1 { next } else { best })
}

/// What may be said of the progress of an organization's students: by the paired test, which fits better, where it is
/// defined; both are told.
fn progress_sentence(words: &Words, own: Option<&OrganizationProgress>) -> String {
    let key = "study.progress_of";
    let students = own.map_or(0, |own| i64::try_from(own.students).unwrap_or(i64::MAX));
    let Some((own, test)) = own.and_then(|own| Some((own, own.welch?))) else {
        let reason = if students < 2 { "missing" } else { "no_spread" };
        return words.count(&format!("{key}.{reason}"), students, &[]);
    };
    let change = own.end - own.begin;
    let finding = evidence::Finding::of(change, own.p_paired.unwrap_or(test.p));
    let paired = own.p_paired.map_or_else(|| words.word("study.undefined"), |p| words.p(p));
    let values = [("by", &*words.decimal(change.abs(), 3)), ("p", &words.p(test.p)), ("paired", &paired)];
    words.count(&format!("{key}.{}", finding.key()), students, &values)
}
