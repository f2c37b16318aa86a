mod attacks;
mod generators;
mod mutants;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap_complete::ArgValueCompleter;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::mutants::Caught;
use crate::catalog::Exercise;
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::engine::{self, Outcome, Task};
use crate::model::{CaseId, ExerciseId, Facts, Verdict, WorkFile};
use crate::solution;

/// Prove exercises: the starter does not pass, the reference does, every wrong solution fails where it says
///
/// The reference runs twice and must give the same bytes, well within its limits. For authors.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which exercises
    #[arg(value_name = "SELECTOR", add = ArgValueCompleter::new(complete::selectors))]
    selectors: Vec<String>,
    /// How many cases at once
    #[arg(long, short, value_name = "N")]
    jobs: Option<usize>,
    /// Start an interpreter for each case, instead of forking a warm one
    #[arg(long)]
    cold: bool,
    /// Make mutants of the references too, and see how many the cases catch: nine of ten must be
    #[arg(long)]
    mutants: bool,
    /// Write the shares of mutants that are caught into this file, as a Markdown table
    #[arg(long, value_name = "FILE", requires = "mutants")]
    table: Option<PathBuf>,
}

/// Programs whose time on the clock is more than so many times their processor time wait: for a queue, say. Those that
/// talk to a world do in any case.
const WAITS: u32 = 4;
/// Of programs that wait, so many times as many run at once. More would disturb each other: what they prove is often a
/// matter of when.
const WAITING: usize = 2;

/// What is to fail may take so many times as long as the reference.
const PATIENCE: u32 = 10;
/// A wrong solution has at least that: it may be slow and still pass some cases, on a machine that is busy.
const SHORTEST_WRONG: Duration = Duration::from_secs(4);

/// One solution of an exercise and what it is to prove.
enum Proof {
    /// It must not pass.
    Starter,
    /// It must pass.
    Reference,
    /// It must pass again, with the same bytes.
    Again,
    /// The wrong solution of this index must fail exactly where it says.
    Wrong(usize),
    /// A solution that solves nothing and wants to pass all the same must not.
    Attack(&'static str),
}

/// A solution's cases among the tasks.
struct Part {
    exercise: Arc<Exercise>,
    proof: Proof,
    first: usize,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let flags = Raw { jobs: args.jobs, ..Raw::default() };
    let context = Context::load(global, flags)?;
    let pack = context.pack()?;
    let exercises = context.select(&pack, &args.selectors, "all")?;
    let (exercises, skipped): (Vec<_>, Vec<_>) =
        exercises.into_iter().partition(|exercise| solution::missing_tool(exercise).is_none());
    let environments = Environments::prepare(&context, &pack, exercises.iter().map(AsRef::as_ref))?;

    let mut tasks = Vec::new();
    let mut parts = Vec::new();
    for exercise in &exercises {
        let (python, preload) = environments.runtime(exercise);
        let mut add = |proof, solution: &[WorkFile]| {
            let solution: Arc<[WorkFile]> = solution.into();
            let most_output = matches!(proof, Proof::Attack(attacks::FLOOD)).then_some(attacks::MOST_FLOOD);
            parts.push(Part { exercise: exercise.clone(), proof, first: tasks.len() });
            tasks.extend((0..exercise.cases.len()).map(|case| Task {
                exercise: exercise.clone(),
                case,
                solution: solution.clone(),
                python: python.clone(),
                preload: preload.clone(),
                hash_seed: 0,
                time_factor: context.settings.time_factor.value,
                most_output,
            }));
        };
        add(Proof::Starter, &exercise.starter);
        add(Proof::Reference, &exercise.reference);
        add(Proof::Again, &exercise.reference);
        for (index, wrong) in exercise.wrong.iter().enumerate() {
            add(Proof::Wrong(index), &wrong.solution);
        }
        for (name, text) in attacks::ALL {
            add(Proof::Attack(name), &attacks::solution(exercise, text));
        }
    }
    let jobs = context.settings.jobs.value;
    let wall = Raised::with_slots(&context, &environments, (jobs * WAITING).min(tasks.len().max(1)), args.cold)?;
    let outcomes = in_order(&wall, jobs, &exercises, &parts, tasks)?;

