use clap_complete::ArgValueCompleter;

use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::coach;
use crate::config::Raw;
use crate::report::markdown;

/// Show the author's solution of an exercise that you have passed, and what others get wrong
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise
    #[arg(value_name = "EXERCISE", add = ArgValueCompleter::new(complete::exercises))]
    exercise: String,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let exercise = context.exercise(&pack, &args.exercise)?;
    let ledger = context.ledger();
    let uid = exercise.uid.as_str();
    if !ledger.read()?.was_passed(uid) {
        let id = &exercise.id;
        ui::say(&format!(
            "The solution of {id} opens when you have passed it. Until then, `practice hint {id}` helps you on."
        ));
        return Ok(ExitStatus::NotPassed);
    }
    let at = format!("{:.3}", jiff::Timestamp::now());
    ledger.update(|progress| {
        progress.help.entry(uid.to_owned()).or_default().solution_at.get_or_insert(at);
    })?;
    let color = ui::stdout_colored(context.settings.color.value);
    ui::print(&markdown::render(&coach::solution(&exercise), ui::width().min(100), color))?;
    Ok(ExitStatus::Ok)
}
