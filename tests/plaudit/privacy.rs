//! Personal data: who can read what, for how long, and what is left when somebody is erased; and what can be proved.

use crate::school::{School, WEEK};
use crate::server::Server;
use std::path::Path;

fn mailed() -> (School, Server) {
    let server = Server::usual();
    let mut school = School::usual();
    school.config = school.config.replace("administrators: [{address: admin@school.example}]\n", "");
    school.mail_to(server.port, "");
    assert_eq!(school.mail().code, 0);
    (school, server)
}

/// Every file below a folder that holds these bytes.
fn holding(folder: &Path, text: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            holding(&path, text, found);
        } else if std::fs::read(&path).unwrap().windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
}

#[cfg(unix)]
#[test]
fn everything_that_names_people_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (school, _server) = mailed();
    school.plaudit("person export mei --out for-mei");
    let below =
        |folder: &str| school.files(folder).into_iter().map(|name| format!("{folder}/{name}")).collect::<Vec<_>>();
    let files: Vec<String> = [".plaudit", "reports", "for-mei"].iter().flat_map(|folder| below(folder)).collect();
    assert!(files.len() > 20, "{files:?}");
    for file in files {
        let mode = std::fs::metadata(school.path(&file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file} is {mode:o}");
    }
}

#[test]
fn an_erased_person_is_nowhere_and_is_never_written_to_or_about_again() {
    let mut school = School::usual();
    // With links, which have given names.
    school.config.push_str("web: {url: 'https://effort.school.example'}\n");
    assert_eq!(school.plaudit(&format!("run --week {WEEK}")).code, 0);
    let unconfirmed = school.plaudit("person erase mei");
    assert_eq!(unconfirmed.code, 2);
    for id in ["mei", "g-mei"] {
        let erased = school.plaudit(&format!("person erase {id} --confirm"));
        assert_eq!(erased.code, 0, "{}", erased.stderr);
    }
    for text in ["g-mei", "Mei", "pat.mei", "mei@school.example"] {
        let mut found = Vec::new();
        holding(&school.path(".plaudit"), text, &mut found);
        holding(&school.path("reports"), text, &mut found);
        assert!(found.is_empty(), "`{text}` is still in {found:?}");
    }
    // The roster was imported again with both of them, and with a new address.
    school.users = school.users.replace("pat.mei@home", "pat.zhou@home");
    let plan = school.plaudit("plan --week 2026-03-02").stdout;
    assert!(!plan.contains("reward to g-mei") && !plan.contains("reward to mei"), "{plan}");
    assert_eq!(school.plaudit("outbox verify").code, 0, "receipts name nobody, so they are whole");
    // As long as the roster has them, no report has.
    std::fs::remove_dir_all(school.path("reports")).unwrap();
    assert_eq!(school.plaudit("run --week 2026-02-23").code, 0);
    let report = school.pdf_text("reports/2026-02-23/s1/teacher_report.c1.en.pdf");
    assert!(report.contains("Tom") && !report.contains("Mei") && !report.contains("Zhou"), "{report}");
}

#[test]
fn a_person_is_given_all_that_is_held_about_them() {
    let (school, _server) = mailed();
    let given = school.plaudit("person export mei --out for-mei");
    assert_eq!(given.code, 0, "{}", given.stderr);
    let files = school.files("for-mei");
    assert!(files.iter().any(|name| name.starts_with("tables/run-1.facts")), "{files:?}");
    assert_eq!(
        files.iter().filter(|name| name.starts_with("mails/")).count(),
        2,
        "to her and to her guardian: {files:?}"
    );
    let text = String::from_utf8(school.bytes("for-mei/messages.json")).unwrap();
    assert!(text.contains("mei@school.example") && !text.contains("tom"), "{text}");
    let facts = String::from_utf8(school.bytes("for-mei/tables/run-1.facts.csv")).unwrap();
    assert!(facts.lines().skip(1).all(|line| line.contains(",mei,")), "{facts}");
    let nobody = school.plaudit("person export nobody --out for-nobody");
    assert_eq!(nobody.code, 2);
}

#[test]
fn what_is_older_than_config_keeps_is_purged_and_a_forgotten_week_is_not_sent_again() {
    let (mut school, server) = mailed();
    let kept = school.plaudit("purge");
    assert!(kept.stdout.contains("0 texts of mails older than 120 days removed"), "{}", kept.stdout);
    crate::ledger::sql(&school, "UPDATE message SET changed = '2020-01-01T00:00:00.000Z' RETURNING kind, state");
    let dry = school.plaudit("purge --dry-run");
    assert!(dry.stdout.contains("5 texts of mails older than 120 days would be removed"), "{}", dry.stdout);
    assert_eq!(school.outbox("").len(), 5);
    assert_eq!(school.plaudit("purge").code, 0);
    assert_eq!(school.outbox("").len(), 0);
    assert!(school.files(".plaudit/documents").is_empty());
    school.config.push_str("retention: {messages_days: 30, mails_days: 14}\n");
    assert_eq!(school.plaudit("purge").code, 0);
    let again = school.plaudit(&format!("run --week {WEEK}"));
    assert_eq!(again.code, 2, "{}", again.stdout);
    assert!(again.stderr.contains("is forgotten, so it might be sent twice"), "{}", again.stderr);
    assert_eq!(server.mails().len(), 5);
}

