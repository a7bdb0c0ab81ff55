//! When notices go out, the school's calendar, and how others see that they did, as an administrator writes it. The comments
//! here are the descriptions in the JSON Schema.

use crate::calendar::{Missed, Rest};
use schemars::JsonSchema;
use serde::Deserialize;

/// A kind of notice, who gets it, and when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What you call it; the kind of notice by default. Two schedules need two names.
    pub name: Option<String>,
    /// The kind of notice.
    pub notice: super::Kind,
    /// Who gets it.
    pub to: Vec<super::Audience>,
    /// When it is due: days and a time (`monday 07:00`), or five fields of cron (`0 7 * * mon`); by default the end of each
    /// week.
    pub when: Option<String>,
    /// The zone of `when`; by default that of each organization.
    pub time_zone: Option<String>,
    /// What becomes of occasions that nobody came to in time: `once` (the newest is run late), `each`, or `skip`.
    pub missed: Option<Missed>,
    /// How many days after its occasion a message may still be planned and go out.
    #[schemars(range(min = 1, max = 60))]
    pub not_older_than: Option<u16>,
    /// The days on which it rests: `holidays`, `exams`, `between_terms`.
    pub not_in: Option<Vec<Rest>>,
}

/// A named stretch of days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// What the school calls it.
    pub name: Option<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// A calendar file, and which of its events are what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolCalendar {
    /// An iCalendar file (.ics).
    pub icalendar: String,
    /// Words in the title or a category of an event that make its days holidays.
    pub holidays: Option<Vec<String>>,
    /// Words that make its days a term.
    pub terms: Option<Vec<String>>,
    /// Words that make its days days of exams.
    pub exams: Option<Vec<String>>,
}

/// How others see that the program is at work.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Monitoring {
    /// Address and port on which `plaudit serve` shows its status, `/healthz` and `/metrics`; by default none.
    pub listen: Option<String>,
    /// The address that is asked for after each run that went well, as services that watch for silence want it.
    pub ping: Option<String>,
    /// The address that is asked for after a run that did not.
    pub ping_failed: Option<String>,
}
