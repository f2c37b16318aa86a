//! Two short texts side by side: what differs is marked, what nobody would see is shown.

use std::ops::Range;
use std::time::Duration;

use similar::{DiffOp, TextDiff};

use super::escape::{self, Cell};

/// After this long the diff is as fine as it is. Texts are a few kilobytes, so that only two that have nothing in common
/// take as long, and what is marked hardly depends on how busy the machine is.
const PATIENCE: Duration = Duration::from_millis(300);
/// Cells of an equal run that stay next to a difference when the run is cut.
const CONTEXT: usize = 14;
/// Shorter texts are seen at a glance: marks would only add lines.
const GLANCE: usize = 8;

/// A cell, and whether it is part of what differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The cell.
    pub cell: Cell,
    /// Whether it differs from the other text.
    pub differs: bool,
}

/// Two texts, marked against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What was expected.
    pub expected: Vec<Marked>,
    /// What was there.
    pub actual: Vec<Marked>,
    /// The characters that differ by code but hardly by look, where there is a single pair of them.
    pub alike: Option<(char, char)>,
}

/// A text on its own, invisible characters shown.
pub fn alone(text: &str) -> Vec<Marked> {
    let mut cells: Vec<Marked> = escape::cells(text).into_iter().map(|cell| Marked { cell, differs: false }).collect();
    show_space_at_end(&mut cells);
    cells
}

/// Marks what differs between two texts. Where nearly everything does, or the texts are so short that the eye is
/// faster, nothing is marked, unless they are `near` to each other.
pub fn pair(expected: &str, actual: &str, near: bool) -> Pair {
    // A line end that both have says nothing.
    let (expected, actual) = match (expected.strip_suffix('\n'), actual.strip_suffix('\n')) {
        (Some(left), Some(right)) => (left, right),
        _ => (expected, actual),
    };
    let (mut left, mut right) = (alone(expected), alone(actual));
    let changes = changes(&left, &right);
    let longest = left.len().max(right.len());
    let changed: usize = changes.iter().map(|(old, new)| old.len().max(new.len())).sum();
    let is_small = longest < GLANCE && expected.is_ascii() && actual.is_ascii();
    let mut alike = None;
    if near || (!is_small && changed * 2 <= longest && !both_numbers(expected, actual)) {
        alike = look_alike(&left, &right, &changes);
        for (old, new) in changes {
            mark(&mut left, old);
            mark(&mut right, new);
        }
        (left, right) = (split_marks(left), split_marks(right));
    }
    Pair { expected: left, actual: right, alike }
}

fn both_numbers(left: &str, right: &str) -> bool {
    left.trim().parse::<f64>().is_ok() && right.trim().parse::<f64>().is_ok()
}

/// The ranges of cells that differ, in order.
fn changes(left: &[Marked], right: &[Marked]) -> Vec<(Range<usize>, Range<usize>)> {
    let old: Vec<&str> = left.iter().map(|marked| marked.cell.source.as_str()).collect();
    let new: Vec<&str> = right.iter().map(|marked| marked.cell.source.as_str()).collect();
    let diff = TextDiff::configure().timeout(PATIENCE).diff_slices(&old, &new);
    let mut changes: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in diff.ops() {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (old, new) = (op.old_range(), op.new_range());
        match changes.last_mut() {
            Some(last) if equal_by_chance(last, &(old.clone(), new.clone())) => {
                *last = (last.0.start..old.end, last.1.start..new.end);
            }
            _ => changes.push((old, new)),
        }
    }
    changes
}

/// Whether what is equal between two differences is shorter than either: marks around it would be confetti.
fn equal_by_chance(before: &(Range<usize>, Range<usize>), after: &(Range<usize>, Range<usize>)) -> bool {
    let size = |change: &(Range<usize>, Range<usize>)| change.0.len().max(change.1.len());
    let between = after.0.start - before.0.end;
    between <= size(before) && between <= size(after) && size(before) + size(after) > 2
}

/// A single character in place of another, one of them beyond ASCII: people may not see the difference.
fn look_alike(left: &[Marked], right: &[Marked], changes: &[(Range<usize>, Range<usize>)]) -> Option<(char, char)> {
    let [(old, new)] = changes else { return None };
    let [old] = left.get(old.clone())? else { return None };
    let [new] = right.get(new.clone())? else { return None };
    let shown_as_is = |marked: &Marked| marked.cell.text == marked.cell.source;
    let (mut old_chars, mut new_chars) = (old.cell.source.chars(), new.cell.source.chars());
    match (old_chars.next(), old_chars.next(), new_chars.next(), new_chars.next()) {
        (Some(a), None, Some(b), None) if !(a.is_ascii() && b.is_ascii()) && shown_as_is(old) && shown_as_is(new) => {
            Some((a, b))
        }
        _ => None,
    }
}

fn mark(cells: &mut [Marked], range: Range<usize>) {
    let cells = cells.get_mut(range).unwrap_or_default();
    // Between words that differ, a space is seen.
    let is_blank = cells.iter().all(|marked| marked.cell.source.chars().all(char::is_whitespace));
    for marked in cells {
        marked.differs = true;
        if is_blank && marked.cell.source == " " {
            marked.cell.text = "·".to_owned();
        }
    }
}

