use clap_complete::ArgValueCompleter;

use crate::catalog::{Exercise, Hint, Role};
use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::coach::{self, Ladder};
use crate::config::Raw;
use crate::ledger::Progress;
use crate::report::markdown;

/// Give the next hint for an exercise: for what failed in its last run, from a nudge to nearly the answer
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise; without it, the one that `practice next` names
    #[arg(value_name = "EXERCISE", add = ArgValueCompleter::new(complete::exercises))]
    exercise: Option<String>,
    /// Show the hints that you were given before, and no new one
    #[arg(long)]
    again: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let ledger = context.ledger();
    let progress = ledger.read()?;
    let exercise = match &args.exercise {
        Some(id) => context.exercise(&pack, id)?,
        None => {
            let first = coach::suggestions(&pack, &progress, None::<Role>).into_iter().next();
            let id = first.map(|suggestion| suggestion.exercise.id.clone());
            let found = id.and_then(|id| pack.exercise(&id).cloned());
            found.ok_or_else(|| CliError::usage("every exercise is passed: name the one that you want a hint for"))?
        }
    };
    let uid = exercise.uid.as_str();
    let width = ui::width().min(100);
    let color = ui::stdout_colored(context.settings.color.value);
    if args.again {
        let given = given(&exercise, &progress);
        let mut text = match given.len() {
            0 => format!("You have had no hint for {} yet.\n", exercise.id),
            count => format!("The {} you have had for {}:\n", hints(count), exercise.id),
        };
        for hint in given {
            text.push_str(&format!("\n{}", markdown::render(&hint.text, width, color)));
        }
        ui::print(&text)?;
        return Ok(ExitStatus::Ok);
    }
    let failures = progress.standing(uid).map(|standing| standing.failures.clone()).unwrap_or_default();
    let ladder = coach::ladder(&exercise, &failures, progress.hints(uid));
    let Some(hint) = ladder.next else {
        ui::print(&none_left(&exercise, ladder))?;
        return Ok(ExitStatus::Ok);
    };
    // Kept first: a hint that was read counts, also when the terminal goes away.
    ledger.update(|progress| progress.help.entry(uid.to_owned()).or_default().hints.push(coach::hint_key(hint)))?;
    ui::print(&told(&exercise, hint, ladder, width, color))?;
    Ok(ExitStatus::Ok)
}

/// A hint with what it is for and how many there are.
fn told(exercise: &Exercise, hint: &Hint, ladder: Ladder<'_>, width: usize, color: bool) -> String {
    let number = ladder.given + 1;
    let mut text = format!("{}: hint {number} of {}{}\n\n", exercise.id, ladder.total, coach::hint_reason(hint));
    text.push_str(&markdown::render(&hint.text, width, color));
    if number < ladder.total {
        text.push_str("\nAnother `practice hint` tells more.\n");
    }
    text
}

fn none_left(exercise: &Exercise, ladder: Ladder<'_>) -> String {
    let id = &exercise.id;
    let all = match ladder.total {
        0 => format!("There is no hint for {id} as it stands."),
        total => format!("You have had all {} for {id} as it stands.", hints(total)),
    };
    let more = if exercise.hints.len() > ladder.total {
        format!("\nThere are more for other failures: `practice run {id}` tells where you are.")
    } else {
        String::new()
    };
    let again = if ladder.total > 0 { "\n`practice hint --again` shows them again." } else { "" };
    format!("{all}{more}{again}\n")
}

/// The hints of an exercise that were given, in the order of the exercise.
fn given<'a>(exercise: &'a Exercise, progress: &Progress) -> Vec<&'a Hint> {
    let given = progress.hints(exercise.uid.as_str());
    let mut hints: Vec<&Hint> = exercise.hints.iter().filter(|hint| given.contains(&coach::hint_key(hint))).collect();
    hints.sort_by_key(|hint| hint.level);
    hints
}

fn hints(count: usize) -> String {
    if count == 1 { "hint".to_owned() } else { format!("{count} hints") }
}
