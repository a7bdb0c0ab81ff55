//! What people reach by a browser: the pages behind the links of mails, and how the program itself does.

mod doors;
mod monitor;

pub use doors::{Doors, Pages};
pub use monitor::Monitor;
