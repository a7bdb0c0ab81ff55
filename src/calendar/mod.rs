//! Time as a school sees it: weeks, terms, holidays, and the local clock.
//!
//! Everything here is a function of its arguments; only [`clock`] knows what time it is.

pub mod clock;
pub mod icalendar;
pub mod occasion;
pub mod school;
pub mod timeline;
pub mod week;
pub mod when;
pub mod zone;

pub use occasion::{Due, Look, Missed, Occasion, Passed, Rest, Rule, Watch};
pub use school::{DateRange, SchoolCalendar, Term, join};
pub use timeline::Timeline;
pub use week::Week;
pub use when::When;
pub use zone::Zone;
