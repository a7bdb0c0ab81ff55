//! The questions, how hard they are, and whether an answer is right.
//!
//! A question keeps its difficulty over the whole term and is answered by many, as the report
//! estimates the difficulty from all of its answers. The numbers are ours, except where noted in
//! the habits.

use super::classes::Subject;
use super::dice::{Dice, logistic, whole};

/// Questions of a subject.
const MATH: u32 = 480;
const ENGLISH: u32 = 420;
/// The deviation of the difficulties, in logits.
const SPREAD: f64 = 0.8;

/// The difficulties of all questions.
pub struct Bank {
    math: Vec<f64>,
    english: Vec<f64>,
}

impl Bank {
    /// The questions of this seed.
    pub fn new(seed: u64) -> Self {
        let subject = |name: &str, count: u32| {
            let mut dice = Dice::new(seed, name, 0);
            (0..count).map(|_| SPREAD * dice.normal()).collect()
        };
        Self { math: subject("math", MATH), english: subject("english", ENGLISH) }
    }

    /// A question of the subject, by its place, and whether somebody with these logits gets it
    /// right.
    pub fn ask(&self, dice: &mut Dice, subject: Subject, logits: f64) -> (u16, bool) {
        let (questions, count) = match subject {
            Subject::Math => (&self.math, MATH),
            Subject::English => (&self.english, ENGLISH),
        };
        // half of the draws lean towards the first questions, which are asked more often
        let lean = if dice.chance(0.5) { dice.unit() } else { 1.0 };
        let place = whole(f64::from(count) * lean * dice.unit());
        let hard = questions.get(place as usize).copied().unwrap_or_default();
        (u16::try_from(place).unwrap_or_default(), dice.chance(logistic(logits - hard)))
    }
}
