//! `plaudit sample DIR`: the built-in sample as files of real formats.

use super::Ending;
use crate::calendar::clock::Clock;
use crate::calendar::{SchoolCalendar, Week};
use crate::disk;
use crate::intake::sample::{self, Spec};
use crate::problem::Outcome;
use chrono::{NaiveDate, Weekday};
use clap::Args;
use std::path::PathBuf;

/// Write the built-in sample as files
#[derive(Debug, Args)]
pub struct Sample {
    /// The folder that the files are written to
    #[arg(value_name = "DIR")]
    out: PathBuf,
    /// Another number, another school
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The last of its days; by default the end of the last complete week
    #[arg(long, value_name = "DATE")]
    last_day: Option<NaiveDate>,
}

impl Sample {
    /// Writes the files.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn run(&self, clock: &Clock) -> Outcome<Ending> {
        let zone = sample::ZONE.parse().unwrap_or(chrono_tz::UTC);
        let today = clock.now().with_timezone(&zone).date_naive();
        let last_day = self.last_day.unwrap_or_else(|| last_complete_week(today).last());
        let spec = Spec { seed: self.seed, last_day };
        for file in sample::files(&spec) {
            disk::write(&self.out.join(file.name), &file.bytes)?;
        }
        let (from, to) = sample::holiday(&spec);
        let out = self.out.display();
        say!("the sample is in {out}: roster/ (OneRoster 1.1), events.csv, answers.csv");
        say!("its lines for config.yaml:");
        say!("  time_zone: {}", sample::ZONE);
        say!("  holidays: [{{from: {from}, to: {to}}}]");
        say!("  sources:");
        say!("    roster: {{oneroster: {out}/roster}}");
        say!("    events: [{{csv: {out}/events.csv}}]");
        say!("    answers: [{{csv: {out}/answers.csv}}]");
        Ok(Ending::Done)
    }
}

fn last_complete_week(today: NaiveDate) -> Week {
    let (school_days, holidays, exams, terms) = (vec![], vec![], vec![], vec![]);
    let calendar = SchoolCalendar { week_start: Weekday::Mon, school_days, holidays, exams, terms };
    calendar.last_complete_week(today)
}
