//! Mutants: the reference with one small change each. A case should fail for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::schedule::{self, Phases};
use crate::catalog::{Exercise, default_limits};
use crate::cli::CliError;
use crate::cli::command::run::cancel_on_signals;
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::engine::{MakeSlot, Outcome, Task};
use crate::kind::Judgement;
use crate::model::{Bytes, Exit, Job, Limits, Program, Sockets, Verdict, WorkFile};
use crate::sandbox::Outside;

/// The program that makes them. It runs behind the wall, too: a reference may come with somebody's pack.
const MUTATE: &str = include_str!("mutate.py");
/// A mutant has at least that much time: there are many, and one more that is caught proves nothing wrong.
const SHORTEST: Duration = Duration::from_millis(500);
/// The share of all mutants that can be caught which must be, in percent.
pub const LEAST: usize = 90;

/// A mutant.
#[derive(Debug, Clone, Deserialize)]
struct Mutant {
    file: String,
    line: usize,
    /// As `[[equal]]` names it; no other mutant of the exercise has it.
    name: String,
    source: String,
}

/// What became of an exercise's mutants.
#[derive(Debug, Default)]
pub struct Caught {
    /// How many there are, without those that are declared equal.
    pub total: usize,
    /// How many of them fail a case.
    pub caught: usize,
    /// How many are declared equal.
    pub equal: usize,
    /// Those that pass all cases: place and name.
    pub survivors: Vec<String>,
    /// Declared equal, but not so or not there.
    pub stale: Vec<String>,
}

impl Caught {
    /// The share that is caught, in whole percent, rounded down.
    pub fn percent(&self) -> usize {
        (self.caught * 100).checked_div(self.total).unwrap_or(100)
    }
}

/// Makes and runs the mutants of these exercises, each with what came of its reference's cases.
pub fn run(
    context: &Context,
    environments: &Environments,
    wall: &Raised,
    exercises: &[(Arc<Exercise>, &[Outcome])],
) -> Result<Vec<Caught>, CliError> {
    let make = wall.slots();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut mutants: Vec<(usize, Mutant)> = Vec::new();
    // Where nothing is run, no mutant can be told from the reference by what it does.
    let runs = |exercise: &Exercise| exercise.cases.iter().any(|case| case.kind.runs_solution());
    runtime.block_on(async {
        let cancel = CancellationToken::new();
        cancel_on_signals(&cancel);
        for (index, (exercise, _)) in exercises.iter().enumerate().filter(|(_, (exercise, _))| runs(exercise)) {
            let made = tokio::select! {
                () = cancel.cancelled() => return Err(CliError::interrupted()),
                made = make_mutants(exercise, environments, &*make) => made?,
            };
            mutants.extend(made.into_iter().map(|mutant| (index, mutant)));
        }
        Ok(())
    })?;
    let list = |at: usize| {
        let (index, mutant) = &mutants[at];
        let (exercise, reference) = &exercises[*index];
        (at, tasks(exercise, reference, environments, mutant, context.settings.time_factor.value))
    };
    let mut phases = Phases::new();
    for (at, (index, _)) in mutants.iter().enumerate() {
        phases.entry(schedule::at_once(exercises[*index].1)).or_default().push(list(at));
    }
    let jobs = context.settings.jobs.value;
    let mut failures = schedule::first_failures(wall, jobs, phases)?;
    // What surprises is run once more, by itself: another program may have taken its time.
    let is_equal = |at: &usize| {
        let (index, mutant) = &mutants[*at];
        exercises[*index].0.equal.iter().any(|(equal, _)| *equal == mutant.name)
    };
    let surprising: Vec<_> = failures.iter().filter(|(at, failure)| is_equal(at) && failure.is_some()).collect();
    let again = Phases::from([(1, surprising.into_iter().map(|(at, _)| list(*at)).collect())]);
    failures.extend(schedule::first_failures(wall, jobs, again)?);
    let fault = |(at, failure): (&usize, &Option<Judgement>)| {
        let failure = failure.as_ref().filter(|failure| failure.verdict == Verdict::MachineError)?;
        let why = failure.reason.as_deref().unwrap_or_default();
        Some(CliError::machine(format!("{}: a mutant could not be run: {why}", exercises[mutants[*at].0].0.id)))
    };
    if let Some(fault) = failures.iter().find_map(fault) {
        return Err(fault);
    }
    Ok(exercises
        .iter()
        .enumerate()
        .map(|(index, (exercise, _))| {
            let of_it = mutants.iter().enumerate().filter(|(_, (of, _))| *of == index);
            sum(exercise, of_it.map(|(at, (_, mutant))| (mutant, failures[&at].is_none())))
        })
        .collect())
}

