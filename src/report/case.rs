//! A case that was not passed, told in full: what it was given, what came out, and where that differs.

mod difference;
mod output;
mod seen;

use super::page::{Page, plain, span};
use super::style::{Palette, Role, role, sign};
use super::words;
use crate::event::CaseFinished;
use crate::model::Channel;

/// How much of everything is told.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    /// Differences of a case.
    pub differences: usize,
    /// Findings of a case: they are a line each.
    pub findings: usize,
    /// Rows of one value.
    pub rows: usize,
    /// Lines of output, of each stream.
    pub lines: usize,
}

impl Amount {
    /// Enough to see what is wrong, without scrolling.
    pub const SHORT: Amount = Amount { differences: 4, findings: 40, rows: 4, lines: 10 };
    /// All that the events hold.
    pub const ALL: Amount = Amount { differences: usize::MAX, findings: usize::MAX, rows: 200, lines: 400 };
}

/// The case's name and its verdict.
pub fn title(page: &mut Page, case: &CaseFinished) {
    let mut spans =
        vec![span(role(case.verdict), format!("{} ", sign(case.verdict))), span(Role::Strong, case.case.as_str())];
    if case.hidden {
        spans.push(plain(" (hidden)"));
    }
    if !case.purpose.is_empty() {
        spans.push(plain(format!(": {}", case.purpose)));
    }
    page.para(2, 4, &spans);
    verdict(page, case);
}

/// All about a case but its name, as plain text: foreign text in it is made visible, no line is indented without need.
pub fn text(case: &CaseFinished, width: usize, amount: Amount) -> String {
    let mut page = Page::new(width + INDENT, Palette { color: false });
    verdict(&mut page, case);
    body(&mut page, case, amount, None);
    let text = page.take();
    let dedented = text.lines().map(|line| line.strip_prefix("    ").unwrap_or(line));
    dedented.collect::<Vec<_>>().join("\n")
}

/// All about a case, its name included, for a screen.
pub fn told(case: &CaseFinished, width: usize, color: bool, amount: Amount) -> String {
    let mut page = Page::new(width, Palette { color });
    title(&mut page, case);
    body(&mut page, case, amount, None);
    page.take()
}

/// Columns by which everything but the title is indented.
const INDENT: usize = 4;

fn verdict(page: &mut Page, case: &CaseFinished) {
    let mut spans = vec![span(role(case.verdict), case.verdict.words())];
    if let Some(reason) = &case.reason {
        spans.push(plain(format!(": {reason}")));
    }
    page.para(INDENT, 6, &spans);
    if let Some(sentence) = words::not_your_fault(case.verdict) {
        page.para(INDENT, 6, &[plain(sentence)]);
    }
}

/// Everything after the title. `folder` is the solution's, as an absolute path, where the frames are to be links.
/// A hidden case has nothing more to tell.
pub fn body(page: &mut Page, case: &CaseFinished, amount: Amount, folder: Option<&str>) {
    if case.hidden {
        return;
    }
    if let Some(explanation) = &case.explanation {
        page.para(INDENT, 6, &[span(Role::Strong, "likely: "), plain(explanation.as_str())]);
    }
    let input: Vec<_> = case.input.iter().filter(|part| case.steps.is_empty() || part.label != "steps").collect();
    output::steps(page, &case.steps, amount);
    output::input(page, &input, amount);
    if let Some(exception) = &case.exception {
        page.blank();
        output::exception(page, exception, amount, folder);
    }
    difference::list(page, case, amount);
    if let Some(seen) = &case.seen {
        seen::timeline(page, seen, amount);
    }
    let prints_are_shown = case.differences.iter().any(|difference| difference.channel == Channel::Stdout);
    if !prints_are_shown {
        output::excerpt(page, "stdout", &case.stdout, case.output_cut, amount);
    }
    // The traceback is told above, cut to the learner's own lines.
    let is_traceback = case.exception.is_some() && case.stderr.contains("Traceback (most recent call last)");
    if !is_traceback {
        output::excerpt(page, "stderr", &case.stderr, case.output_cut, amount);
    }
}
