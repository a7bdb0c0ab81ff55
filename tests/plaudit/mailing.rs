//! Mails over SMTP: what each answer of a server leads to, against a server that answers as it is told.

use crate::school::{School, WEEK};
use crate::server::{Deed, Moment, Server, Stage};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The usual school, mailing to a server with this script.
pub fn mailing(script: impl Fn(&Moment<'_>) -> Deed + Send + Sync + 'static) -> (School, Server) {
    let server = Server::start(script);
    let school = mailing_to(&server, "");
    (school, server)
}

/// The usual school without administrators: their digests of two runs would be a minute apart.
pub fn mailing_to(server: &Server, more: &str) -> School {
    let mut school = School::usual();
    school.config = school.config.replace("administrators: [{address: admin@school.example}]\n", "");
    school.mail_to(server.port, more);
    school
}

/// Says one thing at a stage to a recipient, and the usual otherwise.
pub fn only(stage: Stage, recipient: &'static str, deed: Deed) -> impl Fn(&Moment<'_>) -> Deed + Send + Sync + 'static {
    move |moment| if moment.stage == stage && moment.recipient == recipient { deed } else { Deed::Usual }
}

pub fn recipients(server: &Server) -> Vec<String> {
    let mut recipients: Vec<String> = server.mails().into_iter().map(|mail| mail.to).collect();
    recipients.sort();
    recipients
}

pub fn states(counts: &[(&str, usize)]) -> BTreeMap<String, usize> {
    counts.iter().map(|(state, count)| ((*state).to_string(), *count)).collect()
}

pub const EVERYBODY: [&str; 5] =
    ["mei@school.example", "pat.mei@home.example", "pat.tom@home.example", "t1@school.example", "tom@school.example"];
pub const GUARDIAN: &str = "pat.mei@home.example";

#[test]
fn the_first_mails_of_an_installation_leave_only_with_the_number_that_plan_printed() {
    let (school, server) = mailing(|_| Deed::Usual);
    let plan = school.plaudit(&format!("plan --week {WEEK}"));
    let count: usize = plan.stdout.lines().find_map(|l| l.split_once(" messages would")).unwrap().0.parse().unwrap();
    let unread = school.plaudit(&format!("run --week {WEEK}"));
    assert_eq!(unread.code, 2, "{}", unread.stdout);
    assert!(unread.stderr.contains(&format!("run once with `--confirm {count}`")), "{}", unread.stderr);
    let wrong = school.plaudit(&format!("run --week {WEEK} --confirm {}", count + 1));
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains(&format!("would be {count} messages, not {}", count + 1)), "{}", wrong.stderr);
    assert_eq!(server.mails().len(), 0, "nobody was written to, not even the administrators");
    assert_eq!(school.plaudit(&format!("run --week {WEEK} --confirm {count}")).code, 0);
    assert_eq!(server.mails().len(), count);
    assert_eq!(school.plaudit(&format!("run --week {WEEK}")).code, 0, "later runs need no number");
}

#[test]
fn preparing_twice_sends_once() {
    let (school, server) = mailing(|_| Deed::Usual);
    assert_eq!(school.mail().code, 0);
    let first = recipients(&server);
    let again = school.plaudit(&format!("run --week {WEEK}"));
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stdout.contains("were not sent again"), "{}", again.stdout);
    assert_eq!(recipients(&server), first);
    let ids: BTreeSet<String> = server.mails().iter().map(crate::server::Mail::id).collect();
    assert_eq!(ids.len(), server.mails().len(), "every mail has an id of its own");
}

#[test]
fn one_line_carries_many_mails() {
    let server = Server::usual();
    let school = mailing_to(&server, ", connections: 1");
    assert_eq!(school.mail().code, 0);
    assert_eq!((server.connections(), server.mails().len()), (1, 5));
}

