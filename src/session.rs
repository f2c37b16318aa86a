//! One run from start to end: starts the engine, feeds the ledger and every reporter from its events, returns the
//! counts.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::catalog::{Exercise, Pack};
use crate::coach;
use crate::engine::{self, Manner};
use crate::event::{
    Containment, Envelope, Event, ExerciseFinished, Next, Notice, PythonUsed, RunFinished, RunStarted, SCHEMA, Summary,
    TierFinished,
};
use crate::ledger::{Failure, Ledger, LedgerError, Progress, Ran};
use crate::model::Verdict;
use crate::plan::Plan;
use crate::report::Reporter;
use crate::sandbox::{Mode, Sandbox, Wall};

/// What a run needs besides its plan.
pub struct Setting<'a> {
    /// The pack that the plan was made from.
    pub pack: &'a Pack,
    /// Where progress is kept; `None` to keep none.
    pub ledger: Option<&'a Ledger>,
    /// The interpreters in use.
    pub python: Vec<PythonUsed>,
    /// What stands between a solution and this machine.
    pub mode: Mode,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// The counts.
    pub summary: Summary,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// Reporters that failed: what they said.
    pub reports_failed: Vec<io::Error>,
}

/// A maker of slots behind a wall.
pub fn slots(wall: &Arc<Wall>) -> Arc<engine::MakeSlot> {
    let wall = wall.clone();
    Arc::new(move |slot| -> Box<dyn Sandbox> { Box::new(wall.slot(u32::try_from(slot).unwrap_or(0))) })
}

/// Sends events to the ledger and the reporters, in order.
struct Stream<'a> {
    seq: u64,
    start: Instant,
    summary: Summary,
    progress: Progress,
    ledger: Option<&'a Ledger>,
    pack: &'a Pack,
    reporters: Vec<Box<dyn Reporter>>,
    failed: Vec<io::Error>,
    finished: Vec<ExerciseFinished>,
    /// Cases of the exercise at hand that did not pass.
    failures: Vec<Failure>,
}

impl Stream<'_> {
    fn send(&mut self, event: Event) {
        let at = jiff::Timestamp::now();
        let at = format!("{at:.3}");
        self.summary.apply(&event);
        if let Event::CaseFinished(case) = &event {
            self.failures.extend(Failure::of(case));
        }
        // Kept before it is told: who has seen a verdict finds it in the ledger.
        let kept = match &event {
            Event::ExerciseFinished(done) => self.keep(done, &at),
            _ => Ok(()),
        };
        let envelope = Envelope {
            schema: SCHEMA,
            seq: self.seq,
            at,
            elapsed_ms: u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX),
            event,
        };
        self.seq += 1;
        // A reporter that fails is dropped, the others go on.
        let mut reporting = Vec::new();
        for mut reporter in std::mem::take(&mut self.reporters) {
            match reporter.event(&envelope) {
                Ok(()) => reporting.push(reporter),
                Err(error) => self.failed.push(error),
            }
        }
        self.reporters = reporting;
        if let Err(error) = kept {
            // Told once: the run goes on, its results are on the screen all the same.
            self.ledger = None;
            self.send(Event::Notice(Notice { text: error.to_string() }));
        }
    }

    /// Takes an exercise into account.
    fn keep(&mut self, done: &ExerciseFinished, at: &str) -> Result<(), LedgerError> {
        self.finished.push(done.clone());
        let failures = std::mem::take(&mut self.failures);
        let digest = self.pack.exercise(&done.exercise).map(|exercise| self.pack.digest(exercise)).unwrap_or_default();
        let day = jiff::Zoned::now().date().to_string();
        let ran = Ran { done, failures: &failures, pack: &self.pack.name, digest: &digest, at, day: &day };
        self.progress.record(&ran);
        match self.ledger {
            Some(ledger) => ledger.update(|progress| progress.record(&ran)).map(drop),
            None => Ok(()),
        }
    }
}

/// Runs `plan`. When `cancel` fires, what is running is killed, what is known is told.
pub async fn run(
    plan: &Plan,
    manner: Manner,
    setting: Setting<'_>,
    reporters: Vec<Box<dyn Reporter>>,
    cancel: CancellationToken,
) -> Ended {
    let mut failed = Vec::new();
    let progress = match setting.ledger.map(Ledger::read) {
        Some(Ok(progress)) => progress,
        _ => Progress::default(),
    };
    let mut stream = Stream {
        seq: 0,
        start: Instant::now(),
        summary: Summary::default(),
        progress,
        ledger: setting.ledger,
        pack: setting.pack,
        reporters,
        failed: Vec::new(),
        finished: Vec::new(),
        failures: Vec::new(),
    };
    stream.send(Event::RunStarted(RunStarted {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pack: setting.pack.name.clone(),
        exercises: plan.exercises.iter().map(|planned| planned.exercise.id.clone()).collect(),
        cases: plan.case_count(),
        jobs: manner.slots,
        containment: Containment {
            mode: setting.mode.id().to_owned(),
            in_force: setting.mode.in_force().iter().map(|&text| text.to_owned()).collect(),
            not_in_force: setting.mode.not_in_force().iter().map(|&text| text.to_owned()).collect(),
        },
        python: setting.python,
    }));

    // Bounded: a terminal that cannot keep up slows the starting of new cases.
    let (events, mut arriving) = mpsc::channel(256);
    let running = engine::narrate(plan, manner, events, cancel.clone());
    let telling = async {
        while let Some(event) = arriving.recv().await {
            stream.send(event);
            if stream.reporters.is_empty() && !stream.failed.is_empty() {
                // Nobody listens any more: `practice run | head`.
                cancel.cancel();
            }
        }
    };
    tokio::join!(running, telling);

    let interrupted = cancel.is_cancelled();
    for tier in &setting.pack.tiers {
        if plan.exercises.iter().any(|planned| planned.exercise.id.tier() == &tier.id) {
            let all: Vec<&Arc<Exercise>> = setting.pack.of_tier(&tier.id).collect();
            let complete = all.iter().filter(|exercise| stream.progress.is_passed(exercise.uid.as_str())).count();
            let finished =
                TierFinished { tier: tier.id.clone(), title: tier.title.clone(), complete, total: all.len() };
            stream.send(Event::TierFinished(finished));
        }
    }
    let finished = RunFinished {
        summary: stream.summary.clone(),
        wall_ms: (stream.start.elapsed().max(Duration::from_micros(1)).as_secs_f64() * 1e6).round() / 1e3,
        interrupted,
        next: next(&stream.finished, setting.pack, &stream.progress),
    };
    stream.send(Event::RunFinished(finished));
    failed.append(&mut stream.failed);
    for reporter in stream.reporters {
        failed.extend(reporter.finish().err());
    }
    Ended { summary: stream.summary, interrupted, reports_failed: failed }
}

/// What to do next: mend what this run showed to be nearly right, else what the coach suggests.
fn next(finished: &[ExerciseFinished], pack: &Pack, progress: &Progress) -> Option<Next> {
    let all = coach::suggestions(pack, progress, None);
    let tried = |exercise: &Exercise| {
        finished.iter().any(|done| done.exercise == exercise.id && done.verdict != Verdict::NotAttempted)
    };
    let suggestion = all.iter().find(|suggestion| tried(suggestion.exercise)).or(all.first())?;
    let exercise = suggestion.exercise;
    Some(Next { exercise: exercise.id.clone(), title: exercise.title.clone(), why: suggestion.why.clone() })
}
