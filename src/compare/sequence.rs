//! Lists, tuples and sets.

use crate::model::{Difference, DifferenceKind, NearMiss, Value};

use super::align::{self, Row};
use super::cx::{Cx, Dialect, Step};
use super::fingerprint;
use super::matching::{self, Print, TooMany, Unmatched};
use super::value::{broken_row, equal_at, walk};

/// Two lists or two tuples; `whole` are the values that hold them.
pub(super) fn compare<'v>(
    cx: &mut Cx<'v>,
    e: &'v [Value],
    a: &'v [Value],
    whole_expected: &'v Value,
    whole_actual: &'v Value,
) {
    if cx.is_unordered() {
        unordered(cx, e, a);
    } else if cx.is_quiet() {
        ordered(cx, e, a);
    } else {
        describe(cx, e, a, whole_expected, whole_actual);
    }
}

/// Whether two lists are equal, place by place.
pub(super) fn ordered<'v>(cx: &mut Cx<'v>, e: &'v [Value], a: &'v [Value]) {
    if e.len() != a.len() {
        return cx.count(1);
    }
    for (index, (e, a)) in e.iter().zip(a).enumerate() {
        if cx.is_done() {
            return;
        }
        cx.at(Step::Index(index), |cx| walk(cx, e, a));
    }
}

/// What differs between two lists in which the order counts.
fn describe<'v>(cx: &mut Cx<'v>, e: &'v [Value], a: &'v [Value], whole_e: &'v Value, whole_a: &'v Value) {
    let length = e.len().min(a.len());
    let start = (0..length).take_while(|&i| equal_at(cx, i, &e[i], &a[i])).count();
    if start == e.len() && start == a.len() {
        return;
    }
    let same_from_end =
        |cx: &mut Cx<'v>, i: usize| equal_at(cx, e.len() - 1 - i, &e[e.len() - 1 - i], &a[a.len() - 1 - i]);
    let end = (0..length - start).take_while(|&i| same_from_end(cx, i)).count();
    let (inner_e, inner_a) = (&e[start..e.len() - end], &a[start..a.len() - end]);
    let prints_e = fingerprint::of_items(cx, inner_e, start);
    let prints_a = fingerprint::of_items(cx, inner_a, start);
    let is_same_length = e.len() == a.len();
    if is_same_length && inner_e.len() >= 2 && is_permutation(cx, (&prints_e, inner_e), (&prints_a, inner_a), start) {
        let place = (0..inner_e.len()).find(|&i| equal_at(cx, start + i, &inner_e[i], &inner_a[0]));
        let place = place.map(|i| format!("; your item {start} is expected at {}", start + i)).unwrap_or_default();
        let note = format!("the same items in another order, from index {start} on{place}");
        return cx.differs(DifferenceKind::Order, Some(whole_e), Some(whole_a), || (Some(NearMiss::Order), Some(note)));
    }
    let exact = |print: &Print| print.exact;
    let mut rows = differing(cx, (&prints_e, inner_e), (&prints_a, inner_a), start, exact);
    if fingerprint::is_loose(cx) && rows.len() > 1 {
        // Rows may be known by what is not a number: their ids, their keys.
        let others = differing(cx, (&prints_e, inner_e), (&prints_a, inner_a), start, |print| print.loose);
        if others.len() < rows.len() {
            rows = others;
        }
    }
    let is_clean = rows.len() <= Difference::MOST_LISTED && !rows.iter().any(|row| matches!(row, Row::Pair(..)));
    let mut note = (!is_same_length).then(|| format!("{} expected, {} found", items(e.len()), items(a.len())));
    if !is_same_length && (!is_clean || e.is_empty() || a.is_empty()) {
        let detail = (None, note.take());
        cx.differs(DifferenceKind::Length, Some(whole_e), Some(whole_a), || detail);
        if e.is_empty() || a.is_empty() {
            return;
        }
    }
    let near = match *rows.as_slice() {
        [Row::Missing(i)] if start + i == 0 || start + i + 1 == e.len() => Some(NearMiss::OffByOne),
        [Row::Extra(i)] if start + i == 0 || start + i + 1 == a.len() => Some(NearMiss::OffByOne),
        _ => None,
    };
    for row in rows {
        match row {
            Row::Pair(i, j) => cx.at(Step::Index(start + i), |cx| walk(cx, &inner_e[i], &inner_a[j])),
            Row::Missing(i) => {
                let note = note.take();
                cx.at(Step::Index(start + i), |cx| missing(cx, &inner_e[i], near.clone(), note));
            }
            Row::Extra(j) => {
                let note = note.take();
                cx.at(Step::Index(start + j), |cx| extra(cx, &inner_a[j], near.clone(), note));
            }
        }
    }
}

