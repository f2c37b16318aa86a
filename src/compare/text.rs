//! Text, line by line.

use crate::model::{Difference, DifferenceKind, NearMiss, Order, Whitespace};

use super::align::{self, Row};
use super::cx::{Cx, Step};
use super::matching::{self, Print, TooMany};
use super::{decode, fingerprint, lines, near, raw, written};

/// Two texts. The place of a difference is the index of the expected line, for an unexpected line its own.
pub(super) fn compare(cx: &mut Cx<'_>, expected: &[u8], actual: &[u8]) {
    if expected == actual {
        return;
    }
    let Some((mut e, mut a)) = decode::both(cx, expected, actual) else { return };
    if cx.options.whitespace == Whitespace::Trim {
        (e, a) = (e.trim_end(), a.trim_end());
    }
    if e == a {
        return;
    }
    if a.is_empty() {
        let note = Some("there is nothing; is a `print` or a `write` missing?".to_owned());
        return cx.texts(DifferenceKind::Missing, Some(e.to_owned()), None, (None, note));
    }
    let window = Window::of(cx, e, a);
    match cx.options.order {
        Order::Any => unordered(cx, &window),
        Order::Exact => ordered(cx, &window),
    }
}

/// The lines of two texts without those that they start and end with in common.
struct Window<'t> {
    /// How many lines were left out at the start.
    first: usize,
    /// Whether lines were left out at the end.
    has_rest: bool,
    expected: Vec<&'t str>,
    actual: Vec<&'t str>,
    /// Whether exactly one side lacks the line end of its last line.
    one_is_open: bool,
    /// Whether it is the actual one.
    actual_is_open: bool,
}

