//! The progress bar, on standard error, while somebody watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::event::{CaseFinished, ExerciseStarted};
use crate::report::escape::visible;

/// A progress bar that is gone when dropped.
pub struct Live {
    bar: ProgressBar,
}

impl Live {
    /// Starts to count to `cases`.
    pub fn start(cases: usize) -> Live {
        let bar = ProgressBar::with_draw_target(Some(cases as u64), ProgressDrawTarget::stderr());
        // The template is fixed: the fallback is for the type only.
        let style = ProgressStyle::with_template("[{bar:20}] {pos}/{len} cases  {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("#>-"));
        Live { bar }
    }

    /// Says which exercise runs.
    pub fn exercise(&self, exercise: &ExerciseStarted) {
        self.bar.set_message(visible(&format!("{} {}", exercise.exercise, exercise.title)));
    }

    /// Counts a case.
    pub fn case(&self, _case: &CaseFinished) {
        self.bar.inc(1);
    }

    /// Writes above the bar.
    pub fn above<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
