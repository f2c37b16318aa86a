//! Dicts and the fields of objects. Their order never counts.

use std::collections::HashMap;

use crate::model::{DifferenceKind, Keys, NearMiss, Value};

use super::cx::{Cx, Detail, Step};
use super::value::walk;
use super::{fingerprint, near};

/// Up to so many entries a key is looked for one by one.
const FEW: usize = 16;

/// Two dicts. Keys are the same when they are equal values of the same type; `1`, `1.0` and `True`, one key to Python,
/// are different ones here unless number types do not count.
pub(super) fn dict<'v>(cx: &mut Cx<'v>, e: &'v [(Value, Value)], a: &'v [(Value, Value)]) {
    let found = find_keys(cx, e, a);
    let mut is_used = vec![false; a.len()];
    found.iter().flatten().for_each(|&index| is_used[index] = true);
    let extra: Vec<usize> = (0..a.len()).filter(|&index| !is_used[index]).collect();
    for ((key, value), place) in e.iter().zip(&found) {
        if cx.is_done() {
            return;
        }
        cx.at(Step::Key(key), |cx| match place {
            Some(place) => walk(cx, value, &a[*place].1),
            None if cx.is_ignored() => {}
            None => {
                let others = || extra.iter().map(|&index| &a[index].0);
                let detail = if cx.will_list() { similar_key(cx, key, others()) } else { (None, None) };
                cx.differs(DifferenceKind::Missing, Some(value), None, || detail);
            }
        });
    }
    if cx.options.keys == Keys::Subset {
        return;
    }
    for (key, value) in extra.into_iter().map(|index| &a[index]) {
        cx.at(Step::Key(key), |cx| {
            if !cx.is_ignored() {
                cx.differs(DifferenceKind::Extra, None, Some(value), || (None, None));
            }
        });
    }
}

/// Where each expected key is among the actual entries.
fn find_keys<'v>(cx: &Cx<'v>, e: &'v [(Value, Value)], a: &'v [(Value, Value)]) -> Vec<Option<usize>> {
    let mut by_hash: Option<HashMap<u64, Vec<usize>>> = None;
    let mut find = |index: usize, key: &Value| {
        // Most often both have the same keys in the same order.
        if a.get(index).is_some_and(|(other, _)| is_same_key(cx, key, other)) {
            return Some(index);
        }
        if a.len() <= FEW {
            return a.iter().position(|(other, _)| is_same_key(cx, key, other));
        }
        let by_hash = by_hash.get_or_insert_with(|| {
            let mut map: HashMap<u64, Vec<usize>> = HashMap::new();
            for (place, (other, _)) in a.iter().enumerate() {
                map.entry(fingerprint::of_key(cx, other)).or_default().push(place);
            }
            map
        });
        let places = by_hash.get(&fingerprint::of_key(cx, key))?;
        places.iter().copied().find(|&place| is_same_key(cx, key, &a[place].0))
    };
    e.iter().enumerate().map(|(index, (key, _))| find(index, key)).collect()
}

fn is_same_key(cx: &Cx<'_>, expected: &Value, actual: &Value) -> bool {
    if let (Value::Str(e), Value::Str(a)) = (expected, actual) {
        return e == a;
    }
    let options = fingerprint::key_options(cx);
    let mut inner = Cx::quiet(cx.channel, &options, cx.dialect);
    walk(&mut inner, expected, actual);
    inner.total() == 0
}

/// The unexpected key that a missing one was probably meant to be.
fn similar_key<'k>(cx: &Cx<'_>, key: &Value, others: impl Iterator<Item = &'k Value>) -> Detail {
    for other in others.take(100) {
        let near = match (key, other) {
            (Value::Str(e), Value::Str(a)) => {
                let (e, a) = (e.lossy(), a.lossy());
                if e.len().max(a.len()) > 100 {
                    continue;
                }
                let near = near::text(&e, &a);
                let is_typo = e.chars().count() > 3 && strsim::osa_distance(&e, &a) <= 2;
                if near.is_none() && !is_typo {
                    continue;
                }
                near
            }
            _ if near::is_type_only(cx, key, other) => Some(NearMiss::TypeOnly),
            _ => continue,
        };
        return (near, Some(format!("there is a key {}", crate::codec::notation::write(other, 100))));
    }
    (None, None)
}

/// The fields of two objects of one class.
pub(super) fn fields<'v>(cx: &mut Cx<'v>, e: &'v [(String, Value)], a: &'v [(String, Value)]) {
    for (index, (name, value)) in e.iter().enumerate() {
        if cx.is_done() {
            return;
        }
        let in_place = a.get(index).filter(|(other, _)| other == name);
        let found = in_place.or_else(|| a.iter().find(|(other, _)| other == name));
        cx.at(Step::Name(name), |cx| match found {
            Some((_, actual)) => walk(cx, value, actual),
            None if cx.is_ignored() => {}
            None => cx.differs(DifferenceKind::Missing, Some(value), None, || (None, None)),
        });
    }
    if cx.options.keys == Keys::Subset {
        return;
    }
    for (name, value) in a.iter().filter(|(name, _)| !e.iter().any(|(other, _)| other == name)) {
        cx.at(Step::Name(name), |cx| {
            if !cx.is_ignored() {
                cx.differs(DifferenceKind::Extra, None, Some(value), || (None, None));
            }
        });
    }
}

/// The first fields of an object, expected by position.
pub(super) fn positional<'v>(cx: &mut Cx<'v>, e: &'v [Value], a: &'v [(String, Value)]) {
    for (index, value) in e.iter().enumerate() {
        match a.get(index) {
            Some((name, actual)) => cx.at(Step::Name(name), |cx| walk(cx, value, actual)),
            None => cx.at(Step::Index(index), |cx| {
                cx.differs(DifferenceKind::Missing, Some(value), None, || (None, None));
            }),
        }
    }
}
