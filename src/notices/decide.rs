//! Who hears what this week, and who does not and why.

use super::Scope;
use super::audience::Ties;
use crate::calendar::Zone;
use crate::config::{Audience, Config, ConsentRule, Kind};
use crate::intake::{Role, Roster};
use crate::ledger::{Bar, Contacts};
use crate::scoring::{Praise, Scores, StudentWeek};
use chrono::{DateTime, NaiveDate, Utc};
use lettre::Address;
use std::collections::BTreeMap;

/// What a report is about. Reports with equal content, language and kind are one document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// These classes of an organization, in order of id.
    Classes {
        /// The organization that the report begins with.
        organization: usize,
        /// The classes.
        classes: Vec<usize>,
    },
    /// All students of an organization that has no classes.
    Whole {
        /// The organization.
        organization: usize,
    },
    /// One student, in words for one audience.
    Student {
        /// The student.
        student: usize,
        /// Who reads it.
        audience: Audience,
    },
}

/// A decision to tell one recipient about one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The kind.
    pub kind: Kind,
    /// Who gets it: an index into the roster.
    pub recipient: usize,
    /// Where.
    pub address: String,
    /// In which language.
    pub language: String,
    /// What about.
    pub content: Content,
    /// Why.
    pub reason: String,
}

impl Notice {
    /// As what the recipient gets it.
    #[must_use]
    pub fn audience(&self) -> Audience {
        if let Content::Student { audience, .. } = self.content { audience } else { Audience::Teachers }
    }

    /// The student whom it is about; none: the organization.
    #[must_use]
    pub fn student(&self) -> Option<usize> {
        if let Content::Student { student, .. } = self.content { Some(student) } else { None }
    }
}

/// Why somebody gets nothing that others in their place do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// No address on the roster, or one that is none.
    NoAddress,
    /// A teacher without classes.
    NoClasses,
    /// No guardian has an address.
    NoGuardianAddress,
    /// Another guardian of the same child has the same address.
    SameAddress,
    /// There are no scores to tell yet.
    NotTold,
    /// The organization has no weeks yet.
    NotOpen,
    /// The student is of age, so guardians hear nothing.
    OfAge,
    /// The guardian has not accepted.
    NotAccepted,
    /// Nothing may be written to or about them.
    Barred(Bar),
}

impl SkipReason {
    /// The name in the catalogue of words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::NoClasses => "no_classes",
            Self::NoGuardianAddress => "no_guardian_address",
            Self::SameAddress => "same_address",
            Self::NotTold => "not_told",
            Self::NotOpen => "not_open",
            Self::OfAge => "of_age",
            Self::NotAccepted => "not_accepted",
            Self::Barred(Bar::Erased) => "erased",
            Self::Barred(Bar::DoNotContact) => "do_not_contact",
            Self::Barred(Bar::Unsubscribed) => "unsubscribed",
            Self::Barred(Bar::Complained) => "complained",
            Self::Barred(Bar::NoSuchAddress) => "no_such_address",
        }
    }
}

/// A decision not to tell somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skip {
    /// The kind of notice.
    pub kind: Kind,
    /// Why not.
    pub reason: SkipReason,
    /// Who would have got it, or whose family would have.
    pub person: usize,
    /// The student whom it would have been about; none: the organization.
    pub about: Option<usize>,
}

/// A guardian who is to be asked whether they want to hear of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The guardian.
    pub guardian: usize,
    /// The child.
    pub student: usize,
    /// Where.
    pub address: String,
}

/// All decisions of a week.
#[derive(Debug, Default)]
pub struct Decisions {
    /// Who hears what.
    pub notices: Vec<Notice>,
    /// Who is asked first.
    pub invited: Vec<Invited>,
    /// Who does not, and why.
    pub skips: Vec<Skip>,
}

/// What is decided upon.
#[derive(Clone, Copy)]
pub struct Grounds<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Who there is.
    pub roster: &'a Roster,
    /// What they did.
    pub scores: &'a Scores,
    /// Who may hear of whom.
    pub ties: &'a Ties,
    /// Who must not be written to, and who said that they want to be.
    pub contacts: &'a Contacts,
    /// The instant of the run.
    pub now: DateTime<Utc>,
}

/// Decides the week of all that a run is about.
#[must_use]
pub fn decide(grounds: Grounds<'_>, scope: &Scope) -> Decisions {
    let mut deciding = Deciding { grounds, scope, decisions: Decisions::default() };
    deciding.teachers();
    for (kind, praise) in
        [(Kind::Reward, Praise::Reward), (Kind::WelcomeBack, Praise::WelcomeBack), (Kind::Steady, Praise::Steady)]
    {
        for audience in [Audience::Guardians, Audience::Students] {
            deciding.families(kind, praise, audience);
        }
    }
    if grounds.config.consent.guardians == ConsentRule::Accepted {
        deciding.invitations();
    }
    deciding.decisions.skips.sort();
    deciding.decisions
}

