//! The lines of an iCalendar file, and how they nest.
//!
//! `calcard` reads a broken file as far as it can and knows no lines, but an administrator must learn that a download
//! broke off, and where. Nesting is kept on a heap, so that no file can overflow the stack.

use std::borrow::Cow;

use super::{Fault, shown};

/// The largest file that is read.
const LARGEST: usize = 10 * 1024 * 1024;

/// The properties that are read; all others, such as descriptions and attachments, are passed over.
const KEPT: [&str; 14] = [
    "UID",
    "SUMMARY",
    "CATEGORIES",
    "STATUS",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXDATE",
    "RECURRENCE-ID",
    "TZID",
    "X-LIC-LOCATION",
    "X-MICROSOFT-CDO-TZID",
];

/// One line, unfolded.
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) text: Cow<'a, str>,
}

impl Line<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    fn name(&self) -> &str {
        self.text.split([':', ';']).next().unwrap_or_default().trim()
    }

    /// What stands behind the first colon that is not within quotes.
    pub(super) fn value(&self) -> Option<&str> {
        let mut quoted = false;
        let colon = self.text.find(|letter| {
            quoted ^= letter == '"';
            letter == ':' && !quoted
        })?;
        self.text.get(colon + 1..).map(str::trim)
    }
}

/// What a block describes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Event,
    Zone,
}

/// A `VEVENT` or a `VTIMEZONE`, with its own properties but not those of the blocks within it.
pub(super) struct Block<'a> {
    pub(super) kind: Kind,
    pub(super) line: usize,
    properties: Vec<Line<'a>>,
}

impl<'a> Block<'a> {
    pub(super) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Line<'a>> {
        self.properties.iter().filter(move |line| line.is(name))
    }

    pub(super) fn first<'b>(&'b self, name: &'b str) -> Option<&'b Line<'a>> {
        self.all(name).next()
    }

    pub(super) fn value(&self, name: &str) -> &str {
        self.properties.iter().find(|line| line.is(name)).and_then(Line::value).unwrap_or_default()
    }
}

/// The blocks of a file, in its order.
pub(super) fn blocks(bytes: &[u8]) -> Result<Vec<Block<'_>>, Fault> {
    if bytes.len() > LARGEST {
        let size = bytes.len().div_ceil(1024 * 1024);
        return Err(Fault::new(1, format!("found a file of {size} megabytes, expected at most 10")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines = Lines { rest: bytes, number: 0 };
    let mut nest = Nest::default();
    while let Some(line) = lines.next() {
        let line = line.map_err(|garbled| garbled.fault(lines.rest.is_empty(), &nest))?;
        nest.take(line)?;
    }
    nest.finish(lines.number)
}

struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
}

/// Bytes that are not UTF-8.
struct Garbled {
    line: usize,
    byte: u8,
    /// Whether the line ends within a letter, as it does where a download breaks off.
    cut: bool,
}

impl Garbled {
    fn fault(&self, last: bool, nest: &Nest<'_>) -> Fault {
        if let Some(open) = nest.open.last().filter(|_| last && self.cut) {
            return open.broken_off(self.line);
        }
        let byte = self.byte;
        Fault::new(self.line, format!("found the byte `0x{byte:02X}`, expected a file saved as UTF-8"))
    }
}

impl<'a> Lines<'a> {
    fn physical(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let mut halves = self.rest.splitn(2, |byte| *byte == b'\n');
        let line = halves.next()?;
        self.rest = halves.next().unwrap_or_default();
        self.number += 1;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// Unfolds bytes, not letters, since some programs fold in the middle of a letter.
    fn next(&mut self) -> Option<Result<Line<'a>, Garbled>> {
        let mut bytes = Cow::Borrowed(self.physical()?);
        let number = self.number;
        while matches!(self.rest.first(), Some(b' ' | b'\t')) {
            let more = self.physical().unwrap_or_default();
            bytes.to_mut().extend_from_slice(more.get(1..).unwrap_or_default());
        }
        let garbled = |(byte, cut)| Garbled { line: number, byte, cut };
        Some(decoded(bytes).map(|text| Line { number, text }).map_err(garbled))
    }
}

/// The text of a line, or the first byte that is wrong and whether it begins a letter that the line cuts.
fn decoded(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, (u8, bool)> {
    let place = |bytes: &[u8], error: std::str::Utf8Error| {
        (bytes.get(error.valid_up_to()).copied().unwrap_or_default(), error.error_len().is_none())
    };
    match bytes {
        Cow::Borrowed(bytes) => str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| place(bytes, error)),
        Cow::Owned(bytes) => {
            String::from_utf8(bytes).map(Cow::Owned).map_err(|error| place(error.as_bytes(), error.utf8_error()))
        }
    }
}

/// A `BEGIN` whose `END` has not come yet.
struct Open {
    name: String,
    line: usize,
    block: Option<usize>,
}

impl Open {
    fn broken_off(&self, line: usize) -> Fault {
        let (end, begin) = (shown(&format!("END:{}", self.name)), self.line);
        let cause = "the download probably broke off";
        Fault::new(line, format!("found the end of the file, expected {end} for the block of line {begin}: {cause}"))
    }
}

#[derive(Default)]
struct Nest<'a> {
    started: bool,
    open: Vec<Open>,
    blocks: Vec<Block<'a>>,
}

