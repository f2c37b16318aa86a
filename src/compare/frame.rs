//! pandas Series and DataFrames.

use std::collections::HashMap;

use crate::model::{Column, DifferenceKind, DtypeRule, Frame, Nan, NearMiss, Options, Series, Types, Value};

use super::cx::{Cx, Step};
use super::value::walk;
use super::{array, fingerprint};

/// How many of the differing cells of one column are listed.
const MOST_CELLS: usize = 5;

/// Two Series: name, row labels, element type, values. A value's place is its row label.
pub(super) fn series<'v>(cx: &mut Cx<'v>, e: &'v Series, a: &'v Series) {
    cx.at(Step::Name("name"), |cx| walk(cx, &e.column.name, &a.column.name));
    if lengths(cx, e.column.values.len(), a.column.values.len()) {
        let labels = index(cx, e.index.as_deref(), a.index.as_deref());
        column(cx, &e.column, &a.column, labels);
    }
}

/// Two DataFrames: columns, row labels, element types, cells. A cell's place is `/column/row label`.
pub(super) fn frame<'v>(cx: &mut Cx<'v>, e: &'v Frame, a: &'v Frame) {
    let pairs = columns(cx, e, a);
    let rows = |frame: &Frame| {
        frame.columns.first().map(|column| column.values.len()).or(frame.index.as_ref().map(Vec::len)).unwrap_or(0)
    };
    if cx.is_done() || (!pairs.is_empty() && !lengths(cx, rows(e), rows(a))) {
        return;
    }
    let labels = index(cx, e.index.as_deref(), a.index.as_deref());
    for (e, a) in pairs {
        if cx.is_done() {
            return;
        }
        cx.at(Step::Key(&e.name), |cx| column(cx, e, a, labels));
    }
}

/// Whether there are as many rows as expected; says so if not.
fn lengths(cx: &mut Cx<'_>, e: usize, a: usize) -> bool {
    if e != a {
        let note = format!("{e} rows expected, {a} found");
        cx.texts(DifferenceKind::Length, Some(e.to_string()), Some(a.to_string()), (None, Some(note)));
    }
    e == a
}

/// Pairs the columns by label, and says which are missing, too many, or elsewhere.
fn columns<'v>(cx: &mut Cx<'v>, e: &'v Frame, a: &'v Frame) -> Vec<(&'v Column, &'v Column)> {
    let mut by_label: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, column) in a.columns.iter().enumerate().rev() {
        by_label.entry(fingerprint::of_key(cx, &column.name)).or_default().push(place);
    }
    let mut pairs = vec![];
    let mut places = vec![];
    for expected in &e.columns {
        let place = by_label.get_mut(&fingerprint::of_key(cx, &expected.name)).and_then(Vec::pop);
        cx.at(Step::Key(&expected.name), |cx| match place {
            _ if cx.is_ignored() => {}
            Some(place) => {
                pairs.push((expected, &a.columns[place]));
                places.push(place);
            }
            None => {
                let note = "this column is missing".to_owned();
                cx.differs(DifferenceKind::Missing, Some(&expected.name), None, || (None, Some(note)));
            }
        });
    }
    if cx.options.keys == crate::model::Keys::Exact {
        let mut extra: Vec<usize> = by_label.into_values().flatten().collect();
        extra.sort_unstable();
        for column in extra.into_iter().map(|place| &a.columns[place]) {
            cx.at(Step::Key(&column.name), |cx| {
                if !cx.is_ignored() {
                    let note = "this column is not expected".to_owned();
                    cx.differs(DifferenceKind::Extra, None, Some(&column.name), || (None, Some(note)));
                }
            });
        }
    }
    if !places.is_sorted() {
        let names = |frame: &Frame| Value::List(frame.columns.iter().map(|column| column.name.clone()).collect());
        let note = "the columns are in another order".to_owned();
        cx.differs(DifferenceKind::Order, Some(&names(e)), Some(&names(a)), || (Some(NearMiss::Order), Some(note)));
    }
    pairs
}

