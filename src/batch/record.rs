//! What is known of a batch, as plain data: what the journal holds, and what every output is written from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Points;
use crate::event::{Containment, PythonUsed};
use crate::model::{CaseId, ExerciseId, StudentId, Uid, Verdict};

/// A batch: what all of its students have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// This program's version.
    pub version: String,
    /// Name and title of the exercise pack.
    pub pack: (String, String),
    /// When the batch was begun: RFC 3339, UTC. A batch that is resumed keeps it.
    pub begun: String,
    /// The exercises, in the order in which they are reported.
    pub exercises: Vec<ExerciseInfo>,
    /// What stands between a submission and the machine.
    pub containment: Containment,
    /// The interpreters in use.
    pub python: Vec<PythonUsed>,
    /// The machine.
    pub machine: Machine,
}

impl Batch {
    /// The most points that a student can have.
    pub fn max_points(&self) -> Points {
        self.exercises.iter().map(|exercise| exercise.max_points).sum()
    }
}

/// An exercise of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExerciseInfo {
    /// `tier1/jsonl-dedupe`
    pub id: ExerciseId,
    /// Its id that survives a rename.
    pub uid: Uid,
    /// Its title.
    pub title: String,
    /// Its topic, in the words of the catalogue: `numpy`.
    pub topic: String,
    /// The most points.
    pub max_points: Points,
    /// Its cases.
    pub cases: Vec<CaseInfo>,
    /// How the limits were set.
    pub clock: Clock,
}

/// A case of an exercise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseInfo {
    /// Its id.
    pub id: CaseId,
    /// What it is there for, in the author's words; nothing that a student may not read.
    pub purpose: String,
    /// Whether students see nothing of its input, expectation and output.
    pub hidden: bool,
    /// Its points, as the pack says.
    pub weight: u32,
    /// The group that it belongs to: a group's points are given when all of its cases pass.
    pub group: Option<String>,
}

/// How long the reference took here, and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// The slowest case of the reference, in milliseconds on the clock; `None` where it was not timed, since nothing was
    /// to be run.
    pub reference_ms: Option<f64>,
    /// Time limits of the pack are multiplied with this; 1 on a machine that is fast enough.
    pub factor: f64,
}

/// The machine that a batch ran on, as far as it can matter to a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// `x86_64`
    pub architecture: String,
    /// The processor's name, as the system tells it.
    pub processor: String,
    /// How many processors there are.
    pub processors: usize,
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// The kernel's version.
    pub kernel: String,
    /// How many cases ran at once.
    pub jobs: usize,
}

/// A student, as far as the batch knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentInfo {
    /// The roster's id, or the submission's own where there is no roster.
    pub id: StudentId,
    /// The name; empty where nobody told it.
    pub name: String,
    /// The e-mail address; empty where nobody told it.
    pub email: String,
    /// What else the roster says: column and value, such as `section`; and the ids that learning platforms know the
    /// student by, as `canvas_id`, `moodle_participant`, `sid`, `login`, `github`.
    pub more: BTreeMap<String, String>,
    /// What was handed in, by the name that it was received under; `None` when there was nothing.
    pub submission: Option<String>,
    /// When it was handed in: RFC 3339; `None` where the export does not tell.
    pub at: Option<String>,
    /// How late it is, extension taken into account; `None` when in time or not known.
    pub late: Option<Lateness>,
    /// What the intake has to say of the submission: entries that were refused, notebooks that were reduced ...
    pub notes: Vec<String>,
}

/// A late submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lateness {
    /// By how much, in seconds; `None` when the export only says that it is.
    pub seconds: Option<u64>,
    /// What is taken off every exercise's points, in percent, 0 to 100.
    pub percent: u32,
}

/// The judgement on a case or on a student's exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Grade {
    /// The same in every run.
    Stable(Verdict),
    /// The same work gave different verdicts when it was repeated.
    Unstable(Unstable),
}

/// The one word that is no verdict of a single run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unstable {
    /// `unstable`
    Unstable,
}

impl Grade {
    /// Different verdicts for the same work.
    pub const UNSTABLE: Grade = Grade::Unstable(Unstable::Unstable);

    /// The name in machine-readable output.
    pub fn id(self) -> &'static str {
        match self {
            Grade::Stable(verdict) => verdict.id(),
            Grade::Unstable(_) => "unstable",
        }
    }

    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Grade::Stable(verdict) => verdict.words(),
            Grade::Unstable(_) => "unstable",
        }
    }

    /// Whether it says something of the student's work, and not of the exercise or the machine.
    pub fn counts(self) -> bool {
        match self {
            Grade::Stable(verdict) => verdict.counts(),
            Grade::Unstable(_) => true,
        }
    }
}

