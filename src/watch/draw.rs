//! The screen: a line on where you are, a line on how it stands, the text, progress, keys.

use ansi_to_tui::IntoText;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

use super::body;
use super::state::{Phase, State, View};
use crate::report::escape;
use crate::report::words;

/// Below this there is no room for anything.
const LEAST: (u16, u16) = (30, 8);

/// Draws the state. Without colour it is the same text, plain.
pub fn draw(state: &mut State, frame: &mut Frame<'_>, color: bool) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return frame.render_widget(Paragraph::new("A little larger, please."), area);
    }
    let [head, standing, rule, middle, rule_below, tiers, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let width = usize::from(area.width);
    let strong = if color { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
    let line = |text: String| Line::from(escape::cut(&text, width));

    frame.render_widget(line(title(state)).style(strong), head);
    frame.render_widget(line(stands(state)), standing);
    for area in [rule, rule_below] {
        frame.render_widget(line("─".repeat(width)), area);
    }
    let text = body::text(state, width, color);
    // Sequences that are not ours would be shown as text: what learners print was made visible before.
    let text = text.into_text().unwrap_or_else(|_| Text::raw(text.clone()));
    let rows = usize::from(middle.height);
    // Code may be wider than the screen: then it goes on in the next row.
    let rows_of = |line: &Line<'_>| line.width().div_ceil(width).max(1);
    let most = text.lines.iter().map(rows_of).sum::<usize>().saturating_sub(rows);
    // In the list, the chosen line is seen.
    state.scroll = match &state.view {
        View::List { chosen, .. } => state.scroll.min(*chosen).max((chosen + 1).saturating_sub(rows)),
        _ => state.scroll.min(most),
    };
    let more = state.scroll < most;
    let top = u16::try_from(state.scroll).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: false }).scroll((top, 0)), middle);
    if more {
        let note = " more below ";
        let from = width.saturating_sub(note.width() + 2);
        let [_, place] = Layout::horizontal([Constraint::Length(u16::try_from(from).unwrap_or(0)), Constraint::Min(1)])
            .areas(rule_below);
        frame.render_widget(Line::from(note), place);
    }
    frame.render_widget(line(progress(state)), tiers);
    let bottom = match (&state.said, &state.view) {
        (Some(said), _) => escape::visible(said),
        (None, View::List { typed, .. }) => format!("search: {}_   Enter opens, Esc leaves", escape::visible(typed)),
        (None, _) => KEYS.to_owned(),
    };
    let style = if state.said.is_some() { strong } else { Style::new() };
    frame.render_widget(line(bottom).style(style), keys);
}

/// The most needed keys, in a line of 80 columns.
const KEYS: &str = "h hint  s statement  n next  p previous  l list  e edit  r run  ? keys  q end";

fn title(state: &State) -> String {
    let exercise = state.exercise();
    format!("{}  {}", exercise.id, exercise.title)
}

/// How it stands with the exercise, in a line.
pub fn stands(state: &State) -> String {
    let view = match state.view {
        View::Results => "",
        View::Statement => "  [statement; Esc goes back]",
        View::Hints => "  [hints; Esc goes back]",
        View::Solution => "  [the author's solution; Esc goes back]",
        View::List { .. } => "  [exercises]",
        View::Help => "  [keys; Esc goes back]",
    };
    let known = state.cases.len();
    let stands = match (&state.finished, state.phase) {
        (_, Phase::Running) if state.total == 0 => "running".to_owned(),
        (None, Phase::Running) => format!("running, {known} of {}", words::count(state.total, "case")),
        (None, Phase::Still) => "waiting for the first save".to_owned(),
        (Some(done), _) => {
            let time = state.took.map(|took| format!(" in {}", words::duration(took))).unwrap_or_default();
            match done.verdict {
                crate::model::Verdict::NotAttempted => "not attempted".to_owned(),
                verdict => format!("{}, {} of {} cases{time}", verdict.words(), done.passed, done.total),
            }
        }
    };
    format!("{stands}{view}")
}

/// How far the tier and all of it are done.
fn progress(state: &State) -> String {
    let is_passed = |at: &usize| state.progress.is_passed(state.pack.exercises[*at].uid.as_str());
    let tier = state.exercise().id.tier();
    let of_tier: Vec<usize> =
        (0..state.pack.exercises.len()).filter(|&at| state.pack.exercises[at].id.tier() == tier).collect();
    let (passed, total) = (of_tier.iter().filter(|at| is_passed(at)).count(), of_tier.len());
    let filled = (passed * 10).checked_div(total).unwrap_or(0);
    let all = (0..state.pack.exercises.len()).filter(is_passed).count();
    format!(
        "{tier} [{}{}] {passed} of {total} passed; {all} of {} in all",
        "#".repeat(filled),
        "-".repeat(10 - filled),
        state.pack.exercises.len()
    )
}
