//! The differences of a case: where, expected, actual, and how near.

use super::Amount;
use crate::event::CaseFinished;
use crate::model::{Difference, DifferenceKind, NearMiss};
use crate::report::diff::{self, Marked, Pair};
use crate::report::page::{Page, plain, span};
use crate::report::style::Role;
use crate::report::words;

/// Columns before `expected` and `actual`.
const INDENT: usize = 6;
/// Columns of these labels, with the space after them.
const LABEL: usize = 10;
/// Below this many columns, a value starts on a line of its own.
const NARROW: usize = 56;

/// The first differences, and how many there are besides.
pub fn list(page: &mut Page, case: &CaseFinished, amount: Amount) {
    let findings: Vec<String> = case.differences.iter().filter_map(Difference::finding).collect();
    if !findings.is_empty() {
        return lines(page, &findings, case.differences_total, amount);
    }
    let shown = case.differences.len().min(amount.differences);
    for difference in case.differences.iter().take(shown) {
        page.blank();
        one(page, difference, &case.differences, amount);
    }
    let others = case.differences_total.saturating_sub(shown);
    if others > 0 && shown > 0 {
        page.blank();
        page.para(4, 4, &[plain(format!("... and {}.", words::count(others, "more difference")))]);
    }
}

/// Findings, a line each, of so many in all.
fn lines(page: &mut Page, findings: &[String], total: usize, amount: Amount) {
    page.blank();
    for finding in findings.iter().take(amount.findings) {
        let (place, what) = finding.split_once(' ').unwrap_or((finding, ""));
        page.para(4, 6, &[span(Role::Strong, place), plain(format!(" {what}"))]);
    }
    let others = total.saturating_sub(findings.len().min(amount.findings));
    if others > 0 {
        page.para(4, 4, &[plain(format!("... and {}.", words::count(others, "more finding")))]);
    }
}

fn one(page: &mut Page, difference: &Difference, all: &[Difference], amount: Amount) {
    let mut place = words::place(difference, all);
    if let Some(manner) = words::manner(difference.kind) {
        place = format!("{place}: {manner}");
    }
    page.para(4, 6, &[span(Role::Strong, place)]);
    let (expected, actual) = match (&difference.expected, &difference.actual) {
        // Of the same items in other places nearly every character would be marked.
        (Some(expected), Some(actual)) if difference.kind == DifferenceKind::Order => {
            (Some(diff::alone(expected)), Some((diff::alone(actual), None)))
        }
        (Some(expected), Some(actual)) => {
            let Pair { expected, actual, alike } = diff::pair(expected, actual, is_near(difference));
            (Some(expected), Some((actual, alike)))
        }
        (expected, actual) => {
            (expected.as_deref().map(diff::alone), actual.as_deref().map(|actual| (diff::alone(actual), None)))
        }
    };
    let mut legend = Vec::new();
    if let Some(expected) = &expected {
        legend.extend(diff::legend(expected));
    }
    if let Some((actual, _)) = &actual {
        legend.extend(diff::legend(actual).into_iter().filter(|entry| !legend.contains(entry)).collect::<Vec<_>>());
    }
    // The place says already that it is not expected, missing, or not readable.
    let says_so = |kind| difference.kind == kind || difference.kind == DifferenceKind::Malformed;
    let alike = actual.as_ref().and_then(|(_, alike)| *alike);
    match expected {
        Some(cells) => value(page, "expected", (Role::Expected, Role::ExpectedMark), cells, amount),
        None if !says_so(DifferenceKind::Extra) && actual.is_some() => {
            page.para(INDENT, INDENT, &[plain("Nothing is expected here, but there is:")]);
        }
        None => {}
    }
    match actual {
        Some((cells, _)) => value(page, "actual", (Role::Actual, Role::ActualMark), cells, amount),
        None if !says_so(DifferenceKind::Missing) && difference.expected.is_some() => {
            page.para(INDENT, INDENT, &[plain("There is nothing here.")]);
        }
        None => {}
    }
    if let Some(sentence) = words::near_miss(difference) {
        page.para(6, 6, &[plain(sentence)]);
    }
    if let Some((expected, actual)) = alike {
        let code = |c: char| format!("U+{:04X}", u32::from(c));
        page.para(
            6,
            6,
            &[plain(format!(
                "The marked characters look alike: {} is expected, {} is there.",
                code(expected),
                code(actual)
            ))],
        );
    }
    if !legend.is_empty() {
        page.para(6, 6, &[span(Role::Dim, format!("({})", legend.join(", ")))]);
    }
    if let Some(note) = &difference.note {
        for line in note.trim_end().split('\n').take(amount.lines) {
            page.para(6, 6, &[plain(line)]);
        }
    }
}

