//! The progress of students by organization, with its tests (the study's tables S2 and S3).

use super::paper::{Block, Column, Grid, MOST_ROWS, Section, Shown};
use super::{Study, evidence};
use crate::scoring::progress::OrganizationProgress;
use crate::scoring::statistics::false_discovery;
use crate::scoring::trends::LEVEL;
use std::collections::BTreeMap;

impl Study<'_> {
    pub(super) fn progress(&self) -> Section {
        let rows = &self.writer.analysis.organization_progress;
        if rows.is_empty() {
            return self.section("progress", vec![self.missing("progress", "five_answers")]);
        }
        let blocks = vec![
            Block::Text(self.word("study.progress.text")),
            self.progress_table(rows),
            Block::Text(self.progress_in_words()),
            self.practice_table(rows),
            Block::Text(self.practice_in_words()),
        ];
        self.section("progress", blocks)
    }

    fn progress_column(&self, name: &'static str, shown: Shown) -> Column {
        Column { name, head: self.word(&format!("study.progress.head.{name}")), shown }
    }

    fn progress_table(&self, rows: &[OrganizationProgress]) -> Block {
        let sorted = in_order(rows, |row| row.welch.map(|test| test.p));
        let paired = self.paired_qs();
        let rows = sorted.into_iter().map(|row| {
            vec![
                self.name(row.organization).to_string().into(),
                row.students.into(),
                row.begin.into(),
                row.end.into(),
                (row.end - row.begin).into(),
                row.welch.map(|test| test.p).into(),
                row.q.into(),
                row.p_paired.into(),
                paired.get(&row.organization).copied().into(),
            ]
        });
        let column = |name, shown| self.progress_column(name, shown);
        Block::Table(Grid {
            name: "progress",
            caption: self.word("study.progress.caption"),
            columns: vec![
                column("organization", Shown::Plain),
                column("students", Shown::Plain),
                column("begin", Shown::Decimals(3)),
                column("end", Shown::Decimals(3)),
                column("progress", Shown::Decimals(3)),
                column("p", Shown::P),
                column("q", Shown::P),
                column("p_paired", Shown::P),
                column("q_paired", Shown::P),
            ],
            rows: rows.collect(),
            most_rows: MOST_ROWS,
            note: Some(self.word("study.progress.note")),
        })
    }

    /// p-values adjusted over the organizations, by organization.
    fn qs(&self, p: impl Fn(&OrganizationProgress) -> Option<f64>) -> BTreeMap<usize, f64> {
        let rows = &self.writer.analysis.organization_progress;
        let qs = false_discovery(&rows.iter().map(p).collect::<Vec<_>>());
        rows.iter().zip(qs).filter_map(|(row, q)| Some((row.organization, q?))).collect()
    }

    fn paired_qs(&self) -> BTreeMap<usize, f64> {
        self.qs(|row| row.p_paired)
    }

    /// How many organizations progressed by both tests, and how many would by chance.
    pub(super) fn progress_in_words(&self) -> String {
        let rows = &self.writer.analysis.organization_progress;
        let tested: Vec<&OrganizationProgress> = rows.iter().filter(|row| row.welch.is_some()).collect();
        match tested.as_slice() {
            [] if rows.iter().any(|row| row.students > 1) => return self.word("study.progress.no_spread"),
            [] => return self.word("study.progress.missing"),
            [own] => {
                let found = super::progress_sentence(self.writer.words, Some(own));
                let name = self.name(own.organization);
                return self.say("study.named", &[("name", name), ("found", &found)]);
            }
            _ => {}
        }
        let by_chance = evidence::by_chance(self.writer.words, tested.len());
        let head = self.count("study.progress.tested", tested.len(), &[("chance", &by_chance)]);
        let welch = self.found(
            "welch",
            &tested,
            |row| row.welch.map(|test| test.p),
            &self.qs(|row| row.welch.map(|test| test.p)),
        );
        let paired = self.found("paired", &tested, |row| row.p_paired, &self.paired_qs());
        self.sentences(&[&head, &welch, &paired])
    }

    fn found(
        &self,
        key: &str,
        tested: &[&OrganizationProgress],
        p: fn(&OrganizationProgress) -> Option<f64>,
        qs: &BTreeMap<usize, f64>,
    ) -> String {
        let clear = |sign: f64| {
            let rows =
                tested.iter().filter(|row| p(row).is_some_and(|p| p < LEVEL) && (row.end - row.begin) * sign > 0.0);
            self.number(rows.count())
        };
        let kept = qs.values().filter(|q| **q < LEVEL).count();
        let values = [("better", &*clear(1.0)), ("worse", &clear(-1.0)), ("kept", &self.number(kept))];
        self.say(&format!("study.progress.{key}"), &values)
    }

    fn practice_table(&self, rows: &[OrganizationProgress]) -> Block {
        let sorted = in_order(rows, |row| row.practice.map(|found| found.p));
        let qs = self.qs(|row| row.practice.map(|found| found.p));
        let rows = sorted.into_iter().map(|row| {
            vec![
                self.name(row.organization).to_string().into(),
                row.students.into(),
                row.practice.map(|found| found.r).into(),
                row.practice.map(|found| found.p).into(),
                qs.get(&row.organization).copied().into(),
            ]
        });
        let column = |name, shown| self.progress_column(name, shown);
        Block::Table(Grid {
            name: "progress-and-practice",
            caption: self.word("study.practice.caption"),
            columns: vec![
                column("organization", Shown::Plain),
                column("students", Shown::Plain),
                column("r", Shown::Decimals(2)),
                column("r_p", Shown::P),
                column("q", Shown::P),
            ],
            rows: rows.collect(),
            most_rows: MOST_ROWS,
            note: Some(self.word("study.practice.note")),
        })
    }

    fn practice_in_words(&self) -> String {
        let found: Vec<_> = self.writer.analysis.organization_progress.iter().filter_map(|row| row.practice).collect();
        if found.is_empty() {
            let enough = self.writer.analysis.organization_progress.iter().any(|row| row.students > 2);
            return self.word(if enough { "study.practice.no_spread" } else { "study.practice.missing" });
        }
        let clear = |sign: f64| self.number(found.iter().filter(|f| f.p < LEVEL && f.r * sign > 0.0).count());
        let by_chance = evidence::by_chance(self.writer.words, found.len());
        let kept = self.qs(|row| row.practice.map(|found| found.p)).values().filter(|q| **q < LEVEL).count();
        let values =
            [("more", &*clear(1.0)), ("less", &clear(-1.0)), ("chance", &by_chance), ("kept", &self.number(kept))];
        self.count("study.practice.found", found.len(), &values)
    }
}

/// In order of organization; of very many those first whose test says most.
fn in_order(
    rows: &[OrganizationProgress],
    p: impl Fn(&OrganizationProgress) -> Option<f64>,
) -> Vec<&OrganizationProgress> {
    let mut sorted: Vec<&OrganizationProgress> = rows.iter().collect();
    if rows.len() > MOST_ROWS {
        sorted.sort_by(|a, b| p(a).unwrap_or(2.0).total_cmp(&p(b).unwrap_or(2.0)));
    }
    sorted
}