impl<'a> Nest<'a> {
    fn take(&mut self, line: Line<'a>) -> Result<(), Fault> {
        if line.text.trim().is_empty() {
            return Ok(());
        }
        if !self.started {
            self.start(&line)?;
        }
        if line.is("BEGIN") {
            self.begin(&line)
        } else if line.is("END") {
            self.end(&line)
        } else {
            self.keep(line);
            Ok(())
        }
    }

    fn start(&mut self, line: &Line<'_>) -> Result<(), Fault> {
        self.started = line.is("BEGIN") && line.value().is_some_and(|name| name.eq_ignore_ascii_case("VCALENDAR"));
        let expected = "`BEGIN:VCALENDAR`, with which every iCalendar file begins";
        if self.started { Ok(()) } else { Err(Fault::found(line.number, &line.text, expected)) }
    }

    fn begin(&mut self, line: &Line<'_>) -> Result<(), Fault> {
        let name = line.value().unwrap_or_default().to_ascii_uppercase();
        let kind = match name.as_str() {
            "VEVENT" => Some(Kind::Event),
            "VTIMEZONE" => Some(Kind::Zone),
            _ => None,
        };
        if let Some(open) = self.open.last().filter(|open| kind == Some(Kind::Event) && open.name == name) {
            let expected = format!("`END:VEVENT` for the event of line {}", open.line);
            return Err(Fault::found(line.number, &line.text, &expected));
        }
        let block = kind.map(|kind| {
            self.blocks.push(Block { kind, line: line.number, properties: Vec::new() });
            self.blocks.len() - 1
        });
        self.open.push(Open { name, line: line.number, block });
        Ok(())
    }

    fn end(&mut self, line: &Line<'_>) -> Result<(), Fault> {
        let name = line.value().unwrap_or_default();
        match self.open.pop() {
            Some(open) if open.name.eq_ignore_ascii_case(name) => Ok(()),
            Some(open) => {
                let expected = format!("{} for the block of line {}", shown(&format!("END:{}", open.name)), open.line);
                Err(Fault::found(line.number, &line.text, &expected))
            }
            None => Err(Fault::found(line.number, &line.text, "no more ends than beginnings")),
        }
    }

    fn keep(&mut self, line: Line<'a>) {
        let block = self.open.last().and_then(|open| open.block).and_then(|block| self.blocks.get_mut(block));
        if let Some(block) = block.filter(|_| KEPT.iter().any(|name| line.is(name))) {
            block.properties.push(line);
        }
    }

    fn finish(self, last: usize) -> Result<Vec<Block<'a>>, Fault> {
        if !self.started {
            return Err(Fault::new(1, "found an empty file, expected `BEGIN:VCALENDAR`"));
        }
        if let Some(open) = self.open.last() {
            return Err(open.broken_off(last));
        }
        if !self.blocks.iter().any(|block| block.kind == Kind::Event) {
            return Err(Fault::new(last, "found no event, expected at least one `BEGIN:VEVENT`"));
        }
        Ok(self.blocks)
    }
}
