mod desk;
mod plain;
mod screen;

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc;

use clap_complete::ArgValueCompleter;

use self::desk::Desk;
use super::status::role;
use crate::catalog::Role;
use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, complete};
use crate::config::Raw;
use crate::watch::State;

/// Run the exercise at hand whenever you save it, with hints, statement and list a key away
///
/// Begins with the exercise that `practice next` names, and goes on to another only when you say so. Without a terminal,
/// or with --plain, it prints lines and reads commands as lines.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which exercises to go through: tier2, tier1/jsonl-dedupe, topic:numpy, state:failing, all
    #[arg(value_name = "SELECTOR", add = ArgValueCompleter::new(complete::selectors))]
    selectors: Vec<String>,
    /// In the order of what this role needs
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Option<Role>,
    /// Folder of the solutions
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    solutions: Option<String>,
    /// How many cases at once
    #[arg(long, short, value_name = "N")]
    jobs: Option<usize>,
    /// Lines instead of a full screen: for screen readers, logs and simple terminals
    #[arg(long)]
    plain: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let flags = Raw { jobs: args.jobs, solutions: args.solutions.clone(), ..Raw::default() };
    let context = Context::load(global, flags)?;
    context.wants_workspace()?;
    let pack = Arc::new(context.pack()?);
    let selected = context.select(&pack, &args.selectors, "all")?;
    let is_selected = |at: &usize| selected.iter().any(|exercise| exercise.id == pack.exercises[*at].id);
    let selection: Vec<usize> = (0..pack.exercises.len()).filter(is_selected).collect();
    let progress = context.ledger().read()?;
    let state = State::new(pack.clone(), selection, args.role, progress);

    let (sender, messages) = mpsc::channel();
    let desk = Desk::new(context, pack, sender)?;
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    if args.plain || dumb || !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        plain::run(desk, state, &messages)?;
    } else {
        screen::run(desk, state, &messages)?;
    }
    Ok(ExitStatus::Ok)
}
