//! The administrators' digest, which tells how a run ended.

use super::Words;
use super::dates::{day_month, week_range};
use super::writer::{Writer, rounded};
use crate::calendar::Zone;
use crate::calendar::zone::local_day;
use crate::config::Kind;
use crate::intake::{Glimpse, Reject, Role, reject};
use crate::ledger::{Bar, State, Tally};
use crate::notices::{Skip, SkipReason};
use crate::problem::Problem;
use crate::scoring::rhythm::{WEEKS_FOR_A_VALLEY, usable_weeks};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How a run went, before its digest.
pub struct Story<'a> {
    /// Messages by kind, organization and state.
    pub tallies: &'a [Tally],
    /// Who got nothing and why.
    pub skips: &'a [Skip],
    /// Rows that were not believed.
    pub rejects: &'a [Reject],
    /// What each file looked like.
    pub glimpses: &'a [Glimpse],
    /// How mails left.
    pub way: Way<'a>,
    /// What went wrong with single reports.
    pub problems: &'a [Problem],
    /// Whether an earlier week's ruler is in use.
    pub ruler_kept: bool,
    /// Messages of earlier weeks that were never sent.
    pub late: u64,
    /// Who sends.
    pub sender: &'a str,
    /// The zone of dates.
    pub zone: Zone,
}

/// How mails left.
#[derive(Debug, Clone, Copy)]
pub enum Way<'a> {
    /// They were written to a folder.
    Folder(&'a str),
    /// They were mailed.
    Mailed,
    /// They were all mailed to one address.
    Redirected(&'a str),
}

const MOST_LISTED: usize = 8;

/// The context of a digest for all organizations, or for one.
#[must_use]
pub fn context(writer: &Writer<'_>, story: &Story<'_>, organization: Option<usize>) -> Value {
    let telling = Telling { writer, words: writer.words, story, organization };
    let words = writer.words;
    let name = organization.map(|own| writer.names.organizations[own].as_str());
    let why = match name {
        Some(name) => words.say("mail.footer.why.administrator_of", &[("organization", name)]),
        None => words.word("mail.footer.why.administrator"),
    };
    let general = organization.is_none();
    let sections = [
        Some(telling.messages()),
        Some(telling.attention()),
        Some(telling.skipped()),
        general.then(|| telling.rejects()),
        Some(telling.quiet()),
        general.then(|| telling.rewards()),
        telling.rhythm().filter(|_| general),
        general.then(|| telling.sources()),
        telling.notes(),
    ];
    let mut context = common(words, "digest", story.sender, &why);
    context["organization"] = json!(name);
    context["week"] = json!(week_range(words, writer.week()));
    context["headline"] = json!(telling.headline());
    context["paragraphs"] = json!(telling.paragraphs());
    context["sections"] = json!(sections.into_iter().flatten().collect::<Vec<_>>());
    context
}

/// What the mails to administrators have in common.
pub(super) fn common(words: &Words, kind: &str, sender: &str, why: &str) -> Value {
    json!({
        "lang": words.language(),
        "dir": words.direction(),
        "subject": words.word(&format!("mail.subject.{kind}")),
        "sender": sender,
        "title": words.word(&format!("{kind}.title")),
        "greeting": words.word("mail.greeting_plain"),
        "attachment_note": null,
        "closing": words.say("mail.closing", &[("sender", sender)]),
        "footer": [why],
    })
}

struct Telling<'a> {
    writer: &'a Writer<'a>,
    words: &'a Words,
    story: &'a Story<'a>,
    organization: Option<usize>,
}

