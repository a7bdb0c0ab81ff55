//! A student's week for a parent or for the student: what was good, in warm and specific words, against their own usual
//! and nobody else's.

use super::charts::{self, Series};
use super::dates::{day_month_short, week_range};
use super::report::{Chart, Family, Good, Page, Report};
use super::writer::{Writer, rounded};
use crate::config::{Audience, RewardRule};
use crate::scoring::{Praise, StudentWeek, above, at_least};
use std::collections::BTreeSet;

const WEEKS_SHOWN: usize = 8;

/// Writes a student's week for guardians or for the student; none if the week earned nothing.
#[must_use]
pub fn write(writer: &Writer<'_>, student: usize, audience: Audience) -> Option<Report> {
    let own = Own::of(writer, student, audience)?;
    let (chart, charts) = own.chart().unzip();
    let family = Family {
        lang: writer.words.language().to_string(),
        title: own.say("title", &[]),
        organization: writer.names.organizations[writer.roster.people[student].organization].clone(),
        week: week_range(writer.words, writer.week()),
        headline: own.headline(),
        paragraphs: [Some(own.why()), own.school_days(), Some(own.say("act", &[]))].into_iter().flatten().collect(),
        good: Good { title: writer.words.word("family.good.title"), items: own.good() },
        chart,
        footnote: own.footnote(),
        closing: own.closing(),
        page_of: None,
    };
    Some(Report {
        page: Page::Family(Box::new(family)),
        charts: charts.into_iter().collect(),
        people: BTreeSet::from([student]),
    })
}

struct Own<'a> {
    writer: &'a Writer<'a>,
    student: usize,
    reader: &'static str,
    praise: Praise,
    now: &'a StudentWeek,
    weeks: &'a [StudentWeek],
}

impl<'a> Own<'a> {
    fn of(writer: &'a Writer<'a>, student: usize, audience: Audience) -> Option<Self> {
        let weeks = writer.scores.of_student(student);
        let now = weeks.last().filter(|row| row.week == writer.report())?;
        let reader = if audience == Audience::Students { "student" } else { "guardian" };
        Some(Self { writer, student, reader, praise: now.notice?, now, weeks })
    }

    fn child(&self) -> &str {
        &self.writer.names.given[self.student]
    }

    fn key(&self, part: &str) -> String {
        format!("family.{}.{}.{part}", self.reader, self.praise.name())
    }

    fn say(&self, part: &str, values: &[(&str, &str)]) -> String {
        let all: Vec<(&str, &str)> = values.iter().copied().chain([("child", self.child())]).collect();
        self.writer.words.say(&self.key(part), &all)
    }

    fn count(&self, part: &str, count: usize) -> String {
        let count = i64::try_from(count).unwrap_or_default();
        self.writer.words.count(&self.key(part), count, &[("child", self.child())])
    }

    /// Weeks in a row with activity, this one included.
    fn run(&self) -> usize {
        self.weeks.iter().rev().take_while(|row| row.is_active()).count()
    }

    fn away(&self) -> usize {
        self.weeks.iter().rev().skip(1).take_while(|row| !row.is_active()).count()
    }

    fn headline(&self) -> String {
        match self.praise {
            Praise::Steady => self.count("headline", self.run()),
            Praise::Reward | Praise::WelcomeBack => self.say("headline", &[]),
        }
    }

    fn why(&self) -> String {
        match (self.praise, self.writer.method.reward) {
            (Praise::Reward, RewardRule::OwnBest) => self.say("why.own_best", &[]),
            (Praise::Reward, RewardRule::BetterThanLastWeek) => self.say("why.better_than_last_week", &[]),
            (Praise::WelcomeBack, _) => self.count("why", self.away()),
            (Praise::Steady, _) => self.say("why", &[]),
        }
    }

    /// A reward compares two weeks, so it says when they were not alike.
    fn school_days(&self) -> Option<String> {
        (self.praise == Praise::Reward).then(|| self.writer.school_days()).flatten()
    }

    fn good(&self) -> Vec<String> {
        let words = self.writer.words;
        let before = self.weeks.len().checked_sub(2).map_or(0, |index| self.weeks[index].active_days);
        let days = i64::from(self.now.active_days);
        let mut items = vec![if before > 0 && self.now.active_days > before {
            words.count("family.good.days_up", days, &[("before", &words.number(before.into()))])
        } else {
            words.count("family.good.days", days, &[])
        }];
        let minutes = rounded(self.now.minutes);
        if minutes > 0 {
            items.push(words.count("family.good.minutes", minutes, &[]));
        }
        if self.now.answers > 0 {
            items.push(words.count("family.good.questions", self.now.answers.into(), &[]));
        }
        if self.run() > 1 && self.praise != Praise::Steady {
            items.push(words.count("family.good.weeks_in_a_row", i64::try_from(self.run()).unwrap_or_default(), &[]));
        }
        items
    }

    fn footnote(&self) -> String {
        let effort = self.writer.words.number(rounded(self.now.effort));
        self.writer.words.say(&format!("family.{}.footnote", self.reader), &[("effort", &effort)])
    }

    fn closing(&self) -> String {
        let organization = &self.writer.names.organizations[self.writer.roster.people[self.student].organization];
        self.writer.words.say(&format!("family.{}.closing", self.reader), &[("organization", organization)])
    }

    /// The own last weeks against the own usual.
    fn chart(&self) -> Option<(Chart, String)> {
        let words = self.writer.words;
        let shown = &self.weeks[self.weeks.len().saturating_sub(WEEKS_SHOWN)..];
        let usual = usual(&shown[..shown.len() - 1])?;
        let first = self.writer.scores.timeline.weeks()[shown[0].week].first();
        let series = Series {
            values: shown.iter().map(|row| row.is_active().then_some(row.effort)).collect(),
            labels: vec![(0, day_month_short(words, first)), (shown.len() - 1, words.word("chart.axis.this_week"))],
        };
        let axis = ["less", "usual", "more"].map(|level| words.word(&format!("chart.axis.{level}")));
        let points = self.writer.method.gain_points;
        let level = match self.now.effort {
            effort if above(effort, usual) && (self.praise == Praise::Reward || at_least(effort - usual, points)) => {
                &axis[2]
            }
            effort if above(usual, effort) && at_least(usual - effort, points) => &axis[0],
            _ => &axis[1],
        };
        let key = |part: &str| format!("chart.family.{}.{part}", self.reader);
        let values = [("child", self.child()), ("level", level.as_str())];
        let weeks = i64::try_from(shown.len()).unwrap_or_default();
        let chart = Chart {
            title: words.say(&key("title"), &values),
            alt: words.count(&key("alt"), weeks, &values),
            caption: words.say(&key("caption"), &values),
        };
        Some((chart, charts::own_weeks(&series, usual, axis.clone())))
    }
}

/// What is usual for a student: the median effort of the weeks with activity before this one; none without such a week.
fn usual(before: &[StudentWeek]) -> Option<f64> {
    let mut known: Vec<f64> = before.iter().filter(|row| row.is_active()).map(|row| row.effort).collect();
    known.sort_unstable_by(f64::total_cmp);
    let last = known.len().checked_sub(1)?;
    Some(f64::midpoint(known[last / 2], known[last.div_ceil(2)]))
}
