//! A week for a teacher: how was the week, who needs me; the organization first, then a section for each class.
//!
//! No addressee is named, so that teachers of the same classes share one document.

use super::charts::{self, Series};
use super::class_answers::class_answers;
use super::dates::{day_month, day_month_short, week_range, weekday};
use super::report::{Attention, AttentionItem, Chart, Class, Page, Reading, Report, ScoreRow, Scores, Teacher};
use super::standing::{Standing, Status};
use super::writer::{Writer, rounded};
use crate::scoring::OrganizationWeek;
use std::collections::{BTreeMap, BTreeSet};

const MOST_ATTENTION: usize = 6;

/// A class to report on: its title and its students.
pub type Section = (String, BTreeSet<usize>);

/// Writes the week of an organization and of these classes; none if the organization has no row for the report week.
#[must_use]
pub fn write(writer: &Writer<'_>, organization: usize, sections: &[Section]) -> Option<Report> {
    let rows = writer.scores.of_organization(organization);
    let now = rows.last().filter(|row| row.week == writer.report())?;
    let before = rows.len().checked_sub(2).map(|index| &rows[index]).filter(|row| row.week + 1 == now.week);
    let people: BTreeSet<usize> = sections.iter().flat_map(|(_, students)| students.iter().copied()).collect();
    let standings = people.iter().map(|student| (*student, Standing::of(writer, *student))).collect();
    let own = Own { writer, organization, now, before, rows, standings };
    let (charts, mut drawn): (Vec<Chart>, Vec<String>) = own.charts().into_iter().unzip();
    let hours = own.hours().map(|(chart, svg)| {
        drawn.push(svg);
        chart
    });
    let words = writer.words;
    let teacher = Teacher {
        lang: words.language().to_string(),
        title: words.word("teacher.title"),
        organization: writer.names.organizations[organization].clone(),
        week: week_range(words, writer.week()),
        document_note: words.word("teacher.document_note"),
        page_of: words.word("teacher.page_of"),
        headline: own.headline(),
        sentences: own.sentences(),
        attention: own.attention(),
        scores: own.scores(),
        charts,
        hours,
        classes: sections.iter().map(|section| own.class(section)).collect(),
        reading: own.reading(),
    };
    Some(Report { page: Page::Teacher(Box::new(teacher)), charts: drawn, people })
}

/// Online minutes for each member who was active.
fn per_active(row: &OrganizationWeek) -> Option<f64> {
    (row.active > 0).then(|| row.using_time * f64::from(row.people) / f64::from(row.active))
}

struct Own<'a> {
    writer: &'a Writer<'a>,
    organization: usize,
    now: &'a OrganizationWeek,
    before: Option<&'a OrganizationWeek>,
    rows: &'a [OrganizationWeek],
    standings: BTreeMap<usize, Standing>,
}

