//! Runs cases, several at once, and judges what came out.
//!
//! [`execute`] is the loop: tasks in, outcomes out, in the order of the tasks. [`narrate`] tells the outcomes of a plan
//! as events.

mod narrate;
mod slot;
mod until;

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::catalog::Exercise;
use crate::client::Client;
use crate::kind::{Judgement, Peer, Setup};
use crate::model::{Bytes, Comparison, Facts, Job, Limits, Time, Verdict, WorkFile};
use crate::sandbox::{Outside, Sandbox, SandboxError};
use crate::world::Service;

pub use narrate::{Manner, case_finished, narrate};
pub use slot::{Slot, not_reached};
pub use until::{Found, first_failures};

/// One case to run.
#[derive(Debug, Clone)]
pub struct Task {
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// Which of its cases.
    pub case: usize,
    /// The files to run.
    pub solution: Arc<[WorkFile]>,
    /// The interpreter.
    pub python: PathBuf,
    /// Modules of it that a warm interpreter has loaded.
    pub preload: Arc<[String]>,
    /// `PYTHONHASHSEED`
    pub hash_seed: u32,
    /// Time limits are multiplied with this.
    pub time_factor: f64,
    /// It may put out less than the case allows; `None` where it may put out that.
    pub most_output: Option<Bytes>,
}

/// What became of a task.
#[derive(Debug)]
pub struct Outcome {
    /// The index of the task.
    pub task: usize,
    /// What the program was seen to do; `None` when the machine failed.
    pub facts: Option<Facts>,
    /// The judgement on it.
    pub judgement: Judgement,
}

impl Task {
    /// What the case may use, with the task's time factor.
    pub fn limits(&self) -> Limits {
        let limits = self.exercise.cases.get(self.case).map(|case| case.limits);
        let limits = limits.unwrap_or_else(crate::catalog::default_limits);
        let scaled = |time: Time| Time(time.0.mul_f64(self.time_factor));
        let output = self.most_output.map_or(limits.output, |most| most.min(limits.output));
        Limits { wall: scaled(limits.wall), cpu: scaled(limits.cpu), output, ..limits }
    }

    /// What the case's random numbers start from: told by its names alone, so that every run has the same.
    fn seed(&self) -> u64 {
        let case = self.exercise.cases.get(self.case).map(|case| case.id.as_str()).unwrap_or_default();
        let hash = Sha256::digest(format!("{}/{case}", self.exercise.uid));
        hash.iter().take(8).fold(0, |seed, &byte| seed << 8 | u64::from(byte))
    }

    /// What its jobs are made from.
    pub fn setup(&self) -> Setup {
        Setup {
            python: self.python.clone(),
            preload: self.preload.clone(),
            seed: self.seed(),
            solution: self.solution.to_vec(),
            reference: self.exercise.reference.clone(),
            entry: self.exercise.entry().to_owned(),
            files: self.exercise.files.clone(),
            given: self.exercise.given().map(|file| file.path.clone()).collect(),
            limits: self.limits(),
            hash_seed: self.hash_seed,
        }
    }
}

/// Makes the slot of this number; called again when one broke.
pub type MakeSlot = dyn Fn(usize) -> Box<dyn Sandbox> + Send + Sync;

/// Runs `tasks` on `slots` slots at once. Outcomes arrive at `done` in the order of the tasks, the receiver sets the
/// pace. When `cancel` fires or the receiver goes away, what is running is killed and nothing more starts.
pub async fn execute(
    tasks: Arc<[Task]>,
    slots: usize,
    make: Arc<MakeSlot>,
    done: mpsc::Sender<Outcome>,
    cancel: CancellationToken,
) {
    let next = Arc::new(AtomicUsize::new(0));
    let (unordered, mut arrived) = mpsc::channel::<Outcome>(slots.max(1) * 2);
    let mut workers = tokio::task::JoinSet::new();
    for slot in 0..slots.min(tasks.len()) {
        let (tasks, next, make) = (tasks.clone(), next.clone(), make.clone());
        let (unordered, cancel) = (unordered.clone(), cancel.clone());
        workers.spawn(async move { work(slot, &tasks, &next, make, &unordered, &cancel).await });
    }
    drop(unordered);

    // Early ones wait here for their turn. Workers take tasks in order, so they are never far ahead, unless a slow
    // case holds up the others: what waits is bounded by what a case may put out.
    let mut early: BTreeMap<usize, Outcome> = BTreeMap::new();
    let mut turn = 0;
    while let Some(outcome) = arrived.recv().await {
        early.insert(outcome.task, outcome);
        while let Some(outcome) = early.remove(&turn) {
            turn += 1;
            if done.send(outcome).await.is_err() {
                cancel.cancel();
            }
        }
    }
    // After an interruption there are gaps; what is known is told all the same.
    for outcome in early.into_values() {
        // The receiver may be gone by now, and then nobody wants it.
        let _ = done.send(outcome).await;
    }
    while workers.join_next().await.is_some() {}
}

