use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap_complete::ArgValueCompleter;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio_util::sync::CancellationToken;

use crate::catalog::Pack;
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::engine::Manner;
use crate::event::Summary;
use crate::model::{Verdict, nearest};
use crate::plan::{Plan, Planned};
use crate::report::Reporter;
use crate::report::jsonl::JsonlReporter;
use crate::report::junit::JunitReporter;
use crate::report::terminal::{Look, TerminalReporter};
use crate::session::{self, Ended, Setting};
use crate::solution::{self, Attempt};

/// Run your solutions: what passes, what differs, how far each tier is done
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which exercises: tier2, tier1/jsonl-dedupe, tier*/json*, topic:numpy, role:ml-engineer, state:failing, all
    #[arg(value_name = "SELECTOR", required = true, add = ArgValueCompleter::new(complete::selectors))]
    selectors: Vec<String>,
    /// Folder of the solutions
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    solutions: Option<String>,
    /// Only this case of each selected exercise
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// How many cases at once
    #[arg(long, short, value_name = "N")]
    jobs: Option<usize>,
    /// Events as JSON lines on standard output, nothing else there
    #[arg(long)]
    json: bool,
    /// Also write a JUnit XML file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    junit: Option<PathBuf>,
    /// Show every failing case in full
    #[arg(long, short)]
    verbose: bool,
    /// Start an interpreter for each case, instead of forking a warm one
    #[arg(long)]
    cold: bool,
    /// Say what would be run, and run nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let flags = Raw { jobs: args.jobs, solutions: args.solutions.clone(), ..Raw::default() };
    let context = Context::load(global, flags)?;
    if let Some(folder) = &args.solutions
        && !context.settings.solutions.value.is_dir()
    {
        return Err(CliError::usage(format!("there is no folder {folder}")).hint("`practice init` makes a workspace"));
    }
    context.wants_workspace()?;
    let pack = context.pack()?;
    let plan = plan(args, &context, &pack)?;
    if args.dry_run {
        ui::print(&format!("{plan}\n"))?;
        return Ok(ExitStatus::Ok);
    }
    let attempted = plan.exercises.iter().filter(|planned| matches!(planned.attempt, Attempt::Solution(_)));
    let environments = Environments::prepare(&context, &pack, attempted.map(|planned| planned.exercise.as_ref()))?;
    let reporters = reporters(args, &context)?;
    let ended = execute(&context, &pack, &plan, environments, args.cold, reporters)?;
    for error in &ended.reports_failed {
        // `practice run | head` is no failure of anybody's.
        if error.kind() != io::ErrorKind::BrokenPipe {
            return Err(CliError::report(format!("a report could not be written: {error}")));
        }
    }
    Ok(status(&ended))
}

/// What the arguments mean.
fn plan(args: &Args, context: &Context, pack: &Pack) -> Result<Plan, CliError> {
    let mut exercises = Vec::new();
    for exercise in context.select(pack, &args.selectors, "all")? {
        let folder = solution::folder(&context.settings.solutions.value, &exercise);
        let cases = (0..exercise.cases.len())
            .filter(|&index| args.case.as_ref().is_none_or(|wanted| exercise.cases[index].id.as_str() == wanted))
            .collect();
        let attempt = solution::read(&folder, &exercise, &context.current)?;
        let file = folder.join(exercise.entry());
        let shown = file.strip_prefix(&context.current).unwrap_or(&file).display().to_string();
        exercises.push(Planned { exercise, cases, attempt, file: Some(shown) });
    }
    if let Some(wanted) = &args.case {
        let known = exercises.iter().flat_map(|planned| planned.exercise.cases.iter().map(|case| case.id.as_str()));
        let near = nearest(wanted, known).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
        exercises.retain(|planned| !planned.cases.is_empty());
        if exercises.is_empty() {
            return Err(CliError::usage(format!("no selected exercise has a case `{wanted}`{near}")));
        }
    }
    Ok(Plan { exercises })
}

fn reporters(args: &Args, context: &Context) -> Result<Vec<Box<dyn Reporter>>, CliError> {
    let mut first = Look { surroundings: args.verbose, ..look(context) };
    first.verbose = args.verbose || args.case.is_some();
    let mut reporters = vec![written(args.json, first)];
    if let Some(path) = &args.junit {
        let junit = JunitReporter::create(path);
        reporters.push(Box::new(junit.map_err(|error| CliError::report(format!("{}: {error}", path.display())))?));
    }
    Ok(reporters)
}

/// The reporter that writes to standard output: events, or what a person reads.
pub fn reporter(json: bool, verbose: bool, context: &Context) -> Box<dyn Reporter> {
    written(json, Look { verbose, ..look(context) })
}

fn written(json: bool, look: Look) -> Box<dyn Reporter> {
    // Buffered: an exercise's lines appear together, and cost one write.
    let stdout: Box<dyn Write + Send> = Box::new(io::stdout());
    match json {
        true => Box::new(JsonlReporter::new(stdout)),
        false => Box::new(TerminalReporter::new(stdout, look)),
    }
}

/// What the terminal can do.
fn look(context: &Context) -> Look {
    let terminal = io::stdout().is_terminal();
    let color = ui::stdout_colored(context.settings.color.value);
    Look {
        width: ui::width(),
        color,
        live: terminal && io::stderr().is_terminal(),
        verbose: false,
        surroundings: false,
        links: terminal && color,
    }
}

fn execute(
    context: &Context,
    pack: &Pack,
    plan: &Plan,
    environments: Environments,
    cold: bool,
    reporters: Vec<Box<dyn Reporter>>,
) -> Result<Ended, CliError> {
    let wall = Raised::new(context, &environments, plan.case_count(), cold)?;
    let ledger = context.ledger();
    let setting = Setting { pack, ledger: Some(&ledger), python: environments.used(), mode: wall.mode() };
    let manner = Manner {
        slots: context.settings.jobs.value,
        make: wall.slots(),
        python: Box::new(move |planned: &Planned| environments.runtime(&planned.exercise)),
        time_factor: context.settings.time_factor.value,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    Ok(runtime.block_on(async {
        let cancel = CancellationToken::new();
        cancel_on_signals(&cancel);
        session::run(plan, manner, setting, reporters, cancel).await
    }))
}

/// Cancels on Ctrl-C and on a polite request to end.
pub fn cancel_on_signals(cancel: &CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let cancel = cancel.clone();
        // Without a handler the signal ends us at once, and the warden cleans up after us.
        if let Ok(mut stream) = signal(kind) {
            tokio::spawn(async move {
                stream.recv().await;
                cancel.cancel();
            });
        }
    }
}

/// A bar on standard error for `count` cases; nothing when that is no terminal.
pub fn progress_bar(count: usize) -> ProgressBar {
    let target = if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(count as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} cases, {eta} left") {
        bar.set_style(style.progress_chars("#>-"));
    }
    bar
}

/// The exit status of a run, from its counts alone.
pub fn status(ended: &Ended) -> ExitStatus {
    if ended.interrupted {
        return ExitStatus::Interrupted;
    }
    let any = |summary: &Summary, verdict| summary.exercises_with(verdict) > 0;
    let not_passed = Verdict::ALL.iter().filter(|verdict| **verdict != Verdict::Passed);
    if any(&ended.summary, Verdict::MachineError) {
        ExitStatus::Machine
    } else if any(&ended.summary, Verdict::ExerciseError) {
        ExitStatus::Pack
    } else if not_passed.into_iter().any(|verdict| any(&ended.summary, *verdict)) {
        ExitStatus::NotPassed
    } else {
        ExitStatus::Ok
    }
}