impl Own<'_> {
    fn headline(&self) -> String {
        let words = self.writer.words;
        if self.now.active == 0 {
            return words.word("teacher.headline.nobody");
        }
        let (active, people) = (words.number(self.now.active.into()), words.number(self.now.people.into()));
        let Some((before, (week, holiday))) = self.before.zip(self.writer.week_before()) else {
            return words.say("teacher.headline.first", &[("active", &active), ("people", &people)]);
        };
        let change = i64::from(self.now.active) - i64::from(before.active);
        let key = match change {
            0 => "equal",
            1.. => "more",
            _ => "fewer",
        };
        let after = if holiday { "_after_holiday" } else { "" };
        let (count, date) = (words.number(change.abs()), day_month(words, week.first()));
        let values = [("active", active.as_str()), ("people", &people), ("count", &count), ("date", &date)];
        words.say(&format!("teacher.headline.{key}{after}"), &values)
    }

    fn sentences(&self) -> Vec<String> {
        let words = self.writer.words;
        if self.now.active == 0 {
            return vec![words.word("teacher.sentence.nobody")];
        }
        let sentence = |key: &str, count: i64| words.count(&format!("teacher.sentence.{key}"), count, &[]);
        let minutes = self.now.using_time * f64::from(self.now.people);
        let mut sentences: Vec<String> = self.before.and_then(|_| self.writer.school_days()).into_iter().collect();
        if rounded(minutes / 60.0) > 0 {
            sentences.push(sentence("time", rounded(minutes / 60.0)));
            sentences.push(sentence("each", rounded(minutes / f64::from(self.now.active))));
        }
        let questions = self.writer.days.questions(self.organization);
        if questions > 0 {
            sentences.push(sentence("questions", questions));
        }
        if let Some((day, people)) = self.writer.days.busiest(self.organization) {
            let day = weekday(words, day);
            sentences.push(words.count("teacher.sentence.busiest", people.into(), &[("weekday", &day)]));
        }
        for (key, status) in [("risen", Status::Risen), ("returned", Status::Returned), ("new", Status::New)] {
            let count = self.standings.values().filter(|standing| standing.status == status).count();
            // In the first week everybody is new, which says nothing.
            if count > 0 && (status != Status::New || self.before.is_some()) {
                sentences.push(sentence(key, i64::try_from(count).unwrap_or_default()));
            }
        }
        if !self.writer.scores.told {
            let weeks = self.writer.scores.weeks_with_activity;
            sentences.push(sentence("early", i64::try_from(weeks).unwrap_or_default()));
        }
        sentences
    }

    /// Those who need the teacher: some who have gone quiet, the latest first, and some whose effort fell; the lists below
    /// have them all.
    fn attention(&self) -> Attention {
        let words = self.writer.words;
        let (falling, mut quiet): (Vec<&Standing>, Vec<&Standing>) = self
            .in_order(self.standings.values())
            .into_iter()
            .filter(|standing| standing.status <= Status::Falling)
            .partition(|standing| standing.status == Status::Falling);
        quiet.sort_by_key(|standing| std::cmp::Reverse(self.writer.days.last_action(standing.student)));
        let fallen = falling.len().min(MOST_ATTENTION / 2).max(MOST_ATTENTION.saturating_sub(quiet.len()));
        let shown = quiet.iter().take(MOST_ATTENTION - fallen.min(falling.len())).chain(falling.iter().take(fallen));
        let item = |standing: &&Standing| {
            let name = self.writer.names.people[standing.student].clone();
            Some(AttentionItem { name, why: standing.attention(self.writer)? })
        };
        let mut items: Vec<AttentionItem> = shown.filter_map(item).collect();
        let more = i64::try_from(quiet.len() + falling.len() - items.len()).unwrap_or_default();
        if more > 0 {
            let name = words.count("teacher.attention.more", more, &[]);
            items.push(AttentionItem { name, why: words.word("teacher.attention.below") });
        }
        Attention { title: words.word("teacher.attention.title"), empty: words.word("teacher.attention.empty"), items }
    }

    /// The order in which a teacher should look: by status, the largest fall first, then by name.
    fn in_order<'s>(&self, standings: impl Iterator<Item = &'s Standing>) -> Vec<&'s Standing> {
        let mut all: Vec<&Standing> = standings.collect();
        all.sort_by_key(|standing| {
            let fall = if standing.status == Status::Falling { standing.change.unwrap_or(0) } else { 0 };
            (standing.status, fall, &self.writer.names.people[standing.student], standing.student)
        });
        all
    }

    fn scores(&self) -> Scores {
        let words = self.writer.words;
        let head = |key: &str| words.word(&format!("teacher.scores.head.{key}"));
        let (rows, note) = if self.writer.scores.told {
            (self.score_rows(), self.score_note())
        } else {
            (self.plain_rows(), "not_enough_weeks")
        };
        let last = match self.writer.week_before() {
            Some((week, true)) => {
                words.say("teacher.scores.head.week_of", &[("date", &day_month(words, week.first()))])
            }
            _ => head("last_week"),
        };
        Scores {
            title: words.word("teacher.scores.title"),
            head: [head("measure"), head("this_week"), last, head("change")],
            rows,
            note: Some(words.word(&format!("teacher.scores.note.{note}"))),
        }
    }

    fn score_note(&self) -> &'static str {
        match (self.now.vital, self.before) {
            (None, _) => "no_vital",
            (_, None) => "no_last_week",
            _ => "scale",
        }
    }

    fn score_rows(&self) -> Vec<ScoreRow> {
        let effort_note = if self.now.vital.is_some() { "note" } else { "note_health_alone" };
        vec![
            self.row("health", "note", |row| Some(row.health)),
            self.row("vital", "note", |row| row.vital),
            self.row("effort", effort_note, |row| Some(row.effort)),
        ]
    }

    fn plain_rows(&self) -> Vec<ScoreRow> {
        vec![self.row("people", "note", |row| Some(row.active.into())), self.row("minutes", "note", per_active)]
    }

    fn row(&self, key: &str, note: &str, value: impl Fn(&OrganizationWeek) -> Option<f64>) -> ScoreRow {
        let words = self.writer.words;
        let shown = |value: Option<f64>| {
            value.map_or_else(|| words.word("number.undefined"), |value| words.number(rounded(value)))
        };
        let (now, before) = (value(self.now), self.before.and_then(&value));
        // Health alone and the mean of health and vital are different things under one name.
        let comparable = key != "effort" || self.before.is_some_and(|before| before.comparable_effort(self.now));
        let change = now.zip(before).filter(|_| comparable).map(|(now, before)| rounded(now) - rounded(before));
        let change = change.map_or_else(|| words.word("number.undefined"), |change| words.signed(change));
        ScoreRow {
            label: words.word(&format!("teacher.scores.{key}.label")),
            note: words.word(&format!("teacher.scores.{key}.{note}")),
            cells: [shown(now), shown(before), change],
        }
    }

    fn charts(&self) -> Vec<(Chart, String)> {
        let second = if self.writer.scores.told {
            self.chart("effort", |row| Some(row.effort), charts::scores)
        } else {
            self.chart("minutes", per_active, charts::bars)
        };
        vec![self.chart("active", |row| Some(row.active.into()), charts::bars), second]
    }

    fn chart(
        &self,
        key: &str,
        value: impl Fn(&OrganizationWeek) -> Option<f64>,
        draw: impl Fn(&Series) -> String,
    ) -> (Chart, String) {
        let words = self.writer.words;
        let shown = self.writer.scores.window.clone();
        let of_week = |week: usize| self.rows.iter().find(|row| row.week == week).and_then(&value);
        let values: Vec<Option<f64>> = shown.clone().map(of_week).collect();
        let date = |week: usize| day_month_short(words, self.writer.scores.timeline.weeks()[week].first());
        let count = shown.len();
        let mut labels = vec![(count - 1, words.word("chart.axis.this_week"))];
        if count > 2 {
            labels.insert(0, (0, date(shown.start)));
        }
        let known = || values.iter().flatten().copied();
        let number = |value: f64| words.number(rounded(value));
        let shown = |value: Option<f64>| value.map_or_else(|| words.word("number.undefined"), number);
        let (highest, lowest) = (shown(known().reduce(f64::max)), shown(known().reduce(f64::min)));
        let this = shown(values.last().copied().flatten());
        let places = [("value", this.as_str()), ("highest", &highest), ("lowest", &lowest)];
        let chart = Chart {
            title: words.word(&format!("chart.{key}.title")),
            alt: words.count(&format!("chart.{key}.alt"), i64::try_from(count).unwrap_or_default(), &places),
            caption: words.word(&format!("chart.{key}.caption")),
        };
        (chart, draw(&Series { values, labels }))
    }

    /// When members were there this week; none if nobody was.
    fn hours(&self) -> Option<(Chart, String)> {
        let words = self.writer.words;
        let analysis = self.writer.analysis;
        let mut people = [[0_u32; 24]; 7];
        let from = analysis.hours.partition_point(|hour| hour.organization < self.organization);
        let own = analysis.hours[from..].iter().take_while(|hour| hour.organization == self.organization);
        for hour in own {
            let day = (analysis.days.date(hour.day) - self.writer.week().first()).num_days();
            if let Some(row) = usize::try_from(day).ok().and_then(|day| people.get_mut(day)) {
                row[hour.hour] += hour.people;
            }
        }
        let (day, hour, most) = people
            .iter()
            .enumerate()
            .flat_map(|(day, row)| row.iter().enumerate().map(move |(hour, people)| (day, hour, *people)))
            .reduce(|best, next| if next.2 > best.2 { next } else { best })?;
        let days: Vec<String> = self.writer.week().days().map(|day| weekday(words, day)).collect();
        let (from, to) = (hour.to_string(), (hour + 1).to_string());
        let places = [("weekday", days[day].as_str()), ("from", &from), ("to", &to)];
        let chart = Chart {
            title: words.word("chart.hours.title"),
            alt: words.count("chart.hours.alt", most.into(), &places),
            caption: words.count("chart.hours.caption", most.into(), &places),
        };
        let hours = [0, 6, 12, 18, 24].map(|hour: usize| (hour, hour.to_string()));
        (most > 0).then(|| (chart, charts::heat(&people, &days, &hours)))
    }

    fn class(&self, (title, students): &Section) -> Class {
        let words = self.writer.words;
        let own = self.in_order(students.iter().filter_map(|student| self.standings.get(student)));
        let active = own.iter().filter(|standing| standing.active).count();
        let active_text = words.number(i64::try_from(active).unwrap_or_default());
        let key = if active > 0 { "teacher.class.note" } else { "teacher.class.note_nobody" };
        let note = match own.len() {
            0 => words.word("teacher.class.empty"),
            count => words.count(key, i64::try_from(count).unwrap_or_default(), &[("active", &active_text)]),
        };
        let columns = if self.writer.scores.told { ["effort", "change"] } else { ["days", "minutes"] };
        let head = |key: &str| words.word(&format!("teacher.class.head.{key}"));
        Class {
            title: title.clone(),
            note,
            answers: class_answers(self.writer, self.organization, students),
            head: [head("student"), head("status"), head(columns[0]), head(columns[1]), head("driver")],
            rows: own.iter().map(|standing| standing.cells(self.writer)).collect(),
            marks: own.iter().map(|standing| standing.status.mark()).collect(),
        }
    }

    fn reading(&self) -> Reading {
        let words = self.writer.words;
        let points = self.writer.method.gain_points.to_string();
        let days = self.writer.method.inactive_days.to_string();
        let line = |key: &str| words.say(&format!("teacher.reading.{key}"), &[("points", &points), ("days", &days)]);
        let keys: &[&str] = if self.writer.scores.told {
            &["effort", "change", "quiet", "order", "empty", "data"]
        } else {
            &["early", "quiet", "order", "empty", "data"]
        };
        Reading { title: words.word("teacher.reading.title"), lines: keys.iter().map(|key| line(key)).collect() }
    }
}