/// The rows that differ when two lists are aligned by a hash of their items.
fn differing<'v>(
    cx: &mut Cx<'v>,
    (prints_e, e): (&[Print], &'v [Value]),
    (prints_a, a): (&[Print], &'v [Value]),
    first: usize,
    hash: impl Fn(&Print) -> u64,
) -> Vec<Row> {
    let hashes = |prints: &[Print]| -> Vec<u64> { prints.iter().map(&hash).collect() };
    let mut rows = align::align(&hashes(prints_e), &hashes(prints_a));
    rows.retain(|row| match *row {
        Row::Pair(i, j) => !equal_at(cx, first + i, &e[i], &a[j]),
        _ => true,
    });
    rows
}

fn items(number: usize) -> String {
    match number {
        0 => "no items".into(),
        1 => "1 item".into(),
        _ => format!("{number} items"),
    }
}

fn missing(cx: &mut Cx<'_>, item: &Value, near: Option<NearMiss>, note: Option<String>) {
    if !cx.is_ignored() {
        cx.differs(DifferenceKind::Missing, Some(item), None, || (near, note));
    }
}

fn extra(cx: &mut Cx<'_>, item: &Value, near: Option<NearMiss>, note: Option<String>) {
    match item {
        _ if cx.is_ignored() => {}
        Value::Opaque { class, repr } if cx.dialect != Dialect::Python => {
            let detail = (near, Some(class.clone()));
            cx.texts(DifferenceKind::Malformed, None, Some(repr.clone()), detail);
        }
        _ => cx.differs(DifferenceKind::Extra, None, Some(item), || (near, note)),
    }
}

/// Whether the items are the same ones in another order.
fn is_permutation<'v>(
    cx: &mut Cx<'v>,
    (prints_e, e): (&[Print], &'v [Value]),
    (prints_a, a): (&[Print], &'v [Value]),
    first: usize,
) -> bool {
    // With a tolerance the sums may differ and the items be equal; then it is only not said that they are.
    let sum = |prints: &[Print]| prints.iter().fold(0u64, |sum, print| sum.wrapping_add(print.exact));
    if fingerprint::is_loose(cx) && prints_e.len() <= 1000 || sum(prints_e) == sum(prints_a) {
        let mut equal = |i: usize, j: usize| equal_at(cx, first + i, &e[i], &a[j]);
        return matching::multiset(prints_e, prints_a, &mut equal).is_ok_and(|left| left.is_empty());
    }
    false
}

/// Two lists without an order.
fn unordered<'v>(cx: &mut Cx<'v>, e: &'v [Value], a: &'v [Value]) {
    if cx.is_quiet() && e.len() != a.len() {
        return cx.count(1);
    }
    let (prints_e, prints_a) = (fingerprint::of_items(cx, e, 0), fingerprint::of_items(cx, a, 0));
    let mut equal = |i: usize, j: usize| equal_at(cx, i, &e[i], &a[j]);
    let matched = matching::multiset(&prints_e, &prints_a, &mut equal);
    report(cx, matched, |cx, left| {
        if let ([i], [j]) = (left.missing.as_slice(), left.extra.as_slice()) {
            // One of each: most likely the one was meant to be the other.
            return cx.at(Step::Index(*i), |cx| match &a[*j] {
                Value::Opaque { class, repr } if cx.dialect != Dialect::Python => broken_row(cx, &e[*i], class, repr),
                found => walk(cx, &e[*i], found),
            });
        }
        let mut note = (e.len() != a.len()).then(|| format!("{} expected, {} found", items(e.len()), items(a.len())));
        for &i in &left.missing {
            let note = note.take();
            cx.at(Step::Index(i), |cx| missing(cx, &e[i], None, note));
        }
        for &j in &left.extra {
            let note = note.take();
            cx.at(Step::Index(j), |cx| extra(cx, &a[j], None, note));
        }
    });
}

/// Two sets. Their members have no places, so differences are at the place of the set.
pub(super) fn members<'v>(cx: &mut Cx<'v>, e: &'v [Value], a: &'v [Value]) {
    let (prints_e, prints_a) = (fingerprint::of_members(cx, e), fingerprint::of_members(cx, a));
    let mut equal = |i: usize, j: usize| cx.probe(|cx| walk(cx, &e[i], &a[j]));
    let matched = matching::multiset(&prints_e, &prints_a, &mut equal);
    report(cx, matched, |cx, left| {
        left.missing.iter().for_each(|&i| missing(cx, &e[i], None, None));
        left.extra.iter().for_each(|&j| extra(cx, &a[j], None, None));
    });
}

/// Says what a matching left over.
fn report<'v>(cx: &mut Cx<'v>, matched: Result<Unmatched, TooMany>, list: impl FnOnce(&mut Cx<'v>, Unmatched)) {
    match matched {
        Err(TooMany) => {
            let note = "too many items that are nearly the same to find out which belong together";
            cx.differs(DifferenceKind::TooLarge, None, None, || (None, Some(note.into())));
        }
        Ok(left) if left.is_empty() => {}
        Ok(left) if cx.is_quiet() => cx.count(left.missing.len() + left.extra.len()),
        Ok(left) => list(cx, left),
    }
}
