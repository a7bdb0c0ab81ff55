//! The hours of the day: who is there when (METHOD section 9).

use super::moments::{Moment, Moments};
use crate::intake::{Order, Role, Roster};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// What one organization's members of one role did in one local hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hour {
    /// Index into the roster's organizations.
    pub organization: usize,
    /// Student or teacher.
    pub role: Role,
    /// The day, counted from the window's first.
    pub day: usize,
    /// 0 to 23.
    pub hour: usize,
    /// Log ins.
    pub logins: u32,
    /// Members with an action.
    pub people: u32,
}

/// The hours in which anything was done, in order.
#[must_use]
pub fn count(moments: &Moments<'_>, roster: &Roster) -> Vec<Hour> {
    let mut hours: HashMap<(usize, Role, usize, usize), (u32, u32), RandomState> = HashMap::default();
    let mut own: Vec<(usize, usize, u32, bool)> = Vec::new();
    for (person, moments) in moments.by_person() {
        let Some(known) = roster.people.get(person) else { continue };
        own.clear();
        moments.filter(|moment| moment.member).for_each(|moment| note(&mut own, &moment));
        for (day, hour, logins, acted) in &own {
            let sums = hours.entry((known.organization, known.role, *day, *hour)).or_default();
            sums.0 += logins;
            sums.1 += u32::from(*acted);
        }
    }
    let mut rows: Vec<Hour> = hours
        .into_iter()
        .filter(|(_, (_, people))| *people > 0)
        .map(|((organization, role, day, hour), (logins, people))| Hour {
            organization,
            role,
            day,
            hour,
            logins,
            people,
        })
        .collect();
    rows.sort_unstable();
    rows
}

/// Adds a moment to one person's hours. They come in order of time, so the hour is one of the last two: the second is for
/// a clock that is set back.
fn note(own: &mut Vec<(usize, usize, u32, bool)>, moment: &Moment<'_>) {
    let login = u32::from(moment.action.order == Order::LogIn);
    let acted = moment.action.order >= Order::LogIn;
    let same = own.iter_mut().rev().take(2).find(|(day, hour, ..)| (*day, *hour) == (moment.day, moment.hour));
    match same {
        Some((_, _, logins, was_there)) => {
            *logins += login;
            *was_there |= acted;
        }
        None => own.push((moment.day, moment.hour, login, acted)),
    }
}
