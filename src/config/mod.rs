//! config.yaml: as written, then checked. What comes out is believed; nothing in [`Config`] means "not checked yet".
//!
//! [`written`] is the file's own shape (and its JSON Schema); `yaml` and `position` read it with the lines of its keys,
//! `schema` turns what the schema refuses into problems, `check` builds the typed settings and holds the other rules.
//! `reference` makes docs/config.md of the schema, `editors` the schema that editors use.

mod calendar_file;
mod changes;
mod check;
mod check_delivery;
mod check_schedule;
mod delivery;
mod editors;
mod method;
mod position;
mod reference;
mod schema;
mod settings;
mod wrapping;
pub mod written;
mod written_delivery;
mod written_method;
mod written_people;
mod written_schedule;
mod written_sources;
mod yaml;

pub use changes::changes;
pub use check::{load, parse};
pub use delivery::{Consent, ConsentRule, Delivery, Dkim, DoNotContact, Hours, Login, Password, Retention, Smtp, Web};
pub use editors::for_editors;
pub use method::{ActiveBy, Blocks, Method, Preset, RewardRule, RulerKind, Scale, Transform};
pub use reference::reference;
pub use schema::schema;
pub use settings::{
    ActivitySource, Administrator, Audience, Columns, Config, Kind, Limits, Monitoring, Organization, RosterSource,
    Sample, Schedule, Sender, Sources, TimeFormat, USUAL_NOT_OLDER_THAN_DAYS, usual_kinds,
};
pub use written::Tls;
