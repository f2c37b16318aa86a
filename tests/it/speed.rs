//! Speed cases: time and growth beside the reference, by the real binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value as Json;

use crate::env::Env;

const CASE: &str = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"distinct\"\ninput = \"inputs.py\"\n\
                    sizes = [1000, 2000, 4000]\nratio = 8.0\ngrowth = 1.6\nlimits = { wall = \"30s\" }\n";
const INPUT: &str = "def make(n):\n    return ([number * 7919 % (3 * n) for number in range(n)] * 8,)\n";
const FAST: &str = "def distinct(numbers):\n    return list(dict.fromkeys(numbers))\n";
const SLOW: &str = "def distinct(numbers):\n    kept = []\n    for number in numbers:\n        if number not in kept:\n            \
                    kept.append(number)\n    return kept\n";

fn env(case: &str, input: &str, reference: &str) -> Env {
    let env = Env::new();
    env.exercise("tier1/one", "speed", "");
    // Written after the others: a case that names a file of the exercise.
    env.write("pack/tier1/one/inputs.py", input);
    env.write("pack/tier1/one/reference/solution.py", reference);
    env.write("pack/tier1/one/cases.toml", format!("format = 1\n{case}"));
    env
}

fn judged(solution: &str) -> Json {
    env(CASE, INPUT, FAST).judge(solution)
}

#[test]
fn the_same_way_passes_and_a_quadratic_one_is_told() {
    let case = judged(
        "def distinct(numbers):\n    seen = set()\n    return [n for n in numbers if not (n in seen or seen.add(n))]\n",
    );
    assert_eq!(case["verdict"], "passed", "{case:#}");
    let case = judged(SLOW);
    assert_eq!(case["verdict"], "failed", "{case:#}");
    assert_eq!(case["reason"], "it is slower, or larger, than it should be; 2 figures are too high", "{case:#}");
    let notes: Vec<&str> = case["differences"]
        .as_array()
        .map_or(Vec::new(), |all| all.iter().filter_map(|one| one["note"].as_str()).collect());
    assert!(notes[0].starts_with("at size 4000 it takes ") && notes[0].ends_with(" times as long as the reference"));
    assert!(notes[1].starts_with("its time grows like n^"), "{notes:?}");
}

#[test]
fn memory_is_compared_where_there_is_some() {
    let case = CASE.replace("growth = 1.6", "growth = 1.6\nmemory = 2.0");
    let filled = |bytes: u32| {
        let solution =
            format!("def distinct(numbers):\n    kept = b'x' * {bytes}\n    return list(dict.fromkeys(numbers))\n");
        env(&case, INPUT, FAST).judge(solution)
    };
    // The reference takes less than one megabyte.
    assert_eq!(filled(5 << 20)["verdict"], "passed");
    let much = filled(40 << 20);
    let differences = much["differences"].as_array().unwrap();
    let note = differences.iter().find_map(|one| one["note"].as_str().filter(|note| note.contains("memory")));
    assert!(note.is_some_and(|note| note.starts_with("at size 4000 it takes 5.")), "{much:#}");
}

#[test]
fn a_patched_clock_gains_nothing() {
    let patch = "import time\ntime.perf_counter = time.process_time = time.monotonic = lambda: 0.0\n";
    let case = judged(&format!("{patch}{SLOW}"));
    assert_eq!(case["verdict"], "failed", "{case:#}");
}

#[test]
fn a_wrong_value_and_a_crash_come_before_speed() {
    let case = judged("def distinct(numbers):\n    return sorted(set(numbers))\n");
    assert_eq!(case["differences"][0]["channel"], "returned", "{case:#}");
    let case = judged("def distinct(numbers):\n    return numbers[len(numbers)]\n");
    assert_eq!((&case["verdict"], &case["exception"]["class"]), (&"crashed".into(), &"IndexError".into()), "{case:#}");
    let case = judged("def other(numbers):\n    return numbers\n");
    assert_eq!(case["verdict"], "failed", "{case:#}");
    let endless =
        env(&CASE.replace("30s", "1s"), INPUT, FAST).judge("def distinct(numbers):\n    while True:\n        pass\n");
    assert_eq!(endless["verdict"], "timed_out", "{endless:#}");
}

#[test]
fn the_reference_is_out_of_reach() {
    let spy = "import glob\ndef distinct(numbers):\n    found = [*glob.glob('../**', recursive=True), *glob.glob('/tmp/**', recursive=True)]\n    \
               texts = [open(path, errors='replace').read() for path in found if path.endswith('.py')]\n    \
               assert not any('from' + 'keys' in text for text in texts), texts\n    \
               return list({n: 0 for n in numbers})\n";
    let case = judged(spy);
    assert_ne!(case["verdict"], "crashed", "{case:#}");
}

#[test]
fn mistakes_of_authors_are_told() {
    for (from, to, says) in [
        ("[1000, 2000, 4000]", "[1000, 2000]", "`sizes` are 3 to 8 numbers from 1, each larger than the last"),
        ("[1000, 2000, 4000]", "[1000, 4000, 2000]", "`sizes` are 3 to 8 numbers from 1, each larger than the last"),
        ("ratio = 8.0", "ratio = 1.0", "`ratio` is above 1: the reference itself takes 1"),
        ("inputs.py", "input.py", "there is no Python file `input.py` in the exercise's folder"),
        ("\"distinct\"", "\"distinct(1)\"", "`call` is the name of a function, without arguments"),
    ] {
        env(&CASE.replacen(from, to, 1), INPUT, FAST).run(&["run", "all"]).exits(3).says(&[says, "cases.toml"]);
    }
    let case = env(CASE, "def make(n):\n    return [n]\n", FAST).judge(FAST);
    assert_eq!(case["verdict"], "exercise_error", "{case:#}");
    assert_eq!(case["reason"], "`make(1000)` of the input file returns no tuple");
    let case = env(CASE, "def make(n):\n    return (1 / 0,)\n", FAST).judge(FAST);
    assert_eq!(case["reason"], "the input file failed: ZeroDivisionError: division by zero", "{case:#}");
    let case = env(CASE, INPUT, "def distinct(numbers):\n    raise KeyError('x')\n").judge(FAST);
    assert_eq!(case["reason"], "the reference failed: KeyError: 'x'", "{case:#}");
    assert_eq!(case["verdict"], "exercise_error");
}