    let of = |exercise: &Arc<Exercise>, part: &Part| part.exercise.id == exercise.id;
    let mut found: Vec<Vec<String>> = exercises.iter().map(|exercise| judge_all(exercise, &parts, &outcomes)).collect();
    for (exercise, found) in exercises.iter().zip(&mut found) {
        found.extend(generators::judge(&context, &pack, &environments, &wall, exercise)?);
    }
    let caught = match args.mutants {
        true => {
            let run_of = |exercise: &Arc<Exercise>| {
                let is_reference = |part: &&Part| of(exercise, part) && matches!(part.proof, Proof::Reference);
                let first = parts.iter().find(is_reference).map_or(0, |part| part.first);
                (exercise.clone(), &outcomes[first..first + exercise.cases.len()])
            };
            // One that does not hold has other things to mend first.
            let sound = exercises.iter().zip(&found).filter(|(_, found)| found.is_empty());
            let sound: Vec<_> = sound.map(|(exercise, _)| run_of(exercise)).collect();
            let caught = mutants::run(&context, &environments, &wall, &sound)?;
            sound.into_iter().map(|(exercise, _)| exercise.id.clone()).zip(caught).collect()
        }
        false => BTreeMap::new(),
    };
    for (exercise, found) in exercises.iter().zip(&mut found) {
        found.extend(caught.get(&exercise.id).map(judge_mutants).unwrap_or_default());
    }
    if let Some(path) = &args.table {
        fs_err::write(path, table(&exercises, &caught))?;
    }

    let mut text = String::new();
    for exercise in &skipped {
        let tool = solution::missing_tool(exercise).unwrap_or_default();
        text.push_str(&format!(
            "skip  {}: it needs the program `{tool}`, which this machine does not have\n",
            exercise.id
        ));
    }
    let mistakes = found.iter().filter(|found| !found.is_empty()).count();
    for (exercise, found) in exercises.iter().zip(found) {
        let mutants = caught.get(&exercise.id);
        if found.is_empty() {
            let (cases, wrong, hints) = (exercise.cases.len(), exercise.wrong.len(), exercise.hints.len());
            let hidden = exercise.cases.iter().filter(|case| case.hidden).count();
            let of_mutants = mutants.map(|caught| format!(", {} of {} mutants caught", caught.caught, caught.total));
            text.push_str(&format!(
                "ok    {}: {cases} cases ({hidden} hidden), {wrong} wrong solutions, {hints} hints{}\n",
                exercise.id,
                of_mutants.unwrap_or_default()
            ));
        } else {
            text.push_str(&format!("WRONG {}\n", exercise.id));
            for one in found {
                text.push_str(&format!("      {one}\n"));
            }
        }
        for survivor in mutants.iter().flat_map(|caught| &caught.survivors) {
            text.push_str(&format!("      no case catches {survivor}\n"));
        }
    }
    text.push_str(&match mistakes {
        0 if exercises.len() == 1 => "1 exercise holds\n".to_owned(),
        0 => format!("{} exercises hold\n", exercises.len()),
        _ => format!("{mistakes} of {} exercises do not hold\n", exercises.len()),
    });
    ui::print(&text)?;
    if outcomes.iter().any(|outcome| outcome.judgement.verdict == Verdict::MachineError) {
        return Ok(ExitStatus::Machine);
    }
    Ok(if mistakes == 0 { ExitStatus::Ok } else { ExitStatus::Pack })
}

/// What the parts of an exercise do not prove.
fn judge_all(exercise: &Exercise, parts: &[Part], outcomes: &[Outcome]) -> Vec<String> {
    let of_it = parts.iter().filter(|part| part.exercise.id == exercise.id);
    let mut found: Vec<String> = of_it.flat_map(|part| judge(part, outcomes)).collect();
    if exercise.hints.is_empty() {
        found.push("it has no hints: write three [[hint]], by rising level".to_owned());
    }
    found
}

/// What is wrong with how an exercise catches mutants.
fn judge_mutants(caught: &Caught) -> Vec<String> {
    let mut found = caught.stale.clone();
    if caught.percent() < mutants::LEAST {
        found.push(format!(
            "its cases catch {} of {} mutants, {} %; {} % must be: add cases, or declare [[equal]] what does the same",
            caught.caught,
            caught.total,
            caught.percent(),
            mutants::LEAST
        ));
    }
    found
}

/// The shares that are caught, as a document.
fn table(exercises: &[Arc<Exercise>], caught: &BTreeMap<ExerciseId, Caught>) -> String {
    let mut text = "# Mutants\n\nThe references with one small change each, and how many of them the cases catch. Written by `practice check \
                    --mutants --table`;\n[the format](exercise-format.md#mutants) tells what is changed.\n\n\
                    | exercise | mutants | caught | share | declared equal |\n|---|---|---|---|---|\n".to_owned();
    for exercise in exercises {
        if let Some(of_it) = caught.get(&exercise.id) {
            let Caught { total, caught, equal, .. } = of_it;
            text += &format!("| {} | {total} | {caught} | {} % | {equal} |\n", exercise.id, of_it.percent());
        }
    }
    text
}

/// Runs all tasks and gives their outcomes in their order: references first, since they tell who waits most of the time;
/// of those, many run at once.
fn in_order(
    wall: &Raised,
    jobs: usize,
    exercises: &[Arc<Exercise>],
    parts: &[Part],
    tasks: Vec<Task>,
) -> Result<Vec<Outcome>, CliError> {
    let part_of = |task: &Task, index: usize| {
        let mine = parts.iter().filter(|part| part.exercise.id == task.exercise.id && part.first <= index);
        mine.max_by_key(|part| part.first)
    };
    let is_reference =
        |task: &Task, index: usize| part_of(task, index).is_some_and(|part| matches!(part.proof, Proof::Reference));
    let (first, rest): (Vec<_>, Vec<_>) =
        tasks.into_iter().enumerate().partition(|(index, task)| is_reference(task, *index));
    let mut all = run_indexed(wall, jobs, first)?;
    let waiting: BTreeSet<&ExerciseId> = exercises
        .iter()
        .filter(|exercise| {
            let part =
                parts.iter().find(|part| part.exercise.id == exercise.id && matches!(part.proof, Proof::Reference));
            let first = part.map_or(0, |part| part.first);
            let outcomes = (first..first + exercise.cases.len()).filter_map(|index| all.get(&index));
            is_waiting(exercise, outcomes)
        })
        .map(|exercise| &exercise.id)
        .collect();
    // Whoever is to fail need not be waited for as long as a learner is.
    let shortened = rest.into_iter().map(|(index, task)| {
        let reference = part_of_reference(&task.exercise, parts).map(|part| part.first + task.case);
        let wrong = part_of(&task, index).is_some_and(|part| !matches!(part.proof, Proof::Again));
        match reference.and_then(|reference| all.get(&reference)).filter(|_| wrong) {
            Some(outcome) => (index, shortened(task, outcome, SHORTEST_WRONG)),
            None => (index, task),
        }
    });
    let (waits, computes): (Vec<_>, Vec<_>) = shortened.partition(|(_, task)| waiting.contains(&task.exercise.id));
    all.extend(run_indexed(wall, jobs, computes)?);
    all.extend(run_indexed(wall, jobs * WAITING, waits)?);
    Ok(all.into_values().collect())
}

fn part_of_reference<'a>(exercise: &Exercise, parts: &'a [Part]) -> Option<&'a Part> {
    parts.iter().find(|part| part.exercise.id == exercise.id && matches!(part.proof, Proof::Reference))
}

