use crate::model::Channel;

use super::super::tests::{assert_found, options};
use super::*;

fn s(text: &str) -> Value {
    Value::str(text)
}

fn ints(items: &[i64]) -> Vec<Value> {
    items.iter().map(|&item| Value::int(item)).collect()
}

fn floats(items: &[f64]) -> Vec<Value> {
    items.iter().map(|&item| Value::Float(item)).collect()
}

/// Columns as name, dtype (`""` leaves it open) and values.
fn frame(index: Option<Vec<Value>>, columns: &[(&str, &str, Vec<Value>)]) -> Value {
    let column = |(name, dtype, values): &(&str, &str, Vec<Value>)| Column {
        name: s(name),
        dtype: (!dtype.is_empty()).then(|| (*dtype).to_owned()),
        values: values.clone(),
    };
    Value::Frame(Box::new(Frame { index, columns: columns.iter().map(column).collect() }))
}

type Case<'c> = (Value, Value, &'c str, &'c [&'c str], &'c [&'c str]);

fn check(cases: &[Case<'_>]) {
    for (expected, actual, with, differences, notes) in cases {
        let found = super::super::value(&Channel::Returned, expected, actual, &options(with));
        assert_found(&format!("{expected:?} {actual:?} {with}"), &found, differences, notes);
    }
}

#[test]
fn frames() {
    let range = || Some(ints(&[0, 1]));
    let a = |values: &[i64]| ("a", "int64", ints(values));
    let b = |values: &[f64]| ("b", "float64", floats(values));
    let both = || frame(range(), &[a(&[1, 2]), b(&[0.5, 1.5])]);
    let labels = |x: &str, y: &str| Some(vec![s(x), s(y)]);
    check(&[
        (both(), both(), "", &[], &[]),
        (both(), frame(range(), &[a(&[1, 3]), b(&[0.5, 1.5])]), "", &["/a/1 Value"], &[]),
        (both(), frame(range(), &[a(&[1, 2]), b(&[0.5, 1.6])]), "abs=0.2", &[], &[]),
        (both(), frame(range(), &[b(&[0.5, 1.5]), a(&[1, 2])]), "", &[" Order Order"], &["columns"]),
        (both(), frame(range(), &[a(&[1, 2])]), "", &["/b Missing"], &["column is missing"]),
        (frame(range(), &[a(&[1, 2])]), both(), "", &["/b Extra"], &["not expected"]),
        (frame(range(), &[a(&[1, 2])]), both(), "keys=subset", &[], &[]),
        (frame(range(), &[a(&[1, 2])]), both(), "ignore=/b", &[], &[]),
        (both(), frame(range(), &[a(&[1, 2]), b(&[0.5, 1.6])]), "ignore=/b/1", &[], &[]),
        (both(), frame(Some(ints(&[0])), &[a(&[1]), b(&[0.5])]), "", &[" Length"], &["2 rows expected, 1 found"]),
        (both(), frame(Some(ints(&[5, 9])), &[a(&[1, 2]), b(&[0.5, 1.5])]), "", &["/index Value"], &["reset_index"]),
        (both(), frame(Some(ints(&[5, 9])), &[a(&[1, 2]), b(&[0.5, 1.5])]), "ignore=/index", &[], &[]),
        (
            frame(labels("x", "y"), &[a(&[1, 2])]),
            frame(labels("y", "x"), &[a(&[1, 2])]),
            "",
            &["/index Order Order"],
            &[],
        ),
        (frame(labels("x", "y"), &[a(&[1, 2])]), frame(labels("x", "y"), &[a(&[1, 5])]), "", &["/a/y Value"], &[]),
        (frame(None, &[a(&[1, 2])]), frame(labels("x", "y"), &[a(&[1, 2])]), "", &[], &[]),
    ]);
}

#[test]
fn element_types() {
    let one = |dtype: &str, values: Vec<Value>| frame(None, &[("a", dtype, values)]);
    let nan = || Value::Float(f64::NAN);
    check(&[
        (one("int64", ints(&[1])), one("float64", floats(&[1.0])), "", &["/a Dtype TypeOnly"], &[]),
        (one("int64", ints(&[1])), one("float64", floats(&[1.0])), "dtype=any", &[], &[]),
        (one("int64", ints(&[1])), one("int32", ints(&[1])), "dtype=kind", &[], &[]),
        (one("", ints(&[1])), one("float64", floats(&[1.0])), "", &[], &[]),
        (one("", vec![Value::None]), one("float64", vec![nan()]), "", &[], &[]),
        (one("float64", vec![Value::None]), one("float64", vec![nan()]), "", &[], &[]),
        (one("object", vec![Value::None]), one("object", vec![nan()]), "", &["/a/0 Type"], &[]),
        (one("float64", vec![nan()]), one("float64", vec![nan()]), "nan=unequal", &["/a/0 Value"], &[]),
        (one("object", vec![s("x")]), one("object", vec![s("X")]), "", &["/a/0 Value Case"], &[]),
        (one("object", vec![s("x")]), one("category", vec![s("x")]), "", &["/a Dtype TypeOnly"], &[]),
    ]);
}

#[test]
fn series() {
    let make = |name: Value, index: Option<Vec<Value>>, values: Vec<Value>| {
        Value::Series(Box::new(Series { index, column: Column { name, dtype: Some("int64".into()), values } }))
    };
    let labels = || Some(vec![s("x"), s("y")]);
    check(&[
        (make(s("n"), labels(), ints(&[1, 2])), make(s("n"), labels(), ints(&[1, 2])), "", &[], &[]),
        (make(s("n"), labels(), ints(&[1, 2])), make(s("m"), labels(), ints(&[1, 2])), "", &["/name Value"], &[]),
        (make(s("n"), labels(), ints(&[1, 2])), make(s("n"), labels(), ints(&[1, 7])), "", &["/y Value"], &[]),
        (make(s("n"), None, ints(&[1, 2])), Value::List(ints(&[1, 2])), "", &[" Type TypeOnly"], &[]),
    ]);
}
