//! The author's commands: `new`, `snap`, `check`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;

use crate::env::Env;

const HINT: &str = "[[hint]]\nlevel = 1\ntext = \"t\"\n";

/// An exercise whose cases are these, with this reference and a hint.
fn exercise(more: &str, cases: &str, reference: &str) -> Env {
    let env = Env::new();
    env.exercise_with("tier1/one", "call", &format!("{more}{HINT}"), cases);
    env.write("pack/tier1/one/reference/solution.py", reference);
    env
}

fn case(id: &str, rest: &str) -> String {
    format!("[[case]]\nid = \"{id}\"\npurpose = \"p\"\n{rest}\n")
}

const CASES: &str = "pack/tier1/one/cases.toml";

#[test]
fn a_new_exercise_holds_at_once() {
    let env = Env::new();
    let ran = env.run(&["new", "tier1/count-words"]).exits(0);
    assert!(ran.stdout.contains("practice check tier1/count-words"), "{}", ran.stdout);
    let ran = env.run(&["check"]).exits(0);
    assert_eq!(
        ran.stdout,
        "ok    tier1/count-words: 3 cases (1 hidden), 1 wrong solutions, 3 hints\n1 exercise holds\n"
    );
    let before = env.read("pack/tier1/count-words/cases.toml");
    let ran = env.run(&["snap", "tier1/count-words"]).exits(0);
    assert_eq!(ran.stdout, "tier1/count-words: every case has its expectation; --update writes them anew\n");
    // The reference gives what the template says.
    env.run(&["snap", "tier1/count-words", "--update"]).exits(0);
    assert_eq!(env.read("pack/tier1/count-words/cases.toml"), before);

    env.write("pack/tier1/count-words/README.md", "mine");
    env.run(&["new", "tier1/count-words"]).exits(2).says(&["is there already"]);
    assert_eq!(env.read("pack/tier1/count-words/README.md"), "mine");
    env.run(&["new", "tier1/Count Words"]).exits(2).says(&["`Count Words` is not a name"]);
    env.run(&["new", "count-words"]).exits(2).says(&["`count-words` is not a name"]);
    env.run(&["new", "tier1/count-words-2"]).exits(0);
    env.run(&["check"]).exits(0);
}

#[test]
fn a_new_pack_is_made_where_there_is_none() {
    let env = Env::bare();
    env.run(&["new", "tier1/a"]).exits(2).says(&["there is no pack to add an exercise to", "hint: "]);
    env.run(&["new", "tier1/a", "--pack", "mine"]).exits(0);
    env.run(&["check", "--pack", "mine"]).exits(0);
    env.run(&["snap", "tier1/jsonl-dedupe"]).exits(2).says(&["the shipped exercises cannot be changed", "hint: "]);
}

