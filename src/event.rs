//! The one stream of a run: what happened, in order, as owned data.
//!
//! The ledger and every reporter are fed from it and look nothing up. `--json` prints it, one event a line, in an
//! [`Envelope`]. Fields may be added in later versions of schema 1; none is renamed or removed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{CaseId, Difference, ExerciseId, TierId, Uid, Verdict};

/// The version of the stream's schema.
pub const SCHEMA: u32 = 1;

/// An event with its place in the stream.
#[derive(Debug, Clone, Serialize)]
pub struct Envelope {
    /// [`SCHEMA`].
    pub schema: u32,
    /// 0, 1, 2 ... without gaps.
    pub seq: u64,
    /// When it happened: RFC 3339, UTC, milliseconds.
    pub at: String,
    /// Milliseconds since the run started.
    pub elapsed_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A run starts.
    RunStarted(RunStarted),
    /// An exercise starts: its first case is next in the stream.
    ExerciseStarted(ExerciseStarted),
    /// A case has its verdict.
    CaseFinished(Box<CaseFinished>),
    /// An exercise has its verdict.
    ExerciseFinished(ExerciseFinished),
    /// A tier's standing after this run.
    TierFinished(TierFinished),
    /// Something worth saying that is no result.
    Notice(Notice),
    /// The run is over; always the last event.
    RunFinished(RunFinished),
}

/// What a run is about to do, and in what surroundings.
#[derive(Debug, Clone, Serialize)]
pub struct RunStarted {
    /// This program's version.
    pub version: String,
    /// Name of the exercise pack.
    pub pack: String,
    /// The selected exercises, in the order in which they will be reported.
    pub exercises: Vec<ExerciseId>,
    /// How many cases there are in all.
    pub cases: usize,
    /// How many run at once.
    pub jobs: usize,
    /// What stands between a solution and this machine.
    pub containment: Containment,
    /// The interpreters in use, by environment.
    pub python: Vec<PythonUsed>,
}

/// What is in force around every case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Containment {
    /// `none` for now: processes are limited and killed, but not walled in.
    pub mode: String,
    /// What is in force, in plain words.
    pub in_force: Vec<String>,
    /// What is not, in plain words.
    pub not_in_force: Vec<String>,
}

/// An interpreter and its packages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PythonUsed {
    /// The environment's name in the pack.
    pub environment: String,
    /// `3.11.7`
    pub version: String,
}

/// An exercise starts.
#[derive(Debug, Clone, Serialize)]
pub struct ExerciseStarted {
    /// Which one.
    pub exercise: ExerciseId,
    /// Its title.
    pub title: String,
    /// How many cases it has.
    pub cases: usize,
}

/// A case has its verdict. A hidden case says nothing of its input, its expectation or its output.
#[derive(Debug, Clone, Serialize)]
pub struct CaseFinished {
    /// The exercise.
    pub exercise: ExerciseId,
    /// The case.
    pub case: CaseId,
    /// What it is there for, in the author's words.
    pub purpose: String,
    /// The judgement.
    pub verdict: Verdict,
    /// Whether the case is hidden.
    pub hidden: bool,
    /// Points that it is worth.
    pub weight: u32,
    /// Time on the clock, in milliseconds.
    pub wall_ms: f64,
    /// Processor time, in milliseconds.
    pub cpu_ms: f64,
    /// Largest resident memory seen, in bytes.
    pub memory_bytes: u64,
    /// Whether it ran in a fork of a warm interpreter.
    pub warm: bool,
    /// One sentence on why the verdict is what it is; `None` when it passed.
    pub reason: Option<String>,
    /// The mistake that it looks like, and the way out, where one is recognised; `None` for a hidden case.
    pub explanation: Option<String>,
    /// What the program was given, for people; empty for a hidden case.
    pub input: Vec<Shown>,
    /// Its steps, with what became of each; empty for a case without steps, and for a hidden one.
    pub steps: Vec<StepShown>,
    /// The first differences; empty for a hidden case.
    pub differences: Vec<Difference>,
    /// How many differences there are in all.
    pub differences_total: usize,
    /// The exception, cut to the learner's own frames; `None` for a hidden case.
    pub exception: Option<ExceptionShown>,
    /// What the services of its world saw; `None` without a world, and for a hidden case.
    pub seen: Option<SeenShown>,
    /// Start of standard output, at most 16 KiB; control characters as they are (JSON escapes them). Empty for a hidden case.
    pub stdout: String,
    /// Start of standard error, in the same way.
    pub stderr: String,
    /// Whether `stdout` or `stderr` is not the whole of it.
    pub output_cut: bool,
}

impl CaseFinished {
    /// The most bytes of `stdout` and of `stderr` that an event carries.
    pub const MOST_OUTPUT: usize = 16 * 1024;
}

