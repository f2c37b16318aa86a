//! What a run leaves behind for others: the events, the JUnit file, the progress.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value as Json, json};

use crate::env::Env;

/// Two exercises of two tiers; the first has a hidden case.
fn env() -> Env {
    let env = Env::new();
    let hidden = r#"
[[case]]
id = "open"
purpose = "adds"
call = "add(2, 3)"
returns = "5"

[[case]]
id = "hidden-sum"
purpose = "adds others"
weight = 3
hidden = true
call = "add(9028173645501, 1)"
stdin = "secret-stdin"
files = { "secret-file" = "secret-content" }
env = { NAME = "secret-env" }
returns = "9028173645502"
"#;
    env.exercise("tier1/adds", "call", hidden);
    let echo = "[[case]]\nid = \"echo\"\npurpose = \"echoes\"\nargs = [\"a\"]\nstdout = \"a\\n\"\n";
    env.exercise("tier1/echo", "script", echo);
    env.exercise("tier2/echo-again", "script", echo);
    env.solution("tier1/adds", "def add(a, b): return a + b\n");
    env.solution("tier1/echo", "import sys; print(sys.argv[1])\n");
    env.solution("tier2/echo-again", "print('b')\n");
    env
}

fn field<'a>(events: &'a [Json], name: &str) -> Vec<&'a Json> {
    events.iter().map(|event| &event[name]).collect()
}

