//! NumPy arrays, NumPy scalars and torch tensors.

use crate::model::{Array, ArrayData, DifferenceKind, DtypeKind, DtypeRule, NearMiss, Options, Types, Value};

use super::cx::{Cx, Step};
use super::number;
use super::value::walk;

/// How many of the differing elements of one array are listed.
const MOST_ELEMENTS: usize = 5;

/// Two arrays: element type, shape, elements.
pub(super) fn compare<'v>(cx: &mut Cx<'v>, e: &'v Array, a: &'v Array) {
    dtype(cx, &e.dtype, &a.dtype, || same_values(e, a));
    if cx.is_done() {
        return;
    }
    if e.shape != a.shape || e.data.len() != a.data.len() {
        if cx.is_quiet() {
            return cx.count(1);
        }
        let note = shape_note(cx.options, e, a);
        let near = note.is_some().then_some(NearMiss::Order).filter(|_| is_transposed(cx.options, e, a));
        return cx.texts(DifferenceKind::Shape, Some(shape(&e.shape)), Some(shape(&a.shape)), (near, note));
    }
    elements(cx, e, a);
}

/// Compares the names of two element types. `is_same` says whether the values are.
pub(super) fn dtype(cx: &mut Cx<'_>, e: &str, a: &str, is_same: impl FnOnce() -> bool) {
    let equal = match cx.options.dtype {
        DtypeRule::Exact => e == a,
        DtypeRule::Kind => DtypeKind::of(e) == DtypeKind::of(a),
        DtypeRule::Any => true,
    };
    if !equal {
        let near = (cx.will_list() && is_same()).then_some(NearMiss::TypeOnly);
        cx.texts(DifferenceKind::Dtype, Some(e.to_owned()), Some(a.to_owned()), (near, None));
    }
}

/// Whether two arrays of different element types hold the same values.
fn same_values(e: &Array, a: &Array) -> bool {
    let options = Options { types: Types::Numeric, ..Options::default() };
    let same = |i| is_equal(&options, &e.data, i, &a.data, i);
    e.shape == a.shape && e.data.len() == a.data.len() && (0..e.data.len()).all(same)
}

/// Whether two elements are equal. Their types are a matter of the dtype, so only the values count. An element that is
/// neither number nor bool nor complex is never equal to one of another kind.
fn is_equal(options: &Options, e: &ArrayData, i: usize, a: &ArrayData, j: usize) -> bool {
    match (e, a) {
        (ArrayData::Float(e), ArrayData::Float(a)) => match (e.get(i), a.get(j)) {
            (Some(&e), Some(&a)) => number::floats_equal(e, a, options.tolerance, options.nan),
            _ => false,
        },
        (ArrayData::Bool(e), ArrayData::Bool(a)) => e.get(i) == a.get(j),
        (ArrayData::Complex(e), ArrayData::Complex(a)) => match (e.get(i), a.get(j)) {
            (Some(&e), Some(&a)) => number::complex_equal(e, a, options),
            _ => false,
        },
        _ => match (number::of_element(e, i), number::of_element(a, j)) {
            (Some(e), Some(a)) => number::equal(e, a, options),
            _ => match (e.get(i), a.get(j)) {
                (Some(e), Some(a)) => {
                    let channel = crate::model::Channel::Returned;
                    let mut inner = Cx::quiet(&channel, options, super::cx::Dialect::Python);
                    walk(&mut inner, &e, &a);
                    inner.total() == 0
                }
                _ => false,
            },
        },
    }
}

