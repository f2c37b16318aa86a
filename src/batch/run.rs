//! Runs students' exercises, several at once, and makes a record of each.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::court::{self, First, HOPELESS, Ruling};
use super::{CaseRecord, Cause, Flag, Grade, Key, Points, Record, Runs};
use crate::catalog::Exercise;
use crate::engine::{self, MakeSlot, Slot, Task};
use crate::event::CaseFinished;
use crate::model::{Channel, DifferenceKind, StudentId, Verdict, WorkFile};
use crate::report::case::{self, Amount};

/// Columns of what a student is told.
const WIDTH: usize = 88;

/// A student's exercise that is to be run.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Whose.
    pub student: StudentId,
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// What was handed in.
    pub solution: Arc<[WorkFile]>,
    /// What the verdict will depend on.
    pub key: Key,
    /// Time limits are multiplied with this.
    pub time_factor: f64,
    /// What the same files had when they were graded before, if they were.
    pub before: Option<Points>,
}

/// A unit with its verdict.
#[derive(Debug)]
pub struct Graded {
    /// What the journal keeps.
    pub record: Record,
    /// Its cases, as a run tells them.
    pub cases: Vec<CaseFinished>,
}

/// What is to be run, read only when its turn has come. An error ends the batch, which can be resumed.
pub type Units = dyn Iterator<Item = io::Result<Unit>> + Send;

/// Finds an exercise's interpreter, and the modules that a warm one has loaded.
pub type FindPython = dyn Fn(&Exercise) -> (PathBuf, Arc<[String]>) + Send + Sync;

/// Runs `units` on `slots` slots at once, each unit on one of them from its first case to its last. They arrive at `done`
/// as they end. When `cancel` fires, what is running is killed and nothing more starts.
pub async fn grade(
    units: Box<Units>,
    slots: usize,
    make: Arc<MakeSlot>,
    python: Arc<FindPython>,
    done: mpsc::Sender<io::Result<Graded>>,
    cancel: CancellationToken,
) {
    let units = Arc::new(Mutex::new(units));
    let mut workers = tokio::task::JoinSet::new();
    for number in 0..slots {
        let (units, make, python) = (units.clone(), make.clone(), python.clone());
        let (done, cancel) = (done.clone(), cancel.clone());
        workers.spawn(async move {
            let mut slot = Slot::new(number, make);
            loop {
                // Reading a submission takes a moment; a lock is held no longer than that.
                let units = units.clone();
                let next = move || units.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Ok(Some(unit)) = tokio::task::spawn_blocking(next).await else { break };
                let graded = match unit {
                    Ok(unit) => tokio::select! {
                        biased;
                        () = cancel.cancelled() => break,
                        graded = hear(&unit, &mut slot, &*python) => Ok(graded),
                    },
                    Err(error) => Err(error),
                };
                if done.send(graded).await.is_err() {
                    break;
                }
            }
            slot.close().await;
        });
    }
    while workers.join_next().await.is_some() {}
}

