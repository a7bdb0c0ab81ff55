//! From what is written to settings that are believed; every problem at once, each with its line.

use super::method::{Method, Preset, RulerKind};
use super::position::{Step, dotted, line_of};
use super::settings::{
    ActivitySource, Administrator, Columns, Config, Limits, Organization, RosterSource, Sample, Sender, Sources,
    TimeFormat,
};
use super::{schema, written, yaml};
use crate::calendar::{DateRange, Zone};
use crate::problem::{Outcome, Problem, Problems, nearest};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

const LARGEST_FILE_BYTES: usize = 1 << 20;

/// Reads and checks a config file.
///
/// # Errors
/// Everything that is wrong with it, each with its line.
pub fn load(path: &Path) -> Outcome<Config> {
    let unreadable =
        |error: std::io::Error| Problem::io(path, "read", &error).hint("name another file with `--config FILE`");
    let metadata = path.metadata().map_err(unreadable)?;
    let place = path.display().to_string();
    if !metadata.is_file() {
        let problem = Problem::new(place, "is not a file, expected a file of `key: value` lines");
        return Err(problem.hint("name another file with `--config FILE`").into());
    }
    if metadata.len() > LARGEST_FILE_BYTES as u64 {
        return Err(too_large(path).into());
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        Problem::new(format!("{place}:{line}"), "is not text in UTF-8 from here on")
            .hint("save the file as UTF-8 in your editor")
    })?;
    // Some editors begin a file with a mark of its encoding.
    parse(path, text.trim_start_matches('\u{feff}'))
}

fn too_large(path: &Path) -> Problem {
    Problem::new(path.display().to_string(), "larger than 1 MB, so it is not a config file of plaudit")
}

/// Checks the text of a config file; `path` is used for messages and to find other files from it.
///
/// # Errors
/// Everything that is wrong with it, each with its line.
pub fn parse(path: &Path, text: &str) -> Outcome<Config> {
    let file = path.display().to_string();
    if text.len() > LARGEST_FILE_BYTES {
        return Err(too_large(path).into());
    }
    let value = yaml::to_value(&file, text)?;
    let (mut problems, rest) = schema::problems(&file, text, &value);
    let config = match serde_json::from_value::<written::File>(rest) {
        Ok(written) => {
            let base = path.parent().unwrap_or(Path::new(""));
            let mut check = Check { file: &file, text, base, problems: Vec::new() };
            let config = check.config(path, written);
            problems.extend(check.problems);
            config
        }
        Err(error) => {
            if problems.is_empty() {
                problems.push(Problem::new(&file, error.to_string()));
            }
            None
        }
    };
    problems.sort_by_key(|problem| line_in(&problem.place));
    config.filter(|_| problems.is_empty()).ok_or(Problems(problems))
}

/// The line that a place names: `config.yaml:12: method.scale`.
fn line_in(place: &str) -> usize {
    place.split(':').find_map(|part| part.parse().ok()).unwrap_or(0)
}

pub(super) struct Check<'a> {
    file: &'a str,
    text: &'a str,
    base: &'a Path,
    problems: Vec<Problem>,
}

