//! Grading a class: the grades come out as known, whatever is handed in and however often the batch is killed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use practice::catalog::{self, Exercise, Expectations, PackSource};
use serde_json::Value as Json;

use crate::env::{Env, Ran, readable};

#[path = "../../benches/class/mod.rs"]
mod class;

/// Exercises that need no packages: a script, functions, a scenario.
const EXERCISES: [&str; 3] = ["tier1/jsonl-dedupe", "tier1/merge-config", "tier1/metric-classes"];

fn exercises() -> Vec<Arc<Exercise>> {
    let pack = catalog::load(&PackSource::Shipped, Expectations::Required).unwrap();
    EXERCISES.iter().map(|id| pack.exercise(&id.parse().unwrap()).unwrap().clone()).collect()
}

/// `grade work --out <out>` with the exercises of the class.
fn args<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["grade", "work", "--out", out, "--roster", "roster.csv"];
    args.extend(more);
    args.push("--exercises");
    args.extend(EXERCISES);
    args
}

/// The lines of results.jsonl by student and exercise.
fn results(env: &Env, out: &str) -> BTreeMap<(String, String), Json> {
    let lines = env.read(&format!("{out}/results.jsonl"));
    let lines = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let text = |line: &Json, field: &str| line[field].as_str().unwrap().to_owned();
    lines.map(|line| ((text(&line, "student"), text(&line, "exercise")), line)).collect()
}

/// All that a batch wrote and that must not depend on when it was written: path and bytes.
fn written(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    let named = files.map(|entry| (entry.path().strip_prefix(folder).unwrap().display().to_string(), entry));
    let timed = |name: &str| name == "journal.jsonl" || name == "report.html";
    named
        .filter(|(name, _)| !timed(name))
        .map(|(name, entry)| {
            let mut bytes = fs::read(entry.path()).unwrap();
            if name.ends_with("receipt.json") {
                // When the batch was begun, how long the reference took, and the seal over that.
                let mut receipt: Json = serde_json::from_slice(&bytes).unwrap();
                receipt.as_object_mut().unwrap().retain(|key, _| !["begun", "sha256"].contains(&key.as_str()));
                for exercise in receipt["exercises"].as_array_mut().unwrap() {
                    exercise["clock"]["reference_ms"] = Json::Null;
                }
                bytes = receipt.to_string().into_bytes();
            }
            (name, bytes)
        })
        .collect()
}

#[test]
fn a_class_of_thirty_has_the_known_grades_and_a_repetition_does_nothing() {
    let env = Env::bare();
    let known = class::write(&env.path("work"), &env.path("roster.csv"), 30, &exercises(), false);
    let ran = env.run(&args("out", &[])).exits(0);
    assert!(ran.stdout.starts_with("30 students, 3 exercises: "), "{}", ran.stdout);
    let results = results(&env, "out");
    assert_eq!(results.len(), known.len());
    for (who, known) in &known {
        let got = &results[who];
        let expected = (Some(f64::from(known.points)), Some(known.passed as u64));
        assert_eq!((got["points"].as_f64(), got["passed"].as_u64()), expected, "{who:?} {known:?} {got}");
    }
    // The same again: nothing is run, and every byte is as it was.
    let before = written(&env.path("out"));
    let again = env.run(&args("out", &["--explain"])).exits(0).says(&["0 to be run, 90 known already"]);
    assert!(again.stdout.contains("0 run, 90 known already"), "{}", again.stdout);
    assert_eq!(written(&env.path("out")), before);
    // One file of one student changes: that is run, and it is said why.
    let file = env.path("work/s00000/tier1/jsonl-dedupe/solution.py");
    let text = fs::read_to_string(&file).unwrap_or_default();
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, format!("{text}\n# once more\n")).unwrap();
    let changed = env.run(&args("out", &["--explain"])).exits(0);
    assert!(
        changed.stderr.contains("s00000 tier1/jsonl-dedupe: the submission changed\n1 to be run"),
        "{}",
        changed.stderr
    );
    // Another folder is another batch, and --diff tells what is between them.
    let diff = env.run(&["grade", "--diff", "out", "out"]).exits(0);
    assert!(diff.stdout.contains("30"), "{}", diff.stdout);
}

