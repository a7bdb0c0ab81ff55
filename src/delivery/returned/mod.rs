//! Mails that came back: bounces, complaints and requests to stop.
//!
//! Whoever sends to addresses that do not exist, or to people who complain, is soon refused everywhere. So each mail
//! that reaches the return address is read and named: RFC 3464 (delivery status) with the codes of RFC 3463, RFC 6533
//! (the same in UTF-8), RFC 5965 (feedback reports), RFC 3834 (automatic answers), and the prose of Exim and qmail.
//!
//! Anybody can write such a mail. Believe one only if its `mail_id` or `envelope` is one that was sent.

mod bounce;
mod complaint;
mod fields;
mod mail;
mod mailbox;
mod part;
mod prose;
mod status;
#[cfg(test)]
mod tests;

pub use mailbox::read;
pub use status::lasting;

use mail::Mail;

/// The shortest token of an unsubscribe subject, in characters.
const TOKEN_MIN: usize = 20;

/// What a mail that came back says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// A mail could not be delivered.
    Bounce(Bounce),
    /// The recipient, or their provider, objects to a mail.
    Complaint(Complaint),
    /// A mail that asks to stop.
    Stop {
        /// The word after `unsubscribe` in the subject, as written.
        token: String,
    },
    /// A mail that needs nothing done: a delivery, a delay, a read receipt, an automatic answer, a `not-spam` report.
    Notice,
    /// Something else, which a person should read.
    Other,
}

/// A mail that could not be delivered. Of several recipients, the first that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The Message-ID of the mail that was sent, without angle brackets.
    pub mail_id: Option<String>,
    /// The address that the notification was sent to, which may be one made for a single mail (`bounces+ID@x`).
    pub envelope: Option<String>,
    /// The address that was written to; if that is not told, the one it was forwarded to.
    pub recipient: Option<String>,
    /// Whether a later mail to this address would come back too, as [`lasting`] says.
    pub lasting: bool,
    /// The enhanced status code, such as `5.1.1`; `5.0.0` if nothing more is told.
    pub status: String,
    /// What the refusing server said: one line of at most 300 characters, without control characters. May be empty.
    pub diagnostic: String,
}

/// A report that somebody objects to a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The Message-ID of the mail that was sent, without angle brackets.
    pub mail_id: Option<String>,
    /// The address that the report was sent to.
    pub envelope: Option<String>,
    /// The address that was written to, perhaps redacted.
    pub recipient: Option<String>,
    /// The feedback type in lower case: `abuse`, `fraud`, `virus`, `opt-out`, `other`, or one that is not registered.
    pub kind: String,
}

/// What one mail says. Never fails, whatever the bytes are: what is not understood is [`Returned::Other`].
#[must_use]
pub fn understand(mail: &[u8]) -> Returned {
    let mail = Mail::new(mail);
    bounce::reported(&mail)
        .or_else(|| complaint::reported(&mail))
        .or_else(|| prose::bounced(&mail))
        .or_else(|| stop(&mail))
        .or_else(|| automatic(&mail).then_some(Returned::Notice))
        .unwrap_or(Returned::Other)
}

/// A request to stop: the subject holds `unsubscribe TOKEN`, wherever a mail program put `Re:`, quotes or line breaks.
fn stop(mail: &Mail) -> Option<Returned> {
    let subject = mail.field("Subject")?;
    let words: Vec<&str> = subject.split(|c| !is_token_char(c)).filter(|word| !word.is_empty()).collect();
    let pair = words.windows(2).find(|pair| pair[0].eq_ignore_ascii_case("unsubscribe") && pair[1].len() >= TOKEN_MIN);
    pair.map(|pair| Returned::Stop { token: pair[1].to_owned() })
}

/// The alphabet of base64url.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Whether a machine answered: an absence note or a read receipt. Exchange marks absence notes `auto-generated`, as
/// others mark their alarms, which a person should see; only the note refers to a mail.
fn automatic(mail: &Mail) -> bool {
    let submitted = mail.field("Auto-Submitted").unwrap_or_default().to_ascii_lowercase();
    let answers = mail.field("In-Reply-To").is_some() || mail.field("References").is_some();
    let precedence = mail.field("Precedence").unwrap_or_default();
    submitted.starts_with("auto-replied")
        || submitted.starts_with("auto-generated") && answers
        || precedence.eq_ignore_ascii_case("auto_reply")
        || ["X-Autoreply", "X-Autorespond", "X-Vacation"].iter().any(|name| mail.field(name).is_some())
        || mail.part("message", &["disposition-notification", "global-disposition-notification"]).is_some()
}
