//! What people get wrong in files and settings: told with the place and the way out, under the right exit code.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::env::{Env, Ran};

const CASE: &str = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"f(1)\"\nreturns = \"1\"\n";

fn env() -> Env {
    let env = Env::new();
    env.exercise("tier1/one", "call", CASE);
    env.solution("tier1/one", "def f(x): return x\n");
    env
}

/// The run of a pack in which this file holds this text.
fn with(path: &str, text: &str) -> Ran {
    let env = env();
    env.write(path, text);
    env.run(&["run", "all"])
}

/// The run of a pack in which this text of a file is replaced.
fn replaced(path: &str, from: &str, to: &str) -> Ran {
    let env = env();
    let text = env.read(path);
    assert!(text.contains(from), "{text}");
    env.write(path, text.replacen(from, to, 1));
    env.run(&["run", "all"])
}

const EXERCISE: &str = "pack/tier1/one/exercise.toml";
const CASES: &str = "pack/tier1/one/cases.toml";

#[test]
fn settings_that_cannot_be_read() {
    with("runner.toml", "jobs = 2\nsolutions = \n").exits(2).says(&["work/runner.toml:2:13: "]);
    with("runner.toml", "jobz = 2\n")
        .exits(2)
        .says(&["work/runner.toml:1:1: ", "unknown key `jobz`: did you mean `jobs`?"]);
    with("runner.toml", "[python]\ninterpeter = 'x'\n")
        .exits(2)
        .says(&["runner.toml:2:1: ", "did you mean `interpreter`?"]);
    with("runner.toml", "jobs = 'two'\n").exits(2).says(&["runner.toml:1:8: ", "expected usize"]);
    with("runner.toml", "exercises = 'pack'\njobs = 0\n")
        .exits(2)
        .says(&["jobs = `0` (from ", "runner.toml): write a number from 1 to 256"]);
    with("runner.toml", "exercises = 'pakc'\n").exits(2).says(&[
        "there is no exercise pack in ",
        "work/pakc (from ",
        "hint: ",
    ]);
    let env = env();
    env.run(&["run", "all", "--jobs", "0"]).exits(2).says(&["jobs = `0` (from flag): write a number from 1 to 256"]);
    env.run(&["run", "all", "--jobs", "many"]).exits(2).says(&["many", "--jobs"]);
    let jobs = Ran::of(env.command(&["run", "all"]).env("PRACTICE_JOBS", "x"));
    jobs.exits(2).says(&["jobs = `x` (from PRACTICE_JOBS): write a number from 1 to 256"]);
}

#[test]
fn a_pack_that_cannot_be_read() {
    with(EXERCISE, "format = 1\nuid = \"a\n").exits(3).says(&["tier1/one/exercise.toml:2:9: ", "uid = \"a\n"]);
    with(CASES, "format = 1\n[[case]\nid = \"a\"\n").exits(3).says(&["tier1/one/cases.toml:2:8: "]);
    with("pack/pack.toml", "format = 1\nname = \"a\"\ntitel = \"x\"\n")
        .exits(3)
        .says(&["pack.toml:3:1: ", "did you mean `title`?"]);
    with("pack/tier1/tier.toml", "format = 1\ntitle = 3\n").exits(3).says(&["tier.toml:2:9: "]);
    with("pack/tier1/one/README.md", "").exits(0);
    let env = env();
    fs::remove_file(env.path("pack/tier1/one/README.md")).unwrap();
    env.write(CASES, b"format = 1\n# \xff\n");
    // All mistakes at once.
    env.run(&["run", "all"]).exits(3).says(&[
        "README.md: there is no such file",
        "cases.toml: not UTF-8 from byte 13 on",
        "2 mistakes",
    ]);
}

