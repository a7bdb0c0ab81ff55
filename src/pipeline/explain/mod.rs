//! Everything that led to a person being told something, or not: from the rows of the sources to the server's reply.
//!
//! The numbers are computed anew. Where a run told something, its own reason stands beside them, so that data that changed
//! since are seen.

mod shapes;

pub use shapes::{Day, Explained, Explanation, Scored, Sent, Then, Who};

use super::prepare::{self, Prepared, Waived};
use super::retention::own_rows;
use super::{Asked, due};
use crate::calendar::{Week, Zone};
use crate::config::{Audience, Config, ConsentRule, Kind, RulerKind};
use crate::delivery::Channel;
use crate::intake::trace::{Trace, Traced, trace};
use crate::intake::{Person, Role};
use crate::ledger::{Choice, Contacts, Entry, Known, Ledger, Settlement};
use crate::notices::explain::{Account, Verdict, accounts};
use crate::notices::{Grounds, Scope};
use crate::problem::{Outcome, Problem, nearest};
use crate::scoring::facts::minutes;
use crate::scoring::{Fact, StudentWeek};
use chrono::{DateTime, Utc};
use polars::prelude::Column;
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

/// Explains a person's week.
///
/// # Errors
/// Sources that cannot be believed, a ledger that cannot be read, or nobody of this id.
pub fn explain(config: &Config, runtime: &Runtime, asked: &Asked, id: &str) -> Outcome<Explanation> {
    let read = super::read(config, asked)?;
    let mut ledger = runtime.block_on(Ledger::look(&config.state))?;
    let channel = Channel::of(config, None)?;
    let known = runtime.block_on(prepare::known(ledger.as_mut(), &read, channel.name()))?;
    let scope = Scope::whole(&read.config, None);
    let prepared = prepare::prepare(read, &known, &scope, Waived { roster_loss: true }, asked.now)?;
    let roster = &prepared.read.intake.roster;
    let names = roster.names_in_activity();
    let by_name = || names.iter().position(|name| name.is_some_and(|name| name == id)).filter(|_| !id.is_empty());
    let index = roster.people.iter().position(|person| person.id == id).or_else(by_name);
    // Whoever is asked for by the name in the logs has messages under the id.
    let id = index.map_or(id, |index| roster.people[index].id.as_str());
    let (entries, settlements) = match &mut ledger {
        Some(ledger) => runtime.block_on(past(ledger, id, prepared.read.week, channel.name()))?,
        None => (Vec::new(), Vec::new()),
    };
    let telling = Telling { prepared: &prepared, known: &known, now: asked.now, settlements: &settlements };
    match index {
        Some(index) => telling.of(index, entries, asked),
        None => telling.of_stranger(id, entries, asked),
    }
}

/// Messages of the week and what became of its occasions.
async fn past(ledger: &mut Ledger, id: &str, week: Week, channel: &str) -> Outcome<(Vec<Entry>, Vec<Settlement>)> {
    let of_week = Choice { period: Some(week.to_string()), ..Choice::default() };
    let entries = ledger.entries(&of_week).await?.into_iter();
    let own = entries.filter(|entry| {
        entry.key.recipient == id || entry.key.subject == id || entry.key.kind == Kind::TeacherReport.name()
    });
    Ok((own.collect(), ledger.settlements(channel, Some(week), 1000).await?))
}

struct Telling<'a> {
    prepared: &'a Prepared,
    known: &'a Known,
    now: DateTime<Utc>,
    settlements: &'a [Settlement],
}

