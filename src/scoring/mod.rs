//! The method: from activity to effort scores (docs/method.md; METHOD sections 2 to 9 and 12).
//!
//! Pure: no I/O, no clock. [`facts`] works on frames, since there the data are big; after it they are small, and
//! everything is plain rows in a fixed order, so that equal inputs give equal bits.

pub mod activation;
pub mod analysis;
pub mod answers;
pub mod chance;
pub mod conditions;
pub mod facts;
pub mod hours;
pub mod inactive;
pub mod moments;
pub mod organizations;
pub mod progress;
pub mod relations;
pub mod rhythm;
pub mod ruler;
pub mod statistics;
pub mod students;
pub mod study;
pub mod summary;
pub mod tables;
pub mod trends;
pub mod usage;
pub mod weekly;

pub use analysis::{Analysis, analyze};
pub use facts::Fact;
pub use inactive::Inactive;
pub use organizations::OrganizationWeek;
pub use ruler::Ruler;
pub use students::{Praise, StudentWeek};
pub use study::StudyLine;
pub use summary::Summary;

use crate::calendar::zone::{end_of, local_day};
use crate::calendar::{Timeline, Week, Zone};
use crate::config::{ActiveBy, Method, RulerKind};
use crate::intake::{Activity, Roster};
use chrono::NaiveDate;
use std::ops::Range;
use weekly::Weekly;

/// What scores are computed from.
pub struct Inputs<'a> {
    /// Who there is.
    pub roster: &'a Roster,
    /// What they did.
    pub activity: &'a Activity,
    /// Members' days, in order of person and day.
    pub facts: &'a [Fact],
    /// The zone of organizations without one of their own.
    pub zone: Zone,
    /// How.
    pub method: &'a Method,
    /// School weeks, the last of which is the report week.
    pub timeline: &'a Timeline,
    /// The first local day of all the data, of anybody.
    pub first_day: Option<NaiveDate>,
    /// The ruler that was kept for the report week's term, if one was.
    pub kept_ruler: Option<&'a Ruler>,
}

/// Everything that a report week's scores are.
#[derive(Debug)]
pub struct Scores {
    /// School weeks up to the report week.
    pub timeline: Timeline,
    /// The weeks of the window, as indexes into the timeline.
    pub window: Range<usize>,
    /// Means and deviations that the scores were made with.
    pub ruler: Ruler,
    /// Weeks of the window with activity.
    pub weeks_with_activity: usize,
    /// Whether there are enough of them for scores to be told.
    pub told: bool,
    /// Whether log ins were asked for, but the data have none.
    pub login_fallback: bool,
    /// What makes a day active, in these data.
    pub active_by: ActiveBy,
    /// What each member did in each week.
    pub weekly: Weekly,
    /// One for each week of an organization, in order of organization and week.
    pub organizations: Vec<OrganizationWeek>,
    /// One for each week of a student, in order of person and week, from before the window on.
    pub students: Vec<StudentWeek>,
    /// The study's table.
    pub study: Vec<StudyLine>,
    /// Members who have gone quiet.
    pub inactive: Vec<Inactive>,
    /// Active members of all organizations in each week of the timeline.
    pub active: Vec<u32>,
    /// Figures about the whole.
    pub summary: Summary,
}

impl Scores {
    /// The report week.
    #[must_use]
    pub fn report_week(&self) -> Option<Week> {
        self.timeline.weeks().last().copied()
    }

    /// One student's weeks, oldest first.
    #[must_use]
    pub fn of_student(&self, person: usize) -> &[StudentWeek] {
        let from = self.students.partition_point(|row| row.student < person);
        let to = self.students.partition_point(|row| row.student <= person);
        &self.students[from..to]
    }

    /// One organization's weeks, oldest first.
    #[must_use]
    pub fn of_organization(&self, organization: usize) -> &[OrganizationWeek] {
        let from = self.organizations.partition_point(|row| row.organization < organization);
        let to = self.organizations.partition_point(|row| row.organization <= organization);
        &self.organizations[from..to]
    }
}

/// How many weeks with activity the window must hold before scores are told.
const WEEKS_BEFORE_SCORES: usize = 4;

/// Computes all scores of the timeline's last week.
#[must_use]
pub fn score(inputs: &Inputs<'_>) -> Scores {
    let Inputs { roster, method, timeline, .. } = *inputs;
    let end = timeline.weeks().last().map_or(i64::MIN, |week| end_of(*week, inputs.zone).timestamp_micros());
    let login_fallback = method.active_by == ActiveBy::Login && !facts::has_log_ins(inputs.activity, end);
    let active_by = if login_fallback { ActiveBy::Action } else { method.active_by };
    let weekly = Weekly::tally(inputs.facts, roster, timeline, active_by);
    let window = timeline.window(method.window_weeks);

    let mut organizations = organizations::measure(roster, timeline, &weekly, method);
    let mut students = students::measure(roster, timeline, &weekly);
    let window_ruler = ruler::fit(&organizations, &students, &ruler_weeks(timeline, method, &window), method);
    let ruler = match (method.ruler, inputs.kept_ruler) {
        (RulerKind::Term, Some(kept)) => kept.clone(),
        _ => window_ruler,
    };
    organizations::score(&mut organizations, &ruler, method);
    students::score(&mut students, &ruler, method);

    let study = study::table(roster, &organizations, timeline, &window, method);
    let inactive = inactive::list(roster, inputs.facts, &weekly, timeline, method);
    let active = rhythm::active(&weekly, timeline);
    let with_activity = active[window.clone()].iter().filter(|count| **count > 0).count();
    let mut scores = Scores {
        timeline: timeline.clone(),
        window,
        ruler,
        weeks_with_activity: with_activity,
        told: with_activity >= WEEKS_BEFORE_SCORES,
        login_fallback,
        active_by,
        weekly,
        organizations,
        students,
        study,
        inactive,
        active,
        summary: Summary::default(),
    };
    scores.summary = summary::of(inputs, &scores);
    scores
}

/// The weeks whose rows make the ruler.
fn ruler_weeks(timeline: &Timeline, method: &Method, window: &Range<usize>) -> Vec<bool> {
    match (&method.ruler_dates, method.ruler) {
        (Some(dates), RulerKind::Fixed) => {
            let within = |week: &Week| dates.from <= week.first() && week.last() <= dates.to;
            timeline.weeks().iter().map(within).collect()
        }
        _ => (0..timeline.len()).map(|index| window.contains(&index)).collect(),
    }
}

/// The first local day of all the data, of anybody: an action's day in its person's organization's zone.
#[must_use]
pub fn first_day(activity: &Activity, roster: &Roster, zone: Zone) -> Option<NaiveDate> {
    let days = activity.actions.chunk_by(|a, b| a.person == b.person).filter_map(|own| {
        let first = own.first()?;
        Some(local_day(first.time, roster.zone_of(first.person, zone)))
    });
    days.min()
}

/// Whether two scores are so near that they count as equal, and if not, whether `a` is the larger (METHOD section 4).
#[must_use]
pub fn above(a: f64, b: f64) -> bool {
    a > b + SCORE_TOLERANCE
}

/// Whether `a` is at least `b`, to the same tolerance.
#[must_use]
pub fn at_least(a: f64, b: f64) -> bool {
    a >= b - SCORE_TOLERANCE
}

const SCORE_TOLERANCE: f64 = 1e-9;
