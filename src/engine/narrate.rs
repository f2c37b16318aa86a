//! Tells a run of a plan as events, in the order of the plan.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{MakeSlot, Outcome, Task, execute};
use crate::catalog::Exercise;
use crate::event::{
    CaseFinished, EndShown, Event, ExceptionShown, ExerciseFinished, ExerciseStarted, Notice, RequestShown, SeenShown,
    StepShown,
};
use crate::explain;
use crate::model::{End, Facts, Request, Transcript, Verdict, most_at_once};
use crate::plan::{Plan, Planned};
use crate::solution::Attempt;

/// Finds the interpreter for an exercise of a plan, and the modules that a warm one has loaded.
pub type FindPython = dyn Fn(&Planned) -> (PathBuf, Arc<[String]>) + Send + Sync;

/// How a plan is run.
pub struct Manner {
    /// How many cases at once.
    pub slots: usize,
    /// Makes a slot.
    pub make: Arc<MakeSlot>,
    /// Finds the interpreter for an exercise of the plan, and what of it is loaded in a warm one.
    pub python: Box<FindPython>,
    /// Time limits are multiplied with this.
    pub time_factor: f64,
}

/// Runs `plan` and sends its events, from `exercise_started` to `exercise_finished`, exercise by exercise.
pub async fn narrate(plan: &Plan, manner: Manner, events: mpsc::Sender<Event>, cancel: CancellationToken) {
    let mut tasks = Vec::new();
    for planned in &plan.exercises {
        let Attempt::Solution(solution) = &planned.attempt else { continue };
        let (python, preload) = (manner.python)(planned);
        tasks.extend(planned.cases.iter().map(|&case| Task {
            exercise: planned.exercise.clone(),
            case,
            solution: solution.clone(),
            python: python.clone(),
            preload: preload.clone(),
            hash_seed: 0,
            time_factor: manner.time_factor,
            most_output: None,
        }));
    }
    let (done, mut outcomes) = mpsc::channel(manner.slots.max(1) * 4);
    let running = tokio::spawn(execute(tasks.into(), manner.slots, manner.make, done, cancel.clone()));
    let told = tell(plan, &mut outcomes, &events).await;
    if told.is_none() {
        cancel.cancel();
    }
    drop(outcomes);
    // The slots are closed when this returns: nothing of the run is left behind. A panic in there was a fault of ours
    // that has cost its outcomes; the missing ones are told by the caller's count.
    let _ = running.await;
}

/// `None` when nobody listens any more or the run was cut short.
async fn tell(plan: &Plan, outcomes: &mut mpsc::Receiver<Outcome>, events: &mpsc::Sender<Event>) -> Option<()> {
    // Each reason is told once.
    let mut reasons = HashSet::new();
    for planned in &plan.exercises {
        let exercise = &planned.exercise;
        let started = ExerciseStarted {
            exercise: exercise.id.clone(),
            title: exercise.title.clone(),
            cases: planned.cases.len(),
        };
        events.send(Event::ExerciseStarted(started)).await.ok()?;
        let mut finished = ExerciseFinished {
            exercise: exercise.id.clone(),
            uid: exercise.uid.clone(),
            title: exercise.title.clone(),
            verdict: Verdict::Passed,
            passed: 0,
            total: planned.cases.len(),
            partial: planned.is_partial(),
            points: 0,
            max_points: planned
                .cases
                .iter()
                .filter_map(|&index| exercise.cases.get(index))
                .map(|case| case.weight)
                .sum(),
            reason: None,
            explanation: None,
            file: planned.file.clone(),
        };
        match &planned.attempt {
            Attempt::NotAttempted(why) => {
                finished.verdict = Verdict::NotAttempted;
                finished.reason = Some(why.clone());
            }
            Attempt::Solution(_) => {
                let mut passed = BTreeSet::new();
                let mut verdicts = Vec::new();
                for &case in &planned.cases {
                    let outcome = outcomes.recv().await?;
                    let why = outcome.facts.as_ref().and_then(|facts| facts.cold_because.as_ref());
                    if let Some(why) = why.filter(|why| reasons.insert((*why).clone())) {
                        let text = format!("no warm interpreter, so cases start cold: {why}");
                        events.send(Event::Notice(Notice { text })).await.ok()?;
                    }
                    let told = case_finished(&planned.exercise, case, outcome);
                    finished.verdict = finished.verdict.max(told.verdict);
                    verdicts.push((told.case.clone(), told.verdict));
                    if told.verdict == Verdict::Passed {
                        finished.passed += 1;
                        passed.insert(case);
                    }
                    events.send(Event::CaseFinished(Box::new(told))).await.ok()?;
                }
                finished.points = exercise.points(&passed);
                finished.explanation = explain::known_mistake(exercise, &verdicts).map(str::to_owned);
            }
        }
        events.send(Event::ExerciseFinished(finished)).await.ok()?;
    }
    Some(())
}

