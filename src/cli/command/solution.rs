use clap_complete::ArgValueCompleter;

use crate::catalog::Exercise;
use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
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
    ui::print(&markdown::render(&text(&exercise), ui::width().min(100), color))?;
    Ok(ExitStatus::Ok)
}

/// The solution as Markdown: the files that a learner writes, and those that the author added.
fn text(exercise: &Exercise) -> String {
    let given = |path: &str| exercise.starter.iter().any(|file| file.path == path);
    let written = |path: &str| exercise.files.iter().any(|file| file == path) || !given(path);
    let mut text = format!("# {}\n\n", exercise.title);
    for file in exercise.reference.iter().filter(|file| written(&file.path)) {
        let source = String::from_utf8_lossy(&file.bytes);
        // A fence that the source itself cannot close.
        text.push_str(&format!("`{}`\n\n~~~~~~~~python\n{}\n~~~~~~~~\n\n", file.path, source.trim_end()));
    }
    if !exercise.wrong.is_empty() {
        text.push_str("## What others get wrong\n\n");
        for wrong in &exercise.wrong {
            text.push_str(&format!("- {}\n", wrong.says));
        }
    }
    text
}
