//! What real logs suffer from, in known doses.
//!
//! A sample without dirt would show a data quality page full of zeros and would never try the
//! reading of broken files. The doses are ours; each is a share of rows unless it says otherwise.

use super::dice::{Dice, whole};

/// Log outs that were never written: the window was closed or the network was gone.
pub const MISSING_LOGOUTS: f64 = 0.08;
/// Rows of people who are on no roster: demonstration accounts.
pub const STRANGERS: f64 = 0.003;
/// Rows written again as they are: a batch that was sent twice.
const REPEATS: f64 = 0.0025;
/// Rows written again under a new id: a click that was sent twice.
const RENUMBERED: f64 = 0.0025;
/// Rows that cannot be read, one kind as often as the other.
const BROKEN: f64 = 0.0005;
/// Rows in the file for each row that happened.
pub const ROWS_PER_ROW: f64 = 1.0 + REPEATS + RENUMBERED + BROKEN;
/// A time that does not exist.
pub const BAD_TIME: &str = "2018-13-40 25:00";
/// For each thousand rows one block comes late; the rows in a block and how many rows too late.
const LATE_BLOCKS: usize = 8_000;
const LATE_ROWS: (u32, u32) = (40, 600);
const LATE_BY: (u32, u32) = (500, 6_000);

/// What is wrong with a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A code that does not exist.
    Code,
    /// No person.
    Person,
    /// A time that does not exist.
    Time,
    /// Columns are missing at the end.
    Short,
}

/// What becomes of a row when it is written, beside the row itself.
#[derive(Clone, Copy)]
pub enum Fate {
    /// Nothing.
    Clean,
    /// It is written twice.
    Repeated,
    /// It is written again under a new id.
    Renumbered,
    /// A broken one is written beside it.
    Broken(Flaw),
}

/// Draws the fate of a row.
pub fn fate(dice: &mut Dice) -> Fate {
    let draw = dice.unit();
    if draw >= REPEATS + RENUMBERED + BROKEN {
        Fate::Clean
    } else if draw < REPEATS {
        Fate::Repeated
    } else if draw < REPEATS + RENUMBERED {
        Fate::Renumbered
    } else {
        let part = whole((draw - REPEATS - RENUMBERED) / BROKEN * 4.0);
        Fate::Broken(match part {
            0 => Flaw::Code,
            1 => Flaw::Person,
            2 => Flaw::Time,
            _ => Flaw::Short,
        })
    }
}

/// The order in which `rows` rows arrive, as their places in order of time: blocks of them come
/// late.
pub fn arrival(dice: &mut Dice, rows: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    for _ in 0..rows.div_ceil(LATE_BLOCKS) {
        let start = dice.index(rows);
        let len = between(dice, LATE_ROWS);
        let end = (start + len + between(dice, LATE_BY)).min(rows);
        if let Some(span) = order.get_mut(start..end).filter(|span| span.len() > len) {
            span.rotate_left(len);
        }
    }
    order
}

fn between(dice: &mut Dice, (low, high): (u32, u32)) -> usize {
    (low + dice.below(high - low)) as usize
}
