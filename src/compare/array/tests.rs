use crate::model::Channel;

use super::super::tests::{assert_found, options};
use super::*;

fn array(dtype: &str, shape: &[usize], items: &[f64]) -> Value {
    let data = match DtypeKind::of(dtype) {
        DtypeKind::Int => ArrayData::Int(items.iter().map(|&item| item as i64).collect()),
        DtypeKind::Bool => ArrayData::Bool(items.iter().map(|&item| item != 0.0).collect()),
        _ => ArrayData::Float(items.to_vec()),
    };
    Value::Array(Box::new(Array { dtype: dtype.into(), shape: shape.to_vec(), data }))
}

fn with_kind(value: Value, make: fn(Box<Array>) -> Value) -> Value {
    match value {
        Value::Array(array) => make(array),
        other => other,
    }
}

type Case<'c> = (Value, Value, &'c str, &'c [&'c str], &'c [&'c str]);

fn check(cases: &[Case<'_>]) {
    for (expected, actual, with, differences, notes) in cases {
        let found = super::super::value(&Channel::Returned, expected, actual, &options(with));
        assert_found(&format!("{expected:?} {actual:?} {with}"), &found, differences, notes);
    }
}

#[test]
fn arrays() {
    let two = array("float64", &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
    let row = |items: &[f64]| array("float64", &[items.len()], items);
    let floats = |items: &[f64]| Value::List(items.iter().map(|&item| Value::Float(item)).collect());
    check(&[
        (two.clone(), two.clone(), "", &[], &[]),
        (
            two.clone(),
            array("float64", &[2, 2], &[1.0, 2.0, 3.5, 4.0]),
            "",
            &["/1/0 Value"],
            &["1 of 4 elements differ, by at most 0.5"],
        ),
        (two.clone(), array("float64", &[2, 2], &[1.0, 2.0, 3.5, 4.0]), "abs=0.5", &[], &[]),
        (two.clone(), array("float64", &[2, 2], &[1.0, 2.0, 3.5, 4.0]), "ignore=/1/0", &[], &[]),
        (two.clone(), array("float32", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), "", &[" Dtype TypeOnly"], &[]),
        (two.clone(), array("float32", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), "dtype=kind", &[], &[]),
        (two.clone(), array("int64", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), "dtype=kind", &[" Dtype TypeOnly"], &[]),
        (two.clone(), array("int64", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), "dtype=any", &[], &[]),
        (row(&[1.0, 0.0]), array("bool", &[2], &[1.0, 0.0]), "dtype=any", &["/0 Value", "/1 Value"], &[]),
        (
            two.clone(),
            array("float64", &[2, 2], &[1.0, 3.0, 2.0, 4.0]),
            "",
            &["/0/1 Value Order", "/1/0 Value Order"],
            &["axes are swapped"],
        ),
        (
            array("float64", &[1, 3], &[1.0, 2.0, 3.0]),
            array("float64", &[3, 1], &[1.0, 2.0, 3.0]),
            "",
            &[" Shape Order"],
            &["axes are swapped"],
        ),
        (row(&[1.0, 2.0]), array("float64", &[2, 1], &[1.0, 2.0]), "", &[" Shape"], &["axis of length 1"]),
        (two.clone(), row(&[1.0, 2.0, 3.0, 4.0]), "", &[" Shape"], &["another shape"]),
        (two.clone(), row(&[1.0, 2.0]), "", &[" Shape"], &[]),
        (row(&[f64::NAN]), row(&[f64::NAN]), "", &[], &[]),
        (row(&[f64::NAN]), row(&[f64::NAN]), "nan=unequal", &["/0 Value"], &[]),
        (row(&[1.0, 2.0]), floats(&[1.0, 2.0]), "", &[" Type TypeOnly"], &[]),
        (floats(&[1.0, 2.0]), row(&[1.0, 2.0]), "", &[" Type TypeOnly"], &[]),
        (floats(&[1.0, 2.0]), row(&[1.0, 3.0]), "", &[" Type"], &[]),
        (two.clone(), with_kind(two.clone(), Value::Tensor), "", &[" Type TypeOnly"], &[]),
        (
            row(&[0.0; 50]),
            row(&[1.0; 50]),
            "",
            &["/0 Value", "/1 Value", "/2 Value", "/3 Value", "/4 Value"],
            &["50 of 50"],
        ),
    ]);
    let found = super::super::value(&Channel::Returned, &row(&[0.0; 50]), &row(&[1.0; 50]), &options(""));
    assert_eq!(found.total, 50);
}

#[test]
fn scalars() {
    let scalar = |dtype: &str, item: f64| with_kind(array(dtype, &[], &[item]), Value::Scalar);
    check(&[
        (scalar("float64", 1.5), scalar("float64", 1.5), "", &[], &[]),
        (scalar("float64", 1.5), Value::Float(1.5), "", &[" Type TypeOnly"], &[]),
        (scalar("float64", 1.5), Value::Float(1.5), "types=numeric", &[], &[]),
        (Value::int(1), scalar("int64", 1.0), "types=numeric", &[], &[]),
        (Value::int(1), scalar("bool", 1.0), "types=numeric", &[" Type"], &[]),
        (Value::Bool(true), scalar("bool", 1.0), "", &[" Type TypeOnly"], &[]),
        (scalar("float64", 1.5), scalar("float32", 1.5), "", &[" Dtype TypeOnly"], &[]),
        (scalar("float64", 1.5), scalar("float32", 1.5), "dtype=kind", &[], &[]),
        (scalar("float64", 1.5), scalar("float64", 2.5), "", &[" Value"], &[]),
    ]);
}
