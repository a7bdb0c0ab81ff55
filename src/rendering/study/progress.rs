//! The progress of students by organization, with its tests (the study's tables S2 and S3).

use super::Study;
use super::paper::{Block, Column, Grid, MOST_ROWS, Section, Shown};
use crate::scoring::progress::OrganizationProgress;
use crate::scoring::trends::LEVEL;

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
        let rows = sorted.into_iter().map(|row| {
            vec![
                self.name(row.organization).to_string().into(),
                row.students.into(),
                row.begin.into(),
                row.end.into(),
                (row.end - row.begin).into(),
                row.welch.map(|test| test.p).into(),
                row.p_paired.into(),
                row.q.into(),
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
                column("p_paired", Shown::P),
                column("q", Shown::P),
            ],
            rows: rows.collect(),
            note: Some(self.word("study.progress.note")),
        })
    }

    /// How many organizations progressed, and how many would by chance.
    pub(super) fn progress_in_words(&self) -> String {
        let rows = self.writer.analysis.organization_progress.iter();
        let tested: Vec<_> = rows.filter_map(|row| Some((row.end - row.begin, row.welch?.p, row.q?))).collect();
        if tested.is_empty() {
            return self.word("study.progress.missing");
        }
        let found = |sign: f64| tested.iter().filter(|(change, p, _)| *p < LEVEL && change * sign > 0.0).count();
        let kept = tested.iter().filter(|(.., q)| *q < LEVEL).count();
        let by_chance = f64::from(u32::try_from(tested.len()).unwrap_or(u32::MAX)) * LEVEL;
        let values = [
            ("better", &*self.number(found(1.0))),
            ("worse", &self.number(found(-1.0))),
            ("chance", &self.writer.words.decimal(by_chance, 1)),
            ("kept", &self.number(kept)),
        ];
        self.count("study.progress.found", tested.len(), &values)
    }

    fn practice_table(&self, rows: &[OrganizationProgress]) -> Block {
        let sorted = in_order(rows, |row| row.practice.map(|found| found.p));
        let rows = sorted.into_iter().map(|row| {
            vec![
                self.name(row.organization).to_string().into(),
                row.students.into(),
                row.practice.map(|found| found.r).into(),
                row.practice.map(|found| found.p).into(),
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
            ],
            rows: rows.collect(),
            note: Some(self.word("study.practice.note")),
        })
    }

    fn practice_in_words(&self) -> String {
        let found: Vec<_> = self.writer.analysis.organization_progress.iter().filter_map(|row| row.practice).collect();
        if found.is_empty() {
            return self.word("study.practice.missing");
        }
        let clear = |sign: f64| self.number(found.iter().filter(|f| f.p < LEVEL && f.r * sign > 0.0).count());
        let by_chance = f64::from(u32::try_from(found.len()).unwrap_or(u32::MAX)) * LEVEL;
        let values =
            [("more", &*clear(1.0)), ("less", &clear(-1.0)), ("chance", &self.writer.words.decimal(by_chance, 1))];
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
