//! Days from opening to use (the study's figure 4.4).

use super::Study;
use super::paper::{Block, Section};
use super::rankings::Ranked;
use crate::scoring::activation::Activation;

impl Study<'_> {
    pub(super) fn activation(&self) -> Section {
        let block = self.activation_figure();
        self.section("activation", vec![block])
    }

    fn activation_figure(&self) -> Block {
        let end = self.writer.scores.report_week().map(crate::calendar::Week::last);
        let known: Vec<&Activation> =
            self.writer.analysis.activation.iter().filter(|own| Some(own.opened) <= end).collect();
        if known.is_empty() {
            return self.missing("activation", "openings");
        }
        let days = |own: &Activation| u32::try_from(own.days()?).ok().map(f64::from);
        let mut rows: Vec<Ranked> =
            known.iter().filter_map(|own| Some(Ranked { organization: own.organization, value: days(own)? })).collect();
        rows.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.organization.cmp(&b.organization)));
        let later = self.writer.roster.organizations.iter().filter(|own| own.opened > end).count();
        let left_out = self.writer.roster.organizations.len() - known.len() - later;
        let mut caption = vec![self.count("study.activation.caption", known.len(), &[])];
        caption.extend(self.activation_extremes(&rows));
        caption.extend((known.len() > 1).then(|| self.half_of(known.len(), &rows)));
        for (key, count) in [("never", known.len() - rows.len()), ("later", later), ("left_out", left_out)] {
            if count > 0 {
                caption.push(self.count(&format!("study.activation.{key}"), count, &[]));
            }
        }
        if rows.is_empty() {
            return Block::Text(self.sentences(&caption));
        }
        let panels = self.ranked(&rows, None, 0, "study.axis.organizations");
        let columns = panels.len().min(2);
        self.figure("activation", "activation", panels, columns, &caption)
    }

    fn activation_extremes(&self, rows: &[Ranked]) -> Option<String> {
        let (fastest, slowest) = (rows.first()?, rows.last()?);
        let number = |value: f64| self.writer.words.decimal(value, 0);
        let values = [
            ("fastest", self.name(fastest.organization)),
            ("min", &*number(fastest.value)),
            ("slowest", self.name(slowest.organization)),
            ("max", &number(slowest.value)),
        ];
        let key = if rows.len() == 1 { "one" } else { "extremes" };
        Some(self.say(&format!("study.activation.{key}"), &values))
    }

    /// After how many days half of the organizations had such a day; those that never had one count as later than all.
    fn half_of(&self, known: usize, rows: &[Ranked]) -> String {
        match rows.get(known.div_ceil(2) - 1) {
            Some(row) => self.say("study.activation.half", &[("days", &self.writer.words.decimal(row.value, 0))]),
            None => self.word("study.activation.less_than_half"),
        }
    }
}
