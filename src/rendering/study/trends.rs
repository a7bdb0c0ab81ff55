//! Whether right answers become more or fewer: by organization and by subject (the study's figures 4.6).

use super::paper::Block;
use super::rankings::MOST_LINES;
use super::{FULL, HALF, Study, evidence};
use crate::rendering::charts::{self, Dots, Mark, Stack};
use crate::scoring::trends::{Direction, LEVEL, Trend};
use std::collections::BTreeMap;
use std::ops::Range;

/// More subjects than this are counted, not drawn and said one by one.
const MOST_SUBJECTS: usize = 3;
/// Fewer lines at each end where there are too many organizations for one chart.
const ENDS: usize = 12;

/// How many trends go where.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    up: usize,
    down: usize,
    unclear: usize,
    too_few: usize,
    /// Directions that stay with q < 0.05.
    kept: usize,
}

impl Counts {
    fn of<'t>(trends: impl Iterator<Item = &'t Trend>) -> Self {
        let mut counts = Self::default();
        for trend in trends {
            let direction = trend.direction();
            match (trend.test, direction) {
                (None, _) => counts.too_few += 1,
                (_, Direction::Increasing) => counts.up += 1,
                (_, Direction::Decreasing) => counts.down += 1,
                (_, Direction::None) => counts.unclear += 1,
            }
            counts.kept += usize::from(direction != Direction::None && trend.q.is_some_and(|q| q < LEVEL));
        }
        counts
    }

    fn tested(&self) -> usize {
        self.up + self.down + self.unclear
    }
}