#[test]
fn events_come_in_order_without_gaps() {
    let ran = env().events("all").exits(1);
    let events = ran.events();
    assert_eq!(
        field(&events, "kind"),
        [
            "run_started",
            "exercise_started",
            "case_finished",
            "case_finished",
            "exercise_finished",
            "exercise_started",
            "case_finished",
            "exercise_finished",
            "exercise_started",
            "case_finished",
            "exercise_finished",
            "tier_finished",
            "tier_finished",
            "run_finished",
        ]
    );
    for (index, event) in events.iter().enumerate() {
        assert_eq!((&event["schema"], &event["seq"]), (&json!(1), &json!(index)));
        let at = event["at"].as_str().unwrap();
        assert!(at.len() == 24 && at.ends_with('Z') && at.parse::<jiff::Timestamp>().is_ok(), "{at}");
    }
    assert_eq!(events[0]["exercises"], json!(["tier1/adds", "tier1/echo", "tier2/echo-again"]));
    assert_eq!(events[0]["cases"], 4);
    // The strongest that this machine has; `corpus` asks for each.
    let mode = events[0]["containment"]["mode"].as_str().unwrap();
    assert!(["full", "user", "bare"].contains(&mode), "{mode}");
    assert_eq!(events[0]["python"][0]["environment"], "stdlib");

    let exercises = ran.events_of("exercise_finished");
    assert_eq!(field(&exercises, "exercise"), ["tier1/adds", "tier1/echo", "tier2/echo-again"]);
    assert_eq!(field(&exercises, "verdict"), ["passed", "passed", "failed"]);
    assert_eq!(field(&exercises, "points"), [4, 1, 0]);
    let tiers = ran.events_of("tier_finished");
    assert_eq!(
        (field(&tiers, "complete"), field(&tiers, "total")),
        (vec![&json!(2), &json!(0)], vec![&json!(2), &json!(1)])
    );
    let last = events.last().unwrap();
    let summary = json!({ "cases": { "failed": 1, "passed": 3 }, "exercises": { "failed": 1, "passed": 2 } });
    assert_eq!((&last["summary"], &last["interrupted"]), (&summary, &json!(false)));
    for case in ran.events_of("case_finished") {
        assert!(case["wall_ms"].as_f64().unwrap() > 0.0 && case["cpu_ms"].as_f64().unwrap() > 0.0);
        // What so small a program adds may be nothing; `wall` looks at the figure itself.
        assert!(case["memory_bytes"].as_u64().is_some_and(|bytes| bytes < 64 << 20));
    }
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_hidden_case_tells_its_verdict_and_nothing_of_what_went_in_or_out() {
    let env = env();
    // Every way for a hidden case to end.
    for end in [
        "return a + b if a == 2 else 9028173645503",
        "return a + b if a == 2 else [a, b, open('secret-file').read()]",
        "print(a, input()); return a + b if a == 2 else 1 / 0",
        "import sys, os; print(a, b, file=sys.stderr); a == 2 or os._exit(9); return 5",
        "if a != 2: raise ValueError(f'{a} {input()} {open(\"secret-file\").read()}')\n    return 5",
        "if a != 2:\n        for i in range(10**6): print(a, input)\n    return 5",
    ] {
        env.solution("tier1/adds", format!("def add(a, b):\n    {end}\n"));
        for args in [&["run", "tier1/adds", "--json"][..], &["run", "tier1/adds", "--verbose", "--junit", "junit.xml"]]
        {
            let ran = env.run(args).exits(1);
            let said = format!(
                "{}{}{}",
                ran.stdout,
                ran.stderr,
                if args.len() > 3 { env.read("junit.xml") } else { String::new() }
            );
            for secret in ["9028173645501", "9028173645502", "9028173645503", "secret-"] {
                assert!(!said.contains(secret), "{end}: {secret} in {said}");
            }
            assert!(said.contains("hidden-sum") && said.contains("adds others"), "{said}");
        }
    }
    let case = env.events("tier1/adds").case("hidden-sum");
    assert_eq!((&case["hidden"], &case["verdict"]), (&json!(true), &json!("output_limit")));
    for (field, empty) in [
        ("input", json!([])),
        ("differences", json!([])),
        ("exception", Json::Null),
        ("stdout", json!("")),
        ("stderr", json!("")),
    ] {
        assert_eq!(case[field], empty, "{field}");
    }
    // Neither does the plan tell it.
    let plan = env.run(&["run", "tier1/adds", "--dry-run"]).exits(0).stdout;
    assert!(plan.contains("hidden-sum (hidden)") && !plan.contains("9028173645501"), "{plan}");
}

#[test]
fn the_junit_file_is_well_formed_and_counts_the_same() {
    let env = env();
    env.solution("tier1/echo", "print('\\x1b[31m\\x00 ]]> <&\\ud800', end='', flush=True)\n");
    env.run(&["run", "all", "--junit", "out.xml"]).exits(1);
    // Python's parser is an independent reader of XML.
    let count = "import sys, xml.etree.ElementTree as E\n\
                 root = E.parse(sys.argv[1]).getroot()\n\
                 print(root.tag, len(root.findall('testsuite')), len(list(root.iter('testcase'))), \
                 len(list(root.iter('failure'))) + len(list(root.iter('error'))), root.get('tests'))";
    let output = std::process::Command::new("python3").args(["-c", count]).arg(env.path("out.xml")).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "testsuites 3 4 2 4\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn one_case_alone_says_nothing_of_the_exercise() {
    let env = env();
    let ran = env.run(&["run", "tier1/adds", "--case", "open", "--json"]).exits(0);
    assert_eq!(ran.verdicts(), ["open=passed"]);
    let done = &ran.events_of("exercise_finished")[0];
    assert_eq!([&done["partial"], &done["total"], &done["max_points"]], [&json!(true), &json!(1), &json!(1)]);
    assert_eq!(state(&env, "tier1/adds"), "todo");
    // Of several exercises, those that have it.
    let ran = env.run(&["run", "all", "--case", "echo", "--json"]).exits(1);
    assert_eq!(ran.verdicts(), ["echo=passed", "echo=failed"]);
}

#[test]
fn a_name_that_is_not_there_gets_the_nearest_offered() {
    let env = env();
    env.run(&["run", "tier1/ads"]).exits(2).says(&["`tier1/ads` selects nothing: did you mean `tier1/adds`?"]);
    env.run(&["run", "echo-agan"]).exits(2).says(&["did you mean `echo-again`?"]);
    env.run(&["run", "tier3"]).exits(2).says(&["`tier3` selects nothing: did you mean `tier"]);
    env.run(&["run", "topic:dat"]).exits(2).says(&["did you mean `topic:data`?"]);
    env.run(&["run", "role:mlopps"]).exits(2).says(&["did you mean `role:mlops`?"]);
    env.run(&["run", "zzzzzzzz"]).exits(2).says(&["`practice list` shows all exercises"]);
    env.run(&["run", "all", "--case", "opne"])
        .exits(2)
        .says(&["no selected exercise has a case `opne`: did you mean `open`?"]);
    env.run(&["run"]).exits(2).says(&["SELECTOR"]);
    assert!(env.leftovers().is_empty());
}

#[test]
fn a_dry_run_says_what_would_be_run_and_runs_nothing() {
    let env = env();
    env.solution("tier1/echo", format!("open({:?}, 'w')\n", env.path("ran").display().to_string()));
    let ran = env.run(&["run", "all", "--dry-run"]).exits(0);
    assert!(ran.stdout.contains("tier1/echo [stdlib]: solution.py\n  echo: echoes; at most 10 s\n"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("4 cases\n"), "{}", ran.stdout);
    assert!(!env.path("ran").exists());
    assert_eq!(state(&env, "tier1/echo"), "todo");
}

fn state(env: &Env, id: &str) -> String {
    let listed: Json = serde_json::from_str(&env.run(&["list", "--json"]).exits(0).stdout).unwrap();
    let found = listed.as_array().unwrap().iter().find(|exercise| exercise["id"] == id).unwrap();
    found["state"].as_str().unwrap().to_owned()
}

#[test]
fn progress_is_kept_and_can_be_selected() {
    let env = env();
    assert_eq!(env.run(&["run", "state:failing", "--json"]).exits(0).verdicts(), [""; 0]);
    env.events("all").exits(1);
    let states = ["tier1/adds", "tier1/echo", "tier2/echo-again"].map(|id| state(&env, id));
    assert_eq!(states, ["passed", "passed", "failing"]);
    let status: Json = serde_json::from_str(&env.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(status["tiers"], json!({ "tier1": { "passed": 2, "total": 2 }, "tier2": { "passed": 0, "total": 1 } }));
    assert_eq!(status["next"], json!(["tier2/echo-again"]));
    assert_eq!(status["exercises"]["adds"]["verdict"], "passed");

    let ran = env.events("state:failing").exits(1);
    assert_eq!(ran.events()[0]["exercises"], json!(["tier2/echo-again"]));
    // A tier's standing counts what was passed earlier.
    env.solution("tier2/echo-again", "print('a')\n");
    let ran = env.events("state:failing").exits(0);
    assert_eq!(ran.events_of("tier_finished")[0]["complete"], 1);
    assert_eq!(env.run(&["list", "state:passed", "--json"]).exits(0).stdout.matches("\"passed\"").count(), 3);
    // The uid is what counts, not the name of the folder.
    std::fs::rename(env.path("pack/tier1/adds"), env.path("pack/tier1/sums")).unwrap();
    assert_eq!(state(&env, "tier1/sums"), "passed");
    // Another folder of solutions is another learner.
    env.write("others/tier1/echo/solution.py", "print('a')\n");
    env.run(&["run", "tier1/echo", "--solutions", "others"]).exits(0);
    let ran = env.run(&["run", "tier1/echo", "--solutions", "nowhere"]).exits(2);
    ran.says(&["there is no folder nowhere"]);
}
