mod class;
mod outputs;
mod summary;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap_complete::ArgValueCompleter;

pub use self::class::one;
pub use self::work::{Crew, Ended, Events, Voice, run as work_off};
use crate::batch::exam::{Exam, Found, Question};
use crate::batch::journal::Journal;
use crate::batch::run::FindPython;
use crate::batch::{Batch, CaseInfo, Clock, ExerciseInfo, Machine, Points, clock};
use crate::catalog::{Case, Exercise, Pack};
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::{Raw, SandboxMode};
use crate::engine::Task;
use crate::event::{Containment, Event, RunStarted};
use crate::gradebook::diff;
use crate::intake::Layout;
use crate::model::{Verdict, digest};
use crate::report::escape::visible;
use crate::{sandbox, solution};

/// Grade a class: everybody's work on the chosen exercises, kept as it becomes known
///
/// Exit code 0 means that the batch is complete, whatever the grades are.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What was handed in: a folder or an archive
    #[arg(value_name = "SUBMISSIONS", required_unless_present = "diff", value_hint = clap::ValueHint::AnyPath)]
    submissions: Option<PathBuf>,
    /// Folder for all that is written
    #[arg(long, value_name = "DIR", required_unless_present = "diff", value_hint = clap::ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Run nothing: tell who moves between two batches, and why
    #[arg(long, value_names = ["OLD", "NEW"], num_args = 2, value_hint = clap::ValueHint::DirPath, conflicts_with_all = ["submissions", "out"])]
    diff: Option<Vec<PathBuf>>,
    /// Which exercises
    #[arg(long, value_name = "SELECTOR", num_args = 1.., default_value = "all", add = ArgValueCompleter::new(complete::selectors))]
    exercises: Vec<String>,
    /// Who takes part: a CSV file with at least a column `id`
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    roster: Option<PathBuf>,
    /// How the submissions lie, when their names do not tell: folders, canvas, moodle, gradescope, github-classroom,
    /// nbgrader
    #[arg(long, value_name = "NAME")]
    layout: Option<Layout>,
    /// Go on with a batch that was stopped
    #[arg(long)]
    resume: bool,
    /// Say of everything that is run why it is
    #[arg(long)]
    explain: bool,
    /// How many cases at once
    #[arg(long, short, value_name = "N")]
    jobs: Option<usize>,
    /// Fill a gradebook that was exported from Canvas, into canvas.csv
    #[arg(long, value_name = "FILE", requires = "canvas_assignment", value_hint = clap::ValueHint::FilePath)]
    canvas: Option<PathBuf>,
    /// The column of it: the assignment's number or title
    #[arg(long, value_name = "NAME", requires = "canvas")]
    canvas_assignment: Option<String>,
    /// Fill a grading worksheet that was exported from Moodle, into moodle.csv
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    moodle: Option<PathBuf>,
    /// Scale the points to what Canvas or Moodle says is possible
    #[arg(long)]
    scale: bool,
    /// Print annotations for GitHub's runner. For one student's repository, name the folder of the solutions in it:
    /// --github=solutions
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, conflicts_with = "json")]
    github: Option<Option<String>>,
    /// Events as JSON lines on standard output, nothing else there
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Args {
    fn voice(&self) -> Voice {
        match (self.json, self.quiet) {
            (true, _) => Voice::Json,
            (_, true) => Voice::Quiet,
            _ => Voice::Plain,
        }
    }
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let (submissions, out) = match (&args.submissions, &args.out) {
        (Some(submissions), Some(out)) => (submissions.as_path(), out.as_path()),
        // Only without them when there is a --diff.
        _ => (Path::new(""), Path::new("")),
    };
    if let Some([old, new]) = args.diff.as_deref() {
        let diff =
            diff::files(&results_of(old), &results_of(new)).map_err(|error| CliError::usage(error.to_string()))?;
        ui::print(&diff.to_string())?;
        return Ok(ExitStatus::Ok);
    }
    let context = Context::load(global, Raw { jobs: args.jobs, ..Raw::default() })?;
    needs_a_wall(&context)?;
    let pack = context.pack()?;
    let exercises = context.select(&pack, &args.exercises, "all")?;
    if let Some((exercise, tool)) = exercises.iter().find_map(|one| Some((one, solution::missing_tool(one)?))) {
        let message = format!("{} needs the program `{tool}`, which this machine does not have", exercise.id);
        return Err(CliError::machine(message).hint("install it, or leave the exercise out with --exercises"));
    }
    let environments = Environments::prepare(&context, &pack, exercises.iter().map(AsRef::as_ref))?;
    let mut journal = open(out, args.resume)?;
    let mut class = class::read(args, submissions, &context, &exercises)?;
    let (platforms, uploads) = outputs::prepare(args, out)?;
    let mut exam = Exam {
        entrants: std::mem::take(&mut class.entrants),
        questions: questions(&pack, &exercises, &environments),
        time_factor: context.settings.time_factor.value,
    };
    let found = exam.look(&mut journal)?;
    if args.explain {
        explain(&exam, &found);
    }
    let mut events = Events::new(args.voice());
    let standing = journal.last().filter(|last| found.todo.is_empty() && is_of(last, &exam)).cloned();
    let (exam, batch) = match standing {
        // Nothing is to be run: the batch is the one that ran it.
        Some(batch) => (Arc::new(exam), batch),
        None => {
            let cases = found.todo.iter().map(|todo| exam.questions[todo.question].exercise.cases.len()).sum();
            let wall = Raised::new(&context, &environments, cases, false)?;
            let jobs = context.settings.jobs.value;
            let clocks = clocks(&environments, &wall, &exam, &found, journal.unfinished(), jobs)?;
            for (question, clock) in exam.questions.iter_mut().zip(&clocks) {
                question.factor = clock.factor;
            }
            let begun = journal.unfinished().map(|last| last.begun.clone());
            let batch = batch(&context, &pack, &environments, &exam, &wall, &clocks, begun);
            journal.begin(&batch)?;
            events.send(None, started(&batch, cases), &[])?;
            let python: Arc<FindPython> = Arc::new(move |exercise: &Exercise| environments.runtime(exercise));
            let exam = Arc::new(exam);
            let crew = Crew { exam: &exam, wall: &wall, python: &python, jobs };
            if work_off(&crew, &found.todo, &mut journal, args.voice(), &mut events)? == Ended::Interrupted {
                ui::say("stopped; what is known is kept, and the same command with --resume goes on");
                return Ok(ExitStatus::Interrupted);
            }
            journal.complete(exam.entrants.len())?;
            (exam, batch)
        }
    };
    let summary = outputs::write(out, &class, &exam, &batch, &journal, platforms)?;
    outputs::scan(out, &exam)?;
    let status = summary.status();
    if args.voice() == Voice::Plain {
        ui::print(&summary.text(&batch, &class, &found, out))?;
        for changes in uploads.iter().filter_map(|changes| changes.get()) {
            ui::print(&format!("\n{changes}"))?;
        }
    }
    Ok(status)
}

