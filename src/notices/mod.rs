//! Who hears what, and why; or why not. Pure: no I/O, no clock.
//!
//! [`audience`] says who may hear of whom, [`decide`] says who does this week, [`Scope`] what a run is about.

pub mod audience;
mod decide;
pub mod explain;
mod scope;

pub use decide::{Content, Decisions, Grounds, Invited, Notice, Skip, SkipReason, decide, is_usable};
pub use scope::Scope;