impl Study<'_> {
    /// The trends of organizations over one subject (none: all).
    fn trends_in(&self, subject: Option<u16>) -> impl Iterator<Item = &Trend> {
        let all = self.writer.analysis.trends.iter();
        all.filter(move |trend| trend.of.0.is_some() && trend.of.1 == subject)
    }

    pub(super) fn trends_by_organization(&self) -> Block {
        let counts = Counts::of(self.trends_in(None));
        if counts.tested() == 0 {
            return self.missing("trends", "weeks");
        }
        let mut lines = self.lines(&[None]);
        let slope = |line: &Dots| line.values[0].map_or(0.0, |(slope, _)| slope);
        lines.sort_by(|a, b| slope(b).total_cmp(&slope(a)));
        let panels = if lines.len() <= MOST_LINES {
            vec![(String::new(), self.dots(&lines, &[], &lines, FULL))]
        } else {
            let ends = [("first", &lines[..ENDS]), ("last", &lines[lines.len() - ENDS..])];
            let title = |key: &str, count: usize| self.count(&format!("study.ranking.{key}"), count, &[]);
            let ends = ends.map(|(key, own)| (title(key, own.len()), self.dots(own, &[], &lines, HALF)));
            let slopes: Vec<f64> = lines.iter().map(slope).collect();
            let all = (title("all", lines.len()), self.distribution(&slopes, "study.axis.organizations"));
            ends.into_iter().chain([all]).collect()
        };
        let columns = panels.len().min(2);
        let caption = [self.word("study.trends.caption"), self.counts_in_words(&counts)];
        self.figure("trend-by-organization", "trends", panels, columns, &caption)
    }

    /// Draws lines on the scale of all lines.
    fn dots(&self, lines: &[Dots], series: &[String], all: &[Dots], width: u32) -> String {
        charts::dots(lines, series, range(all), &self.word("study.axis.slope"), width)
    }

    fn counts_in_words(&self, counts: &Counts) -> String {
        let (up, down, unclear) = (self.number(counts.up), self.number(counts.down), self.number(counts.unclear));
        let (chance, kept) = (evidence::by_chance(self.writer.words, counts.tested()), self.number(counts.kept));
        let values = [
            ("up", up.as_str()),
            ("down", &down),
            ("unclear", &unclear),
            ("chance", &chance),
            ("kept", &kept),
            ("too_few", &self.number(counts.too_few)),
        ];
        self.count("study.trends.counts", counts.tested(), &values)
    }

    /// A line for each organization with a test in any of these subjects, in order of organization; slopes in percentage
    /// points a week.
    fn lines(&self, subjects: &[Option<u16>]) -> Vec<Dots> {
        let mut lines: BTreeMap<usize, Vec<Option<(f64, Mark)>>> = BTreeMap::new();
        for (place, subject) in subjects.iter().enumerate() {
            for trend in self.trends_in(*subject) {
                let (Some(organization), Some((_, slope))) = (trend.of.0, trend.test) else { continue };
                let mark = match trend.direction() {
                    Direction::Increasing => Mark::Up,
                    Direction::Decreasing => Mark::Down,
                    Direction::None => Mark::Plain,
                };
                let values = lines.entry(organization).or_insert_with(|| vec![None; subjects.len()]);
                values[place] = Some((slope * 100.0, mark));
            }
        }
        let line = |(organization, values)| Dots { name: self.name(organization).to_string(), values };
        lines.into_iter().map(line).collect()
    }

    pub(super) fn trends_by_subject(&self) -> Block {
        let mut subjects = self.subjects_by_answers(None);
        if subjects.len() <= MOST_SUBJECTS {
            subjects.sort_unstable();
        }
        let tested: Vec<(u16, Counts)> = subjects
            .into_iter()
            .map(|subject| (subject, Counts::of(self.trends_in(Some(subject)))))
            .filter(|(_, counts)| counts.tested() > 0)
            .collect();
        if tested.is_empty() {
            let needs = if self.subjects_by_answers(None).is_empty() { "subjects" } else { "weeks_of_subject" };
            return self.missing("trends_by_subject", needs);
        }
        let own: Vec<Option<u16>> = tested.iter().map(|(subject, _)| Some(*subject)).collect();
        let lines = if own.len() <= MOST_SUBJECTS { self.lines(&own) } else { Vec::new() };
        let as_dots = (1..=MOST_LINES).contains(&lines.len());
        let svg = if as_dots {
            let names: Vec<String> = tested.iter().map(|(subject, _)| self.subject(*subject).to_string()).collect();
            self.dots(&lines, &names, &lines, FULL)
        } else {
            self.stacks_by_subject(&tested)
        };
        let key = if as_dots { "caption" } else { "caption_counts" };
        let mut caption = vec![self.word(&format!("study.trends_by_subject.{key}"))];
        if let Some(more) = tested.len().checked_sub(MOST_LINES).filter(|more| *more > 0 && !as_dots) {
            caption.push(self.count("study.rates.more", more, &[]));
        }
        caption.push(self.all_subjects(&tested));
        for (subject, counts) in tested.iter().filter(|_| tested.len() <= MOST_SUBJECTS) {
            let values = [
                ("subject", self.subject(*subject)),
                ("up", &self.number(counts.up)),
                ("down", &self.number(counts.down)),
                ("kept", &self.number(counts.kept)),
            ];
            caption.push(self.count("study.trends_by_subject.counts", counts.tested(), &values));
        }
        self.figure("trend-by-subject", "trends_by_subject", vec![(String::new(), svg)], 1, &caption)
    }

    /// The counts over all subjects, where there are too many to say each.
    fn all_subjects(&self, tested: &[(u16, Counts)]) -> String {
        if tested.len() <= MOST_SUBJECTS {
            return String::new();
        }
        let sum = |part: fn(&Counts) -> usize| tested.iter().map(|(_, counts)| part(counts)).sum::<usize>();
        let values = [
            ("subjects", &*self.number(tested.len())),
            ("up", &self.number(sum(|counts| counts.up))),
            ("down", &self.number(sum(|counts| counts.down))),
            ("kept", &self.number(sum(|counts| counts.kept))),
        ];
        self.count("study.trends_by_subject.all", sum(Counts::tested), &values)
    }

    fn stacks_by_subject(&self, tested: &[(u16, Counts)]) -> String {
        let stack = |(subject, counts): &(u16, Counts)| Stack {
            name: self.subject(*subject).to_string(),
            parts: vec![counts.down, counts.up, counts.unclear, counts.too_few],
        };
        let names = ["down", "up", "unclear", "too_few"].map(|key| self.word(&format!("study.trends.part.{key}")));
        let stacks: Vec<Stack> = tested.iter().take(MOST_LINES).map(stack).collect();
        charts::stacks(&stacks, &names, &self.word("study.axis.organizations"), FULL)
    }
}

/// A range around zero that holds all values.
fn range(lines: &[Dots]) -> Range<f64> {
    let values = lines.iter().flat_map(|line| line.values.iter().flatten());
    let farthest = values.map(|(value, _)| value.abs()).fold(0.1, f64::max) * 1.1;
    -farthest..farthest
}
