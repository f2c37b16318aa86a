//! The commands, one file each: its arguments, whose doc comments are its help, and what it does.

mod check;
mod completions;
mod config;
mod doctor;
mod env;
mod grade;
mod hint;
mod init;
mod list;
mod man;
mod new;
mod next;
mod replay;
mod reset;
mod review;
mod run;
mod show;
mod snap;
mod solution;
mod status;
mod test_out;
mod verify;
mod watch;
mod welcome;

use clap::Subcommand;

pub use welcome::run as welcome;

use super::{CliError, ExitStatus, Global};

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(init::Args),
    List(list::Args),
    Show(show::Args),
    Run(run::Args),
    Watch(watch::Args),
    Replay(replay::Args),
    Hint(hint::Args),
    Next(next::Args),
    Reset(reset::Args),
    Review(review::Args),
    Solution(solution::Args),
    Status(status::Args),
    TestOut(test_out::Args),
    Grade(grade::Args),
    Verify(verify::Args),
    Check(check::Args),
    New(new::Args),
    Snap(snap::Args),
    Doctor(doctor::Args),
    Config(config::Args),
    Env(env::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs a command.
pub fn run(command: Command, global: Global) -> Result<ExitStatus, CliError> {
    match command {
        Command::Init(args) => init::run(&args, &global),
        Command::List(args) => list::run(&args, &global),
        Command::Show(args) => show::run(&args, &global),
        Command::Run(args) => run::run(&args, &global),
        Command::Watch(args) => watch::run(&args, &global),
        Command::Replay(args) => replay::run(&args, &global),
        Command::Hint(args) => hint::run(&args, &global),
        Command::Next(args) => next::run(&args, &global),
        Command::Review(args) => review::run(&args, &global),
        Command::Reset(args) => reset::run(&args, &global),
        Command::Solution(args) => solution::run(&args, &global),
        Command::Status(args) => status::run(&args, &global),
        Command::TestOut(args) => test_out::run(&args, &global),
        Command::Grade(args) => grade::run(&args, &global),
        Command::Verify(args) => verify::run(&args, &global),
        Command::Check(args) => check::run(&args, &global),
        Command::New(args) => new::run(&args, &global),
        Command::Snap(args) => snap::run(&args, &global),
        Command::Doctor(args) => doctor::run(&args, &global),
        Command::Config(args) => config::run(&args, &global),
        Command::Env(args) => env::run(&args, &global),
        Command::Completions(args) => completions::run(&args, &global),
        Command::Man(args) => man::run(&args, &global),
    }
}
