use super::super::tests::options;
use super::*;

fn big(text: &str) -> Value {
    Value::Int(text.parse().unwrap_or_default())
}

fn scalar(number: i64) -> Value {
    Value::Scalar(Box::new(Array { dtype: "int64".into(), shape: vec![], data: ArrayData::Int(vec![number]) }))
}

/// `expected`, `actual`, options, whether equal.
#[track_caller]
fn check(expected: &Value, actual: &Value, with: &str, is_equal: bool) {
    match (of_value(expected), of_value(actual)) {
        (Some(e), Some(a)) => assert_eq!(equal(e, a, &options(with)), is_equal, "{expected:?} {actual:?} {with}"),
        _ => assert!(!is_equal, "not both numbers: {expected:?} {actual:?}"),
    }
}

#[test]
fn the_rule() {
    let (f, i) = (Value::Float, Value::int);
    let huge = "1".to_owned() + &"0".repeat(400);
    let next = huge[..400].to_owned() + "1";
    for (expected, actual, with, is_equal) in [
        (f(1.0), f(1.0), "", true),
        (f(1.0), f(1.0 + f64::EPSILON), "", false),
        (f(0.0), f(-0.0), "", true),
        (f(f64::NAN), f(f64::NAN), "", true),
        (f(f64::NAN), f(f64::NAN), "nan=unequal", false),
        (f(f64::NAN), f(1.0), "abs=9", false),
        (f(f64::INFINITY), f(f64::INFINITY), "", true),
        (f(f64::INFINITY), f(f64::NEG_INFINITY), "abs=1e300", false),
        (f(f64::INFINITY), f(1e308), "rel=1", false),
        (f(1e308), f(f64::INFINITY), "rel=1", false),
        (f(10.0), f(10.5), "abs=0.5", true),
        (f(10.0), f(9.5), "abs=0.5", true),
        (f(10.0), f(10.5), "abs=0.25", false),
        (f(100.0), f(101.0), "rel=0.01", true),
        (f(-100.0), f(-101.0), "rel=0.01", true),
        (f(100.0), f(102.0), "rel=0.01", false),
        // The larger of the two counts, and the share is one of the expected number.
        (f(100.0), f(102.0), "rel=0.01 abs=2", true),
        (f(0.0), f(0.001), "rel=0.5", false),
        (i(3), i(4), "", false),
        (i(3), i(4), "abs=1", true),
        (i(3), i(4), "abs=0.99", false),
        (i(i64::MIN), i(i64::MAX), "abs=1e19", false),
        (i(i64::MIN), i(i64::MAX), "abs=2e19", true),
        (big(&huge), big(&huge), "", true),
        (big(&huge), big(&next), "", false),
        (big(&huge), big(&next), "abs=1", true),
        (big(&huge), big(&next), "abs=0.5", false),
        (big(&huge), big(&next), "rel=1e-300", true),
        (big(&huge), i(1), "rel=0.5", false),
        (big(&huge), i(1), "rel=1", true),
        // An int and a float: exactly, where no float lies.
        (i(9_007_199_254_740_993), f(9_007_199_254_740_992.0), "", false),
        (i(9_007_199_254_740_992), f(9_007_199_254_740_992.0), "", true),
        (big("100000000000000000000000000000000"), f(1e32), "", false),
        (big("100000000000000005366162204393472"), f(1e32), "", true),
        (i(1), f(1.25), "abs=0.25", true),
        (i(1), f(f64::INFINITY), "abs=0.25", false),
        (big(&huge), f(1e308), "rel=1", false),
        (scalar(3), i(3), "", true),
        (Value::Bool(true), i(1), "", false),
    ] {
        check(&expected, &actual, with, is_equal);
    }
}

#[test]
fn nearly() {
    let off = |by| Some(NearMiss::OffBy { by });
    for (expected, actual, found) in [
        (Value::Float(1000.0), Value::Float(1000.5), off(0.5)),
        (Value::Float(1000.0), Value::Float(1002.0), None),
        (Value::Float(0.0), Value::Float(1e-7), off(1e-7)),
        (Value::int(3), Value::int(4), None),
        (Value::int(3000), Value::int(3001), off(1.0)),
        (Value::int(3), Value::int(5), None),
        (Value::Float(3.0), Value::Float(4.0), None),
        (Value::Float(1.0), Value::Float(f64::INFINITY), None),
        (Value::Float(f64::NAN), Value::Float(1.0), None),
    ] {
        let both = of_value(&expected).zip(of_value(&actual));
        assert_eq!(both.and_then(|(e, a)| near(e, a)), found, "{expected:?} {actual:?}");
    }
}
