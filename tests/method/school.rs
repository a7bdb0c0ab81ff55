//! A school as files in a folder, and its scores.

use plaudit::config::{self, Config};
use plaudit::pipeline::{self, Asked};
use plaudit::scoring::tables::{self, Table};
use plaudit::scoring::{Analysis, Fact, Scores};

pub struct School {
    pub read: pipeline::Read,
    pub facts: Vec<Fact>,
    pub scores: Scores,
    pub analysis: Analysis,
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
    scores_of(&config, week)
}

/// Reads, counts and scores a week.
pub fn scores_of(config: &Config, week: &str) -> School {
    let now = chrono::DateTime::parse_from_rfc3339("2027-01-01T00:00:00Z").unwrap().to_utc();
    let read = pipeline::read(config, &Asked { day: Some(week.parse().unwrap()), from: None, now }).unwrap();
    let facts = pipeline::count(&read).unwrap();
    let (scores, analysis) = pipeline::score(&read, &facts, None);
    School { read, facts, scores, analysis }
}

impl School {
    /// The exported tables.
    pub fn tables(&self) -> Vec<Table<'_>> {
        let Self { read, facts, scores, analysis } = self;
        tables::all(&read.intake.roster, &read.intake.activity.subjects, facts, scores, analysis)
    }
}