/// A task with little more time than the reference took for its case: [`PATIENCE`] times as long, no less than `shortest`
/// and no more than the exercise says.
fn shortened(task: Task, reference: &Outcome, shortest: Duration) -> Task {
    let took = reference.facts.as_ref().map(|facts| facts.usage.wall).unwrap_or_default();
    let limit = task.exercise.cases[task.case].limits.wall.0;
    let enough = (took * PATIENCE).max(shortest).as_secs_f64() / limit.as_secs_f64();
    Task { time_factor: enough.min(task.time_factor), ..task }
}

/// Whether the programs of an exercise, whose reference ran like this, wait most of the time.
fn is_waiting<'a>(exercise: &Exercise, outcomes: impl Iterator<Item = &'a Outcome>) -> bool {
    if exercise.cases.iter().any(|case| case.kind.has_world()) {
        return true;
    }
    let usages = outcomes.filter_map(|outcome| outcome.facts.as_ref()).map(|facts| facts.usage);
    let (wall, cpu) =
        usages.fold((Duration::ZERO, Duration::ZERO), |(wall, cpu), usage| (wall + usage.wall, cpu + usage.cpu));
    wall > cpu * WAITS
}

/// Runs tasks that each have an index of their own.
fn run_indexed(wall: &Raised, slots: usize, tasks: Vec<(usize, Task)>) -> Result<BTreeMap<usize, Outcome>, CliError> {
    let (indices, tasks): (Vec<usize>, Vec<Task>) = tasks.into_iter().unzip();
    Ok(indices.into_iter().zip(outcomes(wall, slots, tasks)?).collect())
}

