//! What a server's answer means: the one place that reads SMTP's codes (RFC 5321) and their refinements (RFC 3463).

use crate::delivery::returned::lasting;
use crate::ledger::{Cause, State};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;
use std::error::Error as _;

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The server has it.
    Accepted(String),
    /// Not now: an answer 4xx, or a line that broke before the mail was whole.
    Deferred(String),
    /// Never, as it is.
    Refused(Cause, String),
    /// The line broke between the end of the mail and the answer.
    Unknown(String),
}

impl Verdict {
    /// The state and cause that follow.
    #[must_use]
    pub fn settles(&self) -> (State, Cause) {
        match self {
            Self::Accepted(_) => (State::Sent, Cause::None),
            Self::Deferred(_) => (State::Planned, Cause::Deferred),
            Self::Refused(cause, _) => (State::Refused, *cause),
            Self::Unknown(_) => (State::Unknown, Cause::NoAnswer),
        }
    }

    /// What the server said, or what happened.
    #[must_use]
    pub fn words(&self) -> &str {
        let (Self::Accepted(words) | Self::Deferred(words) | Self::Refused(_, words) | Self::Unknown(words)) = self;
        words
    }
}

/// Where in a transaction an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Before the recipient was named; what is wrong is not the recipient's.
    Sender,
    /// The recipient was named.
    Recipient,
    /// The mail itself.
    Body,
}

/// What an error at a step means.
#[must_use]
pub fn of_error(error: &Error, step: Step) -> Verdict {
    let Some(code) = error.status() else {
        let words = error.to_string();
        // A library points to its documentation.
        let words = words.split(": https://").next().unwrap_or_default().to_string();
        return if step == Step::Body { Verdict::Unknown(words) } else { Verdict::Deferred(words) };
    };
    let words = one_line(&format!("{code} {}", error.source().map(ToString::to_string).unwrap_or_default()));
    if error.is_transient() {
        return Verdict::Deferred(words);
    }
    let gone = step != Step::Sender && lasting(&enhanced(&words), &words);
    Verdict::Refused(if gone { Cause::NoSuchAddress } else { Cause::Policy }, words)
}

/// What a server said when it took the mail.
#[must_use]
pub fn accepted(response: &Response) -> Verdict {
    let text = response.message().collect::<Vec<_>>().join(" ");
    Verdict::Accepted(one_line(&format!("{} {text}", response.code())))
}

/// The refined code of an answer, `5.1.1`; empty if it has none.
fn enhanced(words: &str) -> String {
    let second = words.split_whitespace().nth(1).unwrap_or_default();
    let is_code = second.split('.').count() == 3 && second.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_code { second.to_string() } else { String::new() }
}

const LONGEST_ANSWER: usize = 300;

/// An answer in one line that is not too long.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|letter| !letter.is_control()).take(LONGEST_ANSWER).collect()
}
