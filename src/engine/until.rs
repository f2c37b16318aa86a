//! Runs lists of tasks, each only as far as it has to: to the first case that does not pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{MakeSlot, Slot, Task};
use crate::model::Verdict;
use crate::sandbox::SandboxError;

/// How far a list came.
#[derive(Debug)]
pub struct Found {
    /// Which list.
    pub list: usize,
    /// The verdict on its first case that did not pass; `None` when all passed. An error is the machine's.
    pub verdict: Result<Option<Verdict>, SandboxError>,
}

/// Runs `lists` on `slots` slots at once, each to the first case that does not pass. What is found arrives at `done` as it
/// comes. When `cancel` fires, what is running is killed and nothing more starts.
pub async fn first_failures(
    lists: Arc<[Vec<Task>]>,
    slots: usize,
    make: Arc<MakeSlot>,
    done: mpsc::Sender<Found>,
    cancel: CancellationToken,
) {
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = tokio::task::JoinSet::new();
    for slot in 0..slots.min(lists.len()) {
        let (lists, next, make, done, cancel) =
            (lists.clone(), next.clone(), make.clone(), done.clone(), cancel.clone());
        workers.spawn(async move {
            let mut slot = Slot::new(slot, make);
            loop {
                let list = next.fetch_add(1, Ordering::Relaxed);
                let Some(tasks) = lists.get(list) else { break };
                let verdict = async {
                    for task in tasks {
                        let verdict = slot.verdict(task).await?;
                        if verdict != Verdict::Passed {
                            return Ok(Some(verdict));
                        }
                    }
                    Ok(None)
                };
                let verdict = tokio::select! {
                    biased;
                    () = cancel.cancelled() => break,
                    verdict = verdict => verdict,
                };
                if done.send(Found { list, verdict }).await.is_err() {
                    break;
                }
            }
            slot.close().await;
        });
    }
    while workers.join_next().await.is_some() {}
}
