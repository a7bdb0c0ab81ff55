//! What may be said of a test: a direction only where its p is small, else that it cannot be told from chance; and never
//! that there is nothing.

use crate::rendering::Words;
use crate::scoring::statistics::{Correlation, mann_kendall, sen_slope};
use crate::scoring::trends::{FEWEST_WEEKS, LEVEL};

/// Which way something goes, as far as a test lets us say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Up, or together.
    Up,
    /// Down, or against each other.
    Down,
    /// A trend stands out from chance, but its slope is 0.
    Flat,
    /// Not to be told from chance.
    Unclear,
}

impl Finding {
    /// The finding of a test with this p, whose effect has this sign.
    #[must_use]
    pub fn of(effect: f64, p: f64) -> Self {
        match (p < LEVEL, effect) {
            (true, effect) if effect > 0.0 => Self::Up,
            (true, effect) if effect < 0.0 => Self::Down,
            (true, _) => Self::Flat,
            _ => Self::Unclear,
        }
    }

    /// Its part of the key of a sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Flat => "flat",
            Self::Unclear => "unclear",
        }
    }
}

/// How many of so many tests would find something by chance alone.
#[must_use]
pub fn by_chance(words: &Words, tests: usize) -> String {
    words.decimal(f64::from(u32::try_from(tests).unwrap_or(u32::MAX)) * LEVEL, 2)
}

/// How a correlation is said: `{r}`, `{p}`, `{n}` and `{explained}` are filled in.
#[must_use]
pub fn correlation(words: &Words, key: &str, found: Correlation, more: &[(&str, &str)]) -> String {
    let finding = Finding::of(found.r, found.p);
    let (r, n) = (words.decimal(found.r, 2), words.count_of(found.n));
    let (p, explained) = (words.p(found.p), words.percent(found.r * found.r));
    let own = [("r", r.as_str()), ("p", &p), ("n", &n), ("explained", &explained)];
    let values: Vec<(&str, &str)> = own.into_iter().chain(more.iter().copied()).collect();
    words.say(&format!("{key}.{}", finding.key()), &values)
}

/// What may be said of a trend: points are (number of a calendar week, value).
#[must_use]
pub fn trend(words: &Words, key: &str, points: &[(f64, f64)]) -> String {
    let weeks = i64::try_from(points.len()).unwrap_or(i64::MAX);
    if points.len() < FEWEST_WEEKS {
        return words.count(&format!("{key}.missing"), weeks, &[]);
    }
    let values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
    let (test, slope) = (mann_kendall(&values), sen_slope(points).unwrap_or(0.0));
    let (p, by, n) =
        (words.p(test.p), words.decimal(slope.abs(), if slope.abs() < 1.0 { 2 } else { 1 }), words.number(weeks));
    words.say(&format!("{key}.{}", Finding::of(slope, test.p).key()), &[("p", &p), ("by", &by), ("n", &n)])
}
