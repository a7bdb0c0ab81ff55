//! The ledger's stories: nothing twice, nothing lost, and every state told.

use crate::school::{School, WEEK};
use sqlx::{ConnectOptions, Row, sqlite::SqliteConnectOptions};
use std::collections::BTreeMap;

/// Runs statements on the school's ledger, as a process that died would have left it.
pub fn sql(school: &School, statement: &'static str) -> BTreeMap<String, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(school.path(".plaudit/ledger.sqlite"));
        let mut connection = options.connect().await.unwrap();
        let rows = sqlx::query(statement).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    })
}

fn states(school: &School) -> BTreeMap<String, String> {
    sql(school, "SELECT kind || ' ' || recipient, state FROM message")
}

#[test]
fn a_second_run_of_a_week_sends_nothing_and_says_so() {
    let school = School::usual();
    school.run();
    let before = states(&school);
    std::fs::remove_dir_all(school.path("reports")).unwrap();
    let output = school.run();
    assert!(output.stdout.contains("5 messages of this week had been sent before"), "{}", output.stdout);
    let advice = format!("nothing was sent; to see an edited template: plaudit preview --out DIR --week {WEEK}");
    assert!(output.stdout.contains(&advice), "{}", output.stdout);
    assert_eq!(school.files("reports/2026-03-02/mail").len(), 0);
    assert_eq!(states(&school), before);
    assert!(before.values().all(|state| state == "sent"), "{before:?}");
}

#[test]
fn what_was_planned_by_a_run_that_died_is_sent_by_the_next() {
    let school = School::usual();
    school.run();
    let all = school.files("reports/2026-03-02/mail");
    sql(&school, "UPDATE message SET state = 'planned', attempts = 0 WHERE kind <> 'digest' RETURNING kind, state");
    std::fs::remove_dir_all(school.path("reports")).unwrap();
    school.run();
    let again = all.into_iter().map(|name| name.replace("run-1", "run-2")).collect();
    assert_eq!(school.files("reports/2026-03-02/mail"), again, "and a digest that tells of it");
    assert!(states(&school).values().all(|state| state == "sent"));
}

#[test]
fn what_a_dead_run_left_half_written_is_written_again_with_the_same_bytes() {
    let school = School::usual();
    school.run();
    let mail = "reports/2026-03-02/mail/reward.s1.g-mei.mei.eml";
    let before = school.bytes(mail);
    sql(&school, "UPDATE message SET state = 'sending' WHERE recipient = 'g-mei' RETURNING kind, state");
    std::fs::write(school.path(mail), &before[..100]).unwrap();
    school.run();
    assert!(school.bytes(mail) == before);
    assert_eq!(states(&school)["reward g-mei"], "sent");
}

#[test]
fn what_is_no_longer_due_is_withheld_with_the_reason() {
    let mut school = School::usual();
    school.config.push_str("limits: {roster_loss_percent: 50}\n");
    school.run();
    sql(&school, "UPDATE message SET state = 'planned', attempts = 0 WHERE recipient = 'g-mei' RETURNING kind, state");
    school.users = school.users.replace("g-mei,active,true", "g-mei,active,false");
    school.run();
    let reasons = sql(&school, "SELECT state, outcome FROM message WHERE recipient = 'g-mei'");
    assert_eq!(reasons, BTreeMap::from([("withheld".to_string(), "no longer due".to_string())]));
}

#[test]
fn what_was_withheld_is_planned_again_when_its_cause_is_gone() {
    let school = School::usual();
    school.run();
    sql(&school, "UPDATE message SET state = 'withheld' WHERE recipient = 'g-mei' RETURNING kind, state");
    school.run();
    assert_eq!(states(&school)["reward g-mei"], "sent");
    let revisions = sql(&school, "SELECT recipient, CAST(revision AS TEXT) FROM message WHERE kind = 'reward'");
    assert_eq!((revisions["g-mei"].as_str(), revisions["mei"].as_str()), ("1", "0"));
}

#[test]
fn a_folder_that_cannot_be_written_ends_the_run_and_keeps_the_messages_planned() {
    let mut school = School::usual();
    school.config.push_str("delivery: {folder: blocked/out}\n");
    std::fs::write(school.path("blocked"), "a file where a folder should be").unwrap();
    let output = school.plaudit(&format!("run --week {WEEK}"));
    assert_eq!(output.code, 2, "{}", output.stdout);
    assert!(output.stderr.contains("blocked/out"), "{}", output.stderr);
    std::fs::remove_file(school.path("blocked")).unwrap();
    school.run();
    assert_eq!(school.files("blocked/out/2026-03-02/mail").len(), 6);
}

#[test]
fn a_ledger_that_another_process_owns_is_left_alone() {
    let school = School::usual();
    school.write();
    std::fs::create_dir(school.path(".plaudit")).unwrap();
    let lock = std::fs::File::create(school.path(".plaudit/lock")).unwrap();
    lock.lock().unwrap();
    let output = school.plaudit(&format!("run --week {WEEK}"));
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("another plaudit is at work on this ledger"), "{}", output.stderr);
    assert!(!school.path("reports").exists());
}

#[test]
fn a_roster_that_lost_a_third_of_its_students_stops_the_run_until_it_is_confirmed() {
    let mut school = School::usual();
    school.run();
    school.users = school.users.replace("\nana,active,true", "\nana,active,false");
    let output = school.plaudit("run --week 2026-02-23");
    assert_eq!(output.code, 2, "{}", output.stdout);
    assert_eq!(
        output.stderr,
        "roster: has 2 active students, 3 in the last run: 33 % are gone\n  \
         hint: if that is right, run once with `--confirm-roster`; else export the roster again\n"
    );
    let alarm = school.files("reports/2026-02-23/mail");
    assert_eq!(alarm.len(), 1, "only the administrators are told: {alarm:?}");
    assert_eq!(school.plaudit("run --week 2026-02-23 --confirm-roster").code, 0);
}

