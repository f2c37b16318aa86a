#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
use std::sync::{Arc, LazyLock};

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::*;
use crate::catalog::{Expectations, Pack, PackSource, load};
use crate::event::{CaseFinished, Event, ExerciseFinished, ExerciseStarted};
use crate::ledger::Progress;
use crate::model::Verdict;
use crate::report::samples;

/// Read once: it has thousands of cases.
static PACK: LazyLock<Arc<Pack>> =
    LazyLock::new(|| Arc::new(load(&PackSource::Shipped, Expectations::Required).unwrap()));

fn state() -> State {
    let pack = PACK.clone();
    let selection = (0..pack.exercises.len()).collect();
    let mut state = State::new(pack, selection, None, Progress::default());
    state.opened(0, "solutions/x/solution.py".to_owned());
    state
}

/// A run of the first two cases of the exercise at hand, with these verdicts.
fn ran(state: &mut State, run: u64, verdicts: [Verdict; 2]) {
    let exercise = state.exercise().clone();
    let total = verdicts.len();
    let mut send = |event| state.update(Message::Event(run, Box::new(event)));
    send(Event::ExerciseStarted(ExerciseStarted { exercise: exercise.id.clone(), title: String::new(), cases: total }));
    for (case, verdict) in exercise.cases.iter().zip(verdicts) {
        let told = samples::case(case.id.as_str(), &case.purpose, verdict, "");
        let case = CaseFinished { exercise: exercise.id.clone(), hidden: case.hidden, ..told };
        send(Event::CaseFinished(Box::new(case)));
    }
    let passed = verdicts.iter().filter(|verdict| **verdict == Verdict::Passed).count();
    send(Event::ExerciseFinished(ExerciseFinished {
        exercise: exercise.id.clone(),
        uid: exercise.uid.clone(),
        title: exercise.title.clone(),
        verdict: *verdicts.iter().max().unwrap(),
        passed,
        total,
        partial: false,
        points: 0,
        max_points: 0,
        reason: None,
        explanation: None,
        file: None,
    }));
    state.update(Message::Ended(run, None));
}

fn screen(state: &mut State, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(state, frame, false)).unwrap();
    terminal.backend().to_string()
}

fn press(state: &mut State, keys: &str) -> Vec<Effect> {
    keys.chars().flat_map(|char| state.update(Message::Key(Key::Char(char)))).collect()
}

#[test]
fn what_an_earlier_run_tells_counts_no_more() {
    let mut state = state();
    let (first, second) = (state.begin(), state.begin());
    ran(&mut state, first, [Verdict::Passed, Verdict::Passed]);
    assert!(screen(&mut state, 80, 24).contains("running"));
    ran(&mut state, second, [Verdict::Passed, Verdict::Failed]);
    assert!(screen(&mut state, 80, 24).contains("failed, 1 of 2 cases"));
    ran(&mut state, first, [Verdict::Passed, Verdict::Passed]);
    assert!(screen(&mut state, 80, 24).contains("failed, 1 of 2 cases"));
}

#[test]
fn nothing_moves_on_before_it_is_asked_to() {
    let mut state = state();
    let run = state.begin();
    ran(&mut state, run, [Verdict::Passed, Verdict::Passed]);
    assert_eq!(state.at(), 0);
    let effects = press(&mut state, "n");
    assert!(matches!(effects[..], [Effect::Open(at)] if at != 0), "{effects:?}");
}

#[test]
fn keys_in_the_list_are_letters() {
    let mut state = state();
    assert_eq!(press(&mut state, "lq"), []);
    assert!(screen(&mut state, 80, 24).contains("search: q_"));
    state.update(Message::Key(Key::Escape));
    assert_eq!(press(&mut state, "q"), [Effect::Quit]);
    assert_eq!(state.update(Message::Key(Key::Interrupt)), [Effect::Quit]);
}

#[test]
fn the_chosen_line_of_the_list_is_seen() {
    let mut state = state();
    press(&mut state, "l");
    state.update(Message::Key(Key::End));
    let text = screen(&mut state, 60, 12);
    let last = state.matching("").last().map(|&at| state.pack.exercises[at].id.to_string()).unwrap();
    assert!(text.lines().any(|line| line.contains('>') && line.contains(&last)), "{text}");
}

#[test]
fn every_size_and_view_can_be_drawn() {
    for (width, height) in [(1, 1), (20, 3), (30, 8), (31, 9), (80, 24), (200, 60)] {
        for keys in ["", "h", "hhhh", "s", "l", "?", "x", "o"] {
            let mut state = state();
            let run = state.begin();
            ran(&mut state, run, [Verdict::Passed, Verdict::Crashed]);
            press(&mut state, keys);
            screen(&mut state, width, height);
        }
    }
}

#[test]
fn a_hidden_case_cannot_be_replayed_and_a_failing_one_can() {
    let mut state = state();
    let run = state.begin();
    ran(&mut state, run, [Verdict::Passed, Verdict::Failed]);
    let case = state.exercise().cases[1].id.to_string();
    assert_eq!(press(&mut state, "y"), [Effect::Replay(case)]);
    state.cases[1].hidden = true;
    assert_eq!(press(&mut state, "y"), []);
}
