//! Sending what the ledger holds: claim, speak to the channel, write down what it said. Decides nothing.

mod deliver;
pub mod folder;

pub use deliver::{Delivered, Route, deliver};
