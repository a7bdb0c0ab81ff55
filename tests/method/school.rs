//! A school as files in a folder, and its scores.

use plaudit::config::{self, Config};
use plaudit::pipeline::{self, Asked};
use plaudit::scoring::{Fact, Scores};
use std::path::Path;
use tempfile::TempDir;

pub struct School {
    folder: TempDir,
    pub read: pipeline::Read,
    pub facts: Vec<Fact>,
    pub scores: Scores,
}

/// Scores of one organization `O` in UTC: people as `id,role` lines, events and answers as rows behind the header.
pub fn score(people: &[(&str, &str)], events: &str, answers: &str, week: &str, more: &str) -> School {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let users: Vec<String> = people.iter().map(|(id, role)| format!("{id},O,{role},true\n")).collect();
    write("roster/orgs.csv", "sourcedId,name\nO,Organization\n".into());
    write("roster/users.csv", format!("sourcedId,orgSourcedIds,role,enabledUser\n{}", users.concat()));
    write("events.csv", format!("id,org_id,person_id,class_id,kind,role,time\n{events}"));
    write("answers.csv", format!("id,org_id,person_id,class_id,subject,question,correct,time\n{answers}"));
    let text = format!(
        "sender: {{name: R, address: r@example.org}}\ntime_zone: UTC\nsources:\n  roster: {{oneroster: roster}}\n  \
         events: [{{csv: events.csv}}]\n  answers: [{{csv: answers.csv}}]\nschedules: []\n{more}"
    );
    let config = config::parse(&folder.path().join("config.yaml"), &text).unwrap();
    let (read, facts, scores) = scores_of(&config, week);
    School { folder, read, facts, scores }
}

/// Reads, counts and scores a week.
pub fn scores_of(config: &Config, week: &str) -> (pipeline::Read, Vec<Fact>, Scores) {
    let now = chrono::DateTime::parse_from_rfc3339("2027-01-01T00:00:00Z").unwrap().to_utc();
    let read = pipeline::read(config, &Asked { day: Some(week.parse().unwrap()), now }).unwrap();
    let facts = pipeline::count(&read).unwrap();
    let scores = pipeline::score(&read, &facts, None);
    (read, facts, scores)
}

impl School {
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
