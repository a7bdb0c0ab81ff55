//! The press: notices with equal content and language become one document and a mail for each recipient.
//!
//! A group is one unit of work: groups are independent, so they are printed side by side and one that fails keeps none of
//! the others back.

use super::mail::{self, Envelope, Mailer};
use super::post::Post;
use super::report::Report;
use super::typesetter::{Manuscript, Typesetter};
use super::{Digest, Templates, Writer, family, letter, teacher};
use crate::calendar::zone;
use crate::config::Config;
use crate::ledger::{Key, Message};
use crate::notices::audience::Ties;
use crate::notices::{Content, Notice};
use crate::problem::{Outcome, Problem};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// typst lays out by recursion.
const WORKER_STACK_BYTES: usize = 16 << 20;

/// Notices that share a document.
#[derive(Debug)]
pub struct Group<'a> {
    /// What the document is about.
    pub content: &'a Content,
    /// The language it is written in.
    pub language: String,
    /// Who gets it.
    pub notices: Vec<&'a Notice>,
}

/// What one group became.
#[derive(Debug)]
pub struct Printed {
    /// The messages, without the bytes of their document.
    pub messages: Vec<Message>,
    /// The document's digest.
    pub document: Digest,
    /// The document.
    pub pdf: Vec<u8>,
    /// What kept single recipients from getting it.
    pub problems: Vec<Problem>,
}

/// All that printing needs; shared by all threads.
pub struct Press<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The templates.
    pub templates: &'a Templates,
    /// The typesetter.
    pub typesetter: &'a Typesetter,
    /// The mailer.
    pub mailer: &'a Mailer,
    /// Who may hear of whom.
    pub ties: &'a Ties,
    /// How messages are posted.
    pub post: Post<'a>,
    /// Where documents are kept from run to run; none: they are made anew.
    pub documents: Option<&'a Path>,
}

