use clap_complete::ArgValueCompleter;
use unicode_width::UnicodeWidthStr;

use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::report::markdown;
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
    let file = solution::folder(&context.settings.solutions.value, &exercise).join(exercise.entry());
    let shown = file.strip_prefix(&context.current).unwrap_or(&file);
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
    let write = format!("write {}, then: practice run {}", shown.display(), exercise.id);
    text.push_str(&wrapped(&write, ui::width().min(100)));
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}

/// Text in lines of at most `width` columns, the later ones indented.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        if column > 0 && column + 1 + word.width() > width {
            lines.push_str("\n  ");
            column = 2;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += word.width();
    }
    lines + "\n"
}
