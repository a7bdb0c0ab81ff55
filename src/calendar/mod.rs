//! Time as a school sees it: weeks, terms, holidays, and the local clock.
//!
//! Everything here is a function of its arguments; only [`clock`] knows what time it is.

pub mod clock;
pub mod school;
pub mod timeline;
pub mod week;
pub mod zone;

pub use school::{DateRange, SchoolCalendar, Term};
pub use timeline::Timeline;
pub use week::Week;
pub use zone::Zone;
