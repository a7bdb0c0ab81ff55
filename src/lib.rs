//! plaudit tells schools, every week, how the effort went.
//!
//! One straight line, one stage a module; a stage knows those before it and none after it:
//!
//! 1. [`config`]: config.yaml as written, then checked;
//! 2. [`calendar`]: weeks, zones, terms and holidays;
//! 3. [`intake`]: sources to canonical tables; bad rows are turned away here;
//! 4. [`scoring`]: the method, pure;

#![forbid(unsafe_code)]

pub mod calendar;
pub mod cli;
pub mod config;
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
