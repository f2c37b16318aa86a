//! What the screen shows, and what a message does to it.

use std::sync::Arc;

use crate::catalog::{Exercise, Pack, Role};
use crate::coach;
use crate::event::{CaseFinished, Event, ExerciseFinished};
use crate::ledger::{Failure, Progress};
use crate::model::Verdict;

/// A key that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Char(char),
    /// An arrow.
    Up,
    /// An arrow.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the start.
    Home,
    /// To the end.
    End,
    /// Take it.
    Enter,
    /// Leave it.
    Escape,
    /// Take the last character back.
    Backspace,
    /// The next one.
    Tab,
    /// The one before.
    BackTab,
    /// Control and C.
    Interrupt,
    /// Control and Z.
    Suspend,
}

/// Something that happened.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// The run of this number tells something.
    Event(u64, Box<Event>),
    /// The run of this number is over, with a fault of ours or without.
    Ended(u64, Option<String>),
    /// The solution's files are others than before.
    Saved,
    /// Progress as it is now.
    Progress(Box<Progress>),
    /// Something worth a line.
    Say(String),
    /// Open the first exercise that matches this.
    Find(String),
    /// The screen has another size.
    Resized,
    /// Somebody wants us to end.
    Stop,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Show this exercise from now on: prepare it, look at its files, run it.
    Open(usize),
    /// Run the exercise at hand; with `true` also when nothing in it changed.
    Run(bool),
    /// Keep that a hint was given: the exercise's uid, the hint's key.
    KeepHint(String, String),
    /// Keep that the author's solution was shown: the exercise's uid.
    KeepSolution(String),
    /// Open the solution in an editor.
    Edit,
    /// Put the starter back.
    Reset,
    /// Make a folder that runs this case by hand.
    Replay(String),
    /// Give the terminal back for a while.
    Suspend,
    /// End.
    Quit,
}

/// What the largest part of the screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// How the last run went.
    Results,
    /// What the exercise asks for.
    Statement,
    /// The hints that were given.
    Hints,
    /// The author's solution.
    Solution,
    /// All exercises that match what was typed, with one of them chosen.
    List {
        /// What was typed.
        typed: String,
        /// The chosen one, by its place among those that match.
        chosen: usize,
    },
    /// What the keys do.
    Help,
}

/// Where the run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// None was started yet, or none is running.
    Still,
    /// It runs.
    Running,
}

/// All of the screen.
#[derive(Debug)]
pub struct State {
    pub(super) pack: Arc<Pack>,
    /// The exercises to go through, by their place in the pack.
    pub(super) selection: Vec<usize>,
    pub(super) role: Option<Role>,
    pub(super) progress: Progress,
    /// The exercise at hand, by its place in the pack.
    pub(super) at: usize,
    /// The learner's file, as it is called in messages.
    pub(super) file: String,
    /// The number of the run whose events count.
    run: u64,
    pub(super) phase: Phase,
    /// Cases of the run, as far as they are known.
    pub(super) cases: Vec<CaseFinished>,
    /// Cases that the run has.
    pub(super) total: usize,
    pub(super) finished: Option<ExerciseFinished>,
    /// How long the last run took, in milliseconds.
    pub(super) took: Option<f64>,
    pub(super) view: View,
    /// Lines that are above the part that is seen.
    pub(super) scroll: usize,
    /// The failing case that is told in full.
    pub(super) chosen: usize,
    /// A line for the learner, until the next key.
    pub(super) said: Option<String>,
    /// Whether the next key answers if the starter is to be put back.
    pub(super) asks: bool,
}

impl State {
    /// The screen before anything happened, with the exercise to begin with.
    pub fn new(pack: Arc<Pack>, selection: Vec<usize>, role: Option<Role>, progress: Progress) -> State {
        let mut state = State {
            pack,
            selection,
            role,
            progress,
            at: 0,
            file: String::new(),
            run: 0,
            phase: Phase::Still,
            cases: Vec::new(),
            total: 0,
            finished: None,
            took: None,
            view: View::Results,
            scroll: 0,
            chosen: 0,
            said: None,
            asks: false,
        };
        state.at = state.suggested().map(|(at, _)| at).or(state.selection.first().copied()).unwrap_or(0);
        state
    }

    /// The exercise at hand.
    pub fn exercise(&self) -> &Arc<Exercise> {
        &self.pack.exercises[self.at.min(self.pack.exercises.len() - 1)]
    }

    /// Its place in the pack.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Begins with an exercise: nothing is known of it yet. Names the file that the learner writes.
    pub fn opened(&mut self, at: usize, file: String) {
        self.at = at;
        self.file = file;
        self.view = View::Results;
        self.scroll = 0;
        self.forget();
    }

    /// What is shown.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What is to be said, which is said then.
    pub fn take_said(&mut self) -> Option<String> {
        self.said.take()
    }

    /// Begins a run and gives its number; what earlier ones tell counts no more.
    pub fn begin(&mut self) -> u64 {
        self.run += 1;
        self.phase = Phase::Running;
        self.run
    }

