//! What people reach by a browser: for now the pages behind the links of mails.

mod doors;

pub use doors::{Doors, serve};
