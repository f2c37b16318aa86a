use super::status::role;
use crate::catalog::Role;
use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::coach;
use crate::config::Raw;
use crate::solution;

/// Name the exercise to do next, and why
#[derive(Debug, clap::Args)]
pub struct Args {
    /// On the way to this role
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Option<Role>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let progress = context.ledger().read()?;
    let suggestions = coach::suggestions(&pack, &progress, args.role);
    let Some(first) = suggestions.first() else {
        let whose = args.role.map(|role| format!(" that {} needs", role.id())).unwrap_or_default();
        ui::print(&format!("Every exercise{whose} is passed.\n"))?;
        return Ok(ExitStatus::Ok);
    };
    let exercise = first.exercise;
    let file = solution::folder(&context.settings.solutions.value, exercise).join(exercise.entry());
    let shown = file.strip_prefix(&context.current).unwrap_or(&file).display();
    let id = &exercise.id;
    ui::print(&format!(
        "{id}: {} ({})\n  practice show {id}\n  (edit {shown})\n  practice run {id}\n",
        exercise.title, first.why
    ))?;
    if let Some(due) = coach::due(&pack, &progress, jiff::Zoned::now().date()).first() {
        let line = format!("Due for review: {}; practice review", due.exercise.id);
        ui::print(&format!("{}\n", ui::fitted(&line)))?;
    }
    Ok(ExitStatus::Ok)
}
