//! Claims about the program as its users meet it: command lines, files, mails, PDFs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calendars;
mod config;
mod deploying;
mod docs;
mod doors;
mod editing;
mod explaining;
mod inputs;
mod kills;
mod ledger;
mod lived;
mod mailing;
mod outbox;
mod pace;
mod postfix;
mod privacy;
mod reference;
mod refusals;
mod schedules;
mod school;
mod server;
mod serving;
mod study;
mod week;