/// Runs all tasks, so many at once, and gives their outcomes in order.
pub fn outcomes(wall: &Raised, slots: usize, tasks: Vec<Task>) -> Result<Vec<Outcome>, CliError> {
    let make = wall.slots();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let count = tasks.len();
    let all = runtime.block_on(async {
        let cancel = CancellationToken::new();
        crate::cli::command::run::cancel_on_signals(&cancel);
        let (done, mut arriving) = mpsc::channel(64);
        let running = tokio::spawn(engine::execute(tasks.into(), slots, make, done, cancel.clone()));
        let mut all = Vec::with_capacity(count);
        let bar = crate::cli::command::run::progress_bar(count);
        while let Some(outcome) = arriving.recv().await {
            bar.inc(1);
            all.push(outcome);
        }
        bar.finish_and_clear();
        // The slots have cleaned up when this is over.
        let _ = running.await;
        if cancel.is_cancelled() { Err(CliError::interrupted()) } else { Ok(all) }
    })?;
    if all.len() != count {
        return Err(CliError::machine(format!("{} of {count} cases were lost", count - all.len())));
    }
    Ok(all)
}

/// What a part's outcomes do not prove.
fn judge(part: &Part, outcomes: &[Outcome]) -> Vec<String> {
    let exercise = &part.exercise;
    let of_part = |first: usize| &outcomes[first..first + exercise.cases.len()];
    let mine = of_part(part.first);
    let mut found = Vec::new();
    for (case, outcome) in exercise.cases.iter().zip(mine) {
        if outcome.judgement.verdict == Verdict::MachineError {
            let why = outcome.judgement.reason.as_deref().unwrap_or("");
            found.push(format!("case {}: the machine failed: {why}", case.id));
        }
    }
    let failing: BTreeSet<&CaseId> = exercise
        .cases
        .iter()
        .zip(mine)
        .filter(|(_, outcome)| outcome.judgement.verdict != Verdict::Passed)
        .map(|(case, _)| &case.id)
        .collect();
    match part.proof {
        Proof::Starter if failing.is_empty() => found.push("the starter passes every case".to_owned()),
        Proof::Starter => {}
        Proof::Attack(name) if failing.is_empty() => {
            found.push(format!("the attack `{name}` passes every case: look for a case that expects nothing"));
        }
        Proof::Attack(_) => {}
        Proof::Reference => {
            for (case, outcome) in exercise.cases.iter().zip(mine) {
                found.extend(reference(case, outcome));
            }
        }
        Proof::Again => {
            // The first run of the reference stands right before this one.
            let before = of_part(part.first - exercise.cases.len());
            for ((case, now), before) in exercise.cases.iter().zip(mine).zip(before) {
                if now.facts.as_ref().map(bytes) != before.facts.as_ref().map(bytes) {
                    found.push(format!("case {}: two runs of the reference give different bytes", case.id));
                }
            }
        }
        Proof::Wrong(index) => {
            let wrong = &exercise.wrong[index];
            let said: BTreeSet<&CaseId> = wrong.fails.iter().collect();
            let list = |ids: Vec<&&CaseId>| ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
            let (more, fewer) =
                (failing.difference(&said).collect::<Vec<_>>(), said.difference(&failing).collect::<Vec<_>>());
            if !more.is_empty() {
                found.push(format!("{} fails {} as well, which its `fails` does not name", wrong.file, list(more)));
            }
            if !fewer.is_empty() {
                found.push(format!("{} should fail {}, and passes", wrong.file, list(fewer)));
            }
        }
    }
    found
}

/// What is wrong with the reference's run of a case.
fn reference(case: &crate::catalog::Case, outcome: &Outcome) -> Option<String> {
    let judgement = &outcome.judgement;
    if judgement.verdict != Verdict::Passed {
        let why = judgement.reason.as_deref().unwrap_or("");
        let first = judgement.comparison.differences.first().map(|difference| {
            if let Some(finding) = difference.finding() {
                return format!("; {finding}");
            }
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            format!(
                "; at {:?}{}: expected {}, got {}",
                difference.channel,
                difference.path,
                side(&difference.expected),
                side(&difference.actual)
            )
        });
        let exception =
            judgement.exception.as_ref().map(|exception| format!("; {}: {}", exception.class, exception.message));
        return Some(format!(
            "case {}: the reference {}: {why}{}{}",
            case.id,
            judgement.verdict.words(),
            first.unwrap_or_default(),
            exception.unwrap_or_default()
        ));
    }
    let usage = outcome.facts.as_ref()?.usage;
    // A machine half as fast must still do.
    (usage.cpu * 2 > case.limits.cpu.0).then(|| {
        format!(
            "case {}: the reference uses {:?} of processor time, more than half the limit of {}",
            case.id, usage.cpu, case.limits.cpu
        )
    })
}

/// What two runs must have in common: all that came out, but for the name of the temporary folder.
fn bytes(facts: &Facts) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&facts.folder, "");
    let answer = facts.answer.as_deref().map(text);
    format!("{:?} {:?} {answer:?} {:?}", facts.exit, text(&facts.stdout.bytes), facts.files)
}
