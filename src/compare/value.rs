//! Two Python values, step by step.

use crate::model::{Channel, Comparison, DifferenceKind, NearMiss, Options, TemporalKind, Text, Types, Value};

use super::cx::{Cx, Dialect, MOST_DEPTH, Step};
use super::{array, decimal, frame, mapping, near, notes, number, repr, sequence};

/// Compares two values. The first pass only asks whether they are equal; the second says what differs.
pub(super) fn compare(
    channel: &Channel,
    expected: &Value,
    actual: &Value,
    options: &Options,
    dialect: Dialect,
) -> Comparison {
    let mut first = Cx::quiet(channel, options, dialect);
    walk(&mut first, expected, actual);
    if first.total() == 0 {
        return Comparison::default();
    }
    let mut second = Cx::new(channel, options, dialect);
    if first.exhausted {
        let note = "this is too large to compare".to_owned();
        second.texts(DifferenceKind::TooLarge, None, None, (None, Some(note)));
        return second.finish();
    }
    walk(&mut second, expected, actual);
    if second.total() == 0 {
        // Listing ran out of steps before it came to the place.
        second.exhausted = false;
        second.differs(DifferenceKind::Value, Some(expected), Some(actual), || (None, None));
    }
    second.finish()
}

/// Compares two values at the current place.
pub(super) fn walk<'v>(cx: &mut Cx<'v>, expected: &'v Value, actual: &'v Value) {
    cx.visit();
    if cx.is_done() || cx.is_ignored() {
        return;
    }
    if cx.depth() > MOST_DEPTH {
        let note = || (None, Some(format!("nested more than {MOST_DEPTH} levels deep; what is below is not compared")));
        return cx.differs(DifferenceKind::TooLarge, None, None, note);
    }
    match (expected, actual) {
        (Value::None, Value::None) => {}
        (Value::Bool(e), Value::Bool(a)) => differs_unless(cx, e == a, expected, actual),
        (Value::Int(_), Value::Int(_)) | (Value::Float(_), Value::Float(_)) => numbers(cx, expected, actual),
        (Value::Complex(er, ei), Value::Complex(ar, ai)) => {
            let equal = number::complex_equal((*er, *ei), (*ar, *ai), cx.options);
            differs_unless(cx, equal, expected, actual);
        }
        (Value::Scalar(e), Value::Scalar(a)) => array::compare(cx, e, a),
        (Value::Int(_) | Value::Float(_) | Value::Scalar(_), Value::Int(_) | Value::Float(_) | Value::Scalar(_))
            if cx.options.types == Types::Numeric && is_number(expected) && is_number(actual) =>
        {
            numbers(cx, expected, actual);
        }
        (Value::Str(e), Value::Str(a)) => texts(cx, e, a, expected, actual),
        (Value::Bytes(e), Value::Bytes(a)) => bytes(cx, e, a, expected, actual),
        (Value::List(e), Value::List(a)) | (Value::Tuple(e), Value::Tuple(a)) => {
            sequence::compare(cx, e, a, expected, actual)
        }
        (Value::Set(e), Value::Set(a)) | (Value::FrozenSet(e), Value::FrozenSet(a)) => sequence::members(cx, e, a),
        (Value::Dict(e), Value::Dict(a)) => mapping::dict(cx, e, a),
        (
            Value::Object { class, fields } | Value::New { class, kwargs: fields, .. },
            Value::Object { class: actual_class, fields: actual_fields },
        ) if class == actual_class => {
            if let Value::New { args, .. } = expected {
                mapping::positional(cx, args, actual_fields);
                mapping::fields(cx, fields, actual_fields.get(args.len()..).unwrap_or_default());
            } else {
                mapping::fields(cx, fields, actual_fields);
            }
        }
        (Value::EnumMember { .. }, Value::EnumMember { .. }) => {
            differs_unless(cx, expected == actual, expected, actual)
        }
        (Value::Temporal(e, e_text), Value::Temporal(a, a_text)) if e == a => {
            temporal(cx, *e, (e_text, a_text), expected, actual);
        }
        (Value::Path(e), Value::Path(a)) => {
            let close = || (near::text(e, a), None);
            if e != a {
                cx.differs(DifferenceKind::Value, Some(expected), Some(actual), close);
            }
        }
        (Value::Decimal(e), Value::Decimal(a)) => decimals(cx, e, a, expected, actual),
        (Value::Array(e), Value::Array(a)) | (Value::Tensor(e), Value::Tensor(a)) => array::compare(cx, e, a),
        (Value::Series(e), Value::Series(a)) => frame::series(cx, e, a),
        (Value::Frame(e), Value::Frame(a)) => frame::frame(cx, e, a),
        _ => other_type(cx, expected, actual),
    }
}

fn is_number(value: &Value) -> bool {
    number::of_value(value).is_some()
}

fn differs_unless(cx: &mut Cx<'_>, equal: bool, expected: &Value, actual: &Value) {
    if !equal {
        cx.differs(DifferenceKind::Value, Some(expected), Some(actual), || (None, None));
    }
}

fn numbers(cx: &mut Cx<'_>, expected: &Value, actual: &Value) {
    let (Some(e), Some(a)) = (number::of_value(expected), number::of_value(actual)) else { return };
    if !number::equal(e, a, cx.options) {
        cx.differs(DifferenceKind::Value, Some(expected), Some(actual), || (number::near(e, a), None));
    }
}

