//! `practice replay`: a case run by hand prints what it printed behind the wall.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::env::{Env, Ran};

/// Runs the folder's script, with these lines typed.
fn by_hand(env: &Env, folder: &str, args: &[&str], typed: &str) -> Ran {
    let mut command = Command::new("sh");
    command
        .arg(env.path(folder).join("run.sh"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// What the one case printed behind the wall.
fn behind_the_wall(env: &Env) -> Json {
    env.events("tier1/one").case("a")
}

const SCRIPT: &str = "import json, os, random, sys\nfrom pathlib import Path\n\ndef main():\n    text = Path('in.txt').read_text()\n    \
                      line = sys.stdin.readline().strip()\n    print(json.dumps([sys.argv[1:], text, line, os.environ['MODE'], random.random(), hash('x')]))\n    \
                      raise KeyError('lost')\n\nmain()\n";

#[test]
fn a_script_prints_what_the_case_printed() {
    let env = Env::new();
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\nargs = [\"it's\", \"$HOME\"]\nstdin = \"one\\ntwo\\n\"\nenv = { MODE = \"fast `x`\" }\n\
                files.\"in.txt\" = \"given\"\nstdout = \"\"\n\
                [[case]]\nid = \"secret\"\npurpose = \"p\"\nhidden = true\nstdout = \"\"\n";
    env.exercise("tier1/one", "script", case);
    env.solution("tier1/one", SCRIPT);
    let wall = behind_the_wall(&env);
    let said = env.run(&["replay", "one", "a"]).exits(0).stdout;
    assert!(said.starts_with("replay/tier1-one/a\n") && said.contains("sh replay/tier1-one/a/run.sh --pdb"), "{said}");
    for _ in 0..2 {
        let ran = by_hand(&env, "replay/tier1-one/a", &[], "").exits(1);
        assert_eq!(Some(ran.stdout.as_str()), wall["stdout"].as_str());
        assert!(
            ran.stderr.ends_with("KeyError: 'lost'\n") && ran.stderr.contains("solution.py\", line 10, in <module>"),
            "{}",
            ran.stderr
        );
        // Nothing of ours is in the traceback.
        assert_eq!(ran.stderr.matches("  File ").count(), 2, "{}", ran.stderr);
    }
    let stopped = by_hand(&env, "replay/tier1-one/a", &["--pdb"], "b 6\nc\np text + '!'\nc\nq\n");
    assert!(
        stopped.stdout.contains("-> line = sys.stdin.readline()") && stopped.stdout.contains("'given!'"),
        "{}",
        stopped.stdout
    );
    let launch: Json = serde_json::from_str(&env.read("replay/tier1-one/a/.vscode/launch.json")).unwrap();
    let configuration = &launch["configurations"][0];
    assert_eq!(
        (configuration["type"].as_str(), configuration["env"]["MODE"].as_str()),
        (Some("debugpy"), Some("fast `x`"))
    );
    assert!(env.read("replay/tier1-one/a/README.md").contains("sh run.sh --pdb"));

    // Made anew, with what the case is given now; what is no replay's stays.
    env.write("replay/tier1-one/a/work/left", "over");
    env.run(&["replay", "one", "a"]).exits(0);
    assert!(!env.path("replay/tier1-one/a/work").exists());
    env.write("mine/notes.txt", "mine");
    env.run(&["replay", "one", "a", "--dir", "mine"]).exits(2).says(&["no replay's", "--dir"]);
    assert_eq!(fs::read_dir(env.path("mine")).unwrap().count(), 1);
    env.run(&["replay", "one", "secret"]).exits(2).says(&["hidden case"]);
    env.run(&["replay", "one", "aa"]).exits(2).says(&["no case `aa`", "`a`"]);
    env.run(&["replay", "one", "a", "--serve"]).exits(2).says(&["talks to no service"]);
}

#[test]
fn calls_return_what_the_case_returned() {
    let env = Env::new();
    env.exercise(
        "tier1/one",
        "call",
        "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"roll({'x': (1, 2.5)}, times=2)\"\nreturns = \"0\"\n",
    );
    env.solution(
        "tier1/one",
        "import random\n\ndef roll(data, *, times):\n    print('rolling', data)\n    return [random.random() for _ in range(times)]\n",
    );
    let wall = behind_the_wall(&env);
    env.run(&["replay", "one", "a"]).exits(0);
    let ran = by_hand(&env, "replay/tier1-one/a", &[], "").exits(0);
    assert_eq!(Some(ran.stdout.as_str()), wall["stdout"].as_str());
    let returned = wall["differences"][0]["actual"].as_str().unwrap();
    assert_eq!(ran.stderr, format!("> roll({{'x': (1, 2.5)}}, times=2)\n{returned}\n"));
    // The debugger stops in the function by itself, when the call is made.
    let stopped = by_hand(&env, "replay/tier1-one/a", &["--pdb"], "p times * 21\nc\n");
    assert!(
        stopped.stdout.contains("-> print('rolling', data)") && stopped.stdout.contains("\n(Pdb) 42\n"),
        "{}",
        stopped.stdout
    );
}

#[test]
fn a_scenario_is_replayed_step_by_step() {
    let env = Env::new();
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\n[[case.step]]\ndo = \"box = Box(3)\"\n[[case.step]]\ndo = \"box.add(4)\"\n\
                returns = \"7\"\n[[case.step]]\ndo = \"box.total()\"\nreturns = \"8\"\n";
    env.exercise("tier1/one", "scenario", case);
    env.solution("tier1/one", "class Box:\n    def __init__(self, n):\n        self.n = n\n    def add(self, n):\n        self.n += n\n        return self.n\n    def total(self):\n        raise ValueError(self.n)\n");
    let ran = env.run(&["replay", "one", "a"]);
    let ran = ran.exits(0);
    assert!(ran.stdout.starts_with("replay/tier1-one/a\n"));
    let ran = by_hand(&env, "replay/tier1-one/a", &[], "").exits(1);
    assert!(ran.stderr.contains("> box.add(4)\n7\n> box.total()\n"), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("ValueError: 7\n"), "{}", ran.stderr);
}

#[test]
fn services_answer_while_it_runs() {
    let env = Env::new();
    env.write("pack/tier1/one/world.toml", "format = 1\n[[route]]\npath = \"/hello\"\njson = [\"hi there\"]\n");
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\nworld = \"world.toml\"\ncall = \"fetch('http://127.0.0.1:8000')\"\nreturns = \"'hi'\"\n";
    env.exercise("tier1/one", "http-client", case);
    env.solution(
        "tier1/one",
        "from urllib.request import urlopen\n\ndef fetch(base):\n    with urlopen(base + '/hello') as answer:\n        text = answer.read().decode()\n    print('got', text)\n    return text\n",
    );
    let ran = env.run(&["replay", "one", "a", "--run"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "got [\"hi there\"]\n"), "{}", ran.stderr);
    assert!(env.read("replay/tier1-one/a/README.md").contains("practice replay tier1/one a --serve"));
}

#[test]
fn the_shipped_cases_can_be_replayed() {
    let env = Env::bare();
    env.run(&["init"]).exits(0);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/exercises");
    for (exercise, case) in
        [("tier1/jsonl-dedupe", "casefold"), ("tier1/trim-history", "example"), ("tier1/metric-classes", "")]
    {
        env.solution(exercise, fs::read(format!("{root}/{exercise}/reference/solution.py")).unwrap());
        let events = env.events(exercise).exits(0).events_of("case_finished");
        let visible =
            events.iter().find(|event| event["hidden"] == false && (case.is_empty() || event["case"] == case));
        let event = visible.or(events.first()).unwrap();
        let case = event["case"].as_str().unwrap();
        env.run(&["replay", exercise, case]).exits(0);
        let ran = by_hand(&env, &format!("replay/{}/{case}", exercise.replace('/', "-")), &[], "");
        assert_eq!(Some(ran.stdout.as_str()), event["stdout"].as_str(), "{exercise} {case}: {}", ran.stderr);
    }
}