#[test]
fn unknown_names_come_with_the_nearest() {
    replaced(EXERCISE, "topic = \"data\"", "topic = \"dat\"")
        .exits(3)
        .says(&["exercise.toml:5:9: unknown value `dat`: did you mean `data`?"]);
    replaced(EXERCISE, "minutes = 5", "minuts = 5").exits(3).says(&["exercise.toml:8:1: ", "did you mean `minutes`?"]);
    replaced(EXERCISE, "kind = \"call\"", "kind = \"cal\"")
        .exits(3)
        .says(&["exercise.toml:10:8: there is no kind of case `cal`: known are script, call"]);
    replaced(CASES, "returns", "retuns")
        .exits(3)
        .says(&["cases.toml:6:1: unknown key `retuns`: did you mean `returns`?"]);
    replaced(CASES, "call = ", "stdin = \"\"\nargs = ").exits(3).says(&["cases.toml:6:1: unknown key `args`"]);
    let env = env();
    env.exercise_with(
        "tier1/two",
        "call",
        "[[wrong]]\nfile = \"wrong/w.py\"\nfails = [\"add-tax\"]\nsays = \"s\"\n",
        &CASE.replace("\"a\"", "\"add-taxes\""),
    );
    env.run(&["run", "all"]).exits(3).says(&["two/exercise.toml:", "there is no `wrong/w.py` in this folder"]);
    env.write("pack/tier1/two/wrong/w.py", "");
    env.run(&["run", "all"])
        .exits(3)
        .says(&["two/exercise.toml:13:10: there is no case `add-tax`: did you mean `add-taxes`?"]);
}

#[test]
fn values_that_make_no_sense() {
    let limits = |text: &str| replaced(CASES, "returns", &format!("limits = {{ {text} }}\nreturns")).exits(3);
    limits("wall = \"soon\"").says(&["cases.toml:6:19: `soon` is not a duration", "such as \"250ms\""]);
    limits("memory = \"1 GiB!\"").says(&["cases.toml:6:21: `1 GiB!` is not a size", "such as \"512MB\""]);
    limits("wall = \"0s\"").says(&["`0s` is not a duration"]);
    replaced(CASES, "f(1)", "f(1").exits(3).says(&["cases.toml:5:8: case `a`: "]);
    replaced(CASES, "f(1)", "f(__import__)").exits(3).says(&["cases.toml:5:8: case `a`: "]);
    replaced(CASES, "returns = \"1\"", "returns = \"1 2\"").exits(3).says(&["cases.toml:6:11: case `a`: "]);
    replaced(CASES, "returns = \"1\"", "returns = { file = \"expected/a.json\" }")
        .exits(3)
        .says(&["cases.toml:6:11: ", "there is no file `expected/a.json` in the exercise's folder"]);
    replaced(CASES, "returns", "files = [\"../../pack.toml\"]\nreturns")
        .exits(3)
        .says(&["there is no file `../../pack.toml`"]);
    replaced(CASES, "returns", "files = { \"../x\" = \"\" }\nreturns")
        .exits(3)
        .says(&["`../x` is not a path inside the work folder"]);
    replaced(CASES, "returns = \"1\"", "")
        .exits(3)
        .says(&["cases.toml:2:1: the case `a` expects nothing", "practice snap tier1/one"]);
    replaced(CASES, "id = \"a\"", "id = \"A b\"")
        .exits(3)
        .says(&["cases.toml:3:6: `A b` is not a name: use a-z, 0-9 and `-`"]);
    for file in ["pack/pack.toml", "pack/tier1/tier.toml", EXERCISE, CASES] {
        let name = file.rsplit_once('/').unwrap().1;
        let message = format!("{name}: format 2 is not known to this version of practice, which reads format 1");
        replaced(file, "format = 1", "format = 2").exits(3).says(&[&message]);
    }
}

#[test]
fn names_that_are_used_twice() {
    with(CASES, &format!("format = 1\n{CASE}{CASE}")).exits(3).says(&["cases.toml:7:1: two cases have the id `a`"]);
    let env = env();
    env.exercise("tier1/two", "call", CASE);
    env.write("pack/tier1/two/exercise.toml", env.read(EXERCISE));
    let ran = env.run(&["run", "all"]).exits(3);
    ran.says(&["two exercises have the uid `one`", "tier1/one/exercise.toml", "tier1/two/exercise.toml"]);
}

