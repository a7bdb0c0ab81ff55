//! A mail taken apart: its head and its parts, whatever their depth.
//!
//! mail-parser reads the heads and decodes the bodies, but the parts are cut here: its own tree of nested mails is
//! dropped by recursion, so that 3 MB of `Content-Type: message/rfc822` overflow the stack and end the program. Here
//! nothing recurses, a forwarded mail is not entered (its bounces are not ours), and all sizes have a limit.

use super::part::Part;

/// Parts beyond these are not looked at.
const PARTS: usize = 64;
const DEPTH: usize = 8;
/// The fields that name the address which a mail was sent to, the most trustworthy first: `X-Original-To` (Postfix)
/// and `Envelope-To` (Exim) hold the envelope itself, `Delivered-To` mostly the mailbox behind it.
const ENVELOPE_FIELDS: [&str; 4] = ["X-Original-To", "Envelope-To", "To", "Delivered-To"];

/// A mail with its parts.
pub struct Mail<'x> {
    root: Part<'x>,
    parts: Vec<Part<'x>>,
}

impl<'x> Mail<'x> {
    /// Takes a mail apart. Whatever the bytes are, it has a head and a part, if only empty ones.
    pub fn new(mail: &'x [u8]) -> Self {
        let mail = mail.trim_ascii_start();
        Self { root: Part::new(mail), parts: leaves(mail) }
    }

    /// The topmost field of this name, decoded and on one line.
    pub fn field(&self, name: &str) -> Option<String> {
        self.root.field(name)
    }

    /// The address that the mail was sent to. One with a `+` comes first, as it tells more than the mailbox behind it.
    pub fn envelope(&self) -> Option<String> {
        let addresses: Vec<String> = ENVELOPE_FIELDS.iter().filter_map(|name| self.root.field(name)).collect();
        addresses.iter().find(|address| address.contains('+')).or(addresses.first()).cloned()
    }

    /// The first part of this type.
    pub fn part(&self, kind: &str, subtypes: &[&str]) -> Option<&Part<'x>> {
        self.parts.iter().find(|part| part.is(kind, subtypes))
    }

    /// Whether the mail says to be a report of this type.
    pub fn declares(&self, report_type: &str) -> bool {
        let declared = self.root.content_type().and_then(|kind| kind.attribute("report-type"));
        declared.is_some_and(|declared| declared.eq_ignore_ascii_case(report_type))
    }

    /// The first plain text.
    pub fn text(&self) -> String {
        let plain = |part: &&Part| part.content_type().is_none() || part.is("text", &["plain"]);
        self.parts.iter().find(plain).map(Part::text).unwrap_or_default()
    }

    /// One field of the mail that was sent, of which reports carry a copy or its head.
    pub fn copied(&self, name: &str) -> Option<String> {
        let copy = self
            .part("message", &["rfc822", "global", "global-headers", "rfc822-headers"])
            .or_else(|| self.part("text", &["rfc822-headers"]))?;
        Part::new(copy.body().trim_ascii_start()).field(name)
    }
}

/// All parts that are not multiparts themselves, in their order.
fn leaves(mail: &[u8]) -> Vec<Part<'_>> {
    let mut leaves = Vec::new();
    let mut waiting = vec![(mail, 0)];
    while let Some((bytes, depth)) = waiting.pop()
        && leaves.len() < PARTS
    {
        let part = Part::new(bytes);
        let inner = if depth < DEPTH { part.inner(PARTS) } else { None };
        match inner {
            Some(inner) => waiting.extend(inner.into_iter().rev().map(|one| (one, depth + 1))),
            None => leaves.push(part),
        }
    }
    leaves
}
