//! The head of a paper: what it is based on, and its main results.

use super::Study;
use super::register::Members;
use crate::config::ActiveBy;
use crate::rendering::dates::date;
use crate::scoring::relations::Time;

impl Study<'_> {
    /// What the paper is based on, in names and values.
    pub(super) fn facts(&self, organization: Option<usize>) -> Vec<(String, String)> {
        let members = self.members();
        let of = |own: &Members| {
            let values = [
                ("people", &*self.number(own.people)),
                ("students", &self.number(own.students)),
                ("teachers", &self.number(own.teachers)),
            ];
            self.say("study.facts.members_value", &values)
        };
        let all = |sum: Members, own: &Members| Members {
            teachers: sum.teachers + own.teachers,
            students: sum.students + own.students,
            people: sum.people + own.people,
        };
        let mut facts = vec![("period", self.period()), ("weeks", self.number(self.writer.analysis.weeks.len()))];
        match organization {
            None => {
                facts.push(("organizations", self.number(members.iter().filter(|own| own.people > 0).count())));
                facts.push(("members", of(&members.iter().fold(Members::default(), all))));
            }
            Some(own) => facts.extend(self.facts_of(own, &members[own], of(&members[own]))),
        }
        if organization.is_none() {
            facts.push(("scale", self.scale()));
        }
        facts.extend([("active", self.active_by()), ("data", self.rows())]);
        facts.into_iter().map(|(key, value)| (self.word(&format!("study.facts.{key}")), value)).collect()
    }

    fn facts_of(&self, own: usize, members: &Members, in_words: String) -> Vec<(&'static str, String)> {
        let organization = &self.writer.roster.organizations[own];
        let count = |people: usize| f64::from(u32::try_from(people).unwrap_or(u32::MAX));
        let ratio = (members.teachers > 0).then(|| count(members.students) / count(members.teachers));
        let known = [
            ("ratio", ratio.map(|ratio| self.writer.words.decimal(ratio, 2))),
            ("opened", organization.opened.map(|day| date(self.writer.words, day))),
            ("condition", organization.condition.clone()),
            ("location", organization.location.clone()),
        ];
        let known = known.into_iter().filter_map(|(key, value)| Some((key, value?)));
        [("members", in_words)].into_iter().chain(known).collect()
    }

    fn active_by(&self) -> String {
        let scores = self.writer.scores;
        let key = match (scores.login_fallback, scores.active_by) {
            (true, _) => "fallback",
            (_, ActiveBy::Login) => "login",
            (_, ActiveBy::Action) => "action",
        };
        self.word(&format!("study.facts.active_{key}"))
    }

    pub(super) fn rows(&self) -> String {
        let rows: u64 = self.glimpses.iter().map(|glimpse| glimpse.rows).sum();
        let rejected: u64 = self.glimpses.iter().map(|glimpse| glimpse.rejected).sum();
        let number = |count: u64| self.number(usize::try_from(count).unwrap_or(usize::MAX));
        self.say("study.facts.data_value", &[("rows", &number(rows)), ("rejected", &number(rejected))])
    }

    /// The main results over all organizations, each as its section has it.
    pub(super) fn main_results(&self) -> Vec<String> {
        if self.nobody(None) {
            return vec![self.word("study.summary.nobody")];
        }
        vec![
            self.participation(None),
            self.progress_in_words(),
            self.relation_result(None),
            self.shares_above_50(),
            self.valleys(),
        ]
    }

    /// The main results in one organization.
    pub(super) fn main_results_of(&self, organization: usize) -> Vec<String> {
        if self.nobody(Some(organization)) {
            return vec![self.word("study.summary.nobody")];
        }
        let mut results = vec![self.participation(Some(organization))];
        if !self.no_time(organization) {
            results.push(self.class_and_home(organization));
        }
        results.extend([self.progress_of(organization), self.relation_result(Some(organization))]);
        results
    }

    /// How many were active in a week on average, of how many.
    fn participation(&self, organization: Option<usize>) -> String {
        let Some((active, people)) = self.average_week(organization) else {
            return self.word("study.summary.no_whole_week");
        };
        let number = |value: f64| self.writer.words.decimal(value, usize::from(people < 50.0));
        let share = self.writer.words.percent(active / people);
        let values = [("active", &*number(active)), ("people", &number(people)), ("share", &share)];
        self.say("study.summary.participation", &values)
    }

    /// The relation of right answers and time, with what it cannot say.
    fn relation_result(&self, organization: Option<usize>) -> String {
        let found = self.relation_in_words(organization, Time::All);
        let hedge =
            if self.is_related(organization, Time::All) { self.word("study.relation.no_cause") } else { String::new() };
        self.sentences(&[found, hedge])
    }
}
