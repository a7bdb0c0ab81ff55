//! Claims about the program as its users meet it: command lines, files, mails, PDFs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod config;
mod docs;
mod doors;
mod inputs;
mod kills;
mod ledger;
mod mailing;
mod outbox;
mod pace;
mod postfix;
mod privacy;
mod refusals;
mod school;
mod server;
mod study;
mod week;
