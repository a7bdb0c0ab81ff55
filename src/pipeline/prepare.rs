//! What each person should receive, as far as it can be known without sending: a function of the sources, the week and
//! what the ledger already knows. `plan` and `preview` stop here.

use super::{Asked, Read};
use crate::config::{Config, Kind, RulerKind};
use crate::delivery::Channel;
use crate::hash::Digest;
use crate::intake::quality;
use crate::ledger::{Key, Known, Ledger, Marks, Past};
use crate::notices::audience::Ties;
use crate::notices::{Decisions, Grounds, Invited, Notice, Scope, decide};
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::{Days, Mailer, Names, Post, Press, Templates, Typesetter, Writer};
use crate::scoring::{Analysis, Fact, Scores};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A week that is decided.
pub struct Prepared {
    /// The sources.
    pub read: Read,
    /// Members' days.
    pub facts: Vec<Fact>,
    /// The scores.
    pub scores: Scores,
    /// What else the window tells.
    pub analysis: Analysis,
    /// Who may hear of whom.
    pub ties: Ties,
    /// Who hears what.
    pub decisions: Decisions,
    /// Whether a ruler of an earlier run is in use.
    pub ruler_kept: bool,
    /// What reports look up by day.
    pub days: Days,
}

/// Templates and what works with them; made once for a command.
pub struct Workshop {
    /// The templates.
    pub templates: Templates,
    /// Typesets reports.
    pub typesetter: Typesetter,
    /// Composes mails.
    pub mailer: Mailer,
}

impl Workshop {
    /// Loads the templates that config names.
    ///
    /// # Errors
    /// A template that cannot be read or is wrong.
    pub fn open(config: &Config) -> Outcome<Self> {
        let templates = Templates::load(config.templates.as_deref())?;
        let typesetter = Typesetter::new(&templates)?;
        let mailer = Mailer::new(&templates, &config.sender)?;
        Ok(Self { templates, typesetter, mailer })
    }
}

/// What may be waived for one run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waived {
    /// A roster that lost many people since the last run.
    pub roster_loss: bool,
}

/// Reads the sources and makes sure that they can be what the school means.
///
/// # Errors
/// Whatever must stop a run before anything is planned.
pub fn believed(config: &Config, asked: &Asked) -> Outcome<Read> {
    let read = super::read(config, asked)?;
    let stops = stops(&read);
    if stops.is_empty() { Ok(read) } else { Err(Problems(stops)) }
}

/// Everything about the sources that must stop a run.
#[must_use]
pub fn stops(read: &Read) -> Vec<Problem> {
    let Read { config, intake, week } = read;
    let mut stops = quality::stops(intake, &config.limits, config.whole_organization);
    if stops.is_empty() {
        stops.extend(quality::no_evidence(intake, &config.calendar, *week, config.zone));
    }
    stops
}

/// The name under which a week's ruler is kept: its term's, or one for all time where there are no terms; none for a week
/// between terms, which uses its own window's.
#[must_use]
pub fn term(read: &Read) -> Option<String> {
    let calendar = &read.config.calendar;
    if calendar.terms.is_empty() {
        return Some("all".to_string());
    }
    calendar.term_of(read.week).map(|term| format!("{} {}", term.name, term.range.from))
}

/// The digest of everything in the method that a ruler depends on.
#[must_use]
pub fn method_digest(config: &Config) -> Digest {
    let m = &config.method;
    let parts = (m.scale, m.transform, m.blocks, m.active_by, m.window_weeks);
    let limits =
        (m.idle_minutes.to_bits(), m.session_minutes.to_bits(), config.calendar.week_start.num_days_from_monday());
    Digest::of(&[format!("{parts:?} {limits:?}").as_bytes()])
}

/// What the ledger knows of a week, if there is a ledger.
///
/// # Errors
/// The ledger cannot be read.
pub async fn known(ledger: Option<&mut Ledger>, read: &Read, channel: &str) -> Outcome<Known> {
    let known = match ledger {
        Some(ledger) => {
            let period = read.week.to_string();
            ledger.known(&period, channel, term(read).as_deref(), &method_digest(&read.config)).await?
        }
        None => Known::default(),
    };
    Ok(Known { contacts: known.contacts.with(&read.config.do_not_contact), ..known })
}

/// How the messages of a run are posted; in a trial, and wherever nothing is sent, links open nothing.
#[must_use]
pub fn post<'a>(config: &'a Config, channel: &'a Channel, marks: &'a Marks, now: DateTime<Utc>) -> Post<'a> {
    let redirect = channel.redirect();
    let in_earnest = redirect.is_none() && *marks != Marks::default();
    let (is_mailed, scope) = (channel.is_mailed(), Scope::default());
    Post { config, channel: channel.name(), redirect, marks, in_earnest, is_mailed, now, scope }
}