impl<'t> Window<'t> {
    fn of(cx: &Cx<'_>, e: &'t str, a: &'t str) -> Window<'t> {
        // Without an order and with a tolerance, a line may belong to another one than its twin.
        let is_whole = cx.options.order == Order::Any && !cx.options.tolerance.is_exact();
        let (start, end) = if is_whole { (0, 0) } else { common(e.as_bytes(), a.as_bytes()) };
        let is_open = |text: &str| !text.is_empty() && !text.ends_with('\n');
        Window {
            first: e.as_bytes()[..start].iter().filter(|&&byte| byte == b'\n').count(),
            has_rest: end > 0,
            expected: split(&e[start..e.len() - end]),
            actual: split(&a[start..a.len() - end]),
            one_is_open: end == 0 && cx.options.whitespace == Whitespace::Exact && is_open(e) != is_open(a),
            actual_is_open: is_open(a),
        }
    }
}

/// The bytes of the whole lines that both start with, and of those that both end with.
fn common(e: &[u8], a: &[u8]) -> (usize, usize) {
    let start = raw::common_start(e, a);
    let start = e[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let end = raw::common_end(&e[start..], &a[start..]);
    let end = e[e.len() - end..].iter().position(|&byte| byte == b'\n').map_or(0, |at| end - at - 1);
    (start, end)
}

fn split(text: &str) -> Vec<&str> {
    match text.strip_suffix('\n').unwrap_or(text) {
        "" if text.is_empty() => vec![],
        body => body.split('\n').collect(),
    }
}

fn ordered(cx: &mut Cx<'_>, window: &Window<'_>) {
    let (e, a) = (&window.expected, &window.actual);
    let keep = |row: &Row| !matches!(*row, Row::Pair(i, j) if lines::equal(e[i], a[j], cx.options));
    let hashes =
        |lines: &[&str]| -> Vec<u64> { lines.iter().map(|line| fingerprint::of_str(line.trim_end())).collect() };
    let skeletons =
        |lines: &[&str]| -> Vec<u64> { lines.iter().map(|line| fingerprint::of_str(&lines::skeleton(line))).collect() };
    let (mut rows, more): (Vec<Row>, usize);
    if e.len().max(a.len()) > align::MOST_ROWS {
        let mut all = align::in_place(0..e.len(), 0..a.len()).filter(keep);
        rows = all.by_ref().take(Difference::MOST_LISTED + 1).collect();
        more = all.count();
    } else {
        rows = align::align(&hashes(e), &hashes(a));
        rows.retain(keep);
        more = 0;
        if !cx.options.tolerance.is_exact() && rows.len() > 1 && e.len() != a.len() {
            // Lines may be known by what is not a number.
            let mut others = align::align(&skeletons(e), &skeletons(a));
            others.retain(keep);
            if others.len() < rows.len() {
                rows = others;
            }
        }
    }
    if rows.len() > 1 && whole(cx, window, &rows) {
        return;
    }
    let lone = match *rows.as_slice() {
        [Row::Missing(i)] => is_edge(window, i, e.len()),
        [Row::Extra(j)] => is_edge(window, j, a.len()),
        _ => false,
    };
    let near = lone.then_some(NearMiss::OffByOne);
    let last_is_told = more > 0
        || rows.iter().any(|row| match *row {
            Row::Pair(i, j) => i + 1 == e.len() && j + 1 == a.len(),
            Row::Missing(i) => i + 1 == e.len(),
            Row::Extra(j) => j + 1 == a.len(),
        });
    for row in rows {
        match row {
            Row::Pair(i, j) => pair(cx, window.first + i, e[i], a[j]),
            Row::Missing(i) => lonely(cx, DifferenceKind::Missing, window.first + i, e[i], near.clone()),
            Row::Extra(j) => lonely(cx, DifferenceKind::Extra, window.first + j, a[j], near.clone()),
        }
    }
    cx.count(more);
    if window.one_is_open && !last_is_told {
        line_end(cx, window);
    }
}

fn is_edge(window: &Window<'_>, index: usize, length: usize) -> bool {
    window.first + index == 0 || (!window.has_rest && index + 1 == length)
}

/// Says what is the matter with all the lines at once, if one thing is.
fn whole(cx: &mut Cx<'_>, window: &Window<'_>, rows: &[Row]) -> bool {
    let (e, a) = (&window.expected, &window.actual);
    let (Some(first), true) = (rows.first(), e.len() == a.len()) else { return false };
    let Row::Pair(i, _) = *first else { return false };
    fn bare(line: &str) -> &str {
        line.strip_suffix('\r').unwrap_or(line)
    }
    let ends = |lines: &[&str]| lines.iter().any(|line| line.ends_with('\r'));
    let place = Step::Index(window.first + i);
    if e.iter().zip(a).all(|(e, a)| bare(e) == bare(a)) && ends(e) != ends(a) && !window.one_is_open {
        let note = match ends(a) {
            true => "the lines end in CRLF (\\r\\n) instead of LF (\\n)",
            false => "the lines end in LF (\\n) instead of CRLF (\\r\\n)",
        };
        let detail = (Some(NearMiss::Whitespace), Some(note.to_owned()));
        cx.at(place, |cx| cx.texts(DifferenceKind::Text, Some(e[i].into()), Some(a[i].into()), detail));
        return true;
    }
    let size = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let sum = |lines: &[&str]| lines.iter().fold(0u64, |sum, line| sum.wrapping_add(fingerprint::of_str(line)));
    if size(e) == size(a) && sum(e) == sum(a) {
        let note = format!("the same lines in another order, from line {} on", window.first + i + 1);
        let detail = (Some(NearMiss::Order), Some(note));
        cx.at(place, |cx| cx.texts(DifferenceKind::Order, Some(excerpt(e, i)), Some(excerpt(a, i)), detail));
        return true;
    }
    false
}

/// Some lines from one on.
fn excerpt(lines: &[&str], from: usize) -> String {
    written::cut(&lines[from..(from + 10).min(lines.len())].join("\n"), Difference::MOST_TEXT)
}

/// Two lines that differ.
fn pair(cx: &mut Cx<'_>, index: usize, e: &str, a: &str) {
    if !cx.will_list() {
        return cx.count(1);
    }
    let near = lines::near(e, a).or_else(|| near::text(e, a));
    let mut note = (near == Some(NearMiss::Whitespace)).then(|| near::whitespace_note(e, a));
    let byte = raw::common_start(e.as_bytes(), a.as_bytes());
    if e.len().max(a.len()) > Difference::MOST_TEXT {
        let column = e[..written::boundary(e, byte)].chars().count();
        note.get_or_insert_with(|| format!("the lines part at character {column} (counted from 0)"));
    }
    let text = |line: &str| Some(written::cut_around(line, byte, Difference::MOST_TEXT));
    cx.at(Step::Index(index), |cx| cx.texts(DifferenceKind::Text, text(e), text(a), (near, note)));
}

fn lonely(cx: &mut Cx<'_>, kind: DifferenceKind, index: usize, line: &str, near: Option<NearMiss>) {
    if !cx.will_list() {
        return cx.count(1);
    }
    let text = Some(written::cut(line, Difference::MOST_TEXT));
    let is_blank = line.trim().is_empty();
    let note = is_blank.then(|| "a blank line".to_owned());
    let near = if is_blank { Some(NearMiss::Whitespace) } else { near };
    cx.at(Step::Index(index), |cx| match kind {
        DifferenceKind::Missing => cx.texts(kind, text, None, (near, note)),
        _ => cx.texts(kind, None, text, (near, note)),
    });
}

/// Only one of two last lines has a line end.
fn line_end(cx: &mut Cx<'_>, window: &Window<'_>) {
    let (e, a) = (window.expected.last().copied().unwrap_or(""), window.actual.last().copied().unwrap_or(""));
    let (e, a) = (written::cut_around(e, e.len(), 200), written::cut_around(a, a.len(), 200));
    let index = window.first + window.expected.len().saturating_sub(1);
    cx.at(Step::Index(index), |cx| {
        // Which of the two it is shows in the texts, so that they are not the same.
        let (e, a, note) = match window.actual_is_open {
            true => (format!("{e}\n"), a, "the last line has no line end (\\n)"),
            false => (e, format!("{a}\n"), "the last line ends in \\n, and no line end is expected"),
        };
        cx.texts(DifferenceKind::Text, Some(e), Some(a), (Some(NearMiss::Whitespace), Some(note.into())));
    });
}

/// Lines without an order.
fn unordered(cx: &mut Cx<'_>, window: &Window<'_>) {
    let (e, a) = (&window.expected, &window.actual);
    let options = cx.options;
    let print = |line: &&str| {
        let line = if options.whitespace == Whitespace::Trim { line.trim_end() } else { line };
        let exact = fingerprint::of_str(line);
        if options.tolerance.is_exact() {
            return Print { exact, loose: exact, number: None, weight: 0.0 };
        }
        Print {
            exact,
            loose: fingerprint::of_str(&lines::skeleton(line)),
            number: lines::as_number(line),
            weight: lines::weight(line),
        }
    };
    let prints_e: Vec<Print> = e.iter().map(print).collect();
    let prints_a: Vec<Print> = a.iter().map(print).collect();
    let mut equal = |i: usize, j: usize| lines::equal(e[i], a[j], options);
    match matching::multiset(&prints_e, &prints_a, &mut equal) {
        Err(TooMany) => {
            let note = "too many lines that are nearly the same to find out which belong together";
            cx.texts(DifferenceKind::TooLarge, None, None, (None, Some(note.into())));
        }
        Ok(left) if left.is_empty() => {
            if window.one_is_open {
                line_end(cx, window);
            }
        }
        Ok(left) => {
            if let ([i], [j]) = (left.missing.as_slice(), left.extra.as_slice()) {
                return pair(cx, window.first + i, e[*i], a[*j]);
            }
            left.missing.iter().for_each(|&i| lonely(cx, DifferenceKind::Missing, window.first + i, e[i], None));
            left.extra.iter().for_each(|&j| lonely(cx, DifferenceKind::Extra, window.first + j, a[j], None));
        }
    }
}

#[cfg(test)]
mod tests;
