//! Scenarios: steps on objects, of which those after the first wrong one are not reached.

use serde_json::json;

use crate::env::{Env, differences};

const STEPS: &str = r#"[[case]]
id = "a"
purpose = "p"
[[case.step]]
do = "cache = Cache(size=2)"
[[case.step]]
do = "cache.put('a', [1])"
returns = "None"
arguments = "unchanged"
[[case.step]]
do = "cache.get('a')"
returns = "[1]"
[[case.step]]
do = "cache.get('z')"
raises = { type = "KeyError" }
[[case.step]]
do = "cache.hits"
returns = "1"
[[case.step]]
do = "Cache(size=0)"
raises = { type = "ValueError", contains = "size" }
[[case.step]]
do = "other = Cache(size=0)"
raises = { type = "ValueError" }
"#;

const RIGHT: &str = "
class Cache:
    def __init__(self, size):
        if size < 1:
            raise ValueError('the size is at least 1')
        self.size, self.hits, self.kept = size, 0, {}

    def put(self, key, value):
        self.kept[key] = value

    def get(self, key):
        value = self.kept[key]
        self.hits += 1
        return value
";

fn env(steps: &str) -> Env {
    let env = Env::new();
    env.exercise("tier1/one", "scenario", steps);
    env
}

#[test]
fn all_steps_are_taken_on_the_same_objects() {
    let case = env(STEPS).judge(RIGHT);
    assert_eq!(case["verdict"], "passed", "{case:#}");
    assert_eq!(case["steps"].as_array().map(Vec::len), Some(7));
    assert_eq!(case["steps"][6], json!({ "text": "other = Cache(size=0)", "verdict": "passed" }));
}

#[test]
fn what_comes_after_a_wrong_step_is_not_reached() {
    let case = env(STEPS).judge(RIGHT.replace("        self.hits += 1\n", ""));
    assert_eq!(case["verdict"], "failed");
    assert_eq!(
        case["reason"],
        "step 5 of 7: the returned value is not as expected; the 2 steps after it were not reached"
    );
    let verdicts: Vec<&str> =
        case["steps"].as_array().into_iter().flatten().filter_map(|step| step["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["passed", "passed", "passed", "passed", "failed", "not_reached", "not_reached"]);
    assert_eq!(differences(&case).len(), 1);
}

#[test]
fn an_exception_that_nobody_expects_is_a_crash_of_that_step() {
    let case = env(STEPS).judge(RIGHT.replace("self.kept[key] = value", "self.keep[key] = value"));
    assert_eq!(case["verdict"], "crashed");
    assert_eq!(case["reason"], "step 2 of 7: an uncaught AttributeError; the 5 steps after it were not reached");
    assert_eq!(case["exception"]["class"], "AttributeError");
    assert_eq!(case["exception"]["frames"][0]["line"], 9);
}

#[test]
fn a_changed_argument_and_a_missing_exception_are_told() {
    let case = env(STEPS).judge(RIGHT.replace("self.kept[key] = value", "self.kept[key] = value; value.append(2)"));
    assert_eq!(
        case["reason"],
        "step 2 of 7: argument 1 after the call is not as expected; the 5 steps after it were not reached"
    );
    let case = env(STEPS).judge(RIGHT.replace("if size < 1", "if size < 0"));
    assert_eq!(
        case["reason"],
        "step 6 of 7: an exception was expected, and none came; the step after it was not reached"
    );
    let case = env(&STEPS.replace(
        "do = \"Cache(size=0)\"\nraises = { type = \"ValueError\", contains = \"size\" }\n[[case.step]]\n",
        "",
    ))
    .judge(RIGHT.replace("if size < 1", "if size < 0"));
    assert_eq!(case["reason"], "step 6 of 6: an exception was expected, and none came");
    assert_eq!(case["differences"][0]["note"], "`other` was made and nothing raised");
}

#[test]
fn what_a_learner_reads() {
    let env = env(STEPS);
    env.solution("tier1/one", RIGHT.replace("        self.hits += 1\n", ""));
    let ran = env.run(&["run", "all"]).exits(1);
    let steps = "    ✓ cache.put('a', [1])\n    ✓ cache.get('a')\n    ✓ cache.get('z')\n    ✗ cache.hits\n    - Cache(size=0)\n    \
                 ... and 1 more step, not reached\n";
    assert!(ran.stdout.contains(steps), "{}", ran.stdout);
}

#[test]
fn mistakes_of_authors_are_told_with_their_place() {
    for (steps, message) in [
        ("", "missing field `step`"),
        ("step = []", "a scenario needs a [[case.step]]"),
        ("[[case.step]]\ndo = \"f(\"", "tier1/one/cases.toml:6:6: "),
        ("[[case.step]]\ndo = \"f\"", "nothing is called"),
        ("[[case.step]]\ndo = \"x = f()\"\nreturns = \"1\"", "what is kept under a name is not compared"),
        ("[[case.step]]\ndo = \"f()\"\nreturn = \"1\"", "did you mean `returns`?"),
        ("[[case.step]]\ndo = \"x = f()\"", "expects nothing"),
    ] {
        env(&format!("[[case]]\nid = \"a\"\npurpose = \"p\"\n{steps}\n"))
            .run(&["run", "all"])
            .exits(3)
            .says(&[message]);
    }
}