/// A path in the file: `at!["sources", "events", 0, "csv"]`.
macro_rules! at {
    ($($step:expr),+) => { &[$(Step::from($step)),+] };
}
pub(super) use at;

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_string())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl Check<'_> {
    fn config(&mut self, path: &Path, file: written::File) -> Option<Config> {
        let zone = self.zone(&file.time_zone, at!["time_zone"]);
        let calendar = self.calendar(&file, zone.unwrap_or(Zone::UTC));
        let calendar_file = file.school_calendar.as_ref().map(|own| self.path(&own.icalendar));
        let language = file.language.unwrap_or_else(|| "en".to_string());
        let method = self.method(file.method);
        let schedules = self.schedules(file.schedules, calendar.week_start);
        let organizations =
            file.organizations.into_iter().map(|(id, o)| (id.clone(), self.organization(&id, o))).collect();
        let sources = self.sources(file.sources, zone.unwrap_or(Zone::UTC));
        let sender = self.sender(file.sender);
        let administrators = self.administrators(file.administrators, &language);
        let delivery = self.delivery(file.delivery, &sender.address);
        let has_page = file.web.is_some();
        let web = self.web(file.web);
        let monitoring = self.monitoring(file.monitoring);
        if let (Some(web), Some(listen)) = (&web, monitoring.listen)
            && web.listen == listen
            && listen.port() != 0
        {
            self.report(at!["monitoring", "listen"], format!("found `{listen}`, which `web.listen` has already"));
        }
        let consent = self.consent(&file.consent, has_page);
        Some(Config {
            path: path.to_path_buf(),
            text: self.text.to_string(),
            sender,
            administrators,
            language,
            zone: zone?,
            calendar,
            calendar_file,
            sources: sources?,
            method,
            organizations,
            schedules,
            whole_organization: matches!(
                file.teachers_without_classes,
                Some(written::WithoutClasses::WholeOrganization)
            ),
            limits: Limits {
                rejected_share: file.limits.rejected_percent.unwrap_or(1.0) / 100.0,
                roster_loss_share: file.limits.roster_loss_percent.unwrap_or(30.0) / 100.0,
                found_share: file.limits.found_percent.unwrap_or(50.0) / 100.0,
            },
            state: self.path(file.state.as_deref().unwrap_or(".plaudit")),
            templates: file.templates.as_deref().map(|folder| self.path(folder)),
            delivery,
            consent,
            web,
            monitoring,
            do_not_contact: self.do_not_contact(file.do_not_contact),
            retention: self.retention(&file.retention),
        })
    }

    pub(super) fn report(&mut self, path: &[Step], message: impl Into<String>) -> &mut Problem {
        let place = format!("{}:{}: {}", self.file, line_of(self.text, path), dotted(path));
        self.problems.push(Problem::new(place, message));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    pub(super) fn path(&self, written: &str) -> PathBuf {
        self.base.join(written)
    }

    pub(super) fn zone(&mut self, name: &str, path: &[Step]) -> Option<Zone> {
        let zone = name.parse().ok();
        if zone.is_none() {
            let hint = nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()))
                .map(|right| format!("did you mean `{right}`?"));
            let message = format!("found `{name}`, expected a zone of the IANA database such as `Europe/Rome`");
            self.report(path, message).hint = hint;
        }
        zone
    }

    pub(super) fn date(&mut self, written: &str, path: &[Step]) -> Option<NaiveDate> {
        let date = written.parse().ok();
        if date.is_none() {
            self.report(path, format!("found `{written}`, expected a date such as `2026-03-02`"));
        }
        date
    }

    pub(super) fn range(&mut self, from: &str, to: &str, path: &[Step]) -> Option<DateRange> {
        let first = self.date(from, &[path, at!["from"]].concat());
        let last = self.date(to, &[path, at!["to"]].concat());
        let (first, last) = (first?, last?);
        if first > last {
            self.report(path, format!("begins on {first} and ends before that, on {last}"));
            return None;
        }
        Some(DateRange { from: first, to: last })
    }

    fn method(&mut self, w: written::Method) -> Method {
        let base = Method::of(w.preset.unwrap_or(Preset::Weekly));
        let ruler = w.ruler.unwrap_or(base.ruler);
        let dates = w.ruler_dates.and_then(|dates| self.range(&dates.from, &dates.to, at!["method", "ruler_dates"]));
        if ruler == RulerKind::Fixed && dates.is_none() {
            self.report(at!["method", "ruler"], "found `fixed` without dates").hint =
                Some("add `ruler_dates: {from: 2026-01-12, to: 2026-04-03}`".into());
        }
        Method {
            scale: w.scale.unwrap_or(base.scale),
            transform: w.transform.unwrap_or(base.transform),
            blocks: w.blocks.unwrap_or(base.blocks),
            active_by: w.active_by.unwrap_or(base.active_by),
            reward: w.reward.unwrap_or(base.reward),
            ruler,
            ruler_dates: dates,
            window_weeks: w.window_weeks.map_or(base.window_weeks, usize::from),
            gain_points: w.gain_points.unwrap_or(base.gain_points),
            idle_minutes: w.idle_minutes.unwrap_or(base.idle_minutes),
            session_minutes: w.session_minutes.unwrap_or(base.session_minutes),
            inactive_days: w.inactive_days.map_or(base.inactive_days, i64::from),
        }
    }

    fn organization(&mut self, id: &str, o: written::Organization) -> Organization {
        Organization {
            opened: o.opened.and_then(|date| self.date(&date, at!["organizations", id, "opened"])),
            zone: o.time_zone.and_then(|zone| self.zone(&zone, at!["organizations", id, "time_zone"])),
            condition: o.condition,
            location: o.location,
        }
    }

    fn sources(&mut self, s: written::Sources, zone: Zone) -> Option<Sources> {
        if let Some(sample) = s.sample {
            if s.roster.is_some() || !s.events.is_empty() || !s.answers.is_empty() {
                self.report(at!["sources", "sample"], "the sample stands beside other sources, expected it alone")
                    .hint = Some("remove `sample` to use your own data".into());
            }
            let last_day = sample.last_day.and_then(|day| self.date(&day, at!["sources", "sample", "last_day"]));
            return Some(Sources::Sample(Sample { seed: sample.seed.unwrap_or(1), last_day }));
        }
        let Some(roster) = s.roster else {
            self.report(at!["sources"], "no roster; expected `roster: {oneroster: FOLDER}`, or `sources: sample`");
            return None;
        };
        if s.events.is_empty() && s.answers.is_empty() {
            self.report(at!["sources"], "neither events nor answers").hint = Some("add `events: [{csv: FILE}]`".into());
        }
        let events = s.events.into_iter().enumerate().map(|(i, a)| self.activity("events", i, a, zone)).collect();
        let answers = s.answers.into_iter().enumerate().map(|(i, a)| self.activity("answers", i, a, zone)).collect();
        Some(Sources::Files { roster: self.roster(&roster), events, answers })
    }

    fn roster(&self, roster: &written::Roster) -> RosterSource {
        let people_by = match roster.people_by {
            None | Some(written::PeopleBy::SourcedId) => "sourcedId",
            Some(written::PeopleBy::Username) => "username",
            Some(written::PeopleBy::Identifier) => "identifier",
            Some(written::PeopleBy::Email) => "email",
        };
        RosterSource { path: self.path(&roster.oneroster), people_by: people_by.to_string() }
    }

    fn activity(&mut self, list: &str, index: usize, a: written::Activity, zone: Zone) -> ActivitySource {
        let own = a.time_zone.and_then(|name| self.zone(&name, at!["sources", list, index, "time_zone"]));
        let time_format = match a.time_format.as_deref() {
            None | Some("iso") => TimeFormat::Iso,
            Some("unix") => TimeFormat::Unix,
            Some("unix_ms") => TimeFormat::UnixMilliseconds,
            Some(pattern) => self.pattern(pattern, at!["sources", list, index, "time_format"]),
        };
        let texts = |given: Option<Vec<String>>, usual: &str| given.unwrap_or_else(|| vec![usual.to_string()]);
        ActivitySource {
            path: self.path(&a.csv),
            zone: own.unwrap_or(zone),
            time_format,
            columns: Columns::of(a.columns),
            kinds: a.kinds.unwrap_or_else(super::usual_kinds),
            right: texts(a.right, "1"),
            wrong: texts(a.wrong, "0"),
        }
    }

    fn pattern(&mut self, pattern: &str, path: &[Step]) -> TimeFormat {
        use chrono::format::{Item, StrftimeItems};
        let unreadable = StrftimeItems::new(pattern).any(|item| item == Item::Error);
        if unreadable || !pattern.contains('%') {
            let message =
                format!("found `{pattern}`, expected iso, unix, unix_ms, or a pattern such as `%d/%m/%Y %H:%M`");
            self.report(path, message);
        }
        TimeFormat::Pattern(pattern.to_string())
    }

    fn sender(&mut self, s: written::Sender) -> Sender {
        if s.name.chars().any(char::is_control) || s.name.trim().is_empty() {
            self.report(at!["sender", "name"], "found a name that is empty or has a line break, expected one line");
        }
        self.address(&s.address, at!["sender", "address"]);
        if let Some(reply_to) = &s.reply_to {
            self.address(reply_to, at!["sender", "reply_to"]);
        }
        Sender { name: s.name, address: s.address, reply_to: s.reply_to }
    }

    fn administrators(&mut self, written: Vec<written::Administrator>, language: &str) -> Vec<Administrator> {
        let mut administrators = Vec::new();
        for (index, administrator) in written.into_iter().enumerate() {
            self.address(&administrator.address, at!["administrators", index, "address"]);
            let language = administrator.language.unwrap_or_else(|| language.to_string());
            administrators.push(Administrator { address: administrator.address, language });
        }
        administrators
    }

    pub(super) fn address(&mut self, address: &str, path: &[Step]) {
        if address.parse::<lettre::Address>().is_err() {
            self.report(path, format!("found `{address}`, expected a mail address such as `reports@school.example`"));
        }
    }
}
