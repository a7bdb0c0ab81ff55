//! Delivery status notifications (RFC 3464, and RFC 6533 for addresses in UTF-8).
//!
//! A part `message/delivery-status` counts wherever it is: some gateways wrap the report in a `multipart/mixed`.

use super::fields::{self, Group};
use super::mail::Mail;
use super::part::{one_line, present};
use super::{Bounce, Returned, prose, status};

/// The longest diagnostic, in characters.
const DIAGNOSTIC_CHARS: usize = 300;

/// What a group says of its recipient.
#[derive(PartialEq, Eq)]
enum Action {
    Failed,
    /// Delivered, relayed, expanded, or tried again later.
    UnderWay,
}

/// The notification in the mail: the first recipient that failed, or a notice that none did.
pub fn reported(mail: &Mail) -> Option<Returned> {
    let report = mail.part("message", &["delivery-status", "global-delivery-status"])?;
    let groups = fields::groups(&report.text());
    match groups.iter().find(|group| action(group) == Some(Action::Failed)) {
        Some(failed) => Some(Returned::Bounce(bounce(mail, &groups, failed))),
        None => groups.iter().any(|group| action(group).is_some()).then_some(Returned::Notice),
    }
}

/// A bounce for which the text is all there is to know.
pub fn told(mail: &Mail, recipient: Option<String>, mail_id: Option<String>, reason: &str) -> Returned {
    Returned::Bounce(Bounce {
        mail_id: mail.copied("Message-ID").or(mail_id),
        envelope: mail.envelope(),
        recipient,
        lasting: status::lasting("", reason),
        status: status::code("", reason),
        diagnostic: one_line(reason, DIAGNOSTIC_CHARS),
    })
}

fn bounce(mail: &Mail, groups: &[Group], failed: &Group) -> Bounce {
    let recipient = ["Original-Recipient", "Final-Recipient"].iter().find_map(|name| address(failed.get(name)?));
    let recipient = recipient.or_else(|| prose::first_failed(mail));
    // Exim tells its own reasons in the text alone.
    let reason = failed.get("Diagnostic-Code").map(|code| untyped(code).to_owned());
    let reason = reason.or_else(|| prose::reason(&mail.text(), recipient.as_deref()?)).unwrap_or_default();
    let written = failed.get("Status").unwrap_or_default();
    // Gmail returns the id even where it returns no mail.
    let named = || present(fields::first(groups, "X-Original-Message-ID")?.trim_matches(['<', '>']));
    Bounce {
        mail_id: mail.copied("Message-ID").or_else(named),
        envelope: mail.envelope(),
        recipient,
        lasting: status::lasting(written, &reason),
        status: status::code(written, &reason),
        diagnostic: one_line(&reason, DIAGNOSTIC_CHARS),
    }
}

/// What happened. A group without `Action`, which it must have, is judged by its code: a permanent one has failed.
fn action(group: &Group) -> Option<Action> {
    let Some(word) = group.get("Action").and_then(|action| action.split_whitespace().next()) else {
        let class = status::class(group.get("Status").or(group.get("Diagnostic-Code"))?)?;
        return Some(if class == 5 { Action::Failed } else { Action::UnderWay });
    };
    match word.to_ascii_lowercase().as_str() {
        "failed" | "failure" => Some(Action::Failed),
        "delivered" | "relayed" | "expanded" | "delayed" => Some(Action::UnderWay),
        _ => None,
    }
}

/// The address of `rfc822; nobody@example.org`.
fn address(recipient: &str) -> Option<String> {
    let (kind, address) = recipient.split_once(';').unwrap_or(("rfc822", recipient));
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    if kind.trim().eq_ignore_ascii_case("utf-8") { present(&unescaped(address)) } else { present(address) }
}

/// `j\x{F6}rg@example.org` as `jörg@example.org`: how RFC 6533 writes UTF-8 in ASCII.
fn unescaped(address: &str) -> String {
    let mut pieces = address.split("\\x{");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let escaped = piece.split_once('}').and_then(|(hex, rest)| Some((letter(hex)?, rest)));
        match escaped {
            Some((letter, rest)) => plain.extend([letter.to_string().as_str(), rest]),
            None => plain.extend(["\\x{", piece]),
        }
    }
    plain
}

fn letter(hex: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(hex, 16).ok()?)
}

/// A diagnostic without its type: `smtp; 550 No such user` as `550 No such user`.
fn untyped(diagnostic: &str) -> &str {
    let is_type = |kind: &str| kind.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    match diagnostic.split_once(';') {
        Some((kind, said)) if is_type(kind) => said.trim(),
        _ => diagnostic,
    }
}
