//! Bounces for people: those of Exim, of qmail (<https://cr.yp.to/proto/qsbmf.txt>), and reports whose
//! machine-readable part is lost.
//!
//! Exim names the recipients in the head, qmail before a colon; both then tell why, up to an empty line, and append
//! the mail as text.

use super::mail::Mail;
use super::part::{Part, present};
use super::{Returned, bounce, status};

/// The bounce in the text of the mail.
pub fn bounced(mail: &Mail) -> Option<Returned> {
    let text = mail.text();
    let recipient = first_failed(mail).or_else(|| qmail_recipient(&text));
    let reason = match &recipient {
        Some(recipient) => reason(&text, recipient).unwrap_or_default(),
        None if mail.declares("delivery-status") => line_with_permanent_code(&text)?.to_owned(),
        None => return None,
    };
    Some(bounce::told(mail, recipient, mail_id(&text), &reason))
}

/// The first address that Exim, and others after it, list as failed.
pub fn first_failed(mail: &Mail) -> Option<String> {
    present(mail.field("X-Failed-Recipients")?.split(',').next()?)
}

/// What the text says of a recipient: the rest of the line that begins with the address, and the lines below it.
pub fn reason(text: &str, recipient: &str) -> Option<String> {
    let recipient = recipient.to_ascii_lowercase();
    let mut lines = text.lines().map(str::trim).skip_while(|line| rest_after(line, &recipient).is_none());
    let rest = rest_after(lines.next()?, &recipient)?;
    let below = lines.take_while(|line| !line.is_empty());
    present(&std::iter::once(rest).chain(below).collect::<Vec<_>>().join(" "))
}

/// The line behind the address that it begins with.
fn rest_after<'l>(line: &'l str, recipient: &str) -> Option<&'l str> {
    let line = line.trim_start_matches('<');
    let begins = line.get(..recipient.len())?.eq_ignore_ascii_case(recipient);
    begins.then(|| line[recipient.len()..].trim_start_matches(['>', ':', ' ']))
}

/// The address in the first line like `<nobody@example.org>:`, if qmail wrote the text.
fn qmail_recipient(text: &str) -> Option<String> {
    let text = text.trim_start();
    let mut lines = text.starts_with("Hi. This is the").then(|| text.lines())?;
    lines.find_map(|line| present(line.trim_end().strip_prefix('<')?.strip_suffix(">:")?))
}

fn line_with_permanent_code(text: &str) -> Option<&str> {
    text.lines().find(|line| status::enhanced(line).is_some_and(|[class, ..]| class == 5))
}

/// The Message-ID of the mail that is appended to the text.
fn mail_id(text: &str) -> Option<String> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("Message-ID:")) {
            return Part::new(&text.as_bytes()[at..]).field("Message-ID");
        }
        at += line.len();
    }
    None
}
