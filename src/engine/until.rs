//! Runs lists of tasks, each only as far as it has to: to the first case that does not pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{MakeSlot, Slot, Task};
use crate::kind::Judgement;
use crate::model::Verdict;

/// How far a list came.
#[derive(Debug)]
pub struct Found {
    /// Which list.
    pub list: usize,
    /// The judgement on its first case that did not pass; `None` when all passed.
    pub failure: Option<Judgement>,
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
                let failure = async {
                    for (index, task) in tasks.iter().enumerate() {
                        let judgement = slot.run(index, task).await.judgement;
                        if judgement.verdict != Verdict::Passed {
                            return Some(judgement);
                        }
                    }
                    None
                };
                let failure = tokio::select! {
                    biased;
                    () = cancel.cancelled() => break,
                    failure = failure => failure,
                };
                if done.send(Found { list, failure }).await.is_err() {
                    break;
                }
            }
            slot.close().await;
        });
    }
    while workers.join_next().await.is_some() {}
}
