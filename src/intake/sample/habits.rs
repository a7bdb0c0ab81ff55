//! How the schools behave: what the study tells of each, turned into numbers by trial.
//!
//! The study prints figures of the whole (users a month, the peak, the quiet days) and of some
//! schools. The constants here were chosen so that the generated data show those figures; they are
//! the dials of the sample. Everything that the study does not tell is marked as ours.

use super::classes::Subject;
use super::study::WEEKS;

/// The dials of one school, in the order of the study's table.
pub struct Habit {
    /// People who act in December, January and February. The sums are table 4.1: 527, 524 and 300.
    pub monthly: [usize; 3],
    /// The day on which all begin; before it only three people try it out. `ALWAYS`: long since;
    /// `NEVER`: a tiny school.
    pub launch: i32,
    /// People who act on 30 November. The sum is table 4.1: 6.
    pub first_day: usize,
    /// How much is done on a day, 1 as usual (figure 4.17: the highest and the lowest health).
    pub zeal: f64,
    /// How much more teachers do than elsewhere, 1 as usual (section 4.2: in 100082 they log in as
    /// often as the students).
    pub teaching: f64,
    /// How the chance of a right answer moves over the term, in logits (table S2: 100059 fell,
    /// 100142 rose). The others rise a little, so that the whole stands still, as in section 4.1.
    pub drift: f64,
    /// Whether hardly anybody comes after the holiday begins (section 4.2: 100082).
    pub fades: bool,
}

/// In use since before the data begin.
pub const ALWAYS: i32 = i32::MIN;
/// Never in use by more than a few people, so never more than 10 log ins a day.
pub const NEVER: i32 = i32::MAX;

/// One row for each school of the study's table, in its order.
#[rustfmt::skip]
pub const HABITS: [Habit; 20] = [
    Habit { first_day: 1, ..habit([41, 41, 38], ALWAYS, 1.5) }, // 100039: highest health
    Habit { first_day: 1, ..habit([55, 50, 35], ALWAYS, 0.9) }, // 100057
    Habit { first_day: 3, drift: -0.24, ..habit([174, 176, 92], ALWAYS, 1.0) }, // 100059
    habit([4, 4, 1], ALWAYS, 0.5), // 100069: lowest health
    habit([26, 24, 14], ALWAYS, 0.9), // 100071
    Habit { first_day: 1, teaching: 2.3, fades: true, ..habit([74, 44, 10], ALWAYS, 1.0) }, // 100082
    habit([12, 12, 10], 15, 1.4), // 100085: highest health; 35 days after it opened
    habit([22, 21, 12], ALWAYS, 1.0), // 100086
    habit([26, 23, 13], ALWAYS, 0.9), // 100088
    habit([27, 23, 13], ALWAYS, 1.0), // 100090
    habit([10, 10, 5], ALWAYS, 0.9), // 100100
    habit([33, 31, 29], 9, 1.4), // 100102: highest health
    habit([11, 9, 4], 14, 1.0), // 100118: 2 days, the fastest
    habit([3, 14, 4], 60, 0.6), // 100133: lowest health; 35 days, the slowest
    habit([3, 17, 7], 40, 0.9), // 100138
    habit([2, 3, 2], NEVER, 1.2), // 100139
    habit([2, 3, 2], NEVER, 1.2), // 100141
    Habit { drift: 0.3, ..habit([2, 9, 4], 51, 0.8) }, // 100142
    habit([0, 3, 2], NEVER, 1.0), // 100145
    habit([0, 7, 3], 65, 0.5), // 100155: lowest health
];

/// How readily people come in the week of `day`, in logits.
pub fn week_tide(day: i32) -> f64 {
    usize::try_from(day / 7).ok().and_then(|week| WEEK_TIDE.get(week)).copied().unwrap_or_default()
}

/// How readily people come in each week, in logits: low in the 6th and the 14th (figure 4.1), a
/// mild peak in every fourth (section 5.2), the highest in the third.
const WEEK_TIDE: [f64; WEEKS] = [-1.6, 0.0, 1.05, 0.1, 0.0, -2.4, 0.65, 0.0, 0.0, -0.2, 0.9, 1.4, 0.5, -1.6];

/// What the weeks add to the chance of a right answer in Math and in English, in logits: as one
/// goes up the other goes down (figure 4.5), though not by as much, so that both together have
/// weeks of their own but no trend.
const SUBJECT_TIDE: [(f64, f64); WEEKS] = [
    (0.00, -0.04),
    (0.09, -0.19),
    (-0.10, 0.20),
    (0.07, -0.17),
    (-0.12, 0.24),
    (0.09, -0.17),
    (-0.07, 0.17),
    (0.12, -0.22),
    (-0.08, 0.20),
    (0.07, -0.17),
    (0.14, -0.06),
    (-0.21, 0.13),
    (0.20, -0.10),
    (-0.10, 0.10),
];

/// What the week of `day` adds to the chance of a right answer, in logits.
pub fn subject_tide(day: u32, subject: Subject) -> f64 {
    let (math, english) = SUBJECT_TIDE.get((day / 7) as usize).copied().unwrap_or_default();
    match subject {
        Subject::Math => math,
        Subject::English => english,
    }
}

/// How a day of a week weighs, counted from the week's first day: most at both ends, the study's
/// weekend.
const WEEK_SHAPE: [f64; 7] = [1.25, 0.9, 0.9, 0.95, 0.85, 1.0, 1.2];

/// How much likelier than usual people come on `day`.
pub fn day_weight(day: i32) -> f64 {
    let special = match day {
        super::study::PEAK => 1.5,
        // the two ends of the holiday week carry it alone
        70 | 76 => 1.3,
        _ => 1.0,
    };
    special * WEEK_SHAPE.get(usize::try_from(day.rem_euclid(7)).unwrap_or(0)).copied().unwrap_or(1.0)
}

/// How much likelier than usual people of a school that fades come on `day`: most in the week of the
/// peak, a small rise at the beginning of February, then next to nobody (section 4.2).
pub const fn fading(day: i32) -> f64 {
    match day {
        14..=20 => 2.5,
        ..=67 => 1.0,
        68..=70 => 1.5,
        _ => 0.01,
    }
}

const fn habit(monthly: [usize; 3], launch: i32, zeal: f64) -> Habit {
    Habit { monthly, launch, first_day: 0, zeal, teaching: 1.0, drift: 0.1, fades: false }
}