#[test]
fn receipts_prove_what_was_sent_and_show_every_change() {
    let (school, _server) = mailed();
    let file = ".plaudit/runs/1/receipt.jsonl";
    let text = String::from_utf8(school.bytes(file)).unwrap();
    assert_eq!(text.lines().count(), 5);
    for name in ["home.example", "mei", "tom", "t1"] {
        assert!(
            !text.contains(&format!("\"{name}")) && !text.contains("home.example"),
            "a receipt names nobody: {text}"
        );
    }
    let verified = school.plaudit("outbox verify");
    assert_eq!(verified.code, 0, "{}", verified.stderr);
    assert!(verified.stdout.starts_with("5 receipts of 1 runs follow from each other"), "{}", verified.stdout);
    std::fs::write(school.path(file), text.replacen("\"sent\"", "\"refused\"", 1)).unwrap();
    let changed = school.plaudit("outbox verify");
    assert_eq!(changed.code, 2);
    assert!(changed.stderr.contains("line 1 is not what the ledger says"), "{}", changed.stderr);
    std::fs::write(school.path(file), &text).unwrap();
    for (change, told) in [
        (
            "UPDATE message SET state = 'sent', whole = 'x' WHERE number = 1 RETURNING kind, state",
            "is not in the state",
        ),
        (
            "UPDATE receipt SET line = replace(line, '250', '251') WHERE number = 2 RETURNING line, hash",
            "does not follow",
        ),
        ("UPDATE message SET state = 'planned' WHERE number = 3 RETURNING kind, state", "is not in the state"),
        (
            "UPDATE message SET recipient = 'x' WHERE number = 4 RETURNING kind, state",
            "is not the one that was planned",
        ),
        ("DELETE FROM message WHERE number = 5 RETURNING kind, state", "is gone, though its receipt is there"),
        ("DELETE FROM receipt WHERE number = 5 RETURNING line, hash", "is not what the ledger says"),
    ] {
        crate::ledger::sql(&school, change);
        let found = school.plaudit("outbox verify");
        assert_eq!(found.code, 2);
        assert!(found.stderr.contains(told), "{}", found.stderr);
    }
}

#[test]
fn mails_that_came_back_change_the_ledger_only_if_they_name_a_message() {
    let (school, server) = mailed();
    let id = server.mails().into_iter().find(|mail| mail.to == "pat.mei@home.example").unwrap().id();
    let report = |id: &str, status: &str| {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: reports@school.example\r\nSubject: failed\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
             failed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
             Final-Recipient: rfc822; pat.mei@home.example\r\nAction: failed\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 {status} refused\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
             Message-ID: {id}\r\nSubject: A good week\r\n\r\n--b--\r\n"
        )
    };
    std::fs::create_dir(school.path("came-back")).unwrap();
    for forged in ["<forged@school.example>", "<%>", "<________________________________@school.example>", "<>"] {
        std::fs::write(school.path("came-back/1.eml"), report(forged, "5.1.1")).unwrap();
        let forged = school.plaudit("outbox bounces came-back");
        assert!(
            forged.stdout.contains("it names no message of this ledger, so nothing was changed"),
            "{}",
            forged.stdout
        );
        assert!(school.plaudit("contact list").stdout.contains("0 suppressions"));
    }
    std::fs::write(school.path("came-back/1.eml"), report(&id, "5.7.26")).unwrap();
    let policy = school.plaudit("outbox bounces came-back");
    assert!(policy.stdout.contains("says nothing about its address"), "{}", policy.stdout);
    std::fs::write(school.path("came-back/1.eml"), report(&id, "4.4.1")).unwrap();
    let soft = school.plaudit("outbox bounces came-back");
    assert!(soft.stdout.contains("1 of 5 before its address is suppressed"), "{}", soft.stdout);
    std::fs::write(school.path("came-back/1.eml"), report(&id, "5.1.1")).unwrap();
    let hard = school.plaudit("outbox bounces came-back");
    assert!(hard.stdout.contains("its address is not written to any more"), "{}", hard.stdout);
    assert!(!hard.stdout.contains("pat.mei@"), "{}", hard.stdout);
    let plan = school.plaudit(&format!("plan --week {WEEK}")).stdout;
    assert!(plan.contains("skipped, no such address (g-mei)"), "{plan}");
    assert_eq!(school.plaudit("outbox verify").code, 0);
    assert_eq!(school.plaudit("contact allow pat.mei@home.example").code, 0);
    assert!(school.plaudit("contact list").stdout.contains("0 suppressions"));
}
