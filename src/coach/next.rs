//! Which exercises come next, and why.

use crate::catalog::{Exercise, Pack, Role};
use crate::ledger::Progress;
use crate::model::TierId;

/// An exercise to do.
#[derive(Debug, Clone)]
pub struct Suggestion<'a> {
    /// Which one.
    pub exercise: &'a Exercise,
    /// Why this one, in a few words.
    pub why: String,
}

/// Exercises that are not passed, the one to do first in front.
///
/// Those that were begun come first, the one with the fewest cases left in front; then those whose `needs` are passed, in
/// the order of the pack; then the rest. With a role only those that it needs, and what those need. Tiers that were proved
/// are left out.
pub fn suggestions<'a>(pack: &'a Pack, progress: &Progress, role: Option<Role>) -> Vec<Suggestion<'a>> {
    let passed = |exercise: &Exercise| progress.is_passed(exercise.uid.as_str());
    let wanted = wanted(pack, role);
    let open: Vec<(usize, &Exercise)> = pack
        .exercises
        .iter()
        .enumerate()
        .filter(|(index, exercise)| wanted[*index] && !passed(exercise) && !is_proved(progress, exercise.id.tier()))
        .map(|(index, exercise)| (index, exercise.as_ref()))
        .collect();
    let is_ready = |exercise: &Exercise| {
        let known = exercise.needs.iter().filter_map(|need| pack.exercise(need));
        known.into_iter().all(|need| passed(need) || is_proved(progress, need.id.tier()))
    };
    let mut ranked: Vec<(usize, usize, usize, Suggestion<'a>)> = open
        .into_iter()
        .map(|(index, exercise)| {
            let standing = progress.standing(exercise.uid.as_str()).filter(|standing| standing.attempts > 0);
            let minutes = format!("about {} minutes, {}", exercise.minutes, exercise.topic.id());
            match standing {
                Some(standing) if standing.total > 0 => {
                    let left = standing.total.saturating_sub(standing.passed);
                    let why = format!("{left} of {} cases to go", standing.total);
                    (0, left, index, Suggestion { exercise, why })
                }
                _ if is_ready(exercise) => (1, 0, index, Suggestion { exercise, why: minutes }),
                _ => (2, 0, index, Suggestion { exercise, why: minutes }),
            }
        })
        .collect();
    ranked.sort_by_key(|(group, left, index, _)| (*group, *left, *index));
    ranked.into_iter().map(|(_, _, _, suggestion)| suggestion).collect()
}

/// Whether every exercise of the offer to prove this tier is passed.
pub fn is_proved(progress: &Progress, tier: &TierId) -> bool {
    progress
        .test_outs
        .get(tier.as_str())
        .is_some_and(|offer| !offer.exercises.is_empty() && offer.exercises.iter().all(|uid| progress.was_passed(uid)))
}

/// Of each exercise, whether a role wants it: it is for the role, or something that is needs it.
fn wanted(pack: &Pack, role: Option<Role>) -> Vec<bool> {
    let Some(role) = role else { return vec![true; pack.exercises.len()] };
    let mut wanted: Vec<bool> = pack.exercises.iter().map(|exercise| exercise.roles.contains(&role)).collect();
    let mut grows = true;
    while grows {
        grows = false;
        for at in 0..wanted.len() {
            if !wanted[at] {
                continue;
            }
            for need in &pack.exercises[at].needs {
                let index = pack.exercises.iter().position(|exercise| exercise.id == *need);
                if let Some(index) = index.filter(|&index| !wanted[index]) {
                    wanted[index] = true;
                    grows = true;
                }
            }
        }
    }
    wanted
}

#[cfg(test)]
#[path = "next_tests.rs"]
mod tests;
