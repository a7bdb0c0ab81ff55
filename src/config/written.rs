//! config.yaml as an administrator writes it. The comments here are the descriptions in the JSON Schema, and with it
//! the text of docs/config.md.
//!
//! Every key is optional here unless plaudit cannot guess it; defaults are filled in by the check. A default that is
//! written here is for readers: a test holds it to what the check takes.

pub use super::written_delivery::{Attach, Delivery, Dkim, Smtp, Tls, Web};
pub use super::written_method::{Dates, Method};
pub use super::written_people::{Administrator, Consent, DoNotContact, Retention, Sender};
pub use super::written_schedule::{Monitoring, Period, Schedule, SchoolCalendar};
pub use super::written_sources::{
    Activity, Columns, EventKind, Limits, Organization, PeopleBy, Roster, Sample, Sources, WithoutClasses,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The settings of plaudit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Who the mails come from.
    ///
    /// ```yaml
    /// sender:
    ///   name: Effort reports
    ///   address: reports@school.example
    ///   reply_to: office@school.example
    /// ```
    pub sender: Sender,
    /// Who is told how each run went.
    ///
    /// Each of them gets the digest of each run that had news, for all organizations (if `schedules` has a `digest`),
    /// and the alarm when a run stops, an occasion was missed or an edit was refused. People whose role on the roster is `administrator` get the digest too, cut down
    /// to their own organization. They get no alarms.
    ///
    /// ```yaml
    /// administrators:
    ///   - address: head.office@school.example
    ///     language: en
    /// ```
    #[serde(default)]
    #[schemars(extend("default" = []))]
    pub administrators: Vec<Administrator>,
    /// The language of reports and mails for people of whom the roster names none.
    ///
    /// Built in are `en` and `zh`; [your own](templates.md#words-and-languages) come on top. A person's own language is
    /// the roster's column `metadata.language`. For `zh-CN` plaudit takes the words of `zh`; where there are none, it
    /// takes English. Write the language here in small letters: `plaudit check` does not know `ZH`.
    ///
    /// ```yaml
    /// language: en
    /// ```
    #[schemars(extend("default" = "en", "examples" = ["en", "zh"]))]
    pub language: Option<String>,
    /// The zone of organizations that have none of their own, by its name in the IANA database.
    ///
    /// It decides which day an action belongs to, when a week ends, and the date of a mail. It is also the zone of
    /// times in your logs that carry no offset, unless the source names another, and that of schedules for those whom
    /// `administrators` names.
    ///
    /// ```yaml
    /// time_zone: Europe/Rome
    /// ```
    #[schemars(extend("examples" = ["Europe/Rome"]))]
    pub time_zone: String,
    /// The day on which a week begins.
    ///
    /// A week is named by its first date. Change this between terms only: other weeks are other periods, and the ruler
    /// begins anew.
    ///
    /// ```yaml
    /// week_start: monday
    /// ```
    #[schemars(extend("default" = "monday"))]
    pub week_start: Option<Day>,
    /// The days of the week on which there is school.
    ///
    /// They serve one purpose: a week whose school days are all `holidays` is nobody's week. An empty list means that
    /// no week is a holiday week.
    ///
    /// ```yaml
    /// school_days: [monday, tuesday, wednesday, thursday, friday]
    /// ```
    #[schemars(extend("default" = ["monday", "tuesday", "wednesday", "thursday", "friday"]))]
    pub school_days: Option<Vec<Day>>,
    /// Where the data come from: the built-in sample, or your roster with events and answers.
    ///
    /// [data.md](data.md) tells how to bring your own data. They need a roster, and at least one file of events or
    /// answers.
    pub sources: Sources,
    /// How scores are computed: a preset, and single keys that go before it.
    ///
    /// `method: study` is short for `method: {preset: study}`. Why one would choose which is told in
    /// [method.md](method.md#what-the-choices-are), what a later change does [there
    /// too](method.md#terms-rulers-and-what-a-change-of-method-does).
    ///
    /// ```yaml
    /// method:
    ///   preset: weekly
    ///   reward: better_than_last_week
    ///   window_weeks: 12
    /// ```
    #[serde(default)]
    pub method: Method,
    /// Stretches of school, each with one ruler.
    ///
    /// Without any, one ruler holds for all time. A week belongs to the term in which its last day lies; a week between
    /// terms has the ruler of its own window. Two terms must not overlap. They hold for all organizations of the file.
    ///
    /// ```yaml
    /// terms:
    ///   - {name: Autumn, from: 2026-09-01, to: 2027-01-22}
    ///   - {name: Spring, from: 2027-02-08, to: 2027-06-30}
    /// ```
    #[serde(default)]
    #[schemars(extend("default" = []))]
    pub terms: Vec<Period>,
    /// Days without school.
    ///
    /// A week whose school days are all holidays is passed over by every rule. Single holidays do not count towards
    /// `method.inactive_days`. Two holidays must not overlap. The name is for your own memory; nothing shows it.
    ///
    /// They hold for all organizations of the file. Schools with other holidays need a config file of their own, with a
    /// `state` and a `delivery.folder` of their own.
    ///
    /// ```yaml
    /// holidays:
    ///   - {name: Christmas, from: 2026-12-23, to: 2027-01-06}
    ///   - {from: 2027-05-01, to: 2027-05-01}
    /// ```
    #[serde(default)]
    #[schemars(extend("default" = []))]
    pub holidays: Vec<Period>,
    /// Days of exams, on which schedules can rest.
    ///
    /// They change nothing but that: a schedule that has `exams` in its `not_in` is not due on them. Two of them must
    /// not overlap. The name is for your own memory; nothing shows it.
    ///
    /// ```yaml
    /// exams:
    ///   - {name: Finals, from: 2027-06-07, to: 2027-06-18}
    /// ```
    #[serde(default)]
    #[schemars(extend("default" = []))]
    pub exams: Vec<Period>,
    /// A calendar file that holidays, terms and days of exams are read from.
    ///
    /// An event is one of them if its title or a category of it has one of the words, whole, as a plural or at
    /// the end of a longer one (`Sommerferien`); capitals do not matter. It
    /// may be a holiday and exams at once; what is one of them is no term (`Mid-term break`). Holidays and exams of the
    /// file come on top of those in `holidays` and `exams`, and may overlap: they are joined. A term of the file must
    /// not overlap another one, unless it has the same days. A file in which nothing is found is refused. Default: none.
    ///
    /// ```yaml
    /// school_calendar:
    ///   icalendar: data/school-year.ics
    ///   holidays: [holiday, vacation, "no school"]
    ///   exams: [finals]
    /// ```
    pub school_calendar: Option<SchoolCalendar>,
    /// What you know of organizations beyond the roster, by their id; it goes before the roster.
    ///
    /// `plaudit check` tells of an id that is not on the roster.
    ///
    /// ```yaml
    /// organizations:
    ///   "100039": {opened: 2018-06-15, time_zone: Asia/Shanghai, condition: existing, location: Jiangsu}
    /// ```
    #[serde(default)]
    #[schemars(extend("default" = {}))]
    pub organizations: BTreeMap<String, Organization>,
    /// Which notice goes to whom, and when.
    ///
    /// A kind that is not listed is sent to nobody. An empty list is refused.
    ///
    /// | kind | what | who can get it |
    /// | --- | --- | --- |
    /// | `teacher_report` | the week of the school and of each own class | `teachers` |
    /// | `reward` | a week above the student's own usual | `guardians`, `students` |
    /// | `welcome_back` | activity after at least 2 weeks without | `guardians`, `students` |
    /// | `steady` | the 4th, 8th, 12th, ... week in a row | `guardians`, `students` |
    /// | `digest` | how the run went | `administrators` |
    ///
    /// The other two kinds cannot be scheduled. An `alarm` goes to `administrators` when a run stops, an occasion was
    /// missed or `serve` refused an edit, once for each week and different cause. An `invitation` follows from [consent](#consent).
    ///
    /// A digest without `when` follows each run that had news; with one it comes at its own time, each time.
    ///
    /// A schedule says when something is due; something must come and look: [`plaudit serve`, or `plaudit run` every
    /// few minutes](operations.md#timer-or-service). `plaudit schedule` shows what is due next, and what is owed now.
    ///
    /// **Editing sends nothing by itself.** A schedule that is new, or of which the notice, `when` or the zone was
    /// changed, owes nothing from before somebody looked at it for the first time.
    ///
    /// ```yaml
    /// schedules:
    ///   - notice: teacher_report
    ///     to: [teachers]
    ///     when: monday 07:00
    ///     not_in: [holidays, between_terms]
    ///   - notice: reward
    ///     to: [guardians, students]
    ///     when: tuesday 16:00
    ///     missed: skip
    ///   - notice: digest
    ///     to: [administrators]
    /// ```
    pub schedules: Vec<Schedule>,
    /// What a teacher gets who is enrolled in no class, where an organization has no classes at all.
    ///
    /// In an organization with classes, a teacher without one never gets a report. And if the roster has a class or an
    /// enrollment that belongs nowhere (a class without a known organization, an enrollment in an unknown class),
    /// nobody gets a whole organization, since it is not certain who has no classes.
    ///
    /// ```yaml
    /// teachers_without_classes: whole_organization
    /// ```
    #[schemars(extend("default" = "nothing"))]
    pub teachers_without_classes: Option<WithoutClasses>,
    /// Bounds beyond which a run stops before anything is planned.
    ///
    /// [commands.md](commands.md#what-a-run-refuses) tells what to do then.
    ///
    /// ```yaml
    /// limits: {rejected_percent: 0.5, roster_loss_percent: 20, found_percent: 90}
    /// ```
    #[serde(default)]
    pub limits: Limits,
    /// The folder of the ledger, the documents and the tables of each run.
    ///
    /// plaudit makes it with access for its owner only. **It must survive:** without it everything is sent again. See
    /// [what lies where](commands.md#where-everything-lies).
    ///
    /// ```yaml
    /// state: /var/lib/plaudit
    /// ```
    #[schemars(extend("default" = ".plaudit"))]
    pub state: Option<String>,
    /// The folder of your own templates; what is not there is taken from the built-in ones.
    ///
    /// [templates.md](templates.md) tells what may lie in it. Default: none, so the built-in templates are used.
    ///
    /// ```yaml
    /// templates: my-templates
    /// ```
    pub templates: Option<String>,
    /// How messages leave: as files in a folder, or to a mail server.
    ///
    /// ```yaml
    /// delivery:
    ///   folder: reports
    ///   attach: pdf
    /// ```
    #[serde(default)]
    pub delivery: Delivery,
    /// Where people reach the pages behind the links of mails from outside.
    ///
    /// [`plaudit serve`](commands.md#plaudit-serve) shows these pages. Default: none, so mails have no links, and
    /// whoever wants no more of them answers one.
    ///
    /// ```yaml
    /// web:
    ///   url: https://effort.school.example
    ///   listen: 127.0.0.1:8080
    /// ```
    pub web: Option<Web>,
    /// How others see that the program is at work.
    ///
    /// [operations.md](operations.md#monitoring) compares the ways.
    ///
    /// ```yaml
    /// monitoring:
    ///   listen: 127.0.0.1:9464
    ///   ping: https://watch.example/ping/1234
    ///   ping_failed: https://watch.example/ping/1234/fail
    /// ```
    #[serde(default)]
    pub monitoring: Monitoring,
    /// When guardians are written to.
    ///
    /// ```yaml
    /// consent:
    ///   guardians: accepted
    ///   invitation_days: 30
    /// ```
    #[serde(default)]
    pub consent: Consent,
    /// Guardians who must not be written to, whatever roster and acceptance say.
    ///
    /// A court may have decided so. It holds from the next run on, also for mails that wait already. It ends when the
    /// line is taken out. Put ids in quotes. `plaudit check` tells of an id that is not on the roster.
    ///
    /// ```yaml
    /// do_not_contact:
    ///   - {guardian: "7390241", child: "39024"}
    ///   - {guardian: "7390311"}
    /// ```
    #[serde(default)]
    #[schemars(extend("default" = []))]
    pub do_not_contact: Vec<DoNotContact>,
    /// For how many days personal data are kept.
    ///
    /// [`plaudit purge`](commands.md#plaudit-purge) removes what is older; nothing goes by itself. A week whose
    /// messages may be forgotten cannot be run again, since they might be sent twice.
    ///
    /// ```yaml
    /// retention: {mails_days: 60, messages_days: 400}
    /// ```
    #[serde(default)]
    pub retention: Retention,
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
