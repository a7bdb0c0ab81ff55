//! What the study computes beyond scores: learning outcomes, trends, relations and rhythm over the window (METHOD sections
//! 7 to 9).

use super::activation::{self, Activation};
use super::answers::{self, Answers, Of, Practice};
use super::hours::{self, Hour};
use super::moments::{Moments, WindowDays};
use super::progress::{self, OrganizationProgress, Progress};
use super::relations::{self, Learner, Relation};
use super::rhythm::{self, Valley};
use super::trends::{self, Pair, Trend};
use super::usage::Usage;
use super::{Inputs, Scores};
use crate::calendar::Week;
use crate::calendar::zone::local_day;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Everything about the window that is no score.
#[derive(Debug)]
pub struct Analysis {
    /// The window's days.
    pub days: WindowDays,
    /// The window's weeks.
    pub weeks: Vec<Week>,
    /// The first local day of all the data.
    pub first_day: Option<NaiveDate>,
    /// The last day of all the data, in the general zone.
    pub last_day: Option<NaiveDate>,
    /// Active members, log ins and time.
    pub usage: Usage,
    /// The hours in which anything was done.
    pub hours: Vec<Hour>,
    /// Members' answers by day of the window, for each organization, subject and all.
    pub daily_answers: BTreeMap<Of, Vec<Answers>>,
    /// The same by week of the window.
    pub weekly_answers: BTreeMap<Of, Vec<Answers>>,
    /// Members' answers of the report week by person and subject.
    pub report_week: BTreeMap<(usize, u16), Answers>,
    /// Students' progress, in order of person.
    pub progress: Vec<Progress>,
    /// Organizations' progress.
    pub organization_progress: Vec<OrganizationProgress>,
    /// Trends of correct rates.
    pub trends: Vec<Trend>,
    /// How subjects move against each other.
    pub pairs: Vec<Pair>,
    /// Students' correct rates and minutes, in order of person.
    pub learners: Vec<Learner>,
    /// How correct rate and time belong together.
    pub relations: Vec<Relation>,
    /// Days from opening to activation.
    pub activation: Vec<Activation>,
    /// Weeks in which far fewer were active.
    pub valleys: Vec<Valley>,
}

/// Analyses the window of these scores.
#[must_use]
pub fn analyze(inputs: &Inputs<'_>, scores: &Scores) -> Analysis {
    let Inputs { roster, activity, facts, timeline, first_day, zone, .. } = *inputs;
    let window = scores.window.clone();
    let weeks = timeline.weeks()[window.clone()].to_vec();
    let days = WindowDays::of(timeline, &window);
    let moments = Moments::new(inputs, window.clone(), &days);
    let practice = Practice::count(&moments, roster, weeks.len().saturating_sub(1));
    let unnamed = activity.subjects.iter().position(String::is_empty).and_then(|place| u16::try_from(place).ok());
    let week = |day: usize| Some(days.place(days.date(day))?.1);
    let weekly_answers = answers::by_period(&practice, unnamed, weeks.len(), week);
    let progress = progress::of_students(&moments, roster, &practice.by_question);
    let daily_answers = answers::by_period(&practice, unnamed, days.len(), Some);
    let learners = relations::learners(roster, &scores.weekly, &window);
    let last_day = scores.report_week().map_or(NaiveDate::MIN, Week::last);
    Analysis {
        usage: Usage::count(facts, roster, &days, weeks.len(), scores.active_by),
        hours: hours::count(&moments, roster),
        daily_answers,
        trends: trends::of(&weekly_answers, &weeks),
        pairs: trends::pairs(&weekly_answers),
        organization_progress: progress::of_organizations(&progress, roster),
        relations: relations::of(&learners, roster),
        activation: activation::of(roster, facts, first_day, last_day),
        valleys: rhythm::valleys(&scores.active, rhythm::first_whole_week(timeline, first_day), &window),
        days,
        weeks,
        first_day,
        last_day: activity.span().map(|(_, last)| local_day(last, zone)),
        weekly_answers,
        report_week: practice.report_week,
        progress,
        learners,
    }
}
