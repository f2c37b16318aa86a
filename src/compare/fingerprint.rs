//! Hashes of values that respect what a comparison leaves open: the order of dicts, sets and unordered lists, ignored
//! places, number types. Equal values have equal hashes; the reverse is checked by comparing.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

use crate::model::{Array, Keys, Options, TemporalKind, Text, Types, Value};

use super::cx::{Cx, MOST_DEPTH, Step};
use super::decimal;
use super::matching::Print;
use super::number::{self, Number};

/// Whether values with different exact hashes can be equal under these options.
pub(super) fn is_loose(cx: &Cx<'_>) -> bool {
    !cx.options.tolerance.is_exact() || cx.options.keys == Keys::Subset
}

/// The prints of the items of a list at this place, the first of which has the index `first`.
pub(super) fn of_items<'v>(cx: &mut Cx<'v>, items: &'v [Value], first: usize) -> Vec<Print> {
    items.iter().enumerate().map(|(i, item)| cx.at(Step::Index(first + i), |cx| of_item(cx, item))).collect()
}

/// The prints of items without indices: of a set.
pub(super) fn of_members<'v>(cx: &mut Cx<'v>, items: &'v [Value]) -> Vec<Print> {
    items.iter().map(|item| of_item(cx, item)).collect()
}

fn of_item<'v>(cx: &mut Cx<'v>, item: &'v Value) -> Print {
    cx.weight = 0.0;
    let (exact, loose) = of_value(cx, item);
    let weight = cx.weight;
    let number = number::of_value(item).map(number::to_float).filter(|number| !number.is_nan());
    Print { exact, loose, number, weight }
}

/// The exact and the loose hash of a value.
pub(super) fn of_value<'v>(cx: &mut Cx<'v>, value: &'v Value) -> (u64, u64) {
    cx.visit();
    if cx.is_done() || cx.depth() > MOST_DEPTH || cx.is_ignored() {
        return (0, 0);
    }
    let is_numeric = cx.options.types == Types::Numeric;
    match value {
        Value::Scalar(_) | Value::Int(_) | Value::Float(_) if is_numeric && number::of_value(value).is_some() => {
            number::of_value(value).map_or((0, 0), |number| of_number(cx, number))
        }
        Value::Int(_) | Value::Float(_) => {
            let kind = if matches!(value, Value::Int(_)) { 2 } else { 3 };
            tagged(kind, number::of_value(value).map_or((0, 0), |number| of_number(cx, number)))
        }
        Value::None => both(4),
        Value::Bool(flag) => both(5 + u64::from(*flag)),
        Value::Complex(re, im) => {
            let (re, im) = (of_number(cx, Number::Float(*re)), of_number(cx, Number::Float(*im)));
            tagged(7, (mix(re.0, im.0), mix(re.1, im.1)))
        }
        Value::Str(text) => tagged(8, both(of_text(text))),
        Value::Bytes(bytes) => tagged(9, both(of_bytes(bytes))),
        Value::List(items) => {
            let is_unordered = cx.is_unordered();
            let hashes =
                items.iter().enumerate().map(|(i, item)| cx.at(Step::Index(i), |cx| of_value(cx, item))).collect();
            tagged(10, all(hashes, is_unordered))
        }
        Value::Tuple(items) => {
            let is_unordered = cx.is_unordered();
            let hashes =
                items.iter().enumerate().map(|(i, item)| cx.at(Step::Index(i), |cx| of_value(cx, item))).collect();
            tagged(11, all(hashes, is_unordered))
        }
        Value::Set(items) => tagged(12, all(items.iter().map(|item| of_value(cx, item)).collect(), true)),
        Value::FrozenSet(items) => tagged(13, all(items.iter().map(|item| of_value(cx, item)).collect(), true)),
        Value::Dict(entries) => {
            let entries = entries.iter().map(|(key, value)| (key, Step::Key(key), value)).collect();
            tagged(14, of_entries(cx, entries))
        }
        Value::Object { fields, .. } | Value::New { kwargs: fields, .. } => tagged(15, of_fields(cx, fields)),
        Value::EnumMember { class, member } => tagged(16, both(mix(of_str(class), of_str(member)))),
        Value::Temporal(TemporalKind::Delta, text) => {
            tagged(17, text.parse().map_or((0, 0), |seconds| of_number(cx, Number::Float(seconds))))
        }
        Value::Temporal(kind, text) => both(mix(50 + *kind as u64, of_str(text))),
        Value::Path(path) => tagged(18, both(of_str(path))),
        Value::Decimal(text) => tagged(19, of_decimal(cx, text)),
        Value::Array(array) => tagged(20, of_array(cx, array)),
        Value::Tensor(array) => tagged(21, of_array(cx, array)),
        Value::Scalar(array) => tagged(22, of_array(cx, array)),
        // These are told apart by comparing them; there are never many.
        Value::Series(_) => both(23),
        Value::Frame(_) => both(24),
        Value::Opaque { class, repr } => tagged(25, both(mix(of_str(class), of_str(repr)))),
    }
}

