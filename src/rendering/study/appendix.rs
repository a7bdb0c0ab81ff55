//! The appendices: how the numbers are made with the parameters used, what they cannot say, and how good the data are.

use super::Study;
use super::paper::{Block, Column, Grid, MOST_ROWS, Section, Shown};
use crate::calendar::zone::local_day;
use crate::config::{ActiveBy, Blocks, RewardRule, Scale};
use crate::intake::reject;
use crate::scoring::tables::Cell;

const LIMITS: usize = 7;

impl Study<'_> {
    /// The appendices of the study of all organizations, or of one, which shows no scores.
    pub(super) fn appendices(&self, organization: Option<usize>) -> Vec<Section> {
        let section = |key: &str, blocks| Section { appendix: true, ..self.section(key, blocks) };
        vec![section("method", self.method(organization.is_none())), section("quality", self.quality(organization))]
    }

    fn method(&self, with_scores: bool) -> Vec<Block> {
        let method = self.writer.method;
        let facts = if self.writer.scores.active_by == ActiveBy::Login { "facts_login" } else { "facts" };
        let ruler = if method.scale == Scale::Phi { "ruler_phi" } else { "ruler_minmax" };
        let maintenance = if method.blocks == Blocks::Weeks { "maintenance_weeks" } else { "maintenance_months" };
        let scores = ["weeks", ruler, "health", maintenance, "vital", "shares"];
        let outcomes = ["difficulty", "progress", "welch", "paired", "bh", "pearson", "rates", "mann_kendall", "sen"];
        let rhythm = ["activation", "valley", "cycle", "praise"];
        let all = |ids: &[&'static str]| if with_scores { ids.to_vec() } else { Vec::new() };
        let ids = [vec!["online", facts], all(&scores), outcomes.to_vec(), all(&rhythm)];
        let mut blocks = vec![self.parameters()];
        blocks.extend(ids.into_iter().flatten().map(|id| self.formula(id)));
        blocks.push(Block::Heading(self.word("study.method.limits.title")));
        blocks.push(Block::List((1..=LIMITS).map(|n| self.word(&format!("study.method.limits.{n}"))).collect()));
        blocks
    }

    fn formula(&self, id: &'static str) -> Block {
        let method = self.writer.method;
        let places = [
            ("idle_minutes", method.idle_minutes.to_string()),
            ("session_minutes", method.session_minutes.to_string()),
            ("weeks", self.writer.analysis.weeks.len().to_string()),
        ];
        let places: Vec<(&str, &str)> = places.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let key = |part: &str| format!("study.method.{id}.{part}");
        let optional = |part: &str| self.writer.words.has(&key(part)).then(|| self.say(&key(part), &places));
        Block::Formula {
            id,
            title: self.word(&key("title")),
            text: self.say(&key("text"), &places),
            alt: self.say(&key("alt"), &places),
            places: optional("where"),
            source: optional("source"),
        }
    }

    /// The settings that the numbers were made with, by their names in config.yaml.
    fn parameters(&self) -> Block {
        let method = self.writer.method;
        let name = |value: &dyn std::fmt::Debug| words_of(&format!("{value:?}"));
        let scores = self.writer.scores;
        let rows = [
            ("scale", name(&method.scale)),
            ("transform", name(&method.transform)),
            ("blocks", name(&method.blocks)),
            ("active_by", name(&scores.active_by)),
            ("reward", name(&method.reward)),
            ("ruler", name(&method.ruler)),
            ("window_weeks", method.window_weeks.to_string()),
            ("idle_minutes", method.idle_minutes.to_string()),
            ("session_minutes", method.session_minutes.to_string()),
            ("inactive_days", method.inactive_days.to_string()),
            ("gain_points", method.gain_points.to_string()),
        ];
        let used = |key: &str| key != "gain_points" || method.reward == RewardRule::OwnBest;
        let rows = rows.into_iter().filter(|(key, _)| used(key)).map(|(key, value)| {
            let meaning = self.word(&format!("study.parameters.{key}"));
            vec![Cell::from(key), value.into(), meaning.into()]
        });
        self.table("parameters", &["key", "value", "meaning"], rows.collect(), None)
    }

    /// The data and their quality; in the study of one organization without the names of files, which may be others'.
    fn quality(&self, organization: Option<usize>) -> Vec<Block> {
        if organization.is_some() {
            return vec![Block::Text(self.rows()), Block::Text(self.quality_note())];
        }
        let files = self.glimpses.iter().map(|glimpse| {
            let (from, to) =
                glimpse.span.map(|(from, to)| (local_day(from, self.zone), local_day(to, self.zone))).unzip();
            let count = |count: u64| Cell::from(i64::try_from(count).unwrap_or(i64::MAX));
            vec![
                short(&glimpse.file).into(),
                count(glimpse.rows),
                count(glimpse.rejected),
                from.into(),
                to.into(),
                count(glimpse.found),
                count(glimpse.people),
            ]
        });
        let sources = self.table(
            "sources",
            &["file", "rows", "rejected", "from", "to", "on_roster", "people"],
            files.collect(),
            Some(self.quality_note()),
        );
        let counts = reject::counts(self.rejects);
        if counts.is_empty() {
            return vec![sources, Block::Text(self.word("study.quality.no_rejects"))];
        }
        let rows = counts.into_iter().map(|((file, reason), count)| {
            vec![short(file).into(), Cell::from(reason.to_string()), i64::try_from(count).unwrap_or(i64::MAX).into()]
        });
        vec![sources, self.table("rejects", &["file", "reason", "count"], rows.collect(), None)]
    }

    fn quality_note(&self) -> String {
        let summary = &self.writer.scores.summary;
        let values = [
            ("duplicates", &*self.number(summary.duplicates)),
            ("unknown", &self.number(summary.unknown_people)),
            ("roster", &self.number(summary.roster_people)),
        ];
        self.say("study.quality.note", &values)
    }

    fn table(
        &self,
        key: &'static str,
        columns: &[&'static str],
        rows: Vec<Vec<Cell<'static>>>,
        note: Option<String>,
    ) -> Block {
        let column = |name: &&'static str| Column {
            name,
            head: self.word(&format!("study.{key}.head.{name}")),
            shown: Shown::Plain,
        };
        Block::Table(Grid {
            name: key,
            caption: self.word(&format!("study.{key}.caption")),
            columns: columns.iter().map(column).collect(),
            rows,
            most_rows: MOST_ROWS,
            note,
        })
    }
}

/// A file by its own name: where it lies is nobody else's concern.
fn short(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_string()
}

/// A name of the code as config.yaml writes it: `BetterThanLastWeek` is `better_than_last_week`.
fn words_of(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