impl Press<'_> {
    /// Groups notices by what they are about and the language that there are words for.
    #[must_use]
    pub fn groups<'n>(&self, notices: &'n [Notice]) -> Vec<Group<'n>> {
        let mut groups: BTreeMap<(&Content, &str), Vec<&Notice>> = BTreeMap::new();
        for notice in notices {
            let language = self.templates.words(&notice.language).language();
            groups.entry((&notice.content, language)).or_default().push(notice);
        }
        let group =
            |((content, language), notices): ((_, &str), _)| Group { content, language: language.into(), notices };
        groups.into_iter().map(group).collect()
    }

    /// The key of a notice.
    #[must_use]
    pub fn key(&self, writer: &Writer<'_>, notice: &Notice) -> Key {
        let recipient = &writer.roster.people[notice.recipient];
        let subject = notice.student().map_or(recipient, |student| &writer.roster.people[student]);
        let organization = writer.roster.organizations[subject.organization].id.clone();
        Key {
            kind: notice.kind.name().to_string(),
            period: writer.week().to_string(),
            subject: notice.student().map_or_else(|| organization.clone(), |_| subject.id.clone()),
            organization,
            recipient: recipient.id.clone(),
            channel: self.post.channel.to_string(),
        }
    }

    /// Writes, typesets and composes one group.
    ///
    /// # Errors
    /// The report cannot be written or typeset; then nobody of the group gets it.
    pub fn print(&self, writer: &Writer<'_>, group: &Group<'_>) -> Outcome<Printed> {
        let writer = &Writer { words: self.templates.words(&group.language), ..*writer };
        let report = self.report(writer, group.content).ok_or_else(|| {
            Problem::new(name(writer, group), "there is nothing to report").hint("this is a bug; please report it")
        })?;
        let (document, pdf) = self.document(&report)?;
        let mut printed = Printed { messages: Vec::new(), document, pdf, problems: Vec::new() };
        for notice in &group.notices {
            match self.message(writer, group, notice, &report, &printed) {
                Ok(message) => printed.messages.push(message),
                Err(problems) => printed.problems.extend(problems.0),
            }
        }
        Ok(printed)
    }

    /// Prints all groups on all cores, and hands each result over as it comes.
    ///
    /// The workers are threads of their own, not rayon's: typst works on rayon itself, and a thread of a pool that waits
    /// for typst's small tasks would begin another whole document on top of the first, again and again.
    pub fn print_all(&self, writer: &Writer<'_>, groups: &[Group<'_>], each: impl Fn(Outcome<Printed>) -> bool + Sync) {
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                if !each(self.print(writer, group)) {
                    break;
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..rayon::current_num_threads() {
                let worker = std::thread::Builder::new().stack_size(WORKER_STACK_BYTES);
                if worker.spawn_scoped(scope, work).is_err() {
                    // Without a further thread, this one does the work.
                    work();
                }
            }
        });
    }

    fn report(&self, writer: &Writer<'_>, content: &Content) -> Option<Report> {
        match content {
            Content::Classes { organization, classes } => {
                let section = |class: &usize| (writer.names.classes[*class].clone(), self.ties.students_of(*class));
                let sections: Vec<teacher::Section> = classes.iter().map(section).collect();
                teacher::write(writer, *organization, &sections)
            }
            Content::Whole { organization } => {
                let students = self.ties.all_students(writer.roster, *organization);
                let title = writer.names.organizations[*organization].clone();
                teacher::write(writer, *organization, &[(title, students)])
            }
            Content::Student { student, audience } => family::write(writer, *student, *audience),
        }
    }

    /// The document of a report: as kept from an earlier run, or made now.
    fn document(&self, report: &Report) -> Outcome<(Digest, Vec<u8>)> {
        let text = serde_json::to_string(&report.page).map_err(|error| Problem::new("report", error.to_string()))?;
        let manuscript = Manuscript { template: report.page.template(), report: text, charts: report.charts.clone() };
        let digest = self.digest(&manuscript);
        let kept = self.documents.map(|folder| folder.join(format!("{digest}.pdf")));
        let whole = |pdf: &Vec<u8>| pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF");
        if let Some(pdf) = kept.as_ref().and_then(|path| std::fs::read(path).ok()).filter(whole) {
            return Ok((digest, pdf));
        }
        let pdf = self.typesetter.set(&manuscript)?;
        if let Some(path) = kept {
            crate::disk::write(&path, &pdf)?;
        }
        Ok((digest, pdf))
    }

    /// A document is named by all that makes it: report, charts, templates and program.
    fn digest(&self, manuscript: &Manuscript) -> Digest {
        let templates = self.templates.typst().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
        let own = [env!("CARGO_PKG_VERSION").as_bytes(), manuscript.template.as_bytes(), manuscript.report.as_bytes()];
        let charts = manuscript.charts.iter().map(String::as_bytes);
        Digest::of(&own.into_iter().chain(charts).chain(templates).collect::<Vec<_>>())
    }

    fn message(
        &self,
        writer: &Writer<'_>,
        group: &Group<'_>,
        notice: &Notice,
        report: &Report,
        printed: &Printed,
    ) -> Outcome<Message> {
        let key = self.key(writer, notice);
        self.check_scope(writer, notice, report, &key)?;
        let attached = self.config.delivery.attach;
        let about = notice.student().map_or("", |student| writer.names.given[student].as_str());
        let way_out = self.post.way_out(&key, writer.words.language(), about);
        let mut context = letter::context(writer, notice, report, &self.config.sender.name, attached);
        context["stop"] = letter::way_out(writer.words, way_out.as_ref());
        let letter = self.mailer.letter(notice.kind.name(), &context)?;
        let file = format!("effort-{}.pdf", writer.week());
        let organization = writer.roster.people[notice.student().unwrap_or(notice.recipient)].organization;
        let zone = writer.roster.zone(organization, self.config.zone);
        let (address, before_subject) = self.post.directed(&notice.address);
        let envelope = Envelope {
            key: &key,
            name: &writer.names.people[notice.recipient],
            address: &address,
            language: writer.words.language(),
            date: zone::end_of(writer.week(), zone),
            attachment: attached.then_some(file.as_str()),
            before_subject: &before_subject,
            way_out: way_out.as_ref(),
        };
        let cut = self.mailer.compose(&envelope, &letter)?;
        let whole = mail::assemble(&cut.head, attached.then_some(printed.pdf.as_slice()), &cut.tail);
        Ok(Message {
            key,
            address,
            audience: notice.audience(),
            mail_id: cut.id,
            zone,
            not_after: self.post.not_after(notice.kind, notice.audience(), zone),
            links: self.post.kept(way_out.as_ref()),
            reason: notice.reason.clone(),
            whole: mail::digest(&whole),
            head: cut.head,
            tail: cut.tail,
            document: Some(printed.document.clone()),
            document_name: Some(name(writer, group)),
            attached,
        })
    }

    /// Everybody named in the report must be in the recipient's allowed set.
    fn check_scope(&self, writer: &Writer<'_>, notice: &Notice, report: &Report, key: &Key) -> Outcome<()> {
        let allowed = self.ties.allowed(writer.roster, notice.recipient, self.config.whole_organization);
        let beyond: BTreeSet<&str> =
            report.people.difference(&allowed).map(|person| writer.roster.people[*person].id.as_str()).collect();
        if beyond.is_empty() {
            return Ok(());
        }
        let names = beyond.into_iter().collect::<Vec<_>>().join(", ");
        Err(Problem::new(key.to_string(), format!("would tell of people whom the recipient may not hear of: {names}"))
            .hint("the message was not planned; this is a bug, please report it")
            .into())
    }
}

/// The name of a document's file below the week's folder: organization, kind, what it is about, language.
fn name(writer: &Writer<'_>, group: &Group<'_>) -> String {
    use crate::disk::encode;
    let roster = writer.roster;
    let organization = |index: usize| encode(&roster.organizations[index].id);
    let kind = group.notices.first().map_or("report", |notice| notice.kind.name());
    let language = encode(&group.language);
    match group.content {
        Content::Classes { organization: own, classes } => {
            let ids = classes.iter().map(|class| encode(&roster.classes[*class].id)).collect::<Vec<_>>();
            format!("{}/{kind}.{}.{language}.pdf", organization(*own), crate::disk::shortened(ids.join("+")))
        }
        Content::Whole { organization: own } => format!("{}/{kind}.all.{language}.pdf", organization(*own)),
        Content::Student { student, audience } => {
            let reader = format!("{audience:?}").to_lowercase();
            let student = &roster.people[*student];
            let folder = organization(student.organization);
            format!("{folder}/{kind}.{}.{reader}.{language}.pdf", encode(&student.id))
        }
    }
}
