//! `plaudit scores`: the method's tables as files.

use super::{Ending, Period, runtime};
use crate::calendar::clock::Clock;
use crate::config::{Config, Preset, RulerKind};
use crate::ledger::Ledger;
use crate::pipeline::{self, prepare};
use crate::problem::{Outcome, Problem};
use crate::scoring::tables::{self, Table};
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Compute the method's tables
#[derive(Debug, Args)]
pub struct Scores {
    /// The folder that the tables are written to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    period: Period,
    /// A preset in place of the configured method; limits and numbers stay as configured
    #[arg(long)]
    method: Option<Preset>,
    /// Whose spread is 0..100, in place of the configured ruler
    #[arg(long)]
    ruler: Option<RulerKind>,
    /// How the tables are written
    #[arg(long, default_value = "csv")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Parquet,
}

impl Scores {
    /// Writes the tables.
    ///
    /// # Errors
    /// A source that cannot be read, or a table that cannot be written.
    pub fn run(&self, config: &Config, clock: &Clock) -> Outcome<Ending> {
        let mut config = config.clone();
        if let Some(preset) = self.method {
            config.method = config.method.with_preset(preset);
        }
        if let Some(ruler) = self.ruler {
            config.method.ruler = ruler;
        }
        if config.method.ruler == RulerKind::Fixed && config.method.ruler_dates.is_none() {
            return Err(Problem::new("--ruler fixed", "config names no dates")
                .hint("add `ruler_dates: {from: ..., to: ...}` below `method:`")
                .into());
        }
        let read = pipeline::read(&config, &self.period.asked(clock)?)?;
        let facts = pipeline::count(&read)?;
        let runtime = runtime()?;
        let mut ledger = runtime.block_on(Ledger::look(&config.state))?;
        let known = runtime.block_on(prepare::known(ledger.as_mut(), &read, ""))?;
        let (scores, analysis) = pipeline::score(&read, &facts, known.ruler.as_ref());
        crate::disk::make_private_folder(&self.out)?;
        let subjects = &read.intake.activity.subjects;
        for table in tables::all(&read.intake.roster, subjects, &facts, &scores, &analysis) {
            self.write(table)?;
        }
        say!("week of {}: tables in {}", read.week, self.out.display());
        Ok(Ending::Done)
    }

    fn write(&self, table: Table<'_>) -> Outcome<()> {
        let ending = if self.format == Format::Csv { "csv" } else { "parquet" };
        let path = self.out.join(format!("{}.{ending}", table.name));
        let create = |path: &Path| File::create(path).map_err(|error| Problem::io(path, "written", &error));
        let out = BufWriter::new(create(&path)?);
        let written = match self.format {
            Format::Csv => table.write_csv(out).map_err(|error| error.to_string()),
            Format::Parquet => table.write_parquet(out).map_err(|error| error.to_string()),
        };
        written.map_err(|error| Problem::new(path.display().to_string(), format!("cannot be written: {error}")).into())
    }
}
