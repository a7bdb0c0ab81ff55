//! Who takes part: active members and log ins by month, week and day (the study's table 4.1 and figures 4.1 to 4.3 and 4.8
//! to 4.12).

use super::paper::{Block, Column, Grid, MOST_ROWS, Section, Shown};
use super::{FULL, Study, evidence, largest, smallest};
use crate::intake::Role;
use crate::rendering::charts::{self, Columns, Line, Unit};
use crate::rendering::dates::{day_month, month_year, weekday};
use crate::scoring::statistics::mean;
use crate::scoring::tables::Cell;
use crate::scoring::usage::Use;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

fn people(done: &Use) -> f64 {
    f64::from(done.people)
}

fn logins(done: &Use) -> f64 {
    f64::from(done.logins)
}

impl Study<'_> {
    /// The section over all organizations.
    pub(super) fn who_takes_part(&self) -> Section {
        if self.nobody(None) {
            return self.section("use", vec![self.missing("active", "activity")]);
        }
        let blocks = vec![self.months_table(None), self.weekly(None), self.daily(None), self.monthly(None)];
        self.section("use", blocks)
    }

    /// Whether members did nothing in the period, active or not.
    pub(super) fn nobody(&self, organization: Option<usize>) -> bool {
        let idle = self.periods(organization, None).weeks.iter().all(|week| *week == Use::default());
        idle && self.answers_of((organization, None)).is_none()
    }

    /// Active members by month, as a table.
    pub(super) fn months_table(&self, of: Option<usize>) -> Block {
        let months = self.writer.analysis.usage.months.iter().enumerate();
        let rows = months.map(|(index, month)| {
            let days = self.days_of(*month, of);
            let active = |role| Cell::from(Some(self.periods(of, role).months[index].people).filter(|_| days > 0));
            let (students, teachers) = (active(Some(Role::Student)), active(Some(Role::Teacher)));
            vec![Cell::from(*month), active(None), students, teachers, days.into()]
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
            most_rows: MOST_ROWS,
            note: Some(self.word("study.months.note")),
        })
    }

    /// How many days of a month count.
    pub(super) fn days_of(&self, month: NaiveDate, of: Option<usize>) -> usize {
        let (days, first) = (&self.writer.analysis.days, self.first_counted(of));
        let dates = (0..days.len()).map(|day| days.date(day)).filter(|date| days.place(*date).is_some());
        let dates = dates.filter(|date| first.is_none_or(|first| *date >= first));
        dates.filter(|date| (date.year(), date.month()) == (month.year(), month.month())).count()
    }

    /// Active members by week.
    pub(super) fn weekly(&self, of: Option<usize>) -> Block {
        let values = self.of_weeks(of, &self.periods(of, None).weeks, people);
        let series = match of {
            None => vec![Line { name: self.word("study.role.all"), values: values.clone() }],
            Some(_) => self.by_role(of, |periods| self.of_weeks(of, &periods.weeks, people)),
        };
        let date = |index: usize| self.week_name(index);
        let skipped = self.first_whole(of);
        let comparable: Vec<Option<f64>> =
            values.iter().enumerate().map(|(week, value)| value.filter(|_| week >= skipped)).collect();
        let caption = [
            self.word("study.weekly.caption"),
            self.extremes("study.weekly", &comparable, &date),
            evidence::trend(self.writer.words, "study.weekly.trend", &self.whole_weeks(of, &values)),
            self.edges(of),
        ];
        let chart = self.chart("people", Unit::Plain, self.week_labels(), series, (FULL, 500));
        self.figure("weekly-active", "weekly", vec![(String::new(), charts::columns(&chart))], 1, &caption)
    }

    /// A week in a sentence, by its index: its first day, with the year in a long period.
    fn week_name(&self, index: usize) -> String {
        let first = self.writer.analysis.weeks[index].first();
        let long = self.writer.analysis.days.len() > super::LONG_DAYS;
        if long { self.date(first) } else { day_month(self.writer.words, first) }
    }

    /// Active members by day.
    pub(super) fn daily(&self, of: Option<usize>) -> Block {
        let all = self.of_days(of, &self.periods(of, None).days, people);
        let series = match of {
            None => vec![Line { name: self.word("study.role.all"), values: all.clone() }],
            Some(_) => self.by_role(of, |periods| self.of_days(of, &periods.days, people)),
        };
        let chart = self.chart("people", Unit::Plain, self.day_labels(), series, (FULL, 460));
        let caption = [self.word("study.daily.caption"), self.busiest_day("study.daily", &all), self.weekdays(&all)];
        self.figure("daily-active", "daily", vec![(String::new(), charts::lines(&chart))], 1, &caption)
    }

    /// The day with the most, and how many days there was nothing.
    fn busiest_day(&self, key: &str, values: &[Option<f64>]) -> String {
        let Some((most_on, most)) = largest(values).filter(|(_, most)| *most > 0.0) else { return String::new() };
        let quiet = values.iter().flatten().filter(|value| **value <= 0.0).count();
        let on = self.date(self.writer.analysis.days.date(most_on));
        let (most, all) = (self.writer.words.decimal(most, 0), self.number(values.iter().flatten().count()));
        let values = [("date", &*on), ("most", &most), ("quiet", &self.number(quiet)), ("days", &all)];
        self.say(&format!("{key}.busiest"), &values)
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
        if most <= fewest {
            return String::new();
        }
        let (most, fewest) = (self.writer.words.decimal(most, 1), self.writer.words.decimal(fewest, 1));
        let values = [("busy", names[high].as_str()), ("most", &most), ("quiet", &names[low]), ("fewest", &fewest)];
        self.say("study.daily.weekdays", &values)
    }

    /// Active students and teachers by month.
    pub(super) fn monthly(&self, of: Option<usize>) -> Block {
        let series = self.by_role(of, |periods| self.of_months(of, &periods.months, people));
        let all = self.of_months(of, &self.periods(of, None).months, people);
        let name = |index: usize| month_year(self.writer.words, self.writer.analysis.usage.months[index]);
        let caption = [
            self.word("study.monthly.caption"),
            self.roles_by_month(&series[0].values, &series[1].values),
            self.extremes("study.monthly", &all, &name),
        ];
        let chart = self.chart("people", Unit::Plain, self.month_labels(), series, (FULL, 460));
        self.figure("monthly-active", "monthly", vec![(String::new(), charts::columns(&chart))], 1, &caption)
    }

    /// In how many months more students than teachers were active.
    fn roles_by_month(&self, students: &[Option<f64>], teachers: &[Option<f64>]) -> String {
        let both: Vec<(f64, f64)> = students.iter().zip(teachers).filter_map(|(s, t)| Some(((*s)?, (*t)?))).collect();
        let nobody = |values: &[Option<f64>]| values.iter().flatten().all(|value| *value <= 0.0);
        if nobody(students) || nobody(teachers) {
            let key = if nobody(students) { "no_students" } else { "no_teachers" };
            return self.word(&format!("study.monthly.{key}"));
        }
        let more = both.iter().filter(|(students, teachers)| students > teachers).count();
        let key = if more == both.len() { "study.monthly.all" } else { "study.monthly.some" };
        self.say(key, &[("months", &self.number(both.len())), ("more", &self.number(more))])
    }

    /// Log ins of students and teachers by month.
    pub(super) fn monthly_logins(&self, of: Option<usize>) -> Block {
        if self.periods(of, None).months.iter().all(|month| month.logins == 0) {
            return self.missing("monthly_logins", "logins");
        }
        let series = self.by_role(of, |periods| self.of_months(of, &periods.months, logins));
        let each = |role: Role, key: &str| {
            let months = &self.periods(of, Some(role)).months;
            let logins: u32 = months.iter().map(|month| month.logins).sum();
            let people: u32 = months.iter().map(|month| month.people).sum();
            if people == 0 {
                return String::new();
            }
            let mean = self.writer.words.decimal(f64::from(logins) / f64::from(people), 1);
            let values = [("logins", &*self.number(logins as usize)), ("mean", &mean)];
            self.say(&format!("study.monthly_logins.{key}"), &values)
        };
        let caption = [
            self.word("study.monthly_logins.caption"),
            each(Role::Student, "students"),
            each(Role::Teacher, "teachers"),
        ];
        let chart = self.chart("logins", Unit::Plain, self.month_labels(), series, (FULL, 460));
        self.figure("monthly-logins", "monthly_logins", vec![(String::new(), charts::columns(&chart))], 1, &caption)
    }

    /// Log ins of students and teachers by day.
    pub(super) fn daily_logins(&self, organization: usize) -> Block {
        let of = Some(organization);
        let days = &self.periods(of, None).days;
        if days.iter().all(|day| day.logins == 0) {
            return self.missing("daily_logins", "logins");
        }
        let series = self.by_role(of, |periods| self.of_days(of, &periods.days, logins));
        let all = self.of_days(of, days, logins);
        let caption = [
            self.word("study.daily_logins.caption"),
            self.busiest_day("study.daily_logins", &all),
            self.first_weeks(&all),
        ];
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

    /// Which period has the most and which the fewest, by the name of an index; ties are counted.
    fn extremes(&self, key: &str, values: &[Option<f64>], name: &dyn Fn(usize) -> String) -> String {
        let (Some((high, most)), Some((low, fewest))) = (largest(values), smallest(values)) else {
            return String::new();
        };
        if values.iter().flatten().count() < 2 {
            return String::new();
        }
        let number = |value: f64| self.writer.words.decimal(value, 0);
        if most <= fewest {
            return self.say(&format!("{key}.equal"), &[("most", &number(most))]);
        }
        let named = |index: usize, value: f64| {
            let others = values.iter().flatten().filter(|other| (**other - value).abs() < 0.5).count() - 1;
            if others == 0 { name(index) } else { self.count("study.list.others", others, &[("first", &name(index))]) }
        };
        let places = [
            ("most_on", &*named(high, most)),
            ("most", &number(most)),
            ("fewest_on", &named(low, fewest)),
            ("fewest", &number(fewest)),
        ];
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
