//! One JSON document, compared by what it means. It is read into a [`Value`] and compared as one.

use crate::codec::{self, json::JsonError};
use crate::model::{Difference, DifferenceKind, NearMiss, Text, Value};

use super::cx::{Cx, Dialect};
use super::{decode, jsonl, repr, value, written};

/// Documents with more than about so many values are refused. Each takes some hundred bytes of memory.
pub(super) const MOST_VALUES: usize = 1 << 20;
/// The longest text in which a document is looked for.
const MOST_SEARCHED: usize = 1 << 20;
/// How many starts of a document are tried.
const MOST_STARTS: usize = 64;

/// Why a text is not read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    /// [`DifferenceKind::Malformed`] or [`DifferenceKind::TooLarge`].
    pub kind: DifferenceKind,
    /// What is wrong and where.
    pub note: String,
    /// The byte at which it is.
    pub at: usize,
}

/// Two JSON documents.
pub(super) fn compare(cx: &mut Cx<'_>, expected: &[u8], actual: &[u8]) {
    // Nothing that JSON can hold differs from itself, and reading a large document takes a while.
    if expected == actual {
        return;
    }
    let Some((e_text, a_text)) = decode::both(cx, expected, actual) else { return };
    let e = match parse(e_text) {
        Ok(e) => e,
        Err(_) if e_text == a_text => return,
        // No document at all is wanted, such as where the program is to refuse its input.
        Err(_) if e_text.trim().is_empty() => {
            if !a_text.trim().is_empty() {
                cx.texts(DifferenceKind::Extra, None, Some(a_text.to_owned()), (None, None));
            }
            return;
        }
        Err(problem) => return expectation(cx, problem),
    };
    match parse(a_text) {
        Ok(a) => {
            let mut found = value::compare(cx.channel, &e, &a, cx.options, Dialect::Json);
            if let (Some(first), Some(note)) = (found.differences.first_mut(), whole_note(cx, &e, &a)) {
                first.near = first.near.take().or(Some(NearMiss::TypeOnly));
                first.note = Some(note);
            }
            cx.merge(found);
        }
        Err(problem) => malformed(cx, &e, a_text, problem),
    }
}

/// Says that the author's side cannot be read.
pub(super) fn expectation(cx: &mut Cx<'_>, problem: Problem) {
    let note = format!("the expectation itself cannot be read: {}", problem.note);
    cx.texts(problem.kind, None, None, (None, Some(note)));
}

/// A mistake that concerns the document as a whole.
fn whole_note(cx: &Cx<'_>, e: &Value, a: &Value) -> Option<String> {
    match a {
        Value::Str(Text::Valid(inner)) if !matches!(e, Value::Str(_)) => {
            let again = parse(inner).ok()?;
            is_equal(cx, e, &again).then(|| "it was encoded twice: this is JSON in a JSON string".into())
        }
        Value::Dict(entries) if matches!(e, Value::List(_)) => match entries.as_slice() {
            [(key, inner)] if is_equal(cx, e, inner) => {
                Some(format!("the expected list is inside an object, under {}", written::json(key, 100)))
            }
            _ => None,
        },
        Value::List(items) if matches!(e, Value::Dict(_)) && items.len() == 1 && is_equal(cx, e, items.first()?) => {
            Some("the expected object is inside a list".into())
        }
        _ => None,
    }
}

/// Whether two documents are equal under the options in force.
pub(super) fn is_equal(cx: &Cx<'_>, e: &Value, a: &Value) -> bool {
    let mut inner = Cx::quiet(cx.channel, cx.options, Dialect::Json);
    value::walk(&mut inner, e, a);
    inner.total() == 0
}

