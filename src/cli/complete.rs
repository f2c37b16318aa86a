//! Live completion: ids, tiers, topics and roles as they are in the pack at hand.

use std::ffi::OsStr;

use clap_complete::CompletionCandidate;

use super::Global;
use super::context::Context;
use crate::catalog::{Pack, Role, Topic, Way};
use crate::config::Raw;

/// What could stand where a selector is wanted.
pub fn selectors(typed: &OsStr) -> Vec<CompletionCandidate> {
    let mut all = exercises(typed);
    let typed = typed.to_string_lossy();
    let topics = Topic::ALL.iter().map(|topic| format!("topic:{}", topic.id()));
    let ways = Way::ALL.iter().map(|way| format!("way:{}", way.id()));
    let roles = Role::ALL.iter().map(|role| format!("role:{}", role.id()));
    let states = ["state:passed", "state:failing", "state:todo", "all"].map(str::to_owned);
    let named = topics.chain(ways).chain(roles).chain(states).filter(|name| name.starts_with(&*typed));
    all.extend(named.map(CompletionCandidate::new));
    all
}

/// The exercises whose id starts with what was typed, and their tiers.
pub fn exercises(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let Some(pack) = pack() else { return Vec::new() };
    let exercises = pack.exercises.iter().map(|exercise| (exercise.id.to_string(), exercise.title.clone()));
    let tiers = pack.tiers.iter().map(|tier| (tier.id.to_string(), tier.title.clone()));
    let matching = tiers.chain(exercises).filter(|(id, _)| id.starts_with(&*typed));
    matching.map(|(id, title)| CompletionCandidate::new(id).help(Some(title.into()))).collect()
}

/// The cases of the exercise that was typed before, whose name starts with what was typed; none that is hidden.
pub fn cases(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    // What is asked for stands after the script's own arguments: `practice -- practice replay tier1/jsonl-dedupe c`.
    let words: Vec<String> =
        std::env::args_os().skip_while(|word| word != "--").map(|word| word.to_string_lossy().into_owned()).collect();
    let Some(pack) = pack() else { return Vec::new() };
    let named = |word: &String| pack.exercises.iter().find(|one| one.id.to_string() == *word || one.id.slug() == *word);
    let Some(exercise) = words.iter().find_map(named) else { return Vec::new() };
    let visible = exercise.cases.iter().filter(|case| !case.hidden && case.id.as_str().starts_with(&*typed));
    visible.map(|case| CompletionCandidate::new(case.id.to_string()).help(Some(case.purpose.clone().into()))).collect()
}

/// The tiers whose id starts with what was typed.
pub fn tiers(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let Some(pack) = pack() else { return Vec::new() };
    let tiers = pack.tiers.into_iter().filter(|tier| tier.id.as_str().starts_with(&*typed));
    tiers.map(|tier| CompletionCandidate::new(tier.id.to_string()).help(Some(tier.title.into()))).collect()
}

/// The pack at hand. A broken one, or a broken settings file, completes nothing; the command itself will say why.
fn pack() -> Option<Pack> {
    let global = Global { color: None, pack: None, python: None, sandbox: None };
    Context::load(&global, Raw::default()).and_then(|context| context.pack()).ok()
}
