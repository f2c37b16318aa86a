//! The learner's loop: hints, what is next, the starter back, the solution after a pass, a tier proved, progress kept.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::env::{Env, readable};

const CASES: &str = "[[case]]\nid = \"one\"\npurpose = \"p\"\ncall = \"f(1)\"\nreturns = \"2\"\n\
                     [[case]]\nid = \"two\"\npurpose = \"p\"\ncall = \"f(2)\"\nreturns = \"3\"\n";
const HINTS: &str = "[[hint]]\nlevel = 1\ntext = \"Read *it* again.\"\n\
                     [[hint]]\nlevel = 2\nwhen = { case = \"two\" }\ntext = \"Two is not one.\"\n\
                     [[hint]]\nlevel = 3\ntext = \"Add one.\"\n\
                     [[wrong]]\nfile = \"wrong/constant.py\"\nfails = [\"two\"]\nsays = \"A constant is right once.\"\n";
const RIGHT: &str = "def f(x):\n    return x + 1\n";
const CONSTANT: &str = "def f(x):\n    return 2\n";

/// A pack of two exercises, the second of which needs the first.
fn pack() -> Env {
    let env = Env::new();
    env.exercise_with("tier1/one", "call", HINTS, CASES);
    env.exercise_with("tier1/two", "call", "", CASES);
    env.write("pack/tier1/one/wrong/constant.py", CONSTANT);
    env.write("pack/tier1/one/reference/solution.py", RIGHT);
    let toml = env.read("pack/tier1/two/exercise.toml").replace("needs = []", "needs = [\"tier1/one\"]");
    env.write("pack/tier1/two/exercise.toml", toml);
    env
}

#[test]
fn hints_are_for_what_failed_and_come_one_by_one() {
    let env = pack();
    let hint = |args: &[&str]| env.run(&[&["hint"], args].concat()).exits(0).stdout;
    assert_eq!(hint(&["one"]), "tier1/one: hint 1 of 2\n\nRead it again.\n\nAnother `practice hint` tells more.\n");
    env.solution("tier1/one", CONSTANT);
    env.run(&["run", "one"]).exits(1);
    assert!(hint(&[]).starts_with("tier1/one: hint 2 of 3, for the case `two`\n\nTwo is not one.\n"));
    assert_eq!(hint(&["one"]), "tier1/one: hint 3 of 3\n\nAdd one.\n");
    assert!(hint(&["one"]).starts_with("You have had all 3 hints for tier1/one as it stands.\n"));
    let again = hint(&["one", "--again"]);
    assert!(again.starts_with("The 3 hints you have had") && again.contains("\nTwo is not one.\n"), "{again}");
    assert!(hint(&["two"]).starts_with("There is no hint for tier1/two as it stands."));
    env.run(&["hint", "on"]).exits(2).says(&["did you mean"]);
}

#[test]
fn the_solution_opens_after_a_pass_and_stays_open() {
    let env = pack();
    env.run(&["solution", "one"]).exits(1).says(&["opens when you have passed it", "`practice hint tier1/one`"]);
    env.solution("tier1/one", RIGHT);
    env.run(&["run", "one"]).exits(0);
    env.solution("tier1/one", CONSTANT);
    env.run(&["run", "one"]).exits(1);
    let shown = env.run(&["solution", "one"]).exits(0).stdout;
    assert!(shown.contains("    def f(x):\n        return x + 1\n"), "{shown}");
    assert!(shown.contains("- A constant is right once."), "{shown}");
}

#[test]
fn what_is_next_follows_needs_and_what_was_begun() {
    let env = pack();
    let next = || env.run(&["next"]).exits(0).stdout;
    assert!(next().starts_with("tier1/one: Title of one (about 5 minutes, data)\n  practice show tier1/one\n"));
    env.solution("tier1/two", CONSTANT);
    env.run(&["run", "two"]).exits(1);
    assert!(next().starts_with("tier1/two: Title of two (1 of 2 cases to go)\n"), "{}", next());
    for slug in ["one", "two"] {
        env.solution(&format!("tier1/{slug}"), RIGHT);
    }
    env.run(&["run", "all"]).exits(0);
    assert_eq!(next(), "Every exercise is passed.\n");
    env.run(&["hint"]).exits(2).says(&["every exercise is passed"]);
    let role = env.run(&["next", "--role", "researcher"]).exits(0).stdout;
    assert_eq!(role, "Every exercise that researcher needs is passed.\n");
}

#[test]
fn reset_keeps_what_was_written() {
    let env = pack();
    let solution = "solutions/tier1/one/solution.py";
    let kept = || -> Vec<String> {
        let folder = env.path("solutions/tier1/one/.kept");
        let mut kept: Vec<_> =
            fs::read_dir(folder).map(|all| all.map(|one| one.unwrap().path()).collect()).unwrap_or_default();
        kept.sort();
        kept.iter().map(|folder| fs::read_to_string(folder.join("solution.py")).unwrap()).collect()
    };
    // Nothing there: the starter is written, nothing is to be kept.
    env.run(&["reset", "one"]).exits(0);
    assert_eq!((env.read(solution).as_str(), kept().len()), ("# write here\n", 0));
    assert_eq!(env.run(&["reset", "one"]).exits(0).stdout, "tier1/one is the starter already\n");
    env.solution("tier1/one", "first");
    env.write("solutions/tier1/one/helper.py", "mine");
    let said = env.run(&["reset", "one"]).exits(0).stdout;
    assert!(said.starts_with("tier1/one is the starter again; what you wrote is in solutions/tier1/one/.kept/"));
    // Twice in one second.
    env.solution("tier1/one", "second");
    env.run(&["reset", "one"]).exits(0);
    assert_eq!(kept(), ["first", "second"]);
    assert_eq!(
        (env.read(solution).as_str(), env.read("solutions/tier1/one/helper.py").as_str()),
        ("# write here\n", "mine")
    );
    // What is kept is no part of the solution.
    assert!(env.run(&["run", "one"]).exits(1).stdout.contains("still the starter"));
}

