//! `plaudit contact`: who is not written to and why, and what guardians answered.

use super::{Ending, runtime};
use crate::calendar::clock::Clock;
use crate::config::{Config, Kind};
use crate::intake::{self, Roster};
use crate::ledger::{Answer, Bar, Ledger, Marks, Suppression};
use crate::pipeline::Asked;
use crate::problem::{Outcome, Problem};
use clap::{Args, Subcommand};
use std::collections::BTreeMap;

/// See and change who is written to
#[derive(Debug, Args)]
pub struct Contact {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List who is not written to and why, and what guardians answered
    #[command(after_help = "Example:
  plaudit contact list")]
    List,
    /// Stop writing to a person, as if they had asked for it by the link in a mail
    #[command(after_help = "Examples:
  plaudit contact stop g-1017                             nothing at all
  plaudit contact stop g-1017 --child 1017 --only reward  only this")]
    Stop(Who),
    /// Write again to a person or an address: lifts what they asked for, complaints and addresses that did not exist
    #[command(after_help = "Examples:
  plaudit contact allow g-1017
  plaudit contact allow pat@home.example")]
    Allow(Who),
    /// Write down that a guardian accepted to hear of a child, on paper say
    #[command(after_help = "Example:
  plaudit contact accept g-1017 --child 1017")]
    Accept(Pair),
    /// Write down that a guardian does not want to hear of a child
    #[command(after_help = "Example:
  plaudit contact decline g-1017 --child 1017")]
    Decline(Pair),
}

#[derive(Debug, Args)]
struct Who {
    /// The id of a person, or a mail address
    person: String,
    /// Only about this child
    #[arg(long, value_name = "ID")]
    child: Option<String>,
    /// Only this kind of notice
    #[arg(long, value_name = "KIND")]
    only: Option<Kind>,
}

#[derive(Debug, Args)]
struct Pair {
    /// The guardian's id
    guardian: String,
    /// The child's id
    #[arg(long, value_name = "ID")]
    child: String,
}

impl Who {
    fn recipient(&self, marks: &Marks) -> String {
        if self.person.contains('@') { marks.address(&self.person) } else { marks.person(&self.person) }
    }

    fn subject(&self, marks: &Marks) -> String {
        self.child.as_ref().map(|child| marks.person(child)).unwrap_or_default()
    }

    fn kind(&self) -> &'static str {
        self.only.map_or("", Kind::name)
    }
}

impl Contact {
    /// Does what is asked.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let runtime = runtime()?;
        let now = clock.now();
        let mut ledger = runtime.block_on(Ledger::join(&config.state))?;
        let marks = ledger.marks().clone();
        let asked = Asked { day: None, from: None, now };
        let roster = intake::roster(config, asked.last_complete_week(config)).ok();
        self.strangers(roster.as_ref());
        match &self.command {
            Command::List => list(roster.as_ref(), &mut ledger, &runtime)?,
            Command::Stop(who) => {
                let (recipient, subject, kind) = (who.recipient(&marks), who.subject(&marks), who.kind().to_string());
                let suppression = Suppression { recipient, subject, kind, bar: Bar::Unsubscribed };
                runtime.block_on(ledger.suppress(&suppression, now))?;
                say!("from now on nothing of this is sent to {}", who.person);
            }
            Command::Allow(who) => {
                let subject = who.subject(&marks);
                let mut lifted = runtime.block_on(ledger.lift(&who.recipient(&marks), &subject, who.kind()))?;
                // A link stops person and address, so both are lifted.
                if let Some(address) = roster.as_ref().and_then(|roster| address_of(roster, &who.person)) {
                    lifted += runtime.block_on(ledger.lift(&marks.address(&address), &subject, who.kind()))?;
                }
                if lifted == 0 {
                    return Err(Problem::new(&who.person, "nothing keeps mails from them that could be lifted here")
                        .hint("`do_not_contact` in config.yaml and erasures stay; `plaudit contact list` shows all")
                        .into());
                }
                say!("{lifted} suppressions of {} lifted", who.person);
            }
            Command::Accept(pair) => pair.write(&mut ledger, &runtime, Answer::Accepted, clock)?,
            Command::Decline(pair) => pair.write(&mut ledger, &runtime, Answer::Declined, clock)?,
        }
        runtime.block_on(ledger.close())?;
        Ok(Ending::Done)
    }
}

impl Contact {
    /// Says which ids nobody on the roster has: they may be misspelt, or of people who come later.
    fn strangers(&self, roster: Option<&Roster>) {
        let ids: Vec<&String> = match &self.command {
            Command::List => Vec::new(),
            Command::Stop(who) | Command::Allow(who) => {
                [Some(&who.person), who.child.as_ref()].into_iter().flatten().collect()
            }
            Command::Accept(pair) | Command::Decline(pair) => vec![&pair.guardian, &pair.child],
        };
        let Some(roster) = roster else { return };
        for id in ids.into_iter().filter(|id| !id.contains('@')) {
            if !roster.people.iter().any(|person| person.id == *id) {
                eprintln!("note: nobody on the roster has the id `{id}`");
            }
        }
    }
}

fn address_of(roster: &Roster, id: &str) -> Option<String> {
    roster.people.iter().find(|person| person.id == id)?.email.clone()
}

impl Pair {
    fn write(
        &self,
        ledger: &mut Ledger,
        runtime: &tokio::runtime::Runtime,
        answer: Answer,
        clock: &Clock,
    ) -> Outcome<()> {
        let (guardian, child) = (ledger.marks().person(&self.guardian), ledger.marks().person(&self.child));
        runtime.block_on(ledger.answer(&guardian, &child, answer, clock.now()))?;
        say!("{} has {} to hear of {}", self.guardian, answer.name(), self.child);
        Ok(())
    }
}

/// Everything by id, where the roster knows whose mark it is; a mark that it does not know is shown as such.
fn list(roster: Option<&Roster>, ledger: &mut Ledger, runtime: &tokio::runtime::Runtime) -> Outcome<()> {
    let known = roster.map(|roster| known_marks(roster, ledger.marks())).unwrap_or_default();
    let name = |mark: &str| match mark {
        "" => "everybody".to_string(),
        mark => {
            known.get(mark).cloned().unwrap_or_else(|| format!("{} (not on the roster)", &mark[..9.min(mark.len())]))
        }
    };
    let suppressions = runtime.block_on(ledger.suppressions())?;
    for (own, since) in &suppressions {
        let about = if own.subject.is_empty() { String::new() } else { format!(" about {}", name(&own.subject)) };
        let kind = if own.kind.is_empty() { String::new() } else { format!(", {}", own.kind) };
        say!("{}: not written to{about}{kind}: {}, since {}", name(&own.recipient), own.bar.name(), &since[..10]);
    }
    let answers = runtime.block_on(ledger.answers())?;
    for [guardian, student, answer, since] in &answers {
        say!("{}: {answer} to hear of {}, since {}", name(guardian), name(student), &since[..10]);
    }
    say!("{} suppressions, {} answers", suppressions.len(), answers.len());
    Ok(())
}

/// What the marks of people and addresses on the roster stand for.
fn known_marks(roster: &Roster, marks: &Marks) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for person in &roster.people {
        known.insert(marks.person(&person.id), person.id.clone());
        if let Some(email) = &person.email {
            known.insert(marks.address(email), format!("the address of {}", person.id));
        }
    }
    known
}
