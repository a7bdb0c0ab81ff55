//! One organization in depth (the study's section 4.2).

use super::Study;
use super::paper::{Block, Section};

impl Study<'_> {
    /// The sections about one organization.
    pub(super) fn one(&self, organization: usize) -> Vec<Section> {
        let of = Some(organization);
        let opened = self.writer.roster.organizations[organization].opened;
        let end = self.writer.scores.report_week().map(crate::calendar::Week::last);
        if let Some(opened) = opened.filter(|opened| Some(*opened) > end && self.nobody(of)) {
            let text = self.say("study.opens_later", &[("date", &self.date(opened))]);
            return vec![self.section("use", vec![Block::Text(text)])];
        }
        if self.nobody(of) {
            return vec![self.section("use", vec![self.missing("active", "activity")])];
        }
        vec![
            self.section("use", vec![self.months_table(of), self.monthly(of), self.weekly(of), self.daily(of)]),
            self.section(
                "logins",
                vec![self.monthly_logins(of), self.daily_logins(organization), self.hourly(organization)],
            ),
            self.section("time", vec![self.time_spent(organization), self.class_time(organization)]),
            self.section("relation", self.outcomes(organization)),
        ]
    }

    fn outcomes(&self, organization: usize) -> Vec<Block> {
        if self.answers_of((Some(organization), None)).is_none() {
            return vec![self.missing("rates", "answers")];
        }
        vec![
            self.rates(Some(organization)),
            self.relations_of(organization),
            Block::Text(self.progress_of(organization)),
        ]
    }

    /// What may be said of the progress of an organization's students.
    pub(super) fn progress_of(&self, organization: usize) -> String {
        let own = self.writer.analysis.organization_progress.iter().find(|row| row.organization == organization);
        super::progress_sentence(self.writer.words, own)
    }
}
