//! What a notice's mail tells: the fact itself, from the same report that is attached.

use super::post::Door;
use super::report::{Page, Report};
use super::words::Words;
use super::writer::Writer;
use crate::config::Kind;
use crate::notices::Notice;
use serde_json::{Value, json};

/// The context of a notice's mail templates.
#[must_use]
pub fn context(writer: &Writer<'_>, notice: &Notice, report: &Report, sender: &str, attached: bool) -> Value {
    match &report.page {
        Page::Teacher(page) => {
            let mut context = serde_json::to_value(page).unwrap_or_default();
            let words = writer.words;
            let organization = [("organization", page.organization.as_str())];
            context["paragraphs"] = json!(page.sentences);
            context["closing"] = json!(words.say("mail.closing", &[("sender", sender)]));
            let why = words.say("mail.footer.why.teacher", &organization);
            finish(context, writer, notice, attached.then_some("teacher"), &why, sender)
        }
        Page::Family(page) => {
            let context = serde_json::to_value(page).unwrap_or_default();
            let why = family_why(writer, notice, &page.organization);
            finish(context, writer, notice, attached.then_some("family"), &why, sender)
        }
    }
}

fn family_why(writer: &Writer<'_>, notice: &Notice, organization: &str) -> String {
    if is_own(notice) {
        return writer.words.say("mail.footer.why.student", &[("organization", organization)]);
    }
    let child = notice.student().map(|student| writer.names.given[student].as_str()).unwrap_or_default();
    writer.words.say("mail.footer.why.guardian", &[("organization", organization), ("child", child)])
}

/// How a mail says where to stop: a link with its words; nothing where there is no page.
#[must_use]
pub fn way_out(words: &Words, door: Option<&Door>) -> Value {
    let page = door.and_then(|door| door.url.as_ref());
    page.map_or(Value::Null, |url| json!({ "url": url, "label": words.word("mail.footer.stop_here") }))
}

/// Whether a notice goes to the student whom it is about.
fn is_own(notice: &Notice) -> bool {
    notice.student() == Some(notice.recipient)
}

fn finish(
    mut context: Value,
    writer: &Writer<'_>,
    notice: &Notice,
    attachment: Option<&str>,
    why: &str,
    sender: &str,
) -> Value {
    let words = writer.words;
    let greeting = if is_own(notice) {
        words.word("mail.greeting_student")
    } else {
        words.say("mail.greeting", &[("name", &writer.names.people[notice.recipient])])
    };
    context["dir"] = json!(words.direction());
    context["subject"] = json!(subject(writer, notice));
    context["sender"] = json!(sender);
    context["greeting"] = json!(greeting);
    context["attachment_note"] = json!(attachment.map(|kind| words.word(&format!("mail.attachment.{kind}"))));
    context["footer"] = json!([why, &words.word("mail.footer.effort"), &words.word("mail.footer.stop")]);
    context
}

/// The subject line: no surname, no number, no school.
fn subject(writer: &Writer<'_>, notice: &Notice) -> String {
    let words = writer.words;
    let kind = notice.kind.name();
    let Some(student) = notice.student().filter(|_| notice.kind != Kind::TeacherReport) else {
        return words.word(&format!("mail.subject.{kind}"));
    };
    if is_own(notice) {
        return words.word(&format!("mail.subject.{kind}.student"));
    }
    let child = &writer.names.given[student];
    let person = &writer.roster.people[student];
    // A given name that is missing is shown by the whole name or the id, neither of which belongs into a subject.
    let telling = person.given_name.is_empty() || child == &person.id || child.chars().any(char::is_numeric);
    if telling {
        return words.word(&format!("mail.subject.{kind}.guardian_plain"));
    }
    words.say(&format!("mail.subject.{kind}.guardian"), &[("child", child)])
}