#[test]
fn an_answer_of_the_kind_4xx_puts_a_message_off_and_retry_sends_it() {
    let asked = AtomicUsize::new(0);
    let (school, server) = mailing(move |moment| {
        let first = moment.stage == Stage::Recipient && moment.recipient == GUARDIAN;
        if first && asked.fetch_add(1, Ordering::SeqCst) == 0 { Deed::Say("451 4.7.1 come again") } else { Deed::Usual }
    });
    let run = school.mail();
    assert_eq!(run.code, 1, "{}\n{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("the next run sends it"), "{}", run.stdout);
    let waits = school.outbox("--state planned");
    assert_eq!(waits.len(), 1);
    assert_eq!(waits[0]["outcome"], "451 4.7.1 come again");
    assert!(waits[0]["next_try"].is_string());
    assert!(!recipients(&server).contains(&GUARDIAN.to_string()));
    let retry = school.plaudit("outbox retry");
    assert_eq!(retry.code, 0, "{}", retry.stderr);
    assert_eq!(recipients(&server).iter().filter(|to| *to == GUARDIAN).count(), 1);
    assert_eq!(school.outbox("--state planned").len(), 0);
}

#[test]
fn a_line_that_dies_between_the_mail_and_the_answer_leaves_a_message_unknown_until_a_person_decides() {
    for (deed, arrived) in [(Deed::KeepAndHangUp, 1), (Deed::HangUp, 0)] {
        let asked = AtomicUsize::new(0);
        let (school, server) = mailing(move |moment| {
            let is_body = moment.stage == Stage::Body && moment.recipient == GUARDIAN;
            if is_body && asked.fetch_add(1, Ordering::SeqCst) == 0 { deed } else { Deed::Usual }
        });
        let got = |server: &Server| recipients(server).iter().filter(|to| *to == GUARDIAN).count();
        let run = school.mail();
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains("1 messages may or may not have arrived"), "{}", run.stderr);
        let number = school.outbox("--state unknown")[0]["number"].to_string();
        for line in [format!("run --week {WEEK}"), "outbox retry".into(), "outbox resend".into()] {
            school.plaudit(&line);
            assert_eq!(got(&server), arrived, "{line} sends nothing that may have arrived");
        }
        let decision = if arrived == 1 { "--sent" } else { "--again" };
        let settled = school.plaudit(&format!("outbox settle {number} {decision}"));
        assert_eq!(settled.code, 0, "{}", settled.stderr);
        assert_eq!(school.plaudit("outbox retry").code, 0);
        assert_eq!(got(&server), 1);
        assert_eq!(school.outbox("--state unknown").len(), 0);
        assert_eq!(school.plaudit("outbox verify").code, 0);
    }
}

#[test]
fn a_line_that_breaks_before_the_mail_is_whole_loses_nothing_and_doubles_nothing() {
    for stage in [Stage::Hello, Stage::Mail, Stage::Recipient, Stage::Data] {
        let asked = AtomicUsize::new(0);
        let (school, server) = mailing(move |moment| {
            let here = moment.stage == stage && (stage == Stage::Hello || moment.message > 0);
            if here && asked.fetch_add(1, Ordering::SeqCst) == 0 { Deed::HangUp } else { Deed::Usual }
        });
        school.mail();
        school.plaudit("outbox retry");
        assert_eq!(recipients(&server), EVERYBODY, "{stage:?}");
        assert_eq!(school.states(), states(&[("sent", 5)]), "{stage:?}");
    }
}

#[test]
fn a_server_that_is_away_costs_nothing_but_time() {
    let gone = Server::usual();
    let port = gone.port;
    drop(gone);
    let mut school = School::usual();
    school.config = school.config.replace("administrators: [{address: admin@school.example}]\n", "");
    school.mail_to(port, "");
    let run = school.mail();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("cannot be reached") && run.stderr.contains("nothing is lost"), "{}", run.stderr);
    assert!(school.outbox("").iter().all(|message| message["attempts"] == 0 && message["state"] == "planned"));
    let server = Server::start_on(port, |_| Deed::Usual);
    assert_eq!(school.plaudit(&format!("run --week {WEEK}")).code, 0);
    assert_eq!(recipients(&server), EVERYBODY);
}

#[test]
fn one_message_is_tried_again_without_the_others() {
    let closed = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let shut = closed.clone();
    let (school, server) = mailing(move |moment| match moment.stage {
        Stage::Recipient if shut.load(Ordering::SeqCst) => Deed::Say("450 4.2.1 later"),
        _ => Deed::Usual,
    });
    assert_eq!(school.mail().code, 1);
    closed.store(false, Ordering::SeqCst);
    let number = school.outbox("--person g-mei")[0]["number"].to_string();
    assert_eq!(school.plaudit(&format!("outbox retry {number}")).code, 1, "others still wait");
    assert_eq!(recipients(&server), [GUARDIAN]);
}

#[test]
fn a_trial_goes_to_one_address_and_marks_nothing_as_sent() {
    let (school, server) = mailing(|_| Deed::Usual);
    let trial = school.plaudit(&format!("run --week {WEEK} --redirect-to me@school.example --confirm 5"));
    assert_eq!(trial.code, 0, "{}", trial.stderr);
    let mails = server.mails();
    assert_eq!(mails.len(), 5);
    assert!(mails.iter().all(|mail| mail.to == "me@school.example"));
    let subjects: Vec<String> = mails.iter().map(|mail| subject(&mail.bytes)).collect();
    for true_recipient in EVERYBODY {
        assert!(subjects.iter().any(|subject| subject.starts_with(&format!("[{true_recipient}] "))), "{subjects:?}");
    }
    let plan = school.plaudit(&format!("plan --week {WEEK}")).stdout;
    assert!(plan.contains("5 messages would be sent"), "{plan}");
}

fn subject(mail: &[u8]) -> String {
    mail_parser::MessageParser::default().parse(mail).unwrap().subject().unwrap().to_string()
}

