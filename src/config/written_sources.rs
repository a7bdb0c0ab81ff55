//! Where the data come from, and what they must be like, as an administrator writes it. The comments here are the
//! descriptions in the JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where the data come from: `sample`, or a roster with events and answers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The built-in sample of 20 schools; it stands alone, and a roster beside it is refused.
    ///
    /// `sources: sample` is short for it. The sample brings its own holiday; you need not list it. Without it there
    /// must be a roster.
    ///
    /// ```yaml
    /// sources:
    ///   sample:
    ///     seed: 1
    ///     last_day: 2019-03-02
    /// ```
    pub sample: Option<Sample>,
    /// Who there is: your roster.
    ///
    /// Without it there must be the sample.
    ///
    /// ```yaml
    /// sources:
    ///   roster:
    ///     oneroster: data/roster
    ///     people_by: sourcedId
    ///   events:
    ///     - csv: data/events.csv
    /// ```
    pub roster: Option<Roster>,
    /// Files of what people did: log in and out, enter and leave a class.
    ///
    /// ```yaml
    /// sources:
    ///   roster: {oneroster: data/roster}
    ///   events:
    ///     - csv: data/events.csv
    ///       time_zone: Europe/Rome
    ///       time_format: iso
    ///       columns: {person: user_id, class: course_id}
    ///       kinds: {login: log_in, logout: log_out, join: enter_class, leave: exit_class, "*": ignore}
    /// ```
    #[serde(default)]
    #[schemars(extend("default" = []))]
    pub events: Vec<Activity>,
    /// Files of what people answered.
    ///
    /// ```yaml
    /// sources:
    ///   roster: {oneroster: data/roster}
    ///   answers:
    ///     - csv: data/answers.csv
    ///       columns: {class: "", subject: ""}
    ///       right: ["1", "true"]
    ///       wrong: ["0", "false"]
    /// ```
    #[serde(default)]
    #[schemars(extend("default" = []))]
    pub answers: Vec<Activity>,
}

/// The built-in sample.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Another number, other people.
    #[schemars(extend("default" = 1))]
    pub seed: Option<u64>,
    /// The last day of the sample.
    ///
    /// Default: the end of the last complete week, so the sample is always fresh.
    #[schemars(extend("format" = "date", "examples" = ["2019-03-02"]))]
    pub last_day: Option<String>,
}

/// Who there is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// A folder of OneRoster 1.1 CSV files, or a zip of them.
    #[schemars(extend("examples" = ["data/roster"]))]
    pub oneroster: String,
    /// The column of `users.csv` by which your logs name people.
    ///
    /// It serves to read the logs, and nothing else: in the ledger, in file names and in tables people keep their
    /// `sourcedId`. A person without a value in this column stays on the roster, but no row of the logs is theirs. See
    /// [which column names people](data.md#which-column-names-people).
    #[schemars(extend("default" = "sourcedId"))]
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
    /// A CSV file: UTF-8, commas, a header line.
    #[schemars(extend("examples" = ["data/events.csv"]))]
    pub csv: String,
    /// The zone of times without an offset in this file; a time that carries an offset keeps it.
    ///
    /// Default: the general `time_zone`.
    #[schemars(extend("examples" = ["Europe/Rome"]))]
    pub time_zone: Option<String>,
    /// How times are written in this file: `iso`, `unix`, `unix_ms`, or a pattern.
    ///
    /// - `iso`: `2026-03-02 08:00`, `2026-03-02T08:00:05`, with a fraction, with `Z`, `+01`, `+0100` or `+01:00`.
    /// - `unix`: seconds since 1970, with or without a fraction.
    /// - `unix_ms`: milliseconds since 1970.
    /// - A pattern such as `"%d/%m/%Y %H:%M"`. `%d` day, `%m` month, `%Y` year, `%y` year of two digits, `%b` month as
    ///   `Mar`, `%H` hour to 23, `%I` hour to 12 with `%p` for AM and PM, `%M` minute, `%S` second, `%z` offset. It
    ///   must name a date and a time of day. All other characters stand for themselves.
    #[schemars(extend("default" = "iso", "examples" = ["iso", "unix", "unix_ms", "%d/%m/%Y %H:%M"]))]
    pub time_format: Option<String>,
    /// What the columns are called in this file, where it is not the usual name.
    ///
    /// Name only those that differ. Capitals do not matter in names of columns. A key that says nothing of the list
    /// (`kind` of answers; `subject`, `question` and `correct` of events) is taken and has no effect.
    ///
    /// **For a file without classes or subjects, say so**, with an empty name: `columns: {class: "", subject: ""}`.
    /// Otherwise the run stops, since a column that is gone without a word is more often a broken export.
    #[serde(default)]
    pub columns: Columns,
    /// What the values of the column `kind` mean; it matters for events only.
    ///
    /// Your list replaces the default as a whole; the default has the study's codes. A code that is not in it makes its
    /// row a reject. The code `"*"` (in quotes) stands for all others, so `"*": ignore` passes over what you have not
    /// named. The price: a code that is misspelt or new is passed over too. Codes are compared letter by letter; blanks
    /// around them do not count, capitals do.
    #[schemars(extend("default" = {"1": "enter_class", "2": "exit_class", "3": "log_in", "4": "log_out"}))]
    pub kinds: Option<BTreeMap<String, EventKind>>,
    /// The values of the column `correct` that mean right; it matters for answers only.
    ///
    /// Values are compared letter by letter; blanks around them do not count, capitals do.
    #[schemars(extend("default" = ["1"]))]
    pub right: Option<Vec<String>>,
    /// The values of the column `correct` that mean wrong; it matters for answers only.
    ///
    /// Any value that is neither right nor wrong makes its row a reject.
    #[schemars(extend("default" = ["0"]))]
    pub wrong: Option<Vec<String>>,
}

