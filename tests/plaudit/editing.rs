//! The administrator's hand on the settings: what an edit will do before it does it, and every mistake told with its line.

use crate::school::{School, WEEK};

/// What `plan --against` says of an edit of the usual settings.
fn against(edit: impl Fn(&str) -> String) -> String {
    let mut school = School::usual();
    school.write();
    std::fs::copy(school.path("config.yaml"), school.path("old.yaml")).unwrap();
    school.config = edit(&school.config);
    let output = school.plaudit(&format!("plan --week {WEEK} --against old.yaml"));
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout
}

#[test]
fn a_higher_threshold_is_told_by_who_is_dropped_and_how_many_notices_there_would_have_been() {
    let told = against(|config| format!("{config}method: {{gain_points: 90}}\n"));
    assert!(told.contains("method: nothing -> {\"gain_points\":90}"), "{told}");
    assert!(told.contains("week of 2026-03-02: 2 notices are added, 2 dropped, 3 stay"), "{told}");
    assert!(told.contains("dropped: reward to g-mei about mei: gets steady in its place"), "{told}");
    assert!(told.contains("added: steady to g-mei about mei"), "{told}");
    assert!(told.contains("  in all: ") && told.contains("reward 2 -> 0"), "{told}");
    assert!(told.contains("schedules: as before"), "{told}");
}

#[test]
fn a_notice_that_is_taken_away_or_added_or_moved_is_told_so() {
    let told = against(|config| config.replace("  - {notice: reward, to: [guardians, students]}\n", ""));
    assert!(told.contains("reward: is removed; nobody gets it any more"), "{told}");
    let told = against(|config| config.replace("notice: reward,", "notice: reward, when: 'friday 15:00',"));
    assert!(told.contains("-> friday 15:00; it owes nothing from before"), "{told}");
    assert!(told.contains("reward: next on Monday") && told.contains("-> Friday"), "{told}");
    let told = against(|config| config.replace("to: [guardians, students]", "to: [students]"));
    assert!(told.contains("dropped: reward to g-mei about mei: no schedule or rule leads to it any more"), "{told}");
}

#[test]
fn without_a_file_the_edit_is_held_against_the_settings_in_force() {
    let mut school = School::usual();
    let early = school.plaudit("plan --against");
    assert_eq!(early.code, 2);
    assert!(early.stderr.contains("no settings are in force yet"), "{}", early.stderr);
    school.plaudit("run");
    school.config.push_str("do_not_contact: [{guardian: g-mei}]\n");
    let output = school.plaudit(&format!("plan --week {WEEK} --against"));
    assert!(
        output.stdout.contains("dropped: reward to g-mei about mei: do not contact"),
        "{}{}",
        output.stdout,
        output.stderr
    );
    let same = School::usual();
    same.plaudit("run");
    assert_eq!(same.plaudit("plan --against").stdout, "nothing changes: the settings are the same\n");
}

#[test]
fn looking_at_an_edit_changes_nothing() {
    let mut school = School::usual();
    school.run();
    let before = school.bytes(".plaudit/ledger.sqlite");
    school.config.push_str("method: {gain_points: 90}\n");
    school.plaudit(&format!("plan --week {WEEK} --against"));
    school.plaudit("schedule");
    school.plaudit("check --due");
    school.plaudit("explain mei");
    assert_eq!(school.bytes(".plaudit/ledger.sqlite"), before);
}

/// What `check` says of an edit of the usual settings.
fn refused(edit: impl Fn(&str) -> String) -> String {
    let mut school = School::usual();
    school.config = edit(&school.config);
    let output = school.plaudit("check");
    assert_eq!(output.code, 2, "{}", output.stdout);
    output.stderr
}

