//! What a run is about: which kinds of notice, for which audiences, at the organizations of which zones.
//!
//! A run by hand is about all schedules. A run for an occasion is about its schedule alone, at the organizations where it is
//! that time; the others wait for theirs, and nothing of theirs is planned, printed or withdrawn.

use crate::calendar::Zone;
use crate::config::{Audience, Config, Kind, Schedule};
use chrono::{DateTime, Utc};

/// A schedule, at all organizations or at those of one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    kind: Kind,
    to: Vec<Audience>,
    zone: Option<Zone>,
    since: Option<DateTime<Utc>>,
}

/// What a run is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    parts: Vec<Part>,
    is_one_kind: bool,
}

const FAMILY: [Kind; 3] = [Kind::Reward, Kind::WelcomeBack, Kind::Steady];

impl Scope {
    /// All that config schedules, or one kind of it.
    #[must_use]
    pub fn whole(config: &Config, only: Option<Kind>) -> Self {
        let mut scope = Self { is_one_kind: only.is_some(), ..Self::default() };
        for schedule in config.schedules.iter().filter(|schedule| only.is_none_or(|only| only == schedule.notice)) {
            scope.parts.push(Part { kind: schedule.notice, to: schedule.to.clone(), zone: None, since: None });
        }
        scope
    }

    /// Nothing yet, of all kinds or of one.
    #[must_use]
    pub fn of_kinds(only: Option<Kind>) -> Self {
        Self { parts: Vec::new(), is_one_kind: only.is_some() }
    }

    /// The same and a schedule whose occasion it is in a zone. `since`: from when on its messages age; none: from the run on.
    #[must_use]
    pub fn and(mut self, schedule: &Schedule, zone: Zone, since: Option<DateTime<Utc>>) -> Self {
        self.parts.push(Part { kind: schedule.notice, to: schedule.to.clone(), zone: Some(zone), since });
        self
    }

    /// Whether the run is about a kind for an audience at organizations of a zone. Invitations go with what guardians get.
    #[must_use]
    pub fn holds(&self, kind: Kind, audience: Audience, zone: Zone) -> bool {
        if kind == Kind::Invitation {
            return !self.is_one_kind && FAMILY.iter().any(|kind| self.part(*kind, audience, zone).is_some());
        }
        self.part(kind, audience, zone).is_some()
    }

    /// From when on messages age; none: from the run on.
    #[must_use]
    pub fn since(&self, kind: Kind, audience: Audience, zone: Zone) -> Option<DateTime<Utc>> {
        self.part(kind, audience, zone)?.since
    }

    /// Whether the run is about a kind anywhere.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.parts.iter().any(|part| part.kind == kind)
    }

    /// Whether somebody asked for one kind alone.
    #[must_use]
    pub fn is_one_kind(&self) -> bool {
        self.is_one_kind
    }

    /// Whether the run only tells how things stand.
    #[must_use]
    pub fn only_tells(&self) -> bool {
        self.parts.iter().all(|part| part.kind == Kind::Digest)
    }

    fn part(&self, kind: Kind, audience: Audience, zone: Zone) -> Option<&Part> {
        let fits =
            |part: &&Part| part.kind == kind && part.to.contains(&audience) && part.zone.is_none_or(|own| own == zone);
        self.parts.iter().find(fits)
    }
}
