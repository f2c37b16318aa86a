//! Which hint comes next: the one for what failed before the general one, the gentle one before the plain one.

use crate::catalog::{Exercise, Hint, When};
use crate::ledger::Failure;
use crate::model::digest;

/// The hints of an exercise that are for what failed, as far as they were given.
#[derive(Debug, Clone, Copy)]
pub struct Ladder<'a> {
    /// The next one; `None` when all were given.
    pub next: Option<&'a Hint>,
    /// Those that apply and were given before.
    pub given: usize,
    /// Those that apply in all.
    pub total: usize,
}

/// The name of a hint in a ledger. A hint that an author rewrites is a new one.
pub fn key(hint: &Hint) -> String {
    digest::hash([hint.text.as_bytes()]).chars().take(12).collect()
}

/// The ladder of an exercise with these failures, of which the hints of these keys were given.
///
/// By rising level; within a level those for a failure first, in the order of the failing cases.
pub fn ladder<'a>(exercise: &'a Exercise, failures: &[Failure], given: &[String]) -> Ladder<'a> {
    let mut hints: Vec<(u8, usize, &Hint)> = exercise
        .hints
        .iter()
        .filter_map(|hint| match &hint.when {
            None => Some((hint.level, usize::MAX, hint)),
            Some(when) => position(when, failures).map(|at| (hint.level, at, hint)),
        })
        .collect();
    hints.sort_by_key(|(level, at, _)| (*level, *at));
    let is_given = |hint: &Hint| given.contains(&key(hint));
    Ladder {
        next: hints.iter().map(|(_, _, hint)| *hint).find(|hint| !is_given(hint)),
        given: hints.iter().filter(|(_, _, hint)| is_given(hint)).count(),
        total: hints.len(),
    }
}

/// What a hint is for, where it is for a failure.
pub fn reason(hint: &Hint) -> String {
    let Some(when) = &hint.when else { return String::new() };
    let case = when.case.as_ref().map(|case| format!("the case `{case}`"));
    let verdict = when.verdict.map(|verdict| format!("the verdict \"{}\"", verdict.words()));
    let exception = when.exception.as_ref().map(|class| format!("`{class}`"));
    let rule = when.rule.as_ref().map(|rule| format!("the rule `{rule}`"));
    let all: Vec<String> = [case, verdict, exception, rule].into_iter().flatten().collect();
    format!(", for {}", all.join(" and "))
}

/// The first failure that a hint is for.
fn position(when: &When, failures: &[Failure]) -> Option<usize> {
    failures.iter().position(|failure| {
        when.case.as_ref().is_none_or(|case| case.as_str() == failure.case)
            && when.verdict.is_none_or(|verdict| verdict == failure.verdict)
            && when.rule.as_ref().is_none_or(|rule| failure.rules.contains(rule))
            && when.exception.as_ref().is_none_or(|class| is_class(class, failure.exception.as_deref()))
    })
}

/// Whether an exception is of this class, which may be written without its module.
fn is_class(wanted: &str, found: Option<&str>) -> bool {
    found.is_some_and(|found| found == wanted || found.rsplit('.').next() == Some(wanted))
}

#[cfg(test)]
#[path = "hint_tests.rs"]
mod tests;