/// Whether the two texts are so near that what differs is always marked.
fn is_near(difference: &Difference) -> bool {
    matches!(difference.near, Some(NearMiss::Whitespace | NearMiss::Case | NearMiss::AroundJson | NearMiss::Encoding))
}

/// A labelled value, on as many rows as it needs and is given.
fn value(page: &mut Page, label: &str, (role, mark): (Role, Role), cells: Vec<Marked>, amount: Amount) {
    if cells.is_empty() {
        return page.para(INDENT, INDENT, &[plain(format!("{label:<LABEL$}")), span(Role::Dim, "(empty)")]);
    }
    let beside = page.width() >= NARROW;
    let margin = if beside { INDENT + LABEL } else { INDENT + 2 };
    let margin_text = " ".repeat(margin);
    let label = format!("{:INDENT$}{label:<LABEL$}", "");
    if !beside {
        page.pieces(&[(Role::Plain, &label)]);
    }
    let width = page.width().saturating_sub(margin).max(8);
    // A value may be broken into two rows; only beyond that is left out what is equal.
    let cells = diff::elide(cells, width.saturating_mul(amount.rows.min(2)));
    let rows = diff::rows(&cells, width);
    for (index, row) in rows.iter().take(amount.rows).enumerate() {
        let mut pieces: Vec<(Role, &str)> =
            vec![(Role::Plain, if beside && index == 0 { &label } else { &margin_text })];
        pieces.extend(row.iter().map(|marked| (if marked.differs { mark } else { role }, marked.cell.text.as_str())));
        page.pieces(&pieces);
        if let Some(markers) = diff::markers(row) {
            page.pieces(&[(Role::Plain, &margin_text), (role, &markers)]);
        }
    }
    let rest = rows.iter().skip(amount.rows).flat_map(|row| row.iter());
    let left: usize = rest.map(|marked| marked.cell.source.chars().count()).sum();
    if left > 0 {
        page.para(margin, margin, &[span(Role::Dim, format!("... and {}", words::count(left, "more character")))]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Channel, Verdict};
    use crate::report::case::text;
    use crate::report::samples;

    fn told(kind: DifferenceKind, expected: &str, actual: &str) -> String {
        let difference = samples::difference(Channel::Returned, "/a", kind, expected, actual);
        let case = samples::differing(samples::case("c", "p", Verdict::Failed, "no"), vec![difference]);
        text(&case, 80, Amount::SHORT)
    }

    #[test]
    fn what_is_not_there_is_said_in_words() {
        let value = told(DifferenceKind::Value, "", "1");
        assert!(value.ends_with("  Nothing is expected here, but there is:\n  actual    1"), "{value}");
        let nothing = told(DifferenceKind::Value, "1", "");
        assert!(nothing.ends_with("  expected  1\n  There is nothing here."), "{nothing}");
        // What the heading says is not said again.
        for (kind, expected, actual, last) in [
            (DifferenceKind::Extra, "", "1", "not expected\n  actual    1"),
            (DifferenceKind::Missing, "1", "", "missing\n  expected  1"),
            (DifferenceKind::Malformed, "", "<a>", "not readable\n  actual    <a>"),
        ] {
            let told = told(kind, expected, actual);
            assert!(told.ends_with(last), "{told}");
        }
    }

    #[test]
    fn findings_are_lines() {
        let finding = |file: &str, path: &str, what: &str| {
            samples::difference(Channel::File(file.to_owned()), path, DifferenceKind::Finding, "", what)
        };
        let all =
            vec![finding("a.py", "/4/16", "B006 Do not"), finding("a.py", "/4", "x y"), finding("\u{7}", "", "e f")];
        let mut case = samples::differing(samples::case("c", "p", Verdict::Failed, "no"), all);
        case.differences_total = 5;
        let text = text(&case, 80, Amount::SHORT);
        assert!(
            text.ends_with("\n\na.py:5:17 B006 Do not\na.py:5 x y\n\u{2407} e f\n... and 2 more findings."),
            "{text}"
        );
    }
}
