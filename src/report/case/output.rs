//! What a program was given and what it printed, as blocks; the exception that ended it.

use super::Amount;
use crate::event::{ExceptionShown, FrameShown, Shown, StepShown};
use crate::model::Verdict;
use crate::report::diff::{self, Marked};
use crate::report::escape;
use crate::report::page::{Page, file_link, plain, span};
use crate::report::style::{Role, role, sign};
use crate::report::words;

/// Width of the column of labels before the input.
const LABEL: usize = 9;

/// The steps of a scenario, up to the one that was wrong and the one after it.
pub fn steps(page: &mut Page, steps: &[StepShown], amount: Amount) {
    let wrong = steps.iter().position(|step| !matches!(step.verdict, Verdict::Passed));
    let Some(wrong) = wrong else { return };
    let first = (wrong + 2).saturating_sub(amount.lines.max(2));
    if first > 0 {
        page.para(4, 6, &[span(Role::Dim, format!("... {}, passed", words::count(first, "step")))]);
    }
    for step in steps.iter().skip(first).take(wrong + 2 - first) {
        let spans = [span(role(step.verdict), format!("{} ", sign(step.verdict))), plain(step.text.as_str())];
        page.para(4, 8, &spans);
    }
    let left = steps.len().saturating_sub(wrong + 2);
    if left > 0 {
        page.para(4, 6, &[span(Role::Dim, format!("... and {}, not reached", words::count(left, "more step")))]);
    }
}

/// What the program was given, part by part.
pub fn input(page: &mut Page, parts: &[&Shown], amount: Amount) {
    for part in parts {
        let text = part.text.strip_suffix('\n').unwrap_or(&part.text);
        let is_short = !text.contains('\n') && part.label.len() < LABEL && part.cut_from.is_none();
        let rest = part.cut_from.map_or(0, |all| all.saturating_sub(part.text.len() as u64));
        if is_short && escape::width(text) <= (page.width() - 4 - LABEL) * 2 {
            page.para(4, 4 + LABEL, &[span(Role::Dim, format!("{:<LABEL$}", part.label)), plain(text)]);
        } else {
            page.para(4, 6, &[span(Role::Dim, part.label.as_str())]);
            block(page, text, rest, Amount { lines: amount.lines.min(amount.rows.saturating_add(2)), ..amount });
        }
    }
}

/// Of text that is too long, so many lines of its end are shown as well: a call's options stand there, and what a
/// program printed last.
const TAIL: usize = 2;

/// Text that keeps its lines, each behind a bar; `rest` more bytes of it are not at hand.
fn block(page: &mut Page, text: &str, rest: u64, amount: Amount) {
    let lines: Vec<&str> = text.split('\n').collect();
    let tail = if rest == 0 && lines.len() > amount.lines { TAIL.min(amount.lines / 2) } else { 0 };
    let mut shown = 0;
    let mut used = 0;
    while shown < lines.len() - tail && used < amount.lines - tail {
        // A line without end must not take the place of all others.
        used += line(page, lines[shown], amount.rows.min(amount.lines - tail - used));
        shown += 1;
    }
    let left = lines.len() - shown - tail;
    let more = match (left, rest) {
        (0, 0) => String::new(),
        (0, rest) => format!("... and {}", words::count(rest as usize, "more byte")),
        (left, 0) => format!("... and {}", words::count(left, "more line")),
        (left, _) => format!("... and {} at least", words::count(left, "more line")),
    };
    if !more.is_empty() {
        page.para(6, 6, &[span(Role::Dim, more)]);
    }
    for last in &lines[lines.len() - tail..] {
        line(page, last, 1);
    }
}