/// Decides a week.
///
/// # Errors
/// A roster that lost too many people since the last run, or a bug.
pub fn prepare(read: Read, known: &Known, scope: &Scope, waived: Waived, now: DateTime<Utc>) -> Outcome<Prepared> {
    let counts = read.intake.roster.counts();
    let loss = quality::roster_loss(&counts, &known.roster, read.config.limits.roster_loss_share);
    if !loss.is_empty() && !waived.roster_loss {
        return Err(Problems(loss));
    }
    let read = without_erased(read, known);
    let facts = super::count(&read)?;
    let (scores, analysis) = super::score(&read, &facts, known.ruler.as_ref());
    let ties = Ties::of(&read.intake.roster, read.week);
    let (config, roster, contacts) = (&read.config, &read.intake.roster, &known.contacts);
    let grounds = Grounds { config, roster, scores: &scores, ties: &ties, contacts, now };
    let mut decisions = decide(grounds, scope);
    if scope.only_tells() {
        // A digest of its own tells who got nothing and why, though it decides nothing about them.
        decisions.skips = decide(grounds, &Scope::whole(config, None)).skips;
    }
    keep_open(&mut decisions, &read, known);
    let days = Days::of(&read.intake.roster, &facts, &scores);
    let of_another_week = known.ruler_week.as_ref().is_some_and(|week| *week != read.week.to_string());
    let ruler_kept = read.config.method.ruler == RulerKind::Term && of_another_week;
    Ok(Prepared { read, facts, scores, analysis, ties, decisions, ruler_kept, days })
}

/// An invitation that was refused this week is not tried again by itself.
pub(super) fn keep_open(decisions: &mut Decisions, read: &Read, known: &Known) {
    decisions.invited.retain(|invited| {
        let key = invitation_key(read, invited, known.channel.as_str());
        known.messages.get(&key).is_none_or(|past| past.is_open(&known.contacts.marks().address(&invited.address)))
    });
}

/// Whoever was erased is nobody in this week, as long as the roster still has them.
pub(super) fn without_erased(mut read: Read, known: &Known) -> Read {
    for person in &mut read.intake.roster.people {
        if known.contacts.is_erased(&person.id) {
            person.active = false;
            (person.given_name, person.family_name, person.email) = (String::new(), String::new(), None);
        }
    }
    read
}

/// The key of an invitation.
#[must_use]
pub fn invitation_key(read: &Read, invited: &Invited, channel: &str) -> Key {
    let roster = &read.intake.roster;
    let child = &roster.people[invited.student];
    Key {
        kind: Kind::Invitation.name().to_string(),
        period: read.week.to_string(),
        organization: roster.organizations[child.organization].id.clone(),
        recipient: roster.people[invited.guardian].id.clone(),
        subject: child.id.clone(),
        channel: channel.to_string(),
    }
}

impl Prepared {
    /// What reports are written from, in config's language until another is chosen.
    #[must_use]
    pub fn writer<'a>(&'a self, names: &'a Names, workshop: &'a Workshop) -> Writer<'a> {
        Writer {
            roster: &self.read.intake.roster,
            scores: &self.scores,
            analysis: &self.analysis,
            names,
            method: &self.read.config.method,
            days: &self.days,
            words: workshop.templates.words(&self.read.config.language),
        }
    }

    /// What everybody is called in reports.
    #[must_use]
    pub fn names(&self, workshop: &Workshop) -> Names {
        Names::of(&self.read.intake.roster, &self.read.intake.activity.subjects, workshop.typesetter.fonts())
    }

    /// A press for this week.
    #[must_use]
    pub fn press<'a>(&'a self, workshop: &'a Workshop, documents: Option<&'a Path>, post: Post<'a>) -> Press<'a> {
        Press {
            config: &self.read.config,
            templates: &workshop.templates,
            typesetter: &workshop.typesetter,
            mailer: &workshop.mailer,
            ties: &self.ties,
            post,
            documents,
        }
    }

    /// How many messages a run would send.
    #[must_use]
    pub fn messages(&self, workshop: &Workshop, post: Post<'_>, known: &Known) -> usize {
        let names = self.names(workshop);
        let due = self.split(&self.press(workshop, None, post), &self.writer(&names, workshop), known).due;
        due.len() + self.decisions.invited.len()
    }

    /// Splits the notices into those that are to be planned and the keys of those that the ledger has already, so that
    /// what was sent is neither planned nor printed again.
    #[must_use]
    pub fn split(&self, press: &Press<'_>, writer: &Writer<'_>, known: &Known) -> Split {
        let mut split = Split::default();
        for notice in &self.decisions.notices {
            let key = press.key(writer, notice);
            let (address, _) = press.post.directed(&notice.address);
            let mark = known.contacts.marks().address(&address);
            let past = known.messages.get(&key);
            if past.is_none_or(|past| past.is_open(&mark)) {
                split.due.push(notice.clone());
            } else {
                let gone = past.is_some_and(Past::may_have_arrived);
                let counts = if gone { &mut split.already } else { &mut split.closed };
                *counts.entry(key.kind.clone()).or_default() += 1;
                split.kept.insert(key);
            }
        }
        split
    }
}

/// The notices of a week beside what the ledger knows.
#[derive(Debug, Default)]
pub struct Split {
    /// To be planned.
    pub due: Vec<Notice>,
    /// How many of each kind were sent, or may have been.
    pub already: BTreeMap<String, u64>,
    /// How many of each kind stay as they are: refused, too old, taken back.
    pub closed: BTreeMap<String, u64>,
    /// The keys of both.
    pub kept: BTreeSet<Key>,
}

/// What is wrong with a config under which nobody gets anything.
#[must_use]
pub fn nothing_scheduled(config: &Config) -> Option<Problem> {
    config.schedules.is_empty().then(|| {
        Problem::new(config.path.display().to_string(), "`schedules` is empty, so nobody gets anything")
            .hint("add `- {notice: teacher_report, to: [teachers]}` below `schedules:`")
    })
}
