//! Claims about what real servers, providers and mail programs write.

use super::{bounce, complaint, sample};
use crate::delivery::returned::{Bounce, Complaint, Returned, understand};

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Expects a bounce of `ID@school.example`, sent to `ENVELOPE@school.example`.
fn expect(name: &str, [id, envelope, recipient]: [&str; 3], lasting: bool, status: &str, diagnostic: &str) {
    let expected = Bounce {
        mail_id: some(id).map(|id| format!("w41.{id}@school.example")),
        envelope: some(&format!("{envelope}@school.example")),
        recipient: some(recipient),
        lasting,
        status: status.to_owned(),
        diagnostic: diagnostic.to_owned(),
    };
    assert_eq!(bounce(name), expected, "{name}");
}

fn stop(token: &str) -> Returned {
    Returned::Stop { token: token.to_owned() }
}

fn with_subject(subject: &str) -> Returned {
    understand(format!("From: parent@example.org\nSubject: {subject}\n\nbody\n").as_bytes())
}

#[test]
fn postfix_tells_an_unknown_user() {
    let said = "550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in virtual mailbox table";
    expect("postfix-unknown-user", ["4711", "bounces+4711", "nobody@example.org"], true, "5.1.1", said);
}

#[test]
fn a_delay_and_a_success_need_nothing_done() {
    for name in ["postfix-delayed", "postfix-relayed", "exim-delay-warning"] {
        assert_eq!(understand(&sample(name)), Returned::Notice, "{name}");
    }
}

#[test]
fn a_mail_given_up_after_delays_says_nothing_about_the_address() {
    let said = "connect to mx.example.org[192.0.2.25]:25: Connection timed out";
    expect("postfix-expired", ["4712", "bounces+4712", "parent@example.org"], false, "4.4.1", said);
}

#[test]
fn of_several_recipients_the_first_failed_one_counts_by_the_address_written_to() {
    let said = "550 No such user here";
    expect("several-recipients", ["4712", "bounces+4712", "nobody@example.org"], true, "5.0.0", said);
}

#[test]
fn a_missing_status_is_derived_from_the_diagnostic() {
    let said = "554 delivery error: dd This user doesn't have a mail.example.org account (parent@example.org) [0] - \
                mta4001.example.org";
    expect("yahoo-no-account", ["4712", "bounces+4712", "parent@example.org"], true, "5.0.0", said);
}

#[test]
fn exim_tells_its_own_reason_in_the_text() {
    let said = "Unrouteable address";
    expect("exim-unrouteable", ["99", "bounces", "nobody@typo.example"], true, "5.0.0", said);
}

#[test]
fn an_old_exim_writes_no_report_but_names_the_recipient_and_copies_the_mail() {
    let said = "SMTP error from remote mail server after RCPT TO:<nobody@example.org>: \
                host mx.example.org [192.0.2.25]: 550 No such user here";
    expect("exim-old", ["100", "bounces", "nobody@example.org"], true, "5.0.0", said);
}

#[test]
fn office_365_does_not_find_a_recipient() {
    let said =
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient nobody@example.org not found by SMTP address lookup";
    expect("office365-not-found", ["4713", "bounces+4713", "nobody@example.org"], true, "5.1.10", said);
}

#[test]
fn a_full_mailbox_may_be_emptied() {
    expect("exchange-mailbox-full", ["4714", "bounces+4714", "parent@example.org"], false, "5.2.2", "");
}

#[test]
fn gmail_names_the_mail_without_returning_it() {
    let found = bounce("gmail-no-account");
    assert_eq!(found.mail_id.as_deref(), Some("w41.4715@school.example"));
    assert_eq!(found.recipient.as_deref(), Some("nobody@example.org"));
    assert_eq!((found.lasting, found.status.as_str()), (true, "5.1.1"));
    assert!(found.diagnostic.starts_with("550-5.1.1 The email account that you tried to reach does not exist. Please"));
}

#[test]
fn the_bounce_address_of_one_mail_tells_more_than_the_mailbox_behind_it() {
    assert_eq!(bounce("gmail-no-account").envelope.as_deref(), Some("bounces+4715@school.example"));
    assert_eq!(bounce("qmail").envelope.as_deref(), Some("bounces+4717@school.example"));
    assert_eq!(bounce("exim-old").envelope.as_deref(), Some("bounces@school.example"));
}

#[test]
fn a_refusal_for_policy_says_nothing_about_the_address() {
    let found = bounce("gmail-policy");
    assert_eq!((found.lasting, found.status.as_str()), (false, "5.7.26"));
    let found = bounce("wrapped-report");
    assert_eq!((found.lasting, found.status.as_str()), (false, "5.7.1"));
}

#[test]
fn amazon_gives_the_mail_an_id_of_its_own() {
    let found = bounce("ses-bounce");
    assert_eq!(found.mail_id.as_deref(), Some("0102019a-4716@eu-west-1.amazonses.example"));
    assert_eq!(found.envelope.as_deref(), Some("bounces+4716@school.example"));
    assert!(found.lasting);
}

