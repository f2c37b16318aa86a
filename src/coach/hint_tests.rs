use std::collections::BTreeSet;

use super::*;
use crate::model::Verdict;

fn hint(level: u8, when: Option<When>, text: &str) -> Hint {
    Hint { level, when, text: text.to_owned() }
}

fn failure(case: &str, exception: Option<&str>) -> Failure {
    Failure {
        case: case.to_owned(),
        verdict: Verdict::Crashed,
        exception: exception.map(str::to_owned),
        rules: BTreeSet::new(),
    }
}

/// An exercise with hints; all else of it is the first shipped one's.
#[expect(clippy::unwrap_used, reason = "the shipped pack is sound")]
fn exercise(hints: Vec<Hint>) -> Exercise {
    let source = crate::catalog::PackSource::Shipped;
    let pack = crate::catalog::load(&source, crate::catalog::Expectations::Required).unwrap();
    let first = std::sync::Arc::into_inner(pack.exercises.into_iter().next().unwrap()).unwrap();
    Exercise { hints, ..first }
}

/// The texts of the hints in the order in which they are given.
fn all(exercise: &Exercise, failures: &[Failure]) -> Vec<String> {
    let mut given = Vec::new();
    let mut texts = Vec::new();
    while let Some(hint) = ladder(exercise, failures, &given).next {
        given.push(key(hint));
        texts.push(hint.text.clone());
    }
    let ladder = ladder(exercise, failures, &given);
    assert_eq!((ladder.given, ladder.total), (texts.len(), texts.len()));
    texts
}

#[test]
#[expect(clippy::unwrap_used, reason = "a test's own names")]
fn gentle_before_plain_and_what_failed_before_the_rest() {
    let when = |case: Option<&str>, exception: Option<&str>| {
        let case = case.map(|case| case.parse().unwrap());
        Some(When { case, verdict: None, exception: exception.map(str::to_owned), rule: None })
    };
    let exercise = exercise(vec![
        hint(3, None, "answer"),
        hint(2, when(Some("b"), None), "for b"),
        hint(2, when(Some("a"), None), "for a"),
        hint(1, None, "nudge"),
        hint(2, None, "tool"),
        hint(2, when(None, Some("KeyError")), "for KeyError"),
    ]);
    assert_eq!(all(&exercise, &[]), ["nudge", "tool", "answer"]);
    assert_eq!(
        all(&exercise, &[failure("a", None), failure("b", None)]),
        ["nudge", "for a", "for b", "tool", "answer"]
    );
    assert_eq!(all(&exercise, &[failure("c", Some("KeyError"))]), ["nudge", "for KeyError", "tool", "answer"]);
    assert_eq!(all(&exercise, &[failure("c", Some("lib.errors.KeyError"))]).len(), 4);
}

#[test]
fn a_rule_that_was_found_chooses_its_hint() {
    let when = Some(When { case: None, verdict: None, exception: None, rule: Some("B006".to_owned()) });
    let exercise = exercise(vec![hint(1, when, "for B006"), hint(1, None, "nudge")]);
    let found = |rule: &str| Failure { rules: BTreeSet::from([rule.to_owned()]), ..failure("lint", None) };
    assert_eq!(all(&exercise, &[found("B006")]), ["for B006", "nudge"]);
    assert_eq!(all(&exercise, &[found("B0061")]), ["nudge"]);
}
