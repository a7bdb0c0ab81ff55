//! What the study suggests (its section 5.2), for these data: reminders, something new in the low weeks, praise.

use super::Study;
use super::paper::{Block, Section};
use crate::intake::Role;
use crate::rendering::dates::day_month;

impl Study<'_> {
    pub(super) fn suggestions(&self) -> Section {
        let items = vec![self.reminders(), self.valleys(), self.cycle(), self.praise()];
        self.section("suggestions", vec![Block::List(items)])
    }

    fn reminders(&self) -> String {
        let inactive = &self.writer.scores.inactive;
        let of = |role: Role| {
            self.number(inactive.iter().filter(|q| self.writer.roster.people[q.person].role == role).count())
        };
        let days = self.writer.method.inactive_days.to_string();
        let values = [("students", &*of(Role::Student)), ("teachers", &of(Role::Teacher)), ("days", &days)];
        self.say("study.suggestions.reminders", &values)
    }

    pub(super) fn valleys(&self) -> String {
        let valleys = &self.writer.analysis.valleys;
        let names: Vec<String> = valleys
            .iter()
            .map(|valley| {
                let date = day_month(self.writer.words, self.writer.scores.timeline.weeks()[valley.week].first());
                let share = self.writer.words.percent(valley.ratio);
                self.say("study.suggestions.valley", &[("date", &date), ("share", &share)])
            })
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if names.is_empty() {
            return self.word("study.suggestions.no_valley");
        }
        self.count("study.suggestions.valleys", names.len(), &[("weeks", &self.list(&names))])
    }

    pub(super) fn cycle(&self) -> String {
        match self.writer.scores.summary.cycle {
            Some(cycle) => {
                let (lag, r) = (cycle.lag.to_string(), self.writer.words.decimal(cycle.r, 2));
                self.say("study.suggestions.cycle", &[("lag", &lag), ("r", &r)])
            }
            None => self.word("study.suggestions.no_cycle"),
        }
    }

    fn praise(&self) -> String {
        let summary = &self.writer.scores.summary;
        match (summary.reward_share(), summary.chance_rate) {
            (Some(share), Some(chance)) => {
                let (share, chance) = (self.writer.words.percent(share), self.writer.words.percent(chance));
                self.say("study.suggestions.praise", &[("share", &share), ("chance", &chance)])
            }
            _ => self.word("study.suggestions.no_praise"),
        }
    }
}
