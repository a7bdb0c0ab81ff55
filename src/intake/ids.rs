//! Ids as small numbers, and the order of ids that METHOD section 1 asks for.

use foldhash::fast::RandomState;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Gives each different text a number, in order of first appearance.
#[derive(Debug, Default)]
pub struct Interner {
    short: HashMap<u128, u32, RandomState>,
    long: HashMap<Box<[u8]>, u32, RandomState>,
    texts: Vec<String>,
    /// The short text that was asked for last, and its number: rows of a log often repeat what stands above them.
    last: Option<(u128, u32)>,
}

impl Interner {
    /// An interner that knows these already, in this order; a place without a text has its number, but nothing leads to it.
    pub fn with<'a>(known: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut interner = Self::default();
        for text in known {
            match text {
                Some(text) => drop(interner.code(text.as_bytes())),
                None => interner.texts.push(String::new()),
            }
        }
        interner
    }

    /// The number of a text.
    pub fn code(&mut self, text: &[u8]) -> u32 {
        let packed = packed(text);
        if let Some((_, code)) = self.last.filter(|(last, _)| Some(*last) == packed) {
            return code;
        }
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let code = match packed {
            Some(number) => *self.short.entry(number).or_insert(next),
            None => match self.long.get(text) {
                Some(code) => *code,
                None => *self.long.entry(text.into()).or_insert(next),
            },
        };
        if code == next {
            self.texts.push(String::from_utf8_lossy(text).into_owned());
        }
        self.last = packed.map(|number| (number, code));
        code
    }

    /// All texts, by number.
    pub fn texts(self) -> Vec<String> {
        self.texts
    }
}

/// A text of at most 15 bytes as a number, so that finding it again touches no other memory.
fn packed(text: &[u8]) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes.get_mut(..text.len()).filter(|_| text.len() < 16)?.copy_from_slice(text);
    bytes[15] = u8::try_from(text.len()).ok()?;
    Some(u128::from_le_bytes(bytes))
}

/// The ids of one table of rows: numbers as long as all are small integers written plainly, texts from the first other one on.
#[derive(Default)]
pub struct Ids {
    texts: Vec<String>,
    numbers: Vec<i64>,
}

impl Ids {
    /// Adds the id of the next row.
    pub fn push(&mut self, id: &[u8]) {
        if let Some(number) = plain_integer(id).filter(|_| self.texts.is_empty()) {
            return self.numbers.push(number);
        }
        let numbers = std::mem::take(&mut self.numbers);
        self.texts.extend(numbers.iter().map(ToString::to_string));
        self.texts.push(String::from_utf8_lossy(id).into_owned());
    }

    /// The ranks of the ids, in the order in which they were added.
    pub fn ranks(self) -> Vec<u32> {
        if !self.texts.is_empty() {
            return ranks_of_texts(&self.texts);
        }
        let small: Option<Vec<u32>> = self.numbers.iter().map(|number| u32::try_from(*number).ok()).collect();
        small.unwrap_or_else(|| ranks(&self.numbers, Ord::cmp))
    }
}

/// An integer whose text can be made again from the number.
fn plain_integer(id: &[u8]) -> Option<i64> {
    let leading_zero = id.first() == Some(&b'0') && id.len() > 1;
    if !is_integer(id) || leading_zero || id.starts_with(b"+") || id.starts_with(b"-") {
        return None;
    }
    std::str::from_utf8(id).ok()?.parse().ok()
}

/// Whether an id is an integer as METHOD means it.
pub fn is_integer(id: &[u8]) -> bool {
    let digits = id.strip_prefix(b"-").or(id.strip_prefix(b"+")).unwrap_or(id);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// The order of ids in a table: as numbers if all of them are integers, else by code point.
pub fn compare(a: &str, b: &str, all_integers: bool) -> Ordering {
    if !all_integers {
        return a.cmp(b);
    }
    let (a_sign, a_digits) = parts(a);
    let (b_sign, b_digits) = parts(b);
    let magnitude = a_digits.len().cmp(&b_digits.len()).then_with(|| a_digits.cmp(b_digits));
    let magnitude = if a_sign < 0 { magnitude.reverse() } else { magnitude };
    a_sign.cmp(&b_sign).then(magnitude).then_with(|| a.cmp(b))
}

/// The sign (0 for zero) and the digits without leading zeros.
fn parts(id: &str) -> (i8, &str) {
    let digits = id.trim_start_matches(['-', '+']).trim_start_matches('0');
    let sign = if digits.is_empty() {
        0
    } else if id.starts_with('-') {
        -1
    } else {
        1
    };
    (sign, digits)
}

/// The ranks of ids as texts, in the order that METHOD section 1 asks for.
pub fn ranks_of_texts(ids: &[String]) -> Vec<u32> {
    let all_integers = ids.iter().all(|id| is_integer(id.as_bytes()));
    ranks(ids, |a, b| compare(a, b, all_integers))
}

/// The ranks of ids, for comparing rows by number: equal ids have equal ranks.
pub fn ranks<T: PartialEq>(ids: &[T], order: impl Fn(&T, &T) -> Ordering) -> Vec<u32> {
    let mut sorted: Vec<usize> = (0..ids.len()).collect();
    sorted.sort_unstable_by(|a, b| order(&ids[*a], &ids[*b]));
    let mut ranks = vec![0; ids.len()];
    let mut rank = 0;
    for pair in sorted.windows(2) {
        rank += u32::from(ids[pair[0]] != ids[pair[1]]);
        ranks[pair[1]] = rank;
    }
    ranks
}
