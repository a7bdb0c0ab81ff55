//! config.yaml: as written, then checked. What comes out is believed; nothing in [`Config`] means "not checked yet".
//!
//! [`written`] is the file's own shape (and its JSON Schema), [`position`] finds the line of a key, [`schema`] turns
//! what the schema refuses into problems, [`check`] builds the typed settings and holds the rules across keys.

mod check;
mod position;
mod schema;

mod settings;
pub mod written;

pub use check::{load, parse, usual_kinds};
pub use schema::schema;
pub use settings::{
    ActiveBy, ActivitySource, Administrator, Audience, Blocks, Columns, Config, Delivery, Kind, Limits, Method,
    Organization, Preset, RewardRule, RosterSource, RulerKind, Sample, Scale, Schedule, Sender, Sources, TimeFormat,
    Transform,
};