#[test]
fn a_batch_that_is_killed_ends_with_the_same_bytes() {
    let env = Env::bare();
    class::write(&env.path("work"), &env.path("roster.csv"), 24, &exercises(), false);
    env.run(&args("whole", &["--quiet"])).exits(0);
    // Killed whenever so many more records are kept: that is soon after they were told.
    for (kills, more) in [1, 2, 3, 5].into_iter().enumerate() {
        let resume: &[&str] = if kills == 0 { &["--json"] } else { &["--json", "--resume"] };
        let mut child =
            env.command(&args("killed", resume)).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut told = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let mut finished = 0;
        while finished < more && std::io::BufRead::read_line(&mut told, &mut line).unwrap() > 0 {
            finished += usize::from(line.contains("\"exercise_finished\""));
            line.clear();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // And at sixteen moments that are nobody's choice: wherever it is after so many milliseconds; at fewer on a quick machine, for
    // half of it is to be left at the end.
    let kept = |folder: &str| env.read(&format!("{folder}/journal.jsonl")).lines().count();
    let mut moment = 17_u64;
    for _ in 0..16 {
        if kept("killed") * 2 > kept("whole") {
            break;
        }
        moment = moment.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let ms = 100 + (moment >> 33) % 1400;
        let mut child = env.command(&args("killed", &["--quiet", "--resume"])).spawn().unwrap();
        let pid = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
        let end = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).unwrap();
        readable(end, Duration::from_millis(ms));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // As if the machine had died while a line was being written.
    let mut journal = fs::File::options().append(true).open(env.path("killed/journal.jsonl")).unwrap();
    journal.write_all(b"{\"record\":{\"student\":\"s00").unwrap();
    drop(journal);
    env.run(&args("killed", &[])).exits(2).says(&["was stopped before its end", "--resume goes on with it"]);
    env.run(&args("killed", &["--resume", "--quiet"])).exits(0);
    let (whole, killed) = (written(&env.path("whole")), written(&env.path("killed")));
    assert_eq!(whole.keys().collect::<Vec<_>>(), killed.keys().collect::<Vec<_>>());
    for (name, bytes) in &whole {
        assert!(killed[name] == *bytes, "{name} differs: {}", String::from_utf8_lossy(&killed[name]));
    }
}

/// A folder of a small pack with one exercise, and what three people handed in.
fn small(more: &str) -> Env {
    let env = Env::new();
    let case = |id: &str, more: &str| {
        format!(
            "[[case]]\nid = \"{id}\"\npurpose = \"p\"\nstdin = \"the secret of {id}\"\nstdout = \"ok {id} of it\\n\"\n{more}\n"
        )
    };
    env.exercise_with("tier1/one", "script", more, &(case("open", "") + &case("closed", "hidden = true")));
    let right = "import sys\nprint('ok', sys.stdin.read().split()[-1], 'of it')\n";
    env.write("pack/tier1/one/reference/solution.py", right);
    env.write("work/ada/solution.py", right);
    env
}

#[test]
fn nobody_is_dropped_and_everybody_is_named() {
    let env = small("");
    env.write("work/bob/solution.py", "print('no')\n");
    env.write("work/Carrol/solution.py", "print('no')\n");
    env.write("work/notes.txt", "x");
    env.write("roster.csv", "id,name\nada,Ada\nbob,Bob\ncarol,Carol\ndave,Dave\n");
    let ran = env.run(&["grade", "work", "--out", "out", "--roster", "roster.csv"]).exits(0);
    let ledger: Json = serde_json::from_str(&env.read("out/ledger.json")).unwrap();
    let count = |kind: &str| ledger[kind].as_array().unwrap().len();
    assert_eq!(ledger["received"], 5);
    assert_eq!(
        [count("graded"), count("missing"), count("duplicate"), count("unmatched"), count("broken")],
        [2, 2, 0, 1, 0]
    );
    assert_eq!(ledger["unmatched"][0]["nearest"], "carol");
    assert!(
        ran.stdout.contains("unmatched: Carrol: nobody in the roster is called Carrol; nearest is carol"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("left out: notes.txt"), "{}", ran.stdout);
    let gradebook = env.read("out/gradebook.csv");
    assert_eq!(gradebook.lines().count(), 5, "{gradebook}");
}

#[test]
fn what_students_get_holds_nothing_of_a_hidden_case() {
    let env = small("");
    env.write("work/bob/solution.py", "import sys\ntext = sys.stdin.read()\nraise ValueError(text)\n");
    env.run(&["grade", "work", "--out", "out", "--quiet"]).exits(0);
    for file in ["feedback.md", "results.json", "receipt.json"] {
        let text = env.read(&format!("out/students/bob/{file}"));
        assert!(!text.contains("secret of closed") && !text.contains("ok closed"), "{text}");
    }
    assert!(env.read("out/students/bob/feedback.md").contains("the secret of open"));
    // Somebody who knows it and says it where it is shown: the batch does not let it out.
    env.write("work/bob/solution.py", "print('the secret of closed')\n");
    env.run(&["grade", "work", "--out", "out", "--quiet"])
        .exits(5)
        .says(&["of hidden cases in files that students get", "tier1/one closed"]);
}

#[test]
fn the_same_work_with_different_verdicts_is_unstable() {
    let env = small("");
    // What passes half of the time: decided by the clock, since its random numbers repeat.
    env.write(
        "work/bob/solution.py",
        "import sys, time\nname = sys.stdin.read().split()[-1]\nprint('ok' if time.monotonic_ns() // 1000 % 2 else 'no', name, 'of it')\n",
    );
    let mut seen = false;
    for attempt in 0..20 {
        let out = format!("out{attempt}");
        env.run(&["grade", "work", "--out", &out, "--quiet"]).exits(0);
        let results = results(&env, &out);
        let line = &results[&("bob".to_owned(), "tier1/one".to_owned())];
        if line["verdict"] == "unstable" {
            assert!(line["flags"].to_string().contains("unstable"), "{line}");
            assert!(env.read(&format!("{out}/gradebook.csv")).contains("unstable"));
            seen = true;
            break;
        }
    }
    assert!(seen);
}

#[test]
fn points_follow_groups_and_all_or_nothing() {
    let env = small("scoring = \"all-or-nothing\"\n");
    let half =
        "import sys\nname = sys.stdin.read().split()[-1]\nprint('ok', name, 'of it' if name == 'open' else '')\n";
    env.write("work/bob/solution.py", half);
    env.run(&["grade", "work", "--out", "out", "--quiet"]).exits(0);
    let points = |env: &Env, out: &str, who: &str| {
        results(env, out)[&(who.to_owned(), "tier1/one".to_owned())]["points"].as_f64().unwrap()
    };
    assert_eq!((points(&env, "out", "ada"), points(&env, "out", "bob")), (2.0, 0.0));
    let env = small("");
    env.write("work/bob/solution.py", half);
    env.run(&["grade", "work", "--out", "out", "--quiet"]).exits(0);
    assert_eq!(points(&env, "out", "bob"), 1.0);
}

#[test]
fn lateness_costs_what_the_settings_say() {
    let env = small("");
    env.write(
        "runner.toml",
        "exercises = \"pack\"\n[grade]\ndue = \"2026-11-01T12:00:00Z\"\nlate-percent-per-day = 25\n",
    );
    for (name, time) in [("ada", "2026-11-01 13:30:00 UTC"), ("eve", "2026-11-01 12:30:00 Europe/Berlin")] {
        let text = env.read("work/ada/solution.py");
        env.write(&format!("nb/submitted/{name}/one/solution.py"), text);
        env.write(&format!("nb/submitted/{name}/one/timestamp.txt"), time);
    }
    env.run(&["grade", "nb", "--out", "out", "--quiet"]).exits(0);
    let gradebook = env.read("out/gradebook.csv");
    assert!(gradebook.contains("ada,,,1.5,2,75,") && gradebook.contains("eve,,,2,2,100,"), "{gradebook}");
}

#[test]
fn a_receipt_can_be_replayed() {
    let env = small("");
    env.write("work/bob/solution.py", "print('no')\n");
    env.run(&["grade", "work", "--out", "out", "--quiet"]).exits(0);
    let verify =
        |who: &str, work: &str| env.run(&["verify", &format!("out/students/{who}/receipt.json"), "--submission", work]);
    assert_eq!(verify("ada", "work/ada").exits(0).stdout, "all is as the receipt says: 2 of 2 points\n");
    assert_eq!(verify("bob", "work/bob").exits(0).stdout, "all is as the receipt says: 0 of 2 points\n");
    // Other work: every way in which it is another one.
    let told = verify("bob", "work/ada").exits(1).stdout;
    for said in ["the student's files: ", "tier1/one open, verdict: failed, now passed", "points: 0, now 2"] {
        assert!(told.contains(said), "{told}");
    }
    // A receipt that somebody changed is none.
    let text = env.read("out/students/bob/receipt.json").replace("\"failed\"", "\"passed\"");
    env.write("out/students/bob/receipt.json", text);
    verify("bob", "work/bob").exits(2).says(&["receipt.json"]);
    env.run(&["verify", "nowhere", "--submission", "work/ada"]).exits(2);
}

#[test]
fn wrong_usage_is_told_with_the_way_out() {
    let env = small("");
    let grade = |more: &[&str]| -> Ran {
        let mut args = vec!["grade", "work", "--out", "out"];
        args.extend(more);
        env.run(&args)
    };
    env.run(&["grade", "nowhere", "--out", "out"]).exits(2).says(&["nowhere"]);
    env.run(&["grade", "work"]).exits(2).says(&["--out"]);
    grade(&["--sandbox", "none"]).exits(2).says(&["without a wall"]);
    grade(&["--layout", "blackboard"]).exits(2).says(&["known are folders, canvas, moodle"]);
    env.write("roster.csv", "id,name\nada,A\nada,B\n");
    grade(&["--roster", "roster.csv"]).exits(2).says(&["roster.csv:3: the id `ada` is that of line 2 already"]);
    env.write("other/file", "x");
    env.run(&["grade", "work", "--out", "other"]).exits(2).says(&["no journal.jsonl", "name a new folder"]);
    env.write("pack/tier1/one/reference/solution.py", "print('no')\n");
    grade(&[]).exits(3).says(&["the reference does not pass the case open", "nobody was graded"]);
}

#[test]
fn annotations_are_for_whoever_reads_them() {
    let env = Env::bare();
    let mistake = "def merge_layers(layers):\n    return {}['no such key']\n";
    for student in ["ada", "bob"] {
        env.write(&format!("work/{student}/tier1/merge-config/solution.py"), mistake);
    }
    let grade = |out: &str, work: &str, github: &str| {
        let ran = env.run(&["grade", work, "--out", out, github, "--quiet", "--exercises", "tier1/merge-config"]);
        let lines: Vec<String> = ran.exits(0).stdout.lines().map(str::to_owned).collect();
        assert!(lines.iter().all(|line| line.starts_with("::")) && lines.len() == 11, "{lines:?}");
        lines[0].clone()
    };
    let class = grade("class", "work", "--github");
    assert!(class.starts_with("::error title=ada tier1/merge-config "), "{class}");
    fs::remove_dir_all(env.path("work/bob")).unwrap();
    let one = grade("one", "work", "--github=answers");
    assert!(
        one.starts_with("::error file=answers/tier1/merge-config/solution.py,line=2,title=tier1/merge-config "),
        "{one}"
    );
    env.run(&["grade", "work", "--out", "no", "--github", "--json"]).exits(2);
}
