//! Claims about reports that bend the rules.

use super::{samples, with_report};
use crate::returned::{Returned, understand};

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
