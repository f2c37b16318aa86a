use super::super::tests::options;
use super::*;

#[track_caller]
fn check(expected: &str, actual: &str, with: &str, is_equal: bool) {
    assert_eq!(equal(expected, actual, &options(with)), is_equal, "{expected} {actual} {with}");
}

#[test]
fn numbers_in_decimal_digits() {
    for (expected, actual, with, is_equal) in [
        ("1.0", "1.00", "", true),
        ("1E+2", "100", "", true),
        ("0.10", ".1", "", true),
        ("-0", "0.000", "", true),
        ("-1", "1", "", false),
        ("0.1", "0.10000000000000000000000001", "", false),
        ("0.1", "0.10000000000000000000000001", "abs=1e-9", true),
        ("1e999999999999", "1e999999999999", "", true),
        ("NaN", "nan", "", true),
        ("NaN", "NaN", "nan=unequal", false),
        ("Infinity", "inf", "", true),
        ("inf", "-inf", "", false),
        ("1", "x", "abs=9", false),
        ("", "", "", true),
        ("1e99999999999999999999", "1", "", false),
    ] {
        check(expected, actual, with, is_equal);
    }
}
