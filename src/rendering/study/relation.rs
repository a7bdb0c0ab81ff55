//! Right answers against time (the study's figures 4.7 and 4.16).

use super::paper::Block;
use super::{FULL, Study, THIRD, evidence};
use crate::rendering::charts::{self, Cloud};
use crate::scoring::relations::{Learner, Relation, Time};
use crate::scoring::statistics::{false_discovery, mean};

impl Study<'_> {
    pub(super) fn relation_of_all(&self) -> Block {
        let learners: Vec<&Learner> = self.writer.analysis.learners.iter().collect();
        if learners.is_empty() {
            return self.missing("relation", "five_answers");
        }
        let panel = (String::new(), self.cloud(&learners, Time::All, (FULL, 620)));
        let caption = [
            self.count("study.relation.caption", learners.len(), &[]),
            self.relation_in_words(None, Time::All),
            self.hedge(None, "study.relation.hedge"),
        ];
        self.figure("correct-rate-and-time", "relation", vec![panel], 1, &caption)
    }

    /// All time, time in class and after class, of one organization.
    pub(super) fn relations_of(&self, organization: usize) -> Block {
        let roster = self.writer.roster;
        let own = |learner: &&Learner| roster.people[learner.student].organization == organization;
        let learners: Vec<&Learner> = self.writer.analysis.learners.iter().filter(own).collect();
        if learners.is_empty() {
            return self.missing("relation", "five_answers");
        }
        let times = [Time::All, Time::InClass, Time::AfterClass];
        let name = |time: Time| self.word(&format!("study.time.{}", time.name()));
        let panel = |time: Time| (name(time), self.cloud(&learners, time, (THIRD, 440)));
        let mut caption = vec![self.count("study.relation.caption", learners.len(), &[])];
        caption.extend(times.map(|time| {
            let found = self.relation_in_words(Some(organization), time);
            self.say("study.named", &[("name", &name(time)), ("found", &found)])
        }));
        caption.push(self.least_q(organization));
        caption.push(self.hedge(Some(organization), "study.relation.no_cause"));
        self.figure("correct-rate-and-time", "relation", times.map(panel).to_vec(), 3, &caption)
    }

    /// The relation of a time, if it is defined.
    fn relation(&self, organization: Option<usize>, time: Time) -> Option<&Relation> {
        let is = |relation: &&Relation| relation.organization == organization && relation.time == time;
        self.writer.analysis.relations.iter().find(is)
    }

    /// Whether a relation is defined.
    pub(super) fn is_related(&self, organization: Option<usize>, time: Time) -> bool {
        self.relation(organization, time).is_some_and(|own| own.correlation.is_some())
    }

    /// The line that was drawn, and what a relation cannot say; nothing where none was computed.
    fn hedge(&self, organization: Option<usize>, key: &str) -> String {
        if !Time::EACH.into_iter().any(|time| self.is_related(organization, time)) {
            return String::new();
        }
        self.sentences(&[&self.word("study.relation.line"), &self.word(key)])
    }

    /// The smallest p of the three relations, adjusted for there being three.
    fn least_q(&self, organization: usize) -> String {
        let p = |time: Time| Some(self.relation(Some(organization), time)?.correlation?.p);
        let qs: Option<Vec<f64>> = false_discovery(&Time::EACH.map(p)).into_iter().collect();
        let least = qs.and_then(|qs| qs.into_iter().reduce(f64::min));
        least.map_or_else(String::new, |q| self.say("study.relation.least_q", &[("q", &self.writer.words.p_value(q))]))
    }

    /// What may be said of a relation.
    pub(super) fn relation_in_words(&self, organization: Option<usize>, time: Time) -> String {
        let relation = self.relation(organization, time);
        if let Some(found) = relation.and_then(|relation| relation.correlation) {
            return evidence::correlation(self.writer.words, "study.relation", found, &[]);
        }
        let students = relation.map_or(0, |relation| relation.students);
        let reason = if students < 3 { "missing" } else { "no_spread" };
        self.count(&format!("study.relation.{reason}"), students, &[])
    }

    fn cloud(&self, learners: &[&Learner], time: Time, size: (u32, u32)) -> String {
        let points: Vec<(f64, f64)> =
            learners.iter().map(|learner| (learner.minutes(time), learner.correct_rate)).collect();
        charts::scatter(&Cloud {
            line: straight_line(&points),
            points,
            end: learners.iter().map(|learner| learner.minutes(Time::All)).fold(0.0, f64::max),
            across: self.word("study.axis.minutes_online"),
            up: self.word("study.axis.rate"),
            size,
        })
    }
}

/// The line with the least squares: its height at 0 and its slope; none of fewer than 3 points or without spread.
fn straight_line(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    crate::scoring::statistics::pearson(&xs, &ys)?;
    let (x, y) = (mean(&xs)?, mean(&ys)?);
    let squares: f64 = xs.iter().map(|own| (own - x).powi(2)).sum();
    let products: f64 = points.iter().map(|(own_x, own_y)| (own_x - x) * (own_y - y)).sum();
    let slope = products / squares;
    Some((y - slope * x, slope))
}
