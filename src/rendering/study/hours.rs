//! The hours of the day (the study's figure 4.13).

use super::paper::Block;
use super::{HALF, Study};
use crate::rendering::charts::{self, Line, Unit};
use crate::scoring::hours::Hour;
use std::collections::BTreeMap;

/// Log ins and members by hour.
type Day = [(f64, f64); 24];

const EVENING_AND_NIGHT: [usize; 8] = [19, 20, 21, 22, 23, 0, 1, 2];

impl Study<'_> {
    /// Log ins and members by hour, of the busiest day and of an average day.
    pub(super) fn hourly(&self, organization: usize) -> Block {
        let own: Vec<&Hour> =
            self.writer.analysis.hours.iter().filter(|hour| hour.organization == organization).collect();
        let mut by_day: BTreeMap<usize, u32> = BTreeMap::new();
        for hour in &own {
            *by_day.entry(hour.day).or_default() += hour.logins;
        }
        let busiest = by_day.iter().rev().max_by_key(|(_, logins)| **logins).filter(|(_, logins)| **logins > 0);
        let Some((busiest, _)) = busiest else { return self.missing("hourly", "logins") };
        let of = Some(organization);
        let days = self.of_days(of, &self.periods(of, None).days, |_| 1.0).iter().flatten().count();
        let of_busiest = sums(own.iter().filter(|hour| hour.day == *busiest).copied(), 1.0);
        let all = sums(own.iter().copied(), 1.0);
        let average = sums(own.iter().copied(), f64::from(u32::try_from(days.max(1)).unwrap_or(1)));
        let date = self.date(self.writer.analysis.days.date(*busiest));
        let panels = vec![
            (date.clone(), self.hours_chart(&of_busiest)),
            (self.count("study.hourly.average", days, &[]), self.hours_chart(&average)),
        ];
        let caption = [self.word("study.hourly.caption"), self.hours_in_words(&date, &all)];
        self.figure("hourly-logins", "hourly", panels, 2, &caption)
    }

    fn hours_in_words(&self, date: &str, all: &Day) -> String {
        let logins: f64 = all.iter().map(|(logins, _)| logins).sum();
        let night: f64 = EVENING_AND_NIGHT.iter().map(|hour| all[*hour].0).sum();
        let most = (0..24).rev().max_by(|a: &usize, b| all[*a].0.total_cmp(&all[*b].0)).unwrap_or_default();
        let values = [
            ("date", date),
            ("from", &*most.to_string()),
            ("to", &(most + 1).to_string()),
            ("share", &self.writer.words.percent(night / logins)),
            ("all", &self.writer.words.decimal(logins, 0)),
        ];
        self.say("study.hourly.seen", &values)
    }

    fn hours_chart(&self, day: &Day) -> String {
        let series = vec![
            Line { name: self.word("study.hourly.logins"), values: day.iter().map(|hour| Some(hour.0)).collect() },
            Line { name: self.word("study.hourly.people"), values: day.iter().map(|hour| Some(hour.1)).collect() },
        ];
        let labels = (0..24).step_by(6).map(|hour| (hour, hour.to_string())).collect();
        charts::columns(&self.chart("hour", Unit::Plain, labels, series, (HALF, 440)))
    }
}

fn sums<'h>(hours: impl Iterator<Item = &'h Hour>, days: f64) -> Day {
    let mut sums = [(0.0, 0.0); 24];
    for hour in hours {
        sums[hour.hour].0 += f64::from(hour.logins) / days;
        sums[hour.hour].1 += f64::from(hour.people) / days;
    }
    sums
}
