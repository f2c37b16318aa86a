//! A case by hand: a folder in which a learner runs one case of an exercise, under a debugger if they like.
//!
//! [`files`] makes the folder's files as values: inputs, a small script, the commands in words, a launch file. The learner's
//! solution is not copied, so that a breakpoint stands in the file that they edit. [`folder`] writes them, and only into a
//! folder that it made. [`beside`] is who the program talks with. Nothing is walled in, and nothing is judged; no
//! expectation is in a folder.

pub mod beside;
pub mod folder;
mod readme;
mod script;

use std::path::{Component, Path, PathBuf};

use serde_json::json;

use crate::catalog::{Case, Exercise};
use crate::kind::{Peer, Replay, shell_word};
use crate::model::{Job, Program, WorkFile};

/// What `run.py` is written with, and what it shares with the driver of a case.
const SUPPORT: [(&str, &str); 5] = [
    ("authorities.pem", include_str!("../driver/authorities.pem")),
    ("by_hand.py", include_str!("by_hand.py")),
    ("call.py", include_str!("../driver/call.py")),
    ("codec.py", include_str!("../driver/codec.py")),
    ("seeds.py", include_str!("../driver/seeds.py")),
];
/// The folder of these files.
const SUPPORT_FOLDER: &str = ".practice";
/// A copy of the solution, where the learner's folder does not hold what a case runs.
const COPY: &str = "solution";

/// What a folder is made for.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// Its case, which is not hidden.
    pub case: &'a Case,
    /// How the case is run by hand.
    pub replay: &'a Replay,
    /// Who its program talks with.
    pub peer: &'a Peer,
    /// The environment of its program, without what names folders.
    pub env: Vec<(String, String)>,
    /// The folder of the learner's solution: an absolute path.
    pub solution: &'a Path,
    /// The files that a case would run, where that folder holds others.
    pub copied: Option<&'a [WorkFile]>,
    /// The folder that is made: an absolute path.
    pub folder: &'a Path,
}

impl Subject<'_> {
    fn job(&self) -> &Job {
        match self.replay {
            Replay::Job(job) | Replay::Looks(job) | Replay::Sized { job, .. } => job,
        }
    }

    /// The command that makes the folder.
    fn command(&self) -> String {
        format!("practice replay {} {}", self.exercise.id, self.case.id)
    }

    /// Where `run.py` finds the solution: relative to the folder where both are in one place, so that they can be moved.
    fn solution(&self) -> PathBuf {
        match self.copied {
            Some(_) => PathBuf::from(COPY),
            None => relative(self.folder, self.solution),
        }
    }

    /// The learner's file that a breakpoint stands in.
    fn file(&self) -> PathBuf {
        let folder = if self.copied.is_some() { self.folder.join(COPY) } else { self.solution.to_owned() };
        folder.join(self.exercise.entry())
    }

    /// The variables that an interpreter reads when it starts, so that nobody can set them later.
    fn early(&self) -> impl Iterator<Item = &(String, String)> {
        // `run.py` sees to these two itself.
        let late = ["PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING"];
        self.env.iter().filter(move |(name, _)| name.starts_with("PYTHON") && !late.contains(&name.as_str()))
    }
}

/// What a person types in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commands {
    /// To run it.
    pub run: String,
    /// To run it under pdb; `None` where nothing of the learner's is run.
    pub debug: Option<String>,
}

/// The commands of a folder.
pub fn commands(subject: &Subject<'_>) -> Commands {
    let python = shell_word(&subject.job().python.to_string_lossy());
    let early: String = subject.early().map(|(name, value)| format!("{name}={} ", shell_word(value))).collect();
    let is_run = !matches!(subject.replay, Replay::Looks(_));
    Commands { run: format!("{python} run.py"), debug: is_run.then(|| format!("{early}{python} -m pdb run.py")) }
}

/// The files of the folder, by their path in it.
pub fn files(subject: &Subject<'_>) -> Vec<WorkFile> {
    let job = subject.job();
    let mut all = vec![
        file("run.py", script::script(subject).into_bytes()),
        file("README.md", readme::readme(subject).into_bytes()),
        file(".vscode/launch.json", launch(subject).into_bytes()),
    ];
    all.extend(SUPPORT.map(|(name, text)| file(&format!("{SUPPORT_FOLDER}/{name}"), text.into())));
    let question = match (subject.replay, &job.program) {
        (Replay::Job(_), Program::Call { question, .. }) => Some(question),
        (Replay::Looks(_), _) => Some(&job.stdin),
        _ => None,
    };
    all.extend(question.map(|question| file("inputs/question.json", question.to_vec())));
    match subject.replay {
        Replay::Job(_) => all.extend(below("inputs/files", &job.inputs)),
        // What it looks at is looked at where the learner edits it.
        Replay::Looks(_) => all.extend(below(&format!("{SUPPORT_FOLDER}/checks"), &job.solution)),
        Replay::Sized { .. } => all.extend(below("inputs", &job.solution)),
    }
    let stdin = if matches!(subject.replay, Replay::Looks(_)) { Vec::new() } else { job.stdin.to_vec() };
    all.push(file("inputs/stdin", stdin));
    if let Peer::Client(plan) = subject.peer {
        all.extend(readme::bodies(plan));
    }
    all.extend(below(COPY, subject.copied.unwrap_or_default()));
    all
}

fn file(path: &str, bytes: Vec<u8>) -> WorkFile {
    WorkFile { path: path.to_owned(), bytes: bytes.into() }
}

/// The files as they are in a folder.
fn below(folder: &str, files: &[WorkFile]) -> Vec<WorkFile> {
    files.iter().map(|file| WorkFile { path: format!("{folder}/{}", file.path), bytes: file.bytes.clone() }).collect()
}

/// VS Code's launch file.
fn launch(subject: &Subject<'_>) -> String {
    let env: serde_json::Map<String, serde_json::Value> =
        subject.early().map(|(name, value)| (name.clone(), json!(value))).collect();
    let launch = json!({
        "version": "0.2.0",
        "configurations": [{
            "name": format!("{}: {}", subject.exercise.id, subject.case.id),
            "type": "debugpy",
            "request": "launch",
            "program": "${workspaceFolder}/run.py",
            "cwd": "${workspaceFolder}",
            "python": subject.job().python.to_string_lossy(),
            "env": env,
            "console": "integratedTerminal",
            "justMyCode": true,
        }],
    });
    serde_json::to_string_pretty(&launch).unwrap_or_default() + "\n"
}

/// `to` as seen from the folder `from`; absolute where they have nothing in common.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    // The root alone is no place of both.
    if common < 2 {
        return to.to_owned();
    }
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    up.chain(to.components().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_and_a_solution_can_be_moved_together() {
        let of = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(of("/a/work/replay/x", "/a/work/solutions/tier1/one"), "../../solutions/tier1/one");
        assert_eq!(of("/a/work", "/a/work/solutions"), "solutions");
        assert_eq!(of("/a/x", "/b/y"), "/b/y");
    }
}
