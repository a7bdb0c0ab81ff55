//! The one source of time. Whoever needs the time is given an instant, or a clock where time passes while it works.

use chrono::{DateTime, Duration, Utc};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// An instant that never passes, for runs that must be repeated byte for byte.
    Fixed(DateTime<Utc>),
    /// A time that passes only when somebody waits for it, or when it is set, for tests of hours in no time.
    Stepped(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that passes only when somebody waits.
    #[must_use]
    pub fn stepped(from: DateTime<Utc>) -> Self {
        Self::Stepped(Arc::new(Mutex::new(from)))
    }

    /// The time by this clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Fixed(instant) => *instant,
            Self::Stepped(instant) => *instant.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Waits until an instant. A fixed clock never gets there, so it does not wait.
    pub async fn wait_until(&self, instant: DateTime<Utc>) {
        match self {
            Self::System => {
                let left = (instant - self.now()).max(Duration::zero());
                tokio::time::sleep(left.to_std().unwrap_or_default()).await;
            }
            Self::Fixed(_) => {}
            Self::Stepped(now) => {
                let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
                *now = instant.max(*now);
            }
        }
    }

    /// Sets a stepped clock; others go on as they do.
    pub fn set(&self, instant: DateTime<Utc>) {
        if let Self::Stepped(now) = self {
            *now.lock().unwrap_or_else(PoisonError::into_inner) = instant;
        }
    }
}
