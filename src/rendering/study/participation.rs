//! Who takes part: active members and log ins by month, week, day and hour (the study's table 4.1 and figures 4.1 to 4.3 and
//! 4.8 to 4.13).

use super::paper::{Block, Column, Grid, Section, Shown};
use super::{FULL, HALF, Study, evidence, largest, logins, people, smallest};
use crate::calendar::Timeline;
use crate::intake::Role;
use crate::rendering::charts::{self, Columns, Line, Unit};
use crate::rendering::dates::{date, day_month, month_year, weekday};
use crate::scoring::facts::minutes;
use crate::scoring::rhythm::first_whole_week;
use crate::scoring::statistics::mean;
use crate::scoring::tables::Cell;
use crate::scoring::usage::Use;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

impl Study<'_> {
    /// The section over all organizations.
    pub(super) fn who_takes_part(&self) -> Section {
        if self.nobody(None) {
            return self.section("use", vec![self.missing("active", "activity")]);
        }
        let blocks = vec![self.months_table(None), self.weekly(None), self.daily(None), self.monthly(None)];
        self.section("use", blocks)
    }

    /// Whether no member was active in the period.
    pub(super) fn nobody(&self, organization: Option<usize>) -> bool {
        self.periods(organization, None).weeks.iter().all(|week| week.people == 0)
    }

    /// Active members by month, as a table.
    pub(super) fn months_table(&self, organization: Option<usize>) -> Block {
        let of = |role| &self.periods(organization, role).months;
        let months = self.writer.analysis.usage.months.iter().enumerate();
        let rows = months.map(|(index, month)| {
            let active = |role| Cell::from(of(role)[index].people);
            vec![
                Cell::from(*month),
                active(None),
                active(Some(Role::Student)),
                active(Some(Role::Teacher)),
                self.days_of(*month).into(),
            ]
        });
        let head = |key: &str| self.word(&format!("study.months.head.{key}"));
        let column = |name: &'static str, shown| Column { name, head: head(name), shown };
        Block::Table(Grid {
            name: "monthly-active",
            caption: self.word("study.months.caption"),
            columns: vec![
                column("month", Shown::Month),
                column("people", Shown::Plain),
                column("students", Shown::Plain),
                column("teachers", Shown::Plain),
                column("days", Shown::Plain),
            ],
            rows: rows.collect(),
            note: Some(self.word("study.months.note")),
        })
    }

    /// How many days of a month lie in the period's weeks.
    fn days_of(&self, month: NaiveDate) -> usize {
        let days = &self.writer.analysis.days;
        let dates = (0..days.len()).map(|day| days.date(day)).filter(|date| days.place(*date).is_some());
        dates.filter(|date| (date.year(), date.month()) == (month.year(), month.month())).count()
    }

    /// Active members by week.
    pub(super) fn weekly(&self, organization: Option<usize>) -> Block {
        let weeks = &self.periods(organization, None).weeks;
        let values = people(weeks);
        let series = match organization {
            None => vec![Line { name: self.word("study.role.all"), values: values.clone() }],
            Some(_) => self.by_role(organization, |periods| people(&periods.weeks)),
        };
        let date = |index: usize| day_month(self.writer.words, self.writer.analysis.weeks[index].first());
        let caption = [
            self.word("study.weekly.caption"),
            self.extremes("study.weekly", &values, &date),
            evidence::trend(self.writer.words, "study.weekly.trend", &self.whole_weeks(organization)),
        ];
        let chart = self.chart("people", Unit::Plain, self.week_labels(), series, (FULL, 500));
        self.figure("weekly-active", "weekly", vec![(String::new(), charts::columns(&chart))], 1, &caption)
    }

    /// Active members of the weeks that may be compared: not of a first week that the data begin in, nor of weeks before an
    /// organization began.
    fn whole_weeks(&self, organization: Option<usize>) -> Vec<f64> {
        let timeline: &Timeline = &self.writer.scores.timeline;
        let window = &self.writer.scores.window;
        let first = first_whole_week(timeline, self.writer.analysis.first_day);
        let begun =
            organization.map_or(0, |own| self.writer.scores.weekly.first_week(self.writer.roster, timeline, own));
        let skipped = first.max(begun).saturating_sub(window.start);
        self.periods(organization, None).weeks.iter().skip(skipped).map(|week| f64::from(week.people)).collect()
    }

    /// Active members by day.
    pub(super) fn daily(&self, organization: Option<usize>) -> Block {
        let days = &self.periods(organization, None).days;
        let of_day = |days: &[Use]| self.of_days(organization, days, |day| f64::from(day.people));
        let series = match organization {
            None => vec![Line { name: self.word("study.role.all"), values: of_day(days) }],
            Some(_) => self.by_role(organization, |periods| of_day(&periods.days)),
        };
        let chart = self.chart("people", Unit::Plain, self.day_labels(), series, (FULL, 460));
        let caption = [self.word("study.daily.caption"), self.busiest_day(&of_day(days)), self.weekdays(&of_day(days))];
        self.figure("daily-active", "daily", vec![(String::new(), charts::lines(&chart))], 1, &caption)
    }

    /// The day with the most, and how many days there was nothing.
    fn busiest_day(&self, values: &[Option<f64>]) -> String {
        let Some((most_on, most)) = largest(values) else { return String::new() };
        let quiet = values.iter().flatten().filter(|value| **value <= 0.0).count();
        let on = date(self.writer.words, self.writer.analysis.days.date(most_on));
        let (most, all) = (self.writer.words.decimal(most, 0), self.number(values.iter().flatten().count()));
        self.count("study.daily.busiest", quiet, &[("date", &on), ("most", &most), ("days", &all)])
    }

    /// The weekdays with the most and the fewest, on average.
    fn weekdays(&self, values: &[Option<f64>]) -> String {
        let mut sums: BTreeMap<u32, (f64, f64, NaiveDate)> = BTreeMap::new();
        for (day, value) in values.iter().enumerate().filter_map(|(day, value)| Some((day, (*value)?))) {
            let date = self.writer.analysis.days.date(day);
            let sum = sums.entry(date.weekday().num_days_from_monday()).or_insert((0.0, 0.0, date));
            sum.0 += value;
            sum.1 += 1.0;
        }
        let means: Vec<Option<f64>> = sums.values().map(|(sum, count, _)| Some(sum / count)).collect();
        let names: Vec<String> = sums.values().map(|(.., date)| weekday(self.writer.words, *date)).collect();
        let (Some((high, most)), Some((low, fewest))) = (largest(&means), smallest(&means)) else {
            return String::new();
        };
        let (most, fewest) = (self.writer.words.decimal(most, 1), self.writer.words.decimal(fewest, 1));
        let values = [("busy", names[high].as_str()), ("most", &most), ("quiet", &names[low]), ("fewest", &fewest)];
        self.say("study.daily.weekdays", &values)
    }

    /// Active students and teachers by month.
    pub(super) fn monthly(&self, organization: Option<usize>) -> Block {
        let series = self.by_role(organization, |periods| people(&periods.months));
        let [students, teachers] = [0, 1].map(|role: usize| &series[role].values);
        let more = students.iter().zip(teachers).filter(|(students, teachers)| students > teachers).count();
        let (months, more_text) = (self.number(students.len()), self.number(more));
        let key = if more == students.len() { "study.monthly.all" } else { "study.monthly.some" };
        let all = people(&self.periods(organization, None).months);
        let name = |index: usize| month_year(self.writer.words, self.writer.analysis.usage.months[index]);
        let caption = [
            self.word("study.monthly.caption"),
            self.say(key, &[("months", &months), ("more", &more_text)]),
            self.extremes("study.monthly", &all, &name),
        ];
        let chart = self.chart("people", Unit::Plain, self.month_labels(), series, (FULL, 460));
        self.figure("monthly-active", "monthly", vec![(String::new(), charts::columns(&chart))], 1, &caption)
    }

    /// Log ins of students and teachers by month.
    pub(super) fn monthly_logins(&self, organization: Option<usize>) -> Block {
        let series = self.by_role(organization, |periods| logins(&periods.months));
        let each = |role: Role| {
            let periods = self.periods(organization, Some(role));
            let logins: u32 = periods.months.iter().map(|month| month.logins).sum();
            let people: u32 = periods.months.iter().map(|month| month.people).sum();
            (logins, (people > 0).then(|| f64::from(logins) / f64::from(people)))
        };
        let ((of_students, student), (of_teachers, teacher)) = (each(Role::Student), each(Role::Teacher));
        if of_students + of_teachers == 0 {
            return self.missing("monthly_logins", "logins");
        }
        let shown = |value: Option<f64>| {
            value.map_or_else(|| self.word("number.undefined"), |value| self.writer.words.decimal(value, 1))
        };
        let (all_students, all_teachers) = (self.number(of_students as usize), self.number(of_teachers as usize));
        let values = [
            ("students", all_students.as_str()),
            ("teachers", &all_teachers),
            ("student", &shown(student)),
            ("teacher", &shown(teacher)),
        ];
        let caption = [self.word("study.monthly_logins.caption"), self.say("study.monthly_logins.each", &values)];
        let chart = self.chart("logins", Unit::Plain, self.month_labels(), series, (FULL, 460));
        self.figure("monthly-logins", "monthly_logins", vec![(String::new(), charts::columns(&chart))], 1, &caption)
    }

    /// Log ins of students and teachers by day.
    pub(super) fn daily_logins(&self, organization: usize) -> Block {
        let days = &self.periods(Some(organization), None).days;
        if days.iter().all(|day| day.logins == 0) {
            return self.missing("daily_logins", "logins");
        }
        let of_day = |days: &[Use]| self.of_days(Some(organization), days, |day| f64::from(day.logins));
        let series = self.by_role(Some(organization), |periods| of_day(&periods.days));
        let all = of_day(days);
        let caption = [self.word("study.daily_logins.caption"), self.busiest_day(&all), self.first_weeks(&all)];
        let chart = self.chart("logins", Unit::Plain, self.day_labels(), series, (FULL, 460));
        self.figure("daily-logins", "daily_logins", vec![(String::new(), charts::lines(&chart))], 1, &caption)
    }

    /// Log ins a day in the first four weeks with any, and after them.
    fn first_weeks(&self, values: &[Option<f64>]) -> String {
        let logins: Vec<f64> = values.iter().flatten().copied().skip_while(|logins| *logins <= 0.0).collect();
        let (first, rest) = logins.split_at(logins.len().min(28));
        let (Some(first), Some(rest)) = (mean(first), mean(rest)) else { return String::new() };
        let (first, rest) = (self.writer.words.decimal(first, 1), self.writer.words.decimal(rest, 1));
        self.say("study.daily_logins.first_weeks", &[("first", &first), ("rest", &rest)])
    }

    /// Log ins and members by hour, of the busiest day and over all days.
    pub(super) fn hourly(&self, organization: usize) -> Block {
        let own: Vec<_> = self.writer.analysis.hours.iter().filter(|hour| hour.organization == organization).collect();
        let mut by_day: BTreeMap<usize, u32> = BTreeMap::new();
        for hour in &own {
            *by_day.entry(hour.day).or_default() += hour.logins;
        }
        let busiest = by_day.iter().rev().max_by_key(|(_, logins)| **logins).filter(|(_, logins)| **logins > 0);
        let Some((busiest, _)) = busiest else { return self.missing("hourly", "logins") };
        let sums = |day: Option<usize>| {
            let mut sums = [(0_u32, 0_u32); 24];
            for hour in own.iter().filter(|hour| day.is_none_or(|day| hour.day == day)) {
                sums[hour.hour].0 += hour.logins;
                sums[hour.hour].1 += hour.people;
            }
            sums
        };
        let panel = |title: String, day: Option<usize>| {
            let sums = sums(day);
            let values = |value: fn(&(u32, u32)) -> u32| sums.iter().map(|sum| Some(f64::from(value(sum)))).collect();
            let series = vec![
                Line { name: self.word("study.hourly.logins"), values: values(|sum| sum.0) },
                Line { name: self.word("study.hourly.people"), values: values(|sum| sum.1) },
            ];
            let labels = (0..24).step_by(6).map(|hour| (hour, hour.to_string())).collect();
            (title, charts::columns(&self.chart("hour", Unit::Plain, labels, series, (HALF, 440))))
        };
        let day = date(self.writer.words, self.writer.analysis.days.date(*busiest));
        let all = sums(None);
        let logins: u32 = all.iter().map(|sum| sum.0).sum();
        let night: u32 = [19, 20, 21, 22, 23, 0, 1, 2].iter().map(|hour: &usize| all[*hour].0).sum();
        let most = (0..24).rev().max_by_key(|hour: &usize| all[*hour].0).unwrap_or_default();
        let share = self.writer.words.percent(f64::from(night) / f64::from(logins));
        let (from, to) = (most.to_string(), (most + 1).to_string());
        let values = [("date", day.as_str()), ("from", &from), ("to", &to), ("share", &share)];
        let caption = [self.word("study.hourly.caption"), self.say("study.hourly.seen", &values)];
        let panels = vec![panel(day.clone(), Some(*busiest)), panel(self.word("study.hourly.all_days"), None)];
        self.figure("hourly-logins", "hourly", panels, 2, &caption)
    }

    /// Which period has the most and which the fewest, by the name of an index.
    fn extremes(&self, key: &str, values: &[Option<f64>], name: &dyn Fn(usize) -> String) -> String {
        let (Some((high, most)), Some((low, fewest))) = (largest(values), smallest(values)) else {
            return String::new();
        };
        if values.iter().flatten().count() < 2 {
            return String::new();
        }
        let (most_on, fewest_on) = (name(high), name(low));
        let (most, fewest) = (self.writer.words.decimal(most, 0), self.writer.words.decimal(fewest, 0));
        let places = [("most_on", most_on.as_str()), ("most", &most), ("fewest_on", &fewest_on), ("fewest", &fewest)];
        self.say(&format!("{key}.extremes"), &places)
    }

    /// A chart over periods.
    pub(super) fn chart(
        &self,
        axis: &str,
        unit: Unit,
        labels: Vec<(usize, String)>,
        series: Vec<Line>,
        size: (u32, u32),
    ) -> Columns {
        Columns { axis: self.word(&format!("study.axis.{axis}")), unit, labels, series, size }
    }
}

/// Minutes of members of a role for each who was active.
pub(super) fn per_active(uses: &[Use]) -> Vec<Option<f64>> {
    uses.iter().map(Use::per_active).collect()
}

/// All minutes of a role.
pub(super) fn all_minutes(uses: &[Use]) -> f64 {
    minutes(uses.iter().map(|done| done.online).sum())
}
