use super::*;
use crate::report::samples::{difference, near};

#[test]
fn places_are_subscripts_or_lines() {
    let returned = difference(Channel::Returned, "/items/3/it's~1", DifferenceKind::Value, "1", "2");
    assert_eq!(place(&returned, &[]), "returned value, at ['items'][3]['it\\'s/']");
    let line = difference(Channel::Stdout, "/12", DifferenceKind::Text, "a", "b");
    assert_eq!(place(&line, &[]), "stdout, line 13");
    let missing = difference(Channel::Stdout, "/13", DifferenceKind::Missing, "a", "");
    assert_eq!(place(&missing, &[line]), "stdout, line 14");
    assert_eq!(place(&missing, &[]), "stdout, at [13]");
    assert_eq!(place(&difference(Channel::Exit, "", DifferenceKind::Value, "0", "1"), &[]), "exit code");
}

#[test]
fn the_type_is_named_when_only_it_differs() {
    let wrong = |expected, actual| {
        near_miss(&near(difference(Channel::Returned, "", DifferenceKind::Type, expected, actual), NearMiss::TypeOnly))
    };
    let sentence = "The value is right but its type is not: you have a str, but an int is expected.";
    assert_eq!(wrong("7", "'7'").as_deref(), Some(sentence));
    let sentence = "The value is right but its type is not: you have a tuple, but a list is expected.";
    assert_eq!(wrong("[1, 2]", "(1, 2)").as_deref(), Some(sentence));
    assert_eq!(wrong("x", "Y(1)").as_deref(), Some("The value is right but its type is not."));
}

#[test]
fn whitespace_is_told_by_amount_and_place() {
    let wrong = |expected, actual| {
        near_miss(&near(
            difference(Channel::Stdout, "/0", DifferenceKind::Text, expected, actual),
            NearMiss::Whitespace,
        ))
        .unwrap_or_default()
    };
    assert_eq!(wrong("a", "a "), "Only whitespace differs: there is too much at the end.");
    assert_eq!(wrong("  a", "a"), "Only whitespace differs: some is missing at the start.");
    assert_eq!(wrong("a  b", "a\tb"), "Only whitespace differs: it is of another kind.");
    assert_eq!(wrong("a\n", "a\r\n"), "Only the line end differs: there is a carriage return (\\r) in it.");
}

#[test]
fn distances_are_short() {
    assert_eq!(number(5.551115123125783e-17), "5.55112e-17");
    assert_eq!(number(3e-7), "3e-7");
    assert_eq!(number(0.1 + 0.2), "0.3");
    assert_eq!(number(1.0), "1");
    assert_eq!(number(f64::NAN), "an unknown amount");
}

#[test]
fn durations_are_rounded() {
    assert_eq!(duration(0.4), "0 ms");
    assert_eq!(duration(999.0), "999 ms");
    assert_eq!(duration(1234.5), "1.2 s");
    assert_eq!(duration(59_960.0), "1 min 0 s");
    assert_eq!(duration(125_000.0), "2 min 5 s");
    assert_eq!(duration(f64::NAN), "0 ms");
}
