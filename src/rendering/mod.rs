//! A notice as bytes: a report is written, its charts are drawn, it is typeset, and a mail is composed around it.
//!
//! Equal reports give equal bytes. Text from data is a value everywhere, never markup.

pub mod alarm;
mod charts;
mod class_answers;
mod dates;
pub mod digest;
mod family;
pub mod fonts;
pub mod invitation;
mod letter;
pub mod mail;
mod names;
pub mod post;
mod press;
pub mod report;
mod standing;
pub mod study;
mod teacher;
pub mod templates;
mod typesetter;
mod words;
mod writer;

pub use crate::hash::Digest;
pub use mail::Mailer;
pub use names::Names;
pub use post::Post;
pub use press::{Group, Press, Printed};
pub use templates::Templates;
pub use typesetter::{Manuscript, Typesetter};
pub use words::Words;
pub use writer::{Days, Writer};