/// Runs a unit's cases, those again of which one run does not say enough, and sums up.
async fn hear(unit: &Unit, slot: &mut Slot, python: &FindPython) -> Graded {
    let exercise = &unit.exercise;
    let (python, preload) = python(exercise);
    let task = |case| Task {
        exercise: exercise.clone(),
        case,
        solution: unit.solution.clone(),
        python: python.clone(),
        preload: preload.clone(),
        hash_seed: 0,
        time_factor: unit.time_factor,
        most_output: None,
    };
    // What a case put out may be much; no more than is told of it is kept until the last.
    let mut cases: Vec<CaseFinished> = Vec::new();
    let mut firsts: Vec<First> = Vec::new();
    for case in 0..exercise.cases.len() {
        let outcome = match court::is_hopeless(&firsts) {
            true => engine::not_reached(case, &format!("the first {HOPELESS} cases all ran out of time")),
            false => slot.run(case, &task(case)).await,
        };
        let close = outcome.facts.as_ref().is_some_and(|facts| court::is_close(&facts.usage, &task(case).limits()));
        firsts.push(First { verdict: outcome.judgement.verdict, close });
        cases.push(engine::case_finished(exercise, case, outcome));
    }
    let mut rulings: Vec<(Grade, Runs)> =
        firsts.iter().map(|first| (Grade::Stable(first.verdict), Runs::default())).collect();
    let mut to_hear = court::to_hear(&firsts);
    let mut at = 0;
    while let Some(&case) = to_hear.get(at) {
        at += 1;
        let mut runs = vec![firsts[case].verdict];
        loop {
            let again = slot.run(case, &task(case)).await;
            runs.push(again.judgement.verdict);
            if let Ruling::Grade(grade, counts) = court::rule(&runs) {
                rulings[case] = (grade, counts);
                break;
            }
        }
        // One that did not really loop: then perhaps none did.
        if firsts[case].verdict == Verdict::TimedOut && rulings[case].0 != Grade::Stable(Verdict::TimedOut) {
            let others = (0..firsts.len()).filter(|other| firsts[*other].verdict == Verdict::TimedOut);
            let others: Vec<usize> = others.filter(|other| !to_hear.contains(other)).collect();
            to_hear.extend(others);
        }
    }
    sum_up(unit, cases, &firsts, rulings)
}

fn sum_up(unit: &Unit, cases: Vec<CaseFinished>, firsts: &[First], rulings: Vec<(Grade, Runs)>) -> Graded {
    let exercise = &unit.exercise;
    let records: Vec<CaseRecord> = cases.iter().zip(rulings).map(|(case, ruling)| case_record(case, ruling)).collect();
    let passed: BTreeSet<usize> =
        records.iter().enumerate().filter(|(_, case)| case.is_passed()).map(|(index, _)| index).collect();
    let points = Points::whole(exercise.points(&passed));
    let named = |wanted: &dyn Fn(usize, &CaseRecord) -> bool| -> Vec<_> {
        let all = records.iter().enumerate().filter(|(index, case)| wanted(*index, case));
        all.map(|(_, case)| case.case.clone()).collect()
    };
    let mut flags = Vec::new();
    let unstable = named(&|_, case| case.verdict == Grade::UNSTABLE);
    if !unstable.is_empty() {
        flags.push(Flag::Unstable { cases: unstable });
    }
    let near = named(&|index, case| case.verdict == Grade::Stable(Verdict::Passed) && firsts[index].close);
    if !near.is_empty() {
        flags.push(Flag::NearLimit { cases: near });
    }
    let verdict = worst(records.iter().map(|case| case.verdict));
    if let Some(before) = unit.before.filter(|before| verdict.counts() && *before > points) {
        flags.push(Flag::Lowered { before });
    }
    let record = Record {
        student: unit.student.clone(),
        exercise: exercise.id.clone(),
        verdict,
        passed: passed.len(),
        total: records.len(),
        points,
        max_points: Points::whole(exercise.max_points()),
        reason: None,
        flags,
        cases: records,
        key: unit.key.clone(),
    };
    Graded { record, cases }
}

/// The verdict on an exercise: a fault of ours before all, then what is unstable, then the worst.
fn worst(cases: impl Iterator<Item = Grade>) -> Grade {
    let rank = |grade: &Grade| match grade {
        Grade::Stable(verdict) if verdict.counts() => (0, *verdict),
        Grade::Unstable(_) => (1, Verdict::Passed),
        Grade::Stable(verdict) => (2, *verdict),
    };
    cases.max_by_key(rank).unwrap_or(Grade::Stable(Verdict::NotAttempted))
}

