//! Claims about the method: the worked example, what must hold whatever the data, and the built-in sample beside the
//! study that it imitates.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod example;
mod occasions;
mod properties;
mod reference;
mod sample;
mod school;
mod statistics;
