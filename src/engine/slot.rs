//! A slot with a sandbox of its own, for tasks one after another.

use std::sync::Arc;

use super::{MakeSlot, Outcome, Task, fault, judge, run};
use crate::model::{Comparison, Facts, Verdict};
use crate::sandbox::{Sandbox, SandboxError};

/// Runs tasks one after another, and judges them.
pub struct Slot {
    number: usize,
    make: Arc<MakeSlot>,
    sandbox: Box<dyn Sandbox>,
}

impl Slot {
    /// The slot of this number.
    pub fn new(number: usize, make: Arc<MakeSlot>) -> Slot {
        Slot { number, sandbox: make(number), make }
    }

    /// Runs a task. When the machine fails, once more in a new sandbox; when it fails again, that is the outcome.
    pub async fn run(&mut self, index: usize, task: &Task) -> Outcome {
        judged(index, task, self.facts(task).await).await
    }

    /// What the program of a task was seen to do, for [`judged`].
    pub async fn facts(&mut self, task: &Task) -> Result<Facts, SandboxError> {
        let (number, make) = (self.number, self.make.clone());
        run(task, &mut self.sandbox, || make(number)).await
    }

    /// Ends what it has.
    pub async fn close(mut self) {
        self.sandbox.close().await;
    }
}

/// The outcome of a task whose program was seen to do that.
pub async fn judged(index: usize, task: &Task, ran: Result<Facts, SandboxError>) -> Outcome {
    match ran {
        Ok(facts) => {
            // Comparing 64 MB takes a while, and must not hold up the other slots' pipes.
            let task = task.clone();
            let judged = tokio::task::spawn_blocking(move || {
                let judgement = judge(&task, &facts);
                Outcome { task: index, facts: Some(facts), judgement }
            });
            judged.await.unwrap_or_else(|error| fault(index, &format!("the comparison failed: {error}")))
        }
        Err(error) => fault(index, &error.to_string()),
    }
}

/// The outcome of a task that was not run, since those before it took all their time and came to nothing.
pub fn not_reached(index: usize, why: &str) -> Outcome {
    let mut outcome = fault(index, why);
    outcome.judgement.verdict = Verdict::NotReached;
    outcome.judgement.comparison = Comparison::default();
    outcome
}
