//! `plaudit check`: everything that is wrong, at once; and the sources as understood.

use super::{Ending, WeekArgument, runtime, show};
use crate::calendar::clock::Clock;
use crate::config::{self, Config};
use crate::dashboard::{Doors, Monitor};
use crate::delivery::Channel;
use crate::delivery::smtp::Server;
use crate::intake::quality;
use crate::ledger::Ledger;
use crate::pipeline::prepare::{self, Workshop};
use crate::pipeline::{self, Read, heartbeat, trial};
use crate::problem::{Outcome, Problem, Problems, nearest};
use chrono::Duration;
use clap::Args;
use std::path::Path;

/// Find everything that is wrong
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    week: WeekArgument,
    /// Only whether everything ran that should have; ends with 1 if not
    #[arg(long, conflicts_with = "week")]
    due: bool,
    /// After how many minutes something that has not run is late
    #[arg(long, value_name = "MINUTES", default_value_t = 60, requires = "due")]
    late: u32,
}

impl Check {
    /// Prints what is understood, then everything that is wrong.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn run(&self, path: &Path, clock: &Clock) -> Outcome<Ending> {
        let config = config::load(path)?;
        if self.due {
            return self.overdue(&config, clock);
        }
        let mut problems: Vec<Problem> = prepare::nothing_scheduled(&config).into_iter().collect();
        let workshop = Workshop::open(&config).map_err(|found| problems.extend(found.0)).ok();
        let runtime = runtime()?;
        let channel = Channel::of(&config, None)?;
        let looked = runtime.block_on(Ledger::look(&config.state));
        let mut ledger = looked.map_err(|found| problems.extend(found.0)).ok().flatten();
        match pipeline::read(&config, &self.week.asked(clock)) {
            Err(found) => problems.extend(found.0),
            Ok(read) => {
                describe(&read);
                problems.extend(prepare::stops(&read));
                let known = runtime.block_on(prepare::known(ledger.as_mut(), &read, channel.name()));
                let known = known.map_err(|found| problems.extend(found.0)).unwrap_or_default();
                let now = read.intake.roster.counts();
                problems.extend(quality::roster_loss(&now, &known.roster, config.limits.roster_loss_share));
                if let Some(workshop) = &workshop {
                    problems.extend(loose_ends(&config, &read, workshop));
                }
            }
        }
        if let Some(smtp) = &config.delivery.smtp {
            problems.extend(Server::open(smtp).err().map(|found| found.0).unwrap_or_default());
        }
        problems.extend(Doors::trial(&config).err().map(|found| found.0).unwrap_or_default());
        let page = runtime.block_on(Monitor::trial(&config, clock.clone()));
        problems.extend(page.err().map(|found| found.0).unwrap_or_default());
        if let Some(workshop) = &workshop {
            problems.extend(trial::templates(&config, workshop).unwrap_or_else(|found| found.0));
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        say!("{}: nothing is wrong", path.display());
        Ok(Ending::Done)
    }
}

impl Check {
    fn overdue(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let late = Duration::minutes(self.late.into());
        let overdue = runtime()?.block_on(heartbeat::overdue(config, clock.now(), late))?;
        if overdue.is_empty() {
            say!("everything ran that should have");
            return Ok(Ending::Done);
        }
        eprintln!("{}", Problems(overdue));
        Ok(Ending::Incomplete)
    }
}

fn describe(read: &Read) {
    let roster = &read.intake.roster;
    let counts: Vec<String> = roster.counts().iter().map(|(role, count)| format!("{count} {role}")).collect();
    say!("week of {}", read.week);
    say!("roster: {} organizations, {}", roster.organizations.len(), counts.join(", "));
    if !roster.in_several.is_empty() {
        say!("  {} people are listed in several organizations and counted in one", roster.in_several.len());
    }
    show::sources(&read.intake.activity.glimpses, read.config.zone);
    show::rejects(&read.intake.rejects);
}

/// What config says that leads nowhere.
fn loose_ends(config: &Config, read: &Read, workshop: &Workshop) -> Vec<Problem> {
    let place = |key: &str| format!("{}: {key}", config.path.display());
    let mut problems = Vec::new();
    if workshop.templates.known_words(&config.language).is_none() {
        let languages: Vec<&str> = workshop.templates.languages().collect();
        let message = format!("found `{}`, but there are words for {} only", config.language, languages.join(", "));
        problems.push(Problem::new(place("language"), message).hint(format!(
            "write `words/{}.yaml` in your folder of templates, or choose one of these",
            config.language
        )));
    }
    let people = &read.intake.roster.people;
    for (index, entry) in config.do_not_contact.iter().enumerate() {
        for id in [Some(&entry.guardian), entry.child.as_ref()].into_iter().flatten() {
            if !people.iter().any(|person| person.id == *id) {
                let message = format!("nobody on the roster has the id `{id}`, so nobody is protected by it");
                problems.push(Problem::new(place(&format!("do_not_contact[{index}]")), message));
            }
        }
    }
    let known: Vec<&str> = read.intake.roster.organizations.iter().map(|o| o.id.as_str()).collect();
    for id in config.organizations.keys().filter(|id| !known.contains(&id.as_str())) {
        let problem = Problem::new(place(&format!("organizations.{id}")), "no organization on the roster has this id");
        problems.push(match nearest(id, known.iter().copied()) {
            Some(right) => problem.hint(format!("did you mean `{right}`?")),
            None => problem,
        });
    }
    problems
}