/// The event of a case. Of a hidden one it tells the verdict and nothing of what went in or out.
pub fn case_finished(exercise: &Exercise, index: usize, outcome: Outcome) -> CaseFinished {
    let case = &exercise.cases[index];
    let usage = outcome.facts.as_ref().map(|facts| facts.usage).unwrap_or_default();
    let judgement = outcome.judgement;
    let passed = judgement.verdict == Verdict::Passed;
    let millis = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
    let mut told = CaseFinished {
        exercise: exercise.id.clone(),
        case: case.id.clone(),
        purpose: case.purpose.clone(),
        verdict: judgement.verdict,
        hidden: case.hidden,
        weight: case.weight,
        wall_ms: millis(usage.wall),
        cpu_ms: millis(usage.cpu),
        memory_bytes: usage.memory,
        warm: outcome.facts.as_ref().is_some_and(|facts| facts.warm),
        reason: judgement.reason,
        explanation: None,
        input: Vec::new(),
        steps: Vec::new(),
        differences: Vec::new(),
        differences_total: 0,
        exception: None,
        seen: None,
        stdout: String::new(),
        stderr: String::new(),
        output_cut: false,
    };
    if case.hidden {
        return told;
    }
    if !passed {
        told.input = case.kind.shown();
    }
    told.steps = steps(&case.kind.steps(), judgement.verdict, judgement.reached);
    told.differences_total = judgement.comparison.total;
    told.differences = judgement.comparison.differences;
    if let Some(facts) = &outcome.facts {
        told.seen = case.kind.has_world().then(|| seen(&facts.transcript));
        let (stdout, stdout_cut) = shown(&facts.stdout.bytes, facts);
        let (stderr, stderr_cut) = shown(&facts.stderr.bytes, facts);
        told.output_cut = stdout_cut || stderr_cut || facts.stdout.truncated || facts.stderr.truncated;
        // What looks at files prints for us. Only why it could not look is for people.
        let is_ours = !case.kind.runs_solution();
        told.stdout = if is_ours { String::new() } else { stdout };
        told.stderr = if is_ours && told.verdict != Verdict::ExerciseError { String::new() } else { stderr };
        told.exception = judgement
            .exception
            .map(|exception| ExceptionShown { message: without_folder(&exception.message, facts), ..exception });
    }
    told.explanation = explain::explain(&told);
    told
}

/// What became of each step of a case with this verdict, which came to step `reached`.
fn steps(all: &[&str], verdict: Verdict, reached: Option<usize>) -> Vec<StepShown> {
    let of = |index: usize| match (verdict, reached) {
        (Verdict::Passed, _) => Verdict::Passed,
        (_, Some(reached)) if index < reached => Verdict::Passed,
        (_, Some(reached)) if index == reached => verdict,
        _ => Verdict::NotReached,
    };
    let step = |(index, text): (usize, &&str)| StepShown { text: (*text).to_owned(), verdict: of(index) };
    all.iter().enumerate().map(step).collect()
}

/// What a world saw, for people.
fn seen(transcript: &Transcript) -> SeenShown {
    let first = transcript.requests.first().map(|request| request.begun).unwrap_or_default();
    let millis = |time: Duration| (time.saturating_sub(first).as_secs_f64() * 1e4).round() / 1e1;
    let shown = |request: &Request| RequestShown {
        method: request.method.chars().take(20).collect(),
        path: request.path.chars().take(200).collect(),
        status: request.status,
        end: match request.end {
            End::Answered => EndShown::Answered,
            End::Broken => EndShown::Broken,
            End::Cancelled => EndShown::Cancelled,
        },
        begun_ms: millis(request.begun),
        ended_ms: millis(request.ended),
    };
    SeenShown {
        requests: transcript.requests.iter().take(SeenShown::MOST).map(shown).collect(),
        requests_total: transcript.requests.len() as u64 + transcript.unrecorded,
        at_once: most_at_once(transcript.requests.iter()),
        connections: transcript.connections,
    }
}

/// The start of an output as text, and whether there is more.
fn shown(bytes: &[u8], facts: &Facts) -> (String, bool) {
    let cut = bytes.len() > CaseFinished::MOST_OUTPUT;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(CaseFinished::MOST_OUTPUT)]);
    (without_folder(&text, facts), cut)
}

/// Text without the temporary folder of its case, which is another one in each run and means nothing to a learner.
fn without_folder(text: &str, facts: &Facts) -> String {
    let mut text = text.to_owned();
    for folder in ["solution/", "work/", ""] {
        text = text.replace(&format!("{}/{folder}", facts.folder), "");
    }
    text
}
