//! plaudit tells schools, every week, how the effort went.
//!
//! One straight line, one stage a module; a stage knows those before it:
//!
//! 1. [`config`]: config.yaml as written, then checked;
//! 2. [`calendar`]: weeks, zones, terms and holidays, and the one clock;
//! 3. [`intake`]: sources to canonical tables; rows that cannot be believed are turned away here;
//! 4. [`scoring`]: the method, pure;
//! 5. [`notices`]: who hears what, who does not, and why; pure;
//! 6. [`rendering`]: a notice as bytes: charts, PDF, mail;
//! 7. [`ledger`]: what was decided and what became of it; its nouns `Key` and `Message` are what rendering makes;
//! 8. [`delivery`]: claim, send, settle.
//!
//! [`dashboard`] is what people reach by a browser. [`pipeline`] joins them, [`cli`] is what a person types. [`disk`], [`hash`] and [`problem`] serve all.

pub mod calendar;
pub mod cli;
pub mod config;
pub mod dashboard;
pub mod delivery;
pub mod disk;
pub mod hash;
pub mod intake;
pub mod ledger;
pub mod notices;
pub mod pipeline;
pub mod problem;
pub mod rendering;
pub mod scoring;
pub mod serving;
