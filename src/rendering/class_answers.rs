//! What a teacher hears of a class's answers: the share of right ones by subject this week, and whether its students do
//! better at the end of the window than at its beginning, as far as a test lets us say.

use super::writer::Writer;
use crate::scoring::answers::Answers;
use crate::scoring::progress::Progress;
use crate::scoring::statistics::{mean, paired};
use crate::scoring::trends::LEVEL;
use std::collections::{BTreeMap, BTreeSet};

/// Sentences about the answers of these students; nothing of a school without answers in the window.
#[must_use]
pub fn class_answers(writer: &Writer<'_>, organization: usize, students: &BTreeSet<usize>) -> Vec<String> {
    if !writer.analysis.weekly_answers.contains_key(&(Some(organization), None)) || students.is_empty() {
        return Vec::new();
    }
    let of_week = by_subject(writer, students);
    let rates: Vec<String> =
        of_week.into_iter().filter_map(|(subject, answers)| rate(writer, subject, answers)).collect();
    let rates = (!rates.is_empty()).then(|| {
        let list = rates.join(&writer.words.word("teacher.answers.join"));
        writer.words.say("teacher.answers.week", &[("rates", &list)])
    });
    rates.into_iter().chain([progress(writer, students)]).collect()
}

fn by_subject(writer: &Writer<'_>, students: &BTreeSet<usize>) -> BTreeMap<u16, Answers> {
    let mut sums: BTreeMap<u16, Answers> = BTreeMap::new();
    for student in students {
        for ((_, subject), answers) in writer.analysis.report_week.range((*student, 0)..=(*student, u16::MAX)) {
            sums.entry(*subject).or_default().merge(*answers);
        }
    }
    sums
}

fn rate(writer: &Writer<'_>, subject: u16, answers: Answers) -> Option<String> {
    let name = writer.names.subjects[usize::from(subject)].as_str();
    let share = writer.words.whole_percent(answers.rate()?);
    let key = if name.is_empty() { "teacher.answers.rate_unnamed" } else { "teacher.answers.rate" };
    Some(writer.words.count(key, i64::from(answers.all), &[("subject", name), ("share", &share)]))
}

/// The paired test of the class's students: the same people at both ends.
fn progress(writer: &Writer<'_>, students: &BTreeSet<usize>) -> String {
    let all = &writer.analysis.progress;
    let of = |student: &usize| all.binary_search_by_key(student, |own| own.student).ok().map(|index| &all[index]);
    let own: Vec<&Progress> = students.iter().filter_map(of).collect();
    let begins: Vec<f64> = own.iter().map(|progress| progress.begin).collect();
    let ends: Vec<f64> = own.iter().map(|progress| progress.end).collect();
    let count = i64::try_from(own.len()).unwrap_or(i64::MAX);
    let Some(test) = paired(&begins, &ends) else {
        let reason = if count < 2 { "missing" } else { "no_spread" };
        return writer.words.count(&format!("teacher.progress.{reason}"), count, &[]);
    };
    let change = mean(&ends).unwrap_or(0.0) - mean(&begins).unwrap_or(0.0);
    let key = match (test.p < LEVEL, change > 0.0) {
        (true, true) => "better",
        (true, false) => "worse",
        (false, _) => "unclear",
    };
    let (by, p) = (writer.words.decimal(change.abs() * 100.0, 1), writer.words.p(test.p));
    writer.words.count(&format!("teacher.progress.{key}"), count, &[("by", &by), ("p", &p)])
}
