//! Which few exercises prove a tier.

use std::collections::BTreeMap;

use crate::catalog::{Exercise, Pack};
use crate::model::TierId;

/// One exercise in so many of a tier ...
const SHARE: usize = 4;
/// ... but so many at least ...
const LEAST: usize = 2;
/// ... and at most.
const MOST: usize = 6;

/// The exercises that tell best whether somebody knows a tier: of each topic the most demanding one, the most demanding
/// topics first, about a quarter of the tier.
///
/// Demanding is what is difficult, and among equals what has most known mistakes: it tells most people apart.
pub fn choose<'a>(pack: &'a Pack, tier: &TierId) -> Vec<&'a Exercise> {
    let rank = |exercise: &Exercise| (exercise.difficulty, exercise.wrong.len(), exercise.cases.len());
    let mut of_topic: BTreeMap<_, &Exercise> = BTreeMap::new();
    let mut count = 0_usize;
    for exercise in pack.exercises.iter().filter(|exercise| exercise.id.tier() == tier) {
        count += 1;
        let best = of_topic.entry(exercise.topic).or_insert(exercise);
        if rank(exercise) > rank(best) {
            *best = exercise;
        }
    }
    let mut chosen: Vec<&Exercise> = of_topic.into_values().collect();
    chosen.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.id.cmp(&b.id)));
    chosen.truncate(count.div_ceil(SHARE).clamp(LEAST, MOST));
    chosen.sort_by_key(|exercise| (exercise.difficulty, exercise.id.clone()));
    chosen
}

#[cfg(test)]
#[path = "test_out_tests.rs"]
mod tests;
