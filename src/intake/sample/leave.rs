//! Who acts in which month, and on which days they may.
//!
//! The study prints how many people acted in each month, so those numbers are met exactly: of each
//! school as many are chosen for a month as its habits say, those who come more readily first.

use super::dice::Dice;
use super::habits::{Habit, day_weight, fading, week_tide};
use super::study::{FIRST_DATA, MONTHS, QUIET, SCHOOLS};

/// How much a month's mood changes the order of readiness.
const MONTH_MOOD: f64 = 0.95;
/// People who try a school's account out before all begin.
const PILOTS: usize = 3;
/// Places in the study's table of the schools where one person comes even on the quiet days.
const FAITHFUL: [usize; 4] = [0, 1, 2, 11];
/// The chance that such a person comes on one of them.
const FAITHFUL_COMES: f64 = 0.4;

/// What a person may do in the term.
#[derive(Default)]
pub struct Leave {
    /// The day on which all of the school begin.
    pub launch: i32,
    /// Whether the school fades after the holiday begins.
    pub fades: bool,
    /// Days on which they come beside those that they may choose.
    pub extras: Vec<i32>,
    /// For each month, whether they act in it.
    months: Vec<bool>,
    opened: i32,
    pilot: bool,
}

impl Leave {
    /// Whether they may come on a day of their own choice.
    pub fn allows(&self, day: i32) -> bool {
        let within = |&(first, last): &(i32, i32)| (first..=last).contains(&day);
        MONTHS.iter().position(within).is_some_and(|month| self.acts_in(month))
            && !is_quiet(day)
            && day >= self.opened
            && (self.pilot || day >= self.launch)
    }

    /// The weight of a day among those of its week.
    pub fn weight(&self, day: i32) -> f64 {
        day_weight(day) * if self.fades { fading(day) } else { 1.0 }
    }

    /// The weight of a day among those of other weeks.
    pub fn term_weight(&self, day: i32) -> f64 {
        self.weight(day) * week_tide(day).exp()
    }

    fn acts_in(&self, month: usize) -> bool {
        self.months.get(month).copied().unwrap_or_default()
    }
}

/// Whether a day is one of the term's quietest.
pub fn is_quiet(day: i32) -> bool {
    (QUIET.0..=QUIET.1).contains(&day)
}

/// A member while a school's months are being settled.
struct Candidate {
    place: usize,
    level: f64,
    leave: Leave,
}

/// What each member of a school may do, in the order of their levels as given.
pub fn leaves(seed: u64, place: usize, habit: &Habit, levels: &[f64]) -> Vec<Leave> {
    let (id, opened) = SCHOOLS.get(place).map_or((0, 0), |school| (school.id, school.opened));
    let mut dice = Dice::new(seed, "months", id);
    let mut ranked = candidates(habit, opened, levels);
    for (&quota, (first, _)) in habit.monthly.iter().zip(MONTHS) {
        choose(&mut dice, &mut ranked, quota, habit.launch > first);
    }
    for candidate in acting(&mut ranked, 0).take(habit.first_day) {
        candidate.leave.extras.push(FIRST_DATA);
    }
    if let Some(candidate) = acting(&mut ranked, 2).next().filter(|_| FAITHFUL.contains(&place)) {
        let quiet = (QUIET.0..=QUIET.1).filter(|_| dice.chance(FAITHFUL_COMES));
        candidate.leave.extras.extend(quiet);
    }
    ranked.sort_by_key(|candidate| candidate.place);
    ranked.into_iter().map(|candidate| candidate.leave).collect()
}

/// All members, the readiest first; the first few try the school's account out.
fn candidates(habit: &Habit, opened: i32, levels: &[f64]) -> Vec<Candidate> {
    let candidate = |(place, &level): (usize, &f64)| {
        let (launch, fades) = (habit.launch, habit.fades);
        Candidate { place, level, leave: Leave { launch, fades, opened, ..Leave::default() } }
    };
    let mut ranked: Vec<Candidate> = levels.iter().enumerate().map(candidate).collect();
    ranked.sort_by(|a, b| b.level.total_cmp(&a.level));
    for candidate in ranked.iter_mut().take(PILOTS) {
        candidate.leave.pilot = true;
    }
    ranked
}

/// Chooses as many as the quota says for the next month; while the school is on trial, those who
/// try the account out before all others.
fn choose(dice: &mut Dice, ranked: &mut [Candidate], quota: usize, trial: bool) {
    let mut score = |candidate: &Candidate| {
        let must = if trial && candidate.leave.pilot { 100.0 } else { 0.0 };
        must + candidate.level + MONTH_MOOD * dice.normal()
    };
    let scores: Vec<f64> = ranked.iter().map(&mut score).collect();
    let mut falling = scores.clone();
    falling.sort_by(|a, b| b.total_cmp(a));
    let least = quota.checked_sub(1).and_then(|last| falling.get(last)).copied();
    for (candidate, score) in ranked.iter_mut().zip(scores) {
        candidate.leave.months.push(least.is_some_and(|least| score >= least));
    }
}

/// Those who act in a month, the readiest first.
fn acting(ranked: &mut [Candidate], month: usize) -> impl Iterator<Item = &mut Candidate> {
    ranked.iter_mut().filter(move |candidate| candidate.leave.acts_in(month))
}
