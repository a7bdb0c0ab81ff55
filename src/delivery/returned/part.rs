//! One part of a mail (RFC 5322, RFC 2045): its fields and its body, with a limit to all sizes.

use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{ContentType, Header, HeaderValue, MessageParser};
use std::borrow::Cow;

/// Longer heads are cut; Postfix allows 100 kB.
const HEAD_BYTES: usize = 128 << 10;
const HEAD_LINES: usize = 2000;
/// Of longer bodies only the beginning is decoded: a report is short, and of the returned mail the head suffices.
const BODY_BYTES: usize = 1 << 20;
/// The longest Message-ID or address, in characters: the longest line of a mail.
const VALUE_CHARS: usize = 998;

/// One part of a mail, not decoded yet.
pub struct Part<'x> {
    headers: Vec<Header<'x>>,
    body: &'x [u8],
}

impl<'x> Part<'x> {
    /// Takes off the head, up to the first empty line.
    pub fn new(bytes: &'x [u8]) -> Self {
        let (head, body) = bytes.split_at(head_end(bytes));
        let message = MessageParser::new().parse_headers(head);
        let headers = message.and_then(|message| message.parts.into_iter().next()).map(|part| part.headers);
        Self { headers: headers.unwrap_or_default(), body }
    }

    /// The topmost field of this name: of addresses and ids the first without angle brackets, of text one line.
    pub fn field(&self, name: &str) -> Option<String> {
        let header = self.headers.iter().find(|header| header.name().eq_ignore_ascii_case(name))?;
        let text = match &header.value {
            HeaderValue::Address(addresses) => addresses.first()?.address()?,
            HeaderValue::TextList(texts) => texts.first()?,
            value => value.as_text()?,
        };
        present(text.trim().trim_start_matches('<').trim_end_matches('>'))
    }

    /// The body as text, decoded.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body()).into_owned()
    }

    /// The body as bytes, decoded.
    pub fn body(&self) -> Cow<'x, [u8]> {
        let raw = beginning(self.body);
        let encoding = self.field("Content-Transfer-Encoding").unwrap_or_default();
        let decoded = match encoding.to_ascii_lowercase().as_str() {
            "base64" => base64_decode(raw),
            "quoted-printable" => quoted_printable_decode(raw),
            _ => None,
        };
        decoded.map_or(Cow::Borrowed(raw), Cow::Owned)
    }

    /// The type, if the part tells it; plain text otherwise.
    pub fn content_type(&self) -> Option<&ContentType<'x>> {
        let header = self.headers.iter().find(|header| header.name().eq_ignore_ascii_case("Content-Type"))?;
        header.value.as_content_type()
    }

    /// Whether the part is of this type and one of these subtypes.
    pub fn is(&self, kind: &str, subtypes: &[&str]) -> bool {
        self.content_type().is_some_and(|found| {
            let subtype = found.subtype().unwrap_or_default();
            found.ctype().eq_ignore_ascii_case(kind) && subtypes.iter().any(|one| one.eq_ignore_ascii_case(subtype))
        })
    }

    /// The parts of a multipart, at most `most`. None if it is none, or all its delimiters are lost.
    pub fn inner(&self, most: usize) -> Option<Vec<&'x [u8]>> {
        let kind = self.content_type().filter(|kind| kind.ctype().eq_ignore_ascii_case("multipart"))?;
        let boundary = kind.attribute("boundary").map(str::trim_end).filter(|boundary| !boundary.is_empty())?;
        Some(cut(self.body, boundary, most)).filter(|parts| !parts.is_empty())
    }
}

/// The text on one line, if anything is left of it.
pub fn present(text: &str) -> Option<String> {
    Some(one_line(text, VALUE_CHARS)).filter(|text| !text.is_empty())
}

/// The text on one line of at most `chars` characters. Goes to terminals and tables: nothing that moves a cursor or
/// turns the direction of the writing stays.
pub fn one_line(text: &str, chars: usize) -> String {
    let visible: String = text.chars().map(|c| if is_invisible(c) { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(chars).collect::<String>().trim_end().to_owned()
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The parts between the delimiters; the last may lack its end.
fn cut<'x>(body: &'x [u8], boundary: &str, most: usize) -> Vec<&'x [u8]> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        if let Some(closes) = delimits(line, boundary) {
            parts.extend(start.map(|start| &body[start..at]));
            start = Some(at + line.len()).filter(|_| !closes && parts.len() < most);
            if start.is_none() {
                break;
            }
        }
        at += line.len();
    }
    parts.extend(start.map(|start| &body[start..]));
    parts
}

/// Whether the line is a delimiter, and if so whether it is the closing one.
fn delimits(line: &[u8], boundary: &str) -> Option<bool> {
    match line.trim_ascii_end().strip_prefix(b"--")?.strip_prefix(boundary.as_bytes())? {
        b"" => Some(false),
        b"--" => Some(true),
        _ => None,
    }
}

/// Where the head ends, behind its empty line.
fn head_end(bytes: &[u8]) -> usize {
    let mut end = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n').take(HEAD_LINES) {
        end += line.len();
        if line.trim_ascii().is_empty() || end >= HEAD_BYTES {
            break;
        }
    }
    end.min(HEAD_BYTES)
}

/// The whole lines of the first [`BODY_BYTES`].
fn beginning(body: &[u8]) -> &[u8] {
    let Some(cut) = body.get(..BODY_BYTES) else { return body };
    let end = cut.iter().rposition(|&byte| byte == b'\n').map_or(cut.len(), |at| at + 1);
    &cut[..end]
}
