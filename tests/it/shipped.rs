//! The exercises that are part of the program: they hold, and judge a learner's solutions as they should.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
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
    let table = env.path("mutants.md");
    let start = ["check", "--mutants", "--table", table.to_str().unwrap()];
    let args: Vec<&str> = start.into_iter().chain(selectors.iter().map(String::as_str)).collect();
    let ran = run(&env, &args, "2").exits(0);
    assert!(ran.stdout.lines().filter(|line| line.starts_with("ok    tier")).count() >= 25, "{}", ran.stdout);
    assert!(env.leftovers().is_empty());
    // The document is about these very exercises and mutants. How many are caught may differ by one that only slows down.
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mutants.md");
    let written = env.read("mutants.md");
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") && selectors == ["all"] {
        return fs::write(document, written).unwrap();
    }
    let rows = |text: &str| -> Vec<[String; 3]> {
        let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let rows = text.lines().filter(|line| line.starts_with("| tier")).map(cells);
        rows.map(|cells| [cells[1].clone(), cells[2].clone(), cells[5].clone()]).collect()
    };
    let (known, written) = (rows(&fs::read_to_string(document).unwrap()), rows(&written));
    for row in &written {
        assert!(
            known.contains(row),
            "docs/mutants.md does not have {row:?}: write it with `check all --mutants --table`"
        );
    }
    assert!(selectors != ["all"] || known.len() == written.len(), "docs/mutants.md has exercises that are gone");
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
            "tier1/trim-history passed 21/21",
            "tier1/retry-backoff crashed 17/24",
            "tier2/normalise-batch failed 9/15",
            "tier2/cosine-top-k passed 16/16",
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
            "large-single=failed",
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
