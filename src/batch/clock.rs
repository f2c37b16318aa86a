//! A fair clock: the reference is timed on this machine first, and time limits follow it.

use super::Clock;
use crate::catalog::Exercise;
use crate::engine::Outcome;
use crate::model::{Verdict, digest};

/// A solution has at least so many times as long as the reference took here. `practice check` holds exercises to the
/// same: their references use no more than half a limit on the author's machine.
const AT_LEAST: f64 = 2.0;

/// What the reference's run of an exercise says, case by case.
pub fn of_reference(exercise: &Exercise, outcomes: &[Outcome]) -> Clock {
    let mut clock = Clock { reference_ms: None, factor: 1.0 };
    for (case, outcome) in exercise.cases.iter().zip(outcomes) {
        let Some(facts) = &outcome.facts else { continue };
        let (wall, cpu) = (facts.usage.wall.as_secs_f64(), facts.usage.cpu.as_secs_f64());
        let share = (wall / case.limits.wall.0.as_secs_f64()).max(cpu / case.limits.cpu.0.as_secs_f64());
        // To a tenth: two batches on one machine are to have the same limits.
        clock.factor = clock.factor.max((share * AT_LEAST * 10.0).ceil() / 10.0);
        clock.reference_ms = Some(clock.reference_ms.unwrap_or(0.0).max((wall * 1e4).round() / 10.0));
    }
    clock
}

/// Why nobody can be graded on this exercise here, when the reference itself does not pass.
pub fn objection(exercise: &Exercise, outcomes: &[Outcome]) -> Option<(Verdict, String)> {
    let mut pairs = exercise.cases.iter().zip(outcomes);
    let (case, outcome) = pairs.find(|(_, outcome)| outcome.judgement.verdict != Verdict::Passed)?;
    let why = outcome.judgement.reason.as_deref().unwrap_or("");
    let verdict = outcome.judgement.verdict;
    Some((
        verdict,
        format!("{}: the reference does not pass the case {}: {} {why}", exercise.id, case.id, verdict.words()),
    ))
}

/// The limits of an exercise as one text, for a key: those of the pack. What the clock adds is the machine's, and would
/// make every run another one.
pub fn limits_key(exercise: &Exercise, time_factor: f64) -> String {
    let all: Vec<String> = exercise.cases.iter().map(|case| format!("{:?}", case.limits)).collect();
    let factor = time_factor.to_string();
    digest::hash(all.iter().map(String::as_bytes).chain([factor.as_bytes()]))
}