#[test]
fn mistakes_in_schedules_and_calendars_are_told_with_their_lines() {
    let report = "notice: teacher_report,";
    let more = |more: &'static str| move |config: &str| format!("{config}{more}\n");
    let in_report = |more: &'static str| move |config: &str| config.replace(report, &format!("{report} {more},"));
    let cases: Vec<(String, &str)> = vec![
        (
            refused(in_report("when: '0 7 30 2 *'")),
            "config.yaml:8: schedules[0].when: found `0 7 30 2 *`, which never happens",
        ),
        (refused(in_report("when: '0 7 * *'")), "expected `monday 07:00` or five fields of cron"),
        (refused(in_report("when: '0 25 * * *'")), "schedules[0].when: found `0 25 * * *`"),
        (refused(in_report("when: 'monady 07:00'")), "did you mean `monday`?"),
        (refused(in_report("when: 'monday 7 o clock'")), "schedules[0].when"),
        (refused(in_report("when: 'monday 25:00'")), "expected hours and minutes such as `07:00`"),
        (refused(in_report("when: 'monday 07:00', time_zone: Europe/Rom")), "did you mean `Europe/Rome`?"),
        (refused(in_report("time_zone: Europe/Rome")), "schedules[0].time_zone: stands without `when`"),
        (refused(in_report("missed: each")), "schedules[0].missed: stands without `when`"),
        (refused(in_report("when: 'monday 07:00', missed: never")), "expected one of: once, each, skip"),
        (refused(in_report("when: 'monday 07:00', not_in: weekends")), "schedules[0].not_in"),
        (
            refused(in_report("not_older_than: 0")),
            "schedules[0].not_older_than: found `0`, expected a whole number from 1 to 60",
        ),
        (refused(in_report("name: reward")), "schedules[1]: found a second schedule with the name `reward`"),
        (refused(more("  - {notice: reward, to: [students]}")), "give it a `name` of its own"),
        (
            refused(more("holidays: [{from: 2026-01-01, to: 2026-01-09}, {from: 2026-01-09, to: 2026-01-10}]")),
            "holidays[1]: overlaps `holidays` from 2026-01-01 to 2026-01-09",
        ),
        (refused(more("holidays: [{from: 2026-01-09, to: 2026-01-01}]")), "begins on 2026-01-09 and ends before that"),
        (refused(more("exams: [{from: 2026-01-09}]")), "exams[0].to: missing"),
        (refused(more("school_calendar: {icalendar: none.ics}")), "school_calendar.icalendar"),
        (refused(more("monitoring: {listen: 'here'}")), "expected an address and a port such as `127.0.0.1:9464`"),
        (
            refused(more("monitoring: {ping: 'watch.example'}")),
            "monitoring.ping: found `watch.example`, expected an address",
        ),
        (refused(|config| config.replace("to: [teachers]", "to: []")), "schedules[0].to: found an empty list"),
        (
            refused(|config| config[..config.find("schedules:").unwrap() + 10].to_string()),
            "config.yaml:7: schedules: missing",
        ),
        (
            refused(more(
                "web: {url: 'http://localhost', listen: '127.0.0.1:81'}\nmonitoring: {listen: '127.0.0.1:81'}",
            )),
            "which `web.listen` has already",
        ),
        (refused(|_| String::new()), "found no keys"),
        (refused(|_| "- a list\n".into()), "found no keys"),
        (refused(|config| config[..config.len() / 2].to_string()), "config.yaml:"),
        (refused(|config| format!("{config}#{}", "x".repeat(10 << 20))), "larger than 1 MB"),
    ];
    for (told, expected) in cases {
        assert!(told.contains(expected), "`{expected}` is not in\n{told}");
        assert!(told.contains("config.yaml"), "{told}");
    }
}

#[test]
fn a_folder_in_place_of_the_settings_is_told_as_one() {
    let school = School::usual();
    school.write();
    std::fs::create_dir(school.path("folder")).unwrap();
    let output = school.command("check --config folder", &[]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("folder") && output.stderr.contains("--config FILE"), "{}", output.stderr);
    std::fs::write(school.path("latin.yaml"), b"sender:\n  name: Schule M\xfcnchen\n").unwrap();
    let output = school.command("check --config latin.yaml", &[]);
    assert!(output.stderr.contains("latin.yaml:2: is not text in UTF-8"), "{}", output.stderr);
    let marked = [b"\xef\xbb\xbf".as_slice(), &school.bytes("config.yaml")].concat();
    std::fs::write(school.path("config.yaml"), marked).unwrap();
    assert_eq!(school.command("schedule", &[]).code, 0, "a mark of the encoding does no harm");
}
