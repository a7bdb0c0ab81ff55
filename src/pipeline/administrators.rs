//! Those who are told how runs went, and their mails.

use super::Read;
use super::prepare::Workshop;
use crate::calendar::{Week, zone};
use crate::config::{Config, Kind};
use crate::delivery::folder;
use crate::intake::Role;
use crate::ledger::{Key, Message};
use crate::notices::is_usable;
use crate::problem::Outcome;
use crate::rendering::Names;
use crate::rendering::mail::{self, Envelope};

/// Somebody who is told how runs went.
pub(super) struct Administrator {
    /// An id of the roster, or `administrator-N` in the order of config.
    pub(super) id: String,
    /// The organization whose part they are told; none: all.
    pub(super) organization: Option<usize>,
    /// Their language.
    pub(super) language: String,
    name: String,
    address: String,
}

/// Those whom config names, for everything; those whom the roster names, for their organization.
pub(super) fn all(config: &Config, read: &Read, names: &Names) -> Vec<Administrator> {
    let people = read.intake.roster.people.iter().enumerate();
    let on_roster = people.filter(|(_, p)| p.active && p.role == Role::Administrator).filter_map(|(index, person)| {
        let address = person.email.clone().filter(|email| is_usable(email))?;
        let language = person.language.clone().unwrap_or_else(|| config.language.clone());
        let (id, name) = (person.id.clone(), names.people[index].clone());
        Some(Administrator { id, name, address, language, organization: Some(person.organization) })
    });
    configured(config).chain(on_roster).collect()
}

/// Those whom config names.
pub(super) fn configured(config: &Config) -> impl Iterator<Item = Administrator> {
    config.administrators.iter().enumerate().map(|(index, administrator)| Administrator {
        id: format!("administrator-{}", index + 1),
        name: String::new(),
        address: administrator.address.clone(),
        language: administrator.language.clone(),
        organization: None,
    })
}

/// The key of an administrator's mail.
pub(super) fn key(kind: Kind, period: &str, organization: String, recipient: &str, subject: &str) -> Key {
    Key {
        kind: kind.name().to_string(),
        period: period.to_string(),
        organization,
        recipient: recipient.to_string(),
        subject: subject.to_string(),
        channel: folder::CHANNEL.to_string(),
    }
}

/// Composes an administrator's mail; it has no document.
///
/// # Errors
/// A template asks for something that there is not.
pub(super) fn compose(
    workshop: &Workshop,
    administrator: &Administrator,
    key: Key,
    context: &serde_json::Value,
    week: Week,
    config: &Config,
) -> Outcome<Message> {
    let letter = workshop.mailer.letter(&key.kind, context)?;
    let envelope = Envelope {
        key: &key,
        name: &administrator.name,
        address: &administrator.address,
        language: &administrator.language,
        date: zone::end_of(week, config.zone),
        attachment: None,
    };
    let cut = workshop.mailer.compose(&envelope, &letter)?;
    Ok(Message {
        whole: mail::digest(&cut.head),
        key,
        address: administrator.address.clone(),
        reason: "administrator".to_string(),
        head: cut.head,
        tail: cut.tail,
        document: None,
        document_name: None,
        attached: false,
    })
}