/// The names of columns.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The column with the id of the row.
    ///
    /// A file without row ids can name any column that is never empty, such as `columns: {id: time}`: ids only decide
    /// between rows that are the same otherwise.
    #[schemars(extend("default" = "id"))]
    pub id: Option<String>,
    /// The column with the organization.
    ///
    /// It may be missing without a word, as the organization is the roster's; only a name of your own for it must be in
    /// the file.
    #[schemars(extend("default" = "org_id"))]
    pub organization: Option<String>,
    /// The column with the person.
    #[schemars(extend("default" = "person_id"))]
    pub person: Option<String>,
    /// The column with the class; an empty name says that there is none.
    #[schemars(extend("default" = "class_id"))]
    pub class: Option<String>,
    /// The column with what happened, for events.
    #[schemars(extend("default" = "kind"))]
    pub kind: Option<String>,
    /// The column with the time.
    #[schemars(extend("default" = "time"))]
    pub time: Option<String>,
    /// The column with the subject, for answers; an empty name says that there is none.
    #[schemars(extend("default" = "subject"))]
    pub subject: Option<String>,
    /// The column with the question, for answers.
    #[schemars(extend("default" = "question"))]
    pub question: Option<String>,
    /// The column that says whether the answer is right, for answers.
    #[schemars(extend("default" = "correct"))]
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

/// What config knows of an organization; it goes before the roster.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The day on which the organization opened; its weeks begin there.
    ///
    /// Default: the roster's `metadata.opened`, else its first action.
    #[schemars(extend("format" = "date", "examples" = ["2018-06-15"]))]
    pub opened: Option<String>,
    /// The zone of the organization.
    ///
    /// Default: the roster's `metadata.timezone`, else the general `time_zone`.
    #[schemars(extend("examples" = ["Asia/Shanghai"]))]
    pub time_zone: Option<String>,
    /// What the study calls its condition: `existing` or `new`.
    ///
    /// Any text is taken. `plaudit study` shows it; no score uses it. Default: the roster's `metadata.condition`.
    #[schemars(extend("examples" = ["existing", "new"]))]
    pub condition: Option<String>,
    /// Where the organization is.
    ///
    /// `plaudit study` shows it; no score uses it. Default: the roster's `metadata.location`.
    #[schemars(extend("examples" = ["Jiangsu"]))]
    pub location: Option<String>,
}

/// What a teacher gets who is enrolled in no class, in an organization without classes.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithoutClasses {
    /// No report; the digest lists them.
    Nothing,
    /// A report on all students of the organization.
    WholeOrganization,
}

/// Bounds beyond which a run stops.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// A run stops if more percent of a file's rows cannot be read or used.
    ///
    /// Each file is looked at by itself: events, answers, and of the roster users, classes and enrollments. In a file
    /// of the roster up to 3 rows may be lost whatever their share. A row that is used without one of its values is not
    /// lost. 100 switches it off.
    #[schemars(range(min = 0, max = 100), extend("default" = 1))]
    pub rejected_percent: Option<f64>,
    /// A run stops if more percent of the active students, teachers or guardians are gone since the last run.
    ///
    /// Each role is looked at by itself. `--confirm-roster` lets one run go on. 100 switches it off.
    #[schemars(range(min = 0, max = 100), extend("default" = 30))]
    pub roster_loss_percent: Option<f64>,
    /// A run stops if less percent of the people in a file are on the roster.
    ///
    /// People are counted, not rows, in each file of events or answers by itself. 0 switches it off.
    #[schemars(range(min = 0, max = 100), extend("default" = 50))]
    pub found_percent: Option<f64>,
}
