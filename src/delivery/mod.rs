//! Sending what the ledger holds: claim, speak to the channel, write down what it said. Decides nothing, but may withhold.

mod channel;
pub mod folder;
pub mod returned;
pub mod smtp;
mod stop;

pub use channel::{Channel, Delivered, Hold, Route, deliver};
pub use smtp::assembled;
pub use stop::{asked_to_stop, is_asked_to_stop};