async fn work(
    number: usize,
    tasks: &Arc<[Task]>,
    next: &AtomicUsize,
    make: Arc<MakeSlot>,
    outcomes: &mpsc::Sender<Outcome>,
    cancel: &CancellationToken,
) {
    let mut slot = Slot::new(number, make);
    // A slot goes on while what it ran last is judged, one at a time: an outcome may hold all that a case may put out.
    let judging = Arc::new(Semaphore::new(1));
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(task) = tasks.get(index) else { break };
        let ran = tokio::select! {
            biased;
            () = cancel.cancelled() => break,
            ran = slot.facts(task) => ran,
        };
        let Ok(permit) = judging.clone().acquire_owned().await else { break };
        let (task, outcomes) = (task.clone(), outcomes.clone());
        tokio::spawn(async move {
            // When nobody wants it any more, `cancel` says so.
            let _ = outcomes.send(slot::judged(index, &task, ran).await).await;
            drop(permit);
        });
    }
    let _ = judging.acquire().await;
    slot.close().await;
}

/// Runs a task: its job, and those that its kind wants then.
async fn run(
    task: &Task,
    sandbox: &mut Box<dyn Sandbox>,
    make: impl Fn() -> Box<dyn Sandbox>,
) -> Result<Facts, SandboxError> {
    let Some(case) = task.exercise.cases.get(task.case) else {
        return Err(SandboxError::Case("the plan names a case that does not exist".to_owned()));
    };
    let setup = task.setup();
    let (job, peer) = (case.kind.job(&setup), case.kind.peer(&setup.limits));
    let mut done = vec![again(sandbox, &make, &job, &peer).await?];
    while let Some(job) = case.kind.then(&setup, &done) {
        done.push(again(sandbox, &make, &job, &peer).await?);
    }
    let last = done.pop();
    let last = last.ok_or_else(|| SandboxError::Case("a case without a job".to_owned()))?;
    Ok(Facts { earlier: done, ..last })
}

/// Runs a job; when the machine fails, once more on a new slot.
async fn again(
    sandbox: &mut Box<dyn Sandbox>,
    make: &impl Fn() -> Box<dyn Sandbox>,
    job: &Job,
    peer: &Peer,
) -> Result<Facts, SandboxError> {
    match attempt(&mut **sandbox, job, peer).await {
        Ok(facts) => Ok(facts),
        Err(_) => {
            *sandbox = make();
            attempt(&mut **sandbox, job, peer).await
        }
    }
}

/// Runs a job, with who is on our side of it.
async fn attempt(sandbox: &mut dyn Sandbox, job: &Job, peer: &Peer) -> Result<Facts, SandboxError> {
    match peer {
        Peer::None => sandbox.run(job, Outside::nobody()).await,
        Peer::World(world) => {
            let service = Service::new(world.clone());
            let listen = |sockets: Vec<OwnedFd>| sockets.into_iter().try_for_each(|one| service.listen(one.into()));
            let mut facts = sandbox.run(job, Outside { take: &listen, ..Outside::nobody() }).await?;
            facts.transcript = service.end().await;
            Ok(facts)
        }
        Peer::Client(plan) => {
            let client = Client::new(plan.clone());
            let begin = |sockets: Vec<OwnedFd>| {
                client.begin(sockets);
                Ok(())
            };
            let mut facts = sandbox.run(job, Outside { take: &begin, stop: client.stop() }).await?;
            facts.visit = client.end().await;
            Ok(facts)
        }
    }
}

fn judge(task: &Task, facts: &Facts) -> Judgement {
    match task.exercise.cases.get(task.case) {
        Some(case) => case.kind.judge(facts, &task.limits()),
        None => fault(0, "the plan names a case that does not exist").judgement,
    }
}

fn fault(task: usize, why: &str) -> Outcome {
    let judgement = Judgement {
        verdict: Verdict::MachineError,
        reason: Some(why.to_owned()),
        comparison: Comparison::default(),
        exception: None,
        reached: None,
    };
    Outcome { task, facts: None, judgement }
}

#[cfg(test)]
mod tests;