/// Shows the combining marks of cells that differ by number: `é` may be one character or two.
fn split_marks(cells: Vec<Marked>) -> Vec<Marked> {
    let mut split = Vec::with_capacity(cells.len());
    for marked in cells {
        let mut chars = marked.cell.source.chars();
        match (marked.differs && marked.cell.text == marked.cell.source, chars.next()) {
            (true, Some(base)) if chars.clone().next().is_some() => {
                split.push(Marked {
                    cell: Cell::standing_for(base.encode_utf8(&mut [0; 4]), base.to_string()),
                    differs: true,
                });
                split.extend(chars.map(|c| Marked {
                    cell: Cell::standing_for(c.encode_utf8(&mut [0; 4]), escape::number(c)),
                    differs: true,
                }));
            }
            _ => split.push(marked),
        }
    }
    split
}

/// Spaces before a line's end or the text's.
fn show_space_at_end(cells: &mut [Marked]) {
    let mut at_end = true;
    for marked in cells.iter_mut().rev() {
        match marked.cell.source.as_str() {
            "\n" | "\r" => at_end = true,
            " " if at_end => marked.cell.text = "·".to_owned(),
            "\t" if at_end => {}
            _ => at_end = false,
        }
    }
}

/// Replaces long runs without a difference by `…`, if there are differences at all and the text needs more than
/// `room` columns.
pub fn elide(cells: Vec<Marked>, room: usize) -> Vec<Marked> {
    let width: usize = cells.iter().map(|marked| marked.cell.width).sum();
    if width <= room || !cells.iter().any(|marked| marked.differs) {
        return cells;
    }
    let mut elided = Vec::new();
    let mut start = 0;
    for run in cells.chunk_by(|a, b| a.differs == b.differs) {
        let end = start + run.len();
        let before = if start == 0 { 0 } else { CONTEXT };
        let after = if end == cells.len() { 0 } else { CONTEXT };
        let differs = run.first().is_some_and(|marked| marked.differs);
        if differs || run.len() <= before + after + 3 {
            elided.extend_from_slice(run);
        } else {
            elided.extend_from_slice(&run[..before]);
            let source: String =
                run[before..run.len() - after].iter().map(|marked| marked.cell.source.as_str()).collect();
            elided.push(Marked { cell: Cell::standing_for(&source, "…".to_owned()), differs: false });
            elided.extend_from_slice(&run[run.len() - after..]);
        }
        start = end;
    }
    elided
}

/// Breaks cells into rows of at most `width` columns, and after line ends: behind a space where there is one in the last
/// third of a row, so that no word or number is cut.
pub fn rows(cells: &[Marked], width: usize) -> Vec<&[Marked]> {
    let mut rows = Vec::new();
    let (mut start, mut used) = (0, 0);
    // The start of the row that would begin behind the last such space, and the columns before it.
    let mut gap: Option<(usize, usize)> = None;
    for (index, marked) in cells.iter().enumerate() {
        let after_line_end = index > start && cells[index - 1].cell.ends_line();
        if index > start && (after_line_end || used + marked.cell.width > width) {
            let (end, columns) = gap.filter(|_| !after_line_end).unwrap_or((index, used));
            rows.push(&cells[start..end]);
            (start, used, gap) = (end, used - columns, None);
        }
        used += marked.cell.width;
        if marked.cell.text == " " && used * 3 > width * 2 {
            gap = Some((index + 1, used));
        }
    }
    if start < cells.len() {
        rows.push(&cells[start..]);
    }
    rows
}

/// The line under a row that marks what differs; `None` if nothing does.
pub fn markers(row: &[Marked]) -> Option<String> {
    row.iter().any(|marked| marked.differs).then(|| {
        let line: String =
            row.iter().map(|marked| if marked.differs { "^" } else { " " }.repeat(marked.cell.width)).collect();
        line.trim_end().to_owned()
    })
}

/// What the signs among these cells stand for, in words.
pub fn legend<'a>(cells: impl IntoIterator<Item = &'a Marked>) -> Vec<String> {
    let mut legend: Vec<String> = Vec::new();
    for Marked { cell, .. } in cells {
        let meaning = match cell.source.as_str() {
            " " if cell.text != " " => "a space",
            "\t" => "a tab",
            "\r" => "a carriage return",
            "\n" => "a line end",
            "\x1b" => "an escape character",
            "\0" => "a null character",
            "\u{a0}" => "a no-break space",
            "\u{200b}" => "a zero-width space",
            "\u{feff}" => "a byte order mark",
            "\u{fffd}" => "a byte that is not UTF-8",
            "\u{202a}" | "\u{202b}" | "\u{202d}" | "\u{202e}" => "a change of writing direction",
            mark if mark.starts_with(|c| matches!(c, '\u{300}'..='\u{36f}')) => {
                "an accent that is a character of its own"
            }
            _ => continue,
        };
        let entry = format!("{} is {meaning}", cell.text);
        if !legend.contains(&entry) {
            legend.push(entry);
        }
    }
    legend
}

#[cfg(test)]
mod tests;
