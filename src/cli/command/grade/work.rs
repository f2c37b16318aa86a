//! Runs what has to be run, keeps every record the moment it is known, and tells how far it is.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::batch::exam::{Exam, Todo};
use crate::batch::journal::Journal;
use crate::batch::run::{FindPython, Graded, Unit, Units, grade};
use crate::batch::{CaseRecord, Grade, Points, Record};
use crate::cli::command::run::cancel_on_signals;
use crate::cli::wall::Raised;
use crate::cli::{CliError, ui};
use crate::event::{Envelope, Event, ExerciseFinished, SCHEMA};
use crate::explain;
use crate::model::{CaseId, StudentId, Verdict};
use crate::report::jsonl;

/// How a batch speaks while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// A bar on a terminal, a line now and then elsewhere; on standard error.
    Plain,
    /// Nothing but errors.
    Quiet,
    /// Events on standard output.
    Json,
}

/// Without a terminal, a line so often.
const EVERY: Duration = Duration::from_secs(30);

/// Tells what is done, left and failing.
struct Progress {
    voice: Voice,
    bar: ProgressBar,
    is_terminal: bool,
    start: Instant,
    told: Instant,
    total: usize,
    done: usize,
    not_passed: usize,
}

impl Progress {
    fn new(voice: Voice, total: usize) -> Progress {
        let is_terminal = io::stderr().is_terminal();
        let target = match voice == Voice::Plain && is_terminal {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} · {per_sec} · {eta} left · {msg}") {
            bar.set_style(style.progress_chars("#>-"));
        }
        let now = Instant::now();
        Progress { voice, bar, is_terminal, start: now, told: now, total, done: 0, not_passed: 0 }
    }

    fn count(&mut self, record: &Record) {
        self.done += 1;
        self.not_passed += usize::from(record.verdict != Grade::Stable(Verdict::Passed));
        self.bar.set_message(format!("{} not passed", self.not_passed));
        self.bar.set_position(self.done as u64);
        if self.voice == Voice::Plain && !self.is_terminal && self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            let rate = self.done as f64 / self.start.elapsed().as_secs_f64();
            let left = Duration::from_secs_f64((self.total - self.done.min(self.total)) as f64 / rate.max(1e-3));
            ui::say(&format!(
                "{} of {} done, {rate:.1} a second, about {} s left, {} not passed",
                self.done,
                self.total,
                left.as_secs(),
                self.not_passed
            ));
        }
    }
}

/// Writes events with the student that each is about.
pub struct Events {
    out: io::Stdout,
    seq: u64,
    start: Instant,
    is_on: bool,
}

impl Events {
    /// Events on standard output, if the voice is theirs.
    pub fn new(voice: Voice) -> Events {
        Events { out: io::stdout(), seq: 0, start: Instant::now(), is_on: voice == Voice::Json }
    }

    /// Writes an event. `more` goes into it, in the place of fields of the same names.
    pub fn send(&mut self, student: Option<&StudentId>, event: Event, more: &[(&str, Value)]) -> io::Result<()> {
        if !self.is_on {
            return Ok(());
        }
        let at = format!("{:.3}", jiff::Timestamp::now());
        let elapsed_ms = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut value = serde_json::to_value(Envelope { schema: SCHEMA, seq: self.seq, at, elapsed_ms, event })?;
        self.seq += 1;
        if let Some(student) = student {
            value["student"] = json!(student);
        }
        for (name, with) in more {
            value[*name] = with.clone();
        }
        let mut line = jsonl::line(&value)?;
        line.push('\n');
        self.out.write_all(line.as_bytes())?;
        self.out.flush()
    }

    /// Writes how a student's exercise came out.
    pub fn finished(&mut self, exam: &Exam, record: &Record) -> io::Result<()> {
        let question = exam.questions.iter().find(|question| question.exercise.id == record.exercise);
        let Some(question) = question.filter(|_| self.is_on) else { return Ok(()) };
        let whole = |points: Points| u32::try_from(points.in_hundredths() / 100).unwrap_or(u32::MAX);
        let finished = ExerciseFinished {
            exercise: record.exercise.clone(),
            uid: question.exercise.uid.clone(),
            title: question.exercise.title.clone(),
            verdict: match record.verdict {
                Grade::Stable(verdict) => verdict,
                Grade::Unstable(_) => Verdict::Failed,
            },
            passed: record.passed,
            total: record.total,
            partial: false,
            points: whole(record.points),
            max_points: whole(record.max_points),
            reason: record.reason.clone(),
            explanation: explain::known_mistake(&question.exercise, &verdicts(record)).map(str::to_owned),
            file: None,
        };
        let more = [("verdict", json!(record.verdict.id())), ("flags", json!(record.flags))];
        self.send(Some(&record.student), Event::ExerciseFinished(finished), &more)
    }
}

