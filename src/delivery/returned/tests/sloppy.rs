//! Claims about reports that bend the rules.

use super::{sample, samples, with_report};
use crate::delivery::returned::{Bounce, Returned, understand};

#[test]
fn a_report_may_be_written_sloppily() {
    let gone = |fields| match with_report(fields) {
        Returned::Bounce(bounce) => (bounce.recipient.unwrap_or_default(), bounce.lasting, bounce.status),
        other => panic!("{other:?}"),
    };
    let expected = ("a@example.org".to_owned(), true, "5.1.1".to_owned());
    for fields in [
        "final-recipient:RFC822;<a@example.org>\nACTION:FAILED\nSTATUS:5.1.1",
        "Reporting-MTA: dns; x\nFinal-Recipient: a@example.org\nAction: failed (gone)\nStatus: 5.1.1",
        "\n\n\nFinal-Recipient: rfc822;\n a@example.org\nStatus: 5.1.1\n",
        "Original-Recipient: rfc822;\nFinal-Recipient: rfc822; a@example.org\nAction: failed\n\
         Diagnostic-Code: smtp; 550-5.1.1\n\t550 gone",
    ] {
        assert_eq!(gone(fields), expected, "{fields}");
    }
}

#[test]
fn a_report_that_says_nothing_is_for_a_person() {
    for fields in ["", "Reporting-MTA: dns; x", "Action: eaten\nFinal-Recipient: rfc822; a@example.org", "no field"] {
        assert_eq!(with_report(fields), Returned::Other, "{fields}");
    }
}

#[test]
fn line_ends_do_not_matter() {
    for mail in samples() {
        let text = String::from_utf8(mail).unwrap();
        assert_eq!(understand(text.replace('\n', "\r\n").as_bytes()), understand(text.as_bytes()), "{text}");
    }
}

/// The bounce in a sample of which a piece was replaced.
fn altered(name: &str, piece: &str, by: &str) -> Bounce {
    let text = String::from_utf8(sample(name)).unwrap();
    assert!(text.contains(piece));
    match understand(text.replacen(piece, by, 1).as_bytes()) {
        Returned::Bounce(bounce) => bounce,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_diagnostic_without_its_type_keeps_all_its_words() {
    let bounce = altered("several-recipients", "smtp; 550 No such user here", "550 no such user; sorry");
    assert_eq!(bounce.diagnostic, "550 no such user; sorry");
}

#[test]
fn an_empty_diagnostic_leaves_the_word_to_the_text() {
    let bounce = altered("exim-unrouteable", "Status: 5.0.0", "Status: 5.0.0\nDiagnostic-Code:");
    assert_eq!((bounce.diagnostic.as_str(), bounce.lasting), ("Unrouteable address", true));
}

#[test]
fn a_group_without_recipients_leaves_them_to_the_head() {
    let bounce = altered("exim-unrouteable", "Final-Recipient: rfc822;nobody@typo.example\n", "");
    assert_eq!(bounce.recipient.as_deref(), Some("nobody@typo.example"));
}

#[test]
fn an_address_with_a_plus_tells_more_than_the_envelope() {
    let bounce = altered("postfix-unknown-user", "X-Original-To: bounces+4711@", "X-Original-To: bounces@");
    assert_eq!(bounce.envelope.as_deref(), Some("bounces+4711@school.example"));
}

#[test]
fn the_first_of_two_reports_counts_and_none_behind_the_end() {
    let second = "\n--B\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n";
    assert_eq!(with_report(&format!("Action: delayed\nStatus: 4.0.0{second}")), Returned::Notice);
    let letter = String::from_utf8(sample("forwarded-bounce")).unwrap();
    assert_eq!(understand(format!("{letter}{}", second.replace("--B", "--forward")).as_bytes()), Returned::Other);
}

#[test]
fn a_quoted_printable_report_is_decoded() {
    let text = String::from_utf8(sample("several-recipients")).unwrap();
    let kind = "message/delivery-status\n";
    let text = text.replace(kind, &format!("{kind}Content-Transfer-Encoding: Quoted-Printable\n"));
    let text = text.replace("No such user", "No =73uch us=\ner");
    let Returned::Bounce(bounce) = understand(text.as_bytes()) else { panic!("no bounce") };
    assert_eq!(bounce.diagnostic, "550 No such user here");
}
