//! When the next message may leave: messages in a minute, messages in a minute to a domain, mails to one address a minute
//! apart, the send window, and the hours in which nobody is written to.

use crate::calendar::{Zone, zone};
use crate::config::{Hours, Smtp};
use chrono::{DateTime, Duration, NaiveTime, TimeZone, Utc};
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};

/// How far apart two mails to one address are at the least.
pub const APART: Duration = Duration::minutes(1);

/// A message that waits, in as few bytes as may be: a platform has a hundred thousand.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Its number in the ledger.
    pub number: i64,
    /// The place of its kind among those that are delivered.
    pub rank: usize,
    /// A hash of its address.
    pub address: u64,
    /// A hash of its domain.
    pub domain: u64,
    /// The zone of its recipient's organization.
    pub zone: Zone,
    /// Whether an administrator gets it.
    pub to_administrator: bool,
    /// When it may be tried.
    pub due: Option<DateTime<Utc>>,
}

/// The limits, and what left lately.
pub struct Pace {
    per_minute: Option<usize>,
    per_domain: Option<usize>,
    apart: bool,
    window: Option<(Hours, Zone)>,
    quiet: Option<Hours>,
    left: VecDeque<DateTime<Utc>>,
    left_to_domain: HashMap<u64, VecDeque<DateTime<Utc>>>,
    left_to_address: HashMap<u64, DateTime<Utc>>,
}

impl Pace {
    /// The limits of a config. `apart` is false where all mails go to one address on purpose.
    #[must_use]
    pub fn new(smtp: &Smtp, zone: Zone, apart: bool) -> Self {
        Self {
            per_minute: smtp.per_minute,
            per_domain: smtp.per_domain_per_minute,
            apart,
            window: smtp.send_window.map(|hours| (hours, zone)),
            quiet: smtp.quiet_hours,
            left: VecDeque::new(),
            left_to_domain: HashMap::new(),
            left_to_address: HashMap::new(),
        }
    }

    /// The first instant from `now` on at which a message may leave, as far as is known now.
    #[must_use]
    pub fn free_at(&self, item: &Item, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut at = item.due.map_or(now, |due| due.max(now));
        at = at.max(limited(self.per_minute, &self.left, now));
        if let Some(left) = self.left_to_domain.get(&item.domain) {
            at = at.max(limited(self.per_domain, left, now));
        }
        if let Some(last) = self.left_to_address.get(&item.address).filter(|last| self.apart && **last <= now) {
            at = at.max(*last + APART);
        }
        if let Some((window, zone)) = self.window {
            at = opens(at, zone, |time| window.contain(time), window.from);
        }
        if let Some(quiet) = self.quiet.filter(|_| !item.to_administrator) {
            at = opens(at, item.zone, |time| !quiet.contain(time), quiet.to);
        }
        at
    }

    /// A message leaves now.
    pub fn leaves(&mut self, address: u64, domain: u64, now: DateTime<Utc>) {
        let remember = |left: &mut VecDeque<DateTime<Utc>>, limit: usize| {
            left.push_back(now);
            if left.len() > limit {
                left.pop_front();
            }
        };
        if let Some(limit) = self.per_minute {
            remember(&mut self.left, limit);
        }
        if let Some(limit) = self.per_domain {
            remember(self.left_to_domain.entry(domain).or_default(), limit);
        }
        if self.apart {
            self.left_to_address.insert(address, now);
            // Whoever got a mail longer ago than it matters is forgotten, now and then.
            if self.left_to_address.len().is_multiple_of(4096) {
                self.left_to_address.retain(|_, last| *last > now - APART);
            }
        }
    }

    /// A message that left did not arrive, so another may go to its address.
    pub fn came_to_nothing(&mut self, address: u64) {
        self.left_to_address.remove(&address);
    }
}

/// When a limit lets the next one through. What left at a later time than now left by a clock that was wrong.
fn limited(limit: Option<usize>, left: &VecDeque<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let full = limit.filter(|limit| left.len() >= *limit);
    let first = full.and_then(|limit| left.get(left.len() - limit)).filter(|first| **first <= now);
    first.map_or(now, |first| *first + Duration::minutes(1))
}