/// What a verdict depends on. When all of it is as it was, the verdict is not asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The student's files of this exercise.
    pub submission: String,
    /// The exercise: cases, weights, comparisons, given files.
    pub exercise: String,
    /// This program and what it runs inside a case.
    pub driver: String,
    /// The interpreter's version and the lock file of its packages.
    pub environment: String,
    /// The limits, and the student's accommodation.
    pub limits: String,
}

/// What became of a student's exercise: a line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The student.
    pub student: StudentId,
    /// The exercise.
    pub exercise: ExerciseId,
    /// The worst of its cases' verdicts; `not_attempted` without any.
    pub verdict: Grade,
    /// Cases that passed.
    pub passed: usize,
    /// Cases in all.
    pub total: usize,
    /// Points, before anything is taken off for lateness. Nothing is scored while a case has `machine_error` or
    /// `exercise_error`: see [`Record::is_scored`].
    pub points: Points,
    /// The most points.
    pub max_points: Points,
    /// Why it was not attempted, in one sentence.
    pub reason: Option<String>,
    /// What an instructor should look at.
    pub flags: Vec<Flag>,
    /// Its cases, in the order of the exercise; none when it was not attempted.
    pub cases: Vec<CaseRecord>,
    /// What the verdict depends on.
    pub key: Key,
}

impl Record {
    /// Whether it can be counted: a fault of the machine or of the exercise is nobody's grade.
    pub fn is_scored(&self) -> bool {
        self.verdict.counts()
    }

    /// Points when it is so many percent late.
    pub fn points_less(&self, late: Option<&Lateness>) -> Points {
        self.points.less_percent(late.map_or(0, |late| late.percent))
    }
}

/// What became of a case. Of a hidden one there is no input, expectation or output in here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The case.
    pub case: CaseId,
    /// The verdict of all its runs together.
    pub verdict: Grade,
    /// How often it came out how, when it was run more than once: verdict's id to count.
    #[serde(default, skip_serializing_if = "Runs::is_empty")]
    pub runs: Runs,
    /// Time on the clock in its last run, in milliseconds.
    pub wall_ms: f64,
    /// Processor time of it, in milliseconds.
    pub cpu_ms: f64,
    /// Largest memory of it, in bytes.
    pub memory_bytes: u64,
    /// What went wrong, in a form that is equal for equal causes; `None` when it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What the student may read about it: plain text of several lines, at most [`CaseRecord::MOST_TOLD`] bytes. Foreign
    /// text in it is made visible already (no control characters but line ends), and must still be escaped for the place
    /// where it is shown. Empty when it passed, and one sentence for a hidden case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub told: String,
}

impl CaseRecord {
    /// The most bytes of [`CaseRecord::told`].
    pub const MOST_TOLD: usize = 4096;

    /// Whether it gives its points.
    pub fn is_passed(&self) -> bool {
        match self.verdict {
            Grade::Stable(verdict) => verdict == Verdict::Passed,
            // The doubt is the student's: most of the runs passed.
            Grade::Unstable(_) => self.runs.mostly_passed(),
        }
    }
}

/// Counts of a case's runs by verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Runs(pub BTreeMap<Verdict, u32>);

impl Runs {
    /// Whether there was no more than the one run that goes without saying.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether more than half of them passed.
    pub fn mostly_passed(&self) -> bool {
        let passed = self.0.get(&Verdict::Passed).copied().unwrap_or(0);
        passed * 2 > self.0.values().sum()
    }
}

/// Why a case failed, for clusters: equal for equal mistakes, whoever made them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cause {
    /// For people, one line: `KeyError in load`, `returned: other type at [*].score`.
    pub label: String,
    /// Whether it was a hidden case: its label then tells nothing but the verdict.
    pub hidden: bool,
}

/// What an instructor should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Cases whose runs did not agree.
    Unstable {
        /// Which.
        cases: Vec<CaseId>,
    },
    /// The same files had more points when they were graded before.
    Lowered {
        /// Points before.
        before: Points,
    },
    /// It passed close to a time limit, each time it was run.
    NearLimit {
        /// Which cases took more than four fifths of their limit.
        cases: Vec<CaseId>,
    },
}

/// A student with all that the batch knows: what an [`super::Output`] is fed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudentResult {
    /// Who.
    pub student: StudentInfo,
    /// One for each exercise of the batch, in its order.
    pub records: Vec<Record>,
    /// Points in all, lateness taken off; `None` while a record of the student cannot be scored: a gradebook then has no
    /// number to show, which is not the same as 0.
    pub points: Option<Points>,
    /// The most points.
    pub max_points: Points,
}

impl StudentResult {
    /// The result of these records.
    pub fn new(student: StudentInfo, records: Vec<Record>) -> StudentResult {
        let scored = records.iter().all(Record::is_scored);
        let points = records.iter().map(|record| record.points_less(student.late.as_ref())).sum();
        let max_points = records.iter().map(|record| record.max_points).sum();
        StudentResult { points: scored.then_some(points), max_points, student, records }
    }
}