#[cfg(unix)]
#[test]
fn ledger_and_reports_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let school = School::usual();
    school.run();
    for folder in [".plaudit", "reports", "reports/2026-03-02/mail"] {
        let mode = std::fs::metadata(school.path(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{folder} is {mode:o}");
    }
}

#[test]
fn a_run_that_is_killed_at_any_moment_is_finished_by_the_next() {
    let mut school = School::empty();
    for number in 0..40 {
        let (student, class) = (format!("s{number}"), format!("c-{number}"));
        school.class(&class, &format!("Class {number}"));
        school.teacher(&format!("t-{number}"), &class);
        school.student(&student, "Given", &format!("Family{number}"), &class);
        school.visits(&student, 7, 2, 30);
    }
    school.write();
    // Killed when the ledger, the first documents, the first mails are there: each time a little further.
    for (folder, files) in
        [(".plaudit", 1), (".plaudit/documents", 3), ("reports/2026-03-02/mail", 1), ("reports/2026-03-02/mail", 41)]
    {
        let mut run = school.start(&format!("run --week {WEEK}"));
        while school.files(folder).len() < files && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = run.kill();
        run.wait().unwrap();
    }
    school.run();
    let mails = school.files("reports/2026-03-02/mail");
    let reports: Vec<&str> = mails.iter().filter_map(|name| name.strip_suffix(".eml")).collect();
    assert_eq!(reports.iter().filter(|name| name.starts_with("teacher_report")).count(), 41);
    assert!(states(&school).values().all(|state| state == "sent"));
    for name in reports.iter().filter(|name| name.starts_with("teacher_report")) {
        let mail = school.written(name);
        assert_eq!(mail.attachments.len(), 1, "{name} is whole");
        assert!(mail.attachments[0].trim_ascii_end().ends_with(b"%%EOF"), "{name} is whole");
    }
}

#[test]
fn what_an_earlier_week_still_owed_is_withheld_and_told() {
    let mut school = School::usual();
    school.run();
    sql(&school, "UPDATE message SET state = 'planned' WHERE recipient = 'g-mei' RETURNING kind, state");
    // The school goes on until now, so that the last complete week has activity.
    let clock = plaudit::calendar::clock::Clock::System;
    let today = clock.now().date_naive();
    for days in 1..40 {
        let day = today - chrono::Days::new(days);
        school.event("mei", 3, &format!("{day}T15:00:00Z"));
    }
    let output = school.plaudit("run");
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(
        output.stdout.contains("messages of earlier weeks that were never sent and are withheld now: 1"),
        "{}",
        output.stdout
    );
    let reasons =
        sql(&school, "SELECT state, outcome FROM message WHERE recipient = 'g-mei' AND period = '2026-03-02'");
    assert_eq!(reasons, BTreeMap::from([("withheld".to_string(), "its week has passed".to_string())]));
}

/// One row of an exported table.
fn row(school: &School, table: &str, keys: &str) -> String {
    let text = String::from_utf8(school.bytes(table)).unwrap();
    text.lines().find(|line| line.starts_with(keys)).unwrap_or_else(|| panic!("{keys} is not in\n{text}")).to_string()
}

#[test]
fn a_number_that_was_told_stays_the_number_until_the_term_ends() {
    let mut school = School::usual();
    assert_eq!(school.plaudit("run --week 2026-02-23").code, 0);
    school.plaudit("scores --out told --week 2026-02-23");
    school.plaudit("scores --out later --week 2026-03-02");
    school.plaudit("scores --out window --week 2026-03-02 --ruler window");
    let told = row(&school, "told/students.csv", "s1,tom,2026-02-16");
    assert_eq!(row(&school, "later/students.csv", "s1,tom,2026-02-16"), told);
    assert_ne!(row(&school, "window/students.csv", "s1,tom,2026-02-16"), told);
    school.config.push_str("terms: [{from: 2026-03-01, to: 2026-07-01}]\n");
    school.plaudit("scores --out term --week 2026-03-02");
    let new_term = row(&school, "term/students.csv", "s1,tom,2026-02-16");
    assert_eq!(new_term, row(&school, "window/students.csv", "s1,tom,2026-02-16"), "a new term has a ruler of its own");
}

#[test]
fn what_a_dead_run_left_half_sent_is_judged_anew() {
    let mut school = School::usual();
    school.config.push_str("limits: {roster_loss_percent: 50}\n");
    school.run();
    sql(&school, "UPDATE message SET state = 'sending' WHERE recipient = 'g-mei' RETURNING kind, state");
    std::fs::remove_dir_all(school.path("reports")).unwrap();
    school.users = school.users.replace(",g-mei,en", ",,en");
    school.run();
    assert!(!school.files("reports/2026-03-02/mail").contains("reward.s1.g-mei.mei.eml"), "no guardian any more");
    assert_eq!(states(&school)["reward g-mei"], "withheld");
}

#[test]
fn a_digest_that_was_planned_and_not_sent_gives_way_to_a_new_one() {
    let school = School::usual();
    school.run();
    sql(&school, "UPDATE message SET state = 'planned' WHERE kind = 'digest' RETURNING kind, state");
    std::fs::remove_dir_all(school.path("reports")).unwrap();
    school.run();
    let mails: Vec<String> = school.files("reports/2026-03-02/mail").into_iter().collect();
    assert_eq!(mails, ["digest.~.administrator-1.run-2.eml"]);
}