#[test]
fn the_people_of_the_sample_are_never_written_to() {
    let server = Server::usual();
    let mut school = School::empty();
    school.config = school.config.replace(
        "sources:\n  roster: {oneroster: roster}\n  events: [{csv: events.csv}]",
        "sources: {sample: {last_day: 2026-03-08}}",
    );
    school.mail_to(server.port, "");
    let run = school.plaudit(&format!("run --week {WEEK} --confirm 300"));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--redirect-to you@school.example"), "{}", run.stderr);
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_message_is_shown_byte_for_byte_and_taken_back_before_it_left() {
    let (school, server) = mailing(only(Stage::Recipient, GUARDIAN, Deed::Say("450 later")));
    school.mail();
    let number = school.outbox("--state sent")[0]["number"].to_string();
    let shown = school.plaudit(&format!("outbox show {number}")).stdout;
    let sent = server.mails().into_iter().find(|mail| shown.contains(&mail.id())).unwrap();
    assert_eq!(shown.trim_end(), String::from_utf8(sent.bytes).unwrap().trim_end());
    let number = school.outbox("--state planned")[0]["number"].to_string();
    assert_eq!(school.plaudit(&format!("outbox cancel {number}")).code, 0);
    assert_eq!(school.plaudit(&format!("run --week {WEEK}")).code, 0);
    assert_eq!(school.outbox("--state withheld")[0]["cause"], "cancelled", "a run does not plan it again");
    let again = school.plaudit(&format!("outbox cancel {number}"));
    assert_eq!(again.code, 2, "what does not wait cannot be taken back");
    assert!(!recipients(&server).contains(&GUARDIAN.to_string()));
}

#[test]
fn a_password_comes_from_the_environment_or_a_file_and_is_shown_nowhere() {
    let server = Server::start_with(&["AUTH PLAIN LOGIN"], |_| Deed::Usual);
    let mut school = mailing_to(&server, ", user: reports, password_file: secret");
    std::fs::write(school.path("secret"), "correct horse\n").unwrap();
    let run = school.mail();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(server.transcript().iter().any(|line| line.contains("AUTH PLAIN")), "{:?}", server.transcript());
    school.config = school.config.replace("password_file: secret", "password_env: PLAUDIT_PASSWORD");
    let unset = school.plaudit("send-test me@school.example");
    assert_eq!(unset.code, 2);
    assert!(unset.stderr.contains("the environment variable `PLAUDIT_PASSWORD` is not set"), "{}", unset.stderr);
    let tried = school.command("send-test me@school.example", &[("PLAUDIT_PASSWORD", "correct horse")]);
    assert_eq!(tried.code, 0, "{}", tried.stderr);
    for text in [run.stdout, run.stderr, tried.stdout, tried.stderr] {
        assert!(!text.contains("horse"), "{text}");
    }
}

#[test]
fn a_server_that_does_not_encrypt_gets_nothing_unless_config_names_it() {
    let server = Server::usual();
    let mut school = mailing_to(&server, "");
    school.config = school.config.replace("tls: none, plain_text_to: 127.0.0.1", "tls: starttls");
    let run = school.mail();
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("does not offer STARTTLS, so nothing was sent unencrypted"), "{}", run.stderr);
    assert!(!server.transcript().iter().any(|line| line.contains("MAIL")), "{:?}", server.transcript());
    let cut = Server::start_with(&["STARTTLS"], |_| Deed::Usual);
    school.config = school.config.replace(&format!("port: {}", server.port), &format!("port: {}", cut.port));
    let run = school.plaudit(&format!("run --week {WEEK}"));
    assert_eq!(run.code, 1);
    assert!(!cut.transcript().iter().any(|line| line.contains("MAIL")), "{:?}", cut.transcript());
    assert_eq!(school.states(), states(&[("planned", 5)]));
}

#[test]
fn a_plus_in_an_address_and_a_very_long_name_arrive() {
    let server = Server::usual();
    let mut school = School::usual();
    let long = "Maximiliane".repeat(27);
    school.users =
        school.users.replace("pat.mei@home", "pat+mei@home").replace("mei,Mei,Zhou", &format!("mei,{long},Zhou"));
    school.mail_to(server.port, "");
    assert_eq!(school.mail().code, 0);
    let mails = server.mails();
    let mail = mails.iter().find(|mail| mail.to == "pat+mei@home.example").unwrap();
    assert!(subject(&mail.bytes).contains(&long), "{}", subject(&mail.bytes));
    assert!(mails.iter().all(|mail| mail.bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999)));
    assert!(mails.iter().all(|mail| mail.bytes.is_ascii()));
}

#[test]
fn ten_thousand_recipients_at_one_domain_get_one_mail_each() {
    let counted = Arc::new(AtomicUsize::new(0));
    let seen = counted.clone();
    let server = Server::start(move |moment| {
        seen.fetch_add(usize::from(moment.stage == Stage::Body), Ordering::SeqCst);
        Deed::Usual
    });
    let school = crate::outbox::many(10_000, server.port, "home.example");
    let retry = school.command("outbox retry", &[]);
    assert_eq!(retry.code, 0, "{}", retry.stderr);
    assert_eq!(counted.load(Ordering::SeqCst), 10_000);
    let ids: BTreeSet<String> = server.mails().iter().map(crate::server::Mail::id).collect();
    assert_eq!(ids.len(), 10_000);
}
