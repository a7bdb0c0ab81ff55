//! Why somebody was told something, or was not: the decisions of a week seen from one person.
//!
//! It decides nothing itself. What was decided is looked up in [`Decisions`], and what no rule came to is taken apart
//! into the conditions of the rule.

use super::{Decisions, Grounds, SkipReason};
use crate::config::{Audience, Kind};
use crate::intake::Role;
use crate::ledger::Bar;
use crate::scoring::Praise;
use crate::scoring::conditions::{Condition, conditions};

/// What became of one notice, before anything was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The kind of notice.
    pub kind: Kind,
    /// Who gets such notices.
    pub audience: Audience,
    /// Who would get it: an index into the roster.
    pub recipient: usize,
    /// The student whom it is about; none: the organization.
    pub about: Option<usize>,
    /// What was decided.
    pub verdict: Verdict,
    /// What its rule asks for, for a praise.
    pub conditions: Vec<Condition>,
}

/// What was decided about a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// To be sent.
    Due,
    /// No schedule sends this kind to this audience.
    NotScheduled,
    /// The student, or the teacher, is not a member in this week.
    NotMember,
    /// The student has no week yet: the first action is still to come.
    NoWeek,
    /// The student was not active in this week.
    NotActive,
    /// The rule does not hold.
    NotEarned,
    /// Another praise goes before this one; a week has one at the most.
    Other(Praise),
    /// Something keeps it.
    Skipped(SkipReason),
}

impl Verdict {
    /// The name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::NotScheduled => "not_scheduled",
            Self::NotMember => "not_member",
            Self::NoWeek => "no_week",
            Self::NotActive => "not_active",
            Self::NotEarned => "not_earned",
            Self::Other(_) => "other_praise",
            Self::Skipped(reason) => reason.name(),
        }
    }

    /// What it means, for an administrator.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Due => "is due".to_string(),
            Self::NotScheduled => "is not sent to them by any schedule".to_string(),
            Self::NotMember => "is not due: not a member in this week".to_string(),
            Self::NoWeek => "is not due: there was no activity yet, so no week of their own".to_string(),
            Self::NotActive => "is not due: no activity in this week".to_string(),
            Self::NotEarned => "is not due: its rule does not hold".to_string(),
            Self::Other(praise) => {
                format!("is not due: the week earned {}, and a week has one praise at the most", praise.name())
            }
            Self::Skipped(reason) => format!("is kept back: {}", reason.name().replace('_', " ")),
        }
    }
}

const PRAISES: [(Kind, Praise); 3] =
    [(Kind::Reward, Praise::Reward), (Kind::WelcomeBack, Praise::WelcomeBack), (Kind::Steady, Praise::Steady)];

/// All notices to or about a person, in order of kind, audience and recipient.
#[must_use]
pub fn accounts(grounds: Grounds<'_>, decisions: &Decisions, person: usize) -> Vec<Account> {
    let explaining = Explaining { grounds, decisions };
    match grounds.roster.people[person].role {
        Role::Student => explaining.of_student(person),
        Role::Guardian => explaining.of_guardian(person),
        Role::Teacher => vec![explaining.report(person)],
        Role::Administrator => Vec::new(),
    }
}

struct Explaining<'a> {
    grounds: Grounds<'a>,
    decisions: &'a Decisions,
}

