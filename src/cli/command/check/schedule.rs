//! How long what is proven may take, and how much of it runs at once.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cli::CliError;
use crate::cli::command::run::{cancel_on_signals, progress_bar};
use crate::cli::wall::Raised;
use crate::engine::{self, Outcome, Task};
use crate::kind::Judgement;

/// What is to fail may take so many times as long as the reference.
const PATIENCE: u32 = 10;
/// Programs that wait leave the processor to others, until that much of it is in use. The rest is for what is not in
/// their figures: the wall around them, and the services that they talk to.
const IN_USE: f64 = 0.75;
/// So many programs a processor at most.
const MOST_AT_ONCE: usize = 8;
/// So many slots in all, unless more jobs are asked for: each has a dozen descriptors, and a process may usually have 1,024.
const MOST_SLOTS: usize = 64;

/// How many slots there are at most.
pub fn most_slots(jobs: usize) -> usize {
    slots(jobs, MOST_AT_ONCE)
}

fn slots(jobs: usize, at_once: usize) -> usize {
    (jobs * at_once).min(MOST_SLOTS.max(jobs))
}

/// How many programs of an exercise whose reference ran like this can share a processor: 1, 2, 4 or [`MOST_AT_ONCE`]. One if
/// they compute; more if they wait for a queue, say, or a service. No more than leaves part of the processor free: what
/// such programs prove is often a matter of when, and they must not wait for each other.
pub fn at_once<'a>(reference: impl IntoIterator<Item = &'a Outcome>) -> usize {
    let usages = reference.into_iter().filter_map(|outcome| outcome.facts.as_ref()).map(|facts| facts.usage);
    let (wall, cpu) =
        usages.fold((Duration::ZERO, Duration::ZERO), |(wall, cpu), usage| (wall + usage.wall, cpu + usage.cpu));
    let fit = wall.as_secs_f64() * IN_USE / cpu.as_secs_f64();
    let mut at_once = 1;
    while at_once < MOST_AT_ONCE && fit >= (at_once * 2) as f64 {
        at_once *= 2;
    }
    at_once
}

/// A task with little more time than the reference took for its case: [`PATIENCE`] times as long, no less than `shortest`
/// and no more than the exercise says.
pub fn shortened(task: Task, reference: &Outcome, shortest: Duration) -> Task {
    let took = reference.facts.as_ref().map(|facts| facts.usage.wall).unwrap_or_default();
    let limit = task.exercise.cases[task.case].limits.wall.0;
    let enough = (took * PATIENCE).max(shortest).as_secs_f64() / limit.as_secs_f64();
    Task { time_factor: enough.min(task.time_factor), ..task }
}

/// Things to be done, by how many of them can share a processor; each has its index.
pub type Phases<T> = BTreeMap<usize, Vec<(usize, T)>>;

/// Runs the tasks of each phase and gives their outcomes by index.
pub fn run(wall: &Raised, jobs: usize, phases: Phases<Task>) -> Result<BTreeMap<usize, Outcome>, CliError> {
    let mut all = BTreeMap::new();
    for (at_once, tasks) in phases {
        let (indices, tasks): (Vec<usize>, Vec<Task>) = tasks.into_iter().unzip();
        all.extend(indices.into_iter().zip(outcomes(wall, slots(jobs, at_once), tasks)?));
    }
    Ok(all)
}

/// Runs all tasks, so many at once, and gives their outcomes in order.
pub fn outcomes(wall: &Raised, slots: usize, tasks: Vec<Task>) -> Result<Vec<Outcome>, CliError> {
    let make = wall.slots();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let count = tasks.len();
    let all = runtime.block_on(async {
        let cancel = CancellationToken::new();
        cancel_on_signals(&cancel);
        let (done, mut arriving) = mpsc::channel(64);
        let running = tokio::spawn(engine::execute(tasks.into(), slots, make, done, cancel.clone()));
        let mut all = Vec::with_capacity(count);
        let bar = progress_bar(count);
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

/// Runs the lists of each phase, each to its first case that does not pass: what was judged of that, by index; `None` where
/// all passed.
pub fn first_failures(
    wall: &Raised,
    jobs: usize,
    phases: Phases<Vec<Task>>,
) -> Result<BTreeMap<usize, Option<Judgement>>, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let cancel = CancellationToken::new();
        cancel_on_signals(&cancel);
        let count = phases.values().map(Vec::len).sum();
        let bar = progress_bar(count);
        let mut failures = BTreeMap::new();
        for (at_once, lists) in phases {
            let (indices, lists): (Vec<usize>, Vec<Vec<Task>>) = lists.into_iter().unzip();
            let (done, mut arriving) = mpsc::channel(64);
            let slots = slots(jobs, at_once);
            let running = tokio::spawn(engine::first_failures(lists.into(), slots, wall.slots(), done, cancel.clone()));
            while let Some(found) = arriving.recv().await {
                bar.inc(1);
                failures.insert(indices[found.list], found.failure);
            }
            let _ = running.await;
        }
        bar.finish_and_clear();
        if cancel.is_cancelled() {
            return Err(CliError::interrupted());
        }
        if failures.len() != count {
            return Err(CliError::machine(format!("{} of {count} solutions were lost", count - failures.len())));
        }
        Ok(failures)
    })
}