impl Telling<'_> {
    fn config(&self) -> &Config {
        &self.prepared.read.config
    }

    fn contacts(&self) -> &Contacts {
        &self.known.contacts
    }

    fn zone(&self, person: &Person) -> Zone {
        self.prepared.read.intake.roster.zone(person.organization, self.config().zone)
    }

    fn of(&self, index: usize, entries: Vec<Entry>, asked: &Asked) -> Outcome<Explanation> {
        let read = &self.prepared.read;
        let person = &read.intake.roster.people[index];
        let name = read.intake.roster.names_in_activity()[index].map(ToString::to_string);
        let traced = Traced { id: person.id.clone(), name, zone: self.zone(person), week: read.week };
        let last_week = asked.last_complete_week(&read.config);
        let mut explanation =
            self.frame(self.who(index), trace(&read.config, last_week, &traced, &read.intake.rejects)?);
        explanation.days = self.days(index);
        let scores = &self.prepared.scores;
        let rows = scores.of_student(index);
        let now = rows.iter().find(|row| row.week + 1 == scores.timeline.len());
        explanation.score = now.filter(|row| row.is_active()).map(|row| self.scored(row));
        let weeks = scores.timeline.weeks();
        let before = rows
            .iter()
            .filter(|row| row.week + 1 < weeks.len())
            .map(|row| (weeks[row.week].first(), row.is_active().then_some(row.effort)));
        explanation.before = before.collect();
        explanation.quiet_days = scores.inactive.iter().find(|quiet| quiet.person == index).map(|quiet| quiet.days);
        let grounds = Grounds {
            config: &read.config,
            roster: &read.intake.roster,
            scores,
            ties: &self.prepared.ties,
            contacts: self.contacts(),
            now: self.now,
        };
        let mut entries = entries;
        for account in accounts(grounds, &self.prepared.decisions, index) {
            explanation.notices.push(self.explained(&account, &mut entries));
        }
        let told = explanation.notices.iter().filter(|notice| notice.subject == person.id);
        let run = told.flat_map(|notice| &notice.messages).map(|message| message.run).max();
        explanation.then = run.map(|run| self.then(run, &person.id)).transpose()?.flatten();
        let own = entries.into_iter().filter(|e| e.key.recipient == person.id || e.key.subject == person.id);
        explanation.others = own.map(sent).collect();
        Ok(explanation)
    }

    /// What the run that told of the week kept of this student.
    fn then(&self, run: i64, person: &str) -> Outcome<Option<Then>> {
        let path = self.config().state.join("runs").join(run.to_string()).join("students.parquet");
        if !path.exists() {
            return Ok(None);
        }
        let Some(own) = own_rows(&path, person)? else { return Ok(None) };
        let week = self.prepared.read.week.to_string();
        let row = |index: usize| -> BTreeMap<String, String> {
            let cell = |column: &Column| {
                let value = column.get(index).map(|value| value.str_value().into_owned()).unwrap_or_default();
                (column.name().to_string(), value)
            };
            own.columns().iter().map(cell).collect()
        };
        let rows = (0..own.height()).map(row);
        let of_week = rows.into_iter().find(|row| row.get("week").is_some_and(|own| *own == week));
        Ok(of_week.map(|row| Then { run, row }))
    }

    /// Somebody whom the roster does not have, but the activity or the ledger may.
    fn of_stranger(&self, id: &str, entries: Vec<Entry>, asked: &Asked) -> Outcome<Explanation> {
        let read = &self.prepared.read;
        let traced = Traced { id: id.to_string(), name: Some(id.to_string()), zone: read.config.zone, week: read.week };
        let last_week = asked.last_complete_week(&read.config);
        let rows = trace(&read.config, last_week, &traced, &read.intake.rejects)?;
        let acted = rows.iter().any(|trace| trace.rows > 0);
        let own: Vec<Entry> = entries.into_iter().filter(|e| e.key.recipient == id || e.key.subject == id).collect();
        let administrators = read.config.administrators.len();
        let is_configured = (1..=administrators).any(|number| id == format!("administrator-{number}"));
        if id.is_empty() || (!acted && own.is_empty() && !is_configured) {
            let ids = read.intake.roster.people.iter().map(|person| person.id.as_str());
            let problem =
                Problem::new(id, "nobody of this id is on the roster, in the activity, or in the ledger's week");
            return Err(match nearest(id, ids) {
                Some(near) => problem.hint(format!("did you mean `{near}`? Ids are those of the roster")),
                None => problem.hint("ids are those of the roster: `sourcedId` in users.csv"),
            }
            .into());
        }
        let note = if is_configured {
            "is one of `administrators` in config.yaml, who hear how the runs went and of no single child"
        } else if acted {
            "acts in the logs and is not on the roster, so nothing is computed and nobody hears of it"
        } else {
            "is not on the roster any more, so nothing new is decided"
        };
        let who = Who { id: id.to_string(), notes: vec![note.to_string()], ..Who::default() };
        let mut explanation = self.frame(who, rows);
        explanation.others = own.into_iter().map(sent).collect();
        Ok(explanation)
    }

    fn frame(&self, person: Who, rows: Vec<Trace>) -> Explanation {
        Explanation {
            week: self.prepared.read.week.first(),
            person,
            rows,
            days: Vec::new(),
            score: None,
            before: Vec::new(),
            then: None,
            quiet_days: None,
            notices: Vec::new(),
            others: Vec::new(),
        }
    }

    fn who(&self, index: usize) -> Who {
        let read = &self.prepared.read;
        let roster = &read.intake.roster;
        let person = &roster.people[index];
        let id = |index: usize| roster.people[index].id.as_str();
        let mut ties: Vec<String> = Vec::new();
        for tie in &roster.guardianships {
            if tie.student == index {
                ties.push(format!("guardian {}", id(tie.guardian)));
            } else if tie.guardian == index {
                ties.push(format!("child {}", id(tie.student)));
            }
        }
        let own = roster.enrollments.iter().filter(|enrollment| enrollment.person == index);
        let own = own.filter(|enrollment| enrollment.holds_on(read.week.last()));
        ties.extend(own.map(|enrollment| format!("class {}", roster.classes[enrollment.class].id)));
        let mut notes = Vec::new();
        if self.contacts().is_erased(&person.id) {
            notes.push("was erased, so nothing is computed or told".to_string());
        }
        if !self.prepared.scores.told {
            notes.push("there are fewer than 4 weeks of data, so no scores are told yet".to_string());
        }
        Who {
            id: person.id.clone(),
            name: called(person),
            role: Some(person.role.name()),
            organization: roster.organizations[person.organization].id.clone(),
            zone: self.zone(person).name().to_string(),
            is_there: if person.role.is_member() { person.is_member_in(read.week) } else { person.active },
            joined: person.joined,
            left: person.left,
            ties,
            notes,
        }
    }

    fn days(&self, index: usize) -> Vec<Day> {
        let week = self.prepared.read.week;
        let of_week = |fact: &&Fact| fact.person == index && week.first() <= fact.day && fact.day <= week.last();
        let day = |fact: &Fact| Day {
            day: fact.day,
            log_ins: fact.logins,
            actions: fact.actions,
            minutes: minutes(fact.online),
            class_minutes: minutes(fact.in_class),
            answers: fact.answers,
            right: fact.correct,
        };
        self.prepared.facts.iter().filter(of_week).map(day).collect()
    }

    fn scored(&self, row: &StudentWeek) -> Scored {
        let (scores, method) = (&self.prepared.scores, &self.config().method);
        let (days, time) = row.health_measures(method);
        let (steadiness, answers) = row.vital_measures(method);
        let ruler = match &self.known.ruler_week {
            _ if method.ruler == RulerKind::Fixed => "of the dates that config fixes".to_string(),
            Some(week) if method.ruler == RulerKind::Term => format!("kept for the term since the week of {week}"),
            _ => "of the window of this week".to_string(),
        };
        Scored {
            active_days: row.active_days,
            minutes: row.minutes,
            steadiness: row.steadiness,
            answers: row.answers,
            health_parts: scores.ruler.student_health.parts(days, time),
            vital_parts: scores.ruler.student_vital.parts(steadiness, answers),
            health: row.health,
            vital: row.vital,
            effort: row.effort,
            gain: row.gain,
            ruler,
            told: scores.told,
        }
    }

    fn explained(&self, account: &Account, entries: &mut Vec<Entry>) -> Explained {
        let roster = &self.prepared.read.intake.roster;
        let recipient = &roster.people[account.recipient];
        let subject = match account.about {
            Some(student) => roster.people[student].id.clone(),
            None => roster.organizations[recipient.organization].id.clone(),
        };
        let is_this = |entry: &Entry| {
            entry.key.channel == self.known.channel
                && entry.key.kind == account.kind.name()
                && entry.key.recipient == recipient.id
                && entry.key.subject == subject
        };
        let (own, others): (Vec<Entry>, Vec<Entry>) = std::mem::take(entries).into_iter().partition(is_this);
        *entries = others;
        Explained {
            kind: account.kind.name(),
            audience: account.audience.name(),
            recipient: recipient.id.clone(),
            about: match account.about {
                Some(student) => called(&roster.people[student]),
                None => roster.organizations[recipient.organization].name.clone(),
            },
            verdict: account.verdict.name(),
            words: account.verdict.in_words(),
            conditions: account.conditions.clone(),
            consent: self.consent(account),
            occasions: if account.verdict == Verdict::NotScheduled { Vec::new() } else { self.occasions(account) },
            messages: own.into_iter().map(sent).collect(),
            subject,
        }
    }

    fn consent(&self, account: &Account) -> Option<&'static str> {
        let people = &self.prepared.read.intake.roster.people;
        let (guardian, child) = (&people[account.recipient], &people[account.about?]);
        let contacts = self.contacts();
        match (account.audience, guardian.role) {
            (Audience::Guardians, Role::Guardian) if contacts.declined(&guardian.id, &child.id) => Some("declined"),
            (Audience::Guardians, Role::Guardian) if contacts.accepted(&guardian.id, &child.id) => Some("accepted"),
            (Audience::Guardians, Role::Guardian) if contacts.was_asked(&guardian.id, &child.id) => Some("asked"),
            (Audience::Guardians, Role::Guardian) if self.config().consent.guardians == ConsentRule::Accepted => {
                Some("never asked")
            }
            _ => None,
        }
    }

    /// When the schedules of a notice were, or will be, due for this week, and what became of that.
    fn occasions(&self, account: &Account) -> Vec<String> {
        let config = self.config();
        let subject = account.about.unwrap_or(account.recipient);
        let zone = self.zone(&self.prepared.read.intake.roster.people[subject]);
        let own = config.schedules.iter().filter(|s| s.notice == account.kind && s.to.contains(&account.audience));
        own.map(|schedule| {
            let zone = schedule.zone.unwrap_or(zone);
            let week = self.prepared.read.week;
            let settled = self.settlements.iter().find(|one| one.schedule == schedule.name && one.zone == zone);
            let local = |at: DateTime<Utc>| at.with_timezone(&zone).format("%A %Y-%m-%d %H:%M %Z").to_string();
            if let Some(one) = settled {
                let run = one.run.map(|run| format!(", run {run}")).unwrap_or_default();
                return format!("{}, {}: {}{run}", schedule.name, local(one.occasion.at), one.outcome);
            }
            let look = due::look_at(schedule, config, zone);
            let from = crate::calendar::zone::end_of(week, zone) - chrono::Duration::seconds(1);
            let next =
                look.next(from).take(LOOKED_AHEAD).find(|occasion| occasion.week == week && !look.rests(*occasion));
            match next {
                Some(next) if next.at > self.now => format!("{}, {}: still to come", schedule.name, local(next.at)),
                Some(next) => format!("{}, {}: not run by itself", schedule.name, local(next.at)),
                None => format!("{}: has no occasion for this week", schedule.name),
            }
        })
        .collect()
    }
}

/// The given name, else the whole name, else the id.
fn called(person: &Person) -> String {
    let names = [person.given_name.clone(), person.name(), person.id.clone()];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// How many occasions after a week are looked at for one that reports it.
const LOOKED_AHEAD: usize = 60;

fn sent(entry: Entry) -> Sent {
    Sent {
        number: entry.number,
        kind: entry.key.kind,
        recipient: entry.key.recipient,
        subject: entry.key.subject,
        channel: entry.key.channel,
        state: entry.state.name(),
        cause: entry.cause.name(),
        reason: entry.reason,
        reply: entry.outcome,
        attempts: entry.attempts,
        run: entry.run,
        changed: entry.changed,
    }
}
