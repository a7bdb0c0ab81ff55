//! Claims about the program as its users meet it: command lines, files, mails, PDFs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod config;
mod docs;
mod inputs;
mod ledger;
mod mailing;
mod outbox;
mod school;
mod server;
mod study;
mod week;
