//! What was decided and what became of it. Deciding and sending meet only here.
//!
//! A message's key says what it is for whom; its row holds the bytes and the state. The ledger knows nothing of channels
//! or of how a report is made. It is one SQLite file in the state folder, owned by one process at a time through a file
//! lock that dies with the process; looking at it needs no lock and changes nothing.

mod claim;
mod message;
mod plan;
mod store;

pub use message::{Key, Message, State, Tally};
pub use store::{Known, Ledger, RunRecord};