impl Telling<'_> {
    fn concerns(&self, organization: usize) -> bool {
        self.organization.is_none_or(|own| own == organization)
    }

    fn tallies(&self) -> impl Iterator<Item = &Tally> {
        let own = self.organization.map(|own| self.writer.roster.organizations[own].id.as_str());
        let of_run = |tally: &&Tally| tally.kind != Kind::Digest.name() && tally.kind != Kind::Alarm.name();
        self.story.tallies.iter().filter(of_run).filter(move |tally| own.is_none_or(|own| tally.organization == own))
    }

    fn count(&self, states: &[State]) -> i64 {
        let counts = self.tallies().filter(|tally| states.contains(&tally.state)).map(|tally| tally.count);
        i64::try_from(counts.sum::<u64>()).unwrap_or(i64::MAX)
    }

    fn headline(&self) -> String {
        let open = self.count(&[State::Planned, State::Sending, State::Refused, State::Unknown]);
        let failed = open.max(i64::try_from(self.story.problems.len()).unwrap_or_default());
        match (failed, self.count(&[State::Sent])) {
            (0, 0) => self.words.word("digest.headline.nothing_due"),
            (0, _) => self.words.word("digest.headline.all_done"),
            (failed, _) => self.words.count("digest.headline.with_failures", failed, &[]),
        }
    }

    fn paragraphs(&self) -> Vec<String> {
        let sent = self.count(&[State::Sent]);
        let sentence = || match self.story.way {
            Way::Folder(folder) => self.words.count("digest.sentence.folder", sent, &[("folder", folder)]),
            Way::Mailed => self.words.count("digest.sentence.mailed", sent, &[]),
            Way::Redirected(address) => self.words.count("digest.sentence.redirected", sent, &[("address", address)]),
        };
        let mut paragraphs: Vec<String> = (sent > 0).then(sentence).into_iter().collect();
        let shown = self.story.problems.iter().take(MOST_LISTED).filter(|_| self.organization.is_none());
        paragraphs.extend(shown.map(|problem| format!("{}: {}", problem.place, problem.message)));
        paragraphs
    }

    fn section(&self, name: &str, head: &[&str], rows: &[Vec<String>], note: String) -> Value {
        let word = |part: &str| self.words.word(&format!("digest.section.{name}.{part}"));
        let note = (!rows.is_empty()).then_some(note);
        let empty = if rows.is_empty() { Some(word("empty")) } else { None };
        let head: Vec<String> = head.iter().map(|column| word(&format!("head.{column}"))).collect();
        json!({ "title": word("title"), "note": note, "head": head, "rows": rows, "empty": empty })
    }

    fn note(&self, name: &str) -> String {
        self.words.word(&format!("digest.section.{name}.note"))
    }

    fn messages(&self) -> Value {
        let shown = [State::Sent, State::Planned, State::Withheld, State::Refused, State::Unknown];
        let kinds: BTreeSet<&str> = self.tallies().map(|tally| tally.kind.as_str()).collect();
        let rows = kinds.into_iter().map(|kind| {
            let of = |state: State| {
                self.tallies().filter(|t| t.kind == kind && t.state == state).map(|t| t.count).sum::<u64>()
            };
            let counts = shown.map(|state| self.words.number(i64::try_from(of(state)).unwrap_or(i64::MAX)));
            [self.words.word(&format!("kind.{kind}"))].into_iter().chain(counts).collect()
        });
        let head = ["kind", "sent", "waiting", "withheld", "refused", "unknown"];
        self.section("messages", &head, &rows.collect::<Vec<_>>(), self.note("messages"))
    }

    /// Organizations whose effort fell by the configured points, or where nobody was active.
    fn attention(&self) -> Value {
        let report = self.writer.report();
        let scores = self.writer.scores;
        let rows = scores.organizations.iter().enumerate().filter(|(_, row)| row.week == report);
        let rows = rows.filter(|(_, row)| self.concerns(row.organization)).filter_map(|(index, row)| {
            let before = index.checked_sub(1).map(|before| &scores.organizations[before]);
            let before = before.filter(|other| other.organization == row.organization && other.week + 1 == row.week);
            let before = before.filter(|other| other.comparable_effort(row));
            let change = before.filter(|_| scores.told).map(|before| rounded(row.effort) - rounded(before.effort));
            let fell = change.is_some_and(|change| change <= -rounded(self.writer.method.gain_points));
            (fell || row.active == 0).then(|| {
                let undefined = || self.words.word("number.undefined");
                let effort = if scores.told { self.words.number(rounded(row.effort)) } else { undefined() };
                vec![
                    self.writer.names.organizations[row.organization].clone(),
                    format!("{} / {}", row.active, row.people),
                    effort,
                    change.map_or_else(undefined, |change| self.words.signed(change)),
                ]
            })
        });
        let head = ["organization", "active", "effort", "change"];
        self.section("attention", &head, &rows.collect::<Vec<_>>(), self.note("attention"))
    }

    fn skipped(&self) -> Value {
        let roster = self.writer.roster;
        let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        // Whoever was erased is not written down again.
        let told = |skip: &&Skip| skip.reason != SkipReason::Barred(Bar::Erased);
        let own = self.story.skips.iter().filter(|skip| self.concerns(roster.people[skip.person].organization));
        for skip in own.filter(told) {
            reasons.entry(skip.reason.name()).or_default().insert(&roster.people[skip.person].id);
        }
        if self.organization.is_none() {
            for (reason, ids) in [
                ("no_glyph", self.writer.names.by_id.iter().collect::<Vec<_>>()),
                ("several_organizations", roster.in_several.iter().collect()),
            ] {
                if !ids.is_empty() {
                    reasons.entry(reason).or_default().extend(ids.into_iter().map(String::as_str));
                }
            }
        }
        let rows = reasons.into_iter().map(|(reason, people)| {
            let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
            vec![self.words.word(&format!("digest.skip.{reason}")), self.words.number(count), self.some(&people)]
        });
        self.section("skipped", &["reason", "people", "who"], &rows.collect::<Vec<_>>(), self.note("skipped"))
    }

    /// The first few ids of many.
    fn some(&self, ids: &BTreeSet<&str>) -> String {
        let shown = ids.iter().take(MOST_LISTED).copied().collect::<Vec<_>>().join(", ");
        match ids.len().checked_sub(MOST_LISTED) {
            None | Some(0) => shown,
            Some(more) => {
                let more = self.words.count("digest.and_more", i64::try_from(more).unwrap_or(i64::MAX), &[]);
                format!("{shown} {more}")
            }
        }
    }

    fn rejects(&self) -> Value {
        let counts = reject::counts(self.story.rejects).into_iter();
        let rows = counts.map(|((file, reason), count)| {
            vec![file.to_string(), reason.to_string(), self.words.number(i64::try_from(count).unwrap_or(i64::MAX))]
        });
        let file = format!("{}/rejects.csv", self.writer.week());
        let note = self.words.say("digest.section.rejects.note", &[("file", &file)]);
        self.section("rejects", &["file", "reason", "rows"], &rows.collect::<Vec<_>>(), note)
    }

    fn quiet(&self) -> Value {
        let roster = self.writer.roster;
        let mut by_organization: BTreeMap<usize, (i64, i64, i64)> = BTreeMap::new();
        for quiet in &self.writer.scores.inactive {
            let person = &roster.people[quiet.person];
            if self.concerns(person.organization) {
                let counts = by_organization.entry(person.organization).or_default();
                counts.0 += i64::from(person.role == Role::Student);
                counts.1 += i64::from(person.role == Role::Teacher);
                counts.2 = counts.2.max(quiet.days);
            }
        }
        let rows = by_organization.into_iter().map(|(organization, (students, teachers, longest))| {
            vec![
                self.writer.names.organizations[organization].clone(),
                self.words.number(students),
                self.words.number(teachers),
                self.words.count("digest.days", longest, &[]),
            ]
        });
        let note = self.words.count("digest.section.quiet.note", self.writer.method.inactive_days, &[]);
        self.section("quiet", &["organization", "students", "teachers", "longest"], &rows.collect::<Vec<_>>(), note)
    }

    fn rewards(&self) -> Value {
        let summary = &self.writer.scores.summary;
        let sentence = match (summary.reward_share(), summary.chance_rate) {
            (Some(share), Some(chance)) if self.writer.scores.told => {
                let (share, chance) = (self.words.percent(share), self.words.percent(chance));
                self.words.say("digest.rewards", &[("share", &share), ("chance", &chance)])
            }
            _ => self.words.word("digest.rewards_unknown"),
        };
        json!({
            "title": self.words.word("digest.section.rewards.title"),
            "note": sentence, "head": [], "rows": [], "empty": null,
        })
    }

    /// The low weeks and the cycle of all organizations, with what the study advises; none while there are too few weeks.
    fn rhythm(&self) -> Option<Value> {
        let scores = self.writer.scores;
        let weeks = usable_weeks(&scores.timeline, self.writer.analysis.first_day);
        (weeks >= WEEKS_FOR_A_VALLEY).then_some(())?;
        let rows = self.writer.analysis.valleys.iter().map(|valley| {
            vec![
                day_month(self.words, scores.timeline.weeks()[valley.week].first()),
                self.words.number(valley.active.into()),
                self.words.decimal(valley.median, 0),
                self.words.whole_percent(valley.ratio),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let cycle = match scores.summary.cycle {
            Some(cycle) if cycle.is_peak => {
                let lag = i64::try_from(cycle.lag).unwrap_or_default();
                self.words.count("digest.rhythm.cycle", lag, &[("r", &self.words.decimal(cycle.r, 2))])
            }
            _ => self.words.word("digest.rhythm.no_cycle"),
        };
        let comes_round = scores.summary.cycle.is_some_and(|cycle| cycle.is_peak);
        let advice = (comes_round || !rows.is_empty()).then(|| self.words.word("digest.rhythm.advice"));
        let note = [Some(cycle), advice].into_iter().flatten().collect::<Vec<_>>();
        let note = note.join(&self.words.word("study.list.sentence"));
        let mut section = self.section("rhythm", &["week", "active", "median", "share"], &rows, String::new());
        section["note"] = json!(note);
        Some(section)
    }

    fn sources(&self) -> Value {
        let zone = self.story.zone;
        let rows = self.story.glimpses.iter().map(|glimpse| {
            let day = |time: i64| day_month(self.words, local_day(time, zone));
            let (from, to) = glimpse.span.map(|(from, to)| (day(from), day(to))).unwrap_or_default();
            let rows = self.words.number(i64::try_from(glimpse.rows).unwrap_or(i64::MAX));
            vec![glimpse.file.clone(), rows, from, to, format!("{} / {}", glimpse.found, glimpse.people)]
        });
        self.section(
            "sources",
            &["file", "rows", "from", "to", "found"],
            &rows.collect::<Vec<_>>(),
            self.note("sources"),
        )
    }

    fn notes(&self) -> Option<Value> {
        let scores = self.writer.scores;
        let mut notes = Vec::new();
        let last =
            self.story.glimpses.iter().filter_map(|glimpse| Some(local_day(glimpse.span?.1, self.story.zone))).max();
        let school_days = &scores.timeline.calendar().school_days;
        let last_school_day =
            self.writer.week().days().filter(|day| school_days.contains(&chrono::Datelike::weekday(day))).last();
        if let (Some(last), Some(due)) = (last, last_school_day)
            && last < due
        {
            notes.push(self.words.say("digest.note.data_end", &[("date", &day_month(self.words, last))]));
        }
        if self.story.late > 0 {
            let late = i64::try_from(self.story.late).unwrap_or(i64::MAX);
            notes.push(self.words.count("digest.note.late", late, &[]));
        }
        if scores.login_fallback {
            notes.push(self.words.word("digest.note.login_fallback"));
        }
        if self.story.ruler_kept {
            notes.push(self.words.word("digest.note.ruler_kept"));
        }
        if self.story.skips.iter().any(|skip| skip.reason == SkipReason::NotTold) || !scores.told {
            notes.push(self.words.word("digest.skip.not_told"));
        }
        let rows: Vec<Vec<String>> = notes.into_iter().map(|note| vec![note]).collect();
        (!rows.is_empty()).then(|| {
            json!({
                "title": self.words.word("digest.section.notes.title"),
                "note": null, "head": [], "rows": rows, "empty": null,
            })
        })
    }
}
