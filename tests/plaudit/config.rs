//! config.yaml: every mistake at once, each with its line and the way out.

use crate::school::School;

fn check(config: &str) -> String {
    let mut school = School::usual();
    school.config = config.to_string();
    let output = school.plaudit("check --week 2026-03-02");
    assert_eq!(output.code, 2, "{}", output.stdout);
    output.stderr
}

#[test]
fn every_mistake_is_told_at_once_with_line_key_found_and_expected() {
    let told = check(
        "sender: {name: Reports, address: reports@school.example}
time_zone: UTC
langauge: en
sources:
  roster: {oneroster: roster, people_by: login}
  events:
    - csv: events.csv
      columns: {persn: user}
method:
  preset: weekly
  window_weeks: 0
  scale: linear
schedules:
  - {notice: rewards, to: [guardians]}
  - {notice: reward, to: guardians}
limits: {rejected_percent: many}
",
    );
    for line in [
        "config.yaml:3: langauge: unknown key `langauge`\n  hint: did you mean `language`?",
        "config.yaml:5: sources.roster.people_by: found `login`, expected one of: sourcedId, username, identifier, email",
        "config.yaml:8: sources.events[0].columns.persn: unknown key `persn`\n  hint: did you mean `person`?",
        "config.yaml:11: method.window_weeks: found `0`, expected a whole number from 4 to 104",
        "config.yaml:12: method.scale: found `linear`, expected one of: phi, minmax",
        "config.yaml:14: schedules[0].notice: found `rewards`, expected one of:",
        "config.yaml:15: schedules[1].to: found `guardians`, expected a list",
        "config.yaml:16: limits.rejected_percent: found the text `many`, expected a number from 0 to 100",
    ] {
        assert!(told.contains(line), "`{line}` is not in\n{told}");
    }
}

#[test]
fn rules_across_keys_are_told_together_too() {
    let told = check(
        "sender: {name: Reports, address: not an address}
time_zone: Europe/Rom
sources:
  roster: {oneroster: roster}
  events: [{csv: events.csv, time_format: sometimes}]
terms:
  - {from: 2026-01-01, to: 2026-03-31}
  - {from: 2026-03-01, to: 2026-06-30}
holidays:
  - {from: 2026-04-10, to: 2026-04-01}
  - {from: Easter, to: 2026-04-12}
method: {ruler: fixed}
schedules:
  - {notice: teacher_report, to: [guardians]}
",
    );
    for line in [
        "config.yaml:1: sender.address: found `not an address`, expected a mail address",
        "config.yaml:2: time_zone: found `Europe/Rom`, expected a zone of the IANA database such as `Europe/Rome`\n  hint: did you mean `Europe/Rome`?",
        "config.yaml:5: sources.events[0].time_format: found `sometimes`",
        "config.yaml:8: terms[1]: overlaps `terms` from 2026-01-01 to 2026-03-31",
        "config.yaml:10: holidays[0]: begins on 2026-04-10 and ends before that, on 2026-04-01",
        "config.yaml:11: holidays[1].from: found `Easter`, expected a date",
        "config.yaml:12: method.ruler: found `fixed` without dates",
        "config.yaml:14: schedules[0].to: `teacher_report` cannot go to guardians; expected [teachers]",
    ] {
        assert!(told.contains(line), "`{line}` is not in\n{told}");
    }
}

#[test]
fn a_file_that_is_no_config_is_refused_with_advice() {
    assert!(check("").contains("config.yaml: found no keys, expected a file of `key: value` lines"));
    assert!(check("- a\n- b\n").contains("found no keys"));
    assert!(check("sender: {name: [}\n").contains("config.yaml:1: not YAML"));
    assert!(check(&"#".repeat(2 << 20)).contains("larger than 1 MB"));
}

#[test]
fn a_good_config_is_told_so_with_the_sources_as_understood() {
    let output = School::usual().plaudit("check --week 2026-03-02");
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(
        output.stdout,
        "week of 2026-03-02
roster: 1 organizations, 3 active guardians, 3 active students, 1 active teachers, 1 classes, 4 enrollments
events.csv: 148 rows, 0 rejected
  `mei` logged in at 2026-01-12 15:00:00 UTC
  `mei` logged out at 2026-01-12 15:20:00 UTC
  `mei` logged in at 2026-01-13 15:00:00 UTC
  from 2026-01-12 15:00 UTC to 2026-03-07 16:30 UTC
  4 of 4 people are on the roster
config.yaml: nothing is wrong
"
    );
}
