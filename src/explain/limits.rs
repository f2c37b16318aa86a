//! What a limit that was reached tells.

use super::Row;
use crate::model::Verdict;

/// The rows of this subject.
pub const ROWS: &[Row] = &[
    Row {
        id: "grows-without-end",
        mistake: "a collection grows without end",
        explain: |case| {
            (case.verdict == Verdict::OutOfMemory).then(|| {
                "Something grows without end, or all of a large file is held at once: a list that is extended while a loop goes through it never ends; a loop over the lines holds one at a time.".to_owned()
            })
        },
    },
    Row {
        id: "prints-without-end",
        mistake: "prints in a loop that does not end",
        explain: |case| {
            (case.verdict == Verdict::OutputLimit)
                .then(|| "It prints far more than was asked for: a loop that does not end, or a `print` left over from a search for a mistake.".to_owned())
        },
    },
    Row {
        id: "one-after-the-other",
        mistake: "waits for each request before the next one is sent",
        explain: |case| {
            let seen = case.seen.as_ref().filter(|_| case.verdict == Verdict::TimedOut)?;
            (seen.at_once == 1 && seen.requests_total > 2).then(|| {
                "Each request waits for the one before: start them together, with `asyncio.gather` or a `TaskGroup`, and bound how many with a semaphore.".to_owned()
            })
        },
    },
    Row {
        id: "never-ends",
        mistake: "a loop whose condition never changes, or an algorithm that is too slow",
        explain: |case| {
            if case.verdict != Verdict::TimedOut {
                return None;
            }
            let computes = case.cpu_ms > case.wall_ms * 0.5;
            Some(if computes {
                "It computes until the time is up: a loop whose condition never changes, or one inside another where a dict or set would find things at once.".to_owned()
            } else {
                "It waits until the time is up: for input, a lock, a queue that nobody fills, or a task that was never started.".to_owned()
            })
        },
    },
];
