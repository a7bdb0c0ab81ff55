//! Time online: by day and week and role, in and after class (the study's figures 4.14 and 4.15).

use super::paper::Block;
use super::participation::{all_minutes, per_active};
use super::{FULL, Study, hours};
use crate::intake::Role;
use crate::rendering::charts::{self, Line, Unit};
use crate::scoring::usage::Use;

impl Study<'_> {
    /// Minutes of each active member by day and by week.
    pub(super) fn time_spent(&self, organization: usize) -> Block {
        let periods = self.periods(Some(organization), None);
        if periods.weeks.iter().all(|week| week.online == 0) {
            return self.missing("time_spent", "time");
        }
        let days = self.by_role(Some(organization), |periods| per_active(&periods.days));
        let weeks = self.by_role(Some(organization), |periods| per_active(&periods.weeks));
        let by_day = charts::lines(&self.chart("minutes", Unit::Plain, self.day_labels(), days, (FULL, 440)));
        let by_week = charts::columns(&self.chart("minutes", Unit::Plain, self.week_labels(), weeks, (FULL, 440)));
        let each = |role: Role| {
            let weeks = &self.periods(Some(organization), Some(role)).weeks;
            let people: u32 = weeks.iter().map(|week| week.people).sum();
            let mean = (people > 0).then(|| all_minutes(weeks) / f64::from(people));
            mean.map_or_else(|| self.word("number.undefined"), |mean| self.writer.words.decimal(mean, 0))
        };
        let values = [("students", &*each(Role::Student)), ("teachers", &each(Role::Teacher))];
        let caption = [
            self.word("study.time_spent.caption"),
            self.say("study.time_spent.each", &values),
            self.trend_of_time(&periods.weeks),
        ];
        let panels = vec![(self.word("study.by_day"), by_day), (self.word("study.by_week"), by_week)];
        self.figure("time-spent", "time_spent", panels, 1, &caption)
    }

    /// What may be said of the trend of minutes for each active member.
    fn trend_of_time(&self, weeks: &[Use]) -> String {
        let known: Vec<f64> = per_active(weeks).into_iter().flatten().collect();
        super::evidence::trend(self.writer.words, "study.time_spent.trend", &known)
    }

    /// Hours in class and after class by day and by week.
    pub(super) fn class_time(&self, organization: usize) -> Block {
        let periods = self.periods(Some(organization), None);
        if periods.weeks.iter().all(|week| week.online == 0) {
            return self.missing("class_time", "time");
        }
        let line = |key: &str, values| Line { name: self.word(&format!("study.time.{key}")), values };
        let of_days = |value: fn(&Use) -> f64| self.of_days(Some(organization), &periods.days, value);
        let of_weeks = |value: fn(&Use) -> f64| periods.weeks.iter().map(|week| Some(value(week))).collect();
        let days = vec![line("in_class", of_days(in_class)), line("after_class", of_days(after_class))];
        let weeks = vec![line("in_class", of_weeks(in_class)), line("after_class", of_weeks(after_class))];
        let by_day = self.chart("hours_online", Unit::Plain, self.day_labels(), days, (FULL, 440));
        let by_week = self.chart("hours_online", Unit::Plain, self.week_labels(), weeks, (FULL, 440));
        let panels = vec![
            (self.word("study.by_day"), charts::lines(&by_day)),
            (self.word("study.by_week"), charts::columns(&by_week)),
        ];
        let caption = [self.word("study.class_time.caption"), self.class_and_home(organization)];
        self.figure("class-time", "class_time", panels, 1, &caption)
    }

    /// How much of the time was in class.
    pub(super) fn class_and_home(&self, organization: usize) -> String {
        let weeks = &self.periods(Some(organization), None).weeks;
        let (online, in_class): (i64, i64) =
            weeks.iter().fold((0, 0), |sum, week| (sum.0 + week.online, sum.1 + week.in_class));
        if online == 0 {
            return self.word("study.needs.time");
        }
        let share = hours(in_class) / hours(online);
        let values = [
            ("in_class", &*self.writer.words.decimal(hours(in_class), 0)),
            ("after_class", &self.writer.words.decimal(hours(online - in_class), 0)),
            ("share", &self.writer.words.percent(share)),
        ];
        self.say("study.class_time.seen", &values)
    }
}

fn in_class(done: &Use) -> f64 {
    hours(done.in_class)
}

fn after_class(done: &Use) -> f64 {
    hours(done.online - done.in_class)
}
