use super::*;

/// Matches numbers within a tolerance; `is_number` says whether they are known to be numbers.
fn check(expected: &[f64], actual: &[f64], tolerance: f64, is_number: bool, missing: &[usize], extra: &[usize]) {
    let print = |number: &f64| Print {
        exact: number.to_bits(),
        loose: 0,
        number: is_number.then_some(*number),
        weight: *number,
    };
    let prints = |numbers: &[f64]| numbers.iter().map(print).collect::<Vec<_>>();
    let mut equal = |i: usize, j: usize| (expected[i] - actual[j]).abs() <= tolerance;
    let found = multiset(&prints(expected), &prints(actual), &mut equal);
    assert_eq!(found, Ok(Unmatched { missing: missing.to_vec(), extra: extra.to_vec() }), "{expected:?} {actual:?}");
}

#[test]
fn a_matching_is_found_where_there_is_one() {
    for is_number in [false, true] {
        check(&[1.0, 2.0], &[2.0, 1.0], 0.0, is_number, &[], &[]);
        check(&[1.0, 1.0], &[1.0], 0.0, is_number, &[1], &[]);
        check(&[], &[1.0], 0.0, is_number, &[], &[0]);
        check(&[1.0, 1.05], &[1.0, 0.95], 0.06, is_number, &[], &[]);
        check(&[1.0, 1.05, 1.1], &[1.05, 0.96, 1.0], 0.06, is_number, &[], &[]);
        check(&[1.0, 5.0], &[1.0, 9.0], 0.5, is_number, &[1], &[1]);
    }
}

#[test]
fn too_many_candidates_are_refused() {
    let print = |number: usize| Print { exact: number as u64, loose: 0, number: None, weight: 0.0 };
    let one: Vec<Print> = (0..5_000).map(print).collect();
    let other: Vec<Print> = (5_000..10_000).map(print).collect();
    assert_eq!(multiset(&one, &other, &mut |_, _| false), Err(TooMany));
}

#[test]
fn outward_visits_each_once() {
    for (place, length, order) in
        [(0, 0, vec![]), (2, 4, vec![2, 1, 3, 0]), (0, 3, vec![0, 1, 2]), (3, 3, vec![2, 1, 0])]
    {
        assert_eq!(outward(place, length).collect::<Vec<_>>(), order);
    }
}
