//! What the study suggests (its section 5.2), for these data: reminders, something new in the low weeks, praise.

use super::Study;
use super::paper::{Block, Section};
use crate::intake::Role;
use crate::rendering::dates::day_month;
use crate::scoring::rhythm::{WEEKS_FOR_A_VALLEY, usable_weeks};
use crate::scoring::statistics::autocorrelation;

impl Study<'_> {
    pub(super) fn suggestions(&self) -> Section {
        let items = vec![self.reminders(), self.valleys(), self.cycle(), self.praise()];
        self.section("suggestions", vec![Block::List(items)])
    }

    fn reminders(&self) -> String {
        let inactive = &self.writer.scores.inactive;
        let role = |person: usize| self.writer.roster.people[person].role;
        let of = |wanted: Role| self.number(inactive.iter().filter(|quiet| role(quiet.person) == wanted).count());
        let never = inactive.iter().filter(|quiet| quiet.last_action.is_none()).count();
        let values = [
            ("students", &*of(Role::Student)),
            ("teachers", &of(Role::Teacher)),
            ("never", &self.number(never)),
            ("days", &self.writer.method.inactive_days.to_string()),
        ];
        let key = if inactive.is_empty() { "study.suggestions.nobody_quiet" } else { "study.suggestions.reminders" };
        self.say(key, &values)
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
            let weeks = usable_weeks(&self.writer.scores.timeline, self.writer.analysis.first_day);
            let key = if weeks < WEEKS_FOR_A_VALLEY { "too_few_for_valley" } else { "no_valley" };
            return self.count(&format!("study.suggestions.{key}"), weeks, &[]);
        }
        let said = self.count("study.suggestions.valleys", names.len(), &[("weeks", &self.list(&names))]);
        let last = valleys.last().is_some_and(|valley| valley.week + 1 == self.writer.scores.timeline.len());
        let edge = if last { self.last_edge() } else { String::new() };
        self.sentences(&[said, edge])
    }

    pub(super) fn cycle(&self) -> String {
        if let Some(cycle) = self.writer.scores.summary.cycle {
            let (lag, r) = (cycle.lag.to_string(), self.writer.words.decimal(cycle.r, 2));
            let key = if cycle.is_peak { "cycle" } else { "alike" };
            return self.say(&format!("study.suggestions.{key}"), &[("lag", &lag), ("r", &r)]);
        }
        let active = self.of_weeks(None, &self.periods(None, None).weeks, |week| f64::from(week.people));
        let active: Vec<f64> = self.whole_weeks(None, &active).into_iter().map(|(_, active)| active).collect();
        let key = if autocorrelation(&active, 2).is_some() { "no_cycle" } else { "too_few_for_cycle" };
        self.count(&format!("study.suggestions.{key}"), active.len(), &[])
    }

    fn praise(&self) -> String {
        let summary = &self.writer.scores.summary;
        match (summary.reward_share(), summary.chance_rate) {
            (Some(share), Some(chance)) => {
                let (share, chance) = (self.writer.words.percent(share), self.writer.words.percent(chance));
                let more = if summary.reward_share() > summary.chance_rate { "praise" } else { "praise_no_more" };
                let weeks = self.number(summary.student_weeks);
                self.say(
                    &format!("study.suggestions.{more}"),
                    &[("share", &share), ("chance", &chance), ("weeks", &weeks)],
                )
            }
            _ => self.word("study.suggestions.no_praise"),
        }
    }
}
