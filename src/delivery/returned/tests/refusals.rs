//! Claims about what a refusal says of the address.

use crate::delivery::returned::lasting;

#[test]
fn a_refusal_is_lasting_only_if_it_is_about_the_address() {
    for (status, diagnostic, expected) in [
        ("5.1.1", "", true),
        ("5.1.2", "550 Host unknown", true),
        ("5.1.3", "", true),
        ("5.1.6", "", true),
        ("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound", true),
        ("5.1.1", "550 5.1.1 blocked@spam.example is unknown", true),
        ("5.1.0", "550 #5.1.0 Address rejected.", true),
        ("5.1.0", "550 5.1.0 me@school.example sender rejected", false),
        ("5.1.7", "550 5.1.7 Bad sender's mailbox address syntax", false),
        ("5.1.8", "550 5.1.8 Access denied, bad outbound sender", false),
        ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled.", true),
        ("5.2.1", "550 5.2.1 The user you are trying to contact is receiving mail at a rate that", false),
        ("5.2.0", "554 5.2.0 STOREDRV.Deliver; Failed to process message", false),
        ("5.2.0", "550 5.2.0 No such mailbox", true),
        ("5.2.0", "554 5.2.2 No such mailbox", false),
        ("5.2.2", "552 5.2.2 User unknown, or over quota", false),
        ("5.2.3", "", false),
        ("5.3.4", "", false),
        ("5.4.1", "", false),
        ("5.4.4", "Host or domain name not found", false),
        ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", false),
        ("5.6.0", "", false),
        ("5.7.1", "550 5.7.1 User unknown", false),
        ("5.7.26", "", false),
        ("4.1.1", "550 5.1.1 User unknown", false),
        ("4.4.7", "Delivery expired", false),
        ("5.0.0", "", false),
        ("5.0.0", "554 Transaction failed", false),
        ("5.0.0", "550 5.1.1 whatever", true),
        ("5.0.0", "550 5.7.1 whatever, no such user", false),
        ("5.0.0", "450 4.2.1 No such user, for now", false),
        ("5.0.0", "550 Unknown user", true),
        ("5.0.0 (permanent failure)", "550 user <policy@spam.example.org> does not exist.", true),
        ("5.0.0", "550 Domain of sender address me@school.example does not exist", false),
        ("5.0.0", "550 User’s mailbox doesn’t exist", true),
        ("", "550 5.1.1 The email account that you tried to reach does not exist", true),
        ("", "550-5.1.1 The email account\r\n550 5.1.1 that you tried", true),
        ("", "No mailbox. (#5.1.1)", true),
    ] {
        assert_eq!(lasting(status, diagnostic), expected, "{status} {diagnostic}");
    }
}

#[test]
fn a_bare_reply_of_a_server_is_judged_by_its_words() {
    for (reply, expected) in [
        ("550 No such user here", true),
        ("550 <nobody@example.org>: Recipient address rejected: User unknown in relay recipient table", true),
        ("550-Invalid recipient\n550 nobody@example.org", true),
        ("553 sorry, this recipient is unknown", true),
        ("550 5.7.1 rejected by policy", false),
        ("552 quota", false),
        ("554 5.7.1 spam", false),
        ("550 blocked", false),
        ("550 blocked: unknown user, or spam", false),
        ("550 Requested action not taken: mailbox unavailable", false),
        ("550 Relaying denied for unknown user", false),
        ("450 No such user here", false),
        ("421 Service not available", false),
        ("550", false),
        ("", false),
    ] {
        assert_eq!(lasting("", reply), expected, "{reply}");
    }
}

#[test]
fn numbers_that_are_no_codes_are_passed_over() {
    for text in ["550 from 5.1.1.7", "550 host-5.1.1.example.org", "550 v5.1.1", "550 3.1.1", "550 5.1", "550 5.1.1000"]
    {
        assert!(!lasting("", text), "{text}");
    }
}
