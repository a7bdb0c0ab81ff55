//! `plaudit check`: everything that is wrong, at once; and the sources as understood.

use super::{Ending, WeekArgument, runtime, show};
use crate::calendar::clock::Clock;
use crate::calendar::{Missed, Rule, SchoolCalendar, When};
use crate::config::{self, Audience, Config, Consent, ConsentRule, Kind, Method, Preset, Sample, Schedule, Sources};
use crate::dashboard::Doors;
use crate::delivery::Channel;
use crate::delivery::smtp::Server;
use crate::intake::quality;
use crate::ledger::{Key, Known, Ledger, Marks};
use crate::notices::Scope;
use crate::pipeline::prepare::{self, Waived, Workshop};
use crate::pipeline::{self, Asked, Read, heartbeat};
use crate::problem::{Outcome, Problem, Problems, nearest};
use crate::rendering::invitation::{self, Asking};
use crate::rendering::study::Study;
use crate::rendering::{Group, Post, Writer, alarm, digest};
use chrono::Duration;
use clap::Args;
use std::collections::BTreeSet;
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
        if let Some(workshop) = &workshop {
            problems.extend(trial(&config, workshop).unwrap_or_else(|found| found.0));
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

/// Prints one document of each kind in each language from the built-in sample, so that a template that is wrong is found
/// before a week needs it.
fn trial(config: &Config, workshop: &Workshop) -> Outcome<Vec<Problem>> {
    let sample = Sample { seed: 1, last_day: SAMPLE_LAST_DAY.parse().ok() };
    let schedules = [Kind::TeacherReport, Kind::Reward, Kind::WelcomeBack, Kind::Steady].map(|notice| {
        let family = vec![Audience::Guardians, Audience::Students];
        let rule = Rule {
            when: When::week_end(config.calendar.week_start),
            missed: Missed::Once,
            not_older_than: chrono::Duration::days(3),
            not_in: Vec::new(),
        };
        let to = if notice == Kind::TeacherReport { vec![Audience::Teachers] } else { family };
        Schedule { name: notice.name().to_string(), notice, to, rule, zone: None }
    });
    let (sources, schedules) = (Sources::Sample(sample), schedules.into());
    let calendar = SchoolCalendar { holidays: Vec::new(), terms: Vec::new(), ..config.calendar.clone() };
    // Every kind of letter is tried, so nobody of the sample is asked first.
    let (consent, method) = (Consent { guardians: ConsentRule::Roster, ..config.consent }, Method::of(Preset::Weekly));
    let do_not_contact = Vec::new();
    let config = Config { calendar, sources, method, schedules, consent, do_not_contact, ..config.clone() };
    let asked = Asked { day: SAMPLE_WEEK.parse().ok(), from: None, now: chrono::DateTime::UNIX_EPOCH };
    let (read, scope) = (pipeline::read(&config, &asked)?, Scope::whole(&config, None));
    let prepared = prepare::prepare(read, &Known::default(), &scope, Waived::default(), asked.now)?;
    let names = prepared.names(workshop);
    let (channel, marks) = (Channel::of(&config, None)?, Marks::default());
    let post = prepare::post(&config, &channel, &marks, asked.now);
    let (press, writer) = (prepared.press(workshop, None, post), prepared.writer(&names, workshop));
    let mut problems = Vec::new();
    let mut tried = BTreeSet::new();
    let groups = press.groups(&prepared.decisions.notices);
    let own = groups.into_iter().filter(|group| {
        tried.insert((group.notices[0].kind, group.notices[0].student() == Some(group.notices[0].recipient)))
    });
    for group in own {
        for language in workshop.templates.languages() {
            let notices = vec![group.notices[0]];
            let printed =
                press.print(&writer, &Group { content: group.content, language: language.to_string(), notices });
            problems.extend(printed.map_or_else(|found| found.0, |printed| printed.problems));
        }
    }
    for language in workshop.templates.languages() {
        let writer = Writer { words: workshop.templates.words(language), ..writer };
        problems.extend(letters_trial(&writer, workshop, &press.post));
        problems.extend(study_trial(&writer, workshop));
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

/// The studies of all organizations and of one in a language.
fn study_trial(writer: &Writer<'_>, workshop: &Workshop) -> Vec<Problem> {
    let study = Study { writer: *writer, glimpses: &[], rejects: &[], zone: chrono_tz::UTC, preset: "weekly" };
    let papers = [study.of_all(), study.of_one(0)];
    let set = papers.map(|paper| workshop.typesetter.set(&paper.manuscript(writer.words, workshop.typesetter.fonts())));
    set.into_iter().filter_map(Result::err).flat_map(|found| found.0).collect()
}

/// The digest, the alarm and the invitation in a language.
fn letters_trial(writer: &Writer<'_>, workshop: &Workshop, post: &Post<'_>) -> Vec<Problem> {
    let (tallies, skips, rejects, glimpses) = (&[], &[], &[], &[]);
    let story = digest::Story {
        tallies,
        skips,
        rejects,
        glimpses,
        way: digest::Way::Folder("reports"),
        problems: &[],
        ruler_kept: true,
        late: 1,
        sender: "plaudit",
        zone: chrono_tz::UTC,
    };
    let problem = Problem::new("place", "message").hint("hint");
    let key = Key {
        kind: Kind::Invitation.name().to_string(),
        period: writer.week().to_string(),
        organization: String::new(),
        recipient: String::new(),
        subject: String::new(),
        channel: String::new(),
    };
    let door = post.invitation(&key, writer.words.language(), "Mei");
    let (words, guardian, child, organization) = (writer.words, "Pat", "Mei", "plaudit");
    let asking = Asking { words, guardian, child, organization, door: &door, way_out: Some(&door) };
    let contexts = [
        ("invitation", invitation::context(&asking, post.config)),
        ("digest", digest::context(writer, &story, None)),
        (
            "alarm",
            alarm::alarm(writer.words, &[problem], writer.week(), "plaudit", "plaudit check", alarm::Halt::Start),
        ),
    ];
    let letters = contexts.iter().map(|(kind, context)| workshop.mailer.letter(kind, context));
    letters.filter_map(Result::err).flat_map(|found| found.0).collect()
}

const SAMPLE_LAST_DAY: &str = "2019-03-03";
const SAMPLE_WEEK: &str = "2019-01-14";
