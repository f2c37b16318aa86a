//! JSON Lines: a document a line, blank lines aside. A row's place is its index among the rows.

use crate::model::{DifferenceKind, Value};

use super::cx::{Cx, Dialect};
use super::json::{self, Problem};
use super::{decode, value};

/// More rows than this are refused.
const MOST_ROWS: usize = 2_000_000;

/// Two files of JSON Lines.
pub(super) fn compare(cx: &mut Cx<'_>, expected: &[u8], actual: &[u8]) {
    let Some((e_text, a_text)) = decode::both(cx, expected, actual) else { return };
    if e_text == a_text && cx.options.nan == crate::model::Nan::Equal {
        return;
    }
    let (e, a) = match (rows(e_text), rows(a_text)) {
        (Err(problem), _) => return json::expectation(cx, problem),
        (_, Err(problem)) => return cx.texts(problem.kind, None, None, (None, Some(problem.note))),
        (Ok(e), Ok(a)) => (e, a),
    };
    if let Value::List(items) = &e
        && let Some(broken) = items.iter().find_map(|row| match row {
            Value::Opaque { class, .. } => Some(class.clone()),
            _ => None,
        })
    {
        return json::expectation(cx, Problem { kind: DifferenceKind::Malformed, note: broken, at: 0 });
    }
    if is_array(&e, a_text, cx) {
        return;
    }
    let mut found = value::compare(cx.channel, &e, &a, cx.options, Dialect::Json);
    if let (Some(first), true) = (found.differences.first_mut(), a_text.trim().is_empty()) {
        first.note = Some("there is nothing; is a `print` or a `write` missing?".into());
    }
    cx.merge(found);
}

/// Whether the actual text is one JSON array where rows were expected; says so.
fn is_array(e: &Value, text: &str, cx: &mut Cx<'_>) -> bool {
    let Value::List(rows) = e else { return false };
    let rows_are_lists = rows.iter().any(|row| matches!(row, Value::List(_)));
    if rows_are_lists || !text.trim_start().starts_with('[') {
        return false;
    }
    let Ok(array @ Value::List(_)) = json::parse(text) else { return false };
    let note = match json::is_equal(cx, e, &array) {
        true => "this is one JSON array with the expected rows in it; JSON Lines has a document a line and no brackets",
        false => "this is one JSON array; JSON Lines has a document a line and no brackets around them",
    };
    let (expected, actual) = (cx.write(e), cx.write(&array));
    cx.texts(DifferenceKind::Malformed, Some(expected), Some(actual), (None, Some(note.into())));
    true
}

/// The documents of a text with one a line, if it is that.
pub(super) fn documents(text: &str) -> Option<Vec<Value>> {
    match rows(text) {
        Ok(Value::List(rows)) if !rows.iter().any(|row| matches!(row, Value::Opaque { .. })) => Some(rows),
        _ => None,
    }
}

/// The rows as a list, with a [`Value::Opaque`] in the place of each that is not JSON.
fn rows(text: &str) -> Result<Value, Problem> {
    let mut rows = vec![];
    let mut budget = json::MOST_VALUES;
    for (index, line) in text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let values = json::count_values(line);
        budget = budget.saturating_sub(values);
        if budget == 0 || rows.len() >= MOST_ROWS {
            let note = format!("too large to compare: more than {} values", json::MOST_VALUES);
            return Err(Problem { kind: DifferenceKind::TooLarge, note, at: 0 });
        }
        rows.push(match json::parse(line) {
            Ok(row) => row,
            Err(problem) => {
                // Within one line the parser always says "line 1".
                let note = problem.note.replace("line 1,", &format!("line {},", index + 1));
                Value::Opaque { class: note, repr: line.trim_end().to_owned() }
            }
        });
    }
    Ok(Value::List(rows))
}

#[cfg(test)]
mod tests;