#[test]
fn snap_writes_what_is_missing_and_keeps_the_rest() {
    let cases = format!(
        "# a comment at the top\n{}# before the second\n{}{}{}{}",
        case("kept", "call = \"f(1)\"   # beside\nreturns = \"'mine'\""),
        case("short", "call = \"f(2)\""),
        case("long", "call = \"f(500)\""),
        case("fails", "call = \"f(-1)\""),
        case("script", "kind = \"script\"\nargs = [\"x\"]"),
    );
    let reference = "import sys\ndef f(x):\n    if x < 0: raise ValueError('negative')\n    return list(range(x))\n\
                     if __name__ == '__main__':\n    print('hi', sys.argv[1])\n    open('o.json', 'w').write('{}' * 200)\n    sys.exit(3)\n";
    let env = exercise("", &cases, reference);
    env.run(&["run", "all"]).exits(3).says(&["the case `short` expects nothing", "practice snap tier1/one"]);
    let ran = env.run(&["snap", "tier1/one"]).exits(0);
    assert_eq!(ran.stdout, "tier1/one: wrote short, long, fails, script\n");

    let text = env.read(CASES);
    for kept in
        ["# a comment at the top\n", "call = \"f(1)\"   # beside\nreturns = \"'mine'\"\n", "# before the second\n"]
    {
        assert!(text.contains(kept), "{text}");
    }
    for written in [
        "call = \"f(2)\"\nreturns = \"[0, 1]\"\n",
        "returns = { file = \"expected/long.returns.pyv\" }",
        "raises = { type = \"ValueError\", message = \"negative\" }",
        "exit = 3\nstdout = \"\"\"\nhi x\n\"\"\"\n",
        "writes = { \"o.json\" = { file = \"expected/script.writes-o-json.json\" } }",
    ] {
        assert!(text.contains(written), "{written}: {text}");
    }
    assert!(env.read("pack/tier1/one/expected/long.returns.pyv").starts_with("[0, 1, 2, "));
    assert_eq!(env.read("pack/tier1/one/expected/script.writes-o-json.json").len(), 400);

    // What was written holds, but for the case that the author got wrong.
    let ran = env.run(&["check"]).exits(3);
    assert!(ran.stdout.contains("case kept: the reference failed"), "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("case ").count(), 1, "{}", ran.stdout);
    env.run(&["snap", "tier1/one", "--update"]).exits(0);
    env.run(&["check"]).exits(0);
}

#[test]
fn snap_refuses_what_differs_by_hash_seed() {
    let cases = case("fine", "call = \"f(1)\"") + &case("set", "call = \"g()\"");
    let reference = "def f(x): return x\ndef g(): return list({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})\n";
    let env = exercise("", &cases, reference);
    let before = env.read(CASES);
    let ran = env.run(&["snap", "tier1/one"]).exits(3);
    ran.says(&["tier1/one: nothing written\ncase set: the reference answers differently under another hash seed"]);
    assert_eq!(env.read(CASES), before);
    assert!(!env.path("pack/tier1/one/expected").exists());

    env.write("pack/tier1/one/reference/solution.py", "def f(x): return x\ndef g(): return object()\n");
    env.run(&["snap", "tier1/one"])
        .exits(3)
        .says(&["case set: the reference returned a object, which cannot be written down"]);
    env.write("pack/tier1/one/reference/solution.py", "def f(x): return (\n");
    env.run(&["snap", "tier1/one"]).exits(3).says(&["the reference could not be imported: SyntaxError"]);
    assert_eq!(env.read(CASES), before);
}

#[test]
fn check_tells_what_does_not_hold() {
    let cases = case("a", "call = \"f(0, 1)\"\nreturns = \"1\"") + &case("b", "call = \"f(0, 2)\"\nreturns = \"2\"");
    let good = "def f(_, x): return x\n";
    let told = |env: &Env, what: &[&str]| {
        let ran = env.run(&["check"]).exits(3);
        for part in what {
            assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
        }
        assert!(ran.stdout.starts_with("WRONG tier1/one\n") && ran.stdout.ends_with("1 of 1 exercises do not hold\n"));
        assert_eq!(ran.stdout.lines().count(), what.len() + 2, "{}", ran.stdout);
    };
    let env = exercise("", &cases, good);
    env.run(&["check"]).exits(0);

    env.write("pack/tier1/one/starter/solution.py", good);
    told(&env, &["the starter passes every case"]);
    env.write("pack/tier1/one/starter/solution.py", "");
    env.write("pack/tier1/one/reference/solution.py", "def f(_, x): return 1\n");
    told(
        &env,
        &["case b: the reference failed: the returned value is not as expected; at Returned: expected 2, got 1"],
    );
    env.write(
        "pack/tier1/one/reference/solution.py",
        "import os, sys\ndef f(_, x):\n    print(os.urandom(8))\n    return x\n",
    );
    told(&env, &["case a: two runs of the reference give different bytes", "case b: two runs of the reference"]);

    let wrong = |fails: &str| format!("[[wrong]]\nfile = \"wrong/w.py\"\nfails = [{fails}]\nsays = \"s\"\n");
    let env = exercise(&wrong("\"a\""), &cases, good);
    env.write("pack/tier1/one/wrong/w.py", "def f(_, x): return 1\n");
    told(
        &env,
        &["wrong/w.py fails b as well, which its `fails` does not name", "wrong/w.py should fail a, and passes"],
    );
    env.write("pack/tier1/one/wrong/w.py", "def f(_, x): return 2\n");
    env.run(&["check"]).exits(0);

    let env = Env::new();
    env.exercise("tier1/one", "call", &cases);
    env.write("pack/tier1/one/reference/solution.py", good);
    told(&env, &["it has no hints"]);
    let limits = "limits = { cpu = \"200ms\", wall = \"20s\" }\n";
    let env = exercise(
        "",
        &case("a", &format!("call = \"f(0, 1)\"\nreturns = \"1\"\n{limits}")),
        "import time\ndef f(_, x):\n    while time.process_time() < 0.14: pass\n    return x\n",
    );
    told(&env, &["more than half the limit of 200 ms"]);
    assert!(env.leftovers().is_empty());
    assert!(!fs::exists(env.beside("state/practice")).unwrap());
}
