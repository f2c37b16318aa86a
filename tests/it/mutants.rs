//! `practice check --mutants`, and the attacks that every check makes.

use crate::env::Env;

const HINT: &str = "[[hint]]\nlevel = 1\ntext = \"t\"\n";
const REFERENCE: &str = r#""""A docstring with 1 number."""

import sys
from dataclasses import dataclass

LIMIT: int = 3


def given(x: int = 7) -> int:
    return x + 1


def clipped(numbers, *, low=0):
    """Text."""
    if not numbers:
        print("nothing", file=sys.stderr)
        return []
    return [min(number, LIMIT) for number in numbers if number > low]


if __name__ == "__main__":
    print(1 + 1)
"#;
const STARTER: &str = "def given(x: int = 7) -> int:\n    return x + 1\n\n\ndef clipped(numbers, *, low=0):\n    raise NotImplementedError\n";

fn case(id: &str, call: &str, returns: &str) -> String {
    format!("[[case]]\nid = \"{id}\"\npurpose = \"p\"\ncall = \"{call}\"\nreturns = \"{returns}\"\n")
}

/// An exercise with that reference, these cases, and more in `exercise.toml`.
fn exercise(more: &str, cases: &str) -> Env {
    let env = Env::new();
    env.exercise_with("tier1/one", "call", &format!("{HINT}{more}"), cases);
    env.write("pack/tier1/one/reference/solution.py", REFERENCE);
    env.write("pack/tier1/one/starter/solution.py", STARTER);
    env
}

#[test]
fn mutants_that_no_case_catches_are_listed() {
    let env = exercise("", &case("a", "clipped([1, 9])", "[1, 3]"));
    let ran = env.run(&["check", "--mutants"]).exits(3);
    assert_eq!(
        ran.stdout,
        "WRONG tier1/one
      its cases catch 4 of 7 mutants, 57 %; 90 % must be: add cases, or declare [[equal]] what does the same
      no case catches solution.py:17: clipped: return [] -> return None
      no case catches solution.py:18: clipped: return [min(number, LIMIT) for number in numbers if number > low] -> return [min(number, LIMIT) for number in numbers]
      no case catches solution.py:18: clipped: return [min(number, LIMIT) for number in numbers if number > low] -> return [min(number, LIMIT) for number in numbers if number >= low]
1 of 1 exercises do not hold
"
    );
}

#[test]
fn a_better_set_of_cases_catches_them_all() {
    let cases =
        case("a", "clipped([0, 1, 9])", "[1, 3]") + &case("b", "clipped([])", "[]") + &case("c", "clipped([-1])", "[]");
    let env = exercise("", &cases);
    env.run(&["check", "--mutants", "--table", "table.md"]).exits(0).says(&[]);
    assert!(env.read("table.md").contains("| tier1/one | 7 | 7 | 100 % | 0 |\n"), "{}", env.read("table.md"));
    // Without being asked for, there are none.
    let ran = env.run(&["check"]).exits(0);
    assert!(!ran.stdout.contains("mutants"), "{}", ran.stdout);
}

#[test]
fn a_declared_mutant_has_to_be_there_and_to_be_equal() {
    let cases = case("a", "clipped([0, 1, 9])", "[1, 3]");
    let equal = |mutant: &str| format!("[[equal]]\nmutant = \"{mutant}\"\nreason = \"nobody can tell\"\n");
    let good = exercise(&equal("clipped: return [] -> return None"), &cases);
    let ran = good.run(&["check", "--mutants"]).exits(0);
    assert!(ran.stdout.contains("6 of 6 mutants caught"), "{}", ran.stdout);
    let caught = exercise(&equal("module: LIMIT: int = 3 -> LIMIT: int = 4"), &cases);
    caught.run(&["check", "--mutants"]).exits(3).says(&[]);
    let ran = caught.run(&["check", "--mutants"]);
    assert!(ran.stdout.contains("is declared equal, but a case catches it"), "{}", ran.stdout);
    let ran = exercise(&equal("clipped: x -> y"), &cases).run(&["check", "--mutants"]).exits(3);
    assert!(ran.stdout.contains("`clipped: x -> y` is declared equal, but there is no such mutant"), "{}", ran.stdout);
}

