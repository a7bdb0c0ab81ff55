//! `plaudit check`: everything that is wrong, at once; and the sources as understood.

use super::{Ending, WeekArgument, runtime, show};
use crate::calendar::clock::Clock;
use crate::config;
use crate::ledger::Ledger;
use crate::pipeline::prepare::{self, Waived, Workshop};
use crate::pipeline::{self, Read};
use crate::problem::{Outcome, Problem, Problems};
use clap::Args;
use std::path::Path;

/// Find everything that is wrong
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    week: WeekArgument,
}

impl Check {
    /// Prints what is understood, then everything that is wrong.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn run(&self, path: &Path, clock: Clock) -> Outcome<Ending> {
        let config = config::load(path)?;
        let mut problems: Vec<Problem> = prepare::nothing_scheduled(&config).into_iter().collect();
        let workshop = Workshop::open(&config).map_err(|found| problems.extend(found.0)).ok();
        let runtime = runtime()?;
        let looked = runtime.block_on(Ledger::look(&config.state));
        let mut ledger = looked.map_err(|found| problems.extend(found.0)).ok().flatten();
        match pipeline::read(&config, &self.week.asked(clock)) {
            Err(found) => problems.extend(found.0),
            Ok(read) => {
                describe(&read);
                problems.extend(stops(&read));
                let known = runtime.block_on(prepare::known(ledger.as_mut(), &read));
                let known = known.map_err(|found| problems.extend(found.0)).unwrap_or_default();
                if let Some(workshop) = workshop.filter(|_| problems.is_empty()) {
                    problems.extend(trial(read, &known, &workshop));
                }
            }
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        println!("{}: nothing is wrong", path.display());
        Ok(Ending::Done)
    }
}

fn describe(read: &Read) {
    let roster = &read.intake.roster;
    let counts: Vec<String> = roster.counts().iter().map(|(role, count)| format!("{count} {role}s")).collect();
    println!("week of {}", read.week);
    println!(
        "roster: {} organizations, {} classes, {}",
        roster.organizations.len(),
        roster.classes.len(),
        counts.join(", ")
    );
    if !roster.in_several.is_empty() {
        println!("  {} people are listed in several organizations and counted in one", roster.in_several.len());
    }
    show::sources(&read.intake.activity.glimpses, read.config.zone);
    show::rejects(&read.intake.rejects);
}

fn stops(read: &Read) -> Vec<Problem> {
    use crate::intake::quality;
    let mut stops = quality::stops(&read.intake, &read.config.limits, read.config.whole_organization);
    stops.extend(quality::no_evidence(&read.intake, &read.config.calendar, read.week, read.config.zone));
    stops
}

/// Prints one document of each kind and language, so that a template that is wrong is found before it matters.
fn trial(read: Read, known: &crate::ledger::Known, workshop: &Workshop) -> Vec<Problem> {
    let prepared = match prepare::prepare(read, known, None, Waived::default()) {
        Ok(prepared) => prepared,
        Err(found) => return found.0,
    };
    let names = prepared.names(workshop);
    let (press, writer) = (prepared.press(workshop, None), prepared.writer(&names, workshop));
    let groups = press.groups(&prepared.decisions.notices);
    let mut tried = std::collections::BTreeSet::new();
    let once = groups.iter().filter(|group| {
        let kind = group.notices.first().map(|notice| notice.kind);
        tried.insert((kind, group.language.clone()))
    });
    once.flat_map(|group| press.print(&writer, group).map_or_else(|found| found.0, |printed| printed.problems))
        .collect()
}