fn of_number(cx: &mut Cx<'_>, number: Number<'_>) -> (u64, u64) {
    let float = number::to_float(number);
    cx.weight += float;
    // -0.0 is 0.0, and all NaN are one.
    let exact = if float.is_nan() {
        1
    } else if float == 0.0 {
        0
    } else {
        float.to_bits()
    };
    let tolerance = cx.options.tolerance;
    // Where the tolerance cannot reach the next integer, an integer identifies a row as well as a text does.
    let is_sure = float.is_nan()
        || float.is_infinite()
        || tolerance.is_exact()
        || (!matches!(number, Number::Float(_))
            && cx.options.types == Types::Exact
            && tolerance.abs < 0.5
            && tolerance.rel <= 0.5
            && tolerance.rel * float.abs() < 0.5);
    (mix(30, exact), if is_sure { mix(30, exact) } else { 31 })
}

fn of_decimal(cx: &Cx<'_>, text: &str) -> (u64, u64) {
    if cx.options.types == Types::Exact && cx.options.tolerance.is_exact() {
        return both(of_str(text));
    }
    match decimal::parse(text) {
        None => both(32),
        Some(_) if !cx.options.tolerance.is_exact() => (of_str(text), 33),
        Some(number) => {
            let mut hasher = DefaultHasher::new();
            std::hash::Hash::hash(&number, &mut hasher);
            both(hasher.finish())
        }
    }
}

/// A dict's or an object's entries: the order does not count, nor what is ignored.
fn of_entries<'v>(cx: &mut Cx<'v>, entries: Vec<(&'v Value, Step<'v>, &'v Value)>) -> (u64, u64) {
    let mut sums = (0u64, 0u64);
    for (key, step, value) in entries {
        let key = of_key(cx, key);
        let Some(value) = cx.at(step, |cx| (!cx.is_ignored()).then(|| of_value(cx, value))) else { continue };
        sums.0 = sums.0.wrapping_add(mix(key, value.0));
        sums.1 = sums.1.wrapping_add(mix(key, value.1));
    }
    // With more keys allowed, what a dict holds says nothing of what it may equal.
    if cx.options.keys == Keys::Subset { (sums.0, 0) } else { sums }
}

fn of_fields<'v>(cx: &mut Cx<'v>, fields: &'v [(String, Value)]) -> (u64, u64) {
    let mut sums = (0u64, 0u64);
    for (name, value) in fields {
        let key = of_str(name);
        let Some(value) = cx.at(Step::Name(name), |cx| (!cx.is_ignored()).then(|| of_value(cx, value))) else {
            continue;
        };
        sums.0 = sums.0.wrapping_add(mix(key, value.0));
        sums.1 = sums.1.wrapping_add(mix(key, value.1));
    }
    sums
}

/// The hash of a dict key: keys have no tolerance and no path of their own.
pub(super) fn of_key(cx: &Cx<'_>, key: &Value) -> u64 {
    match key {
        Value::Str(text) => mix(8, of_text(text)),
        _ => {
            let options = key_options(cx);
            let mut inner = Cx::quiet(cx.channel, &options, cx.dialect);
            of_value(&mut inner, key).0
        }
    }
}

/// How keys are compared: exactly, but for the types of numbers where these do not count.
pub(super) fn key_options(cx: &Cx<'_>) -> Options {
    Options { types: cx.options.types, ..Default::default() }
}

fn of_array(cx: &mut Cx<'_>, array: &Array) -> (u64, u64) {
    let shape = array.shape.iter().fold(0, |hash, &length| mix(hash, length as u64));
    let mut element = |index| number::of_element(&array.data, index).map_or(0, |number| of_number(cx, number).0);
    let exact = (0..array.data.len()).fold(shape, |hash, index| mix(hash, element(index)));
    if cx.options.tolerance.is_exact() { both(exact) } else { (exact, shape) }
}

fn of_text(text: &Text) -> u64 {
    match text {
        Text::Valid(text) => of_str(text),
        Text::Surrogates(points) => points.iter().fold(1, |hash, &point| mix(hash, point.into())),
    }
}

/// The hash of a text.
pub(super) fn of_str(text: &str) -> u64 {
    of_bytes(text.as_bytes())
}

fn of_bytes(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

fn all(hashes: Vec<(u64, u64)>, is_unordered: bool) -> (u64, u64) {
    let length = hashes.len() as u64;
    let (exact, loose) = hashes.into_iter().fold((0u64, 0u64), |sum, hash| {
        if is_unordered {
            (sum.0.wrapping_add(mix(40, hash.0)), sum.1.wrapping_add(mix(40, hash.1)))
        } else {
            (mix(sum.0, hash.0), mix(sum.1, hash.1))
        }
    });
    (mix(length, exact), mix(length, loose))
}

fn both(hash: u64) -> (u64, u64) {
    (hash, hash)
}

fn tagged(kind: u64, (exact, loose): (u64, u64)) -> (u64, u64) {
    (mix(kind, exact), mix(kind, loose))
}

/// Two hashes in one, in this order.
fn mix(first: u64, second: u64) -> u64 {
    let mut hash = first.rotate_left(23) ^ second.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}
