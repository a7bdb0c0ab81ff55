//! Templates tried on the built-in sample, so that one that is wrong is found before a week needs it.

use super::Asked;
use super::prepare::{self, Waived, Workshop};
use crate::calendar::{Missed, Rule, SchoolCalendar, When};
use crate::config::{Audience, Config, Consent, ConsentRule, Kind, Method, Preset, Sample, Schedule, Sources};
use crate::delivery::Channel;
use crate::ledger::{Key, Known, Marks};
use crate::notices::Scope;
use crate::problem::{Outcome, Problem};
use crate::rendering::invitation::{self, Asking};
use crate::rendering::study::Study;
use crate::rendering::{Group, Post, Writer, alarm, digest};
use std::collections::BTreeSet;

/// Prints one document of each kind in each language from the built-in sample, so that a template that is wrong is found
/// before a week needs it.
///
/// # Errors
/// The built-in sample cannot be decided, which is a bug.
pub fn templates(config: &Config, workshop: &Workshop) -> Outcome<Vec<Problem>> {
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
    let (read, scope) = (super::read(&config, &asked)?, Scope::whole(&config, None));
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