/// The results of a batch: a file, or the one in its folder.
fn results_of(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("results.jsonl") } else { path.to_owned() }
}

/// Nobody's work is run without a wall.
pub fn needs_a_wall(context: &Context) -> Result<(), CliError> {
    if context.settings.sandbox.value == SandboxMode::None {
        let origin = &context.settings.sandbox.origin;
        let message = format!("nobody's work is graded without a wall: sandbox.mode is none (from {origin})");
        return Err(CliError::usage(message).hint("`practice doctor` tells what this machine can have"));
    }
    Ok(())
}

/// Opens the journal of `out`. A batch that was stopped is only gone on with when that is asked for.
fn open(out: &Path, resume: bool) -> Result<Journal, CliError> {
    fs_err::create_dir_all(out).map_err(|error| CliError::report(error.to_string()))?;
    let path = out.join("journal.jsonl");
    let mut entries = fs_err::read_dir(out)?;
    if !path.exists() && entries.next().is_some() {
        let message = format!("{} has files in it that are no batch's: there is no journal.jsonl", out.display());
        return Err(CliError::usage(message).hint("name a new folder with --out"));
    }
    let journal = Journal::open(&path)?;
    match journal.unfinished() {
        Some(last) if !resume => {
            let message = format!("{} holds a batch of {} that was stopped before its end", out.display(), last.begun);
            Err(CliError::usage(message)
                .hint("--resume goes on with it: what is graded is not run again")
                .hint("name a new folder with --out to begin anew"))
        }
        _ => Ok(journal),
    }
}

/// The exercises as questions, with all that their verdicts depend on.
pub fn questions(pack: &Pack, exercises: &[Arc<Exercise>], environments: &Environments) -> Vec<Question> {
    let files = sandbox::DRIVER_FILES.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
    let driver = digest::hash([env!("CARGO_PKG_VERSION").as_bytes()].into_iter().chain(files));
    let question =
        |exercise: &Arc<Exercise>| Question::new(pack, exercise.clone(), &driver, environments.fingerprint(exercise));
    exercises.iter().map(question).collect()
}

