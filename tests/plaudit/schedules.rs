//! What is owed when, and that it is done once: the stories of schedules, with a clock that stands where a test puts it.

use crate::school::School;
use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use plaudit::calendar::clock::Clock;
use plaudit::config::load;
use plaudit::delivery::Channel;
use plaudit::pipeline::desk::{Caught, Desk};
use plaudit::pipeline::prepare::Waived;
use std::collections::BTreeMap;

/// Monday after the usual week, so that what is told is the week of 2 March.
const MONDAY: &str = "2026-03-09";

/// The usual school with another rule for its teachers' reports; families are told on Friday.
pub fn school(rule: &str) -> School {
    let mut school = School::usual();
    let usual = "  - {notice: teacher_report, to: [teachers]}\n";
    assert!(school.config.contains(usual));
    school.config = school.config.replace(usual, &format!("  - {{notice: teacher_report, to: [teachers], {rule}}}\n"));
    for kind in ["reward", "welcome_back", "steady"] {
        let family = format!("{{notice: {kind}, to: [guardians, students]}}");
        school.config = school.config.replace(&family, &family.replace('}', ", when: 'friday 15:00'}"));
    }
    school
}

/// What `run` without a week does at an instant.
pub fn look(school: &School, at: &str) -> Caught {
    let clock = Clock::Fixed(at.parse().unwrap());
    let config = load(&school.path("config.yaml")).unwrap_or_else(|problems| panic!("{problems}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let channel = Channel::of(&config, None).unwrap();
    let progress = ProgressBar::hidden;
    let waived = Waived::default();
    let desk = Desk { config: &config, channel, only: None, waived, clock, runtime: &runtime, progress };
    // A process that another test starts holds this one's locks until it has begun its own program.
    let looks = std::iter::repeat_with(|| desk.catch_up().unwrap());
    looks.into_iter().find(|caught| !caught.is_busy).unwrap()
}

/// The weeks of the runs, and how many messages each sent.
fn runs(caught: &Caught) -> Vec<(String, u64)> {
    assert!(caught.problems.is_empty(), "{:?}", caught.problems);
    caught.runs.iter().map(|run| (run.week.to_string(), run.sent)).collect()
}

/// How many messages of each kind were sent.
pub fn sent(school: &School) -> BTreeMap<String, usize> {
    let mut sent = BTreeMap::new();
    for message in school.outbox("--state sent") {
        *sent.entry(message["kind"].as_str().unwrap().to_string()).or_default() += 1;
    }
    sent
}

fn kinds<const N: usize>(kinds: [(&str, usize); N]) -> BTreeMap<String, usize> {
    kinds.map(|(kind, count)| (kind.to_string(), count)).into()
}

#[test]
fn a_schedule_is_run_at_its_time_and_once() {
    let school = school("when: 'monday 07:00'");
    school.write();
    assert_eq!(runs(&look(&school, "2026-03-07T12:00:00Z")), []);
    assert_eq!(runs(&look(&school, "2026-03-09T06:59:59Z")), []);
    assert_eq!(
        runs(&look(&school, "2026-03-09T07:00:00Z")),
        [(MONDAY_WEEK.into(), 2)],
        "a report, and the digest of it"
    );
    assert_eq!(sent(&school).get("teacher_report"), Some(&1));
    for later in ["2026-03-09T07:00:01Z", "2026-03-09T07:05:00Z", "2026-03-10T07:00:00Z", "2026-03-13T14:59:00Z"] {
        assert_eq!(runs(&look(&school, later)), [], "{later}");
    }
    look(&school, "2026-03-13T15:00:00Z");
    assert_eq!(sent(&school).get("reward"), Some(&2), "families on Friday");
    assert_eq!(sent(&school).get("teacher_report"), Some(&1));
}

const MONDAY_WEEK: &str = "2026-03-02";

#[test]
fn an_occasion_does_not_read_the_sources_until_it_is_there() {
    let school = school("when: 'monday 07:00'");
    school.write();
    look(&school, "2026-03-09T01:00:00Z");
    std::fs::remove_file(school.path("events.csv")).unwrap();
    let idle = look(&school, "2026-03-09T06:00:00Z");
    assert!(idle.problems.is_empty() && idle.runs.is_empty());
    assert_eq!(idle.next, Some("2026-03-09T07:00:00Z".parse().unwrap()));
}

#[test]
fn one_schedule_means_the_same_hour_at_each_school() {
    let mut school = school("when: 'monday 07:00'");
    school.organizations.push_str("s2,active,Lakeside School,school\n");
    school.classes.push_str("c2,active,Math 7B,s2\n");
    school.users.push_str("t2,active,true,s2,teacher,t2,Nora,Teachert2,t2@school.example,,en\n");
    school.enrollments.push_str("e-t2,active,c2,s2,t2,teacher,,\n");
    school.visits("t2", 7, 2, 30);
    school.config.push_str("organizations: {s1: {time_zone: Asia/Tokyo}, s2: {time_zone: America/New_York}}\n");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    let to = |school: &School| {
        let all = school.outbox("--state sent --only teacher_report");
        all.iter().map(|message| message["recipient"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    look(&school, "2026-03-08T21:59:00Z");
    assert_eq!(to(&school), Vec::<String>::new());
    look(&school, "2026-03-08T22:00:00Z");
    assert_eq!(to(&school), ["t1"], "Monday seven o'clock in Tokyo");
    look(&school, "2026-03-09T10:59:00Z");
    assert_eq!(to(&school), ["t1"]);
    look(&school, "2026-03-09T11:00:00Z");
    assert_eq!(to(&school), ["t1", "t2"], "and in New York, whose clocks changed the day before");
}

#[test]
fn editing_the_settings_sends_nothing_by_itself() {
    let mut school = school("when: 'monday 07:00'");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    look(&school, "2026-03-09T01:00:00Z");
    let before = sent(&school);
    school.config = school.config.replace("monday 07:00", "monday 02:00");
    school.write();
    assert_eq!(runs(&look(&school, "2026-03-09T05:00:00Z")), [], "02:00 had passed when the edit was seen");
    school.config.push_str("organizations: {s1: {time_zone: Asia/Tokyo}}\n");
    school.write();
    assert_eq!(runs(&look(&school, "2026-03-09T06:00:00Z")), [], "another zone, in which it has passed too");
    let fewer = school.config.replace("  - {notice: digest, to: [administrators]}\n", "");
    let with_digest = std::mem::replace(&mut school.config, fewer);
    school.write();
    assert_eq!(runs(&look(&school, "2026-03-09T07:00:00Z")), []);
    school.config = with_digest;
    school.write();
    assert_eq!(runs(&look(&school, "2026-03-09T08:00:00Z")), [], "what was taken out and put back is new");
    assert_eq!(sent(&school), before);
}

#[test]
fn a_missed_occasion_is_run_late_once_unless_it_is_too_old() {
    let school = school("when: 'monday 07:00'");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    let late = look(&school, "2026-03-11T09:00:00Z");
    assert_eq!(sent(&school).get("teacher_report"), Some(&1));
    assert!(late.missed.is_empty(), "{:?}", late.missed);
}

#[test]
fn what_is_too_old_is_not_sent_and_the_administrators_hear_of_it() {
    let school = school("when: 'monday 07:00', not_older_than: 1");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    let late = look(&school, "2026-03-10T07:00:01Z");
    assert_eq!(sent(&school).get("teacher_report"), None);
    let told = late.missed[0].to_string();
    assert!(told.contains("schedule `teacher_report`, 2026-03-09 07:00 UTC: was missed"), "{told}");
    assert!(told.contains("plaudit run --week 2026-03-02 --only teacher_report"), "{told}");
    assert_eq!(sent(&school).get("alarm"), Some(&1));
    assert!(look(&school, "2026-03-10T07:10:00Z").missed.is_empty(), "and once");
}

#[test]
fn each_missed_week_is_run_where_the_schedule_says_so_and_none_where_it_says_skip() {
    let each = school("when: 'monday 07:00', missed: each, not_older_than: 20");
    each.write();
    look(&each, "2026-02-20T12:00:00Z");
    assert_eq!(runs(&look(&each, "2026-03-10T12:00:00Z")).len(), 3);
    let weeks: Vec<String> = each
        .outbox("--state sent --only teacher_report")
        .iter()
        .map(|message| message["period"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(weeks, ["2026-02-16", "2026-02-23", "2026-03-02"]);

    let skip = school("when: 'monday 07:00', missed: skip");
    skip.write();
    look(&skip, "2026-03-07T12:00:00Z");
    let late = look(&skip, "2026-03-09T08:00:01Z");
    assert_eq!(sent(&skip).get("teacher_report"), None);
    assert!(late.missed[0].to_string().contains("missed: skip"), "{:?}", late.missed);
}

#[test]
fn a_run_that_fails_leaves_its_occasion_owed() {
    let school = school("when: 'monday 07:00'");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    look(&school, "2026-03-09T01:00:00Z");
    std::fs::remove_file(school.path("events.csv")).unwrap();
    for minute in ["07:00", "07:05"] {
        let failed = look(&school, &format!("{MONDAY}T{minute}:00Z"));
        assert!(failed.problems[0].to_string().contains("events.csv"), "{:?}", failed.problems);
    }
    assert_eq!(sent(&school).get("alarm"), Some(&1), "the same fault is told once");
    school.write();
    assert_eq!(runs(&look(&school, "2026-03-09T07:10:00Z")), [(MONDAY_WEEK.into(), 2)]);
    assert_eq!(runs(&look(&school, "2026-03-09T07:15:00Z")), []);
}

#[test]
fn a_monitor_sees_that_nobody_looks_at_the_schedules() {
    let school = School::usual();
    let output = school.plaudit("check --due");
    assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    assert!(output.stderr.contains("nobody has looked at them yet"), "{}", output.stderr);
    look(&school, "2026-03-09T08:00:00Z");
    // By now many weeks have ended of which nobody was told.
    let output = school.plaudit("check --due");
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("schedule `teacher_report`"), "{}", output.stderr);
    assert!(output.stderr.contains("should have run and did not"), "{}", output.stderr);
}

#[test]
fn a_clock_that_ran_ahead_silences_nothing() {
    let school = school("when: 'monday 07:00'");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    look(&school, "2029-03-06T12:00:00Z");
    look(&school, "2026-03-07T12:00:00Z");
    look(&school, "2026-03-09T07:00:00Z");
    assert_eq!(sent(&school).get("teacher_report"), Some(&1));
}

#[test]
fn a_ledger_that_another_process_owns_is_left_to_it() {
    let school = school("when: 'monday 07:00'");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    let lock = std::fs::File::open(school.path(".plaudit/lock")).unwrap();
    lock.try_lock().unwrap();
    let output = school.plaudit("run");
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stdout.contains("another plaudit is at work"), "{}", output.stdout);
}

#[test]
fn a_run_by_hand_is_not_told_again_by_its_occasion() {
    let school = school("when: 'monday 07:00'");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    school.run();
    let before = sent(&school);
    assert_eq!(before, kinds([("teacher_report", 1), ("reward", 2), ("steady", 2), ("digest", 1)]));
    look(&school, "2026-03-09T07:00:00Z");
    look(&school, "2026-03-13T15:00:00Z");
    let mut after = sent(&school);
    after.remove("digest");
    assert_eq!(after, kinds([("teacher_report", 1), ("reward", 2), ("steady", 2)]));
}

#[test]
fn a_roster_that_cannot_be_read_for_a_while_forgets_no_zone() {
    let school = school("when: 'monday 07:00'");
    school.write();
    let roster = "sourcedId,status,name,type,metadata.timezone\ns1,active,Riverside School,school,Asia/Tokyo\n";
    std::fs::write(school.path("roster/orgs.csv"), roster).unwrap();
    look(&school, "2026-03-07T12:00:00Z");
    std::fs::remove_file(school.path("roster/orgs.csv")).unwrap();
    let failed = look(&school, "2026-03-08T22:10:00Z");
    assert!(!failed.problems.is_empty(), "it is Monday seven o'clock in Tokyo, and there is no roster");
    std::fs::write(school.path("roster/orgs.csv"), roster).unwrap();
    look(&school, "2026-03-08T22:20:00Z");
    assert_eq!(sent(&school).get("teacher_report"), Some(&1));
}

#[test]
fn an_edit_to_another_way_of_delivery_sends_nothing_by_itself() {
    let mut school = school("when: 'monday 07:00'");
    school.write();
    look(&school, "2026-03-09T08:00:00Z");
    school.mail_to(1, "");
    school.write();
    let first = look(&school, "2026-03-09T08:10:00Z");
    assert!(first.runs.is_empty() && first.problems.is_empty(), "{:?}", first.problems);
    let owed = look(&school, "2026-03-16T07:00:00Z");
    assert!(owed.problems[0].to_string().contains("the first mails of this installation"), "{:?}", owed.problems);
}

#[test]
fn a_digest_follows_each_run_that_had_news_or_comes_at_its_own_time() {
    let mut school = school("when: 'monday 07:00'");
    school.write();
    for at in ["2026-03-07T12:00:00Z", "2026-03-09T07:00:00Z", "2026-03-13T15:00:00Z"] {
        look(&school, at);
    }
    assert_eq!(sent(&school).get("digest"), Some(&2), "after the reports, and after what families got");
    let own = "{notice: digest, to: [administrators]";
    school.config = school.config.replace(own, &format!("{own}, when: 'saturday 10:00'"));
    school.write();
    for at in ["2026-03-13T15:10:00Z", "2026-03-14T10:00:00Z", "2026-03-15T10:00:00Z"] {
        look(&school, at);
    }
    assert_eq!(sent(&school).get("digest"), Some(&3), "on Saturday, though nothing is new");
}

#[test]
fn a_schedule_with_a_zone_of_its_own_waits_for_schools_whose_week_is_not_over() {
    let mut school = school("when: 'monday 07:00', time_zone: Asia/Tokyo");
    school.organizations.push_str("s2,active,Lakeside School,school\n");
    school.classes.push_str("c2,active,Math 7B,s2\n");
    school.users.push_str("t2,active,true,s2,teacher,t2,Nora,Teachert2,t2@school.example,,en\n");
    school.enrollments.push_str("e-t2,active,c2,s2,t2,teacher,,\n");
    school.visits("t2", 7, 2, 30);
    school.config.push_str("organizations: {s1: {time_zone: Asia/Seoul}, s2: {time_zone: America/New_York}}\n");
    school.write();
    look(&school, "2026-03-07T12:00:00Z");
    let to = |school: &School| {
        let all = school.outbox("--state sent --only teacher_report");
        let told = |message: &serde_json::Value| format!("{} of {}", message["recipient"], message["period"]);
        all.iter().map(told).collect::<Vec<_>>().join(", ").replace('"', "")
    };
    assert_eq!(look(&school, "2026-03-08T21:00:00Z").next, Some("2026-03-08T22:00:00Z".parse().unwrap()));
    assert_eq!(look(&school, "2026-03-08T22:00:00Z").next, Some("2026-03-09T04:00:00Z".parse().unwrap()));
    assert_eq!(to(&school), "t1 of 2026-03-02", "it is Monday in Seoul and Sunday evening in New York");
    look(&school, "2026-03-09T03:59:00Z");
    assert_eq!(to(&school), "t1 of 2026-03-02");
    look(&school, "2026-03-09T04:00:00Z");
    assert_eq!(to(&school), "t1 of 2026-03-02, t2 of 2026-03-02");
    assert_eq!(runs(&look(&school, "2026-03-10T04:00:00Z")), []);
}

#[test]
fn what_no_schedule_sends_any_more_does_not_leave_with_what_waits() {
    let mut school = crate::outbox::many(3, 1, "home.example");
    school.config = school.config.replace("  - {notice: reward, to: [guardians, students]}\n", "");
    school.write();
    let now = plaudit::calendar::clock::Clock::System.now();
    look(&school, &now.to_rfc3339());
    let states: Vec<_> =
        school.outbox("--only reward").iter().map(|message| message["cause"].as_str().unwrap().to_string()).collect();
    assert_eq!(states, ["no longer due", "no longer due", "no longer due"]);
}

#[test]
fn a_week_that_is_not_over_at_a_school_is_not_sent_by_hand_either() {
    let mut school = School::usual();
    // Some zone is always a day behind some other.
    school.config = school.config.replace("time_zone: UTC", "time_zone: Pacific/Kiritimati");
    school.config.push_str("organizations: {s1: {time_zone: Pacific/Midway}}\n");
    school.write();
    let config = load(&school.path("config.yaml")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let at: DateTime<Utc> = "2026-03-08T20:00:00Z".parse().unwrap();
    let order = plaudit::pipeline::run::Order {
        config: &config,
        asked: plaudit::pipeline::Asked { day: Some("2026-03-02".parse().unwrap()), from: None, now: at },
        channel: Channel::of(&config, None).unwrap(),
        confirmed: None,
        clock: Clock::Fixed(at),
        scope: plaudit::notices::Scope::whole(&config, None),
        oldest_owed: None,
        waived: Waived::default(),
        progress: ProgressBar::hidden(),
    };
    let told = plaudit::pipeline::run::run(&order, &runtime).unwrap_err().to_string();
    assert!(told.contains("is not over at the organizations in Pacific/Midway"), "{told}");
}
