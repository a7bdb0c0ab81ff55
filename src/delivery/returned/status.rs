//! What a refusal says about the address: enhanced status codes (RFC 3463), replies (RFC 5321) and their words.

/// Words that say the address is gone. Matched against the text in lower case without punctuation.
const GONE: [&str; 35] = [
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "no such account",
    "no such person",
    "no such email",
    "no mailbox here",
    "user unknown",
    "unknown user",
    "user is unknown",
    "user not known",
    "recipient unknown",
    "unknown recipient",
    "recipient is unknown",
    "mailbox unknown",
    "unknown mailbox",
    "address unknown",
    "unknown address",
    "user not found",
    "recipient not found",
    "mailbox not found",
    "account not found",
    "address not found",
    "not exist",
    "doesn't exist",
    "no longer exists",
    "user doesn't have a",
    "invalid recipient",
    "invalid mailbox",
    "not a valid mailbox",
    "illegal alias",
    "account is disabled",
    "mailbox is disabled",
    "unrouteable address",
];

/// Words that blame something else than the address. One of them outweighs those above: `sender address does not
/// exist` would otherwise stop all mail, because of a fault of ours.
const ELSEWHERE: [&str; 27] = [
    "sender",
    "spf",
    "dkim",
    "dmarc",
    "ptr",
    "reverse dns",
    "helo",
    "ehlo",
    "relaying",
    "relay access",
    "domain of",
    "domain does not exist",
    "domain doesn't exist",
    "spam",
    "virus",
    "policy",
    "reputation",
    "blocked",
    "blacklist",
    "blacklisted",
    "blocklist",
    "block list",
    "quota",
    "full",
    "rate",
    "too many",
    "too quickly",
];

/// Whether a refusal is lasting: the address itself is wrong, and a later mail to it would come back too.
///
/// `status` is the enhanced code, or empty; `diagnostic` is what the server said. Its bare reply, such as
/// `550 No such user here`, will do. If in doubt the answer is no: to try once more costs little, while an address
/// given up in error leaves somebody without mail. So
///
/// - `4.x.x` never is: it was only tried for too long.
/// - `5.1.x` is: the address is wrong. Except `5.1.7` and `5.1.8`, which are about the sender's address.
/// - `5.2.1` is: the mailbox is disabled. Gmail also says so to whoever sends too much; the words tell.
/// - `5.0.0`, `5.1.0`, `5.2.0` and `5.5.0` say too little. The first detailed code in the text decides. If there is
///   none, the words do: `5.1.0` is lasting unless they blame something else, the others only if they say that the
///   address is gone. `mailbox unavailable` does not: RFC 5321 has it for a refusal for reasons of policy, too.
/// - the others are not: full mailboxes (`5.2.2`), faults of the server (`5.3.x`), of the network (`5.4.x`), of the
///   protocol (`5.5.x`), of the content (`5.6.x`) and policy (`5.7.x`) say nothing about the address.
/// - a reply without any such code is lasting if it is not a `4yz` and its words say that the address is gone.
#[must_use]
pub fn lasting(status: &str, diagnostic: &str) -> bool {
    match detailed(status, diagnostic) {
        Some([5, 1, 7 | 8]) => false,
        Some([5, 1, 0] | [5, 2, 1]) => !blames_elsewhere(diagnostic),
        Some([5, 1, _]) => true,
        Some([5, 0, _] | [5, 2 | 5, 0]) | None => says_gone(diagnostic),
        Some(_) => false,
    }
}

/// The code to show: the most detailed one, or the class of the reply, or `5.0.0`.
pub fn code(status: &str, diagnostic: &str) -> String {
    let undetailed = || [class(diagnostic).or(class(status)).unwrap_or(5), 0, 0];
    let [class, subject, detail] = detailed(status, diagnostic).unwrap_or_else(undetailed);
    format!("{class}.{subject}.{detail}")
}

/// The class of the first code in a text: 2, 4 or 5.
pub fn class(text: &str) -> Option<u16> {
    enhanced(text).map(|[class, ..]| class).or_else(|| reply(text).map(|reply| reply / 100))
}

/// The code of the status; that of the text if there is none or it says too little.
fn detailed(status: &str, diagnostic: &str) -> Option<[u16; 3]> {
    match enhanced(status) {
        known @ (None | Some([5, 0, _] | [5, 1 | 2 | 5, 0])) => enhanced(diagnostic).or(known),
        known => known,
    }
}

/// The first enhanced status code in a text, such as `5.1.1` in `550-5.1.1 The account` or `(#5.1.1)`.
pub fn enhanced(text: &str) -> Option<[u16; 3]> {
    numbers(text).find_map(|number| {
        let mut pieces = number.split('.').map(|piece| piece.parse().ok().filter(|&piece: &u16| piece < 1000));
        let code = [pieces.next()??, pieces.next()??, pieces.next()??];
        (pieces.next().is_none() && matches!(code[0], 2 | 4 | 5)).then_some(code)
    })
}

/// The first refusing SMTP reply in a text: 4yz or 5yz.
fn reply(text: &str) -> Option<u16> {
    let codes = numbers(text).filter(|number| number.len() == 3).filter_map(|number| number.parse().ok());
    codes.into_iter().find(|code| (400..=459).contains(code) || (500..=559).contains(code))
}

/// The words of digits and dots.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || "()[]<>#;:,-\"'".contains(c));
    let words = words.map(|word| word.trim_end_matches('.'));
    words.filter(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn says_gone(diagnostic: &str) -> bool {
    let temporary = reply(diagnostic).is_some_and(|reply| reply < 500);
    let words = words(diagnostic);
    !temporary && holds_any(&words, &GONE) && !holds_any(&words, &ELSEWHERE)
}

fn blames_elsewhere(diagnostic: &str) -> bool {
    holds_any(&words(diagnostic), &ELSEWHERE)
}

fn holds_any(words: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| words.contains(&format!(" {phrase} ")))
}

/// The words in lower case with one space around each. Addresses and host names are left out, as the recipient may
/// live at `policy@spam.example.org`.
fn words(text: &str) -> String {
    let plain = text.split_whitespace().filter(|word| !is_name(word)).collect::<Vec<_>>().join(" ");
    let plain = plain.replace('’', "'").to_lowercase();
    let words = plain.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |line, word| line + word + " ")
}

fn is_name(word: &str) -> bool {
    word.contains('@') || word.trim_end_matches(|c: char| !c.is_alphanumeric()).contains('.')
}
