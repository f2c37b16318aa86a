//! The `practice` program; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    practice::cli::main(std::env::args_os().collect())
}
