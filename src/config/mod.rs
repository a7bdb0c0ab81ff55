//! config.yaml: as written, then checked. What comes out is believed; nothing in [`Config`] means "not checked yet".
//!
//! [`written`] is the file's own shape (and its JSON Schema); `yaml` and `position` read it with the lines of its keys,
//! `schema` turns what the schema refuses into problems, `check` builds the typed settings and holds the other rules.

mod check;
mod check_delivery;
mod check_schedule;
mod delivery;
mod method;
mod position;
mod schema;

mod settings;
pub mod written;
mod written_delivery;
mod written_schedule;
mod yaml;

pub use check::{load, parse};
pub use delivery::{Consent, ConsentRule, Delivery, Dkim, DoNotContact, Hours, Login, Password, Retention, Smtp, Web};
pub use method::{ActiveBy, Blocks, Method, Preset, RewardRule, RulerKind, Scale, Transform};
pub use schema::schema;
pub use settings::{
    ActivitySource, Administrator, Audience, Columns, Config, Kind, Limits, Monitoring, Organization, RosterSource,
    Sample, Schedule, Sender, Sources, TimeFormat, USUAL_NOT_OLDER_THAN_DAYS, usual_kinds,
};
pub use written::Tls;
