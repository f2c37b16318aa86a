//! What a learner has done so far: one file a solutions folder, written atomically, kept with a backup.

mod file;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::event::{CaseFinished, ExerciseFinished};
use crate::model::{Difference, Verdict};

pub use file::{Ledger, LedgerError};

/// The version of the file. 1 had no failures, hints and days; it is read as if there were none.
const FORMAT: u32 = 2;

/// Failures of an exercise that are kept; enough to choose a hint.
const MOST_FAILURES: usize = 50;

/// The last standing with one exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The exercise's id when it was run; its key in the ledger is the uid, which survives a rename.
    pub exercise: String,
    /// The pack's name.
    pub pack: String,
    /// The verdict, as `--json` writes it.
    pub verdict: String,
    /// Cases that passed.
    pub passed: usize,
    /// Cases in all.
    pub total: usize,
    /// When: RFC 3339.
    pub at: String,
    /// The hash of the exercise as it was then; empty where that is not known.
    #[serde(default)]
    pub digest: String,
    /// When every case passed for the first time: RFC 3339.
    #[serde(default)]
    pub passed_at: Option<String>,
    /// Whole runs of it that tried something.
    #[serde(default)]
    pub attempts: u32,
    /// The cases that did not pass, in their order.
    #[serde(default)]
    pub failures: Vec<Failure>,
}

/// A case that did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its id.
    pub case: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// The class of the exception that ended it; `None` without one, and for a hidden case.
    #[serde(default)]
    pub exception: Option<String>,
    /// The rules of what linters and type checkers found, each once; none of a hidden case.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rules: BTreeSet<String>,
}

/// What a learner was given for an exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// The hints, by the hash of their text, in the order in which they were given.
    #[serde(default)]
    pub hints: Vec<String>,
    /// When the author's solution was first shown: RFC 3339.
    #[serde(default)]
    pub solution_at: Option<String>,
}

/// A review: an exercise that was passed, with new inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// When: RFC 3339.
    pub at: String,
    /// Cases that passed.
    pub passed: usize,
    /// Cases in all.
    pub total: usize,
    /// What the inputs were made from.
    pub seed: u64,
}

/// An offer to prove a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestOut {
    /// The uids of the exercises that prove it.
    pub exercises: Vec<String>,
    /// When it was made: RFC 3339.
    pub at: String,
}

/// All standings by exercise uid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The version of the file.
    pub format: u32,
    /// The solutions folder that it is about, for people who look into the file.
    pub solutions: String,
    /// The standings.
    pub exercises: BTreeMap<String, Standing>,
    /// Help that was taken, by exercise uid.
    #[serde(default)]
    pub help: BTreeMap<String, Help>,
    /// Days on which something was tried, as the learner's calendar has them: `2026-11-23`.
    #[serde(default)]
    pub days: BTreeSet<String>,
    /// Reviews, by exercise uid, in the order of time.
    #[serde(default)]
    pub reviews: BTreeMap<String, Vec<Review>>,
    /// Offers to prove a tier, by the tier's id.
    #[serde(default)]
    pub test_outs: BTreeMap<String, TestOut>,
}

/// An exercise that was run, with what surrounds it.
#[derive(Debug, Clone, Copy)]
pub struct Ran<'a> {
    /// How it ended.
    pub done: &'a ExerciseFinished,
    /// Its cases that did not pass.
    pub failures: &'a [Failure],
    /// The pack's name.
    pub pack: &'a str,
    /// The exercise's hash.
    pub digest: &'a str,
    /// When: RFC 3339.
    pub at: &'a str,
    /// The day where the learner is: `2026-11-23`.
    pub day: &'a str,
}

impl Failure {
    /// What is kept of a case; `None` when it passed or nothing of it was run.
    pub fn of(case: &CaseFinished) -> Option<Failure> {
        (case.verdict.counts() && case.verdict != Verdict::Passed).then(|| Failure {
            case: case.case.to_string(),
            verdict: case.verdict,
            exception: case.exception.as_ref().map(|exception| exception.class.clone()),
            rules: case.differences.iter().filter_map(Difference::rule).map(str::to_owned).collect(),
        })
    }
}

impl Progress {
    /// Takes a run of an exercise into account. Only whole runs count, and only what is the learner's doing.
    pub fn record(&mut self, ran: &Ran<'_>) {
        let done = ran.done;
        if !done.verdict.counts() || done.partial {
            return;
        }
        let tried = done.verdict != Verdict::NotAttempted;
        // A folder that is empty for now takes nothing away from what was done before.
        if !tried && self.exercises.contains_key(done.uid.as_str()) {
            return;
        }
        let before = self.exercises.remove(done.uid.as_str()).unwrap_or_default();
        let passed = done.verdict == Verdict::Passed;
        // Files of format 1 did not say when it passed.
        let known = before.passed_at.or_else(|| (before.verdict == Verdict::Passed.id()).then_some(before.at));
        let standing = Standing {
            exercise: done.exercise.to_string(),
            pack: ran.pack.to_owned(),
            verdict: done.verdict.id().to_owned(),
            passed: done.passed,
            total: done.total,
            at: ran.at.to_owned(),
            digest: ran.digest.to_owned(),
            passed_at: known.or_else(|| passed.then(|| ran.at.to_owned())),
            attempts: before.attempts.saturating_add(u32::from(tried)),
            failures: ran.failures.iter().take(MOST_FAILURES).cloned().collect(),
        };
        self.exercises.insert(done.uid.to_string(), standing);
        if tried {
            self.days.insert(ran.day.to_owned());
        }
    }

    /// The last standing with an exercise, when it was ever run.
    pub fn standing(&self, uid: &str) -> Option<&Standing> {
        self.exercises.get(uid)
    }

    /// The verdict on an exercise, when it was ever run.
    pub fn verdict(&self, uid: &str) -> Option<&str> {
        self.standing(uid).map(|standing| standing.verdict.as_str())
    }

    /// Whether every case of an exercise passed when it was last run.
    pub fn is_passed(&self, uid: &str) -> bool {
        self.verdict(uid) == Some(Verdict::Passed.id())
    }

    /// Whether every case of an exercise passed in some run.
    pub fn was_passed(&self, uid: &str) -> bool {
        self.is_passed(uid) || self.standing(uid).is_some_and(|standing| standing.passed_at.is_some())
    }

    /// Whether the last verdict on an exercise is about another version of it than the one with this hash.
    pub fn is_about_another(&self, uid: &str, digest: &str) -> bool {
        self.standing(uid).is_some_and(|standing| !standing.digest.is_empty() && standing.digest != digest)
    }

    /// The hints of an exercise that were given, by the hashes of their texts.
    pub fn hints(&self, uid: &str) -> &[String] {
        self.help.get(uid).map_or(&[], |help| &help.hints)
    }
}

#[cfg(test)]
mod tests;
