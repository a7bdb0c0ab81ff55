//! `plaudit study`: the full study of a period, as a paper with its figures and tables.

use super::{Ending, Period, show};
use crate::calendar::clock::Clock;
use crate::config::{Config, Preset, RulerKind, Scale};
use crate::disk;
use crate::pipeline::prepare::Workshop;
use crate::pipeline::{self, Read};
use crate::problem::{Outcome, Problem, nearest};
use crate::rendering::study::{Paper, Study, paper};
use crate::rendering::{Days, Names, Writer};
use crate::scoring::tables;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The folder of the numbers behind the figures.
const DATA: &str = "data";

/// Write the full study of a period
#[derive(Debug, Args)]
pub struct StudyCommand {
    /// The folder that the paper, its figures and its tables are written to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    period: Period,
    /// One organization in depth, by its id; all of them side by side by default
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    /// How scores are computed; limits and numbers stay as configured
    #[arg(long, default_value = "study")]
    method: MethodOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MethodOf {
    /// The letter of the study
    Study,
    /// The preset for weekly reports
    Weekly,
    /// As config.yaml has it
    Config,
}

impl StudyCommand {
    /// Writes the files.
    ///
    /// # Errors
    /// A source that cannot be read, an organization that is not on the roster, a file that cannot be written.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let workshop = Workshop::open(config)?;
        let progress = show::steps();
        progress.set_message("reading the sources");
        let mut read = pipeline::read(&self.configured(config), &self.period.asked(clock)?)?;
        let organization = self.organization.as_deref().map(|id| organization(&read, id)).transpose()?;
        progress.set_message("computing");
        let facts = pipeline::count(&read)?;
        let (scores, analysis) = pipeline::score(&read, &facts, None);
        if analysis.weeks.is_empty() {
            return Err(no_data(&read, analysis.first_day).into());
        }
        // The actions are most of what is in memory, and all is computed.
        read.intake.activity.actions = Vec::new();
        let names = Names::of(&read.intake.roster, &read.intake.activity.subjects, workshop.typesetter.fonts());
        let writer = Writer {
            roster: &read.intake.roster,
            scores: &scores,
            analysis: &analysis,
            names: &names,
            method: &read.config.method,
            days: &Days::default(),
            words: workshop.templates.words(&read.config.language),
        };
        let (glimpses, rejects) = (&read.intake.activity.glimpses, &read.intake.rejects);
        let study = Study { writer, glimpses, rejects, zone: config.zone, preset: self.preset() };
        progress.set_message("drawing");
        let paper = organization.map_or_else(|| study.of_all(), |organization| study.of_one(organization));
        progress.set_message("typesetting");
        let fonts = workshop.typesetter.fonts();
        let pdf = workshop.typesetter.set(&paper.manuscript(writer.words, fonts))?;
        let subjects = &read.intake.activity.subjects;
        let of = organization.map(|index| read.intake.roster.organizations[index].id.as_str());
        let with_shares = read.config.method.scale == Scale::Minmax;
        let data = tables::without_people(&read.intake.roster, subjects, &scores, &analysis, of, with_shares);
        self.write(&pdf, &paper, data)?;
        progress.finish_and_clear();
        say!("{}: study.pdf with its figures, tables and data in {}", paper.period, self.out.display());
        Ok(Ending::Done)
    }

    /// Writes the paper and what belongs to it, in place of what an earlier study left there.
    fn write(&self, pdf: &[u8], paper: &Paper, data: Vec<tables::Table<'_>>) -> Outcome<()> {
        let bug = |error: csv::Error| Problem::new("study", error.to_string());
        let files = paper.attachments().map_err(bug)?;
        self.remove_earlier()?;
        disk::write(&self.out.join("study.pdf"), pdf)?;
        for file in files {
            disk::write(&self.out.join(&file.path), &file.bytes)?;
        }
        for table in data {
            let path = self.out.join(DATA).join(format!("{}.csv", table.name));
            let mut bytes = Vec::new();
            table.write_csv(&mut bytes).map_err(bug)?;
            disk::write(&path, &bytes)?;
        }
        Ok(())
    }

    /// Removes the figures, tables and data of an earlier study, known by their names; whatever else is there stays.
    fn remove_earlier(&self) -> Outcome<()> {
        let is_figure = |name: &str| name.strip_suffix(".svg").is_some_and(|name| name.starts_with("figure-"));
        let is_table = |name: &str| name.strip_suffix(".csv").is_some_and(|name| name.starts_with("table-"));
        let is_data = |name: &str| name.strip_suffix(".csv").is_some_and(|name| tables::NAMES.contains(&name));
        disk::remove_files(&self.out.join(paper::FIGURES), is_figure)?;
        disk::remove_files(&self.out.join(paper::TABLES), is_table)?;
        disk::remove_files(&self.out.join(DATA), is_data)
    }

    /// The settings with the method that was asked for; without a ledger no ruler is kept, so it is the window's.
    fn configured(&self, config: &Config) -> Config {
        let mut method = match self.method {
            MethodOf::Study => config.method.with_preset(Preset::Study),
            MethodOf::Weekly => config.method.with_preset(Preset::Weekly),
            MethodOf::Config => config.method.clone(),
        };
        if method.ruler == RulerKind::Term {
            method.ruler = RulerKind::Window;
        }
        Config { method, ..config.clone() }
    }

    fn preset(&self) -> &'static str {
        match self.method {
            MethodOf::Study => "study",
            MethodOf::Weekly => "weekly",
            MethodOf::Config => "own",
        }
    }
}

/// A period that has no school week with data.
fn no_data(read: &Read, first_day: Option<NaiveDate>) -> Problem {
    let message = match first_day {
        Some(day) => format!("the period ends with the week of {}, and the data begin on {day}", read.week),
        None => "there is not a single row of activity, so there is nothing to study".to_string(),
    };
    Problem::new("study", message)
        .hint("`plaudit check` shows what each source holds; `--to` or `--week` chooses the last week")
}

/// The organization with an id.
fn organization(read: &Read, id: &str) -> Outcome<usize> {
    let known = &read.intake.roster.organizations;
    known.iter().position(|organization| organization.id == id).ok_or_else(|| {
        let asked: String = id.chars().filter(|letter| !letter.is_control()).take(80).collect();
        let message = format!("`{asked}` is not the id of an organization on the roster");
        let some: Vec<&str> = known.iter().take(5).map(|organization| organization.id.as_str()).collect();
        let hint = match nearest(id, known.iter().map(|organization| organization.id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the roster has {} of them, such as {}", known.len(), some.join(", ")),
        };
        Problem::new("--organization", message).hint(hint).into()
    })
}
