//! What is done for a screen: exercises prepared, runs started and ended, files kept.

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::catalog::{Exercise, Pack};
use crate::cli::CliError;
use crate::cli::command::{init, replay, reset, run};
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::config::Color;
use crate::engine::Manner;
use crate::event::Envelope;
use crate::plan::{Plan, Planned};
use crate::report::Reporter;
use crate::session::{self, Setting};
use crate::solution::{self, Attempt};
use crate::watch::files::Files;
use crate::watch::{Effect, Message, State};

/// Where work is done.
pub struct Desk {
    context: Context,
    pack: Arc<Pack>,
    messages: Sender<Message>,
    runtime: Runtime,
    files: Files,
    prepared: Option<Prepared>,
    running: Option<Running>,
    /// What was run last: the same is not run twice.
    last: Option<Attempt>,
}

/// What the exercise at hand runs on.
struct Prepared {
    environments: Arc<Environments>,
    wall: Arc<Raised>,
}

struct Running {
    thread: JoinHandle<()>,
    cancel: CancellationToken,
}

/// Sends what a run tells as messages.
struct Told {
    run: u64,
    messages: Sender<Message>,
}

impl Reporter for Told {
    fn event(&mut self, envelope: &Envelope) -> io::Result<()> {
        let message = Message::Event(self.run, Box::new(envelope.event.clone()));
        self.messages.send(message).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}

/// Tells that a run is over, also when it panics.
struct End {
    run: u64,
    messages: Sender<Message>,
    fault: Option<String>,
}

impl Drop for End {
    fn drop(&mut self) {
        let message = match std::thread::panicking() {
            // The terminal was restored and the panic shown: there is nothing to go on with.
            true => Message::Stop,
            false => Message::Ended(self.run, self.fault.take()),
        };
        let _ = self.messages.send(message);
    }
}

impl Desk {
    /// A desk that sends what happens to `messages`.
    pub fn new(context: Context, pack: Arc<Pack>, messages: Sender<Message>) -> Result<Desk, CliError> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let stop = messages.clone();
        runtime.spawn(async move {
            let cancel = CancellationToken::new();
            run::cancel_on_signals(&cancel);
            cancel.cancelled().await;
            let _ = stop.send(Message::Stop);
        });
        let saved = messages.clone();
        let files = Files::watch(move || drop(saved.send(Message::Saved)));
        Ok(Desk { context, pack, messages, runtime, files, prepared: None, running: None, last: None })
    }

    /// Something to send messages with.
    pub fn messages(&self) -> Sender<Message> {
        self.messages.clone()
    }

    /// Whether the settings ask for colour.
    pub fn color(&self) -> Color {
        self.context.settings.color.value
    }

    /// Whether an exercise can be opened without installing anything.
    pub fn is_ready(&self, at: usize) -> bool {
        Environments::is_ready(&self.context, &self.pack, &self.pack.exercises[at])
    }

    /// The learner's main file of an exercise.
    pub fn file(&self, exercise: &Exercise) -> PathBuf {
        self.folder(exercise).join(exercise.entry())
    }

    fn folder(&self, exercise: &Exercise) -> PathBuf {
        solution::folder(&self.context.settings.solutions.value, exercise)
    }

    fn shown(&self, path: PathBuf) -> String {
        path.strip_prefix(&self.context.current).unwrap_or(&path).display().to_string()
    }

    /// Makes an exercise the one at hand, and runs it. What has to be installed is, and said on standard error.
    pub fn open(&mut self, state: &mut State, at: usize) -> Result<(), CliError> {
        self.end();
        let exercise = self.pack.exercises[at].clone();
        state.opened(at, self.shown(self.file(&exercise)));
        self.last = None;
        init::begin(&self.context.settings.solutions.value, &exercise)?;
        let environments = Environments::prepare(&self.context, &self.pack, std::iter::once(exercise.as_ref()))?;
        let is_same = |prepared: &Prepared| prepared.environments.runtimes() == environments.runtimes();
        let kept = self.prepared.take().filter(is_same);
        let wall = match kept {
            Some(prepared) => prepared.wall,
            None => Arc::new(Raised::new(&self.context, &environments, usize::MAX, false)?),
        };
        self.prepared = Some(Prepared { environments: Arc::new(environments), wall });
        // Before the first run: what is saved from now on is seen.
        self.files.follow(self.folder(&exercise));
        self.start(state, true)
    }

