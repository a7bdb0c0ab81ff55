//! Right and wrong answers: by organization, subject and day (METHOD sections 8 and 9), and how hard each question is
//! (section 7).

use super::moments::Moments;
use crate::intake::{Order, Roster};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, HashMap};

/// A student with fewer answers tells nothing of progress or of a correct rate (METHOD sections 7 and 8).
pub const FEWEST_ANSWERS: u32 = 5;

/// A count of answers and the right ones among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    /// All.
    pub all: u32,
    /// Right ones.
    pub correct: u32,
}

impl Answers {
    fn add(&mut self, correct: bool) {
        self.all += 1;
        self.correct += u32::from(correct);
    }

    /// Adds others.
    pub fn merge(&mut self, other: Self) {
        self.all += other.all;
        self.correct += other.correct;
    }

    /// The share of right ones, 0 to 1; none without answers.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        (self.all > 0).then(|| f64::from(self.correct) / f64::from(self.all))
    }
}

/// The answers of the window.
#[derive(Debug, Default)]
pub struct Practice {
    /// Members' answers by organization, subject and day of the window.
    pub by_day: HashMap<(usize, u16, usize), Answers, RandomState>,
    /// Everybody's answers by question: the number that activity gives it.
    pub by_question: Vec<Answers>,
    /// Members' answers of the report week by person and subject.
    pub report_week: BTreeMap<(usize, u16), Answers>,
}

impl Practice {
    /// Counts the answers.
    #[must_use]
    pub fn count(moments: &Moments<'_>, roster: &Roster, report_week: usize) -> Self {
        let mut by_day: HashMap<(usize, u16, usize), Answers, RandomState> = HashMap::default();
        let mut by_question: Vec<Answers> = Vec::new();
        let mut this_week: BTreeMap<(usize, u16), Answers> = BTreeMap::new();
        for (person, moments) in moments.by_person() {
            let organization = roster.people.get(person).map(|known| known.organization);
            for moment in moments.filter(|moment| moment.action.order == Order::Answer) {
                let (question, correct) = (moment.action.thing as usize, moment.action.correct);
                if by_question.len() <= question {
                    by_question.resize(question + 1, Answers::default());
                }
                by_question[question].add(correct);
                if let Some(organization) = organization.filter(|_| moment.member) {
                    by_day.entry((organization, moment.action.subject, moment.day)).or_default().add(correct);
                    if moment.week == report_week {
                        this_week.entry((person, moment.action.subject)).or_default().add(correct);
                    }
                }
            }
        }
        Self { by_day, by_question, report_week: this_week }
    }
}

/// Whose answers, and in what: an organization (none: all) and a subject (none: all).
pub type Of = (Option<usize>, Option<u16>);

/// Sums answers by period for each organization, each subject, and all; `period` numbers the days of the window. Answers
/// without a subject (`unnamed`) count in all subjects only.
#[must_use]
pub fn by_period(
    practice: &Practice,
    unnamed: Option<u16>,
    periods: usize,
    period: impl Fn(usize) -> Option<usize>,
) -> BTreeMap<Of, Vec<Answers>> {
    let mut sums: BTreeMap<Of, Vec<Answers>> = BTreeMap::new();
    for ((organization, subject, day), answers) in &practice.by_day {
        let Some(period) = period(*day) else { continue };
        let subjects = || [None].into_iter().chain(Some(Some(*subject)).filter(|_| Some(*subject) != unnamed));
        for of in [None, Some(*organization)].into_iter().flat_map(|own| subjects().map(move |subject| (own, subject)))
        {
            let own = sums.entry(of).or_insert_with(|| vec![Answers::default(); periods]);
            own[period].merge(*answers);
        }
    }
    sums
}