fn texts(cx: &mut Cx<'_>, e: &Text, a: &Text, expected: &Value, actual: &Value) {
    if e == a {
        return;
    }
    if !cx.will_list() {
        return cx.count(1);
    }
    let (e, a) = (e.lossy(), a.lossy());
    let near = near::text(&e, &a);
    let mut note = (near == Some(NearMiss::Whitespace)).then(|| near::whitespace_note(&e, &a));
    let shown = e.len().max(a.len());
    if shown > 200 && note.is_none() {
        let place = e.chars().zip(a.chars()).take_while(|(e, a)| e == a).count();
        note = Some(format!("the texts part at character {place} (counted from 0)"));
    }
    cx.differs(DifferenceKind::Value, Some(expected), Some(actual), || (near, note));
}

fn bytes(cx: &mut Cx<'_>, e: &[u8], a: &[u8], expected: &Value, actual: &Value) {
    if e == a {
        return;
    }
    let note = || {
        let place = e.iter().zip(a).take_while(|(e, a)| e == a).count();
        (
            None,
            Some(format!("{} bytes expected, {} found; they part at byte {place} (counted from 0)", e.len(), a.len())),
        )
    };
    cx.differs(DifferenceKind::Value, Some(expected), Some(actual), note);
}

fn decimals(cx: &mut Cx<'_>, e: &str, a: &str, expected: &Value, actual: &Value) {
    let is_lenient = cx.options.types == Types::Numeric || !cx.options.tolerance.is_exact();
    let is_nan = |text: &str| text.to_ascii_lowercase().contains("nan");
    let equal = if is_lenient || is_nan(e) { decimal::equal(e, a, cx.options) } else { e == a };
    if equal {
        return;
    }
    cx.differs(DifferenceKind::Value, Some(expected), Some(actual), || match (decimal::parse(e), decimal::parse(a)) {
        (Some(x), Some(y)) if x == y => {
            let note = "the same number with another number of decimal places; see Decimal.quantize".to_owned();
            (Some(NearMiss::TypeOnly), Some(note))
        }
        (Some(_), Some(_)) => {
            let both = near::text_number(e).zip(near::text_number(a));
            (both.and_then(|(e, a)| number::near(e, a)), None)
        }
        _ => (None, None),
    });
}

fn temporal(cx: &mut Cx<'_>, kind: TemporalKind, (e, a): (&str, &str), expected: &Value, actual: &Value) {
    let equal = match (kind, e.parse(), a.parse()) {
        (TemporalKind::Delta, Ok(e), Ok(a)) => {
            number::equal(number::Number::Float(e), number::Number::Float(a), cx.options)
        }
        _ => e == a,
    };
    let has_zone = |text: &str| text.ends_with('Z') || text.get(10..).is_some_and(|time| time.contains(['+', '-']));
    if !equal {
        cx.differs(DifferenceKind::Value, Some(expected), Some(actual), || {
            let note = match (kind, has_zone(e), has_zone(a)) {
                (TemporalKind::DateTime, true, false) => Some("a time zone is expected and there is none".to_owned()),
                (TemporalKind::DateTime, false, true) => Some("there is a time zone and none is expected".to_owned()),
                _ => None,
            };
            (None, note)
        });
    }
}

/// Values of different types, or such as are never equal.
fn other_type(cx: &mut Cx<'_>, expected: &Value, actual: &Value) {
    if let (Value::Opaque { class, repr }, Dialect::Json | Dialect::Csv) = (actual, cx.dialect) {
        return broken_row(cx, expected, class, repr);
    }
    if !cx.will_list() {
        return cx.count(1);
    }
    let both_opaque =
        matches!((expected, actual), (Value::Opaque { class: e, .. }, Value::Opaque { class: a, .. }) if e == a);
    let is_cell = cx.dialect == Dialect::Csv;
    let kind = if both_opaque || is_cell { DifferenceKind::Value } else { DifferenceKind::Type };
    let near = match near::is_type_only(cx, expected, actual) {
        true => Some(NearMiss::TypeOnly),
        false => number::of_value(expected).zip(number::of_value(actual)).and_then(|(e, a)| number::near(e, a)),
    };
    let note = notes::on(cx.channel, cx.depth() == 0, expected, actual);
    cx.differs(kind, Some(expected), Some(actual), || (near, note));
}

/// A row of JSONL that is not JSON, or one of CSV that has not as many cells as the header.
pub(super) fn broken_row(cx: &mut Cx<'_>, expected: &Value, problem: &str, text: &str) {
    if !cx.will_list() {
        return cx.count(1);
    }
    let (mut near, mut note) = (None, problem.to_owned());
    if cx.dialect == Dialect::Json
        && let Some(value) = repr::read(text)
    {
        let mut inner = Cx::quiet(cx.channel, cx.options, Dialect::Json);
        walk(&mut inner, expected, &value);
        near = (inner.total() == 0).then_some(NearMiss::PythonRepr);
        note.push_str("; it reads as Python's own notation: use json.dumps(...)");
    }
    let expected = cx.write(expected);
    cx.texts(DifferenceKind::Malformed, Some(expected), Some(text.to_owned()), (near, Some(note)));
}

/// Whether two values at one index of their lists are equal.
pub(super) fn equal_at<'v>(cx: &mut Cx<'v>, index: usize, expected: &'v Value, actual: &'v Value) -> bool {
    cx.probe(|cx| cx.at(Step::Index(index), |cx| walk(cx, expected, actual)))
}

#[cfg(test)]
mod tests;
