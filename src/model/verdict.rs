//! What became of a case or an exercise.

use serde::{Deserialize, Serialize};

/// The judgement on a case, and the worst of its cases for an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that was compared was equal.
    Passed,
    /// No solution, or the untouched starter.
    NotAttempted,
    /// An earlier step failed.
    NotReached,
    /// It ran to its end with a wrong result.
    Failed,
    /// An exception, a signal, or an exit code that was not asked for.
    Crashed,
    /// The time on the clock or of the processor ran out.
    TimedOut,
    /// The memory limit was passed.
    OutOfMemory,
    /// It wrote more than it may.
    OutputLimit,
    /// The exercise is wrong: never the learner's fault.
    ExerciseError,
    /// The machine failed: never the learner's fault.
    MachineError,
}

impl Verdict {
    /// All of them, in the order in which summaries list them.
    pub const ALL: [Verdict; 10] = [
        Verdict::Passed,
        Verdict::Failed,
        Verdict::Crashed,
        Verdict::TimedOut,
        Verdict::OutOfMemory,
        Verdict::OutputLimit,
        Verdict::NotReached,
        Verdict::NotAttempted,
        Verdict::ExerciseError,
        Verdict::MachineError,
    ];

    /// The name in machine-readable output.
    pub fn id(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Crashed => "crashed",
            Verdict::TimedOut => "timed_out",
            Verdict::OutOfMemory => "out_of_memory",
            Verdict::OutputLimit => "output_limit",
            Verdict::NotAttempted => "not_attempted",
            Verdict::NotReached => "not_reached",
            Verdict::ExerciseError => "exercise_error",
            Verdict::MachineError => "machine_error",
        }
    }

    /// The name for people: the same words, with spaces.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::TimedOut => "timed out",
            Verdict::OutOfMemory => "out of memory",
            Verdict::OutputLimit => "too much output",
            Verdict::NotAttempted => "not attempted",
            Verdict::NotReached => "not reached",
            Verdict::ExerciseError => "exercise error",
            Verdict::MachineError => "machine error",
            Verdict::Passed | Verdict::Failed | Verdict::Crashed => self.id(),
        }
    }

    /// Whether it says something of the solution, and not of the exercise or the machine.
    pub fn counts(self) -> bool {
        !matches!(self, Verdict::ExerciseError | Verdict::MachineError)
    }
}