/// The verdicts on the cases of a record that are not in doubt.
fn verdicts(record: &Record) -> Vec<(CaseId, Verdict)> {
    let stable = |case: &CaseRecord| match case.verdict {
        Grade::Stable(verdict) => Some((case.case.clone(), verdict)),
        Grade::Unstable(_) => None,
    };
    record.cases.iter().filter_map(stable).collect()
}

/// What a batch is run with.
#[derive(Clone, Copy)]
pub struct Crew<'a> {
    /// The class and its questions.
    pub exam: &'a Arc<Exam>,
    /// The wall.
    pub wall: &'a Raised,
    /// Finds an exercise's interpreter.
    pub python: &'a Arc<FindPython>,
    /// How many cases at once.
    pub jobs: usize,
}

/// How the running ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// All that was to be run was.
    Done,
    /// Somebody said stop; what is known is in the journal.
    Interrupted,
}

/// Runs `todo`. A student's exercise at which the machine failed is run once more, after all others.
pub fn run(
    crew: &Crew<'_>,
    todo: &[Todo],
    journal: &mut Journal,
    voice: Voice,
    events: &mut Events,
) -> Result<Ended, CliError> {
    let Crew { exam, wall, python, jobs } = *crew;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let cancel = CancellationToken::new();
        cancel_on_signals(&cancel);
        let mut progress = Progress::new(voice, todo.len());
        let mut faulty = Vec::new();
        let mut todo = todo.to_vec();
        for is_last in [false, true] {
            let by_name: BTreeMap<_, _> = todo
                .iter()
                .map(|one| {
                    let question = &exam.questions[one.question].exercise.id;
                    ((exam.entrants[one.entrant].info.id.clone(), question.clone()), one.clone())
                })
                .collect();
            let (done, mut arriving) = mpsc::channel(64);
            let units = units(exam, todo, journal);
            let running = tokio::spawn(grade(units, jobs, wall.slots(), python.clone(), done, cancel.clone()));
            while let Some(first) = arriving.recv().await {
                // What has arrived meanwhile shares one trip to the disk.
                let mut graded = vec![first?];
                while let Ok(next) = arriving.try_recv() {
                    graded.push(next?);
                }
                let is_fault = |graded: &Graded| graded.record.verdict == Grade::Stable(Verdict::MachineError);
                let (again, kept): (Vec<_>, Vec<_>) = graded.into_iter().partition(|one| !is_last && is_fault(one));
                for one in again {
                    faulty.extend(by_name.get(&(one.record.student, one.record.exercise)).cloned());
                }
                let records: Vec<Record> = kept.iter().map(|one| one.record.clone()).collect();
                journal.keep(&records)?;
                for one in kept {
                    progress.count(&one.record);
                    for case in one.cases {
                        events.send(Some(&one.record.student), Event::CaseFinished(Box::new(case)), &[])?;
                    }
                    events.finished(exam, &one.record)?;
                }
            }
            let _ = running.await;
            todo = std::mem::take(&mut faulty);
            if todo.is_empty() || cancel.is_cancelled() {
                break;
            }
        }
        progress.bar.finish_and_clear();
        Ok(if cancel.is_cancelled() { Ended::Interrupted } else { Ended::Done })
    })
}

/// The units of `todo`, each read when its turn has come.
fn units(exam: &Arc<Exam>, todo: Vec<Todo>, journal: &Journal) -> Box<Units> {
    let before: Vec<_> = todo.iter().map(|one| kept(exam, one, journal)).collect();
    let exam = exam.clone();
    let unit = move |(one, before): (Todo, Option<(String, Points)>)| {
        let unit = exam.unit(&one).transpose()?;
        Some(unit.map(|unit| {
            // Only the same files can have lost points.
            let before = before.filter(|(submission, _)| *submission == unit.key.submission);
            Unit { before: before.map(|(_, points)| points), ..unit }
        }))
    };
    Box::new(todo.into_iter().zip(before).filter_map(unit))
}

fn kept(exam: &Exam, todo: &Todo, journal: &Journal) -> Option<(String, Points)> {
    let student = &exam.entrants[todo.entrant].info.id;
    let kept = journal.kept(student, &exam.questions[todo.question].exercise.id)?;
    kept.is_scored.then(|| (kept.submission.clone(), kept.points))
}
