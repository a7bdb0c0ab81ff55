//! `plaudit study`: the full study of a period, as a paper with its figures and tables.

use super::{Ending, Period, show};
use crate::calendar::clock::Clock;
use crate::config::{Config, Preset};
use crate::disk;
use crate::pipeline::prepare::Workshop;
use crate::pipeline::{self, Read};
use crate::problem::{Outcome, Problem, nearest};
use crate::rendering::study::{Paper, Study};
use crate::rendering::{Days, Names, Writer};
use crate::scoring::tables;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

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
    pub fn run(&self, config: &Config, clock: Clock) -> Outcome<Ending> {
        let workshop = Workshop::open(config)?;
        let progress = show::steps();
        progress.set_message("reading the sources");
        let mut read = pipeline::read(&self.configured(config), &self.period.asked(clock)?)?;
        let organization = self.organization.as_deref().map(|id| organization(&read, id)).transpose()?;
        progress.set_message("computing");
        let facts = pipeline::count(&read)?;
        let (scores, analysis) = pipeline::score(&read, &facts, None);
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
        self.write_beside(&paper)?;
        let subjects = &read.intake.activity.subjects;
        let of = organization.map(|index| read.intake.roster.organizations[index].id.as_str());
        self.write_data(tables::without_people(&read.intake.roster, subjects, &scores, &analysis, of))?;
        progress.set_message("typesetting");
        let pdf = workshop.typesetter.set(&paper.manuscript(writer.words, workshop.typesetter.fonts()))?;
        disk::write(&self.out.join("study.pdf"), &pdf)?;
        progress.finish_and_clear();
        say!("{}: {} with its figures, tables and data in {}", paper.period, "study.pdf", self.out.display());
        Ok(Ending::Done)
    }

    fn configured(&self, config: &Config) -> Config {
        let preset = match self.method {
            MethodOf::Study => Preset::Study,
            MethodOf::Weekly => Preset::Weekly,
            MethodOf::Config => return config.clone(),
        };
        Config { method: config.method.with_preset(preset), ..config.clone() }
    }

    fn preset(&self) -> &'static str {
        match self.method {
            MethodOf::Study => "study",
            MethodOf::Weekly => "weekly",
            MethodOf::Config => "own",
        }
    }

    fn write_beside(&self, paper: &Paper) -> Outcome<()> {
        let files = paper.attachments().map_err(|error| Problem::new("study", error.to_string()))?;
        files.iter().try_for_each(|file| disk::write(&self.out.join(&file.path), &file.bytes))
    }

    fn write_data(&self, tables: Vec<tables::Table<'_>>) -> Outcome<()> {
        for table in tables {
            let path = self.out.join("data").join(format!("{}.csv", table.name));
            let mut bytes = Vec::new();
            table.write_csv(&mut bytes).map_err(|error| Problem::new(path.display().to_string(), error.to_string()))?;
            disk::write(&path, &bytes)?;
        }
        Ok(())
    }
}

/// The organization with an id.
fn organization(read: &Read, id: &str) -> Outcome<usize> {
    let known = &read.intake.roster.organizations;
    known.iter().position(|organization| organization.id == id).ok_or_else(|| {
        let problem = Problem::new(id, "is not the id of an organization on the roster");
        match nearest(id, known.iter().map(|organization| organization.id.as_str())) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")).into(),
            None => problem
                .hint("`plaudit study` without `--organization` lists all ids in its table of organizations")
                .into(),
        }
    })
}
