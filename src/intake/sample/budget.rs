//! How much each person does on each of their days.
//!
//! The study prints the rows of its two data sets. So a day gets a weight, and the weights are
//! scaled to the rows wanted: whatever the seed, the totals come out within a fraction of a
//! percent.

use super::attendance::{attendance, launches, on_trial};
use super::classes::Seat;
use super::dice::Dice;
use super::dirt::{MISSING_LOGOUTS, ROWS_PER_ROW, STRANGERS};
use super::people::Person;
use super::study::{ANSWER_ROWS, EVENT_ROWS};
use super::traits::Traits;

/// A day of a person.
pub struct Turn {
    /// The day number.
    pub day: i32,
    /// Log ins and entries together; each has its end, so these are pairs of events.
    pub pairs: u32,
    /// Answers.
    pub answers: u32,
    /// Whether they go to class.
    pub attends: bool,
    /// The most log ins.
    pub visits: u32,
}

/// The chance of going to class on a day, for whoever has one. Ours.
const ATTENDS: f64 = 0.7;
/// What a day without class weighs against one with.
const WITHOUT_CLASS: f64 = 0.4;
/// The least and the most weight of a day.
const WEIGHTS: (f64, f64) = (0.15, 4.5);
/// Log ins for each pair, as they come out: only the log outs that go missing hang on it.
const VISITS_PER_PAIR: f64 = 0.46;
/// The most log ins on a day, and while a school is on trial: three people then stay below the 10
/// that count as active.
const MOST_VISITS: u32 = 20;
const TRIAL_VISITS: u32 = 2;
/// The least pairs on the day a school begins, so that it counts as active from that day.
const LAUNCH_PAIRS: u32 = 6;

struct Draft {
    day: i32,
    attends: bool,
    events: f64,
    answers: f64,
}

/// The turns of each person, in order.
pub fn turns(seed: u64, people: &[Person], traits: &[Traits], seats: &[Vec<Seat>]) -> Vec<Vec<Turn>> {
    let days = attendance(seed, people, traits);
    let mut dice: Vec<Dice> = people.iter().map(|p| Dice::new(seed, "budget", p.id)).collect();
    let drafts: Vec<Vec<Draft>> = dice
        .iter_mut()
        .zip(traits.iter().zip(seats.iter().zip(&days)))
        .map(|(dice, (traits, (seats, days)))| draft(dice, traits, seats, days))
        .collect();
    let (ours, strangers) = (Rates::of(true, people, &drafts), Rates::of(false, people, &drafts));
    let cast = people.iter().zip(&mut dice).zip(drafts);
    cast.map(|((person, dice), drafts)| {
        let rates = if person.listed { &ours } else { &strangers };
        drafts.iter().map(|draft| settle(dice, person, draft, rates)).collect()
    })
    .collect()
}

fn draft(dice: &mut Dice, traits: &Traits, seats: &[Seat], days: &[i32]) -> Vec<Draft> {
    let mut mood = (0, 1.0);
    days.iter()
        .map(|&day| {
            if mood.0 != day / 7 {
                mood = (day / 7, 0.6 + 0.8 * dice.unit());
            }
            let has_class = seats.iter().any(|seat| seat.open(day));
            let attends = has_class && dice.chance(ATTENDS);
            let busy = traits.vigour * mood.1 * (0.6 + 0.8 * dice.unit());
            let events = busy.clamp(WEIGHTS.0, WEIGHTS.1) * if attends { 1.0 } else { WITHOUT_CLASS };
            Draft { day, attends, events, answers: events * traits.practice }
        })
        .collect()
}

/// Pairs of events and answers for one unit of weight.
struct Rates {
    pairs: f64,
    answers: f64,
}

impl Rates {
    /// The rates of those on the roster, or of the strangers.
    fn of(listed: bool, people: &[Person], drafts: &[Vec<Draft>]) -> Self {
        let own = || {
            people.iter().zip(drafts).filter(move |(person, _)| person.listed == listed).flat_map(|(_, drafts)| drafts)
        };
        let share = if listed { 1.0 - STRANGERS } else { STRANGERS };
        let pairs = share * EVENT_ROWS / ROWS_PER_ROW / (2.0 - MISSING_LOGOUTS * VISITS_PER_PAIR);
        let answers = share * ANSWER_ROWS / ROWS_PER_ROW;
        Self {
            pairs: pairs / own().map(|draft| draft.events).sum::<f64>().max(1.0),
            answers: answers / own().map(|draft| draft.answers).sum::<f64>().max(1.0),
        }
    }
}

fn settle(dice: &mut Dice, person: &Person, draft: &Draft, rates: &Rates) -> Turn {
    let least = if launches(person.school, draft.day) { LAUNCH_PAIRS } else { 1 };
    let trial = person.listed && on_trial(person.school, draft.day);
    Turn {
        day: draft.day,
        pairs: dice.rounded(draft.events * rates.pairs).max(least),
        answers: dice.rounded(draft.answers * rates.answers),
        attends: draft.attends,
        visits: if trial { TRIAL_VISITS } else { MOST_VISITS },
    }
}
