//! The exercises that are part of the program: they hold, and judge a learner's solutions as they should.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Mutex;

use crate::env::{Env, Ran};

/// Both tests use all cores.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs it with time to spare: other tests run beside it, and importing pandas is slow enough on its own.
fn run(env: &Env, args: &[&str]) -> Ran {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ran::of(env.command(args).env("PRACTICE_TIME_FACTOR", "4"))
}

#[test]
fn the_shipped_exercises_hold() {
    let env = Env::bare();
    // The torch environment takes 5 GB.
    let all = std::env::var_os("PRACTICE_TEST_TORCH").is_some_and(|value| value == "1");
    let selectors: &[&str] = if all { &["all"] } else { &["tier1", "tier2", "tier3/bounded-queue"] };
    let args: Vec<&str> = ["check"].iter().chain(selectors).copied().collect();
    let ran = run(&env, &args).exits(0);
    assert!(ran.stdout.lines().filter(|line| line.starts_with("ok    tier")).count() >= 9, "{}", ran.stdout);
    assert!(env.leftovers().is_empty());
}

#[test]
fn the_example_learner_gets_the_known_verdicts() {
    let env = Env::bare();
    let solutions = format!("{}/examples/learner/solutions", env!("CARGO_MANIFEST_DIR"));
    let ran = run(&env, &["run", "tier1", "tier2", "--solutions", &solutions, "--json"]).exits(1);
    let failed: Vec<String> = ran.verdicts().into_iter().filter(|verdict| !verdict.ends_with("=passed")).collect();
    let of = |event: &serde_json::Value| {
        let text = |field: &str| event[field].as_str().unwrap().to_owned();
        format!("{} {} {}/{}", text("exercise"), text("verdict"), event["passed"], event["total"])
    };
    let exercises: Vec<String> = ran.events_of("exercise_finished").iter().map(of).collect();
    assert_eq!((exercises, failed), (Vec::new(), Vec::new()));
}
