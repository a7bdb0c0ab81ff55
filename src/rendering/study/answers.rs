//! Right answers: by week and subject, how subjects move against each other (the study's figure 4.5), and what follows of
//! trends and time.

use super::paper::{Block, Column, Grid, Section, Shown};
use super::{FULL, Study, evidence};
use crate::rendering::charts::{self, Line, MOST_SERIES, Unit};
use crate::scoring::answers::{Answers, Of};
use crate::scoring::statistics::{Correlation, false_discovery};
use crate::scoring::tables::Cell;
use crate::scoring::trends::{LEVEL, Pair};

/// More pairs of subjects than this are counted in the caption, not said one by one.
const MOST_PAIRS_SAID: usize = 3;
/// More are in the file of the table only.
const MOST_PAIRS_SHOWN: usize = 20;

impl Study<'_> {
    pub(super) fn right_answers(&self) -> Section {
        if self.answers_of((None, None)).is_none() {
            return self.section("answers", vec![self.missing("rates", "answers")]);
        }
        let mut blocks = vec![self.rates(None)];
        blocks.extend(self.pairs_table());
        blocks.extend([self.trends_by_organization(), self.trends_by_subject(), self.relation_of_all()]);
        self.section("answers", blocks)
    }

    /// Answers by week; none if there are none.
    pub(super) fn answers_of(&self, of: Of) -> Option<&Vec<Answers>> {
        self.writer.analysis.weekly_answers.get(&of)
    }

    /// The subjects with answers, those with the most first.
    pub(super) fn subjects_by_answers(&self, organization: Option<usize>) -> Vec<u16> {
        let own = self.writer.analysis.weekly_answers.iter().filter(|((of, _), _)| *of == organization);
        let counts = own.filter_map(|((_, subject), weeks)| {
            Some((weeks.iter().map(|week| u64::from(week.all)).sum::<u64>(), (*subject)?))
        });
        let mut counts: Vec<(u64, u16)> = counts.collect();
        counts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        counts.into_iter().map(|(_, subject)| subject).collect()
    }

    /// The share of right answers by week, a line for each subject.
    pub(super) fn rates(&self, organization: Option<usize>) -> Block {
        let subjects = self.subjects_by_answers(organization);
        let mut shown: Vec<u16> = subjects.iter().copied().take(MOST_SERIES).collect();
        shown.sort_unstable();
        let line = |subject: Option<u16>| {
            let weeks = self.answers_of((organization, subject))?;
            let name =
                subject.map_or_else(|| self.word("study.rates.all"), |subject| self.subject(subject).to_string());
            Some(Line { name, values: weeks.iter().map(|week| week.rate()).collect() })
        };
        let series: Vec<Line> = if shown.is_empty() {
            line(None).into_iter().collect()
        } else {
            shown.iter().filter_map(|subject| line(Some(*subject))).collect()
        };
        let chart = self.chart("rate", Unit::Percent, self.week_labels(), series, (FULL, 520));
        let mut caption = vec![self.word("study.rates.caption")];
        caption.extend(charts::begins_above_zero(&chart).then(|| self.word("study.rates.axis")));
        if let Some(more) = subjects.len().checked_sub(MOST_SERIES).filter(|more| *more > 0) {
            caption.push(self.count("study.rates.more", more, &[]));
        }
        caption.push(self.whole_trend(organization));
        if organization.is_none() {
            caption.extend(self.pairs_in_words());
        }
        self.figure("correct-rates", "rates", vec![(String::new(), charts::lines(&chart))], 1, &caption)
    }

    /// What may be said of the trend over all subjects.
    fn whole_trend(&self, organization: Option<usize>) -> String {
        let trend = self.writer.analysis.trends.iter().find(|trend| trend.of == (organization, None));
        let Some(trend) = trend else { return String::new() };
        let Some((test, slope)) = trend.test else {
            return self.count("study.rates.trend.missing", trend.weeks, &[]);
        };
        let key = evidence::Finding::of(slope, test.p).key();
        let (p, by) = (self.writer.words.p(test.p), self.writer.words.decimal(slope.abs() * 100.0, 2));
        let values = [("p", &*p), ("by", &by), ("n", &self.number(trend.weeks))];
        self.say(&format!("study.rates.trend.{key}"), &values)
    }

    /// The pairs whose correlation is defined.
    fn tested_pairs(&self) -> Vec<(&Pair, Correlation)> {
        self.writer.analysis.pairs.iter().filter_map(|pair| Some((pair, pair.correlation?))).collect()
    }

    /// How subjects move against each other: one by one, or counted.
    fn pairs_in_words(&self) -> Vec<String> {
        let pairs = self.tested_pairs();
        if pairs.is_empty() {
            let enough = self.writer.analysis.pairs.iter().any(|pair| pair.weeks >= 3);
            return vec![self.word(if enough { "study.pairs.no_spread" } else { "study.pairs.missing" })];
        }
        if pairs.len() > MOST_PAIRS_SAID {
            let qs = false_discovery(&pairs.iter().map(|(_, found)| Some(found.p)).collect::<Vec<_>>());
            let found = |sign: f64| {
                let kept = pairs
                    .iter()
                    .zip(&qs)
                    .filter(|((_, found), q)| q.is_some_and(|q| q < LEVEL) && found.r * sign > 0.0);
                self.number(kept.count())
            };
            let values = [("together", &*found(1.0)), ("against", &found(-1.0))];
            return vec![self.count("study.pairs.many", pairs.len(), &values)];
        }
        let said = pairs.iter().map(|(pair, found)| {
            let (a, b) = (self.subject(pair.subjects.0), self.subject(pair.subjects.1));
            evidence::correlation(self.writer.words, "study.pairs", *found, &[("a", a), ("b", b)])
        });
        said.collect()
    }

    /// All pairs of subjects, the strongest first, if there are several.
    fn pairs_table(&self) -> Option<Block> {
        let mut pairs: Vec<&Pair> = self.writer.analysis.pairs.iter().collect();
        if pairs.len() < 2 {
            return None;
        }
        let strength = |pair: &Pair| pair.correlation.map_or(-1.0, |found| found.r.abs());
        pairs.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        let qs = false_discovery(&pairs.iter().map(|pair| pair.correlation.map(|found| found.p)).collect::<Vec<_>>());
        let rows = pairs.iter().zip(qs).map(|(pair, q)| {
            vec![
                self.subject(pair.subjects.0).to_string().into(),
                self.subject(pair.subjects.1).to_string().into(),
                pair.weeks.into(),
                pair.correlation.map(|found| found.r).into(),
                pair.correlation.map(|found| found.p).into(),
                q.into(),
            ]
        });
        let column =
            |name: &'static str, shown| Column { name, head: self.word(&format!("study.pairs.head.{name}")), shown };
        Some(Block::Table(Grid {
            name: "subjects",
            caption: self.word("study.pairs.caption"),
            columns: vec![
                column("subject_a", Shown::Plain),
                column("subject_b", Shown::Plain),
                column("weeks", Shown::Plain),
                column("r", Shown::Decimals(2)),
                column("p", Shown::P),
                column("q", Shown::P),
            ],
            rows: rows.collect::<Vec<Vec<Cell<'static>>>>(),
            most_rows: MOST_PAIRS_SHOWN,
            note: Some(self.word("study.pairs.note")),
        }))
    }
}
