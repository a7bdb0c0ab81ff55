//! When notices go out, the school's calendar and how others see that they did, as written, turned into settings that are
//! believed.

use super::check::{Check, at};
use super::position::Step;
use super::settings::{Audience, Kind, Monitoring, Schedule, USUAL_NOT_OLDER_THAN_DAYS};
use super::written::{self, Day};
use crate::calendar::{DateRange, Missed, Rule, SchoolCalendar, Term, When, Zone, join};
use chrono::{Duration, Weekday};

impl Check<'_> {
    pub(super) fn calendar(&mut self, file: &written::File, zone: Zone) -> SchoolCalendar {
        use Day::{Friday, Monday, Thursday, Tuesday, Wednesday};
        let usual = [Monday, Tuesday, Wednesday, Thursday, Friday];
        let mut calendar = SchoolCalendar {
            week_start: weekday(file.week_start.unwrap_or(Monday)),
            school_days: file.school_days.as_deref().unwrap_or(&usual).iter().copied().map(weekday).collect(),
            holidays: join(self.stretches("holidays", &file.holidays).into_iter().map(|(_, range)| range)),
            exams: join(self.stretches("exams", &file.exams).into_iter().map(|(_, range)| range)),
            terms: self.terms(&file.terms),
        };
        if let Some(own) = &file.school_calendar {
            self.add_calendar_file(own, zone, &mut calendar);
        }
        calendar.terms.sort_by_key(|term| term.range.from);
        calendar
    }

    fn terms(&mut self, written: &[written::Period]) -> Vec<Term> {
        let terms = self.stretches("terms", written).into_iter();
        terms
            .map(|(index, range)| {
                let name = written[index].name.clone().unwrap_or_else(|| format!("{} to {}", range.from, range.to));
                Term { name, range }
            })
            .collect()
    }

    /// The stretches of a list, each with its place in it; none of them may overlap another.
    fn stretches(&mut self, key: &str, written: &[written::Period]) -> Vec<(usize, DateRange)> {
        let mut found: Vec<(usize, DateRange)> = Vec::new();
        for (index, period) in written.iter().enumerate() {
            let Some(range) = self.range(&period.from, &period.to, at![key, index]) else { continue };
            if let Some((_, other)) = found.iter().find(|(_, other)| other.overlaps(&range)) {
                let message = format!("overlaps `{key}` from {} to {}", other.from, other.to);
                self.report(at![key, index], message).hint = Some("let each day be in one of them".into());
            }
            found.push((index, range));
        }
        found
    }

    pub(super) fn schedules(&mut self, written: Vec<written::Schedule>, week_start: Weekday) -> Vec<Schedule> {
        let mut schedules: Vec<Schedule> = Vec::new();
        for (index, one) in written.into_iter().enumerate() {
            let schedule = self.schedule(index, one, week_start);
            if schedules.iter().any(|other| other.name == schedule.name) {
                let message = format!("found a second schedule with the name `{}`", schedule.name);
                self.report(at!["schedules", index], message).hint =
                    Some("give it a `name` of its own; without one its name is that of the notice".into());
            }
            schedules.push(schedule);
        }
        schedules
    }

    fn schedule(&mut self, index: usize, schedule: written::Schedule, week_start: Weekday) -> Schedule {
        self.audience(index, &schedule);
        let name = schedule.name.clone().unwrap_or_else(|| schedule.notice.name().to_string());
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            self.report(at!["schedules", index, "name"], "found a name that is empty or has a line break");
        }
        let zone = schedule.time_zone.as_ref();
        let zone = zone.and_then(|name| self.zone(name, at!["schedules", index, "time_zone"]));
        Schedule { name, rule: self.rule(index, &schedule, week_start), notice: schedule.notice, to: schedule.to, zone }
    }

    fn rule(&mut self, index: usize, schedule: &written::Schedule, week_start: Weekday) -> Rule {
        let days = schedule.not_older_than.map_or(USUAL_NOT_OLDER_THAN_DAYS, i64::from);
        let when = match &schedule.when {
            None => {
                self.needs_when(index, schedule);
                When::week_end(week_start)
            }
            Some(text) => When::parse(text).unwrap_or_else(|message| {
                self.report(at!["schedules", index, "when"], message);
                When::week_end(week_start)
            }),
        };
        Rule {
            when,
            missed: schedule.missed.unwrap_or(Missed::Once),
            not_older_than: Duration::days(days),
            not_in: schedule.not_in.clone().unwrap_or_default(),
        }
    }

    /// What says nothing of a schedule that is due at the end of each week.
    fn needs_when(&mut self, index: usize, schedule: &written::Schedule) {
        let given = [
            ("time_zone", schedule.time_zone.is_some()),
            ("missed", schedule.missed.is_some()),
            ("not_in", schedule.not_in.is_some()),
        ];
        for (key, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
            let message = "stands without `when`, so it says nothing: without it a week is told once, from its end on";
            self.report(at!["schedules", index, key], message).hint =
                Some("add `when: monday 07:00`, or remove this line".into());
        }
    }

    fn audience(&mut self, index: usize, schedule: &written::Schedule) {
        let allowed: &[Audience] = match schedule.notice {
            Kind::TeacherReport => &[Audience::Teachers],
            Kind::Reward | Kind::WelcomeBack | Kind::Steady => &[Audience::Guardians, Audience::Students],
            Kind::Digest => &[Audience::Administrators],
            Kind::Alarm | Kind::Invitation => &[],
        };
        if allowed.is_empty() {
            let message = format!("found `{}`, which has no schedule", schedule.notice.name());
            self.report(at!["schedules", index, "notice"], message).hint = Some(match schedule.notice {
                Kind::Invitation => {
                    "invitations follow from `consent: {guardians: accepted}`; remove these lines".into()
                }
                _ => "alarms go to `administrators` whenever a run fails; remove these lines".into(),
            });
        } else if schedule.to.is_empty() {
            let names = format!("{allowed:?}").to_lowercase();
            self.report(at!["schedules", index, "to"], format!("found an empty list, expected some of {names}"));
        } else if let Some(wrong) = schedule.to.iter().find(|audience| !allowed.contains(audience)) {
            let names = format!("{allowed:?}").to_lowercase();
            let message = format!("`{}` cannot go to {wrong:?}; expected {names}", schedule.notice.name());
            self.report(at!["schedules", index, "to"], message.to_lowercase());
        }
    }

    pub(super) fn monitoring(&mut self, written: written::Monitoring) -> Monitoring {
        let listen = written.listen.as_deref().and_then(|text| {
            let parsed = text.parse().ok();
            if parsed.is_none() {
                let message = format!("found `{text}`, expected an address and a port such as `127.0.0.1:9464`");
                self.report(at!["monitoring", "listen"], message);
            }
            parsed
        });
        for (key, url) in [("ping", &written.ping), ("ping_failed", &written.ping_failed)] {
            let is_one = |url: &String| {
                let host = url.strip_prefix("https://").or(url.strip_prefix("http://")).unwrap_or_default();
                !host.is_empty() && !host.starts_with('/') && !url.contains(char::is_whitespace) && url.is_ascii()
            };
            if let Some(url) = url.as_ref().filter(|url| !is_one(url)) {
                let message = format!("found `{url}`, expected an address such as `https://watch.example/ping/1234`");
                self.report(at!["monitoring", key], message);
            }
        }
        Monitoring { listen, ping: written.ping, ping_failed: written.ping_failed }
    }
}

fn weekday(day: Day) -> Weekday {
    match day {
        Day::Monday => Weekday::Mon,
        Day::Tuesday => Weekday::Tue,
        Day::Wednesday => Weekday::Wed,
        Day::Thursday => Weekday::Thu,
        Day::Friday => Weekday::Fri,
        Day::Saturday => Weekday::Sat,
        Day::Sunday => Weekday::Sun,
    }
}
