//! The tour in the README is a transcript: its commands print what it says. `SNAPSHOTS=overwrite` writes what they print.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::env::{Env, PRACTICE};

/// What begins and ends the transcript.
const FENCES: (&str, &str) = ("```console\n", "\n```\n");
/// What the learner of the tour writes in the editor.
const ATTEMPT: &str = "exercises/tier1/jsonl-dedupe/wrong/lower.py";

/// A line without what differs from machine to machine: times.
fn steady(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let is_unit = |at: usize| words.get(at).is_some_and(|word| ["ms", "s"].contains(&word.trim_end_matches('.')));
    let word = |(at, word): (usize, &&str)| match word.parse::<f64>() {
        Ok(_) if is_unit(at + 1) => "0".to_owned(),
        _ if at > 0 && is_unit(at) && words[at - 1].parse::<f64>().is_ok() => "ms".to_owned(),
        _ => (*word).to_owned(),
    };
    words.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_tour_prints_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (before, rest) = readme.split_once(FENCES.0).unwrap();
    let (transcript, after) = rest.split_once(FENCES.1).unwrap();
    let env = Env::bare();
    env.write("editor", format!("#!/bin/sh\ncp '{}' \"$1\"\n", root.join(ATTEMPT).display()));
    let mut folder = env.path("");
    let mut written = Vec::new();
    for line in transcript.lines().filter(|line| line.starts_with("$ ")) {
        written.push(line.to_owned());
        let command = &line[2..];
        if let Some(to) = command.strip_prefix("cd ") {
            folder = folder.join(to);
            continue;
        }
        // The shell's own environment, made as the one of all tests.
        let like = env.command(&[]);
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(&folder).env_clear();
        shell.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let path = PathBuf::from(PRACTICE).parent().unwrap().display().to_string();
        shell.env("PATH", format!("{path}:{}", std::env::var("PATH").unwrap()));
        shell.env("EDITOR", format!("sh {}", env.path("editor").display()));
        let output = shell.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        written.extend(printed.trim_end().lines().map(str::to_owned));
        written.push(String::new());
    }
    let written = written.join("\n").trim_end().to_owned();
    let all = |text: &str| text.lines().map(steady).collect::<Vec<_>>();
    if all(&written) == all(transcript) {
        return;
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        return fs::write(root.join("README.md"), format!("{before}{}{written}{}{after}", FENCES.0, FENCES.1)).unwrap();
    }
    assert_eq!(all(&written), all(transcript), "write it with SNAPSHOTS=overwrite");
}
