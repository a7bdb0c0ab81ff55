//! What becomes of messages, addresses and runs when a server refuses, falls silent or goes away.

use crate::mailing::{GUARDIAN, mailing, mailing_to, only, recipients, states};
use crate::school::{School, WEEK};
use crate::server::{Deed, Server, Stage};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn an_address_that_does_not_exist_is_suppressed_until_there_is_another() {
    let (mut school, server) = mailing(only(Stage::Recipient, GUARDIAN, Deed::Say("550 5.1.1 no such user")));
    let run = school.mail();
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("1 messages were refused"), "{}", run.stderr);
    assert_eq!(school.outbox("--state refused")[0]["cause"], "no such address");
    let plan = school.plaudit("plan --week 2026-03-02").stdout;
    assert!(plan.contains("skipped, no such address (g-mei)"), "{plan}");
    school.users = school.users.replace(GUARDIAN, "pat.new@home.example");
    assert_eq!(school.plaudit(&format!("run --week {WEEK}")).code, 0);
    assert!(recipients(&server).contains(&"pat.new@home.example".to_string()));
    let entry = &school.outbox("--person g-mei")[0];
    assert_eq!((&entry["state"], &entry["revision"]), (&"sent".into(), &1.into()));
}

#[test]
fn a_refusal_for_policy_or_quota_says_nothing_about_the_address() {
    for reply in ["550 5.7.1 looks like spam", "552 5.2.2 mailbox full"] {
        let (school, server) = mailing(only(Stage::Body, GUARDIAN, Deed::Say(reply)));
        assert_eq!(school.mail().code, 1);
        assert_eq!(school.outbox("--state refused")[0]["cause"], "refused");
        assert!(school.plaudit("contact list").stdout.contains("0 suppressions"));
        assert_eq!(school.plaudit(&format!("run --week {WEEK}")).code, 0);
        assert_eq!(
            recipients(&server).iter().filter(|to| *to == GUARDIAN).count(),
            0,
            "it is not tried again by itself"
        );
    }
}

#[test]
fn what_was_refused_is_sent_once_more_when_somebody_says_so() {
    let asked = AtomicUsize::new(0);
    let (school, server) = mailing(move |moment| {
        let is_body = moment.stage == Stage::Body && moment.recipient == GUARDIAN;
        if is_body && asked.fetch_add(1, Ordering::SeqCst) == 0 { Deed::Say("554 5.7.1 no") } else { Deed::Usual }
    });
    assert_eq!(school.mail().code, 1);
    let before = recipients(&server).len();
    let resent = school.plaudit("outbox resend");
    assert_eq!(resent.code, 0, "{}", resent.stderr);
    assert_eq!(recipients(&server).len(), before + 1);
    let nothing = school.plaudit("outbox resend");
    assert!(nothing.stdout.contains("0 messages mailed"), "{}", nothing.stdout);
}

#[test]
fn a_server_that_falls_silent_is_given_up_and_only_after_the_whole_mail_is_anything_unknown() {
    for (stage, state) in [(Stage::Recipient, "planned"), (Stage::Body, "unknown")] {
        let server = Server::start(only(stage, GUARDIAN, Deed::Wait));
        let school = mailing_to(&server, ", timeout_seconds: 1, reply_timeout_seconds: 1");
        assert_eq!(school.mail().code, 1);
        let message = &school.outbox("--person g-mei")[0];
        assert_eq!(
            (message["state"].as_str(), message["outcome"].as_str()),
            (Some(state), Some("no answer within 1 s"))
        );
    }
}

#[test]
fn a_server_that_swallows_mails_without_an_answer_stops_the_run() {
    let server = Server::start(|moment| if moment.stage == Stage::Body { Deed::HangUp } else { Deed::Usual });
    let school = crate::outbox::many(200, server.port, "home.example");
    let retry = school.command("outbox retry", &[]);
    assert_eq!(retry.code, 1);
    assert!(retry.stderr.contains("gave no answer to 8 mails in a row"), "{}", retry.stderr);
    let states = school.states();
    assert!(states["unknown"] <= 8 + 8, "at most one more for each line: {states:?}");
}

