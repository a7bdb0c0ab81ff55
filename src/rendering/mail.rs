//! Mails: subject, text and HTML by tera, put together by lettre as RFC 5322, with dates, ids and boundaries that are
//! functions of the message's key, so that equal notices give equal bytes.
//!
//! A mail is composed with a mark where its attachment goes and cut there, so that the ledger keeps the mail and the
//! document apart; [`assemble`] joins them.

use super::Digest;
use super::post::{Door, list_unsubscribe};
use super::templates::Templates;
use crate::config::Sender;
use crate::hash::hexadecimal;
use crate::ledger::Key;
use crate::problem::{Outcome, Problem, causes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use lettre::Address;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use serde_json::Value;
use sha2::Sha256;
use std::time::SystemTime;
use tera::{Context, Tera};

/// Composes mails.
pub struct Mailer {
    tera: Tera,
    sender: Sender,
    from: Mailbox,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// To whom a mail goes, and when it was due.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// The message's key.
    pub key: &'a Key,
    /// The recipient's name.
    pub name: &'a str,
    /// The recipient's address.
    pub address: &'a str,
    /// The recipient's language.
    pub language: &'a str,
    /// The mail's date.
    pub date: DateTime<Utc>,
    /// The attachment's file name, if there is one.
    pub attachment: Option<&'a str>,
    /// What stands before the subject.
    pub before_subject: &'a str,
    /// How to leave the list, if there is a way.
    pub way_out: Option<&'a Door>,
}

/// A mail, cut where its attachment goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The mail up to the attachment's text; the whole mail if it has none.
    pub head: Vec<u8>,
    /// The mail after it.
    pub tail: Vec<u8>,
    /// The Message-ID without its brackets.
    pub id: String,
}

const MARK: &str = "=plaudit-attachment=";

impl Mailer {
    /// A mailer with these templates and this sender.
    ///
    /// # Errors
    /// A template is wrong (its line), or the sender has no address.
    pub fn new(templates: &Templates, sender: &Sender) -> Outcome<Self> {
        let mut tera = Tera::new();
        tera.autoescape_on(vec![".html"]);
        tera.add_raw_templates(templates.mail()).map_err(|error| {
            Problem::new("templates/mail", format!("{error}"))
                .hint("`plaudit check` shows this without sending anything")
        })?;
        let address: Address = parse(&sender.address)?;
        let from = Mailbox::new(Some(sender.name.clone()), address);
        Ok(Self { tera, sender: sender.clone(), from })
    }

    /// What a mail of a kind says.
    ///
    /// # Errors
    /// A template asks for something that there is not.
    pub fn letter(&self, kind: &str, context: &Value) -> Outcome<Letter> {
        let context = Context::from_serialize(context).map_err(|error| Problem::new("mail", error.to_string()))?;
        let render = |part: &str| {
            let name = format!("mail/{kind}/{part}");
            self.tera.render(&name, &context).map_err(|error| Problem::new(format!("templates/{name}"), causes(&error)))
        };
        let subject = super::names::clean(&render("subject.txt")?);
        Ok(Letter { subject, text: render("body.txt")?, html: render("body.html")? })
    }

    /// Composes a mail.
    ///
    /// # Errors
    /// The recipient's address is none.
    pub fn compose(&self, envelope: &Envelope<'_>, letter: &Letter) -> Outcome<Cut> {
        let name = Some(super::names::clean(envelope.name)).filter(|name| !name.is_empty());
        let to = Mailbox::new(name, parse(envelope.address)?);
        let id = self.id(envelope.key);
        let whole_id = format!("{id}@{}", self.from.email.domain());
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(format!("{}{}", envelope.before_subject, letter.subject))
            .date(SystemTime::from(envelope.date))
            .message_id(Some(format!("<{whole_id}>")))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", envelope.language));
        if let Some(reply_to) = &self.sender.reply_to {
            builder = builder.reply_to(Mailbox::new(None, parse(reply_to)?));
        }
        if let Some(door) = envelope.way_out {
            let (ways, one_click) = list_unsubscribe(door);
            builder = builder.raw_header(header("List-Unsubscribe", &ways));
            if one_click {
                builder = builder.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
            }
        }
        let message = builder.multipart(parts(&id, letter, envelope.attachment));
        let message = message.map_err(|error| Problem::new(envelope.key.to_string(), error.to_string()))?;
        Ok(cut(message.formatted(), whole_id))
    }

    /// The left part of the Message-ID: a keyed hash of the message's key, so that it tells nobody's id. The key is the
    /// sender's address, as equal inputs give equal bytes on every machine.
    fn id(&self, key: &Key) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.sender.address.as_bytes()).expect("any length of key will do");
        mac.update(key.to_string().as_bytes());
        hexadecimal(&mac.finalize().into_bytes()[..16])
    }
}

fn parse(address: &str) -> Outcome<Address> {
    address.parse().map_err(|_| Problem::new("mail", format!("`{address}` is not a mail address")).into())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_string())
}

fn parts(id: &str, letter: &Letter, attachment: Option<&str>) -> MultiPart {
    let plain = SinglePart::plain(letter.text.clone());
    let alternative = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("a-{id}"))
        .singlepart(plain)
        .singlepart(SinglePart::html(letter.html.clone()));
    let Some(name) = attachment else { return alternative };
    let pdf = ContentType::parse("application/pdf").expect("a content type");
    let body = Body::dangerous_pre_encoded(MARK.as_bytes().to_vec(), ContentTransferEncoding::Base64);
    let attached = SinglePart::builder().header(pdf).header(ContentDisposition::attachment(name)).body(body);
    MultiPart::builder()
        .kind(MultiPartKind::Mixed)
        .boundary(format!("m-{id}"))
        .multipart(alternative)
        .singlepart(attached)
}

/// Cuts a mail at its last mark: the attachment is the last part, so a text that holds the mark cannot move the cut.
fn cut(mail: Vec<u8>, id: String) -> Cut {
    let place = mail.windows(MARK.len()).rposition(|window| window == MARK.as_bytes());
    let attached = place.filter(|place| mail[..*place].ends_with(b"\r\n\r\n"));
    match attached {
        Some(place) => Cut { tail: mail[place + MARK.len()..].to_vec(), head: mail[..place].to_vec(), id },
        None => Cut { head: mail, tail: Vec::new(), id },
    }
}

/// The whole mail: head, document in base64 with lines of 76, tail.
#[must_use]
pub fn assemble(head: &[u8], document: Option<&[u8]>, tail: &[u8]) -> Vec<u8> {
    let encoded = document.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default();
    let mut mail = Vec::with_capacity(head.len() + encoded.len() + encoded.len() / 38 + tail.len());
    mail.extend_from_slice(head);
    for (index, line) in encoded.as_bytes().chunks(76).enumerate() {
        if index > 0 {
            mail.extend_from_slice(b"\r\n");
        }
        mail.extend_from_slice(line);
    }
    mail.extend_from_slice(tail);
    mail
}

/// The digest of an assembled mail.
#[must_use]
pub fn digest(mail: &[u8]) -> Digest {
    Digest::of(&[mail])
}