/// The first instant from `at` on at which a time of day is allowed; `opening` is when allowed hours begin.
fn opens(at: DateTime<Utc>, own: Zone, allowed: impl Fn(NaiveTime) -> bool, opening: NaiveTime) -> DateTime<Utc> {
    if allowed(at.with_timezone(&own).time()) {
        return at;
    }
    let today = at.with_timezone(&own).date_naive();
    let openings = today.iter_days().take(3).map(|day| {
        let local = day.and_time(opening);
        let offset = Duration::seconds(zone::offset_of_local(own, local));
        Utc.from_utc_datetime(&local) - offset
    });
    openings.into_iter().find(|opening| *opening > at).unwrap_or(at)
}

/// The hashes of an address and of its domain; capital letters make no difference.
#[must_use]
pub fn hashes(address: &str) -> (u64, u64) {
    let hash = |text: &str| {
        let mut hasher = std::hash::DefaultHasher::new();
        text.to_lowercase().hash(&mut hasher);
        hasher.finish()
    };
    (hash(address), hash(address.rsplit_once('@').map_or("", |(_, domain)| domain)))
}

/// How long a message is put off after a try: the config's delays, the last one for all further tries, each a quarter
/// shorter or longer by the message's number, so that what failed together does not come back together.
#[must_use]
pub fn delay(retry: &[std::time::Duration], attempts: u32, number: i64) -> Duration {
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX).min(retry.len().saturating_sub(1));
    let whole = retry.get(step).map_or(60_000, |delay| i64::try_from(delay.as_millis()).unwrap_or(i64::MAX / 4));
    let mut hasher = std::hash::DefaultHasher::new();
    (number, attempts).hash(&mut hasher);
    let spread = i64::try_from(hasher.finish() % 501).unwrap_or_default() - 250;
    Duration::milliseconds(whole + whole / 1000 * spread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours(text: &str) -> Hours {
        Hours::parse(text).unwrap()
    }

    #[test]
    fn a_window_opens_at_its_local_hour_also_when_the_clocks_change() {
        let window = hours("06:00-20:00");
        let opens_at = |now: &str| opens(at(now), Berlin, |time| window.contain(time), window.from);
        assert_eq!(opens_at("2026-03-28T12:00:00Z"), at("2026-03-28T12:00:00Z"), "inside");
        assert_eq!(opens_at("2026-03-28T22:00:00Z"), at("2026-03-29T04:00:00Z"), "summer time has begun");
        assert_eq!(opens_at("2026-10-24T22:00:00Z"), at("2026-10-25T05:00:00Z"), "and has ended");
    }

    #[test]
    fn quiet_hours_run_over_midnight() {
        let quiet = hours("21:00-06:30");
        let free_at = |now: &str| opens(at(now), Berlin, |time| !quiet.contain(time), quiet.to);
        assert_eq!(free_at("2026-01-10T20:00:00Z"), at("2026-01-11T05:30:00Z"));
        assert_eq!(free_at("2026-01-11T02:00:00Z"), at("2026-01-11T05:30:00Z"));
        assert_eq!(free_at("2026-01-11T05:30:00Z"), at("2026-01-11T05:30:00Z"));
    }

    #[test]
    fn a_limit_lets_so_many_through_in_any_minute() {
        let mut left = VecDeque::new();
        let now = at("2026-01-10T10:00:00Z");
        for second in 0..3 {
            assert_eq!(limited(Some(3), &left, now + Duration::seconds(second)), now + Duration::seconds(second));
            left.push_back(now + Duration::seconds(second));
        }
        let later = now + Duration::seconds(3);
        assert_eq!(limited(Some(3), &left, later), now + Duration::minutes(1));
        assert_eq!(limited(Some(3), &left, now - Duration::hours(1)), now - Duration::hours(1), "a clock set back");
    }

    #[test]
    fn delays_grow_and_differ_from_message_to_message_by_a_quarter_at_most() {
        let retry = [60, 300, 900].map(std::time::Duration::from_secs);
        for (attempts, minutes) in [(1, 1), (2, 5), (3, 15), (9, 15)] {
            let delays: Vec<i64> = (0..200).map(|number| delay(&retry, attempts, number).num_milliseconds()).collect();
            let whole = minutes * 60_000;
            assert!(delays.iter().all(|delay| (whole * 3 / 4..=whole * 5 / 4).contains(delay)), "{delays:?}");
            assert!(delays.iter().max() > delays.iter().min());
        }
    }
}