fn case_record(case: &CaseFinished, (verdict, runs): (Grade, Runs)) -> CaseRecord {
    let is_passed = verdict == Grade::Stable(Verdict::Passed);
    let told = match (is_passed, case.hidden) {
        (true, _) => String::new(),
        (false, true) => format!("{}; this case is hidden", verdict.words()),
        (false, false) => cut(case::text(case, WIDTH, Amount::SHORT)),
    };
    CaseRecord {
        case: case.case.clone(),
        verdict,
        runs,
        wall_ms: case.wall_ms,
        cpu_ms: case.cpu_ms,
        memory_bytes: case.memory_bytes,
        cause: (!is_passed).then(|| cause(case, verdict)),
        told,
    }
}

/// At most [`CaseRecord::MOST_TOLD`] bytes, whole lines if there are any.
fn cut(mut text: String) -> String {
    if text.len() > CaseRecord::MOST_TOLD {
        let most = (0..=CaseRecord::MOST_TOLD - 4).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let end = text[..most].rfind('\n').unwrap_or(most);
        text.truncate(end);
        text.push_str("\n…");
    }
    text
}

/// Why a case failed: the exception and where it came from, or the first difference without the places in a list.
fn cause(case: &CaseFinished, verdict: Grade) -> Cause {
    let label = if case.hidden || verdict == Grade::UNSTABLE {
        verdict.words().to_owned()
    } else if let (Verdict::Crashed, None, Some(reason)) = (case.verdict, &case.exception, &case.reason) {
        reason.clone()
    } else if let Some(exception) = &case.exception {
        let place = exception.frames.last().map(|frame| format!(" in {}", frame.function)).unwrap_or_default();
        format!("{}{place}", exception.class)
    } else if let Some(first) = case.differences.first() {
        let what = match &first.channel {
            Channel::Stdout => "standard output".to_owned(),
            Channel::Exit => "exit code".to_owned(),
            Channel::Returned => "returned value".to_owned(),
            Channel::Raised => "exception".to_owned(),
            Channel::Argument(name) => format!("argument {name}"),
            Channel::File(path) => format!("file {path}"),
            Channel::Requests(_) => "requests".to_owned(),
            Channel::Reply(_) => "replies".to_owned(),
            Channel::Speed => "speed".to_owned(),
        };
        if let (DifferenceKind::Finding, Some(told)) = (first.kind, &first.actual) {
            let rule = told.split(' ').next().unwrap_or_default();
            return Cause { label: crate::report::escape::visible(&format!("finding: {rule}")), hidden: case.hidden };
        }
        let kind = serde_json::to_value(first.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
        let is_index = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let path: Vec<&str> = first.path.split('/').map(|part| if is_index(&part) { "*" } else { part }).collect();
        let place = if first.path.is_empty() { String::new() } else { format!(" at {}", path.join("/")) };
        format!("{what}: {}{place}", kind.unwrap_or_default())
    } else {
        verdict.words().to_owned()
    };
    let label: String = label.chars().take(160).collect();
    Cause { label: crate::report::escape::visible(&label), hidden: case.hidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ours_comes_before_all_and_unstable_before_the_worst() {
        let stable = Grade::Stable;
        assert_eq!(worst([stable(Verdict::Passed), stable(Verdict::Failed)].into_iter()), stable(Verdict::Failed));
        assert_eq!(worst([Grade::UNSTABLE, stable(Verdict::TimedOut)].into_iter()), Grade::UNSTABLE);
        assert_eq!(
            worst([Grade::UNSTABLE, stable(Verdict::MachineError), stable(Verdict::Passed)].into_iter()),
            stable(Verdict::MachineError)
        );
        assert_eq!(worst([].into_iter()), stable(Verdict::NotAttempted));
    }

    #[test]
    fn what_is_told_is_bounded() {
        let long = "ä line\n".repeat(2000);
        let cut = cut(long);
        assert!(cut.len() <= CaseRecord::MOST_TOLD && cut.ends_with("line\n…"), "{}", cut.len());
    }
}
