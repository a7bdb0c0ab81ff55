//! Those who are told how runs went, and their mails.

use super::Read;
use super::prepare::Workshop;
use crate::calendar::Week;
use crate::calendar::zone::end_of;
use crate::config::{Audience, Config, Kind, USUAL_NOT_OLDER_THAN_DAYS};
use crate::intake::Role;
use crate::ledger::{Key, Message};
use crate::notices::is_usable;
use crate::problem::Outcome;
use crate::rendering::mail::{self, Envelope};
use crate::rendering::{Names, Post};
use chrono::Duration;

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
pub(super) fn key(
    channel: &str,
    kind: Kind,
    period: &str,
    organization: String,
    recipient: &str,
    subject: &str,
) -> Key {
    Key {
        kind: kind.name().to_string(),
        period: period.to_string(),
        organization,
        recipient: recipient.to_string(),
        subject: subject.to_string(),
        channel: channel.to_string(),
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
    post: &Post<'_>,
) -> Outcome<Message> {
    let (address, before_subject) = post.directed(&administrator.address);
    let zone = post.config.zone;
    let letter = workshop.mailer.letter(&key.kind, context)?;
    let envelope = Envelope {
        key: &key,
        name: &administrator.name,
        address: &address,
        language: &administrator.language,
        date: end_of(week, zone),
        attachment: None,
        before_subject: &before_subject,
        way_out: None,
    };
    let cut = workshop.mailer.compose(&envelope, &letter)?;
    Ok(Message {
        whole: mail::digest(&cut.head),
        not_after: post.now + Duration::days(USUAL_NOT_OLDER_THAN_DAYS),
        key,
        address,
        audience: Audience::Administrators,
        mail_id: cut.id,
        zone,
        links: Vec::new(),
        reason: "administrator".to_string(),
        head: cut.head,
        tail: cut.tail,
        document: None,
        document_name: None,
        attached: false,
    })
}