    /// What a message does, and what is to be done then.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Key(key) => return self.key(key),
            Message::Find(text) => {
                if let Some(&at) = self.matching(&text).first() {
                    return vec![Effect::Open(at)];
                }
                self.said = Some(format!("No exercise matches {text}."));
            }
            Message::Saved => return vec![Effect::Run(false)],
            Message::Stop => return vec![Effect::Quit],
            Message::Say(text) => self.said = Some(text),
            Message::Progress(progress) => self.progress = *progress,
            Message::Event(run, event) if run == self.run => self.event(*event),
            Message::Ended(run, fault) if run == self.run => {
                self.phase = Phase::Still;
                self.said = fault.or(self.said.take());
            }
            Message::Resized | Message::Event(..) | Message::Ended(..) => {}
        }
        Vec::new()
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::ExerciseStarted(started) => {
                self.forget();
                self.phase = Phase::Running;
                self.total = started.cases;
                // Whoever saves wants to see what came of it.
                if !matches!(self.view, View::List { .. }) {
                    self.view = View::Results;
                }
            }
            Event::CaseFinished(case) => self.cases.push(*case),
            Event::ExerciseFinished(done) => self.finished = Some(done),
            Event::RunFinished(run) => self.took = Some(run.wall_ms),
            Event::Notice(notice) => self.said = Some(notice.text),
            Event::RunStarted(_) | Event::TierFinished(_) => {}
        }
    }

    /// Forgets the results at hand.
    fn forget(&mut self) {
        self.cases.clear();
        self.total = 0;
        self.finished = None;
        self.took = None;
        self.chosen = 0;
        if self.view == View::Results {
            self.scroll = 0;
        }
    }

    /// The cases that did not pass, those first that tell something.
    pub(super) fn failing(&self) -> Vec<&CaseFinished> {
        let wrong = |case: &&CaseFinished| !matches!(case.verdict, Verdict::Passed | Verdict::NotReached);
        self.cases.iter().filter(wrong).collect()
    }

    /// What failed: in this run, or in the last one that was kept.
    fn failures(&self) -> Vec<Failure> {
        if !self.cases.is_empty() {
            return self.cases.iter().filter_map(Failure::of).collect();
        }
        let standing = self.progress.standing(self.exercise().uid.as_str());
        standing.map(|standing| standing.failures.clone()).unwrap_or_default()
    }

    /// Whether every case of the exercise at hand passes.
    pub(super) fn is_passed(&self) -> bool {
        self.finished.as_ref().is_some_and(|done| done.verdict == Verdict::Passed)
    }

    /// The exercise to do next and why, of those to go through; never the one at hand when it is passed.
    pub(super) fn suggested(&self) -> Option<(usize, String)> {
        let place = |exercise: &Exercise| self.pack.exercises.iter().position(|one| one.id == exercise.id);
        let suggestions = coach::suggestions(&self.pack, &self.progress, self.role);
        let mut places = suggestions.into_iter().filter_map(|one| Some((place(one.exercise)?, one.why)));
        places.find(|(at, _)| self.selection.contains(at) && !(self.is_passed() && *at == self.at))
    }

    /// The exercises that match what was typed, by their place in the pack.
    pub(super) fn matching(&self, typed: &str) -> Vec<usize> {
        let typed = typed.to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let matches = |at: &usize| {
            let exercise = &self.pack.exercises[*at];
            let text = format!("{} {} {}", exercise.id, exercise.title, exercise.topic.id()).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.selection.iter().copied().filter(matches).collect()
    }

    /// The exercise so many places after the one at hand, around the end.
    fn beside(&self, by: isize) -> Option<usize> {
        let count = isize::try_from(self.selection.len()).ok().filter(|&count| count > 0)?;
        let here = self.selection.iter().position(|&at| at == self.at).unwrap_or(0);
        let to = (isize::try_from(here).ok()? + by).rem_euclid(count);
        self.selection.get(usize::try_from(to).ok()?).copied()
    }

    /// Goes on: to what is suggested after a pass, else to the next one in order.
    pub(super) fn forward(&self) -> Option<usize> {
        match self.is_passed() {
            true => self.suggested().map(|(at, _)| at).or(self.beside(1)),
            false => self.beside(1),
        }
    }

    /// Goes back in order.
    pub(super) fn back(&self) -> Option<usize> {
        self.beside(-1)
    }

    /// Gives the next hint and shows it.
    pub(super) fn hint(&mut self) -> Vec<Effect> {
        let exercise = self.exercise().clone();
        let uid = exercise.uid.to_string();
        let ladder = coach::ladder(&exercise, &self.failures(), self.progress.hints(&uid));
        self.view = View::Hints;
        match ladder.next {
            Some(hint) => {
                let key = coach::hint_key(hint);
                self.progress.help.entry(uid.clone()).or_default().hints.push(key.clone());
                // The newest is at the end.
                self.scroll = usize::MAX;
                vec![Effect::KeepHint(uid, key)]
            }
            None => {
                self.said = Some(match ladder.total {
                    0 => "There is no hint for this as it stands.".to_owned(),
                    _ => "You have had all hints for this as it stands.".to_owned(),
                });
                Vec::new()
            }
        }
    }

    /// The hints that were given, in the order in which they were.
    pub(super) fn hints(&self) -> Vec<&crate::catalog::Hint> {
        let exercise = &self.pack.exercises[self.at];
        let given = self.progress.hints(exercise.uid.as_str());
        let hint = |key: &String| exercise.hints.iter().find(|hint| coach::hint_key(hint) == *key);
        given.iter().filter_map(hint).collect()
    }

    /// How many hints are left for what failed.
    pub(super) fn hints_left(&self) -> usize {
        let exercise = self.exercise();
        let ladder = coach::ladder(exercise, &self.failures(), self.progress.hints(exercise.uid.as_str()));
        ladder.total - ladder.given
    }
}
