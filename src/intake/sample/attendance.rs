//! Who comes on which days.
//!
//! A person chosen for a month comes in some of its weeks and on some of their days, at least on
//! one. Absence breeds absence: whoever missed a week is likelier to miss the next, which makes the
//! weeks off, the silences and the returns that the notices of the reports are about.

use super::dice::{Dice, logistic};
use super::habits::{HABITS, NEVER, fading, week_tide};
use super::leave::{Leave, is_quiet, leaves};
use super::people::Person;
use super::study::{FIRST_DATA, LAST_DATA, MONTHS};
use super::traits::Traits;

/// The logits of coming in a week, for a chosen person of level 0 and for each step of level.
const COMES: f64 = 0.15;
const COMES_BY_LEVEL: f64 = 0.7;
/// What a week of absence takes from the next.
const ABSENCE: f64 = 0.6;
/// The chance that somebody devoted comes in a week.
const DEVOTED_COMES: f64 = 0.99;
/// The chance that a demonstration account is used on a day.
const DEMO_DAYS: f64 = 0.3;

/// The days on which each person comes, in order.
pub fn attendance(seed: u64, people: &[Person], traits: &[Traits]) -> Vec<Vec<i32>> {
    let mut days = Vec::with_capacity(people.len());
    for (place, habit) in HABITS.iter().enumerate() {
        let members: Vec<(&Person, &Traits)> =
            people.iter().zip(traits).filter(|(p, _)| p.listed && p.school == place).collect();
        let levels: Vec<f64> = members.iter().map(|(_, traits)| traits.level).collect();
        for (leave, (person, traits)) in leaves(seed, place, habit, &levels).iter().zip(members) {
            days.push(person_days(&mut Dice::new(seed, "days", person.id), leave, traits));
        }
    }
    let demos = people.iter().filter(|person| !person.listed);
    days.extend(demos.map(|person| demo_days(&mut Dice::new(seed, "days", person.id))));
    days
}

fn person_days(dice: &mut Dice, leave: &Leave, traits: &Traits) -> Vec<i32> {
    let mut days = Vec::new();
    let mut absent = false;
    for first in (0..=LAST_DATA).step_by(7) {
        let open: Vec<i32> = (first..first + 7).filter(|&day| leave.allows(day)).collect();
        let fade = if leave.fades { fading(first + 6).ln() } else { 0.0 };
        let habit = COMES + COMES_BY_LEVEL * traits.level + week_tide(first) + fade;
        let chance = logistic(if absent { habit - ABSENCE } else { habit });
        let comes = dice.chance(if traits.devoted && fade >= 0.0 { DEVOTED_COMES } else { chance });
        absent = !comes;
        if comes {
            days.extend(some_of(dice, &open, leave, traits));
        }
    }
    fill(dice, leave, &mut days);
    days.sort_unstable();
    days.dedup();
    days
}

/// Some of a week's open days, at least one.
fn some_of(dice: &mut Dice, open: &[i32], leave: &Leave, traits: &Traits) -> Vec<i32> {
    let chance = |day: i32| (traits.pace * leave.weight(day)).min(0.95);
    let mut days: Vec<i32> = open.iter().copied().filter(|&day| dice.chance(chance(day))).collect();
    if days.is_empty() {
        days.extend(one_of(dice, open, |day| leave.weight(day)));
    }
    days
}

/// One of the open days, by weight; none if none is open.
fn one_of(dice: &mut Dice, open: &[i32], weight: impl Fn(i32) -> f64) -> Option<i32> {
    let mut left = dice.unit() * open.iter().map(|&day| weight(day)).sum::<f64>();
    open.iter().copied().find(|&day| {
        left -= weight(day);
        left <= 0.0
    })
}

/// Adds what must be: the extra days, the launch and a day in every month chosen.
fn fill(dice: &mut Dice, leave: &Leave, days: &mut Vec<i32>) {
    days.extend(&leave.extras);
    if leave.allows(leave.launch) {
        days.push(leave.launch);
    }
    for (first, last) in MONTHS {
        if !days.iter().any(|day| (first..=last).contains(day)) {
            let open: Vec<i32> = (first..=last).filter(|&day| leave.allows(day)).collect();
            days.extend(one_of(dice, &open, |day| leave.term_weight(day)));
        }
    }
}

fn demo_days(dice: &mut Dice) -> Vec<i32> {
    (FIRST_DATA + 1..=LAST_DATA).filter(|&day| !is_quiet(day) && dice.chance(DEMO_DAYS)).collect()
}

/// Whether a school is still being tried out by a few on `day`.
pub fn on_trial(place: usize, day: i32) -> bool {
    HABITS.get(place).is_some_and(|habit| habit.launch == NEVER || day < habit.launch)
}

/// Whether a school begins on `day`.
pub fn launches(place: usize, day: i32) -> bool {
    HABITS.get(place).is_some_and(|habit| habit.launch == day)
}
