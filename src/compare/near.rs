//! How a wrong result is nearly right.

use crate::model::{Array, ArrayData, NearMiss, Options, Text, Types, Value};

use super::cx::{Cx, Dialect};
use super::number::{self, Number};
use super::{array, decimal, mapping, sequence};

/// The most items of a container that are tried as another type.
const MOST_ITEMS: usize = 100_000;

/// The longest texts that are looked at more closely.
const MOST_BYTES: usize = 1 << 20;

/// How two different texts are nearly the same.
pub(super) fn text(expected: &str, actual: &str) -> Option<NearMiss> {
    if expected.len().max(actual.len()) > MOST_BYTES {
        return None;
    }
    let lower = |c: char| c.to_lowercase();
    if expected.chars().flat_map(lower).eq(actual.chars().flat_map(lower)) {
        Some(NearMiss::Case)
    } else if expected.chars().filter(|c| !c.is_whitespace()).eq(actual.chars().filter(|c| !c.is_whitespace())) {
        // Two texts of nothing but space are still different texts, but their difference is space.
        Some(NearMiss::Whitespace)
    } else if is_recoded(expected, actual) || is_marked(expected, actual) {
        Some(NearMiss::Encoding)
    } else {
        None
    }
}

fn is_marked(expected: &str, actual: &str) -> bool {
    actual.strip_prefix('\u{feff}') == Some(expected)
}

/// Whether the actual text is the expected one, written as UTF-8 and read as Latin-1 or Windows-1252: `Ã©` for `é`.
fn is_recoded(expected: &str, actual: &str) -> bool {
    let is_plain = expected.is_ascii() || actual.is_ascii();
    !is_plain && actual.chars().map(|c| u8::try_from(u32::from(c))).eq(expected.bytes().map(Ok))
}

/// What differs between two texts of which only the white space differs.
pub(super) fn whitespace_note(expected: &str, actual: &str) -> String {
    let say = |text: &str| text.to_owned();
    let without = |text: &str, c: char| text.replace(c, "");
    if expected.trim_end() == actual.trim_end() {
        return match (expected.len() > expected.trim_end().len(), actual.len() > actual.trim_end().len()) {
            (false, true) if actual.ends_with('\r') => say("the line ends in CRLF (\\r\\n) instead of LF (\\n)"),
            (false, true) => say("there is white space at its end that is not expected"),
            (true, false) => say("white space is expected at its end"),
            _ => say("the white space at its end differs"),
        };
    }
    if expected.trim_start() == actual.trim_start() {
        return match expected.contains('\t') != actual.contains('\t') {
            true => say("one is indented with tabs, the other with spaces"),
            false => say("the indentation differs"),
        };
    }
    match (expected.contains('\t'), actual.contains('\t')) {
        (false, true) => say("there are tabs where none are expected"),
        (true, false) => say("tabs are expected"),
        _ if without(expected, '\u{a0}') == without(actual, ' ')
            || without(expected, ' ') == without(actual, '\u{a0}') =>
        {
            say("there are no-break spaces among the spaces")
        }
        _ => say("the spaces differ"),
    }
}

/// Whether two values are the same but for their types: `1`, `1.0`, `"1"`; a list and a tuple; an array and a list.
pub(super) fn is_type_only(cx: &Cx<'_>, expected: &Value, actual: &Value) -> bool {
    if let Some(answer) = atoms_match(expected, actual) {
        return answer;
    }
    let options = Options { types: Types::Numeric, dtype: crate::model::DtypeRule::Any, ..Options::clone(cx.options) };
    let mut inner = Cx::quiet(cx.channel, &options, Dialect::Python);
    match (expected, actual) {
        (Value::Array(e) | Value::Tensor(e), Value::Array(a) | Value::Tensor(a)) => array::compare(&mut inner, e, a),
        (Value::Array(array) | Value::Tensor(array), Value::List(list) | Value::Tuple(list))
        | (Value::List(list) | Value::Tuple(list), Value::Array(array) | Value::Tensor(array)) => {
            return is_nested_list(&inner, array, 0, &mut 0, list);
        }
        (Value::Series(series), Value::List(items) | Value::Tuple(items))
        | (Value::List(items) | Value::Tuple(items), Value::Series(series)) => {
            sequence::ordered(&mut inner, &series.column.values, items);
        }
        (Value::Dict(e), Value::Object { fields, .. }) => {
            let dict = as_dict(fields);
            let mut inner = Cx::quiet(cx.channel, &options, Dialect::Python);
            mapping::dict(&mut inner, e, &dict);
            return inner.total() == 0;
        }
        (Value::Object { fields, .. }, Value::Dict(a)) => {
            let dict = as_dict(fields);
            let mut inner = Cx::quiet(cx.channel, &options, Dialect::Python);
            mapping::dict(&mut inner, &dict, a);
            return inner.total() == 0;
        }
        _ => {
            let (Some((e, e_is_set)), Some((a, a_is_set))) = (items(expected), items(actual)) else { return false };
            if e.len().max(a.len()) > MOST_ITEMS {
                return false;
            }
            match e_is_set || a_is_set {
                true => sequence::members(&mut inner, e, a),
                false => sequence::ordered(&mut inner, e, a),
            }
        }
    }
    inner.total() == 0
}