/// Compares the row labels, and gives those that places are named by.
fn index<'v>(cx: &mut Cx<'v>, e: Option<&'v [Value]>, a: Option<&'v [Value]>) -> Option<&'v [Value]> {
    let (Some(labels), Some(found)) = (e, a) else { return e.or(a) };
    let differing = labels.iter().zip(found).filter(|(e, a)| !cx.probe(|cx| walk(cx, e, a))).count();
    if differing == 0 && labels.len() == found.len() {
        return e;
    }
    cx.at(Step::Name("index"), |cx| {
        if cx.is_ignored() {
            return;
        }
        if !cx.will_list() {
            return cx.count(1);
        }
        let sorted = |labels: &[Value]| {
            let mut hashes: Vec<u64> = labels.iter().map(|label| fingerprint::of_key(cx, label)).collect();
            hashes.sort_unstable();
            hashes
        };
        let is_reordered = sorted(labels) == sorted(found);
        let is_counted = labels.iter().enumerate().all(|(i, label)| *label == Value::Int(i.into()));
        let (kind, near, note) = match is_reordered {
            true => (DifferenceKind::Order, Some(NearMiss::Order), "the row labels are in another order".to_owned()),
            false if is_counted => {
                let note = "the row labels should count from 0: see reset_index(drop=True)".to_owned();
                (DifferenceKind::Value, None, note)
            }
            false => (DifferenceKind::Value, None, format!("{differing} of {} row labels differ", labels.len())),
        };
        let some = |labels: &[Value]| Value::List(labels.iter().take(200).cloned().collect());
        cx.differs(kind, Some(&some(labels)), Some(&some(found)), || (near, Some(note)));
    });
    e
}

/// The element type and the values of a column, whose label is the current place.
fn column<'v>(cx: &mut Cx<'v>, e: &'v Column, a: &'v Column, labels: Option<&'v [Value]>) {
    let mut is_open = cx.options.dtype != DtypeRule::Exact;
    match (&e.dtype, &a.dtype) {
        (Some(expected), Some(actual)) => {
            let numeric = Options { types: Types::Numeric, ..Options::default() };
            let is_same = || e.values.iter().zip(&a.values).all(|(e, a)| is_equal_cell(&numeric, true, e, a));
            array::dtype(cx, expected, actual, is_same);
            // With the type reported, its effect on each cell need not be. In a column of objects None is not NaN;
            // in any other, how a missing value is written follows from the type.
            is_open |= expected != actual || expected != "object";
        }
        _ => is_open = true,
    }
    let numeric = Options { types: Types::Numeric, ..cx.options.clone() };
    let options = if is_open { &numeric } else { cx.options };
    let differing: Vec<usize> = (0..e.values.len().min(a.values.len()))
        .filter(|&row| !is_equal_cell(options, is_open, &e.values[row], &a.values[row]))
        .filter(|&row| !at_row(cx, labels, row, |cx| cx.is_ignored()))
        .collect();
    if cx.is_quiet() {
        return cx.count(differing.len());
    }
    let mut note =
        Some(format!("{} of {} values differ", differing.len(), e.values.len())).filter(|_| differing.len() > 1);
    for &row in differing.iter().take(MOST_CELLS) {
        let (expected, actual) = (&e.values[row], &a.values[row]);
        let note = note.take();
        at_row(cx, labels, row, |cx| {
            if note.is_some() || is_open {
                let near = array::near_number(expected, actual);
                let kind = match expected.type_name() == actual.type_name() || near.is_some() {
                    true => DifferenceKind::Value,
                    false => DifferenceKind::Type,
                };
                cx.differs(kind, Some(expected), Some(actual), || (near, note));
            } else {
                walk(cx, expected, actual);
            }
        });
    }
    cx.count(differing.len().saturating_sub(MOST_CELLS));
}

fn at_row<'v, R>(cx: &mut Cx<'v>, labels: Option<&'v [Value]>, row: usize, inside: impl FnOnce(&mut Cx<'v>) -> R) -> R {
    let step = labels.and_then(|labels| labels.get(row)).map_or(Step::Index(row), Step::Key);
    cx.at(step, inside)
}

/// Whether two cells are equal. Where the type is open or has been compared, None and NaN are both "missing".
fn is_equal_cell(options: &Options, is_open: bool, e: &Value, a: &Value) -> bool {
    let is_nan = |value: &Value| matches!(value, Value::Float(number) if number.is_nan());
    let is_missing = |value: &Value| *value == Value::None || is_nan(value);
    if is_open && is_missing(e) && is_missing(a) {
        return options.nan == Nan::Equal || !(is_nan(e) && is_nan(a));
    }
    let channel = crate::model::Channel::Returned;
    let mut inner = Cx::quiet(&channel, options, super::cx::Dialect::Python);
    walk(&mut inner, e, a);
    inner.total() == 0
}

#[cfg(test)]
mod tests;
