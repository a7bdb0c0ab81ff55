//! Invitations: guardians who were never asked are, where config wants them to accept first.

use super::prepare::{Prepared, Workshop, invitation_key};
use crate::calendar::zone::end_of;
use crate::config::{Audience, Kind};
use crate::ledger::Message;
use crate::notices::Invited;
use crate::problem::{Outcome, Problem};
use crate::rendering::invitation::{Asking, context};
use crate::rendering::mail::{self, Envelope};
use crate::rendering::{Names, Post};

/// The invitations of a week.
///
/// # Errors
/// A template asks for something that there is not.
pub(super) fn messages(
    prepared: &Prepared,
    workshop: &Workshop,
    names: &Names,
    post: &Post<'_>,
) -> Outcome<Vec<Message>> {
    let invited = prepared.decisions.invited.iter();
    invited.map(|invited| message(prepared, workshop, names, post, invited)).collect()
}

fn message(
    prepared: &Prepared,
    workshop: &Workshop,
    names: &Names,
    post: &Post<'_>,
    invited: &Invited,
) -> Outcome<Message> {
    let read = &prepared.read;
    let roster = &read.intake.roster;
    let (guardian, child) = (&roster.people[invited.guardian], &roster.people[invited.student]);
    let key = invitation_key(read, invited, post.channel);
    if !prepared.ties.guardians_of(invited.student).contains(&invited.guardian) {
        return Err(Problem::new(key.to_string(), "would tell of a child whom the recipient may not hear of").into());
    }
    let words = workshop.templates.words(guardian.language.as_deref().unwrap_or(&read.config.language));
    let about = names.given[invited.student].as_str();
    let door = post.invitation(&key, words.language(), about);
    let way_out = post.way_out(&key, words.language(), about);
    let asking = Asking {
        words,
        guardian: &names.people[invited.guardian],
        child: about,
        organization: &names.organizations[child.organization],
        door: &door,
        way_out: way_out.as_ref(),
    };
    let letter = workshop.mailer.letter(&key.kind, &context(&asking, &read.config))?;
    let (address, before_subject) = post.directed(&invited.address);
    let zone = roster.zone(child.organization, read.config.zone);
    let envelope = Envelope {
        key: &key,
        name: &names.people[invited.guardian],
        address: &address,
        language: words.language(),
        date: end_of(read.week, zone),
        attachment: None,
        before_subject: &before_subject,
        way_out: way_out.as_ref(),
    };
    let cut = workshop.mailer.compose(&envelope, &letter)?;
    let links = [Some(&door), way_out.as_ref()].into_iter().flat_map(|door| post.kept(door)).collect();
    Ok(Message {
        whole: mail::digest(&cut.head),
        key,
        address,
        reason: "was never asked".to_string(),
        head: cut.head,
        tail: cut.tail,
        document: None,
        document_name: None,
        attached: false,
        audience: Audience::Guardians,
        mail_id: cut.id,
        zone,
        not_after: post.not_after(Kind::Invitation, Audience::Guardians, zone),
        links,
    })
}
