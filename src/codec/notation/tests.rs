#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use proptest::prelude::*;

use super::*;
use crate::codec::test_values::{any_value, same};
use crate::model::{Array, ArrayData, Text};

struct Fixture;

impl Load for Fixture {
    fn load(&self, path: &str) -> Result<Value, String> {
        match path {
            "fixtures/x.json" => Ok(Value::List(vec![Value::int(1)])),
            _ => Err(format!("`{path}` is no file of the exercise")),
        }
    }
}

fn read(text: &str) -> Value {
    parse_value(text, Role::Expectation, &Fixture).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error(text: &str) -> NotationError {
    match parse_value(text, Role::Expectation, &Fixture) {
        Err(error) => error,
        Ok(value) => panic!("{text} was read as {value:?}"),
    }
}

/// Text that is read and written unchanged.
#[test]
fn canonical_text_survives() {
    for text in [
        "None",
        "True",
        "-12",
        "123456789012345678901234567890",
        "1.0",
        "-0.0",
        "1e-09",
        "1e+16",
        "1234567890123456.0",
        "0.0001",
        "1.5e-05",
        "1e+300",
        "5e-324",
        "nan",
        "inf",
        "-inf",
        "'text'",
        "\"it's\"",
        "'it\\'s \"both\"'",
        "'\\x00\\x1b[31m\\n\\t\\\\'",
        "'\\u202e\\u200b\\xad\\ufeff'",
        "'e\u{301}\u{e9} \u{4e2d} \u{1f600}'",
        "'\\ud800'",
        "'\\U000e0001'",
        "b'\\xff\\x00a'",
        "[]",
        "[1, 2]",
        "()",
        "(1,)",
        "(1, 2)",
        "{1, 2}",
        "set()",
        "frozenset()",
        "frozenset({1})",
        "{}",
        "{'a': 1, (1, 2): None}",
        "complex(1.0, -0.0)",
        "Decimal('1.10')",
        "Path('a/b.txt')",
        "datetime('2024-05-01T12:00:00+00:00')",
        "datetime('2024-05-01T12:00:00.000001')",
        "date('2024-02-29')",
        "time('12:00:00')",
        "timedelta(90.5)",
        "timedelta(-86399999999999.999999)",
        "array([[1.0, 0.1], [3.0, 4.0]], dtype='float32')",
        "array([0.1, 65500.0, 6e-08], dtype='float16')",
        "array([], dtype='float64')",
        "array([], dtype='float64', shape=(0, 3))",
        "array([[], []], dtype='float64')",
        "array([[1], 'a'], dtype='object', shape=(2,))",
        "array(['a', 'bcd'], dtype='<U3')",
        "array(['2024-05-01', None], dtype='datetime64[D]')",
        "array(7, dtype='uint8')",
        "scalar(1.5, dtype='float32')",
        "tensor([[1.0]], dtype='bfloat16')",
        "Series([1, 2], dtype='int64', index=['a', 'b'], name='n')",
        "Series([1.5, nan], dtype='float64')",
        "DataFrame({'a': [1, 2], 'b': ['x', None]}, dtypes={'a': 'int64'}, index=[0, 1])",
        "DataFrame({})",
        "Message(role='user', text='hi')",
        "Color.RED",
    ] {
        assert_eq!(write(&read(text), 10_000), text);
    }
}

#[test]
fn other_spellings() {
    for (text, canonical) in [
        ("0xff", "255"),
        ("-0b11", "-3"),
        ("10_000", "10000"),
        ("+1", "1"),
        (".5", "0.5"),
        ("1.", "1.0"),
        ("1E5", "100000.0"),
        ("1e999", "inf"),
        ("-nan", "nan"),
        ("(1)", "1"),
        ("'a' \"b\"\n", "'ab'"),
        ("['a' # one\n 'b',\n]", "['ab']"),
        ("'\\ud83d' '\\ude00'", "'\\ud83d\\ude00'"),
        ("'''a\nb'''", "'a\\nb'"),
        ("r'\\n\\'x'", "\"\\\\n\\\\'x\""),
        ("b'a' rb'\\x'", "b'a\\\\x'"),
        ("'\\x41\\u00e9\\101\\\nb'", "'A\u{e9}Ab'"),
        ("set([1])", "{1}"),
        ("datetime('2024-05-01 12:00Z')", "datetime('2024-05-01T12:00:00+00:00')"),
        ("timedelta(1_0.50)", "timedelta(10.5)"),
        ("Path('./a//b/')", "Path('a/b')"),
        ("Decimal('1e2')", "Decimal('1E+2')"),
        ("Decimal('0.0000001')", "Decimal('1E-7')"),
        ("array([1, 2], dtype='float32')", "array([1.0, 2.0], dtype='float32')"),
        ("array(['a', 'bcd'], dtype='str')", "array(['a', 'bcd'], dtype='<U3')"),
        (
            "array(['2024-05-01'], dtype='datetime64[ns]')",
            "array(['2024-05-01T00:00:00.000000000'], dtype='datetime64[ns]')",
        ),
        ("Series([1, None], dtype='float64')", "Series([1.0, nan], dtype='float64')"),
        ("Series([1, None], dtype='Float64')", "Series([1.0, None], dtype='Float64')"),
        ("load('fixtures/x.json')", "[1]"),
    ] {
        assert_eq!(write(&read(text), 10_000), canonical, "{text}");
    }
}

#[test]
fn errors_say_where_and_what_instead() {
    for (text, at, message) in [
        ("true", 0, "`true` is not a value; write `True`"),
        ("[1, null]", 4, "`null` is not a value; write `None`"),
        ("['a", 1, "a string is not closed"),
        ("[1, 2", 0, "`[` is not closed; `]` is missing"),
        ("[1 2]", 3, "`,` or `]` is expected here"),
        ("[,]", 1, "a value cannot start with `,`"),
        ("1 2", 2, "the value ends here, and more text follows"),
        ("", 0, "a value is missing here"),
        ("007", 0, "`007` starts with 0, which Python does not allow; write it without"),
        ("1__0", 0, "`1__0` is not a number"),
        ("'\\d'", 1, "`\\d` is not an escape; write `\\\\d` for a backslash"),
        ("f'x'", 0, "nothing is evaluated: an f-string is not a value"),
        ("{'a': 1, 'a': 2}", 9, "'a' is there twice"),
        ("{[1]}", 1, "a list cannot be in a set"),
        ("{1, 2: 3}", 4, "a dict has `key: value` everywhere, a set nowhere"),
        ("Message('user')", 8, "the fields of an expected `Message` are written as keywords: `Message(field=…)`"),
        ("int('3')", 0, "nothing is evaluated: write the value itself instead of `int(…)`"),
        ("np.array([1])", 0, "write `array(…)` without `np.`"),
        ("array([1])", 0, "the dtype is missing: `array(…, dtype='float64')`"),
        ("array([1], dtype='float')", 11, "`float` is not a dtype; write `float64`"),
        ("array([1], type='int8')", 11, "`type` is no argument of `array`, which has `values`, `dtype`, `shape`"),
        ("array([[1], [2, 3]], dtype='int8')", 0, "the lists of the array are not equally long (axis 1)"),
        ("array([300], dtype='int8')", 0, "300 does not fit dtype int8"),
        ("array([1e39], dtype='float32')", 0, "1e+39 does not fit dtype float32"),
        ("load('no')", 5, "`no` is no file of the exercise"),
        ("date('2023-02-29')", 5, "`2023-02-29` is not a date like 2024-05-01"),
        ("Series([1], index=['a', 'b'])", 12, "`index` has 2 labels for 1 rows"),
    ] {
        let found = error(text);
        assert_eq!((found.at, found.message.as_str()), (at, message), "{text}");
    }
    assert!(error(&"[".repeat(100_000)).message.contains("nested"));
    assert!(error(&"9".repeat(200_001)).message.contains("hexadecimal"));
}

#[test]
fn a_name_depends_on_the_role() {
    let new = parse_value("Message('hi', role='user')", Role::Input, &NoFiles).unwrap();
    assert!(matches!(&new, Value::New { args, kwargs, .. } if args.len() == 1 && kwargs.len() == 1));
    assert_eq!(write(&new, 100), "Message('hi', role='user')");
}

#[test]
fn calls() {
    for text in ["f()", "Window(4).push('a')", "Counter.from_text('a', n=2).total", "f(Message('x'), [Color.RED])"] {
        assert_eq!(write_call(&parse_call(text, &NoFiles).unwrap(), 1000), text);
    }
    for (text, at, message) in [
        ("f", 1, "nothing is called; write `name(arguments)`"),
        ("f(1", 1, "`(` is not closed; `)` is missing"),
        ("f(a=1, a=2)", 2, "`a` is given twice"),
        ("f(a=1, 2)", 7, "a positional argument stands after a keyword"),
        ("f(1) + 1", 5, "the value ends here, and more text follows"),
        ("1(2)", 0, "the name of a function is expected here"),
    ] {
        let found = parse_call(text, &NoFiles).unwrap_err();
        assert_eq!((found.at, found.message.as_str()), (at, message), "{text}");
    }
}

#[test]
fn what_does_not_fit_is_left_out() {
    let numbers = Value::List((0..1_000_000).map(Value::int).collect());
    assert_eq!(write(&numbers, 40), "[0, 1, 2, 3, 4, 5, 6, … 999993 more]");
    assert_eq!(write(&Value::str(&"x".repeat(5000)), 40), "'xxxxxxxxxxxxxxxx…' (5000 characters)");
    let text =
        "['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, 2]";
    assert_eq!(write(&read(text), 90), format!("['{}…' (95 characters), 1, 2]", "a".repeat(42)));
    assert_eq!(write(&read(text), text.len()), text);
    let large = read(&format!("1{}7", "0".repeat(998)));
    assert_eq!(write(&large, 60), "100000000000000000…000000000000000007 (1000 digits)");
    let huge = Value::Int(num_bigint::BigInt::from(1) << 40_000_000u32);
    assert_eq!(write(&huge, 60), "0x1…0000000000000000 (about 12041201 digits)");
    let mut deep = Value::None;
    for _ in 0..400 {
        deep = Value::List(vec![deep]);
    }
    assert!(write(&deep, 100_000).contains('…'));
    let array = Array { dtype: "int64".into(), shape: vec![1_000_000], data: ArrayData::Int(vec![1; 1_000_000]) };
    assert_eq!(write(&Value::Array(Box::new(array)), 80), "array([1, 1, 1, 1, 1, 1, 1, … 999993 more], dtype='int64')");
}

#[test]
fn foreign_text_cannot_move_the_cursor() {
    let value = Value::Opaque { class: "X".into(), repr: "<X \u{1b}[2J\n\u{202e}>".into() };
    assert_eq!(write(&value, 100), "<X \\x1b[2J\\x0a\\u202e>");
    let value = Value::Object { class: "X\n".into(), fields: vec![("a\u{1b}".into(), Value::None)] };
    assert_eq!(write(&value, 100), "X\\x0a(a\\x1b=None)");
}

proptest! {
    #[test]
    fn what_is_written_reads_back(value in any_value()) {
        let text = write(&value, usize::MAX / 2);
        let back = parse_value(&text, Role::Expectation, &NoFiles);
        prop_assert!(back.as_ref().is_ok_and(|back| same(back, &value)), "{} gave {:?}", text, back);
    }

    #[test]
    fn the_length_is_about_the_budget(value in any_value(), most in 0usize..300) {
        prop_assert!(write(&value, most).len() <= most + 200);
    }

    #[test]
    fn no_text_panics(text in "[\\[\\](){},:'\"\\\\ a-fN0-9x._=#-]{0,40}") {
        let _ = parse_value(&text, Role::Input, &NoFiles);
        let _ = parse_call(&text, &NoFiles);
    }

    #[test]
    fn constructors_do_not_panic(name in "(array|Decimal|Path|datetime|time|timedelta|Series|DataFrame|scalar)",
                                 text in "[0-9TZe:.+\\-\u{e9}]{0,30}") {
        let _ = parse_value(&format!("{name}('{text}', dtype='int8')"), Role::Input, &NoFiles);
        let _ = parse_value(&format!("{name}('{text}')"), Role::Input, &NoFiles);
        let _ = parse_value(&format!("{name}({text})"), Role::Input, &NoFiles);
    }

    #[test]
    fn text_with_surrogates_reads_back(points in prop::collection::vec(0xd7f0u32..0xe010, 0..8)) {
        let value = Value::Str(Text::from_code_points(points));
        prop_assert_eq!(parse_value(&write(&value, 1000), Role::Input, &NoFiles).unwrap(), value);
    }
}
