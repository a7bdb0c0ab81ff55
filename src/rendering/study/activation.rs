//! Days from opening to use (the study's figure 4.4).

use super::Study;
use super::paper::{Block, Section};
use super::rankings::Ranked;
use crate::scoring::statistics::median;

impl Study<'_> {
    pub(super) fn activation(&self) -> Section {
        let block = self.activation_figure();
        self.section("activation", vec![block])
    }

    fn activation_figure(&self) -> Block {
        let known = &self.writer.analysis.activation;
        if known.is_empty() {
            return self.missing("activation", "openings");
        }
        let days = |own: &crate::scoring::activation::Activation| u32::try_from(own.days()?).ok().map(f64::from);
        let mut rows: Vec<Ranked> =
            known.iter().filter_map(|own| Some(Ranked { organization: own.organization, value: days(own)? })).collect();
        rows.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.organization.cmp(&b.organization)));
        let never = known.len() - rows.len();
        let left_out = self.writer.roster.organizations.len() - known.len();
        let mut caption = vec![self.count("study.activation.caption", known.len(), &[])];
        caption.extend(self.activation_extremes(&rows));
        if never > 0 {
            caption.push(self.count("study.activation.never", never, &[]));
        }
        if left_out > 0 {
            caption.push(self.count("study.activation.left_out", left_out, &[]));
        }
        if rows.is_empty() {
            return Block::Text(caption.join(&self.word("study.list.sentence")));
        }
        let panels = self.ranked(&rows, None, 0, "study.axis.organizations");
        let columns = panels.len().min(2);
        self.figure("activation", "activation", panels, columns, &caption)
    }

    fn activation_extremes(&self, rows: &[Ranked]) -> Option<String> {
        let (fastest, slowest) = (rows.first()?, rows.last()?);
        let middle = median(&mut rows.iter().map(|row| row.value).collect::<Vec<f64>>())?;
        let number = |value: f64| self.writer.words.decimal(value, 0);
        if rows.len() == 1 {
            let values = [("fastest", self.name(fastest.organization)), ("min", &number(fastest.value))];
            return Some(self.say("study.activation.one", &values));
        }
        let values = [
            ("fastest", self.name(fastest.organization)),
            ("min", &number(fastest.value)),
            ("slowest", self.name(slowest.organization)),
            ("max", &number(slowest.value)),
            ("median", &self.writer.words.decimal(middle, usize::from(middle.fract() > 0.0))),
        ];
        Some(self.say("study.activation.extremes", &values))
    }
}