/// Text that should be JSON and is not.
fn malformed(cx: &mut Cx<'_>, e: &Value, text: &str, problem: Problem) {
    let (mut near, mut note) = (None, problem.note);
    if text.trim().is_empty() {
        note = "there is nothing; is a `print` or a `write` missing?".into();
    } else if problem.kind == DifferenceKind::TooLarge {
        // Nothing is tried that would take long.
    } else if let Some(found) = repr::read(text) {
        near = is_equal(cx, e, &found).then_some(NearMiss::PythonRepr);
        let is_json_but_nan = ["NaN", "Infinity"].iter().any(|word| text.contains(word)) && !text.contains('\'');
        note.push_str(match is_json_but_nan {
            true => "; JSON has no NaN and no Infinity",
            false => "; this is Python's own notation: use json.dumps(...)",
        });
    } else if is_around(cx, e, text) {
        near = Some(NearMiss::AroundJson);
        note.push_str("; the expected JSON is in it, with text before or after it");
    } else if let (Value::List(_), Some(rows)) = (e, jsonl::documents(text))
        && is_equal(cx, e, &Value::List(rows))
    {
        note.push_str("; this is JSON Lines, one document a line, and one JSON array is expected");
    }
    let expected = written::json(e, Difference::MOST_TEXT);
    let actual = written::cut_around(text, problem.at, Difference::MOST_TEXT);
    cx.texts(problem.kind, Some(expected), Some(actual), (near, Some(note)));
}

/// Whether the expected document is somewhere in the text.
fn is_around(cx: &Cx<'_>, e: &Value, text: &str) -> bool {
    if text.len() > MOST_SEARCHED {
        return false;
    }
    let brackets = text.match_indices(['{', '[']).map(|(at, _)| at).take(MOST_STARTS);
    let lines = text.match_indices('\n').map(|(at, _)| at + 1).take(MOST_STARTS);
    let is_there = |start: usize| {
        // How far the document reaches; what is behind it does not matter.
        let mut documents = serde_json::Deserializer::from_str(&text[start..]).into_iter::<serde::de::IgnoredAny>();
        let Some(Ok(_)) = documents.next() else { return false };
        let end = start + documents.byte_offset();
        parse(&text[start..end]).is_ok_and(|found| is_equal(cx, e, &found))
    };
    match e {
        Value::List(_) | Value::Dict(_) => brackets.into_iter().any(is_there),
        _ => std::iter::once(0).chain(lines).any(is_there),
    }
}

/// About how many values a text holds; never too few.
pub(super) fn count_values(text: &str) -> usize {
    1 + text.bytes().filter(|byte| matches!(byte, b',' | b':' | b'[' | b'{')).count()
}

/// Reads a JSON document.
pub(super) fn parse(text: &str) -> Result<Value, Problem> {
    let values = count_values(text);
    if values > MOST_VALUES {
        let note = format!("too large to compare: some {values} values");
        return Err(Problem { kind: DifferenceKind::TooLarge, note, at: 0 });
    }
    if has_long_number(text) {
        let note = format!("a number of more than {} digits, which Python does not read either", repr::MOST_DIGITS);
        return Err(Problem { kind: DifferenceKind::TooLarge, note, at: 0 });
    }
    codec::json::parse(text.as_bytes()).map_err(|error| match error {
        JsonError::Syntax(error) => problem(text, &error),
        other => Problem { kind: DifferenceKind::TooLarge, note: other.to_string(), at: 0 },
    })
}

/// Whether there are more digits in a row than an integer may have: reading those takes time that grows with the
/// square of their number. A text of so many digits is refused too.
fn has_long_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = repr::MOST_DIGITS;
    // Of so many digits in a row, one is at each place that is looked at.
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_digit() {
            let before = bytes[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let after = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if before + after > repr::MOST_DIGITS {
                return true;
            }
        }
        at += repr::MOST_DIGITS;
    }
    false
}

fn problem(text: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or(&message);
    let (line, column) = (error.line(), error.column());
    if what.starts_with("recursion limit") {
        let note = format!("line {line}, column {column}: nested more than 127 levels deep");
        return Problem { kind: DifferenceKind::TooLarge, note, at: 0 };
    }
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = written::boundary(text, start + column.saturating_sub(1));
    let found = match text[at..].chars().next() {
        None => "the end".to_owned(),
        _ if what.starts_with("EOF") => "the end".to_owned(),
        Some('\n') => "the end of the line".to_owned(),
        Some(c) => format!("`{c}`"),
    };
    let what = what.replace("EOF while parsing", "the end came within");
    let column = text[start.min(at)..at].chars().count() + 1;
    Problem {
        kind: DifferenceKind::Malformed,
        note: format!("not JSON: line {line}, column {column}: {what}; found {found}"),
        at,
    }
}

#[cfg(test)]
mod tests;
