//! Settings that have been checked: what the rest of the program works with.

use super::Method;
use super::delivery::{Consent, Delivery, DoNotContact, Retention, Web};
use super::written::{self, EventKind};
use crate::calendar::{Rule, SchoolCalendar, Zone};
use chrono::{Duration, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// All settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file they were read from.
    pub path: PathBuf,
    /// The file, as it is written.
    pub text: String,
    /// Who the mails come from.
    pub sender: Sender,
    /// Who is told how each run went.
    pub administrators: Vec<Administrator>,
    /// Language of people whose own is not known.
    pub language: String,
    /// Zone of organizations without one of their own.
    pub zone: Zone,
    /// Weeks, school days, terms and holidays.
    pub calendar: SchoolCalendar,
    /// The file that terms, holidays and exams are read from too.
    pub calendar_file: Option<PathBuf>,
    /// Where the data come from.
    pub sources: Sources,
    /// How scores are computed.
    pub method: Method,
    /// What config knows of organizations.
    pub organizations: BTreeMap<String, Organization>,
    /// Which notice goes to whom.
    pub schedules: Vec<Schedule>,
    /// Whether teachers of organizations without any class get a report on the whole of it.
    pub whole_organization: bool,
    /// Bounds beyond which a run stops.
    pub limits: Limits,
    /// Folder of ledger, documents and tables.
    pub state: PathBuf,
    /// Folder of templates that go before the built-in ones.
    pub templates: Option<PathBuf>,
    /// How messages leave.
    pub delivery: Delivery,
    /// Where people reach this program from outside.
    pub web: Option<Web>,
    /// How others see that the program is at work.
    pub monitoring: Monitoring,
    /// When guardians are written to.
    pub consent: Consent,
    /// Guardians who must not be written to.
    pub do_not_contact: Vec<DoNotContact>,
    /// For how long personal data are kept.
    pub retention: Retention,
}

impl Config {
    /// For how long after it was planned a message of a kind may still go out.
    #[must_use]
    pub fn not_older_than(&self, kind: Kind, audience: Audience) -> Duration {
        let own = self.schedules.iter().filter(|schedule| schedule.notice == kind && schedule.to.contains(&audience));
        let longest = own.map(|schedule| schedule.rule.not_older_than).max();
        longest.unwrap_or(Duration::days(USUAL_NOT_OLDER_THAN_DAYS))
    }

    /// Whether a schedule has no time of its own and follows the runs of the others: a digest without `when`.
    #[must_use]
    pub fn follows_runs(&self, schedule: &Schedule) -> bool {
        let is_digest = |schedule: &Schedule| schedule.notice == Kind::Digest;
        is_digest(schedule) && schedule.rule.when.is_week_end() && !self.schedules.iter().all(is_digest)
    }

    /// Whether anybody of this audience gets this kind of notice.
    #[must_use]
    pub fn sends(&self, kind: Kind, audience: Audience) -> bool {
        self.schedules.iter().any(|schedule| schedule.notice == kind && schedule.to.contains(&audience))
    }
}

/// Who the mails come from.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The name that people see.
    pub name: String,
    /// The address.
    pub address: String,
    /// Where answers go.
    pub reply_to: Option<String>,
}

/// A person who is told how each run went.
#[derive(Debug, Clone)]
pub struct Administrator {
    /// Their address.
    pub address: String,
    /// Their language.
    pub language: String,
}

/// Where the data come from.
#[derive(Debug, Clone)]
pub enum Sources {
    /// The built-in sample.
    Sample(Sample),
    /// Files.
    Files {
        /// Who there is.
        roster: RosterSource,
        /// What people did.
        events: Vec<ActivitySource>,
        /// What people answered.
        answers: Vec<ActivitySource>,
    },
}

/// The built-in sample.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Another number, another school.
    pub seed: u64,
    /// The last of its days; none: the end of the last complete week.
    pub last_day: Option<NaiveDate>,
}

/// A roster in a known format.
#[derive(Debug, Clone)]
pub struct RosterSource {
    /// OneRoster folder or zip.
    pub path: PathBuf,
    /// The column of users.csv whose values the activity uses for people.
    pub people_by: String,
}

/// A file of events or answers and how to read it.
#[derive(Debug, Clone)]
pub struct ActivitySource {
    /// The file.
    pub path: PathBuf,
    /// Zone of times without an offset.
    pub zone: Zone,
    /// How times are written.
    pub time_format: TimeFormat,
    /// What the columns are called.
    pub columns: Columns,
    /// What the codes of events mean.
    pub kinds: BTreeMap<String, EventKind>,
    /// Values of `correct` that mean right.
    pub right: Vec<String>,
    /// Values of `correct` that mean wrong.
    pub wrong: Vec<String>,
}

/// How times are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeFormat {
    /// ISO 8601, with or without an offset.
    Iso,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMilliseconds,
    /// A pattern of chrono's.
    Pattern(String),
}

