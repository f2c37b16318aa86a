//! The author's solution, to be read after a pass.

use crate::catalog::Exercise;

/// The solution as Markdown: the files that a learner writes, and those that the author added.
pub fn markdown(exercise: &Exercise) -> String {
    let given = |path: &str| exercise.starter.iter().any(|file| file.path == path);
    let written = |path: &str| exercise.files.iter().any(|file| file == path) || !given(path);
    let mut text = format!("# {}\n\n", exercise.title);
    for file in exercise.reference.iter().filter(|file| written(&file.path)) {
        let source = String::from_utf8_lossy(&file.bytes);
        // A fence that the source itself cannot close.
        text.push_str(&format!("`{}`\n\n~~~~~~~~python\n{}\n~~~~~~~~\n\n", file.path, source.trim_end()));
    }
    if !exercise.wrong.is_empty() {
        text.push_str("## What others get wrong\n\n");
        for wrong in &exercise.wrong {
            text.push_str(&format!("- {}\n", wrong.says));
        }
    }
    text
}
