//! Which items of two lists without an order belong together.
//!
//! Items with the same fingerprint are matched first, in linear time. That settles exact comparisons. With a tolerance
//! "equal" is not transitive, so what is left is matched by augmenting paths among the items that may be equal: if
//! there is a way to pair all of them, it is found. That has a bound; plain numbers are sorted and have none.

use std::cmp::Ordering;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;

/// The most comparisons of two items beyond those of the first, linear, round.
const MOST_COMPARISONS: usize = 500_000;

/// More items than this are refused.
const MOST_ITEMS: usize = 2_000_000;

/// What is known of an item without comparing it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Print {
    /// The same for any two items that are exactly equal.
    pub exact: u64,
    /// The same for any two items that are equal by the rules in force.
    pub loose: u64,
    /// The item itself, when it is a plain number that is not NaN.
    pub number: Option<f64>,
    /// The sum of all numbers in the item. Items that are nearly equal have nearly the same.
    pub weight: f64,
}

/// Items without a partner, in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Unmatched {
    pub missing: Vec<usize>,
    pub extra: Vec<usize>,
}

impl Unmatched {
    /// Whether everything has a partner.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

/// Too many items that might belong to too many others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

/// Matches items by `equal`, a question about an expected and an actual item.
pub(super) fn multiset(
    expected: &[Print],
    actual: &[Print],
    equal: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Unmatched, TooMany> {
    let mut partner_of_expected: Vec<Option<usize>> = vec![None; expected.len()];
    let mut partner_of_actual: Vec<Option<usize>> = vec![None; actual.len()];
    if expected.len().max(actual.len()) > MOST_ITEMS {
        return Err(TooMany);
    }
    let (es, actuals) = (sorted_by(expected, |print| print.exact), sorted_by(actual, |print| print.exact));
    for (run_e, run_a) in runs(&es, &actuals) {
        for (&(_, e), &(_, a)) in es[run_e].iter().zip(&actuals[run_a]) {
            if equal(e, a) {
                partner_of_expected[e] = Some(a);
                partner_of_actual[a] = Some(e);
            }
        }
    }
    let mut budget = MOST_COMPARISONS;
    for group in groups(expected, actual, (&partner_of_expected, &partner_of_actual)) {
        let is_numbers = group.0.iter().all(|&e| expected[e].number.is_some())
            && group.1.iter().all(|&a| actual[a].number.is_some());
        if is_numbers {
            sorted(&group, expected, actual, &mut partner_of_expected, &mut partner_of_actual, equal);
        } else {
            augment(&group, expected, actual, &mut partner_of_expected, &mut partner_of_actual, &mut budget, equal)?;
        }
    }
    let alone = |partners: &[Option<usize>]| {
        partners.iter().enumerate().filter(|(_, partner)| partner.is_none()).map(|(index, _)| index).collect()
    };
    Ok(Unmatched { missing: alone(&partner_of_expected), extra: alone(&partner_of_actual) })
}

/// Expected and actual items that may belong to each other.
type Group = (Vec<usize>, Vec<usize>);

/// A partner for some of the items.
type Partners = [Option<usize>];

/// The groups in which an item is alone on both sides, in the order of their first expected items.
fn groups(expected: &[Print], actual: &[Print], partners: (&Partners, &Partners)) -> Vec<Group> {
    if partners.0.iter().all(Option::is_some) || partners.1.iter().all(Option::is_some) {
        return vec![];
    }
    let (es, actuals) = (sorted_by(expected, |print| print.loose), sorted_by(actual, |print| print.loose));
    let is_alone = |items: &[Item], partners: &Partners| items.iter().any(|&(_, index)| partners[index].is_none());
    let indices = |items: &[Item]| items.iter().map(|&(_, index)| index).collect::<Vec<usize>>();
    let mut groups: Vec<Group> = runs(&es, &actuals)
        .map(|(run_e, run_a)| (&es[run_e], &actuals[run_a]))
        .filter(|(es, actuals)| is_alone(es, partners.0) && is_alone(actuals, partners.1))
        .map(|(es, actuals)| (indices(es), indices(actuals)))
        .collect();
    groups.sort_unstable_by_key(|group| group.0.first().copied());
    groups
}

/// A hash and the index of an item that has it.
type Item = (u64, usize);

fn sorted_by(prints: &[Print], hash: impl Fn(&Print) -> u64) -> Vec<Item> {
    let mut items: Vec<Item> = prints.iter().enumerate().map(|(index, print)| (hash(print), index)).collect();
    items.sort_unstable();
    items
}

/// For each hash that both have, where its items are.
fn runs(es: &[Item], actuals: &[Item]) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while let (Some(&(e, _)), Some(&(a, _))) = (es.get(i), actuals.get(j)) {
            let run = |items: &[Item], from: usize| {
                from..from + items[from..].iter().take_while(|(hash, _)| *hash == e).count()
            };
            match e.cmp(&a) {
                Ordering::Less => i += 1,
                Ordering::Greater => j += 1,
                Ordering::Equal => {
                    let both = (run(es, i), run(actuals, j));
                    (i, j) = (both.0.end, both.1.end);
                    return Some(both);
                }
            }
        }
        None
    })
}

