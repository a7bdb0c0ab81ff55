//! Organizations side by side: health and vitality (the study's figures 4.17 and 4.18). Of very many only the top and the
//! bottom are shown, with the distribution of all.

use super::paper::{Block, Section};
use super::{FULL, HALF, Study};
use crate::config::Scale;
use crate::rendering::charts::{self, Bar, Columns, Line, Unit};
use crate::scoring::{StudyLine, above};
use std::collections::BTreeSet;

/// An organization and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranked {
    pub(super) organization: usize,
    pub(super) value: f64,
}

/// More lines than this are shown by both ends and a distribution.
pub(super) const MOST_LINES: usize = 40;
const ENDS: usize = 15;
/// More names than this are counted.
const MOST_NAMED: usize = 5;
const MOST_AT_AN_END: usize = 3;
const BINS: usize = 20;

impl Study<'_> {
    pub(super) fn scores(&self) -> Section {
        let study = &self.writer.scores.study;
        if study.is_empty() {
            return self.section("scores", vec![self.missing("health", "members")]);
        }
        let (health, vital) = (self.by_score(|line| line.health), self.by_score(|line| line.vital));
        if health.len().max(vital.len()) < 2 {
            return self.section("scores", vec![Block::Text(self.word("study.ranking.alone"))]);
        }
        let blocks = vec![
            self.score_figure("health", &health),
            self.score_figure("vital", &vital),
            Block::Text(self.shares_above_50()),
        ];
        self.section("scores", blocks)
    }

    fn score_figure(&self, key: &'static str, rows: &[Ranked]) -> Block {
        if rows.len() < 2 {
            return self.missing(key, "scores");
        }
        let panels = self.ranked(rows, Some(100.0), 1, &format!("study.axis.{key}"));
        let columns = panels.len().min(2);
        let defined: BTreeSet<usize> = rows.iter().map(|row| row.organization).collect();
        let lines = self.writer.scores.study.iter().map(|line| line.organization);
        let undefined: Vec<&str> = lines.filter(|own| !defined.contains(own)).map(|own| self.name(own)).collect();
        let mut caption = vec![
            self.say(&format!("study.{key}.caption"), &[("scale", &self.scale())]),
            self.ends_of_ranking(rows),
            self.word("study.ranking.hedge"),
        ];
        if !undefined.is_empty() {
            let (named, more) = undefined.split_at(undefined.len().min(MOST_NAMED));
            let mut named = named.to_vec();
            let others = self.count("study.list.more", more.len(), &[]);
            named.extend((!more.is_empty()).then_some(&*others));
            caption.push(self.say(&format!("study.{key}.undefined"), &[("names", &self.list(&named))]));
        }
        self.figure(key, key, panels, columns, &caption)
    }

    /// Organizations with a score, the highest first.
    fn by_score(&self, score: fn(&StudyLine) -> Option<f64>) -> Vec<Ranked> {
        let lines = self.writer.scores.study.iter();
        let mut rows: Vec<Ranked> =
            lines.filter_map(|line| Some(Ranked { organization: line.organization, value: score(line)? })).collect();
        rows.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.organization.cmp(&b.organization)));
        rows
    }

    /// The scale in words.
    pub(super) fn scale(&self) -> String {
        let key = match self.writer.method.scale {
            Scale::Minmax => "minmax",
            Scale::Phi => "phi",
        };
        let preset = self.word(&format!("study.preset.{}", self.preset));
        self.say(&format!("study.facts.scale_{key}"), &[("preset", &preset)])
    }

    /// Who stands at the ends, if there are any.
    fn ends_of_ranking(&self, rows: &[Ranked]) -> String {
        if all_equal(rows.iter().map(|row| row.value)) {
            return self.word("study.ranking.equal");
        }
        let ends = [self.end_of_ranking(rows.iter(), "highest"), self.end_of_ranking(rows.iter().rev(), "lowest")];
        self.sentences(&[&ends[0], &ends[1]])
    }

    /// Who stands at one end: up to three names, unless many share the place.
    fn end_of_ranking<'r>(&self, rows: impl Iterator<Item = &'r Ranked>, key: &str) -> String {
        let rows: Vec<&Ranked> = rows.collect();
        let same = |a: &Ranked, b: &Ranked| !above(a.value, b.value) && !above(b.value, a.value);
        let tied = rows.iter().filter(|row| same(row, rows[0])).count();
        if tied > MOST_AT_AN_END {
            let value = self.writer.words.decimal(rows[0].value, 1);
            return self.count(&format!("study.ranking.{key}_shared"), tied, &[("value", &value)]);
        }
        // Not half of a tie, and never more than one half of all.
        let most = MOST_AT_AN_END.min(rows.len() / 2).max(tied);
        let shown = (tied..=most).rev().find(|shown| *shown == rows.len() || !same(rows[*shown - 1], rows[*shown]));
        let names: Vec<&str> = rows[..shown.unwrap_or(tied)].iter().map(|row| self.name(row.organization)).collect();
        self.count(&format!("study.ranking.{key}"), names.len(), &[("names", &self.list(&names))])
    }

    /// The shares of scores above 50; under phi they say nothing, as 50 is the average of the organizations themselves.
    pub(super) fn shares_above_50(&self) -> String {
        let summary = &self.writer.scores.summary;
        if self.by_score(|line| line.health).len().max(self.by_score(|line| line.vital).len()) < 2 {
            return self.word("study.ranking.alone");
        }
        if self.writer.method.scale == Scale::Phi {
            return self.word("study.shares.phi");
        }
        let part = |key: &str, share: Option<f64>, score: fn(&StudyLine) -> Option<f64>| {
            let scores: Vec<f64> = self.writer.scores.study.iter().filter_map(score).collect();
            let told = scores.len() > 1 && !all_equal(scores.iter().copied());
            let Some(share) = share.filter(|_| told) else { return String::new() };
            let count = scores.iter().filter(|score| above(**score, 50.0)).count();
            let share = self.writer.words.percent(share);
            let values = [("share", &*share), ("all", &self.number(scores.len()))];
            self.count(&format!("study.shares.{key}"), count, &values)
        };
        let (health, vital) = (
            part("health", summary.health_above_50, |line| line.health),
            part("vital", summary.vital_above_50, |line| line.vital),
        );
        let parts: Vec<&str> = [&*health, &vital].into_iter().filter(|part| !part.is_empty()).collect();
        if parts.is_empty() {
            return self.word("study.ranking.equal");
        }
        let scale = self.say("study.shares.scale", &[("scale", &self.scale())]);
        self.sentences(&[parts, vec![&scale]].concat())
    }

    /// The charts of a ranking: all lines, or both ends and the distribution.
    pub(super) fn ranked(&self, rows: &[Ranked], top: Option<f64>, places: usize, axis: &str) -> Vec<(String, String)> {
        let bars = |rows: &[Ranked]| -> Vec<Bar> {
            let bar = |row: &Ranked| Bar {
                name: self.name(row.organization).to_string(),
                value: row.value,
                label: self.writer.words.decimal(row.value, places),
            };
            rows.iter().map(bar).collect()
        };
        if rows.len() <= MOST_LINES {
            return vec![(String::new(), charts::ranking(&bars(rows), top, FULL))];
        }
        let top = top.or(rows.iter().map(|row| row.value).reduce(f64::max)).filter(|top| *top > 0.0);
        let (first, last) = (&rows[..ENDS], &rows[rows.len() - ENDS..]);
        let ends = [("first", first), ("last", last)].map(|(key, rows)| {
            let title = self.count(&format!("study.ranking.{key}"), rows.len(), &[]);
            (title, charts::ranking(&bars(rows), top, HALF))
        });
        let values: Vec<f64> = rows.iter().map(|row| row.value).collect();
        let all = self.distribution(&values, axis);
        ends.into_iter().chain([(self.count("study.ranking.all", rows.len(), &[]), all)]).collect()
    }

    /// How many organizations lie in each of some equal steps of a value.
    pub(super) fn distribution(&self, values: &[f64], axis: &str) -> String {
        let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
        let step = (high - low) / f64::from(u32::try_from(BINS).unwrap_or(1));
        let mut counts = [0_u32; BINS];
        for value in values {
            counts[bin((value - low) / step)] += 1;
        }
        let places = if step < 0.1 { 3 } else { 1 };
        let label = |bin: usize| {
            let at = low + step * f64::from(u32::try_from(bin).unwrap_or(0));
            (bin, self.writer.words.decimal(at, places))
        };
        charts::columns(&Columns {
            axis: self.word(axis),
            unit: Unit::Plain,
            labels: (0..if step > 0.0 { BINS } else { 1 }).step_by(5).map(label).collect(),
            series: vec![Line { name: String::new(), values: counts.iter().map(|c| Some(f64::from(*c))).collect() }],
            size: (HALF, 440),
        })
    }
}

fn all_equal(mut scores: impl Iterator<Item = f64>) -> bool {
    let first = scores.next();
    first.is_none_or(|first| scores.all(|score| !above(score, first) && !above(first, score)))
}

/// The bin of a value in units of bins: the last one takes its own end; all equal values lie in the first.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the number of bins")]
fn bin(place: f64) -> usize {
    if place.is_finite() { (place as usize).min(BINS - 1) } else { 0 }
}
