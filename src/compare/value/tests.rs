use super::super::tests::{assert_found, options};
use super::*;

fn s(text: &str) -> Value {
    Value::str(text)
}

fn i(number: i64) -> Value {
    Value::int(number)
}

fn f(number: f64) -> Value {
    Value::Float(number)
}

fn list(items: &[Value]) -> Value {
    Value::List(items.to_vec())
}

fn dict(entries: &[(Value, Value)]) -> Value {
    Value::Dict(entries.to_vec())
}

fn object(class: &str, fields: &[(&str, Value)]) -> Value {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Value::Object { class: class.into(), fields }
}

fn opaque(class: &str) -> Value {
    Value::Opaque { class: class.into(), repr: format!("<{class}>") }
}

fn when(text: &str) -> Value {
    Value::Temporal(TemporalKind::DateTime, text.into())
}

/// Expected, actual, options, the differences in short, parts of notes.
type Case<'c> = (Value, Value, &'c str, &'c [&'c str], &'c [&'c str]);

fn check(cases: &[Case<'_>]) {
    for (expected, actual, with, differences, notes) in cases {
        let found = super::super::value(&Channel::Returned, expected, actual, &options(with));
        assert_found(&format!("{expected:?} {actual:?} {with}"), &found, differences, notes);
    }
}

#[test]
fn atoms() {
    let decimal = |text: &str| Value::Decimal(text.into());
    let delta = |text: &str| Value::Temporal(TemporalKind::Delta, text.into());
    let member = |member: &str| Value::EnumMember { class: "Role".into(), member: member.into() };
    check(&[
        (i(1), i(1), "", &[], &[]),
        (i(1), f(1.0), "", &[" Type TypeOnly"], &[]),
        (i(1), f(1.0), "types=numeric", &[], &[]),
        (i(1), f(1.5), "types=numeric", &[" Value"], &[]),
        (i(1), Value::Bool(true), "types=numeric", &[" Type TypeOnly"], &[]),
        (i(1), s("1"), "", &[" Type TypeOnly"], &[]),
        (i(1), s("2"), "", &[" Type"], &[]),
        (f(1.5), s("1.5"), "", &[" Type TypeOnly"], &[]),
        (Value::Bool(true), s("true"), "", &[" Type TypeOnly"], &[]),
        (Value::None, s("None"), "", &[" Type TypeOnly"], &[]),
        (s("a"), Value::Bytes(b"a".to_vec()), "", &[" Type TypeOnly"], &[]),
        (s("Abc"), s("abc"), "", &[" Value Case"], &[]),
        (s("abc"), s("abc "), "", &[" Value Whitespace"], &[]),
        (Value::Str(Text::Surrogates(vec![0xd800])), Value::Str(Text::Surrogates(vec![0xd800])), "", &[], &[]),
        (Value::Str(Text::Surrogates(vec![0xd800])), s("\u{fffd}"), "", &[" Value Case"], &[]),
        (Value::Bytes(b"ab".to_vec()), Value::Bytes(b"ac".to_vec()), "", &[" Value"], &["byte 1"]),
        (Value::Complex(1.0, 2.0), Value::Complex(1.0, 2.5), "", &[" Value"], &[]),
        (Value::Complex(1.0, 2.0), Value::Complex(1.0, 2.5), "abs=0.5", &[], &[]),
        (decimal("1.10"), decimal("1.10"), "", &[], &[]),
        (decimal("1.10"), decimal("1.1"), "", &[" Value TypeOnly"], &["quantize"]),
        (decimal("1.10"), decimal("1.1"), "types=numeric", &[], &[]),
        (decimal("1.10"), decimal("1.2"), "abs=0.2", &[], &[]),
        (decimal("NaN"), decimal("NaN"), "nan=unequal", &[" Value"], &[]),
        (decimal("1.5"), f(1.5), "", &[" Type TypeOnly"], &[]),
        (member("USER"), member("USER"), "", &[], &[]),
        (member("USER"), member("TOOL"), "", &[" Value"], &[]),
        (member("USER"), s("USER"), "", &[" Type TypeOnly"], &[]),
        (when("2024-05-01T12:00:00+00:00"), when("2024-05-01T12:00:00"), "", &[" Value"], &["time zone is expected"]),
        (delta("90.5"), delta("90.50"), "", &[], &[]),
        (delta("90.5"), delta("91"), "abs=1", &[], &[]),
        (Value::Path("a/b".into()), Value::Path("a/c".into()), "", &[" Value"], &[]),
        (Value::Path("a/b".into()), s("a/b"), "", &[" Type TypeOnly"], &[]),
        (f(f64::NAN), f(f64::NAN), "", &[], &[]),
        (f(f64::NAN), f(f64::NAN), "nan=unequal", &[" Value"], &[]),
    ]);
}

#[test]
fn results_that_are_none() {
    check(&[
        (i(1), Value::None, "", &[" Type"], &["a `return` missing"]),
        (list(&[i(1)]), list(&[Value::None]), "", &["/0 Type"], &[]),
        (list(&[i(1)]), opaque("generator"), "", &[" Type"], &["list(...)"]),
        (list(&[i(1)]), opaque("coroutine"), "", &[" Type"], &["`await`"]),
        (i(1), opaque("function"), "", &[" Type"], &["parentheses"]),
        (i(1), opaque("Thing"), "", &[" Type"], &[]),
        (opaque("Thing"), opaque("Thing"), "", &[" Value"], &[]),
    ]);
}

#[test]
fn sequences() {
    let numbers = |range: std::ops::Range<i64>| list(&range.map(i).collect::<Vec<_>>());
    let tuple = |items: &[Value]| Value::Tuple(items.to_vec());
    check(&[
        (list(&[i(1), i(2)]), tuple(&[i(1), i(2)]), "", &[" Type TypeOnly"], &[]),
        (list(&[i(1), i(2)]), tuple(&[i(1), i(3)]), "", &[" Type"], &[]),
        (list(&[tuple(&[i(1)])]), list(&[list(&[i(1)])]), "", &["/0 Type TypeOnly"], &[]),
        (list(&[i(1), i(2)]), Value::Set(vec![i(2), i(1)]), "", &[" Type TypeOnly"], &[]),
        (list(&[i(1), i(2), i(3)]), list(&[i(1), i(9), i(3)]), "", &["/1 Value"], &[]),
        (list(&[i(1), i(2), i(3)]), list(&[i(3), i(1), i(2)]), "", &[" Order Order"], &["from index 0"]),
        (list(&[i(1), i(2), i(3)]), list(&[i(3), i(1), i(2)]), "order=any", &[], &[]),
        (list(&[list(&[i(1), i(2)])]), list(&[list(&[i(2), i(1)])]), "order=any", &["/0 Order Order"], &[]),
        (list(&[list(&[i(1), i(2)])]), list(&[list(&[i(2), i(1)])]), "unordered=/*", &[], &[]),
        (numbers(0..500), numbers(1..500), "", &["/0 Missing OffByOne"], &["500 items expected, 499 items found"]),
        (numbers(0..500), numbers(0..499), "", &["/499 Missing OffByOne"], &[]),
        (numbers(0..500), numbers(1..501), "", &["/0 Missing", "/499 Extra"], &[]),
        (list(&[f(0.1), f(0.2)]), list(&[f(0.2), f(0.1)]), "order=any abs=0.01", &[], &[]),
        (list(&[f(0.1), f(0.5)]), list(&[f(0.52), f(0.1)]), "order=any abs=0.01", &["/1 Value"], &[]),
    ]);
}

#[test]
fn sets_and_dicts() {
    let set = |items: &[Value]| Value::Set(items.to_vec());
    check(&[
        (set(&[i(1), i(2)]), set(&[i(2), i(1)]), "", &[], &[]),
        (set(&[i(1), i(2)]), set(&[i(2), i(3)]), "", &[" Missing", " Extra"], &[]),
        (set(&[f(1.0)]), set(&[f(1.001)]), "abs=0.01", &[], &[]),
        (set(&[i(1)]), Value::FrozenSet(vec![i(1)]), "", &[" Type TypeOnly"], &[]),
        (dict(&[(s("a"), i(1)), (s("b"), i(2))]), dict(&[(s("b"), i(2)), (s("a"), i(1))]), "", &[], &[]),
        (dict(&[(s("a"), i(1))]), dict(&[(s("a"), i(5))]), "", &["/a Value"], &[]),
        (dict(&[(i(1), i(1))]), dict(&[(s("1"), i(1))]), "", &["/1 Missing TypeOnly", "/1 Extra"], &["there is a key"]),
        (dict(&[(i(1), i(1))]), dict(&[(f(1.0), i(1))]), "types=numeric", &[], &[]),
        (
            dict(&[(i(1), i(1))]),
            dict(&[(Value::Bool(true), i(1))]),
            "types=numeric",
            &["/1 Missing TypeOnly", "/True Extra"],
            &[],
        ),
        (
            dict(&[(Value::Tuple(vec![i(1), i(2)]), i(1))]),
            dict(&[(Value::Tuple(vec![i(1), i(2)]), i(1))]),
            "",
            &[],
            &[],
        ),
        (dict(&[(s("a"), i(1))]), dict(&[(s("a"), i(1)), (s("b"), i(1))]), "keys=subset", &[], &[]),
        (dict(&[(s("a"), i(1))]), dict(&[(s("a"), i(2))]), "ignore=/a", &[], &[]),
    ]);
    let many = |rotate: usize| {
        let mut entries: Vec<(Value, Value)> = (0..1000).map(|n| (i(n), i(n))).collect();
        entries.rotate_left(rotate);
        Value::Dict(entries)
    };
    check(&[(many(0), many(500), "", &[], &[])]);
}

#[test]
fn objects() {
    let new = Value::New { class: "P".into(), args: vec![i(1)], kwargs: vec![("y".into(), i(2))] };
    check(&[
        (object("P", &[("x", i(1))]), object("P", &[("x", i(1))]), "", &[], &[]),
        (object("P", &[("x", i(1))]), object("P", &[("x", i(9))]), "", &["/x Value"], &[]),
        (object("P", &[("x", i(1))]), object("Q", &[("x", i(1))]), "", &[" Type"], &[]),
        (object("P", &[("x", i(1))]), dict(&[(s("x"), i(1))]), "", &[" Type TypeOnly"], &[]),
        (object("P", &[("x", i(1))]), object("P", &[("x", i(1)), ("y", i(1))]), "", &["/y Extra"], &[]),
        (object("P", &[("x", i(1)), ("y", i(1))]), object("P", &[("y", i(1))]), "", &["/x Missing"], &[]),
        (new.clone(), object("P", &[("x", i(1)), ("y", i(2))]), "", &[], &[]),
        (new, object("P", &[("x", i(7)), ("y", i(2))]), "", &["/x Value"], &[]),
    ]);
}