#[test]
fn qmail_writes_prose() {
    let said = "192.0.2.25 does not like recipient. Remote host said: 550 Sorry, no mailbox here by that name. \
                (#5.1.1) Giving up on 192.0.2.25.";
    expect("qmail", ["4717", "bounces+4717", "nobody@example.org"], true, "5.1.1", said);
}

#[test]
fn addresses_in_utf_8_are_read_in_either_spelling() {
    let said = "550 5.1.1 User unknown";
    expect("utf8-addresses", ["4718", "bounces+4718", "jörg@bücher.example"], true, "5.1.1", said);
}

#[test]
fn a_report_that_a_gateway_wrapped_is_found() {
    assert_eq!(bounce("wrapped-report").recipient.as_deref(), Some("parent@example.org"));
}

#[test]
fn a_report_whose_machine_readable_part_is_lost_is_read_from_its_text() {
    let said = "mx.example.org said: 550 5.1.1 User unknown";
    expect("lost-report", ["4720", "bounces+4720", ""], true, "5.1.1", said);
}

#[test]
fn a_bounce_that_somebody_forwards_is_a_letter() {
    assert_eq!(understand(&sample("forwarded-bounce")), Returned::Other);
}

#[test]
fn microsoft_complains_and_names_the_recipient_in_the_copy() {
    let expected = Complaint {
        mail_id: some("w41.4721@school.example"),
        envelope: some("abuse@school.example"),
        recipient: some("parent@example.org"),
        kind: "abuse".to_owned(),
    };
    assert_eq!(complaint("microsoft-complaint"), expected);
}

#[test]
fn a_complaint_whose_copy_names_nobody_has_no_recipient() {
    let text = String::from_utf8(sample("microsoft-complaint")).unwrap();
    let Returned::Complaint(found) = understand(text.replace("X-HmXmr", "X-").as_bytes()) else { panic!("{text}") };
    assert_eq!(found.recipient, None);
}

#[test]
fn yahoo_complains_and_redacts_the_recipient() {
    let found = complaint("yahoo-complaint");
    assert_eq!(found.recipient.as_deref(), Some("redacted@example.org"));
    assert_eq!((found.kind.as_str(), found.mail_id.as_deref()), ("abuse", Some("w41.4722@school.example")));
}

#[test]
fn opting_out_counts_as_a_complaint() {
    let found = complaint("opt-out-complaint");
    assert_eq!((found.kind.as_str(), found.recipient.as_deref()), ("opt-out", Some("parent@example.org")));
}

#[test]
fn a_report_of_not_spam_is_no_complaint_and_one_of_a_forgery_is_for_a_person() {
    assert_eq!(understand(&sample("not-spam")), Returned::Notice);
    assert_eq!(understand(&sample("auth-failure")), Returned::Other);
}

#[test]
fn a_mail_asks_to_stop_by_the_token_in_its_encoded_and_folded_subject() {
    assert_eq!(understand(&sample("stop")), stop("eXample-Token_0123456789"));
}

#[test]
fn mail_programs_write_the_request_to_stop_in_many_ways() {
    let token = "abcdefghij-KLMNOPQRST_0";
    for subject in [
        format!("unsubscribe {token}"),
        format!("UNSUBSCRIBE   {token}  "),
        format!("Re:unsubscribe {token}"),
        format!("AW: Fwd: \"Unsubscribe {token}\""),
        format!("unsubscribe\n {token}"),
        format!("unsubscribe\r\n\t{token} (please)"),
        format!("=?iso-8859-1?q?unsubscribe_{}?=", token.replace('_', "=5F")),
    ] {
        assert_eq!(with_subject(&subject), stop(token), "{subject}");
    }
}

#[test]
fn a_subject_without_a_whole_token_asks_nothing() {
    for subject in [
        "unsubscribe",
        "unsubscribe me",
        "unsubscribe abcdefghijklmnopqrs",
        "resubscribe abcdefghijklmnopqrstuvwxyz",
        "unsubscribeabcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz unsubscribe",
    ] {
        assert_eq!(with_subject(subject), Returned::Other, "{subject}");
    }
}

#[test]
fn automatic_answers_need_nothing_done() {
    for name in ["absence-note", "exchange-absence-note", "read-receipt"] {
        assert_eq!(understand(&sample(name)), Returned::Notice, "{name}");
    }
}

#[test]
fn old_absence_notes_are_known_by_other_fields() {
    for field in ["Precedence: auto_reply", "X-Autoreply: yes", "X-Autorespond: away", "X-Vacation: yes"] {
        let mail = format!("From: parent@example.org\n{field}\nSubject: Away\n\nback on Monday\n");
        assert_eq!(understand(mail.as_bytes()), Returned::Notice, "{field}");
    }
}

#[test]
fn letters_and_alarms_are_for_a_person() {
    for name in ["letter", "alarm"] {
        assert_eq!(understand(&sample(name)), Returned::Other, "{name}");
    }
}
