//! Proves generators of new inputs: what they make are sound cases, others for another seed, which tell right from wrong.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::outcomes;
use crate::catalog::{Exercise, Pack};
use crate::cli::CliError;
use crate::cli::command::review;
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::engine::Task;
use crate::model::{Verdict, WorkFile};

/// So many seeds are tried.
const SEEDS: [u64; 3] = [1, 2, 3];

/// What the generator of an exercise does not prove; nothing for one without a generator.
pub fn judge(
    context: &Context,
    pack: &Pack,
    environments: &Environments,
    wall: &Raised,
    exercise: &Arc<Exercise>,
) -> Result<Vec<String>, CliError> {
    if exercise.generator.is_none() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let mut inputs = BTreeSet::new();
    let mut caught = vec![false; exercise.wrong.len()];
    for seed in SEEDS {
        // A machine's fault ends the check; an author's mistake is one of this exercise.
        let (_, twin) = match review::make(context, pack, environments, wall, exercise, seed) {
            Ok(made) => made,
            Err(error) if error.status() == crate::cli::ExitStatus::Pack => {
                return Ok(vec![format!("{} (seed {seed})", error.message())]);
            }
            Err(error) => return Err(error),
        };
        let shown: Vec<_> = twin.cases.iter().flat_map(|case| case.kind.shown()).map(|part| part.text).collect();
        inputs.insert(shown);
        let (python, preload) = environments.runtime(exercise);
        let task = |solution: &[WorkFile], case| Task {
            exercise: twin.clone(),
            case,
            solution: solution.into(),
            python: python.clone(),
            preload: preload.clone(),
            hash_seed: 0,
            time_factor: context.settings.time_factor.value,
            most_output: None,
        };
        let solutions: Vec<&[WorkFile]> = std::iter::once(exercise.reference.as_slice())
            .chain(exercise.wrong.iter().map(|wrong| wrong.solution.as_slice()))
            .collect();
        let count = twin.cases.len();
        let tasks = solutions.iter().flat_map(|solution| (0..count).map(|case| task(solution, case))).collect();
        let ran = outcomes(wall, context.settings.jobs.value, tasks)?;
        for (number, part) in ran.chunks(count).enumerate() {
            let passes = part.iter().all(|outcome| outcome.judgement.verdict == Verdict::Passed);
            match number.checked_sub(1) {
                None if !passes => {
                    found.push(format!("the reference does not pass what the generator makes of seed {seed}"))
                }
                None => {}
                Some(wrong) => caught[wrong] |= !passes,
            }
        }
    }
    if inputs.len() < SEEDS.len() {
        found.push("the generator makes the same of several seeds".to_owned());
    }
    let failing = caught.iter().filter(|caught| **caught).count();
    if failing * 2 < caught.len() {
        let passing =
            exercise.wrong.iter().zip(&caught).filter(|(_, caught)| !**caught).map(|(wrong, _)| wrong.file.as_str());
        found.push(format!(
            "of {} wrong solutions {failing} fail what the generator makes; half must: {} pass",
            caught.len(),
            passing.collect::<Vec<_>>().join(", ")
        ));
    }
    Ok(found)
}
