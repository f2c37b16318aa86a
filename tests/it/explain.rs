//! What a learner reads: each wrong solution of the first ten exercises, run as theirs, as files to be reviewed by a person.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::env::{Env, Ran};

/// How many exercises.
const FIRST: usize = 10;

/// The report without what differs from machine to machine and from run to run: times.
fn steady(report: &str) -> String {
    let lines = report.lines().filter(|line| !line.starts_with("Time "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn what_a_learner_reads_about_the_mistakes_that_people_make() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let env = Env::bare();
    // Tracebacks, and the words of exceptions, differ between versions of Python; the files are of this one.
    let python = std::process::Command::new("python3").arg("--version").output().unwrap().stdout;
    if !String::from_utf8_lossy(&python).starts_with("Python 3.11.") {
        return;
    }
    env.run(&["init"]).exits(0);
    let list: Vec<Json> = serde_json::from_str(&env.run(&["list", "--json"]).exits(0).stdout).unwrap();
    let readings = root.join("tests/it/readings");
    let mut changed = Vec::new();
    let mut seen = Vec::new();
    let stdlib = list.iter().filter(|one| one["environment"] == "stdlib");
    for id in stdlib.take(FIRST).map(|one| one["id"].as_str().unwrap()) {
        let mut wrong: Vec<_> = fs::read_dir(root.join("exercises").join(id).join("wrong"))
            .unwrap()
            .map(|one| one.unwrap().path())
            .collect();
        wrong.sort();
        for file in wrong.iter().filter(|file| file.extension().is_some_and(|ending| ending == "py")) {
            env.solution(id, fs::read(file).unwrap());
            // None of them needs the time that it has.
            let ran = Ran::of(env.command(&["run", id]).env("PRACTICE_TIME_FACTOR", "3")).exits(1);
            let name = format!("{}--{}.txt", id.replace('/', "-"), file.file_stem().unwrap().to_str().unwrap());
            let text = steady(&ran.stdout);
            for case in text.split("\n  ✗ ").skip(1).filter(|case| !case.contains(" (hidden): ")) {
                let tells =
                    ["stdout, ", "returned value", "exception", "exit code", "file ", "argument", "raised in", "line "];
                assert!(tells.iter().any(|part| case.contains(part)), "{name} has a bare failure: {case}");
            }
            let path = readings.join(&name);
            if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
                if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
                    fs::create_dir_all(&readings).unwrap();
                    fs::write(&path, &text).unwrap();
                } else {
                    changed.push(format!("{name}:\n{text}"));
                }
            }
            seen.push(name);
        }
    }
    assert_eq!(changed, [""; 0], "review it, then write it with SNAPSHOTS=overwrite");
    assert!(seen.len() >= 50, "{seen:?}");
    for file in fs::read_dir(&readings).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(
            seen.contains(&name) || fs::read_to_string(readings.join(&name)).unwrap().is_empty(),
            "{name} is of no wrong solution"
        );
    }
}
