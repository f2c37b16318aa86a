//! The text in the middle of the screen, with the sequences that colour it.

use super::keys::KEYS;
use super::state::{Phase, State, View};
use crate::coach;
use crate::model::Verdict;
use crate::report::case::{self, Amount};
use crate::report::style::{Palette, Role, role, sign};
use crate::report::wrap::wrapped;
use crate::report::{escape, markdown, words};

/// The widest text that is comfortable to read.
const WIDEST: usize = 100;

/// The text, at most `width` columns wide.
pub fn text(state: &State, width: usize, color: bool) -> String {
    let width = width.clamp(20, WIDEST);
    match &state.view {
        View::Results => results(state, width, color),
        View::Statement => markdown::render(&state.exercise().statement, width, color),
        View::Hints => hints(state, width, color),
        View::Solution => markdown::render(&coach::solution(state.exercise()), width, color),
        View::List { typed, chosen } => list(state, typed, *chosen, width, color),
        View::Help => help(width),
    }
}

fn results(state: &State, width: usize, color: bool) -> String {
    let palette = Palette { color };
    let Some(done) = &state.finished else {
        let mut text = signs(state, width, palette);
        // What failed is worth reading before the rest is known.
        if let Some(case) = state.failing().first() {
            text.push_str(&format!("\n{}", case::told(case, width, color, Amount::SHORT)));
        }
        return text;
    };
    if done.verdict == Verdict::NotAttempted {
        let reason = done.reason.as_deref().unwrap_or_default();
        let text = format!("Not begun: {reason}.\nEdit {} and save it; e opens it.\n\n", state.file);
        return wrapped(&text, width) + &markdown::render(&state.exercise().statement, width, color);
    }
    let mut text = signs(state, width, palette);
    text.push('\n');
    if state.is_passed() {
        text.push_str(&palette.paint(Role::Good, &format!("All {} cases pass.", done.total)));
        text.push_str("\n\n");
        text.push_str(&wrapped(&next(state), width));
        return text;
    }
    if let Some(reason) = &done.reason {
        text.push_str(&wrapped(&format!("{}\n", escape::visible(reason)), width));
    }
    if let Some(explanation) = &done.explanation {
        text.push_str(&wrapped(&format!("{}: {}\n", words::KNOWN_MISTAKE, escape::visible(explanation)), width));
    }
    let failing = state.failing();
    let chosen = state.chosen.min(failing.len().saturating_sub(1));
    if let Some(case) = failing.get(chosen) {
        text.push_str(&case::told(case, width, color, Amount::SHORT));
    }
    let others: Vec<&str> =
        failing.iter().enumerate().filter(|(index, _)| *index != chosen).map(|(_, case)| case.case.as_str()).collect();
    if !others.is_empty() {
        let verb = if others.len() == 1 { "case fails" } else { "cases fail" };
        let line = format!("{} more {verb} (Tab): {}\n", others.len(), others.join(", "));
        text.push_str(&format!("\n{}", wrapped(&line, width)));
    }
    text
}

/// A sign for each case, and how many pass.
fn signs(state: &State, width: usize, palette: Palette) -> String {
    let mut text = String::new();
    let mut passed = 0;
    for index in 0..state.total.max(state.cases.len()) {
        if index > 0 && index % (width - 2) == 0 {
            text.push('\n');
        }
        match state.cases.get(index) {
            Some(case) => {
                passed += usize::from(case.verdict == Verdict::Passed);
                text.push_str(&palette.paint(role(case.verdict), sign(case.verdict)));
            }
            None => text.push('.'),
        }
    }
    let total = state.total;
    text.push_str(&match (total, state.phase) {
        (0, Phase::Running) => "Running ...\n".to_owned(),
        (0, Phase::Still) => String::new(),
        _ => format!("\n{passed} of {} pass\n", words::count(total, "case")),
    });
    text
}

/// What comes after a pass.
fn next(state: &State) -> String {
    match state.suggested() {
        Some((at, why)) => {
            let exercise = &state.pack.exercises[at];
            format!(
                "Next: {} - {} ({why}).\nn goes there when you are ready; o shows the author's solution.\n",
                exercise.id, exercise.title
            )
        }
        None => "That was the last one: every exercise here is passed. o shows the author's solution.\n".to_owned(),
    }
}

fn hints(state: &State, width: usize, color: bool) -> String {
    let given = state.hints();
    let mut text = String::new();
    for (index, hint) in given.iter().enumerate() {
        text.push_str(&format!("Hint {}{}\n\n", index + 1, coach::hint_reason(hint)));
        text.push_str(&markdown::render(&hint.text, width, color));
        text.push('\n');
    }
    text.push_str(&match (given.len(), state.hints_left()) {
        (0, 0) => "There is no hint for this as it stands.\n".to_owned(),
        (_, 0) => "That is all for what failed. Esc goes back.\n".to_owned(),
        (_, left) => format!("h gives the next, {left} left. Esc goes back.\n"),
    });
    text
}

fn list(state: &State, typed: &str, chosen: usize, width: usize, color: bool) -> String {
    let palette = Palette { color };
    let found = state.matching(typed);
    let mut text = String::new();
    let widest = found.iter().map(|&at| state.pack.exercises[at].id.to_string().len()).max().unwrap_or(0);
    for (index, &at) in found.iter().enumerate() {
        let exercise = &state.pack.exercises[at];
        let (mark, role) = match state.progress.verdict(exercise.uid.as_str()) {
            Some("passed") => ("✓ passed ", Role::Good),
            None | Some("not_attempted") => ("- todo   ", Role::Dim),
            Some(_) => ("✗ failing", Role::Bad),
        };
        let pointer = if index == chosen { ">" } else { " " };
        let id = exercise.id.to_string();
        let room = width.saturating_sub(widest + 15);
        let title = escape::cut(&exercise.title, room);
        let name = if index == chosen { palette.paint(Role::Strong, &id) } else { id.clone() };
        let pad = " ".repeat(widest - id.len());
        text.push_str(&format!("{pointer} {} {name}{pad}  {title}\n", palette.paint(role, mark)));
    }
    if found.is_empty() {
        text.push_str("Nothing matches.\n");
    }
    text
}

fn help(width: usize) -> String {
    let widest = KEYS.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    let mut text = String::from("Save your file, and it is run. Nothing moves on before you say so.\n\n");
    for (key, does) in KEYS {
        let pad = " ".repeat(widest - key.chars().count());
        text.push_str(&wrapped(&format!("{key}{pad}  {does}\n"), width));
    }
    text
}
