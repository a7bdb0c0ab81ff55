//! What was decided and what became of it. Deciding and sending meet only here.
//!
//! A message's key says what it is for whom; its row holds the state, and its bytes lie beside it. The ledger knows nothing
//! of servers or of how a report is made. It is one SQLite file in the state folder, owned by one process at a time through
//! a file lock that dies with the process; looking at it needs no lock and changes nothing, and small changes beside a run
//! (an answer of a guardian, a message taken back) need none either.

mod claim;
mod count;
mod door;
mod marks;
mod message;
mod occasion;
mod outbox;
mod plan;
pub mod receipt;
mod retention;
mod schema;
mod store;
mod suppression;

pub use claim::{Claimed, Settled, Terms, Waiting};
pub use count::Count;
pub use door::Opened;
pub use marks::Marks;
pub use message::{Cause, Key, Link, Message, Past, Purpose, State, Tally};
pub use occasion::{Settlement, Watched};
pub use outbox::{Choice, Entry};
pub use retention::Kept;
pub use store::{Known, Ledger, RunRecord};
pub(crate) use suppression::stamp;
pub use suppression::{Answer, Bar, Contacts, Suppression};
