use clap_complete::ArgValueCompleter;

use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::report::markdown;
use crate::report::wrap::wrapped;
use crate::solution;

/// Show the statement of an exercise
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
    let color = ui::stdout_colored(context.settings.color.value);
    let mut text = markdown::render(&exercise.statement, ui::width().min(100), color);
    let folder = solution::folder(&context.settings.solutions.value, &exercise);
    let shown = folder.strip_prefix(&context.current).unwrap_or(&folder);
    let visible: Vec<&str> =
        exercise.cases.iter().filter(|case| !case.hidden).map(|case| case.purpose.as_str()).collect();
    text.push_str(&format!(
        "\n{} · {} · difficulty {} of 5 · about {} minutes\n",
        exercise.id,
        exercise.topic.id(),
        exercise.difficulty,
        exercise.minutes
    ));
    if !exercise.needs.is_empty() {
        let needs: Vec<String> = exercise.needs.iter().map(ToString::to_string).collect();
        text.push_str(&format!("easier after: {}\n", needs.join(", ")));
    }
    text.push_str(&wrapped(&format!("checks: {}", visible.join("; ")), ui::width().min(100)));
    let what = match exercise.files.as_slice() {
        [only] => shown.join(only).display().to_string(),
        several => format!("{} in {}", several.join(", "), shown.display()),
    };
    let write = format!("write {what}, then: practice run {}", exercise.id);
    text.push_str(&wrapped(&write, ui::width().min(100)));
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}
