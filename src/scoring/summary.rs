//! Figures about the whole, for administrators and the exported `summary` table (METHOD section 10).

use super::rhythm::{Cycle, cycle, first_whole_week};
use super::{Inputs, Praise, Scores, above, chance};
use crate::calendar::zone::local_day;

/// Figures about the whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// The cycle of weekly active members, if there is one.
    pub cycle: Option<Cycle>,
    /// Student-weeks in the window.
    pub student_weeks: usize,
    /// Rewards among them.
    pub rewards: usize,
    /// The share of rewards if weeks were exchangeable.
    pub chance_rate: Option<f64>,
    /// People on the roster.
    pub roster_people: usize,
    /// Rows, up to the end of the report week, of people who are not on the roster.
    pub unknown_people: usize,
    /// Rows, up to the end of the report week, that repeat another.
    pub duplicates: usize,
    /// Share of organizations with a health above 50 in the study's table.
    pub health_above_50: Option<f64>,
    /// Share of organizations with a vital above 50 in the study's table.
    pub vital_above_50: Option<f64>,
}

impl Summary {
    /// The share of the window's student-weeks that earned a reward.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    pub fn reward_share(&self) -> Option<f64> {
        (self.student_weeks > 0).then(|| self.rewards as f64 / self.student_weeks as f64)
    }
}

/// The figures of a report week.
#[must_use]
pub fn of(inputs: &Inputs<'_>, scores: &Scores) -> Summary {
    let Inputs { roster, activity, zone, method, first_day, .. } = *inputs;
    let in_window = || scores.students.iter().filter(|row| scores.window.contains(&row.week));
    let last = scores.report_week().map(crate::calendar::Week::last);
    let so_far = |person: u32, time: i64| Some(local_day(time, roster.zone_of(person, zone))) <= last;
    let known = activity.actions.partition_point(|action| (action.person as usize) < roster.people.len());
    let strangers = activity.actions[known..].iter().filter(|action| so_far(action.person, action.time));
    let comparable = scores.window.start.max(first_whole_week(&scores.timeline, first_day))..scores.window.end;
    Summary {
        cycle: cycle(&scores.active[comparable]),
        student_weeks: in_window().count(),
        rewards: in_window().filter(|row| row.notice == Some(Praise::Reward)).count(),
        chance_rate: chance::rate(&scores.students, &scores.window, method),
        roster_people: roster.people.len(),
        unknown_people: strangers.count(),
        duplicates: activity.duplicates.iter().filter(|(person, time)| so_far(*person, *time)).count(),
        health_above_50: share_above_50(scores.study.iter().filter_map(|line| line.health)),
        vital_above_50: share_above_50(scores.study.iter().filter_map(|line| line.vital)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn share_above_50(scores: impl Iterator<Item = f64>) -> Option<f64> {
    let scores: Vec<f64> = scores.collect();
    let above = scores.iter().filter(|score| above(**score, 50.0)).count();
    (!scores.is_empty()).then(|| above as f64 / scores.len() as f64)
}