impl Explaining<'_> {
    fn of_student(&self, student: usize) -> Vec<Account> {
        let mut accounts = Vec::new();
        for (kind, praise) in PRAISES {
            accounts.push(self.praise(kind, praise, Audience::Students, student, student));
            for guardian in self.guardians(student) {
                accounts.push(self.praise(kind, praise, Audience::Guardians, guardian, student));
            }
        }
        let classes = &self.grounds.ties;
        let teachers = self.grounds.roster.people.iter().enumerate().filter(|(_, person)| person.role == Role::Teacher);
        let own = teachers.filter(|(teacher, _)| {
            classes.classes_of(*teacher).into_iter().any(|class| classes.students_of(class).contains(&student))
        });
        accounts.extend(own.map(|(teacher, _)| self.report(teacher)));
        accounts
    }

    fn of_guardian(&self, guardian: usize) -> Vec<Account> {
        let own = self.grounds.roster.guardianships.iter().filter(|tie| tie.guardian == guardian);
        let children = own.map(|tie| tie.student);
        let all = children.flat_map(|child| {
            PRAISES.map(|(kind, praise)| self.praise(kind, praise, Audience::Guardians, guardian, child))
        });
        all.collect()
    }

    /// All guardians of the roster, those among them who are not there any more.
    fn guardians(&self, student: usize) -> Vec<usize> {
        let own = self.grounds.roster.guardianships.iter().filter(|tie| tie.student == student);
        own.map(|tie| tie.guardian).collect()
    }

    fn report(&self, teacher: usize) -> Account {
        let decided = |notice: &&super::Notice| notice.kind == Kind::TeacherReport && notice.recipient == teacher;
        let skip = self.decisions.skips.iter().find(|skip| skip.kind == Kind::TeacherReport && skip.person == teacher);
        let verdict = if !self.grounds.config.sends(Kind::TeacherReport, Audience::Teachers) {
            Verdict::NotScheduled
        } else if self.decisions.notices.iter().any(|notice| decided(&notice)) {
            Verdict::Due
        } else {
            skip.map_or(Verdict::NotMember, |skip| Verdict::Skipped(skip.reason))
        };
        let (kind, audience) = (Kind::TeacherReport, Audience::Teachers);
        Account { kind, audience, recipient: teacher, about: None, verdict, conditions: Vec::new() }
    }

    fn praise(&self, kind: Kind, praise: Praise, audience: Audience, recipient: usize, student: usize) -> Account {
        let verdict = self.verdict(kind, praise, audience, recipient, student);
        let weeks = self.grounds.scores.of_student(student);
        let report = self.grounds.scores.timeline.len();
        let is_told = weeks.last().is_some_and(|row| row.week + 1 == report);
        let conditions = if is_told { conditions(praise, weeks, &self.grounds.config.method) } else { Vec::new() };
        Account { kind, audience, recipient, about: Some(student), verdict, conditions }
    }

    fn verdict(&self, kind: Kind, praise: Praise, audience: Audience, recipient: usize, student: usize) -> Verdict {
        let Grounds { config, roster, scores, .. } = self.grounds;
        if !config.sends(kind, audience) {
            return Verdict::NotScheduled;
        }
        if self.grounds.contacts.is_erased(&roster.people[student].id) {
            return Verdict::Skipped(SkipReason::Barred(Bar::Erased));
        }
        if scores.report_week().is_none_or(|week| !roster.people[student].is_member_in(week)) {
            return Verdict::NotMember;
        }
        let report = scores.timeline.len();
        let Some(row) = scores.of_student(student).iter().find(|row| row.week + 1 == report) else {
            return Verdict::NoWeek;
        };
        match row.notice {
            _ if !row.is_active() => Verdict::NotActive,
            Some(earned) if earned == praise => self.fate(kind, audience, recipient, student),
            Some(earned) => Verdict::Other(earned),
            None => Verdict::NotEarned,
        }
    }

    /// What was decided about a praise that was earned.
    fn fate(&self, kind: Kind, audience: Audience, recipient: usize, student: usize) -> Verdict {
        let is_sent = self.decisions.notices.iter().any(|notice| {
            notice.kind == kind
                && notice.recipient == recipient
                && notice.student() == Some(student)
                && notice.audience() == audience
        });
        let of_family = |reason: SkipReason| {
            matches!(reason, SkipReason::OfAge | SkipReason::NoGuardianAddress | SkipReason::NotTold)
        };
        let concerns = |skip: &&super::Skip| {
            let is_theirs = match audience {
                Audience::Guardians => skip.person == recipient || (skip.person == student && of_family(skip.reason)),
                _ => skip.person == student && (!of_family(skip.reason) || skip.reason == SkipReason::NotTold),
            };
            skip.kind == kind && skip.about == Some(student) && is_theirs
        };
        let skip = self.decisions.skips.iter().find(concerns);
        match (is_sent, skip) {
            (true, _) => Verdict::Due,
            (false, Some(skip)) => Verdict::Skipped(skip.reason),
            // A guardian who is not there any more is no tie of this week.
            (false, None) => Verdict::NotMember,
        }
    }
}