/// A line behind a bar, on so many rows at most: how many it took.
fn line(page: &mut Page, text: &str, most: usize) -> usize {
    let width = page.width().saturating_sub(8).max(8);
    let cells: Vec<Marked> = diff::alone(text.strip_suffix('\r').unwrap_or(text));
    let rows = diff::rows(&cells, width);
    let most = most.min(rows.len());
    for row in &rows[..most] {
        let text: String = row.iter().map(|marked| marked.cell.text.as_str()).collect();
        page.pieces(&[(Role::Plain, "      "), (Role::Dim, "| "), (Role::Plain, &text)]);
    }
    if rows.is_empty() {
        page.pieces(&[(Role::Plain, "      "), (Role::Dim, "|")]);
    }
    let left: usize =
        rows[most..].iter().flat_map(|row| row.iter()).map(|marked| marked.cell.source.chars().count()).sum();
    if left > 0 {
        let more = format!("... and {} on this line", words::count(left, "more character"));
        page.para(8, 8, &[span(Role::Dim, more)]);
    }
    most.max(1)
}

/// The start of what was printed, and the last of it; nothing if nothing was.
pub fn excerpt(page: &mut Page, stream: &str, text: &str, is_cut: bool, amount: Amount) {
    let text = text.strip_suffix('\n').unwrap_or(text);
    if text.is_empty() {
        return;
    }
    page.blank();
    page.para(4, 6, &[span(Role::Strong, format!("printed on {stream}"))]);
    block(page, text, 0, amount);
    if is_cut {
        page.para(6, 6, &[span(Role::Dim, "(only the start of the output was kept)")]);
    }
}

/// The exception and where it came from, the way Python tells it.
pub fn exception(page: &mut Page, exception: &ExceptionShown, amount: Amount, folder: Option<&str>) {
    let longest = page.width().saturating_mul(amount.rows);
    let mut lines = exception.message.trim_end().split('\n').map(|line| escape::cut(line, longest));
    let first = lines.next().filter(|line| !line.is_empty()).map_or_else(String::new, |line| format!(": {line}"));
    page.para(4, 6, &[span(Role::Bad, exception.class.as_str()), plain(first)]);
    for line in lines.by_ref().take(amount.lines) {
        page.para(6, 8, &[plain(line)]);
    }
    let left = lines.count();
    if left > 0 {
        page.para(6, 6, &[span(Role::Dim, format!("... and {}", words::count(left, "more line")))]);
    }
    for (index, frame) in exception.frames.iter().enumerate() {
        let is_last = index + 1 == exception.frames.len();
        let link = folder.and_then(|folder| file_link(&format!("{folder}/{}", frame.file)));
        let by = if is_last { "raised in" } else { "called in" };
        page.para(
            6,
            8,
            &[
                plain(format!("{by} ")),
                span(Role::Strong, format!("{}:{}", frame.file, frame.line)).leading_to(link),
                plain(function(frame)),
            ],
        );
        source(page, frame);
    }
}

fn function(frame: &FrameShown) -> String {
    if frame.function == "<module>" { ", at the top level".to_owned() } else { format!(", {}", frame.function) }
}

/// The source line, with carets under what failed.
fn source(page: &mut Page, frame: &FrameShown) {
    if frame.source.is_empty() {
        return;
    }
    let (from, to) = frame.columns.unwrap_or((0, 0));
    let mut column = 0;
    let mut cells: Vec<Marked> = escape::cells(&frame.source)
        .into_iter()
        .map(|cell| {
            let differs = (from..to).contains(&column);
            column += cell.source.chars().count() as u32;
            Marked { cell, differs }
        })
        .collect();
    // Carets under a whole line point at nothing.
    if cells.iter().all(|marked| marked.differs) {
        cells.iter_mut().for_each(|marked| marked.differs = false);
    }
    let width = page.width().saturating_sub(10).max(8);
    let cells = diff::elide(cells, width);
    for row in diff::rows(&cells, width).iter().take(2) {
        let text: String = row.iter().map(|marked| marked.cell.text.as_str()).collect();
        page.pieces(&[(Role::Plain, &format!("          {text}"))]);
        if let Some(markers) = diff::markers(row) {
            page.pieces(&[(Role::Plain, "          "), (Role::Bad, &markers)]);
        }
    }
}
