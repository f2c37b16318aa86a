//! Solutions that solve nothing and want to pass: none may, for any exercise.

use std::sync::Arc;

use crate::catalog::Exercise;
use crate::model::{Bytes, WorkFile};

/// The attacks: what each is called, and its program.
pub const ALL: [(&str, &str); 6] = [
    ("sys.exit(0)", "import sys\nsys.exit(0)\n"),
    ("os._exit(0)", "import os\nos._exit(0)\n"),
    ("equal to everything", include_str!("attacks/equal.py")),
    ("echo of the input", include_str!("attacks/echo.py")),
    ("search for what is expected", include_str!("attacks/search.py")),
    (FLOOD, include_str!("attacks/flood.py")),
];

/// The attack that prints without end.
pub const FLOOD: &str = "print without end";
/// It may put out that much. It passes every limit, and a small one is reached at once.
pub const MOST_FLOOD: Bytes = Bytes(64 << 10);

/// An attack as a solution of this exercise: in the place of its first file, the others as the starter has them.
pub fn solution(exercise: &Exercise, text: &str) -> Vec<WorkFile> {
    let entry = exercise.entry();
    let others = exercise.starter.iter().filter(|file| file.path != entry).cloned();
    let own = WorkFile { path: entry.to_owned(), bytes: Arc::from(text.as_bytes()) };
    others.chain([own]).collect()
}