/// Numbers: the smallest with the smallest. As the tolerance grows with the number, no other way matches more.
fn sorted(
    group: &Group,
    expected: &[Print],
    actual: &[Print],
    partner_of_expected: &mut [Option<usize>],
    partner_of_actual: &mut [Option<usize>],
    equal: &mut dyn FnMut(usize, usize) -> bool,
) {
    let number = |print: &Print| print.number.unwrap_or(0.0);
    let (mut es, mut actuals) = (group.0.clone(), group.1.clone());
    es.sort_by(|&x, &y| number(&expected[x]).total_cmp(&number(&expected[y])));
    actuals.sort_by(|&x, &y| number(&actual[x]).total_cmp(&number(&actual[y])));
    es.iter().for_each(|&e| partner_of_expected[e] = None);
    actuals.iter().for_each(|&a| partner_of_actual[a] = None);
    let (mut i, mut j) = (0, 0);
    while let (Some(&e), Some(&a)) = (es.get(i), actuals.get(j)) {
        if equal(e, a) {
            partner_of_expected[e] = Some(a);
            partner_of_actual[a] = Some(e);
            i += 1;
            j += 1;
        } else if number(&actual[a]) < number(&expected[e]) {
            j += 1;
        } else {
            i += 1;
        }
    }
}

/// Gives each expected item that is alone a partner, letting others change theirs where that helps.
fn augment(
    group: &Group,
    expected: &[Print],
    actual: &[Print],
    partner_of_expected: &mut [Option<usize>],
    partner_of_actual: &mut [Option<usize>],
    budget: &mut usize,
    equal: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<(), TooMany> {
    // Who weighs the same is asked first; with a tolerance that is most often the one.
    let mut actuals = group.1.clone();
    actuals.sort_by(|&x, &y| actual[x].weight.total_cmp(&actual[y].weight));
    for &start in &group.0 {
        if partner_of_expected[start].is_some() {
            continue;
        }
        // Who asked for an actual item: the way back.
        let mut asked_by: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        let mut free = None;
        'search: while let Some(e) = queue.pop_front() {
            let place = actuals.partition_point(|&a| actual[a].weight.total_cmp(&expected[e].weight).is_lt());
            for a in outward(place, actuals.len()).map(|index| actuals[index]) {
                if asked_by.contains_key(&a) {
                    continue;
                }
                *budget = budget.checked_sub(1).ok_or(TooMany)?;
                if !equal(e, a) {
                    continue;
                }
                asked_by.insert(a, e);
                match partner_of_actual[a] {
                    Some(other) => queue.push_back(other),
                    None => {
                        free = Some(a);
                        break 'search;
                    }
                }
            }
        }
        while let Some(a) = free {
            let Some(&e) = asked_by.get(&a) else { break };
            free = partner_of_expected[e].replace(a);
            partner_of_actual[a] = Some(e);
        }
    }
    Ok(())
}

/// The indices below `length`, those next to `place` first.
fn outward(place: usize, length: usize) -> impl Iterator<Item = usize> {
    let pairs = (0..=length).flat_map(move |far| [place.checked_add(far), place.checked_sub(far + 1)]);
    pairs.flatten().filter(move |&index| index < length)
}

#[cfg(test)]
mod tests;
