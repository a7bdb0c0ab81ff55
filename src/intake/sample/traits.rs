//! What stays with a person: how readily, how much, how well.
//!
//! Students must not be clockwork, and neither a fresh draw every week: a report that compares a
//! person with their own past is only tried out on people who have one. All numbers here are ours.

use super::budget::Turn;
use super::dice::Dice;
use super::habits::Habit;
use super::people::{Person, Role};

/// A person's lasting traits.
pub struct Traits {
    /// How readily they come, about normal.
    pub level: f64,
    /// Whether they come every week, whatever the week.
    pub devoted: bool,
    /// The share of the days of a week on which they come, if they come in it.
    pub pace: f64,
    /// How much they do on a day; about 1.
    pub vigour: f64,
    /// How many answers they give for what they do; about 1.
    pub practice: f64,
    /// The logits of a right answer to a question of middling difficulty, before diligence counts.
    pub ability: f64,
    /// How long they stay; about 1.
    pub linger: f64,
}

/// People who come every week.
const DEVOTED: f64 = 0.09;
/// Teachers do more on a day than students (section 4.2: their log ins a person are higher).
const TEACHER_VIGOUR: f64 = 2.0;
/// Teachers try questions now and then (table S2 lists schools without students).
const TEACHER_PRACTICE: f64 = 0.06;
/// The mean of the abilities: about two thirds of the answers are right.
const MEAN_ABILITY: f64 = 0.75;
/// The deviation of the abilities.
const SPREAD: f64 = 0.5;
/// What a deviation of diligence adds to the ability, so that time and right answers go together a
/// little (section 4.1: r = 0.0989).
const DILIGENCE_HELPS: f64 = 0.06;
/// Students with fewer answers count in no correlation of the report.
const LEAST_ANSWERS: u32 = 5;

/// The traits of everybody, in the order of the people.
pub fn traits(seed: u64, people: &[Person], habits: &[Habit]) -> Vec<Traits> {
    people
        .iter()
        .map(|person| {
            let zeal = habits.get(person.school).map_or(1.0, |habit| match person.role {
                Role::Student => habit.zeal,
                Role::Teacher => habit.zeal * habit.teaching,
            });
            draw(&mut Dice::new(seed, "traits", person.id), person, zeal)
        })
        .collect()
}

fn draw(dice: &mut Dice, person: &Person, zeal: f64) -> Traits {
    let level = dice.normal();
    let devoted = level > 0.0 && dice.chance(2.0 * DEVOTED);
    let (more, less) = match person.role {
        Role::Student => (1.0, 1.0),
        Role::Teacher => (TEACHER_VIGOUR, TEACHER_PRACTICE),
    };
    Traits {
        level,
        devoted,
        pace: if devoted { 0.65 } else { (0.4 + 0.12 * level).clamp(0.15, 0.75) },
        vigour: more * zeal * (0.35 * level + 0.35 * dice.normal()).exp(),
        practice: less * (0.4 * dice.normal()).exp(),
        ability: MEAN_ABILITY + SPREAD * dice.normal(),
        linger: 0.7 + 0.6 * dice.unit(),
    }
}

/// Abilities, once it is known how much everybody does: freed of the chance correlation with it,
/// which in a few hundred students is as large as the one wanted, and given that one instead.
pub fn abilities(people: &[Person], traits: &[Traits], turns: &[Vec<Turn>]) -> Vec<f64> {
    let diligence: Vec<f64> = turns.iter().map(|turns| total(turns, |turn| turn.pairs)).collect();
    let counted = || {
        let all = people.iter().zip(traits).zip(turns.iter().zip(&diligence));
        all.filter(|((person, _), (turns, _))| {
            person.listed
                && person.role == Role::Student
                && total(turns, |turn| turn.answers) >= f64::from(LEAST_ANSWERS)
        })
        .map(|((_, traits), (_, &diligence))| (diligence, traits.ability))
    };
    let count = counted().map(|_| 1.0).sum::<f64>().max(1.0);
    let mean = counted().map(|(diligence, _)| diligence).sum::<f64>() / count;
    let variance = counted().map(|(x, _)| (x - mean).powi(2)).sum::<f64>().max(1.0) / count;
    let chance = counted().map(|(x, ability)| (x - mean) * ability).sum::<f64>() / count / variance;
    let slope = DILIGENCE_HELPS / variance.sqrt() - chance;
    traits.iter().zip(&diligence).map(|(traits, x)| traits.ability + slope * (x - mean)).collect()
}

fn total(turns: &[Turn], of: impl Fn(&Turn) -> u32) -> f64 {
    f64::from(turns.iter().map(of).sum::<u32>())
}