fn as_dict(fields: &[(String, Value)]) -> Vec<(Value, Value)> {
    fields.iter().map(|(name, value)| (Value::str(name), value.clone())).collect()
}

/// The items of a container, and whether they have no order.
fn items(value: &Value) -> Option<(&[Value], bool)> {
    match value {
        Value::List(items) | Value::Tuple(items) => Some((items, false)),
        Value::Set(items) | Value::FrozenSet(items) => Some((items, true)),
        _ => None,
    }
}

/// Whether two values that are no containers mean the same; `None` when they are something else.
fn atoms_match(expected: &Value, actual: &Value) -> Option<bool> {
    let numbers = (number::of_value(expected), number::of_value(actual));
    let options = Options::default();
    if let (Some(e), Some(a)) = numbers {
        return Some(number::equal(e, a, &options));
    }
    let answer = match (expected, actual) {
        (Value::Bool(flag), other) | (other, Value::Bool(flag)) => match other {
            Value::Str(Text::Valid(text)) => text.eq_ignore_ascii_case(if *flag { "true" } else { "false" }),
            Value::Scalar(array) if array.data.len() == 1 && matches!(array.data, ArrayData::Bool(_)) => {
                array.data.get(0) == Some(Value::Bool(*flag))
            }
            _ => number::of_value(other)
                .is_some_and(|number| number::equal(Number::Small(i128::from(*flag)), number, &options)),
        },
        (Value::None, Value::Str(Text::Valid(text))) | (Value::Str(Text::Valid(text)), Value::None) => {
            matches!(text.as_str(), "None" | "null")
        }
        (Value::Str(Text::Valid(text)), Value::Bytes(bytes)) | (Value::Bytes(bytes), Value::Str(Text::Valid(text))) => {
            text.as_bytes() == bytes.as_slice()
        }
        (Value::Str(Text::Valid(text)), other) | (other, Value::Str(Text::Valid(text))) => match other {
            Value::Path(own) | Value::Temporal(_, own) => text == own,
            Value::Decimal(own) => decimal::parse(text).is_some_and(|number| decimal::parse(own) == Some(number)),
            Value::EnumMember { class, member } => text == member || *text == format!("{class}.{member}"),
            _ => number::of_value(other)
                .is_some_and(|number| text_number(text).is_some_and(|own| number::equal(own, number, &options))),
        },
        (Value::Decimal(text), other) | (other, Value::Decimal(text)) => match (other, number::of_value(other)) {
            (Value::Decimal(own), _) => decimal::parse(text).is_some_and(|number| decimal::parse(own) == Some(number)),
            (_, Some(number)) => text_number(text).is_some_and(|own| number::to_float(own) == number::to_float(number)),
            _ => false,
        },
        _ => return None,
    };
    Some(answer)
}

/// The number that a text is, if it is a finite one.
pub(super) fn text_number(text: &str) -> Option<Number<'static>> {
    if let Ok(int) = text.parse::<i128>() {
        return Some(Number::Small(int));
    }
    text.parse().ok().filter(|number: &f64| number.is_finite()).map(Number::Float)
}

/// Whether a list of lists has an array's shape and values. `next` is the element to come.
fn is_nested_list(cx: &Cx<'_>, array: &Array, axis: usize, next: &mut usize, list: &[Value]) -> bool {
    if array.shape.get(axis) != Some(&list.len()) {
        return false;
    }
    let is_last = axis + 1 == array.shape.len();
    list.iter().all(|item| match item {
        Value::List(inner) | Value::Tuple(inner) if !is_last => is_nested_list(cx, array, axis + 1, next, inner),
        _ if is_last => {
            let index = std::mem::replace(next, *next + 1);
            match (number::of_element(&array.data, index), number::of_value(item)) {
                (Some(e), Some(a)) => number::equal(e, a, cx.options),
                (None, None) => match (array.data.get(index), item) {
                    (Some(Value::Bool(e)), Value::Bool(a)) => e == *a,
                    (Some(Value::Str(e)), Value::Str(a)) => e == *a,
                    _ => false,
                },
                _ => false,
            }
        }
        _ => false,
    })
}
