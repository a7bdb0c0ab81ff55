//! The study's table: one line for each organization (METHOD section 5, the study's figures 4.17 and 4.18).

use super::OrganizationWeek;
use super::ruler::Line;
use super::statistics::mean;
use crate::calendar::Timeline;
use crate::config::Method;
use crate::intake::Roster;
use std::ops::Range;

/// One organization over the window.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyLine {
    /// Index into the roster's organizations.
    pub organization: usize,
    /// Weeks with members in the window.
    pub weeks: usize,
    /// Mean share of members who were active in a week.
    pub usage_frequency: Option<f64>,
    /// Mean online minutes per member and week.
    pub using_time: Option<f64>,
    /// Maintenance at the report week.
    pub maintenance: Option<f64>,
    /// Members at the report week.
    pub size: usize,
    /// Score of frequency and time among the organizations.
    pub health: Option<f64>,
    /// Score of maintenance and size among the organizations.
    pub vital: Option<f64>,
}

impl StudyLine {
    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    fn vital_measures(&self) -> Option<(f64, f64)> {
        Some((self.maintenance?, self.size as f64))
    }
}

/// The table, in order of organization.
#[must_use]
pub fn table(
    roster: &Roster,
    rows: &[OrganizationWeek],
    timeline: &Timeline,
    window: &Range<usize>,
    method: &Method,
) -> Vec<StudyLine> {
    let organizations = 0..roster.organizations.len();
    let mut lines: Vec<StudyLine> = organizations.filter_map(|org| line(roster, rows, timeline, window, org)).collect();
    let health = |line: &StudyLine| Some((line.usage_frequency?, line.using_time?));
    let of_health = Line::fit(&lines.iter().filter_map(health).collect::<Vec<_>>(), method.scale);
    let of_vital = Line::fit(&lines.iter().filter_map(StudyLine::vital_measures).collect::<Vec<_>>(), method.scale);
    for line in &mut lines {
        line.health = health(line).map(|(frequency, time)| of_health.score(frequency, time));
        line.vital = line.vital_measures().map(|(maintenance, size)| of_vital.score(maintenance, size));
    }
    lines
}

fn line(
    roster: &Roster,
    rows: &[OrganizationWeek],
    timeline: &Timeline,
    window: &Range<usize>,
    organization: usize,
) -> Option<StudyLine> {
    let report = *timeline.weeks().last()?;
    let size = roster.members_in(organization, report).count();
    let from = rows.partition_point(|row| row.organization < organization);
    let own = rows[from..].iter().take_while(|row| row.organization == organization);
    let own: Vec<&OrganizationWeek> = own.filter(|row| window.contains(&row.week)).collect();
    let at_report = own.iter().find(|row| row.week + 1 == timeline.len());
    (size > 0).then(|| StudyLine {
        organization,
        weeks: own.len(),
        usage_frequency: mean(&own.iter().map(|row| row.usage_frequency).collect::<Vec<_>>()),
        using_time: mean(&own.iter().map(|row| row.using_time).collect::<Vec<_>>()),
        maintenance: at_report.and_then(|row| row.maintenance),
        size,
        health: None,
        vital: None,
    })
}
