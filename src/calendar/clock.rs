//! The one source of time. Whoever needs the time is given an instant; only `main` asks a clock.

use chrono::{DateTime, Utc};

/// Where the time comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// An instant that never passes, for tests and for runs that must be repeated byte for byte.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The time by this clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Fixed(instant) => *instant,
        }
    }
}