struct Deciding<'a> {
    grounds: Grounds<'a>,
    scope: &'a Scope,
    decisions: Decisions,
}

impl<'a> Deciding<'a> {
    fn skip(&mut self, kind: Kind, reason: SkipReason, person: usize, about: Option<usize>) {
        self.decisions.skips.push(Skip { kind, reason, person, about });
    }

    fn notice(&mut self, kind: Kind, recipient: usize, content: Content, reason: String) {
        let Some(address) = self.address(recipient) else { return };
        let language =
            self.grounds.roster.people[recipient].language.as_ref().unwrap_or(&self.grounds.config.language).clone();
        self.decisions.notices.push(Notice { kind, recipient, address, language, content, reason });
    }

    /// The address of an active person, if it is one.
    fn address(&self, person: usize) -> Option<String> {
        let person = &self.grounds.roster.people[person];
        person.email.clone().filter(|email| person.active && is_usable(email))
    }

    /// Whether the run is about this kind for this person.
    fn wants(&self, kind: Kind, audience: Audience, person: usize) -> bool {
        self.scope.holds(kind, audience, self.zone(person))
    }

    /// The zone of a person's organization.
    fn zone(&self, person: usize) -> Zone {
        self.grounds.roster.zone(self.grounds.roster.people[person].organization, self.grounds.config.zone)
    }

    fn teachers(&mut self) {
        let people = self.grounds.roster.people.iter().enumerate();
        let Some(week) = self.grounds.scores.report_week() else { return };
        let there = people.filter(|(_, p)| p.role == Role::Teacher && p.is_member_in(week));
        let teachers: Vec<usize> = there.map(|(index, _)| index).collect();
        for teacher in teachers {
            if !self.wants(Kind::TeacherReport, Audience::Teachers, teacher) {
                continue;
            }
            match self.teachers_content(teacher) {
                Err(reason) => self.skip(Kind::TeacherReport, reason, teacher, None),
                Ok(_) if self.address(teacher).is_none() => {
                    self.skip(Kind::TeacherReport, SkipReason::NoAddress, teacher, None);
                }
                Ok(content) => self.teacher(teacher, content),
            }
        }
    }

    fn teacher(&mut self, teacher: usize, content: Content) {
        let organization = self.grounds.roster.people[teacher].organization;
        match self.bar(teacher, &self.grounds.roster.organizations[organization].id, Kind::TeacherReport) {
            Some(bar) => self.skip(Kind::TeacherReport, SkipReason::Barred(bar), teacher, None),
            None => self.notice(Kind::TeacherReport, teacher, content, "teaches these classes".to_string()),
        }
    }

    fn teachers_content(&self, teacher: usize) -> Result<Content, SkipReason> {
        let organization = self.grounds.roster.people[teacher].organization;
        let report = self.grounds.scores.timeline.len();
        let has_row =
            self.grounds.scores.of_organization(organization).last().is_some_and(|row| row.week + 1 == report);
        let classes: Vec<usize> = self.grounds.ties.classes_of(teacher).into_iter().collect();
        let whole = self.grounds.config.whole_organization && self.grounds.ties.may_have_whole(teacher, organization);
        match (has_row, classes.is_empty()) {
            (false, _) => Err(SkipReason::NotOpen),
            (true, false) => Ok(Content::Classes { organization, classes }),
            (true, true) if whole => Ok(Content::Whole { organization }),
            (true, true) => Err(SkipReason::NoClasses),
        }
    }

    fn families(&mut self, kind: Kind, praise: Praise, audience: Audience) {
        let report = self.grounds.scores.timeline.len();
        let scores = self.grounds.scores;
        let earned = scores.students.iter().filter(|row| row.week + 1 == report && row.notice == Some(praise));
        for row in earned {
            if !self.wants(kind, audience, row.student) {
                continue;
            }
            if !scores.told {
                self.skip(kind, SkipReason::NotTold, row.student, Some(row.student));
            } else if audience == Audience::Students {
                self.student(kind, row);
            } else {
                self.guardians(kind, row);
            }
        }
    }

    /// The day of the run in the zone of a person's organization.
    fn today(&self, person: usize) -> NaiveDate {
        self.grounds.now.with_timezone(&self.zone(person)).date_naive()
    }

