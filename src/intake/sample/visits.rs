//! The visits of a day: when a person logs in, for how long, and what for.
//!
//! Class in the afternoon, at weekends earlier; the rest as homework, most of it from seven to
//! midnight and a little after (section 4.2, figure 4.13). Visits never overlap: a log with
//! overlapping visits of one person would be a fault that real logs do not have.

use super::budget::Turn;
use super::dice::{Dice, whole};

const MINUTE: u32 = 60;
const HOUR: u32 = 3600;
/// Seconds between two visits, and the least length of one.
const GAP: u32 = 45;
const SHORTEST: u32 = 60;
/// The share of a day's pairs that are visits outside class, on days with class. Ours.
const HOME_SHARE: f64 = 0.27;
/// From so many pairs on a second class is visited, if there is one.
const TWO_CLASSES: u32 = 14;
/// The longest class visit.
const LONGEST: u32 = 110 * MINUTE;
/// Homework in the evening, after midnight, in the late afternoon; the rest is before one o'clock.
const EVENING: f64 = 0.84;
const NIGHT: f64 = 0.03;
const BEFORE_SUPPER: f64 = 0.04;

/// One visit, from log in to log out.
pub struct Visit {
    /// Seconds from midnight; may lie after the next.
    pub start: u32,
    /// Seconds.
    pub length: u32,
    /// How often the class is entered; 0 outside class.
    pub entries: u32,
    /// The class that it is for, by its place in the list of classes.
    pub class: Option<u16>,
}

/// What a day looks like to whoever plans visits.
pub struct Setting<'a> {
    /// The classes that are open to the person, with the minute at which they begin.
    pub classes: &'a [(u16, u32)],
    /// Whether it is a Saturday or Sunday.
    pub weekend: bool,
    /// Whether visits may begin after midnight.
    pub late: bool,
    /// How long the person stays; about 1.
    pub linger: f64,
}

/// The visits of a turn, in order, none overlapping.
pub fn visits(dice: &mut Dice, turn: &Turn, setting: &Setting) -> Vec<Visit> {
    let mut visits = Vec::new();
    let mut home = turn.pairs.min(turn.visits);
    if turn.attends && turn.pairs > 1 {
        let wanted = if turn.pairs >= TWO_CLASSES { 2 } else { 1 };
        let classes = setting.classes.len().min(wanted);
        let in_class = u32::try_from(classes).unwrap_or(1).max(1);
        let most = turn.visits.min(turn.pairs - in_class).saturating_sub(in_class);
        home = dice.rounded(f64::from(turn.pairs) * HOME_SHARE).min(most);
        let entries = dice.rounded(f64::from(turn.pairs - home - in_class) / f64::from(in_class));
        let skip = dice.index(setting.classes.len());
        let chosen = setting.classes.iter().cycle().skip(skip).take(classes);
        visits.extend(chosen.map(|&class| class_visit(dice, class, entries.max(1), setting)));
    }
    for _ in 0..home {
        visits.push(home_visit(dice, setting));
    }
    lay_out(&mut visits);
    visits
}

fn class_visit(dice: &mut Dice, (class, minute): (u16, u32), entries: u32, setting: &Setting) -> Visit {
    let early = if setting.weekend { 4 * HOUR } else { 0 };
    let each = f64::from(MINUTE) * setting.linger * (3.5 + 4.0 * dice.unit());
    Visit {
        start: minute * MINUTE - early + dice.below(8 * MINUTE),
        length: whole(each * f64::from(entries)).min(LONGEST).max(SHORTEST * entries),
        entries,
        class: Some(class),
    }
}

fn home_visit(dice: &mut Dice, setting: &Setting) -> Visit {
    let minutes = setting.linger * (2.0 + 20.0 * dice.unit() * dice.unit());
    Visit {
        start: home_start(dice, setting.late),
        length: whole(minutes * f64::from(MINUTE)),
        entries: 0,
        class: setting.classes.get(dice.index(setting.classes.len())).map(|&(class, _)| class),
    }
}

fn home_start(dice: &mut Dice, late: bool) -> u32 {
    let draw = dice.unit();
    let (from, hours) = match draw {
        _ if draw < EVENING => (19 * HOUR, 4.6),
        _ if draw < EVENING + NIGHT && late => (24 * HOUR, 1.8),
        _ if draw < EVENING + NIGHT + BEFORE_SUPPER => (17 * HOUR, 2.0),
        _ => (15 * HOUR / 2, 5.0),
    };
    // the earlier part of each span is the likelier
    let lean = dice.unit() * (0.5 + 0.5 * dice.unit());
    from + whole(lean * hours * f64::from(HOUR))
}

/// Shortens visits outside class that run into the next, and puts off what still overlaps.
fn lay_out(visits: &mut [Visit]) {
    visits.sort_by_key(|visit| visit.start);
    let nexts: Vec<u32> = visits.iter().skip(1).map(|visit| visit.start).collect();
    let mut free = 0;
    for (visit, next) in visits.iter_mut().zip(nexts.into_iter().chain([u32::MAX])) {
        visit.start = visit.start.max(free);
        if visit.entries == 0 {
            let room = next.saturating_sub(visit.start + GAP);
            visit.length = visit.length.min(room).max(SHORTEST);
        }
        free = visit.start + visit.length + GAP;
    }
}
