mod twin;

use std::io;
use std::sync::Arc;

use clap_complete::ArgValueCompleter;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

pub use self::twin::make;
use super::run::{cancel_on_signals, reporter, status};
use crate::catalog::{Exercise, Pack};
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::coach;
use crate::config::Raw;
use crate::engine::Manner;
use crate::ledger::{Progress, Review};
use crate::plan::{Plan, Planned};
use crate::session::{self, Setting};
use crate::solution;

/// Run your solution of an exercise that you have passed on new inputs
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise; without it, the one that has waited longest
    #[arg(value_name = "EXERCISE", add = ArgValueCompleter::new(complete::exercises))]
    exercise: Option<String>,
    /// What the inputs are made from: the same number, the same inputs
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Only list what is due
    #[arg(long, conflicts_with_all = ["exercise", "seed", "json"])]
    list: bool,
    /// Events as JSON lines on standard output, nothing else there
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let ledger = context.ledger();
    let progress = ledger.read()?;
    let today = jiff::Zoned::now().date();
    let due = coach::due(&pack, &progress, today);
    if args.list {
        let line = |due: &coach::Due<'_>| {
            format!("{}\n", ui::fitted(&format!("  {}: {} ({} days)", due.exercise.id, due.exercise.title, due.days)))
        };
        let text: String = due.iter().map(line).collect();
        ui::print(if text.is_empty() { "Nothing is due.\n" } else { &text })?;
        return Ok(ExitStatus::Ok);
    }
    let exercise = match (&args.exercise, due.first()) {
        (Some(id), _) => named(&context, &pack, &progress, id)?,
        (None, Some(due)) => {
            ui::say(&format!("{}, passed or reviewed {} days ago", due.exercise.id, due.days));
            context.exercise(&pack, &due.exercise.id.to_string())?
        }
        (None, None) => {
            ui::print("Nothing is due. `practice review EXERCISE` takes one that you have passed.\n")?;
            return Ok(ExitStatus::Ok);
        }
    };
    let seed = args.seed.unwrap_or_else(|| seed(&exercise, &today.to_string()));
    let environments = Environments::prepare(&context, &pack, std::iter::once(exercise.as_ref()))?;
    let jobs = context.settings.jobs.value;
    let (mut twins, twin) = {
        // Cold, so that no process that has seen an expectation or made one is there when the learner's code runs.
        let wall = Raised::with_slots(&context, &environments, jobs, true)?;
        make(&context, &pack, &environments, &wall, &exercise, seed)?
    };
    // A review says nothing of how far a tier is done.
    twins.tiers.clear();
    let folder = solution::folder(&context.settings.solutions.value, &exercise);
    let attempt = solution::read(&folder, &twin, &context.current)?;
    let file = folder.join(exercise.entry());
    let file = Some(file.strip_prefix(&context.current).unwrap_or(&file).display().to_string());
    let cases = (0..twin.cases.len()).collect();
    let plan = Plan { exercises: vec![Planned { exercise: twin, cases, attempt, file }] };
    let wall = Raised::new(&context, &environments, plan.case_count(), false)?;
    let setting = Setting { pack: &twins, ledger: None, python: environments.used(), mode: wall.mode() };
    let manner = Manner {
        slots: jobs,
        make: wall.slots(),
        python: Box::new(move |planned: &Planned| environments.runtime(&planned.exercise)),
        time_factor: context.settings.time_factor.value,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ended = runtime.block_on(async {
        let cancel = CancellationToken::new();
        cancel_on_signals(&cancel);
        session::run(&plan, manner, setting, vec![reporter(args.json, false, &context)], cancel).await
    });
    if let Some(error) = ended.reports_failed.iter().find(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        return Err(CliError::report(format!("a report could not be written: {error}")));
    }
    let status = status(&ended);
    if matches!(status, ExitStatus::Ok | ExitStatus::NotPassed) {
        let passed = ended.summary.cases.get("passed").copied().unwrap_or(0);
        let total = ended.summary.cases.values().sum();
        let at = format!("{:.3}", jiff::Timestamp::now());
        ledger.update(|progress| {
            let reviews = progress.reviews.entry(exercise.uid.to_string()).or_default();
            reviews.push(Review { at, passed, total, seed });
        })?;
        ui::say(&format!("the same inputs again: practice review {} --seed {seed}", exercise.id));
    }
    Ok(status)
}

/// An exercise that can be reviewed.
fn named(context: &Context, pack: &Pack, progress: &Progress, id: &str) -> Result<Arc<Exercise>, CliError> {
    let exercise = context.exercise(pack, id)?;
    if exercise.generator.is_none() {
        let able = pack.exercises.iter().filter(|one| one.generator.is_some()).map(|one| one.id.to_string());
        let message = format!("{} has no generator of new inputs", exercise.id);
        return Err(CliError::usage(message).hint(format!("these have: {}", able.collect::<Vec<_>>().join(", "))));
    }
    if !progress.was_passed(exercise.uid.as_str()) {
        let message = format!("{} is not passed yet: there is nothing to review", exercise.id);
        return Err(CliError::usage(message).hint(format!("`practice run {}` first", exercise.id)));
    }
    Ok(exercise)
}

/// Another seed each day and for each exercise.
fn seed(exercise: &Exercise, day: &str) -> u64 {
    let hash = Sha256::digest(format!("{} {day}", exercise.uid));
    hash.iter().take(4).fold(0, |seed, &byte| seed << 8 | u64::from(byte))
}