    /// What keeps somebody from hearing of a subject (an id) in a kind of notice.
    fn bar(&self, recipient: usize, subject: &str, kind: Kind) -> Option<Bar> {
        let person = &self.grounds.roster.people[recipient];
        self.grounds.contacts.bar(&person.id, person.email.as_deref().unwrap_or_default(), subject, kind.name())
    }

    /// Why a guardian hears nothing of a child, though they have an address.
    fn silence(&self, guardian: usize, student: usize, kind: Kind) -> Option<SkipReason> {
        let child = &self.grounds.roster.people[student].id;
        let bar = self.bar(guardian, child, kind).map(SkipReason::Barred);
        let asks = self.grounds.config.consent.guardians == ConsentRule::Accepted;
        if self.grounds.contacts.declined(&self.grounds.roster.people[guardian].id, child) {
            return Some(bar.unwrap_or(SkipReason::NotAccepted));
        }
        let accepted = || !asks || self.grounds.contacts.accepted(&self.grounds.roster.people[guardian].id, child);
        bar.or_else(|| (!accepted()).then_some(SkipReason::NotAccepted))
    }

    /// Guardians who were never asked, for each of their children who is a member this week.
    fn invitations(&mut self) {
        let Some(week) = self.grounds.scores.report_week() else { return };
        let roster = self.grounds.roster;
        for (student, child) in roster.people.iter().enumerate().filter(|(_, p)| p.role == Role::Student) {
            let wanted = self.wants(Kind::Invitation, Audience::Guardians, student);
            if !wanted || !child.is_member_in(week) || child.is_of_age(self.today(student)) {
                continue;
            }
            for guardian in self.grounds.ties.guardians_of(student) {
                let id = &roster.people[*guardian].id;
                let silent = self.grounds.contacts.was_asked(id, &child.id)
                    || self.bar(*guardian, &child.id, Kind::Invitation).is_some();
                let address = self.address(*guardian).filter(|_| !silent);
                let invited = address.map(|address| Invited { guardian: *guardian, student, address });
                self.decisions.invited.extend(invited);
            }
        }
    }

    fn student(&mut self, kind: Kind, row: &StudentWeek) {
        if self.address(row.student).is_none() {
            return self.skip(kind, SkipReason::NoAddress, row.student, Some(row.student));
        }
        if let Some(bar) = self.bar(row.student, &self.grounds.roster.people[row.student].id, kind) {
            return self.skip(kind, SkipReason::Barred(bar), row.student, Some(row.student));
        }
        let content = Content::Student { student: row.student, audience: Audience::Students };
        self.notice(kind, row.student, content, reason(row));
    }

    fn guardians(&mut self, kind: Kind, row: &'a StudentWeek) {
        if self.grounds.roster.people[row.student].is_of_age(self.today(row.student)) {
            return self.skip(kind, SkipReason::OfAge, row.student, Some(row.student));
        }
        let mut by_address: BTreeMap<String, usize> = BTreeMap::new();
        let mut left_out = false;
        for guardian in self.grounds.ties.guardians_of(row.student) {
            let Some(address) = self.address(*guardian) else {
                self.skip(kind, SkipReason::NoAddress, *guardian, Some(row.student));
                continue;
            };
            if let Some(reason) = self.silence(*guardian, row.student, kind) {
                self.skip(kind, reason, *guardian, Some(row.student));
                left_out = true;
                continue;
            }
            let first = *by_address.entry(address.to_lowercase()).or_insert(*guardian);
            if first != *guardian {
                self.skip(kind, SkipReason::SameAddress, *guardian, Some(row.student));
            }
        }
        if by_address.is_empty() {
            if !left_out {
                self.skip(kind, SkipReason::NoGuardianAddress, row.student, Some(row.student));
            }
            return;
        }
        let mut guardians: Vec<usize> = by_address.into_values().collect();
        guardians.sort_unstable();
        for guardian in guardians {
            let content = Content::Student { student: row.student, audience: Audience::Guardians };
            self.notice(kind, guardian, content, reason(row));
        }
    }
}

/// Whether an address can be written to: a plain one, without quotes and in ASCII.
#[must_use]
pub fn is_usable(email: &str) -> bool {
    email.is_ascii() && !email.contains('"') && email.parse::<Address>().is_ok()
}

/// The numbers that earned a notice, for the ledger.
fn reason(row: &StudentWeek) -> String {
    let gain = row.gain.map_or("no week before".to_string(), |gain| format!("gain {gain:.1}"));
    format!("effort {:.1}, {gain}, {} active days", row.effort, row.active_days)
}
