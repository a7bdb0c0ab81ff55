//! config.yaml as an administrator writes it. The comments here are the descriptions in the JSON Schema.
//!
//! Every key is optional here unless plaudit cannot guess it; defaults are filled in by the check.

pub use super::written_delivery::{Consent, Dkim, DoNotContact, Retention, Smtp, Tls, Web};
pub use super::written_schedule::{Monitoring, Period, Schedule, SchoolCalendar};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Who the mails come from.
    pub sender: Sender,
    /// Who is told how each run went.
    #[serde(default)]
    pub administrators: Vec<Administrator>,
    /// Language of reports and mails for people whose own language is not known: `en` or `zh`, or one of your templates.
    pub language: Option<String>,
    /// Zone of organizations that have none of their own, as in the IANA database: `Europe/Rome`.
    pub time_zone: String,
    /// The day on which a week begins.
    pub week_start: Option<Day>,
    /// The days of the week on which there is school.
    pub school_days: Option<Vec<Day>>,
    /// Where the roster and the activity come from.
    pub sources: Sources,
    /// How scores are computed: a preset's name, or single keys.
    #[serde(default)]
    pub method: Method,
    /// Stretches of school for which one ruler holds.
    #[serde(default)]
    pub terms: Vec<Period>,
    /// Days without school.
    #[serde(default)]
    pub holidays: Vec<Period>,
    /// Days of exams.
    #[serde(default)]
    pub exams: Vec<Period>,
    /// A calendar file that terms, holidays and exams are read from.
    pub school_calendar: Option<SchoolCalendar>,
    /// What is known of organizations beyond the roster, by their id.
    #[serde(default)]
    pub organizations: BTreeMap<String, Organization>,
    /// Which notice goes to whom.
    pub schedules: Vec<Schedule>,
    /// What a teacher gets who is enrolled in no class.
    pub teachers_without_classes: Option<WithoutClasses>,
    /// Bounds beyond which a run stops.
    #[serde(default)]
    pub limits: Limits,
    /// Folder of the ledger, the documents and the stored tables.
    pub state: Option<String>,
    /// Folder of your own templates; what is not there is taken from the built-in ones.
    pub templates: Option<String>,
    /// How messages leave.
    #[serde(default)]
    pub delivery: Delivery,
    /// Where people reach this program from outside: the pages behind the links of its mails.
    pub web: Option<Web>,
    /// How others see that the program is at work.
    #[serde(default)]
    pub monitoring: Monitoring,
    /// When guardians are written to.
    #[serde(default)]
    pub consent: Consent,
    /// Guardians who must not be written to, whatever roster and acceptance say.
    #[serde(default)]
    pub do_not_contact: Vec<DoNotContact>,
    /// For how long personal data are kept.
    #[serde(default)]
    pub retention: Retention,
}

/// Who the mails come from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The name that people see.
    pub name: String,
    /// The address that mails come from.
    pub address: String,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<String>,
}

/// A person who is told how each run went.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Administrator {
    /// Their address.
    pub address: String,
    /// Their language, if not the general one.
    pub language: Option<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the days of the week are known")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Where the data come from: `sample`, or a roster with events and answers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The built-in sample, in place of all others.
    pub sample: Option<Sample>,
    /// Who there is.
    pub roster: Option<Roster>,
    /// What people did: log in and out, enter and leave a class.
    #[serde(default)]
    pub events: Vec<Activity>,
    /// What people answered.
    #[serde(default)]
    pub answers: Vec<Activity>,
}

/// The built-in sample.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Another number, another school.
    pub seed: Option<u64>,
    /// The last of its days; by default the end of the last complete week.
    pub last_day: Option<String>,
}

/// Who there is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// A OneRoster 1.1 CSV folder or zip file.
    pub oneroster: String,
    /// The column of users.csv whose values the activity uses for people: `sourcedId` (usual), `username`, `identifier` or `email`.
    pub people_by: Option<PeopleBy>,
}

/// A column of users.csv that can name a person.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PeopleBy {
    /// The roster's own id.
    #[serde(rename = "sourcedId")]
    SourcedId,
    /// The name to log in with.
    Username,
    /// The school's own number.
    Identifier,
    /// The mail address.
    Email,
}

