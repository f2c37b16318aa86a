//! Artifacts: the files that a call or a program writes, and nothing else touched.

use serde_json::json;

use crate::env::{Env, differences};

const CASE: &str = r#"[[case]]
id = "a"
purpose = "p"
call = "export([1, 2])"
returns = "2"
files = { "notes.txt" = "mine\n" }
writes = { "out/rows.jsonl" = "{\"n\": 1}\n{\"n\": 2.0}\n", "sum.json" = "{\"sum\": 3, \"by\": [1, 2]}" }
compare = { types = "numeric" }
"#;

const RIGHT: &str = "
import json
from pathlib import Path

def export(numbers):
    Path('out').mkdir()
    Path('out/rows.jsonl').write_text(''.join(json.dumps({'n': n}) + '\\n' for n in numbers))
    Path('sum.json').write_text(json.dumps({'by': numbers, 'sum': sum(numbers)}, indent=2))
    return len(numbers)
";

fn judged(solution: &str) -> serde_json::Value {
    let env = Env::new();
    env.exercise("tier1/one", "artifact", CASE);
    env.judge(solution)
}

#[test]
fn files_are_compared_by_their_type() {
    let case = judged(RIGHT);
    assert_eq!(case["verdict"], "passed", "{case:#}");
    let case = judged(&RIGHT.replace("sum(numbers)", "sum(numbers) + 1"));
    assert_eq!(case["differences"][0]["channel"], json!({ "file": "sum.json" }));
    assert_eq!(case["differences"][0]["path"], "/sum");
}

#[test]
fn nothing_else_may_be_new_changed_or_gone() {
    for (more, what) in [
        ("Path('draft.txt').write_text('x')", "draft.txt"),
        ("Path('notes.txt').write_text('yours')", "notes.txt"),
        ("Path('notes.txt').unlink()", "notes.txt"),
    ] {
        let case = judged(&RIGHT.replace("    return", &format!("    {more}\n    return")));
        assert_eq!(case["verdict"], "failed", "{more}");
        assert_eq!(case["differences"][0]["channel"], json!({ "file": what }), "{more}");
    }
}

#[test]
fn what_the_call_returns_counts_too() {
    let found = differences(&judged(&RIGHT.replace("return len(numbers)", "return None")));
    assert_eq!(found.len(), 1, "{found:?}");
    let case = judged("def export(numbers):\n    raise OSError('disk')\n");
    assert_eq!(case["verdict"], "crashed");
}

#[test]
fn an_author_has_to_say_what_is_written() {
    let env = Env::new();
    env.exercise("tier1/one", "artifact", "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"f()\"\nreturns = \"1\"\n");
    env.run(&["run", "all"]).exits(3).says(&["expects nothing"]);
    env.exercise("tier1/two", "artifact", &CASE.replace("\"sum.json\"", "\"../sum.json\""));
    env.run(&["run", "tier1/two"]).exits(3).says(&["`../sum.json` is not a path inside the work folder"]);
}

#[test]
fn a_given_file_that_was_to_change_and_did_not() {
    let case = |kind: &str, writes: &str| {
        let env = Env::new();
        let files = "files = { \"list.json\" = \"[1, 2]\", \"notes.txt\" = \"mine\\n\" }";
        let call = if kind == "artifact" { "call = \"sort()\"\nreturns = \"None\"" } else { "" };
        let case = format!("[[case]]\nid = \"a\"\npurpose = \"p\"\n{call}\n{files}\nwrites = {writes}\n");
        env.exercise("tier1/one", kind, &case);
        env
    };
    let nothing = "def sort():\n    pass\n";
    for kind in ["artifact", "script"] {
        let env = case(kind, "{ \"list.json\" = \"[2, 1]\" }");
        let judged = env.judge(nothing);
        assert_eq!(differences(&judged), ["{\"file\":\"list.json\"}||value|null|null"]);
        assert_eq!(
            judged["differences"][0]["note"],
            "the file is still as it was given: the program did not change it"
        );
        let ran = env.run(&["run", "all"]).exits(1);
        assert!(ran.stdout.contains("file list.json\n      the file is still as it was given"), "{}", ran.stdout);
        let gone = env.judge("import os\nos.remove('list.json')\ndef sort(): pass\n");
        assert_eq!(gone["differences"][0]["note"], "the file was there, and was removed");
        // Equal as JSON is equal, whoever wrote it.
        assert_eq!(case(kind, "{ \"list.json\" = \"[1,2]\" }").judge(nothing)["verdict"], "passed");
        // What is given with just these bytes cannot be written: the author's mistake.
        case(kind, "{ \"notes.txt\" = \"mine\\n\" }").run(&["run", "all"]).exits(3).says(&[
            "cases.toml:",
            "case `a`: `writes` expects `notes.txt` as `files` gives it, so there is nothing to write: leave it out",
        ]);
    }
}