/// A step of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepShown {
    /// As the author wrote it.
    pub text: String,
    /// `passed`, the verdict of the case for the one that was wrong, `not_reached` after it.
    pub verdict: Verdict,
}

/// What the services of a case's world saw.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenShown {
    /// The first requests, in the order in which they came; at most [`SeenShown::MOST`].
    pub requests: Vec<RequestShown>,
    /// Requests in all.
    pub requests_total: u64,
    /// How many were in flight at once, at most.
    pub at_once: usize,
    /// Connections that were opened.
    pub connections: u64,
}

impl SeenShown {
    /// The most requests that an event carries.
    pub const MOST: usize = 200;
}

/// A request, for a person to read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequestShown {
    /// `GET`
    pub method: String,
    /// Path and query, at most 200 characters.
    pub path: String,
    /// The status of the answer; `None` when there was none.
    pub status: Option<u16>,
    /// How it ended.
    pub end: EndShown,
    /// When it began, in milliseconds since the first.
    pub begun_ms: f64,
    /// When it ended.
    pub ended_ms: f64,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndShown {
    /// The whole answer was given.
    Answered,
    /// The world broke it off, as it was scripted to.
    Broken,
    /// The program went away before the answer was complete.
    Cancelled,
}

/// A part of what a program was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// `call`, `command`, `stdin`, `env`, or `file <name>`.
    pub label: String,
    /// Its text, at most 2 KiB.
    pub text: String,
    /// How many bytes there are in all, when `text` is not the whole of it.
    pub cut_from: Option<u64>,
}

/// An exception, for a person to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExceptionShown {
    /// Name of its class.
    pub class: String,
    /// Its message.
    pub message: String,
    /// The learner's own frames, outermost first; at most ten.
    pub frames: Vec<FrameShown>,
}

/// A line of a traceback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrameShown {
    /// The learner's file, relative to the solution's folder.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// The function, or `<module>`.
    pub function: String,
    /// The source of that line, without its indentation.
    pub source: String,
    /// First column of what failed within `source` and one past its last, from 0, where Python told.
    pub columns: Option<(u32, u32)>,
}

/// An exercise has its verdict.
#[derive(Debug, Clone, Serialize)]
pub struct ExerciseFinished {
    /// Which one.
    pub exercise: ExerciseId,
    /// Its id that survives a rename.
    pub uid: Uid,
    /// Its title.
    pub title: String,
    /// `passed` when every case did, otherwise the worst of its cases' verdicts.
    pub verdict: Verdict,
    /// Cases that passed.
    pub passed: usize,
    /// Cases in all.
    pub total: usize,
    /// Whether only some of its cases were run (`--case`): such a run says nothing of the exercise's standing.
    pub partial: bool,
    /// Weights of the cases that passed.
    pub points: u32,
    /// Weights of all cases.
    pub max_points: u32,
    /// One sentence that says more than the verdict, where there is one (why it was not attempted, say).
    pub reason: Option<String>,
    /// What the author says of the known mistake that fails exactly the cases which failed, where there is one.
    pub explanation: Option<String>,
    /// The learner's main file, as a path to open.
    pub file: Option<String>,
}

/// How far a tier is done, this run included.
#[derive(Debug, Clone, Serialize)]
pub struct TierFinished {
    /// Which one.
    pub tier: TierId,
    /// Its title.
    pub title: String,
    /// Exercises of the tier that are passed: in this run, or earlier where this run did not try them.
    pub complete: usize,
    /// Exercises of the tier in all.
    pub total: usize,
}

/// Something worth saying that is no result.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// One sentence.
    pub text: String,
}

/// A run is over.
#[derive(Debug, Clone, Serialize)]
pub struct RunFinished {
    /// The counts.
    pub summary: Summary,
    /// How long it took, in milliseconds.
    pub wall_ms: f64,
    /// Whether it was interrupted: what is not in the stream did not run.
    pub interrupted: bool,
    /// The exercise to do next, and why, in one sentence.
    pub next: Option<Next>,
}

/// A suggestion.
#[derive(Debug, Clone, Serialize)]
pub struct Next {
    /// The exercise.
    pub exercise: ExerciseId,
    /// Its title.
    pub title: String,
    /// Why this one.
    pub why: String,
}

/// The counts of a run. Screen, JUnit and exit code all take them from here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Cases by verdict.
    pub cases: BTreeMap<String, usize>,
    /// Exercises by verdict.
    pub exercises: BTreeMap<String, usize>,
}

impl Summary {
    /// Counts one more event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::CaseFinished(case) => *self.cases.entry(case.verdict.id().into()).or_default() += 1,
            Event::ExerciseFinished(done) => *self.exercises.entry(done.verdict.id().into()).or_default() += 1,
            _ => {}
        }
    }

    /// How many exercises have this verdict.
    pub fn exercises_with(&self, verdict: Verdict) -> usize {
        self.exercises.get(verdict.id()).copied().unwrap_or(0)
    }
}
