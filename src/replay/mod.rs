//! A folder that runs one case by hand: what the program is given, a script that gives it, the commands for a debugger.
//!
//! The learner's own files are run where they are, so that a breakpoint is set in the file that they edit. Nothing stands
//! around the program here: it is the learner's own, run by themselves. Pure: the files are values.

use std::path::Path;

use serde_json::json;

use crate::catalog::Case;
use crate::model::{ExerciseId, Job, Program, WorkFile};

/// The script that runs the case.
const RUN: &str = include_str!("run.py");
/// The file by which a folder of ours is known.
pub const MARK: &str = "case.json";

/// What a folder is made from.
pub struct Replay<'a> {
    /// The exercise.
    pub exercise: &'a ExerciseId,
    /// The case; never a hidden one.
    pub case: &'a Case,
    /// What is run for it.
    pub job: &'a Job,
    /// The learner's folder, as an absolute path.
    pub solution: &'a Path,
    /// The environment that every program has.
    pub environment: &'a [(String, String)],
    /// The Python that runs inside a case: file and text.
    pub driver: &'a [(&'static str, &'static str)],
}

impl Replay<'_> {
    /// The files of the folder.
    pub fn files(&self) -> Vec<WorkFile> {
        let (kind, entry, args, question) = match &self.job.program {
            Program::Script { entry, args } => ("script", entry, args.clone(), None),
            Program::Call { entry, question } => ("call", entry, Vec::new(), Some(question.clone())),
        };
        let steps = self.case.kind.steps();
        let texts: Vec<String> = match steps.is_empty() {
            false => steps.iter().map(|&step| step.to_owned()).collect(),
            true => {
                self.case.kind.shown().into_iter().filter(|part| part.label == "call").map(|part| part.text).collect()
            }
        };
        let about = json!({
            "exercise": self.exercise, "case": self.case.id, "kind": kind, "solution": self.solution, "entry": entry,
            "args": args, "seed": self.job.seed, "steps": texts,
        });
        let text = |path: &str, text: String| WorkFile { path: path.to_owned(), bytes: text.into_bytes().into() };
        let mut files = vec![
            text(MARK, format!("{about:#}\n")),
            text("run.py", RUN.to_owned()),
            text("run.sh", self.shell()),
            text("README.md", self.readme()),
            text(".vscode/launch.json", format!("{:#}\n", self.launch())),
            WorkFile { path: "stdin".to_owned(), bytes: self.job.stdin.clone() },
        ];
        files.extend(question.map(|bytes| WorkFile { path: "question.json".to_owned(), bytes }));
        let inputs = self.job.inputs.iter();
        files.extend(inputs.map(|file| WorkFile { path: format!("inputs/{}", file.path), bytes: file.bytes.clone() }));
        files.extend(self.driver.iter().map(|(name, source)| text(&format!("driver/{name}"), (*source).to_owned())));
        files
    }

    /// The environment of the program: that of every case, and what this one adds.
    fn environment(&self) -> impl Iterator<Item = &(String, String)> {
        self.environment.iter().chain(&self.job.env)
    }

    fn shell(&self) -> String {
        let mut text = format!(
            "#!/bin/sh\n# The case {} of {}, run by hand: README.md tells how.\ncd \"$(dirname \"$0\")\" || exit\nexec env -i TERM=\"$TERM\" \\\n",
            self.case.id, self.exercise
        );
        for (name, value) in self.environment() {
            text.push_str(&format!("    {} \\\n", quoted(&format!("{name}={value}"))));
        }
        text.push_str(&format!("    {} -s -B run.py \"$@\"\n", quoted(&self.job.python.to_string_lossy())));
        text
    }

    fn launch(&self) -> serde_json::Value {
        let environment: serde_json::Map<_, _> =
            self.environment().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "version": "0.2.0",
            "configurations": [{
                "name": format!("{} {}", self.exercise, self.case.id),
                "type": "debugpy",
                "request": "launch",
                "program": "${workspaceFolder}/run.py",
                "python": self.job.python,
                "pythonArgs": ["-s", "-B"],
                "cwd": "${workspaceFolder}",
                "env": environment,
                "console": "integratedTerminal",
                "justMyCode": true,
            }],
        })
    }

    fn readme(&self) -> String {
        let (exercise, case) = (self.exercise, &self.case.id);
        let mut text = format!("# {exercise}: {case}\n\n{}\n\n", self.case.purpose);
        if self.case.kind.has_world() {
            text.push_str(&format!(
                "It talks to services, which must be there: `practice replay {exercise} {case} --serve` in another terminal\n\
                 has them answer at http://{} until Ctrl-C. Or `practice replay {exercise} {case} --run` does both.\n\n",
                crate::world::ADDRESS
            ));
        }
        text.push_str(&format!(
            "```sh\nsh run.sh          # as the case is run\nsh run.sh --pdb    # stops in your code, in Python's debugger\n```\n\n\
             In VS Code, open this folder and start the debugger (F5). Your own files are run:\n`{}`.\n\n\
             `inputs/` holds what the work folder begins with, `work/` is made anew each time, `stdin` is the standard\n\
             input. What a call returns is told on standard error. There is no wall around the program here: it can do\n\
             what you can.\n\n## What it is given\n",
            self.solution.display()
        ));
        for part in self.case.kind.shown() {
            let fence = "~".repeat(longest_run(&part.text, '~').max(2) + 1);
            text.push_str(&format!("\n{}:\n\n{fence}\n{}\n{fence}\n", part.label, part.text.trim_end_matches('\n')));
        }
        text
    }
}

/// A word of a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// How often a character stands in a row, at most.
fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|char| char != wanted).map(|run| run.chars().count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell_stay_words() {
        assert_eq!(quoted("A=it's $HOME `x`"), r"'A=it'\''s $HOME `x`'");
        assert_eq!((longest_run("a~~~b~~", '~'), longest_run("", '~')), (3, 0));
    }
}
