//! Claims about the program as its users meet it: command lines, files, mails, PDFs.

mod config;
mod docs;
mod inputs;
mod ledger;
mod school;
mod week;