#[test]
fn a_server_that_goes_away_in_the_middle_is_no_silent_one() {
    let bodies = Arc::new(AtomicUsize::new(0));
    let counted = bodies.clone();
    let server = Server::start(move |moment| {
        let gone = counted.load(Ordering::SeqCst) >= 20;
        match moment.stage {
            Stage::Greeting | Stage::Mail if gone => Deed::HangUp,
            Stage::Body => {
                counted.fetch_add(1, Ordering::SeqCst);
                Deed::Usual
            }
            _ => Deed::Usual,
        }
    });
    let school = crate::outbox::many(200, server.port, "home.example");
    let retry = school.command("outbox retry", &[]);
    assert_eq!(retry.code, 1);
    assert!(retry.stderr.contains("cannot be reached"), "{}", retry.stderr);
    let states = school.states();
    assert_eq!(states["planned"] + states["sent"], 200, "nothing is unknown: {states:?}");
    bodies.store(0, Ordering::SeqCst);
    while school.command("outbox retry", &[]).code == 1 {
        bodies.store(0, Ordering::SeqCst);
    }
    let ids: BTreeSet<String> = server.mails().iter().map(crate::server::Mail::id).collect();
    assert_eq!((ids.len(), server.mails().len()), (200, 200));
}

#[test]
fn a_small_run_of_which_everything_is_refused_suppresses_nobody() {
    let (school, _server) = mailing(|moment| match moment.stage {
        Stage::Recipient => Deed::Say("550 5.1.1 no such user"),
        _ => Deed::Usual,
    });
    assert_eq!(school.mail().code, 1);
    assert_eq!(school.states(), states(&[("refused", 5)]));
    assert!(school.plaudit("contact list").stdout.contains("0 suppressions"));
}

#[test]
fn only_the_answer_that_belongs_to_the_whole_mail_counts_as_yes() {
    let (school, _server) = mailing(only(Stage::Body, GUARDIAN, Deed::Say("354 go on")));
    assert_eq!(school.mail().code, 1);
    assert_eq!(school.outbox("--person g-mei")[0]["state"], "unknown");
    let (school, server) = mailing(only(Stage::Data, GUARDIAN, Deed::Say("250 2.0.0 fine")));
    assert_eq!(school.mail().code, 1);
    assert_eq!(school.outbox("--person g-mei")[0]["state"], "planned");
    assert!(server.transcript().iter().all(|line| !line.contains("Subject:")), "no mail went out as commands");
}

#[test]
fn a_server_that_refuses_everything_stops_the_run_and_suppresses_nobody() {
    let server = Server::start(|moment| match moment.stage {
        Stage::Recipient => Deed::Say("550 5.1.1 no such user"),
        _ => Deed::Usual,
    });
    let mut school = School::empty();
    for number in 0..80 {
        school.student(&format!("s{number}"), "Given", "Family", "c1");
        school.visits(&format!("s{number}"), 0, 2, 30);
        for week in [5, 6, 7] {
            school.visits(&format!("s{number}"), week, if week == 7 { 5 } else { 1 }, 30);
        }
    }
    school.mail_to(server.port, ", connections: 1");
    school.config.push_str("do_not_contact: []\n");
    let run = school.mail();
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("more than 20 %, so the run stopped"), "{}", run.stderr);
    assert!(run.stderr.contains("no address was suppressed"), "{}", run.stderr);
    let states = school.states();
    assert!(states["refused"] < 20 && states["planned"] > 60, "{states:?}");
    assert!(school.plaudit("contact list").stdout.contains("0 suppressions"));
}

#[test]
fn what_servers_say_is_shown_without_the_address() {
    let reply = "550 5.7.1 <pat.mei@home.example>: rejected";
    let (school, _server) = mailing(only(Stage::Recipient, GUARDIAN, Deed::Say(reply)));
    let run = school.mail();
    let listed = school.plaudit("outbox list");
    for text in [run.stdout, run.stderr, listed.stdout, school.plaudit("outbox list --format json").stdout] {
        assert!(!text.contains(GUARDIAN), "{text}");
    }
}