/// A file of events or answers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// A CSV file.
    pub csv: String,
    /// Zone of times without an offset; the general one by default.
    pub time_zone: Option<String>,
    /// `iso` (ISO 8601), `unix` (seconds), `unix_ms`, or a pattern such as `%d/%m/%Y %H:%M`.
    pub time_format: Option<String>,
    /// What the columns are called in this file, where it is not the usual name; empty: the file has no such column.
    #[serde(default)]
    pub columns: Columns,
    /// What the values of the column `kind` mean: `enter_class`, `exit_class`, `log_in`, `log_out` or `ignore`; the value `*`
    /// stands for all that are not named.
    pub kinds: Option<BTreeMap<String, EventKind>>,
    /// Values of the column `correct` that mean right.
    pub right: Option<Vec<String>>,
    /// Values of the column `correct` that mean wrong.
    pub wrong: Option<Vec<String>>,
}

/// The names of columns.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Id of the row; usually `id`.
    pub id: Option<String>,
    /// Organization; usually `org_id`.
    pub organization: Option<String>,
    /// Person; usually `person_id`.
    pub person: Option<String>,
    /// Class; usually `class_id`.
    pub class: Option<String>,
    /// What happened; usually `kind` (events).
    pub kind: Option<String>,
    /// When; usually `time`.
    pub time: Option<String>,
    /// Subject; usually `subject` (answers).
    pub subject: Option<String>,
    /// Question; usually `question` (answers).
    pub question: Option<String>,
    /// Right or wrong; usually `correct` (answers).
    pub correct: Option<String>,
}

/// What a line of events says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Somebody entered a class.
    EnterClass,
    /// Somebody left a class.
    ExitClass,
    /// Somebody logged in.
    LogIn,
    /// Somebody logged out.
    LogOut,
    /// Something that effort does not look at.
    Ignore,
}

/// How scores are computed; METHOD in docs/method.md.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// `weekly`, or `study` for the letter of the published study; single keys go before it.
    pub preset: Option<super::Preset>,
    /// From a measure to 0..100: the normal distribution, or the study's straight line.
    pub scale: Option<super::Scale>,
    /// Whether minutes, answers and sizes enter as logarithms.
    pub transform: Option<super::Transform>,
    /// What maintenance compares: runs of 4 weeks, or calendar months.
    pub blocks: Option<super::Blocks>,
    /// What makes a day active: any action, or a log in.
    pub active_by: Option<super::ActiveBy>,
    /// When a student earns a reward.
    pub reward: Option<super::RewardRule>,
    /// Whose spread is 0..100: the term's, the window's, or that of fixed dates.
    pub ruler: Option<super::RulerKind>,
    /// The dates of a `fixed` ruler.
    pub ruler_dates: Option<Dates>,
    /// How many weeks a report looks back on.
    #[schemars(range(min = 4, max = 104))]
    pub window_weeks: Option<u16>,
    /// By how many points effort must rise for a reward.
    #[schemars(range(min = 0, max = 100))]
    pub gain_points: Option<f64>,
    /// After how many minutes of silence a session has ended.
    #[schemars(range(min = 1, max = 1440))]
    pub idle_minutes: Option<f64>,
    /// How long a session that the platform recorded may count at the most.
    #[schemars(range(min = 1, max = 1440))]
    pub session_minutes: Option<f64>,
    /// After how many days without an action somebody counts as gone quiet.
    #[schemars(range(min = 1, max = 365))]
    pub inactive_days: Option<u16>,
}

/// Two dates.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// What config knows of an organization; it goes before the roster.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The day on which it opened.
    pub opened: Option<String>,
    /// Its zone.
    pub time_zone: Option<String>,
    /// `existing` or `new`, as the study has it.
    pub condition: Option<String>,
    /// Where it is.
    pub location: Option<String>,
}

/// What a teacher gets who is enrolled in no class, in an organization without classes.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithoutClasses {
    /// No report; they are listed in the digest.
    Nothing,
    /// A report on the whole organization, if it has no classes at all.
    WholeOrganization,
}

/// Bounds beyond which a run stops.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Percent of rows that may be unreadable.
    #[schemars(range(min = 0, max = 100))]
    pub rejected_percent: Option<f64>,
    /// Percent of the students, teachers or guardians that may be gone since the last run.
    #[schemars(range(min = 0, max = 100))]
    pub roster_loss_percent: Option<f64>,
    /// Percent of the acting people that must be on the roster.
    #[schemars(range(min = 0, max = 100))]
    pub found_percent: Option<f64>,
}

/// How messages leave.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Folder into which reports and mails are written.
    pub folder: Option<String>,
    /// Whether the report goes with the mail.
    pub attach: Option<Attach>,
    /// The mail server; with it, mails are sent and not only written to a folder.
    pub smtp: Option<Smtp>,
}

/// Whether the report goes with the mail.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Attach {
    /// The PDF is attached.
    Pdf,
    /// The mail alone.
    None,
}
