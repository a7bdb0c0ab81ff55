//! Time online: by day and week and role, in and after class (the study's figures 4.14 and 4.15).

use super::paper::Block;
use super::{FULL, Study, evidence, hours};
use crate::intake::Role;
use crate::rendering::charts::{self, Line, Unit};
use crate::scoring::facts::minutes;
use crate::scoring::usage::Use;

impl Study<'_> {
    /// Minutes of each active member by day and by week.
    pub(super) fn time_spent(&self, organization: usize) -> Block {
        let of = Some(organization);
        if self.no_time(organization) {
            return self.missing("time_spent", "time");
        }
        let each = |uses: &[Use]| uses.iter().map(Use::per_active).collect::<Vec<_>>();
        let days = self.by_role(of, |periods| each(&periods.days));
        let weeks = self.by_role(of, |periods| each(&periods.weeks));
        let by_day = charts::lines(&self.chart("minutes", Unit::Plain, self.day_labels(), days, (FULL, 440)));
        let by_week = charts::columns(&self.chart("minutes", Unit::Plain, self.week_labels(), weeks, (FULL, 440)));
        let caption = [
            self.word("study.time_spent.caption"),
            self.time_of(organization, Role::Student, "study.time_spent.students"),
            self.time_of(organization, Role::Teacher, "study.time_spent.teachers"),
        ];
        let panels = vec![(self.word("study.by_day"), by_day), (self.word("study.by_week"), by_week)];
        self.figure("time-spent", "time_spent", panels, 1, &caption)
    }

    /// Whether nobody of an organization was online in the period.
    pub(super) fn no_time(&self, organization: usize) -> bool {
        self.periods(Some(organization), None).weeks.iter().all(|week| week.online == 0)
    }

    /// The mean and the trend of the weekly minutes of a role's active members; nothing of a role that was never active.
    fn time_of(&self, organization: usize, role: Role, key: &str) -> String {
        let of = Some(organization);
        let weeks = &self.periods(of, Some(role)).weeks;
        let values: Vec<Option<f64>> = weeks.iter().map(Use::per_active).collect();
        let people: u32 = weeks.iter().map(|week| week.people).sum();
        if people == 0 {
            return String::new();
        }
        let minutes = weeks.iter().map(|week| minutes(week.online)).sum::<f64>() / f64::from(people);
        let each = self.say(key, &[("minutes", &self.writer.words.decimal(minutes, 0))]);
        let trend = evidence::trend(self.writer.words, "study.time_spent.trend", &self.whole_weeks(of, &values));
        self.sentences(&[&each, &trend])
    }

    /// Hours in class and after class by day and by week.
    pub(super) fn class_time(&self, organization: usize) -> Block {
        if self.no_time(organization) {
            return self.missing("class_time", "time");
        }
        let of = Some(organization);
        let periods = self.periods(of, None);
        let line = |key: &str, values| Line { name: self.word(&format!("study.time.{key}")), values };
        let of_days = |value: fn(&Use) -> f64| self.of_days(of, &periods.days, value);
        let of_weeks = |value: fn(&Use) -> f64| self.of_weeks(of, &periods.weeks, value);
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
        let whole: f64 = weeks.iter().map(|week| hours(week.online)).sum();
        let class: f64 = weeks.iter().map(in_class).sum();
        if class <= 0.0 {
            return self.say("study.class_time.none", &[("after_class", &self.writer.words.decimal(whole, 0))]);
        }
        let values = [
            ("in_class", &*self.writer.words.decimal(class, 0)),
            ("after_class", &self.writer.words.decimal(whole - class, 0)),
            ("share", &self.writer.words.percent(class / whole)),
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
