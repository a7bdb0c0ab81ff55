//! The program: the command line and the clock, handed to the library.

use clap::Parser;
use plaudit::calendar::clock::Clock;
use plaudit::cli::{Cli, run};
use std::process::ExitCode;

/// typst lays out by recursion, also on rayon's threads.
const WORKER_STACK_BYTES: usize = 16 << 20;

fn main() -> ExitCode {
    // Refused only if a pool was made before, which nothing does.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(WORKER_STACK_BYTES).build_global();
    run(&Cli::parse(), &Clock::System)
}