    /// Runs the exercise at hand, in the place of the run that is going on; unless `forced`, only when its files are
    /// others than those of the last run.
    pub fn start(&mut self, state: &mut State, forced: bool) -> Result<(), CliError> {
        if self.prepared.is_none() {
            // What it runs on could not be had when it was opened; perhaps now.
            let at = state.at();
            return self.open(state, at);
        }
        let exercise = state.exercise().clone();
        let attempt = solution::read(&self.folder(&exercise), &exercise, &self.context.current)?;
        if !forced && self.last.as_ref() == Some(&attempt) {
            return Ok(());
        }
        let Some(prepared) = &self.prepared else { return Ok(()) };
        self.last = Some(attempt.clone());
        let number = state.begin();
        let file = Some(self.shown(self.file(&exercise)));
        let cases = (0..exercise.cases.len()).collect();
        let plan = Plan { exercises: vec![Planned { exercise, cases, attempt, file }] };
        let environments = prepared.environments.clone();
        let used = environments.used();
        let manner = Manner {
            slots: self.context.settings.jobs.value.min(plan.case_count().max(1)),
            make: prepared.wall.slots(),
            python: Box::new(move |planned: &Planned| environments.runtime(&planned.exercise)),
            time_factor: self.context.settings.time_factor.value,
        };
        let (wall, pack, ledger) = (prepared.wall.clone(), self.pack.clone(), self.context.ledger());
        let (handle, messages) = (self.runtime.handle().clone(), self.messages.clone());
        let before = self.running.take();
        let cancel = CancellationToken::new();
        let cancelled = cancel.clone();
        if let Some(before) = &before {
            before.cancel.cancel();
        }
        let thread = std::thread::spawn(move || {
            let mut end = End { run: number, messages: messages.clone(), fault: None };
            // Its slots have the numbers that ours are to have.
            if before.is_some_and(|before| before.thread.join().is_err()) {
                end.fault = Some("the run before failed".to_owned());
            }
            let setting = Setting { pack: &pack, ledger: Some(&ledger), python: used, mode: wall.mode() };
            let reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Told { run: number, messages: messages.clone() })];
            handle.block_on(session::run(&plan, manner, setting, reporters, cancelled));
            if let Ok(progress) = ledger.read() {
                let _ = messages.send(Message::Progress(Box::new(progress)));
            }
        });
        self.running = Some(Running { thread, cancel });
        Ok(())
    }

    /// Does what needs no terminal; what is wrong with it is said on the screen. `None` for what is the caller's to do.
    pub fn perform(&mut self, state: &mut State, effect: &Effect) -> Option<()> {
        let done = match effect {
            Effect::Run(forced) => self.start(state, *forced),
            Effect::KeepHint(uid, key) => self.keep(|progress| {
                let hints = &mut progress.help.entry(uid.clone()).or_default().hints;
                if !hints.contains(key) {
                    hints.push(key.clone());
                }
            }),
            Effect::KeepSolution(uid) => self.keep(|progress| {
                let at = format!("{:.3}", jiff::Timestamp::now());
                progress.help.entry(uid.clone()).or_default().solution_at.get_or_insert(at);
            }),
            Effect::Reset => self.reset(state),
            Effect::Replay(case) => self.replay(state, case),
            Effect::Open(_) | Effect::Edit | Effect::Suspend | Effect::Quit => return None,
        };
        if let Err(error) = done {
            state.update(Message::Say(error.message().to_owned()));
        }
        Some(())
    }

    fn keep(&self, change: impl FnOnce(&mut crate::ledger::Progress)) -> Result<(), CliError> {
        self.context.ledger().update(change)?;
        Ok(())
    }

    fn reset(&self, state: &mut State) -> Result<(), CliError> {
        let exercise = state.exercise().clone();
        let said = match reset::reset(&self.folder(&exercise), &exercise)? {
            Some(kept) => format!("The starter is back; what you wrote is in {}", self.shown(kept)),
            None => "It is the starter already.".to_owned(),
        };
        state.update(Message::Say(said));
        Ok(())
    }

    fn replay(&self, state: &mut State, case: &str) -> Result<(), CliError> {
        let exercise = state.exercise().clone();
        let index = replay::visible(&exercise, case)?;
        let made = replay::make(&self.context, &self.pack, &exercise, index, None, replay::Way::default())?;
        let said = format!("{} runs it by hand, with no wall; README.md there tells how", self.shown(made.folder));
        state.update(Message::Say(said));
        Ok(())
    }

    /// Opens the learner's file in their editor and waits for it. `false` when none is set.
    pub fn edit(&self, exercise: &Exercise) -> Result<bool, CliError> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let Some(editor) = set("VISUAL").or_else(|| set("EDITOR")) else { return Ok(false) };
        // The variable may hold arguments and quotes: it is a piece of shell, as everywhere.
        let script = format!("{editor} \"$1\"");
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script).arg("sh").arg(self.file(exercise)).current_dir(&self.context.current);
        command.status()?;
        Ok(true)
    }

    /// Ends the run that is going on and waits until nothing of it is left.
    pub fn end(&mut self) {
        if let Some(running) = self.running.take() {
            running.cancel.cancel();
            // A panic in there was shown when it happened.
            let _ = running.thread.join();
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.end();
    }
}
