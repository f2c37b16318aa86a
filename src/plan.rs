//! What is to be done, as a value: which cases of which exercises, with which solution, in which order.

use std::fmt;
use std::sync::Arc;

use crate::catalog::Exercise;
use crate::solution::Attempt;

/// A run, before it starts.
#[derive(Debug)]
pub struct Plan {
    /// The exercises, in the order in which they are reported.
    pub exercises: Vec<Planned>,
}

/// One exercise of a run.
#[derive(Debug)]
pub struct Planned {
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// Which of its cases, as indices.
    pub cases: Vec<usize>,
    /// What there is to run.
    pub attempt: Attempt,
    /// The learner's main file, as a path to open.
    pub file: Option<String>,
}

impl Planned {
    /// Whether some of its cases are left out.
    pub fn is_partial(&self) -> bool {
        self.cases.len() < self.exercise.cases.len()
    }
}

impl Plan {
    /// How many cases will be run.
    pub fn case_count(&self) -> usize {
        let attempted = self.exercises.iter().filter(|planned| matches!(planned.attempt, Attempt::Solution(_)));
        attempted.map(|planned| planned.cases.len()).sum()
    }
}

/// The plan for people: what `run --dry-run` prints.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for planned in &self.exercises {
            let exercise = &planned.exercise;
            write!(f, "{} [{}]", exercise.id, exercise.environment)?;
            match &planned.attempt {
                Attempt::NotAttempted(why) => writeln!(f, ": not attempted, {why}")?,
                Attempt::Solution(files) => {
                    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
                    writeln!(f, ": {}", names.join(", "))?;
                    for case in planned.cases.iter().filter_map(|&index| exercise.cases.get(index)) {
                        let hidden = if case.hidden { " (hidden)" } else { "" };
                        writeln!(f, "  {}{hidden}: {}; at most {}", case.id, case.purpose, case.limits.wall)?;
                    }
                }
            }
        }
        write!(f, "{} cases", self.case_count())
    }
}
