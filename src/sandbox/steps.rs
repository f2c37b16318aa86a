//! When the steps of a case ended: for benchmarks, which ask for it in the [`Setup`](super::Setup).

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The steps so far, if anybody wants to know.
pub struct Steps(Option<Vec<(String, Duration)>>);

impl Steps {
    /// Counts from now on, if `wanted`.
    pub fn new(wanted: bool) -> Steps {
        let mut steps = Steps(wanted.then(Vec::new));
        steps.mark("taken");
        steps
    }

    /// This step ends now.
    pub fn mark(&mut self, step: &str) {
        if let Some(all) = &mut self.0 {
            let now = clock_gettime(ClockId::Monotonic);
            let now = Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0));
            all.push((step.to_owned(), now));
        }
    }

    /// Steps of another process, on the same clock.
    pub fn extend(&mut self, others: impl IntoIterator<Item = (String, Duration)>) {
        if let Some(all) = &mut self.0 {
            all.extend(others);
        }
    }

    /// All steps, in order of time.
    pub fn sorted(self) -> Vec<(String, Duration)> {
        let mut all = self.0.unwrap_or_default();
        all.sort_by_key(|(_, at)| *at);
        all
    }
}
