//! The program: the command line and the clock, handed to the library.

use clap::Parser;
use plaudit::calendar::clock::Clock;
use plaudit::cli::{Cli, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    run(&Cli::parse(), Clock::System)
}