/// What the columns of a file are called; none: the file has no such column.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub struct Columns {
    pub id: String,
    pub organization: Option<String>,
    pub person: String,
    pub class: Option<String>,
    pub kind: String,
    pub time: String,
    pub subject: Option<String>,
    pub question: String,
    pub correct: String,
}

impl Columns {
    /// The names as written, else the usual ones; an empty name says that there is no such column.
    #[must_use]
    pub fn of(c: written::Columns) -> Self {
        let needed = |given: Option<String>, usual: &str| given.unwrap_or_else(|| usual.to_string());
        let optional = |given: Option<String>, usual: &str| Some(needed(given, usual)).filter(|name| !name.is_empty());
        Self {
            id: needed(c.id, "id"),
            organization: optional(c.organization, "org_id"),
            person: needed(c.person, "person_id"),
            class: optional(c.class, "class_id"),
            kind: needed(c.kind, "kind"),
            time: needed(c.time, "time"),
            subject: optional(c.subject, "subject"),
            question: needed(c.question, "question"),
            correct: needed(c.correct, "correct"),
        }
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self::of(written::Columns::default())
    }
}

/// The study's codes.
#[must_use]
pub fn usual_kinds() -> BTreeMap<String, EventKind> {
    use EventKind::{EnterClass, ExitClass, LogIn, LogOut};
    [("1", EnterClass), ("2", ExitClass), ("3", LogIn), ("4", LogOut)]
        .map(|(code, kind)| (code.to_string(), kind))
        .into()
}

/// What config knows of an organization.
#[derive(Debug, Clone, Default)]
pub struct Organization {
    /// The day on which it opened.
    pub opened: Option<NaiveDate>,
    /// Its zone.
    pub zone: Option<Zone>,
    /// `existing` or `new`.
    pub condition: Option<String>,
    /// Where it is.
    pub location: Option<String>,
}

/// A kind of notice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Kind {
    /// The week, for a teacher.
    TeacherReport,
    /// A week above the student's own usual.
    Reward,
    /// Back after at least two weeks.
    WelcomeBack,
    /// The fourth, eighth, twelfth week in a row.
    Steady,
    /// How the run went.
    Digest,
    /// A guardian is asked whether they want to hear of a child.
    #[value(skip)]
    Invitation,
    /// A run that failed or could not start.
    #[value(skip)]
    Alarm,
}

impl Kind {
    /// All kinds, in the order in which they are delivered.
    pub const ALL: [Self; 7] = [
        Self::TeacherReport,
        Self::Reward,
        Self::WelcomeBack,
        Self::Steady,
        Self::Invitation,
        Self::Digest,
        Self::Alarm,
    ];

    /// The name in keys, folders and templates.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TeacherReport => "teacher_report",
            Self::Reward => "reward",
            Self::WelcomeBack => "welcome_back",
            Self::Steady => "steady",
            Self::Digest => "digest",
            Self::Invitation => "invitation",
            Self::Alarm => "alarm",
        }
    }
}

/// Who gets a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// The teachers of a class.
    Teachers,
    /// A student's guardians.
    Guardians,
    /// The student.
    Students,
    /// Those that config and roster name as such.
    Administrators,
}

impl Audience {
    /// The name in config and ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Teachers => "teachers",
            Self::Guardians => "guardians",
            Self::Students => "students",
            Self::Administrators => "administrators",
        }
    }
}

/// A kind of notice, who gets it, and when.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// What it is called; no other has the name.
    pub name: String,
    /// The kind.
    pub notice: Kind,
    /// Who gets it.
    pub to: Vec<Audience>,
    /// When it is due, and until when an occasion may still be run and a message go out.
    pub rule: Rule,
    /// The zone of the rule; none: that of each organization.
    pub zone: Option<Zone>,
}

impl Schedule {
    /// What makes another schedule of it when it is edited, beside its zones.
    #[must_use]
    pub fn definition(&self) -> String {
        format!("{} at {}", self.notice.name(), self.rule.when.whole())
    }
}

/// How others see that the program is at work.
#[derive(Debug, Clone, Default)]
pub struct Monitoring {
    /// Where `serve` shows its status.
    pub listen: Option<std::net::SocketAddr>,
    /// What is asked for after a run that went well.
    pub ping: Option<String>,
    /// What is asked for after one that did not.
    pub ping_failed: Option<String>,
}

/// For how many days a message may go out whose schedule does not say.
pub const USUAL_NOT_OLDER_THAN_DAYS: i64 = 3;

/// Bounds beyond which a run stops, as shares from 0 to 1.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Share of rows that may be unreadable.
    pub rejected_share: f64,
    /// Share of a role that may be gone since the last run.
    pub roster_loss_share: f64,
    /// Share of the acting people that must be on the roster.
    pub found_share: f64,
}
