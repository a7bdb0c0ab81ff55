//! The invitation: a guardian is asked whether they want to hear of a child.

use super::Words;
use super::post::Door;
use crate::config::Config;
use serde_json::{Value, json};

/// What an invitation tells: who asks, about whom, and where to answer until when.
pub struct Asking<'a> {
    /// The words of the guardian's language.
    pub words: &'a Words,
    /// What the guardian is called.
    pub guardian: &'a str,
    /// What the child is called: the given name.
    pub child: &'a str,
    /// What the school is called.
    pub organization: &'a str,
    /// Where to answer.
    pub door: &'a Door,
    /// How to be left alone.
    pub way_out: Option<&'a Door>,
}

/// The context of an invitation's templates.
#[must_use]
pub fn context(asking: &Asking<'_>, config: &Config) -> Value {
    let words = asking.words;
    let values = [("child", asking.child), ("organization", asking.organization)];
    let days = words.count("invitation.expires", config.consent.invitation_days, &[]);
    json!({
        "lang": words.language(),
        "dir": words.direction(),
        "subject": words.word("mail.subject.invitation"),
        "sender": config.sender.name,
        "organization": asking.organization,
        "week": null,
        "title": words.word("invitation.title"),
        "greeting": words.say("mail.greeting", &[("name", asking.guardian)]),
        "headline": words.say("invitation.headline", &values),
        "paragraphs": [words.say("invitation.what", &values), words.word("invitation.nothing_else")],
        "answer": { "url": asking.door.url, "label": words.word("invitation.answer") },
        "after": days,
        "attachment_note": null,
        "closing": words.say("mail.closing", &[("sender", &config.sender.name)]),
        "footer": [words.say("mail.footer.why.guardian", &[("organization", asking.organization), ("child", asking.child)])],
        "stop": super::letter::way_out(words, asking.way_out),
    })
}