/// The mutants of an exercise's reference.
async fn make_mutants(
    exercise: &Exercise,
    environments: &Environments,
    make: &MakeSlot,
) -> Result<Vec<Mutant>, CliError> {
    let texts = |files: &[WorkFile]| -> BTreeMap<String, String> {
        let python = files.iter().filter(|file| file.path.ends_with(".py"));
        python.map(|file| (file.path.clone(), String::from_utf8_lossy(&file.bytes).into_owned())).collect()
    };
    let question = serde_json::json!({ "reference": texts(&exercise.reference), "starter": texts(&exercise.starter) });
    let (python, preload) = environments.runtime(exercise);
    let job = Job {
        python,
        preload,
        program: Program::Script { entry: "mutate.py".to_owned(), args: Vec::new() },
        env: Vec::new(),
        solution: vec![WorkFile { path: "mutate.py".to_owned(), bytes: Arc::from(MUTATE.as_bytes()) }],
        inputs: Vec::new(),
        stdin: question.to_string().into_bytes().into(),
        hash_seed: 0,
        seed: 0,
        limits: Limits { output: Bytes(256 << 20), ..default_limits() },
        collect_files: false,
        sockets: Sockets::None,
    };
    let mut sandbox = make(0);
    let ran = sandbox.run(&job, Outside::nobody()).await;
    sandbox.close().await;
    let facts = ran.map_err(|error| CliError::machine(format!("{}: no mutants: {error}", exercise.id)))?;
    let made = (facts.exit == Exit::Code(0)).then(|| serde_json::from_slice(&facts.stdout.bytes).ok()).flatten();
    made.ok_or_else(|| {
        let said = String::from_utf8_lossy(&facts.stderr.bytes);
        let last = said.lines().last().unwrap_or("it said nothing");
        CliError::machine(format!("{}: its reference could not be read for mutants: {last}", exercise.id))
    })
}

/// The cases of a mutant, each with little more time than the reference took; the quick ones first, since most mutants
/// fail many. Static cases are left out: a mutant is written by a program, so it is never formatted as they ask for.
fn tasks(
    exercise: &Arc<Exercise>,
    reference: &[Outcome],
    environments: &Environments,
    mutant: &Mutant,
    time_factor: f64,
) -> Vec<Task> {
    let changed = |file: &WorkFile| match file.path == mutant.file {
        true => WorkFile { path: file.path.clone(), bytes: Arc::from(mutant.source.as_bytes()) },
        false => file.clone(),
    };
    let solution: Arc<[WorkFile]> = exercise.reference.iter().map(changed).collect();
    let (python, preload) = environments.runtime(exercise);
    let task = |(case, outcome): (usize, &Outcome)| {
        let task = Task {
            exercise: exercise.clone(),
            case,
            solution: solution.clone(),
            python: python.clone(),
            preload: preload.clone(),
            hash_seed: 0,
            time_factor,
            most_output: None,
        };
        schedule::shortened(task, outcome, SHORTEST)
    };
    let took = |outcome: &Outcome| outcome.facts.as_ref().map(|facts| facts.usage.wall);
    let runs = |(case, _): &(usize, &Outcome)| exercise.cases[*case].kind.runs_solution();
    let mut sorted: Vec<(usize, &Outcome)> = reference.iter().enumerate().filter(runs).collect();
    sorted.sort_by_key(|(_, outcome)| took(outcome));
    sorted.into_iter().map(task).collect()
}

fn sum<'a>(exercise: &Exercise, mutants: impl Iterator<Item = (&'a Mutant, bool)>) -> Caught {
    let mut sum = Caught::default();
    let mut unused: Vec<&str> = exercise.equal.iter().map(|(name, _)| name.as_str()).collect();
    for (mutant, survived) in mutants {
        let name = &mutant.name;
        let declared = exercise.equal.iter().any(|(equal, _)| equal == name);
        unused.retain(|known| known != name);
        match (declared, survived) {
            (true, true) => sum.equal += 1,
            (true, false) => sum.stale.push(format!("`{name}` is declared equal, but a case catches it")),
            (false, true) => {
                sum.total += 1;
                sum.survivors.push(format!("{}:{}: {name}", mutant.file, mutant.line));
            }
            (false, false) => {
                sum.total += 1;
                sum.caught += 1;
            }
        }
    }
    sum.stale.extend(unused.into_iter().map(|name| format!("`{name}` is declared equal, but there is no such mutant")));
    sum
}
