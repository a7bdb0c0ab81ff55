//! Scores of organizations, one row for each of their weeks (METHOD section 5).

use super::facts::minutes;
use super::ruler::{Ruler, enter};
use super::weekly::{PersonWeek, Weekly, month_of};
use crate::calendar::Timeline;
use crate::config::{Blocks, Method};
use crate::intake::Roster;

/// One week of one organization.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationWeek {
    /// Index into the roster's organizations.
    pub organization: usize,
    /// Index into the timeline.
    pub week: usize,
    /// Members.
    pub people: u32,
    /// Active members.
    pub active: u32,
    /// Share of members who were active, 0 to 1.
    pub usage_frequency: f64,
    /// Online minutes per member.
    pub using_time: f64,
    /// Share of the active of a block who stay in the next one or two, 0 to 1; none without two blocks.
    pub maintenance: Option<f64>,
    /// Score of usage frequency and using time, 0 to 100; 0 in a week without activity.
    pub health: f64,
    /// Score of maintenance and size, 0 to 100.
    pub vital: Option<f64>,
    /// Mean of health and vital; health alone while vital is undefined.
    pub effort: f64,
}

impl OrganizationWeek {
    /// Whether the effort of two weeks is made of the same: health alone, or health and vital.
    #[must_use]
    pub fn comparable_effort(&self, other: &Self) -> bool {
        self.vital.is_some() == other.vital.is_some()
    }

    /// The pair that health is made of.
    #[must_use]
    pub fn health_measures(&self, method: &Method) -> (f64, f64) {
        (self.usage_frequency, enter(self.using_time, method.transform))
    }

    /// The pair that vital is made of.
    #[must_use]
    pub fn vital_measures(&self, method: &Method) -> Option<(f64, f64)> {
        Some((self.maintenance?, enter(f64::from(self.people), method.transform)))
    }
}

/// The measures of all weeks of all organizations, not yet scored.
#[must_use]
pub fn measure(roster: &Roster, timeline: &Timeline, weekly: &Weekly, method: &Method) -> Vec<OrganizationWeek> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); roster.organizations.len()];
    for (index, person) in roster.people.iter().enumerate().filter(|(_, p)| p.active && p.role.is_member()) {
        members[person.organization].push(index);
    }
    let months = Months::of(timeline);
    let all = members.iter().enumerate().flat_map(|(organization, members)| {
        let first = weekly.first_week(roster, timeline, organization);
        let own = Own { roster, timeline, weekly, method, months: &months, members, first };
        (first..timeline.len()).filter_map(move |week| own.week(organization, week)).collect::<Vec<_>>()
    });
    all.collect()
}

/// Gives every row its scores.
pub fn score(rows: &mut [OrganizationWeek], ruler: &Ruler, method: &Method) {
    for row in rows {
        let (frequency, time) = row.health_measures(method);
        row.health = if row.active > 0 { ruler.organization_health.score(frequency, time) } else { 0.0 };
        row.vital = row.vital_measures(method).map(|(kept, size)| ruler.organization_vital.score(kept, size));
        row.effort = match row.vital {
            _ if row.active == 0 => 0.0,
            Some(vital) => f64::midpoint(row.health, vital),
            None => row.health,
        };
    }
}

/// One organization while its weeks are measured.
struct Own<'a> {
    roster: &'a Roster,
    timeline: &'a Timeline,
    weekly: &'a Weekly,
    method: &'a Method,
    months: &'a Months,
    members: &'a [usize],
    first: usize,
}

impl Own<'_> {
    fn week(&self, organization: usize, week: usize) -> Option<OrganizationWeek> {
        let dates = self.timeline.weeks()[week];
        let people = self.members.iter().filter(|person| self.roster.people[**person].is_member_in(dates)).count();
        if people == 0 {
            return None;
        }
        let in_week = self.members.iter().filter_map(|person| of_week(self.weekly.of(*person), week));
        let (mut active, mut online) = (0, 0);
        for own in in_week {
            active += u32::from(own.is_active());
            online += own.online;
        }
        let people = u32::try_from(people).unwrap_or(u32::MAX);
        Some(OrganizationWeek {
            organization,
            week,
            people,
            active,
            usage_frequency: f64::from(active) / f64::from(people),
            using_time: minutes(online) / f64::from(people),
            maintenance: self.maintenance(week),
            health: 0.0,
            vital: None,
            effort: 0.0,
        })
    }

    /// The mean share of a block's active members who are active one or two blocks later.
    fn maintenance(&self, week: usize) -> Option<f64> {
        let from = self.first.max((week + 1).saturating_sub(self.method.window_weeks));
        let presence: Vec<u64> = self.members.iter().map(|person| self.blocks_of(*person, from, week)).collect();
        let count = |blocks: u64| presence.iter().filter(|own| **own & blocks == blocks).count();
        let mut shares = Vec::new();
        for block in 1..u64::BITS {
            let all = count(1 << block);
            for lag in (1..=block.min(2)).filter(|_| all > 0) {
                shares.push(ratio(count(1 << block | 1 << (block - lag)), all));
            }
        }
        super::statistics::mean(&shares)
    }

    /// The blocks in which somebody was active, as bits: bit 0 is the block that ends with `week`.
    fn blocks_of(&self, person: usize, from: usize, week: usize) -> u64 {
        let weeks = self.weekly.of(person).iter().filter(|own| own.is_active() && (from..=week).contains(&own.week));
        match self.method.blocks {
            Blocks::Weeks => weeks
                .map(|own| (week - own.week) / BLOCK_WEEKS)
                .filter(|block| from + (block + 1) * BLOCK_WEEKS <= week + 1)
                .fold(0, |bits, block| bits | bit(block)),
            Blocks::Months => weeks
                .flat_map(|own| own.active_months.into_iter().flatten())
                .fold(0, |bits, month| bits | bit(self.months.back_from(week, month))),
        }
    }
}

const BLOCK_WEEKS: usize = 4;

fn bit(block: usize) -> u64 {
    u32::try_from(block).ok().and_then(|block| 1_u64.checked_shl(block)).unwrap_or(0)
}

fn of_week(weeks: &[PersonWeek], week: usize) -> Option<&PersonWeek> {
    weeks.binary_search_by_key(&week, |own| own.week).ok().map(|index| &weeks[index])
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// The calendar months that the school weeks touch, so that a month of holidays is passed over.
struct Months {
    touched: Vec<i32>,
    last_of_week: Vec<i32>,
}

impl Months {
    fn of(timeline: &Timeline) -> Self {
        let mut touched: Vec<i32> = timeline.weeks().iter().flat_map(|week| week.days().map(month_of)).collect();
        touched.sort_unstable();
        touched.dedup();
        Self { touched, last_of_week: timeline.weeks().iter().map(|week| month_of(week.last())).collect() }
    }

    /// How many months lie between a month and that of a week's last day.
    fn back_from(&self, week: usize, month: i32) -> usize {
        let place = |month: i32| self.touched.partition_point(|other| *other < month);
        place(self.last_of_week[week]) - place(month)
    }
}
