//! Plays the term: from turns to rows.
//!
//! Each person draws from a stream of their own, day after day, so the rows of one do not hang on
//! those of another.

use super::budget::Turn;
use super::calendar::Calendar;
use super::classes::{Class, Seat, Subject, Timetable};
use super::dice::{Dice, whole};
use super::dirt::MISSING_LOGOUTS;
use super::habits::{HABITS, subject_tide};
use super::leave::is_quiet;
use super::log::{Answer, Event, Kind, Log};
use super::people::Person;
use super::questions::Bank;
use super::study::{LAST_DATA, MONTHS};
use super::traits::{Traits, abilities};
use super::visits::{Setting, Visit, visits};

const DAY: u32 = 86_400;

/// What all turns share.
pub struct Stage<'a> {
    /// The seed of the sample.
    pub seed: u64,
    /// Its dates.
    pub calendar: &'a Calendar,
    /// Its classes and seats.
    pub timetable: &'a Timetable,
}

/// A time within a visit during which questions can be answered.
struct Stay {
    from: u32,
    to: u32,
    class: Option<u16>,
}

/// One person on the stage.
struct Player<'a> {
    place: u16,
    seats: &'a [Seat],
    linger: f64,
    ability: f64,
    drift: f64,
    dice: Dice,
}

/// Plays everybody's turns.
pub fn play(stage: &Stage, people: &[Person], traits: &[Traits], turns: &[Vec<Turn>]) -> Log {
    let bank = Bank::new(stage.seed);
    let mut log = Log::default();
    let abilities = abilities(people, traits, turns);
    let cast = (0..).zip(people).zip(traits.iter().zip(abilities)).zip(&stage.timetable.seats).zip(turns);
    for ((((place, person), (traits, ability)), seats), turns) in cast {
        let drift = HABITS.get(person.school).map_or(0.0, |habit| habit.drift);
        let dice = Dice::new(stage.seed, "play", person.id);
        let mut player = Player { place, seats, linger: traits.linger, ability, drift, dice };
        let total: u32 = turns.iter().map(|turn| turn.answers).sum();
        let mut given = 0;
        for turn in turns {
            let stays = player.appear(stage, turn, &mut log.events);
            for _ in 0..turn.answers {
                let progress = f64::from(given) / f64::from(total) - 0.5;
                log.answers.extend(player.answer(stage, &bank, &stays, turn.day, progress));
                given += 1;
            }
        }
    }
    log.sort();
    log
}

impl Player<'_> {
    /// Writes the events of a turn and returns when questions can be answered.
    fn appear(&mut self, stage: &Stage, turn: &Turn, events: &mut Vec<Event>) -> Vec<Stay> {
        let open: Vec<(u16, u32)> = self
            .seats
            .iter()
            .filter(|seat| seat.open(turn.day))
            .filter_map(|seat| Some((seat.class, class(stage, seat.class)?.start_minute)))
            .collect();
        let setting = Setting {
            classes: &open,
            weekend: stage.calendar.weekend(turn.day),
            late: may_run_late(turn.day),
            linger: self.linger,
        };
        let visits = visits(&mut self.dice, turn, &setting);
        let mut stays = Vec::new();
        let first = events.len();
        for visit in &visits {
            self.visit(visit, turn.day, events, &mut stays);
        }
        let end = day_end(turn.day);
        let kept: Vec<Event> = events.drain(first..).filter(|event| event.at < end).collect();
        events.extend(kept);
        stays
    }

    fn visit(&mut self, visit: &Visit, day: i32, events: &mut Vec<Event>, stays: &mut Vec<Stay>) {
        let start = midnight(day) + visit.start;
        let end = start + visit.length;
        let mut event = |at, kind, class| {
            events.push(Event { at, person: self.place, class, kind });
        };
        event(start, Kind::LogIn, None);
        for entry in 0..visit.entries {
            let slot = f64::from(visit.length - 8) / f64::from(visit.entries);
            let from = start + 3 + whole(slot * f64::from(entry)) + self.dice.below(3);
            let to = from + whole(slot * (0.8 + 0.14 * self.dice.unit()));
            event(from, Kind::Enter, visit.class);
            event(to, Kind::Exit, visit.class);
            stays.push(Stay { from: from + 1, to, class: visit.class });
        }
        if visit.entries == 0 {
            stays.push(Stay { from: start + 5, to: end - 5, class: visit.class });
        }
        if !self.dice.chance(MISSING_LOGOUTS) {
            event(end, Kind::LogOut, None);
        }
    }

    fn answer(&mut self, stage: &Stage, bank: &Bank, stays: &[Stay], day: i32, progress: f64) -> Option<Answer> {
        let stay = stays.get(self.dice.index(stays.len()))?;
        let at = stay.from + self.dice.below(stay.to - stay.from);
        let subject = match stay.class.and_then(|place| class(stage, place)) {
            Some(class) => class.subject,
            None if self.dice.chance(0.5) => Subject::Math,
            None => Subject::English,
        };
        let logits = self.ability + subject_tide(at / DAY, subject) + self.drift * progress;
        let (question, correct) = bank.ask(&mut self.dice, subject, logits);
        let answer = Answer { at, person: self.place, class: stay.class, subject, question, correct };
        Some(answer).filter(|answer| answer.at < day_end(day))
    }
}

fn class<'a>(stage: &Stage<'a>, place: u16) -> Option<&'a Class> {
    stage.timetable.classes.get(usize::from(place))
}

fn midnight(day: i32) -> u32 {
    u32::try_from(day).unwrap_or_default() * DAY
}

/// Whether visits of `day` may begin after midnight: not into a month or a quiet day that they
/// would count for.
fn may_run_late(day: i32) -> bool {
    day != LAST_DATA && !is_quiet(day + 1) && MONTHS.iter().all(|&(first, _)| day + 1 != first)
}

/// The second before which all rows of `day` lie.
fn day_end(day: i32) -> u32 {
    midnight(day) + if may_run_late(day) { 27 * DAY / 24 } else { DAY }
}
