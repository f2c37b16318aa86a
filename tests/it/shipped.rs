//! The exercises that are part of the program: they hold, and judge a learner's solutions as they should.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Mutex;

use crate::env::{Env, Ran, shipped};

/// Both tests use all cores.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs it with its time limits multiplied: other tests run beside it, and importing pandas is slow on its own.
fn run(env: &Env, args: &[&str], time_factor: &str) -> Ran {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ran::of(env.command(args).env("PRACTICE_TIME_FACTOR", time_factor))
}

#[test]
fn the_shipped_exercises_hold() {
    let env = Env::bare();
    let selectors = shipped();
    let args: Vec<&str> = ["check", "--mutants"].into_iter().chain(selectors.iter().map(String::as_str)).collect();
    let ran = run(&env, &args, "2").exits(0);
    assert!(ran.stdout.lines().filter(|line| line.starts_with("ok    tier")).count() >= 25, "{}", ran.stdout);
    assert!(env.leftovers().is_empty());
}

#[test]
fn the_example_learner_gets_the_known_verdicts() {
    let env = Env::bare();
    let solutions = format!("{}/examples/learner/solutions", env!("CARGO_MANIFEST_DIR"));
    // One of them never ends, so that its limit is what the test takes.
    let solved = ["jsonl-dedupe", "parse-model-json", "settings-from-env", "trim-history", "retry-backoff"];
    let solved = solved.into_iter().chain(["normalise-batch", "cosine-top-k", "leaderboard"]);
    let args: Vec<&str> = ["run"].into_iter().chain(solved).chain(["--solutions", &solutions, "--json"]).collect();
    let ran = run(&env, &args, "1").exits(1);
    let failed: Vec<String> = ran.verdicts().into_iter().filter(|verdict| !verdict.ends_with("=passed")).collect();
    let of = |event: &serde_json::Value| {
        let text = |field: &str| event[field].as_str().unwrap().to_owned();
        format!("{} {} {}/{}", text("exercise"), text("verdict"), event["passed"], event["total"])
    };
    let exercises: Vec<String> = ran.events_of("exercise_finished").iter().map(of).collect();
    assert_eq!(
        exercises,
        [
            "tier1/jsonl-dedupe passed 17/17",
            "tier1/parse-model-json crashed 12/22",
            "tier1/settings-from-env not_attempted 0/21",
            "tier1/trim-history passed 19/19",
            "tier1/retry-backoff crashed 17/24",
            "tier2/normalise-batch failed 9/14",
            "tier2/cosine-top-k passed 13/13",
            "tier2/leaderboard timed_out 12/20"
        ]
    );
    assert_eq!(
        failed,
        [
            "prose-braces=crashed",
            "no-json=failed",
            "truncated=failed",
            "trailing-comma=failed",
            "single-quotes=failed",
            "broken-draft=failed",
            "nan=failed",
            "hidden-last=crashed",
            "hidden-truncated=failed",
            "hidden-infinity=failed",
            "cap-before-jitter=failed",
            "huge-retry=crashed",
            "retry-after-zero=failed",
            "cause=crashed",
            "hidden-recovers=failed",
            "hidden-retry-after=crashed",
            "hidden-exhausted=failed",
            "zero-row=failed",
            "zero-vector=failed",
            "thousands=failed",
            "hidden-zero-row=failed",
            "hidden-half=failed",
            "example=timed_out",
            "failed-repeat=timed_out",
            "nothing-counted=timed_out",
            "infinite-score=failed",
            "march=timed_out",
            "hidden-april=timed_out",
            "hidden-repeats=timed_out",
            "hidden-words=failed"
        ]
    );
}