/// Whether a batch is one of these very questions.
fn is_of(batch: &Batch, exam: &Exam) -> bool {
    let same = |(question, then): (&Question, &ExerciseInfo)| info(&question.exercise, then.clock) == *then;
    batch.exercises.len() == exam.questions.len() && exam.questions.iter().zip(&batch.exercises).all(same)
}

/// Times the references of what is to be run. One that does not pass here makes grading pointless. A batch that is gone on
/// with keeps its clocks: its students have the same limits, whenever they were run.
fn clocks(
    environments: &Environments,
    wall: &Raised,
    exam: &Exam,
    found: &Found,
    unfinished: Option<&Batch>,
    jobs: usize,
) -> Result<Vec<Clock>, CliError> {
    let mut clocks = Vec::new();
    for (number, question) in exam.questions.iter().enumerate() {
        let exercise = &question.exercise;
        let before = unfinished.and_then(|batch| batch.exercises.iter().find(|known| known.id == exercise.id));
        if let Some(known) = before.filter(|known| known.clock.reference_ms.is_some()) {
            clocks.push(known.clock);
            continue;
        }
        if !found.todo.iter().any(|todo| todo.question == number) {
            clocks.push(Clock { reference_ms: None, factor: 1.0 });
            continue;
        }
        let (python, preload) = environments.runtime(exercise);
        let task = |case| Task {
            exercise: exercise.clone(),
            case,
            solution: exercise.reference.clone().into(),
            python: python.clone(),
            preload: preload.clone(),
            hash_seed: 0,
            // A slow machine is not to fail the reference: it is what the limits are made from.
            time_factor: exam.time_factor * 4.0,
            most_output: None,
        };
        let tasks: Vec<Task> = (0..exercise.cases.len()).map(task).collect();
        let outcomes = super::check::outcomes(wall, jobs, tasks)?;
        match clock::objection(exercise, &outcomes) {
            Some((Verdict::MachineError, why)) => return Err(CliError::machine(why)),
            Some((_, why)) => {
                return Err(CliError::pack(why).hint("`practice check` proves exercises; nobody was graded"));
            }
            None => clocks.push(clock::of_reference(exercise, &outcomes)),
        }
    }
    Ok(clocks)
}

fn info(exercise: &Exercise, clock: Clock) -> ExerciseInfo {
    let case = |case: &Case| CaseInfo {
        id: case.id.clone(),
        purpose: case.purpose.clone(),
        hidden: case.hidden,
        weight: case.weight,
        group: case.group.clone(),
    };
    ExerciseInfo {
        id: exercise.id.clone(),
        uid: exercise.uid.clone(),
        title: exercise.title.clone(),
        topic: exercise.topic.id().to_owned(),
        max_points: Points::whole(exercise.max_points()),
        cases: exercise.cases.iter().map(case).collect(),
        clock,
    }
}

fn batch(
    context: &Context,
    pack: &Pack,
    environments: &Environments,
    exam: &Exam,
    wall: &Raised,
    clocks: &[Clock],
    begun: Option<String>,
) -> Batch {
    let texts = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    Batch {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pack: (pack.name.clone(), pack.title.clone()),
        begun: begun.unwrap_or_else(|| format!("{:.0}", jiff::Timestamp::now())),
        exercises: exam
            .questions
            .iter()
            .zip(clocks)
            .map(|(question, clock)| info(&question.exercise, *clock))
            .collect(),
        containment: Containment {
            mode: wall.mode().id().to_owned(),
            in_force: texts(wall.mode().in_force()),
            not_in_force: texts(wall.mode().not_in_force()),
        },
        python: environments.used(),
        machine: Machine::here(context.settings.jobs.value),
    }
}

fn started(batch: &Batch, cases: usize) -> Event {
    Event::RunStarted(RunStarted {
        version: batch.version.clone(),
        pack: batch.pack.0.clone(),
        exercises: batch.exercises.iter().map(|exercise| exercise.id.clone()).collect(),
        cases,
        jobs: batch.machine.jobs,
        containment: batch.containment.clone(),
        python: batch.python.clone(),
    })
}

/// Says of everything that is to be run why it is.
fn explain(exam: &Exam, found: &Found) {
    for todo in &found.todo {
        let (student, exercise) = (&exam.entrants[todo.entrant].info.id, &exam.questions[todo.question].exercise.id);
        ui::say(&format!("{} {exercise}: {}", visible(student.as_str()), todo.why));
    }
    ui::say(&format!("{} to be run, {} known already", found.todo.len(), found.known));
}
