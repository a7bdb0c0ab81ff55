//! `plaudit preview`: the files that a run would write, in a folder, without touching the ledger.

use super::{Ending, WeekArgument, runtime, show};
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::delivery::Channel;
use crate::delivery::folder::mail_path;
use crate::disk;
use crate::ledger::{Known, Ledger, Marks};
use crate::notices::{Notice, Scope};
use crate::pipeline::prepare::{self, Waived, Workshop};
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::{Press, Printed, Writer, mail};
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Write reports and mails to a folder
#[derive(Debug, Args)]
pub struct Preview {
    /// The folder that the files are written to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    week: WeekArgument,
    /// Only what this person would get, and what is told about them
    #[arg(long, value_name = "ID")]
    person: Option<String>,
}

impl Preview {
    /// Writes the files.
    ///
    /// # Errors
    /// Whatever would stop the run, or a file that cannot be written.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let workshop = Workshop::open(config)?;
        let runtime = runtime()?;
        let mut ledger = runtime.block_on(Ledger::look(&config.state))?;
        let (channel, asked) = (Channel::of(config, None)?, self.week.asked(clock));
        let read = prepare::believed(config, &asked)?;
        let known = runtime.block_on(prepare::known(ledger.as_mut(), &read, channel.name()))?;
        let known = Known { messages: std::collections::HashMap::new(), ..known };
        let prepared =
            prepare::prepare(read, &known, &Scope::whole(config, None), Waived { roster_loss: true }, asked.now)?;
        let names = prepared.names(&workshop);
        // Whoever tries a link of a preview must not speak for a parent.
        let marks = Marks::default();
        let post = prepare::post(config, &channel, &marks, asked.now);
        let (press, writer) = (prepared.press(&workshop, None, post), prepared.writer(&names, &workshop));
        let notices: Vec<Notice> =
            prepared.decisions.notices.iter().filter(|notice| self.wants(&writer, notice)).cloned().collect();
        let (written, problems) = self.print(&press, &writer, &notices);
        show::week(prepared.read.week, self.week.week, &config.calendar);
        say!("templates: {}", workshop.templates.in_words());
        say!("{written} mails with their reports are in {}", self.out.display());
        if let Some(problem) = self.nobody(&writer, &notices) {
            return Err(problem.into());
        }
        if problems.is_empty() {
            return Ok(Ending::Done);
        }
        eprintln!("{}", Problems(problems));
        Ok(Ending::Incomplete)
    }

    fn wants(&self, writer: &Writer<'_>, notice: &Notice) -> bool {
        let Some(person) = &self.person else { return true };
        let is = |index: usize| writer.roster.people[index].id == *person;
        is(notice.recipient) || notice.student().is_some_and(is)
    }

    fn nobody(&self, writer: &Writer<'_>, notices: &[Notice]) -> Option<Problem> {
        let person = self.person.as_ref().filter(|_| notices.is_empty())?;
        let known = writer.roster.people.iter().any(|other| other.id == *person);
        Some(if known {
            Problem::new(person, "gets nothing this week, and nothing is told about them")
                .hint("`plaudit plan` says who is skipped and why")
        } else {
            Problem::new(person, "is not the id of anybody on the roster")
        })
    }

    fn print(&self, press: &Press<'_>, writer: &Writer<'_>, notices: &[Notice]) -> (usize, Vec<Problem>) {
        let groups = press.groups(notices);
        let progress = show::progress();
        progress.set_length(groups.len() as u64);
        progress.set_message("typesetting reports");
        let told = Mutex::new((0, BTreeSet::new()));
        press.print_all(writer, &groups, |printed| {
            let mails = printed.as_ref().map_or(0, |printed| printed.messages.len());
            let written = printed.and_then(|printed| write(&self.out, printed));
            progress.inc(1);
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            told.0 += if written.is_ok() { mails } else { 0 };
            told.1.extend(written.unwrap_or_else(|found| found.0));
            true
        });
        progress.finish_and_clear();
        let (mails, problems) = told.into_inner().unwrap_or_else(PoisonError::into_inner);
        (mails, problems.into_iter().collect())
    }
}

/// Writes a group's document and mails as the folder channel would.
fn write(out: &Path, printed: Printed) -> Outcome<Vec<Problem>> {
    for message in &printed.messages {
        if let Some(name) = &message.document_name {
            disk::write(&out.join(&message.key.period).join(name), &printed.pdf)?;
        }
        let attached = message.attached.then_some(printed.pdf.as_slice());
        disk::write(&mail_path(out, &message.key), &mail::assemble(&message.head, attached, &message.tail))?;
    }
    Ok(printed.problems)
}
