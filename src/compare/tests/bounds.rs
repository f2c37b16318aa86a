//! Large, deep and long inputs: compared or refused, and never a panic. Nothing here asks how long it takes; without
//! optimisation it would take minutes, so only `cargo test --release` runs them at their full size.

use std::fmt::Write;

use crate::model::{Channel, DifferenceKind, Format, Value};

use super::super::{bytes, value};
use super::options;

/// What sizes are divided by where nothing is optimised. What is refused for its size keeps that size.
const SHARE: usize = if cfg!(debug_assertions) { 20 } else { 1 };

/// Compares texts of one format, and checks the kind of the first difference and the number of all.
fn check(format: Format, expected: &str, actual: &str, with: &str, kind: Option<DifferenceKind>, total: usize) {
    let found = bytes(&Channel::Stdout, format, expected.as_bytes(), actual.as_bytes(), &options(with));
    assert_eq!(found.differences.first().map(|difference| difference.kind), kind);
    assert_eq!(found.total, total);
}

/// Lines of eight bytes.
fn many_lines(number: usize, mark: &str) -> String {
    (0..number).fold(String::new(), |mut out, line| {
        // Writing to a String does not fail.
        let _ = writeln!(out, "{mark}{line:06}");
        out
    })
}

#[test]
fn much_text() {
    let lines = (8 << 20) / SHARE;
    let (one, other) = (many_lines(lines, "a"), many_lines(lines, "b"));
    check(Format::Text, &one, &one, "", None, 0);
    check(Format::Text, &one, &other, "", Some(DifferenceKind::Text), lines);
    check(Format::Text, &one, &format!("{one}x\n"), "", Some(DifferenceKind::Extra), 1);
    // Texts as large as the first are compared line by line; smaller ones are aligned.
    let (kind, total) = if SHARE == 1 { (DifferenceKind::Text, lines + 2) } else { (DifferenceKind::Extra, 2) };
    check(Format::Text, &one, &format!("x\n{one}y\n"), "whitespace=trim", Some(kind), total);
}

#[test]
fn one_long_line() {
    let (one, other) = ("x".repeat(10 << 20), format!("{}y{}", "x".repeat(5 << 20), "x".repeat(5 << 20)));
    check(Format::Text, &one, &other, "", Some(DifferenceKind::Text), 1);
    check(Format::Text, &one, &other, "abs=1 order=any", Some(DifferenceKind::Text), 1);
    check(Format::Bytes, &one, &other, "", Some(DifferenceKind::Value), 1);
    let digits = "1".repeat(10 << 20);
    check(Format::Text, &digits, &format!("{digits}1"), "abs=1", Some(DifferenceKind::Text), 1);
    check(Format::Json, "1", &digits, "", Some(DifferenceKind::TooLarge), 1);
    check(Format::Json, "1", &"-".repeat(10 << 20), "", Some(DifferenceKind::Malformed), 1);
    check(Format::Json, "\"x\"", &format!("\"{one}\""), "", Some(DifferenceKind::Value), 1);
}

#[test]
fn deep_documents() {
    for open in ["[", "{\"a\":", "(", "{'a':"] {
        let found = bytes(&Channel::Stdout, Format::Json, b"[]", open.repeat(100_000).as_bytes(), &options(""));
        assert_eq!(found.total, 1);
    }
    let deep = |levels: usize, inner: Value| (0..levels).fold(inner, |value, _| Value::List(vec![value]));
    for (levels, kind) in [(100, DifferenceKind::Value), (1000, DifferenceKind::TooLarge)] {
        let (one, other) = (deep(levels, Value::int(1)), deep(levels, Value::int(2)));
        let found = value(&Channel::Returned, &one, &other, &options(""));
        assert_eq!(found.differences.first().map(|difference| difference.kind), Some(kind));
        let found = value(&Channel::Returned, &one, &other, &options("order=any"));
        assert_eq!(found.differences.first().map(|difference| difference.kind), Some(kind));
    }
}

#[test]
fn many_items() {
    let list = |number: i64, add: i64| Value::List((0..number).map(|item| Value::int(item + add)).collect());
    let number = 1_000_000 / SHARE as i64;
    let middle = (number / 2) as usize;
    let (one, mut other) = (list(number, 0), list(number, 0));
    let total = |other: &Value, with: &str| value(&Channel::Returned, &one, other, &options(with)).total;
    assert_eq!(total(&other, ""), 0);
    if let Value::List(items) = &mut other {
        items[middle] = Value::int(-1);
    }
    assert_eq!(total(&other, ""), 1);
    if let Value::List(items) = &mut other {
        items.reverse();
    }
    assert_eq!(total(&other, "order=any"), 1);
    assert_eq!(total(&other, "order=any abs=0.25"), 1);
    let text = |value: &Value| super::super::written::json(value, usize::MAX);
    // The same numbers from 1 on: the first is missing, the last is one too many.
    check(Format::Json, &text(&one), &text(&list(number, 1)), "", Some(DifferenceKind::Missing), 2);
    let huge = format!("[{}1]", "1,".repeat(30 << 20));
    check(Format::Json, "[]", &huge, "", Some(DifferenceKind::TooLarge), 1);
    check(Format::Csv, "a\n1\n", &huge, "", Some(DifferenceKind::TooLarge), 1);
    check(Format::Jsonl, "1\n", &"1\n".repeat(5_000_000), "", Some(DifferenceKind::TooLarge), 1);
}