#[test]
fn a_few_exercises_prove_a_tier() {
    let env = pack();
    env.exercise("tier1/three", "call", CASES);
    env.exercise("tier2/four", "call", CASES);
    let offer = env.run(&["test-out", "tier1"]).exits(0).stdout;
    let offered: Vec<&str> = offer.lines().filter_map(|line| line.trim().strip_prefix("open")).collect();
    assert_eq!(offered.len(), 1, "one topic, one exercise: {offer}");
    let id = offered[0].split_whitespace().next().unwrap().to_owned();
    env.solution(&id, RIGHT);
    env.run(&["run", &id]).exits(0);
    assert!(env.run(&["test-out", "tier1"]).exits(0).stdout.starts_with("tier1 is proved"));
    assert!(env.run(&["next"]).exits(0).stdout.starts_with("tier2/four:"));
    assert!(env.run(&["status"]).exits(0).stdout.contains("tier1 (proved)"));
    env.run(&["test-out", "tier3"]).exits(2).says(&["there is no tier `tier3`", "did you mean `tier"]);
}

#[test]
fn a_pack_that_changes_takes_no_pass_away() {
    let env = pack();
    env.solution("tier1/one", RIGHT);
    env.run(&["run", "one"]).exits(0);
    assert!(!env.run(&["list"]).exits(0).stdout.contains("changed"));
    // A new case, and a new name: the uid is what counts.
    let cases = env.read("pack/tier1/one/cases.toml").replace("\"3\"", "\"4\"");
    env.write("pack/tier1/one/cases.toml", cases);
    fs::rename(env.path("pack/tier1/one"), env.path("pack/tier1/uno")).unwrap();
    env.write(
        "pack/tier1/two/exercise.toml",
        env.read("pack/tier1/two/exercise.toml").replace("tier1/one", "tier1/uno"),
    );
    let list = env.run(&["list"]).exits(0).stdout;
    assert!(list.contains("passed  uno") && list.contains("(changed since: run it again)"), "{list}");
    let status = env.run(&["status"]).exits(0).stdout;
    assert!(status.contains("Changed since you passed them") && status.contains("\n  tier1/uno\n"), "{status}");
    let json: serde_json::Value = serde_json::from_str(&env.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert_eq!((json["changed"][0].as_str(), json["tiers"]["tier1"]["passed"].as_u64()), (Some("tier1/uno"), Some(1)));
}

#[test]
fn a_state_that_cannot_be_written_costs_the_progress_and_not_the_result() {
    let env = pack();
    env.solution("tier1/one", RIGHT);
    // Even root cannot make a folder below a file.
    fs::remove_dir(env.beside("state")).unwrap();
    fs::write(env.beside("state"), "").unwrap();
    let ran = env.run(&["run", "one"]).exits(0);
    assert!(ran.stdout.contains("2/2") && ran.stdout.contains("progress could not be kept"), "{}", ran.stdout);
    env.run(&["hint", "one"]).exits(4).says(&["progress could not be kept"]);
}

#[test]
fn practice_alone_says_what_to_type() {
    let env = Env::bare();
    let new = env.run(&[]).exits(0).stdout;
    let commands: Vec<&str> = new.lines().filter(|line| line.starts_with("  ")).map(str::trim).collect();
    assert_eq!(commands.len(), 3, "{new}");
    assert!(commands[0].starts_with("practice init ") && commands[2].starts_with("practice watch "), "{new}");
    let env = pack();
    env.solution("tier1/one", RIGHT);
    env.run(&["run", "one"]).exits(0);
    let there = env.run(&[]).exits(0).stdout;
    assert!(there.starts_with("1 of 2 exercises passed in ") && there.contains("\nNext: tier1/two: "), "{there}");
}

#[test]
fn every_command_has_a_page_in_the_manual() {
    let env = Env::bare();
    assert!(env.run(&["man"]).exits(0).stdout.contains(".TH practice 1"));
    let said = env.run(&["man", "pages"]).exits(0).stdout;
    let help = env.run(&["--help"]).exits(0).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for command in commands
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
    {
        let page = env.read(&format!("pages/practice-{command}.1"));
        assert!(page.contains(".SH SYNOPSIS") && page.contains("\\-\\-help"), "{command}");
    }
    assert!(said.ends_with(&format!("pages written to {}\n", "pages")), "{said}");
}

#[test]
fn kill_at_any_moment_loses_no_progress() {
    let env = pack();
    let hints: String = (0..30).map(|number| format!("[[hint]]\nlevel = 1\ntext = \"Hint {number}.\"\n")).collect();
    env.exercise_with("tier1/one", "call", &hints, CASES);
    let given = || {
        env.run(&["hint", "one", "--again"]).exits(0).stdout.lines().filter(|line| line.starts_with("Hint ")).count()
    };
    let mut before = 0;
    for number in 0..25_u64 {
        let mut child = env.command(&["hint", "one"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // From the very start to after its end, a little later each time.
        readable(child.stdout.as_ref().unwrap(), Duration::from_millis(number * 2));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = given();
        assert!(now == before || now == before + 1, "{before} hints were given, then {now}");
        before = now;
    }
    env.run(&["hint", "one"]).exits(0);
    assert_eq!(given(), before + 1);
}
