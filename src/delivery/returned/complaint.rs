//! Feedback reports (RFC 5965), which providers send when a person presses the button for spam.

use super::fields;
use super::mail::Mail;
use super::part::present;
use super::{Complaint, Returned};

/// The report in the mail. `not-spam` takes a complaint back, and needs nothing done. `auth-failure` (RFC 6591) and
/// `dmarc` tell of forged mails, not of people: they are left to a person.
pub fn reported(mail: &Mail) -> Option<Returned> {
    let report = fields::groups(&mail.part("message", &["feedback-report"])?.text());
    let kind = present(fields::first(&report, "Feedback-Type")?)?.to_ascii_lowercase();
    match kind.as_str() {
        "not-spam" => Some(Returned::Notice),
        "auth-failure" | "dmarc" => None,
        _ => {
            let named = fields::first(&report, "Original-Rcpt-To").and_then(|to| present(to.trim_matches(['<', '>'])));
            // Microsoft names the recipient in the copy, and nowhere else.
            let copied =
                || mail.copied("X-HmXmrOriginalRecipient").or_else(|| mail.copied("To").filter(|to| to.contains('@')));
            Some(Returned::Complaint(Complaint {
                mail_id: mail.copied("Message-ID"),
                envelope: mail.envelope(),
                recipient: named.or_else(copied),
                kind,
            }))
        }
    }
}
