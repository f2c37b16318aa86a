//! Solutions that solve nothing and want to pass: none may, for any exercise.

use std::sync::Arc;

use crate::catalog::Exercise;
use crate::model::WorkFile;

/// The attacks: what each is called, and its program.
pub const ALL: [(&str, &str); 5] = [
    ("sys.exit(0)", "import sys\nsys.exit(0)\n"),
    ("os._exit(0)", "import os\nos._exit(0)\n"),
    ("equal to everything", include_str!("attacks/equal.py")),
    ("echo of the input", include_str!("attacks/echo.py")),
    ("search for what is expected", include_str!("attacks/search.py")),
];

/// An attack as a solution of this exercise: in the place of its first file, the others as the starter has them.
pub fn solution(exercise: &Exercise, text: &str) -> Vec<WorkFile> {
    let entry = exercise.entry();
    let others = exercise.starter.iter().filter(|file| file.path != entry).cloned();
    let own = WorkFile { path: entry.to_owned(), bytes: Arc::from(text.as_bytes()) };
    others.chain([own]).collect()
}