#[test]
fn no_python_that_will_do() {
    let env = env();
    let run = |path: &str| Ran::of(env.command(&["run", "all"]).env("PATH", path));
    run("").exits(4).says(&["no python found", "install Python 3.11 or newer", "PRACTICE_PYTHON"]);

    let old = env.path("old/python3");
    let about = format!(
        r#"{{"version": [3, 8, 2], "executable": "{0}", "base_executable": "{0}", "in_venv": false, "base_prefix": "/usr", "implementation": "cpython", "platform": "fake", "pip": null, "venv": true, "ensurepip": true}}"#,
        old.display()
    );
    env.write("old/python3", format!("#!/bin/sh\necho '{about}'\n"));
    fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
    env.run(&["run", "all", "--python", old.to_str().unwrap()])
        .exits(4)
        .says(&["is Python 3.8.2, and 3.11 or newer is needed"]);

    env.write("runner.toml", "exercises = 'pack'\n[python]\ninterpreter = 'python3.99'\n");
    env.run(&["run", "all"]).exits(4).says(&["there is no interpreter `python3.99`; set `interpreter` under [python]"]);
    assert!(env.leftovers().is_empty());
    // What has no solution needs no Python.
    fs::remove_dir_all(env.path("solutions/tier1")).unwrap();
    env.run(&["run", "all"]).exits(1);
}

#[test]
fn an_exercise_that_needs_a_newer_python() {
    let env = env();
    env.exercise_with("tier1/new", "call", "[python]\nrequires = \">=3.99\"\n", CASE);
    env.solution("tier1/new", "def f(x): return x\n");
    let ran = env.run(&["run", "all"]).exits(4);
    ran.says(&["tier1/new needs Python 3.99 or newer", "hint: "]);
    env.run(&["run", "tier1/one"]).exits(0);
}

#[test]
fn nothing_that_could_be_run() {
    let env = env();
    let told = |why: &str| {
        let ran = env.events("all").exits(1);
        let done = ran.events_of("exercise_finished").remove(0);
        assert_eq!((&done["verdict"], &done["total"]), (&"not_attempted".into(), &1.into()));
        assert!(done["reason"].as_str().unwrap().contains(why), "{done}");
        assert!(ran.events_of("case_finished").is_empty());
        assert!(env.run(&["run", "all"]).exits(1).stdout.contains("not attempted"));
    };
    env.solution("tier1/one", "# write here\n");
    told("solution.py is still the starter");
    fs::remove_file(env.path("solutions/tier1/one/solution.py")).unwrap();
    told("there is no solution.py in ");
    fs::create_dir(env.path("solutions/tier1/one/solution.py")).unwrap();
    told("solution.py is not a file");
    fs::remove_dir_all(env.path("solutions/tier1/one")).unwrap();
    told("`practice init` writes the starter");
    env.write("solutions/tier1/one", "");
    told("solutions/tier1/one is not a folder");
    fs::remove_dir_all(env.path("solutions")).unwrap();
    told("`practice init` writes the starter");
}

#[test]
fn reports_and_progress_that_cannot_be_written() {
    let env = env();
    let ran = env.run(&["run", "all", "--junit", "no/such/out.xml"]).exits(5);
    ran.says(&["no/such/out.xml: "]);
    fs::create_dir(env.path("folder.xml")).unwrap();
    env.run(&["run", "all", "--junit", "folder.xml"]).exits(5).says(&["folder.xml"]);

    // Progress is worth a notice; the results are there all the same.
    fs::remove_dir_all(env.beside("state/practice")).unwrap();
    fs::write(env.beside("state/practice"), "in the place of the folder").unwrap();
    let ran = env.events("all").exits(0);
    assert_eq!(ran.verdicts(), ["a=passed"]);
    let notices = ran.events_of("notice");
    assert_eq!(notices.len(), 1, "{}", ran.stdout);
    assert!(notices[0]["text"].as_str().unwrap().starts_with("progress could not be kept: "), "{}", notices[0]);
    let ran = env.run(&["run", "all"]).exits(0);
    assert!(ran.stdout.contains("progress could not be kept"), "{}", ran.stdout);
    env.run(&["run", "state:failing"]).exits(4).says(&["progress could not be kept: "]);
    assert!(env.leftovers().is_empty());
}