#[test]
fn a_mutant_that_never_ends_is_caught() {
    let env = Env::new();
    env.exercise_with("tier1/one", "call", HINT, &case("a", "count(3)", "[0, 1, 2]"));
    let reference = "def count(end):\n    all, now = [], 0\n    while now < end:\n        all.append(now)\n        now += 1\n    return all\n";
    env.write("pack/tier1/one/reference/solution.py", reference);
    let ran = env.run(&["check", "--mutants"]).exits(0);
    assert!(ran.stdout.contains("ok    tier1/one"), "{}", ran.stdout);
}

#[test]
fn an_attack_that_passes_is_told() {
    let env = Env::new();
    env.exercise_with("tier1/one", "call", HINT, &case("a", "same('x')", "'x'"));
    env.write("pack/tier1/one/reference/solution.py", "def same(x):\n    return x\n");
    let ran = env.run(&["check"]).exits(3);
    assert!(ran.stdout.contains("the attack `echo of the input` passes every case"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("`equal to everything`"), "{}", ran.stdout);
    let ran = env.run(&["check", "--table", "x"]).exits(2);
    assert!(ran.stderr.contains("--mutants"), "{}", ran.stderr);
}

#[test]
fn an_attack_that_prints_without_end_costs_nothing() {
    let env = Env::new();
    let limits = "limits = { wall = \"60s\", output = \"64GiB\" }\n";
    let script = "[[case]]\nid = \"s\"\npurpose = \"p\"\nkind = \"script\"\nstdout = \"\"\n";
    let cases: Vec<String> = [script.to_owned(), case("c", "f()", "1")].map(|case| case + limits).into();
    env.exercise_with("tier1/one", "call", HINT, &cases.concat());
    env.write("pack/tier1/one/reference/solution.py", "def f():\n    return 1\n");
    let begun = std::time::Instant::now();
    let ran = env.run(&["check"]).exits(0);
    assert!(ran.stdout.contains("ok    tier1/one"), "{}", ran.stdout);
    // With the limit of the case it would print for a minute, twice.
    assert!(begun.elapsed().as_secs() < 40, "{:?}", begun.elapsed());
}

#[test]
fn names_are_unique_and_given_methods_stay() {
    let env = Env::new();
    let class = "class Counter:\n    step = 2\n\n    def __init__(self, n):\n        self.n = n + 1\n\n";
    let starter = format!("{class}    def next(self):\n        raise NotImplementedError\n");
    let next = "    def next(self):\n        self.n += self.step\n        if self.n > 9:\n            self.n += self.step\n        return self.n\n";
    let equal = "[[equal]]\nmutant = \"Counter.next: self.n += self.step -> self.n -= self.step #2\"\nreason = \"r\"\n";
    let cases = case("a", "Counter(0).next()", "3");
    env.exercise_with("tier1/one", "call", &format!("{HINT}{equal}"), &cases);
    env.write("pack/tier1/one/starter/solution.py", &starter);
    env.write("pack/tier1/one/reference/solution.py", format!("{class}{next}"));
    let ran = env.run(&["check", "--mutants"]).exits(3);
    // Nothing of `__init__`; `step` stands in the class itself.
    assert_eq!(
        ran.stdout.lines().filter(|line| line.contains("no case catches")).collect::<Vec<_>>(),
        [
            "      no case catches solution.py:9: Counter.next: if self.n > 9: -> if self.n >= 9:",
            "      no case catches solution.py:9: Counter.next: if self.n > 9: -> if self.n > 10:",
        ]
    );
    assert!(ran.stdout.contains("its cases catch 3 of 5 mutants"), "{}", ran.stdout);
    // Where all that could be changed is given, it is.
    env.exercise_with("tier1/one", "call", HINT, &cases);
    env.write("pack/tier1/one/starter/solution.py", format!("{class}{next}").replace("step = 2", "step = None"));
    env.write("pack/tier1/one/reference/solution.py", format!("{class}{next}").replace("step = 2", "step = len('ab')"));
    let ran = env.run(&["check", "--mutants"]).exits(3);
    assert!(ran.stdout.contains(" of 7 mutants"), "{}", ran.stdout);
}
