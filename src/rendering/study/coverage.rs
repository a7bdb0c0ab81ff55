//! Which periods tell anything: not those before the data or an organization begin, and a first week that the data do not
//! cover whole is drawn but not compared.

use super::Study;
use crate::calendar::Week;
use crate::scoring::statistics::mean;
use crate::scoring::usage::Use;
use chrono::NaiveDate;

impl Study<'_> {
    /// The first day that counts: the first of all the data; of an organization the day it began, or its own first use if
    /// that is earlier.
    pub(super) fn first_counted(&self, organization: Option<usize>) -> Option<NaiveDate> {
        let analysis = self.writer.analysis;
        let Some(own) = organization else { return analysis.first_day };
        let days = &self.periods(organization, None).days;
        let used = days.iter().position(|day| *day != Use::default()).map(|day| analysis.days.date(day));
        let begun = self.writer.scores.weekly.beginning(self.writer.roster, own);
        let first = match (begun, used) {
            (Some(begun), Some(used)) => Some(begun.min(used)),
            (begun, used) => begun.or(used),
        };
        analysis.first_day.max(first)
    }

    /// A value for each day; none in holidays and before the first day that counts.
    pub(super) fn of_days(&self, of: Option<usize>, days: &[Use], value: impl Fn(&Use) -> f64) -> Vec<Option<f64>> {
        let (calendar, first) = (&self.writer.analysis.days, self.first_counted(of));
        let counts = |date| calendar.place(date).is_some() && first.is_none_or(|first| date >= first);
        days.iter().enumerate().map(|(day, done)| counts(calendar.date(day)).then(|| value(done))).collect()
    }

    /// A value for each week; none before the first day that counts.
    pub(super) fn of_weeks<T>(&self, of: Option<usize>, weeks: &[T], value: impl Fn(&T) -> f64) -> Vec<Option<f64>> {
        let first = self.first_counted(of);
        let own = self.writer.analysis.weeks.iter().zip(weeks);
        own.map(|(week, done)| first.is_none_or(|first| week.last() >= first).then(|| value(done))).collect()
    }

    /// A value for each month; none for months without a day that counts.
    pub(super) fn of_months(&self, of: Option<usize>, months: &[Use], value: impl Fn(&Use) -> f64) -> Vec<Option<f64>> {
        let own = self.writer.analysis.usage.months.iter().zip(months);
        own.map(|(month, done)| (self.days_of(*month, of) > 0).then(|| value(done))).collect()
    }

    /// The index of the first week that can be compared: one that the data cover whole.
    pub(super) fn first_whole(&self, of: Option<usize>) -> usize {
        let first = self.first_counted(of);
        self.writer.analysis.weeks.iter().take_while(|week| first.is_some_and(|first| week.first() < first)).count()
    }

    /// The weeks that can be compared, each as its number among calendar weeks with its value; those without a value are
    /// passed over.
    pub(super) fn whole_weeks(&self, of: Option<usize>, values: &[Option<f64>]) -> Vec<(f64, f64)> {
        let own = self.writer.analysis.weeks.iter().zip(values).skip(self.first_whole(of));
        own.filter_map(|(week, value)| Some((f64::from(week.first().to_epoch_days()) / 7.0, (*value)?))).collect()
    }

    /// What a reader of weeks must know: a first week that is not whole, and data that end before the period does.
    pub(super) fn edges(&self, of: Option<usize>) -> String {
        let analysis = self.writer.analysis;
        let mut sentences = Vec::new();
        let first = self.first_counted(of);
        if let (Some(first), Some(week)) =
            (first, analysis.weeks.iter().find(|week| first.is_some_and(|f| week.last() >= f)))
            && week.first() < first
        {
            sentences.push(self.say("study.edge.first", &[("date", &self.date(first))]));
        }
        sentences.push(self.last_edge());
        self.sentences(&sentences)
    }

    /// That the data end before the period does; nothing if they do not.
    pub(super) fn last_edge(&self) -> String {
        let week = self.writer.analysis.weeks.last();
        let last = self.writer.analysis.last_day.filter(|last| week.is_some_and(|week| *last < week.last()));
        last.map_or_else(String::new, |last| self.say("study.edge.last", &[("date", &self.date(last))]))
    }

    /// How many members of how many were active on average in a week that can be compared.
    pub(super) fn average_week(&self, of: Option<usize>) -> Option<(f64, f64)> {
        let roster = self.writer.roster;
        let active = &self.periods(of, None).weeks;
        let weeks = self.writer.analysis.weeks.iter().zip(active).skip(self.first_whole(of));
        let members = |week: Week| match of {
            Some(own) => roster.members_in(own, week).count(),
            None => roster.people.iter().filter(|person| person.is_member_in(week)).count(),
        };
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let (active, people): (Vec<f64>, Vec<f64>) =
            weeks.map(|(week, done)| (f64::from(done.people), number(members(*week)))).unzip();
        Some((mean(&active)?, mean(&people).filter(|people| *people > 0.0)?))
    }
}