fn elements<'v>(cx: &mut Cx<'v>, e: &'v Array, a: &'v Array) {
    let length = e.data.len();
    if let (ArrayData::Values(e_items), ArrayData::Values(a_items)) = (&e.data, &a.data) {
        // Objects are compared like any others, each at its place.
        for (index, (e_item, a_item)) in e_items.iter().zip(a_items).enumerate() {
            if cx.is_done() {
                return;
            }
            at_place(cx, &e.shape, index, |cx| walk(cx, e_item, a_item));
        }
        return;
    }
    if cx.is_quiet() {
        let mut places = (0..length).filter(|&i| !is_ignored_at(cx, &e.shape, i));
        let equal = places.all(|i| is_equal(cx.options, &e.data, i, &a.data, i));
        return cx.count(usize::from(!equal));
    }
    let differing: Vec<usize> = (0..length)
        .filter(|&i| !is_equal(cx.options, &e.data, i, &a.data, i))
        .filter(|&i| !is_ignored_at(cx, &e.shape, i))
        .collect();
    if differing.is_empty() {
        return;
    }
    let mut note = summary(e, a, &differing);
    let is_turned = length > 1 && is_transposed(cx.options, e, a);
    if is_turned {
        note.push_str("; the axes are swapped: the array is the transpose of the expected one");
    }
    let mut note = (length > 1).then_some(note);
    for &index in differing.iter().take(MOST_ELEMENTS) {
        let (Some(expected), Some(actual)) = (e.data.get(index), a.data.get(index)) else { continue };
        let near = match (number::of_value(&expected), number::of_value(&actual)) {
            _ if is_turned => Some(NearMiss::Order),
            (Some(e), Some(a)) => number::near(e, a),
            _ => None,
        };
        let note = note.take();
        at_place(cx, &e.shape, index, |cx| {
            cx.differs(DifferenceKind::Value, Some(&expected), Some(&actual), || (near, note));
        });
    }
    cx.count(differing.len().saturating_sub(MOST_ELEMENTS));
}

fn is_ignored_at(cx: &Cx<'_>, shape: &[usize], index: usize) -> bool {
    if cx.options.ignore.is_empty() {
        return false;
    }
    cx.is_ignored_below(&place(shape, index))
}

/// How many elements differ, and by how much at most.
fn summary(e: &Array, a: &Array, differing: &[usize]) -> String {
    let distance = |&index: &usize| -> Option<f64> {
        number::distance(number::of_element(&e.data, index)?, number::of_element(&a.data, index)?)
    };
    let text = format!("{} of {} elements differ", differing.len(), e.data.len());
    match differing.iter().filter_map(distance).reduce(f64::max) {
        Some(most) if most > 0.0 => format!("{text}, by at most {most:?}"),
        _ => text,
    }
}

/// The indices of an element, one an axis.
fn place(shape: &[usize], index: usize) -> Vec<usize> {
    let mut rest = index;
    let mut indices: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&length| {
            let length = length.max(1);
            let own = rest % length;
            rest /= length;
            own
        })
        .collect();
    indices.reverse();
    indices
}

fn at_place<'v>(cx: &mut Cx<'v>, shape: &[usize], index: usize, inside: impl FnOnce(&mut Cx<'v>)) {
    cx.at_all(place(shape, index).into_iter().map(Step::Index), inside);
}

/// Whether reversing the axes of the actual array gives the expected one.
fn is_transposed(options: &Options, e: &Array, a: &Array) -> bool {
    let turned: Vec<usize> = a.shape.iter().rev().copied().collect();
    if e.shape.len() < 2 || turned != e.shape || e.data.len() != a.data.len() {
        return false;
    }
    (0..e.data.len()).all(|index| {
        // The same indices, read backwards, in the actual array.
        let other = place(&e.shape, index).iter().rev().zip(&a.shape).fold(0, |sum, (&i, &length)| sum * length + i);
        is_equal(options, &e.data, index, &a.data, other)
    })
}

/// What two arrays of different shapes have in common.
fn shape_note(options: &Options, e: &Array, a: &Array) -> Option<String> {
    if is_transposed(options, e, a) {
        return Some("the axes are swapped: the array is the transpose of the expected one".into());
    }
    let is_same = e.data.len() == a.data.len() && (0..e.data.len()).all(|i| is_equal(options, &e.data, i, &a.data, i));
    let without_ones =
        |shape: &[usize]| -> Vec<usize> { shape.iter().copied().filter(|&length| length != 1).collect() };
    match is_same && !e.data.is_empty() {
        true if without_ones(&e.shape) == without_ones(&a.shape) => {
            Some("the values are the expected ones; an axis of length 1 is too many or missing".into())
        }
        true => Some("the values are the expected ones in another shape".into()),
        false => None,
    }
}

/// A shape as NumPy writes it.
fn shape(lengths: &[usize]) -> String {
    match lengths {
        [one] => format!("({one},)"),
        _ => format!("({})", lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// How near two values are, if both are numbers.
pub(super) fn near_number(expected: &Value, actual: &Value) -> Option<NearMiss> {
    number::near(number::of_value(expected)?, number::of_value(actual)?)
}

#[cfg(test)]
mod tests;
