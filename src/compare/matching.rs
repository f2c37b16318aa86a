//! Which items of two lists without an order belong together.
//!
//! Items with the same fingerprint are matched first, in linear time. That settles exact comparisons. With a tolerance
//! "equal" is not transitive, so what is left is matched by augmenting paths among the items that may be equal: if
//! there is a way to pair all of them, it is found. That has a bound; plain numbers are sorted and have none.

use std::collections::{HashMap, HashSet, VecDeque};

/// The most comparisons of two items beyond those of the first, linear, round.
const MOST_COMPARISONS: usize = 1_000_000;

/// What is known of an item without comparing it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Print {
    /// The same for any two items that are exactly equal.
    pub exact: u64,
    /// The same for any two items that are equal by the rules in force.
    pub loose: u64,
    /// The item itself, when it is a plain number that is not NaN.
    pub number: Option<f64>,
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
    let mut by_exact: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, print) in actual.iter().enumerate().rev() {
        by_exact.entry(print.exact).or_default().push(index);
    }
    for (e, print) in expected.iter().enumerate() {
        let Some(candidates) = by_exact.get_mut(&print.exact) else { continue };
        if let Some(&a) = candidates.last()
            && equal(e, a)
        {
            candidates.pop();
            partner_of_expected[e] = Some(a);
            partner_of_actual[a] = Some(e);
        }
    }
    let mut budget = MOST_COMPARISONS;
    for group in groups(expected, actual, (&partner_of_expected, &partner_of_actual)) {
        let is_numbers = group.0.iter().all(|&e| expected[e].number.is_some())
            && group.1.iter().all(|&a| actual[a].number.is_some());
        if is_numbers {
            sorted(&group, expected, actual, &mut partner_of_expected, &mut partner_of_actual, equal);
        } else {
            augment(&group, &mut partner_of_expected, &mut partner_of_actual, &mut budget, equal)?;
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
    let alone = |prints: &[Print], partners: &Partners| -> HashSet<u64> {
        prints.iter().zip(partners).filter(|(_, partner)| partner.is_none()).map(|(print, _)| print.loose).collect()
    };
    let (alone_e, alone_a) = (alone(expected, partners.0), alone(actual, partners.1));
    let mut by_loose: HashMap<u64, Group> =
        alone_e.intersection(&alone_a).map(|&loose| (loose, Group::default())).collect();
    if by_loose.is_empty() {
        return vec![];
    }
    for (e, print) in expected.iter().enumerate() {
        if let Some(group) = by_loose.get_mut(&print.loose) {
            group.0.push(e);
        }
    }
    for (a, print) in actual.iter().enumerate() {
        if let Some(group) = by_loose.get_mut(&print.loose) {
            group.1.push(a);
        }
    }
    let mut found: Vec<Group> = by_loose.into_values().collect();
    found.sort_unstable_by_key(|group| group.0.first().copied());
    found
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
    partner_of_expected: &mut [Option<usize>],
    partner_of_actual: &mut [Option<usize>],
    budget: &mut usize,
    equal: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<(), TooMany> {
    let mut known: HashMap<(usize, usize), bool> = HashMap::new();
    for &start in &group.0 {
        if partner_of_expected[start].is_some() {
            continue;
        }
        // Who asked for an actual item: the way back.
        let mut asked_by: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        let mut free = None;
        'search: while let Some(e) = queue.pop_front() {
            for &a in &group.1 {
                if asked_by.contains_key(&a) {
                    continue;
                }
                *budget = budget.checked_sub(1).ok_or(TooMany)?;
                if !*known.entry((e, a)).or_insert_with(|| equal(e, a)) {
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

#[cfg(test)]
mod tests;
