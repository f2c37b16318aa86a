//! Files that the author gives: whatever a learner makes of them, a solution runs with the author's.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value as Json;

use crate::env::Env;

/// An exercise whose starter gives `rates.py` and `texts/hello.txt` beside the learner's file.
fn exercise(cases: &str) -> Env {
    let env = Env::new();
    env.exercise("tier1/one", "call", cases);
    env.write("pack/tier1/one/starter/rates.py", "RATE = 2\n");
    env.write("pack/tier1/one/starter/texts/hello.txt", "hello");
    env.write("pack/tier1/one/reference/solution.py", SOLUTION);
    env
}

const SOLUTION: &str = "from pathlib import Path\nfrom rates import RATE\n\n\ndef price(n):\n    return n * RATE\n\n\ndef hello():\n    \
                        return (Path(__file__).parent / 'texts/hello.txt').read_text()\n";
const CASES: &str = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"price(4)\"\nreturns = \"8\"\n\
                     [[case]]\nid = \"b\"\npurpose = \"p\"\ncall = \"hello()\"\nreturns = \"'hello'\"\n";
/// Every way to have another `rates` imported than the one that is given.
const OTHERS: [(&str, &str); 3] =
    [("rates.py", "RATE = 3\n"), ("rates/__init__.py", "RATE = 4\n"), ("texts/hello.txt", "bye")];

#[test]
fn what_is_given_is_the_authors_in_a_run() {
    let env = exercise(CASES);
    env.solution("tier1/one", SOLUTION);
    for (path, text) in OTHERS {
        env.write(&format!("solutions/tier1/one/{path}"), text);
    }
    assert_eq!(env.events("tier1/one").exits(0).verdicts(), ["a=passed", "b=passed"]);
    // Nor does it have to be there; a learner's own further files stay.
    let env = exercise(CASES);
    env.solution(
        "tier1/one",
        SOLUTION.replace("n * RATE", "own.double(n)").replace("from rates", "import own\nfrom rates"),
    );
    env.write("solutions/tier1/one/own.py", "def double(n):\n    return 2 * n\n");
    assert_eq!(env.events("tier1/one").exits(0).verdicts(), ["a=passed", "b=passed"]);
}

#[test]
fn what_is_given_is_the_authors_in_a_grade() {
    let env = exercise(CASES);
    let wrong = SOLUTION.replace("n * RATE", "n * 4");
    for (student, solution, rate) in [("ada", SOLUTION, 3), ("bob", wrong.as_str(), 2)] {
        env.write(&format!("work/{student}/tier1/one/solution.py"), solution);
        env.write(&format!("work/{student}/tier1/one/rates.py"), format!("RATE = {rate}\n"));
    }
    env.run(&["grade", "work", "--out", "out", "--exercises", "tier1/one"]).exits(0);
    let lines = env.read("out/results.jsonl");
    let results = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let passed: Vec<(String, u64)> =
        results.map(|line| (line["student"].as_str().unwrap().to_owned(), line["passed"].as_u64().unwrap())).collect();
    assert_eq!(passed, [("ada".to_owned(), 2), ("bob".to_owned(), 1)]);
}

#[test]
fn a_check_gives_it_to_the_reference_too() {
    let env = exercise(CASES);
    let hint = "[[hint]]\nlevel = 1\ntext = \"t\"\n[[wrong]]\nfile = \"wrong/a.py\"\nfails = [\"a\"]\nsays = \"No.\"\n";
    env.exercise_with("tier1/one", "call", hint, CASES);
    env.write("pack/tier1/one/reference/solution.py", SOLUTION);
    env.write("pack/tier1/one/wrong/a.py", SOLUTION.replace("n * RATE", "n + RATE"));
    let ran = env.run(&["check"]).exits(0);
    assert!(ran.stdout.contains("ok    tier1/one"), "{}", ran.stdout);
    env.write("pack/tier1/one/reference/rates.py", "RATE = 5\n");
    env.run(&["check"]).exits(3).says(&[
        "exercise.toml: `starter/rates.py` is given, and `reference/rates.py` is not the same",
        "name it in `files`",
    ]);
    env.write("pack/tier1/one/reference/rates.py", "RATE = 2\n");
    env.run(&["check"]).exits(0);
}
