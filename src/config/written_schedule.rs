//! When notices go out, the school's calendar, and how others see that they did, as an administrator writes it. The
//! comments here are the descriptions in the JSON Schema.

use crate::calendar::{Missed, Rest};
use schemars::JsonSchema;
use serde::Deserialize;

/// A kind of notice, who gets it, and when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What you call the schedule.
    ///
    /// Default: the kind of its notice. Two schedules of one name are refused, so a second one of a kind needs a name.
    /// In the ledger a schedule goes by its name: under another name it is a new one.
    #[schemars(extend("examples" = ["rewards before the weekend"]))]
    pub name: Option<String>,
    /// The kind of notice.
    ///
    /// `invitation` and `alarm` are refused here, as they have no schedule.
    pub notice: super::Kind,
    /// Who gets the notice.
    ///
    /// Each kind has its own recipients: see the table above.
    pub to: Vec<super::Audience>,
    /// When the notice is due: days and a time of day, or five fields of cron.
    ///
    /// Default: at the end of each week, once for each report week, in the zone of each organization. Whoever looks
    /// later finds the newest week owed, however late it is.
    ///
    /// - In words: `monday 07:00`, `tuesday, friday 15:30`, `daily 06:00`. Three letters of a day are enough.
    /// - In cron: minute, hour, day of month, month, day of week, as `0 7 * * mon`. Days and months may have their
    ///   names. `L` is the last day of the month, `5L` its last Friday, `1#2` its second Monday. If both day of month
    ///   and day of week are given, either is enough, as in cron. A pattern that never happens is refused.
    ///
    /// What is reported is the last complete school week on that day. Where the change of clocks leaves an hour out,
    /// what is due in it is due right after the gap; of an hour that comes twice the first is meant.
    #[schemars(extend("examples" = ["monday 07:00", "tuesday, friday 15:30", "daily 06:00", "0 7 * * mon"]))]
    pub when: Option<String>,
    /// The zone of `when`.
    ///
    /// Default: that of each organization, so that one schedule means 07:00 at each school; the general `time_zone`
    /// where an organization has none, and for those whom `administrators` names. With a zone here all are told at once,
    /// but for organizations whose own week is not over by then: they are told as soon as it is. It needs `when`.
    #[schemars(extend("examples" = ["Europe/Rome"]))]
    pub time_zone: Option<String>,
    /// What becomes of occasions that were missed, as nobody looked in time.
    ///
    /// With `skip`, what is not more than 60 minutes late is still run. Occasions older than `not_older_than` are passed
    /// over in any case. It needs `when`.
    #[schemars(extend("default" = "once"))]
    pub missed: Option<Missed>,
    /// For how many days after its occasion it may still be run, and its messages may leave.
    ///
    /// What could not leave by then is withheld as `too old`: a praise for a week is no news a month later. Without
    /// `when` the days of a message count from when it was planned. Invitations and alarms have 3 days.
    #[schemars(range(min = 1, max = 60), extend("default" = 3))]
    pub not_older_than: Option<u16>,
    /// The days on which the schedule rests: one word, or a list of them.
    ///
    /// An occasion on such a day, by the calendar of the place where it is due, is passed over and not made up for. It
    /// needs `when`.
    #[schemars(extend("default" = []))]
    pub not_in: Option<Vec<Rest>>,
}

/// A named stretch of days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// What you call this stretch of days.
    ///
    /// Default: its dates.
    #[schemars(extend("examples" = ["Autumn"]))]
    pub name: Option<String>,
    /// The first day.
    #[schemars(extend("format" = "date", "examples" = ["2026-09-01"]))]
    pub from: String,
    /// The last day, included; for a single day the same date as `from`.
    #[schemars(extend("format" = "date", "examples" = ["2027-01-22"]))]
    pub to: String,
}

/// A calendar file, and which of its events are what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolCalendar {
    /// The iCalendar file, as calendar programs export it.
    #[schemars(extend("examples" = ["data/school-year.ics"]))]
    pub icalendar: String,
    /// Words that make the days of an event holidays.
    ///
    /// Your list replaces the default as a whole. An empty list: no event is one.
    #[schemars(extend("default" = [
        "holiday", "vacation", "break", "no school", "closed", "ferien", "congé", "vacances", "假",
    ]))]
    pub holidays: Option<Vec<String>>,
    /// Words that make the days of an event a term, unless it is a holiday or days of exams.
    ///
    /// Your list replaces the default as a whole. An empty list: no event is one.
    #[schemars(extend("default" = ["term", "semester", "trimester", "学期"]))]
    pub terms: Option<Vec<String>>,
    /// Words that make the days of an event days of exams.
    ///
    /// Your list replaces the default as a whole. An empty list: no event is one.
    #[schemars(extend("default" = [
        "exam", "examination", "examinations", "test week", "finals", "prüfung", "prüfungen", "考试",
    ]))]
    pub exams: Option<Vec<String>>,
}

/// How others see that the program is at work.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Monitoring {
    /// The address and port on which `plaudit serve` shows how it is.
    ///
    /// At `/` is a page for people, at `/metrics` are numbers for Prometheus. `/healthz` answers 200, or 503 when an
    /// occasion is overdue or the edited config is wrong. None of them has a password: **this is not for the public.**
    /// Default: none, so nothing is shown.
    #[schemars(extend("examples" = ["127.0.0.1:9464"]))]
    pub listen: Option<String>,
    /// The URL that is asked for after each run that went well.
    ///
    /// It is a GET with nothing in it, as services want it that tell you when they hear nothing. Default: none.
    #[schemars(extend("format" = "uri", "examples" = ["https://watch.example/ping/1234"]))]
    pub ping: Option<String>,
    /// The URL that is asked for after each run that did not go well.
    ///
    /// Default: none.
    #[schemars(extend("format" = "uri", "examples" = ["https://watch.example/ping/1234/fail"]))]
    pub ping_failed: Option<String>,
}
