//! Who comes on which days.
//!
//! The study prints how many people acted in each month, so those numbers are met exactly: of each
//! school as many are chosen for a month as its habits say, those who come more readily first. A
//! chosen person then comes in some of the month's weeks and on some of their days, at least on
//! one. Absence breeds absence: whoever missed a week is likelier to miss the next, which makes the
//! weeks off, the silences and the returns that the notices of the reports are about.

use super::dice::{Dice, logistic};
use super::habits::{HABITS, Habit, NEVER, day_weight, fading, week_tide};
use super::people::Person;
use super::study::{FIRST_DATA, LAST_DATA, MONTHS, QUIET, SCHOOLS};
use super::traits::Traits;

/// How much a month's mood changes the order of readiness.
const MONTH_MOOD: f64 = 0.95;
/// The logits of coming in a week, for a chosen person of level 0 and for each step of level.
const COMES: f64 = 0.15;
const COMES_BY_LEVEL: f64 = 0.7;
/// What a week of absence takes from the next.
const ABSENCE: f64 = 0.6;
/// The chance that somebody devoted comes in a week.
const DEVOTED_COMES: f64 = 0.99;
/// People who try a school's account out before all begin.
const PILOTS: usize = 3;
/// Places in the study's table of the schools where one person comes even on the quiet days.
const FAITHFUL: [usize; 4] = [0, 1, 2, 11];
/// The chance that such a person comes on one of them.
const FAITHFUL_COMES: f64 = 0.4;
/// The chance that a demonstration account is used on a day.
const DEMO_DAYS: f64 = 0.3;

/// What a person may do in the term.
#[derive(Default)]
struct Leave {
    months: [bool; 3],
    opened: i32,
    launch: i32,
    pilot: bool,
    fades: bool,
    /// Days on which they come beside those that they may choose.
    extras: Vec<i32>,
}

impl Leave {
    fn allows(&self, day: i32) -> bool {
        let month = MONTHS.iter().position(|&(first, last)| (first..=last).contains(&day));
        month.and_then(|m| self.months.get(m)).is_some_and(|&chosen| chosen)
            && !is_quiet(day)
            && day >= self.opened
            && (self.pilot || day >= self.launch)
    }

    fn weight(&self, day: i32) -> f64 {
        day_weight(day) * if self.fades { fading(day) } else { 1.0 }
    }

    /// The weight of a day among those of other weeks.
    fn term_weight(&self, day: i32) -> f64 {
        self.weight(day) * week_tide(day).exp()
    }
}

/// Whether a day is one of the term's quietest.
pub fn is_quiet(day: i32) -> bool {
    (QUIET.0..=QUIET.1).contains(&day)
}

/// The days on which each person comes, in order.
pub fn attendance(seed: u64, people: &[Person], traits: &[Traits]) -> Vec<Vec<i32>> {
    let mut days = Vec::with_capacity(people.len());
    for (place, habit) in HABITS.iter().enumerate() {
        let members: Vec<(&Person, &Traits)> =
            people.iter().zip(traits).filter(|(p, _)| p.listed && p.school == place).collect();
        for (leave, (person, traits)) in leaves(seed, place, habit, &members).iter().zip(members) {
            days.push(person_days(&mut Dice::new(seed, "days", person.id), leave, traits));
        }
    }
    let demos = people.iter().filter(|person| !person.listed);
    days.extend(demos.map(|person| demo_days(&mut Dice::new(seed, "days", person.id))));
    days
}

/// Chooses who acts in which month.
fn leaves(seed: u64, place: usize, habit: &Habit, members: &[(&Person, &Traits)]) -> Vec<Leave> {
    let (id, opened) = SCHOOLS.get(place).map_or((0, 0), |school| (school.id, school.opened));
    let mut dice = Dice::new(seed, "months", id);
    let levels: Vec<f64> = members.iter().map(|(_, traits)| traits.level).collect();
    let readiest = order(&levels);
    let mut leaves: Vec<Leave> = members.iter().map(|_| Leave::default()).collect();
    for (rank, &k) in readiest.iter().enumerate() {
        leaves[k] =
            Leave { opened, launch: habit.launch, pilot: rank < PILOTS, fades: habit.fades, ..Leave::default() };
    }
    for (m, (&quota, (first, _))) in habit.monthly.iter().zip(MONTHS).enumerate() {
        let scores: Vec<f64> = levels
            .iter()
            .zip(&leaves)
            .map(|(level, leave)| {
                let must = leave.pilot && habit.launch > first;
                level + MONTH_MOOD * dice.normal() + if must { 100.0 } else { 0.0 }
            })
            .collect();
        for k in order(&scores).into_iter().take(quota) {
            leaves[k].months[m] = true;
        }
    }
    let in_month = |m: usize| readiest.iter().copied().filter(|&k| leaves[k].months[m]).collect();
    let (december, february): (Vec<usize>, Vec<usize>) = (in_month(0), in_month(2));
    let faithful = february.first().filter(|_| FAITHFUL.contains(&place));
    for k in december.into_iter().take(habit.first_day) {
        leaves[k].extras.push(FIRST_DATA);
    }
    if let Some(&k) = faithful {
        let quiet = (QUIET.0..=QUIET.1).filter(|_| dice.chance(FAITHFUL_COMES));
        leaves[k].extras.extend(quiet);
    }
    leaves
}

/// Positions by falling score.
fn order(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    order
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
