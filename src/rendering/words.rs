//! The catalogue of words: every sentence that a report or mail says, by key, in one language.
//!
//! A template says where words stand; the program says which, with names and rounded numbers filled in.

use std::collections::BTreeMap;

/// The words of one language; what it lacks is taken from English.
#[derive(Debug, Clone)]
pub struct Words {
    language: String,
    texts: BTreeMap<String, String>,
}

impl Words {
    /// A catalogue in a language, over that of English.
    #[must_use]
    pub fn new(language: &str, own: BTreeMap<String, String>, english: &BTreeMap<String, String>) -> Self {
        let mut texts = english.clone();
        texts.extend(own);
        Self { language: language.to_string(), texts }
    }

    /// The language, as in BCP 47.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The direction of writing: `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        let primary = self.language.split('-').next().unwrap_or_default();
        if matches!(primary, "ar" | "fa" | "ur" | "he" | "yi") { "rtl" } else { "ltr" }
    }

    /// Whether there is a text for a key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// The text of a key with its places filled in. A key that no catalogue has is shown as itself.
    #[must_use]
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let Some(text) = self.texts.get(key) else { return key.to_string() };
        fill(text, values)
    }

    /// The text of a key without places.
    #[must_use]
    pub fn word(&self, key: &str) -> String {
        self.say(key, &[])
    }

    /// The form of a key for a count: `key.one` for 1, `key.other` for all else; `{count}` is filled in.
    #[must_use]
    pub fn count(&self, key: &str, count: i64, values: &[(&str, &str)]) -> String {
        let form = if count == 1 { "one" } else { "other" };
        let number = self.number(count);
        let all: Vec<(&str, &str)> = values.iter().copied().chain([("count", number.as_str())]).collect();
        self.say(&format!("{key}.{form}"), &all)
    }

    /// A whole number with the language's grouping and minus.
    #[must_use]
    pub fn number(&self, number: i64) -> String {
        let grouped = self.grouped(&number.unsigned_abs().to_string());
        if number < 0 { self.word("number.minus") + &grouped } else { grouped }
    }

    fn grouped(&self, digits: &str) -> String {
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push_str(&self.word("number.group"));
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A whole number with its sign.
    #[must_use]
    pub fn signed(&self, number: i64) -> String {
        if number > 0 { self.word("number.plus") + &self.number(number) } else { self.number(number) }
    }

    /// A whole number of things.
    #[must_use]
    pub fn count_of(&self, things: usize) -> String {
        self.number(i64::try_from(things).unwrap_or(i64::MAX))
    }

    /// A number with so many decimals; what rounds to zero has no sign.
    #[must_use]
    pub fn decimal(&self, value: f64, places: usize) -> String {
        let digits = format!("{:.places$}", value.abs());
        let is_zero = digits.chars().all(|letter| matches!(letter, '0' | '.'));
        let shown = match digits.split_once('.') {
            Some((whole, part)) => self.grouped(whole) + &self.word("number.decimal") + part,
            None => self.grouped(&digits),
        };
        if value < 0.0 && !is_zero { self.word("number.minus") + &shown } else { shown }
    }

    /// A probability with three decimals, or that it is below 0.001; one just below 0.05 does not read as 0.05.
    #[must_use]
    pub fn p_value(&self, p: f64) -> String {
        match p {
            p if p < 0.001 => format!("< {}", self.decimal(0.001, 3)),
            p if (0.0495..0.05).contains(&p) => self.decimal((p * 1e4).floor() / 1e4, 4),
            p => self.decimal(p, 3),
        }
    }

    /// A probability as `p = 0.043`.
    #[must_use]
    pub fn p(&self, p: f64) -> String {
        let value = self.p_value(p);
        if p < 0.001 { format!("p {value}") } else { format!("p = {value}") }
    }

    /// A share of 1 as whole percent.
    #[must_use]
    pub fn whole_percent(&self, share: f64) -> String {
        self.decimal(share * 100.0, 0) + " %"
    }

    /// A share of 1 as percent with one decimal.
    #[must_use]
    pub fn percent(&self, share: f64) -> String {
        format!("{:.1}", share * 100.0).replace('.', &self.word("number.decimal")) + " %"
    }
}

/// Fills in places in one pass, so that a value that looks like a place stays as it is.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        filled.push_str(before);
        let Some(close) = from.find('}') else { break };
        let name = &from[1..close];
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&from[..=close]),
        }
        rest = &from[close + 1..];
    }
    filled + rest
}
