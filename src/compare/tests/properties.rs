//! What holds for all inputs.

use proptest::prelude::*;

use crate::model::{Array, ArrayData, Channel, Column, Format, Frame, TemporalKind, Text, Value};

use super::super::{bytes, value};
use super::options;

const FORMATS: [Format; 6] = [Format::Text, Format::Json, Format::Jsonl, Format::Csv, Format::Npy, Format::Bytes];
const LENIENCIES: [&str; 8] = [
    "",
    "abs=0.1",
    "rel=0.1 types=numeric",
    "order=any",
    "order=any abs=0.1 keys=subset",
    "whitespace=trim ignore=/a",
    "dtype=any unordered=/*",
    "order=any whitespace=trim abs=0.5 types=numeric dtype=kind",
];

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(f64::NAN), Just(-0.0), Just(f64::INFINITY), -5.0..5.0f64]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::Bool),
        (-5..5i64).prop_map(Value::int),
        any::<i128>().prop_map(|number| Value::Int(number.into())),
        float().prop_map(Value::Float),
        (float(), float()).prop_map(|(re, im)| Value::Complex(re, im)),
        "[a-c ]{0,3}".prop_map(|text| Value::str(&text)),
        prop::collection::vec(0xd7fe..0xd802u32, 0..3).prop_map(|points| Value::Str(Text::from_code_points(points))),
        prop::collection::vec(any::<u8>(), 0..3).prop_map(Value::Bytes),
        "[0-9]{1,3}(\\.[0-9]{0,2})?|NaN".prop_map(Value::Decimal),
        "[a-b/]{0,3}".prop_map(Value::Path),
        "[0-9]{1,2}".prop_map(|text| Value::Temporal(TemporalKind::Delta, text)),
        prop::collection::vec(float(), 0..6).prop_map(|items| {
            let shape = vec![items.len()];
            Value::Array(Box::new(Array { dtype: "float64".into(), shape, data: ArrayData::Float(items) }))
        }),
        any::<i64>().prop_map(|item| {
            let data = ArrayData::Int(vec![item]);
            Value::Scalar(Box::new(Array { dtype: "int64".into(), shape: vec![], data }))
        }),
        prop::collection::vec(float(), 0..4).prop_map(|items| {
            let values = items.into_iter().map(Value::Float).collect();
            let column = Column { name: Value::str("a"), dtype: Some("float64".into()), values };
            Value::Frame(Box::new(Frame { index: None, columns: vec![column] }))
        }),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 6, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..6);
        prop_oneof![
            items().prop_map(Value::List),
            items().prop_map(Value::Tuple),
            items().prop_map(Value::Set),
            items().prop_map(Value::FrozenSet),
            prop::collection::vec(("[a-c]", inner.clone()), 0..4).prop_map(|entries| {
                let mut seen = std::collections::HashSet::new();
                let unique = entries.into_iter().filter(|(key, _)| seen.insert(key.clone()));
                Value::Dict(unique.map(|(key, value)| (Value::str(&key), value)).collect())
            }),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| {
                let fields = items.into_iter().enumerate().map(|(index, item)| (format!("f{index}"), item)).collect();
                Value::Object { class: "P".into(), fields }
            }),
        ]
    })
}

fn with() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&LENIENCIES[..])
}

/// Bytes that are sometimes nearly a document of some format.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"a\"",
        "'a'",
        ":",
        ",",
        "1",
        "-2.5",
        "1e9",
        "NaN",
        "None",
        "true",
        "\n",
        "\r\n",
        " ",
        "\t",
        "é",
        "\u{feff}",
        "\"",
        "x",
        "(",
        ")",
        "\\u00e9",
        "\u{93}NUMPY",
        "1.2.3",
        "+",
        ".",
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..80),
        prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat().into_bytes()),
        (
            "[<>|=]?[fiubcUSOV][0-9]{0,2}",
            any::<bool>(),
            "\\([0-9]?,? ?[0-9]?\\)",
            prop::collection::vec(any::<u8>(), 0..80)
        )
            .prop_map(|(descr, fortran, shape, data)| super::npy_file(&descr, fortran, &shape, &data)),
    ]
}

fn as_json(value: &Value) -> Option<String> {
    let text = super::super::written::json(value, usize::MAX);
    serde_json::from_str::<serde_json::Value>(&text).is_ok().then_some(text)
}

proptest! {
    #[test]
    fn a_value_equals_itself(one in any_value(), with in with()) {
        let found = value(&Channel::Returned, &one, &one.clone(), &options(with));
        prop_assert!(found.is_equal(), "{:?}", found);
    }

    #[test]
    fn bytes_equal_themselves(one in any_bytes(), with in with()) {
        for format in FORMATS {
            let found = bytes(&Channel::Stdout, format, &one, &one.clone(), &options(with));
            // An expectation that is broken JSON Lines or CSV is told of, whatever came out.
            let is_told = found.differences.iter().any(|d| d.note.as_ref().is_some_and(|n| n.contains("expectation itself")));
            prop_assert!(found.is_equal() || is_told, "{:?} {:?}", format, found);
        }
    }

    #[test]
    fn documents_equal_themselves(one in any_value()) {
        if let Some(text) = as_json(&one) {
            for format in [Format::Json, Format::Jsonl] {
                // With a space, so that it is read.
                let found = bytes(&Channel::Stdout, format, text.as_bytes(), format!("{text} ").as_bytes(), &options(""));
                prop_assert!(found.is_equal(), "{:?}", found);
            }
        }
    }

    #[test]
    fn nothing_panics(one in any_bytes(), other in any_bytes(), with in with()) {
        for format in FORMATS {
            let found = bytes(&Channel::Stdout, format, &one, &other, &options(with));
            prop_assert_eq!(found.is_equal(), found.differences.is_empty());
            for difference in &found.differences {
                let most = crate::model::Difference::MOST_TEXT;
                prop_assert!(difference.expected.as_ref().is_none_or(|text| text.len() <= most));
                prop_assert!(difference.actual.as_ref().is_none_or(|text| text.len() <= most));
            }
        }
    }

    #[test]
    fn exact_bytes_and_text_are_equal_only_when_the_same(one in any_bytes(), other in any_bytes()) {
        for format in [Format::Text, Format::Bytes] {
            let found = bytes(&Channel::Stdout, format, &one, &other, &options(""));
            prop_assert_eq!(found.is_equal(), one == other, "{:?} {:?}", format, found);
        }
    }

    #[test]
    fn values_differ_with_a_reason(one in any_value(), other in any_value(), with in with()) {
        let found = value(&Channel::Returned, &one, &other, &options(with));
        prop_assert_eq!(found.is_equal(), found.differences.is_empty());
        if found.is_equal() && with.is_empty() {
            let back = value(&Channel::Returned, &other, &one, &options(with));
            prop_assert!(back.is_equal(), "{:?}", back);
        }
    }

    #[test]
    fn a_shuffled_list_is_equal_without_order(
        (one, other) in prop::collection::vec(any_value(), 0..12)
            .prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle()))
    ) {
        for with in ["order=any", "order=any abs=0.1", "order=any types=numeric keys=subset"] {
            let (one, other) = (Value::List(one.clone()), Value::List(other.clone()));
            let found = value(&Channel::Returned, &one, &other, &options(with));
            prop_assert!(found.is_equal(), "{} {:?}", with, found);
        }
    }

    #[test]
    fn shuffled_lines_are_equal_without_order(
        (one, other) in prop::collection::vec("[ab1-3.]{0,4}", 0..12)
            .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()))
    ) {
        let (one, other) = (one.join("\n") + "\n", other.join("\n") + "\n");
        for with in ["order=any", "order=any abs=0.1", "order=any whitespace=trim"] {
            let found = bytes(&Channel::Stdout, Format::Text, one.as_bytes(), other.as_bytes(), &options(with));
            let only_blank = with.contains("trim") && one.contains("\n\n") || one.starts_with('\n');
            prop_assert!(found.is_equal() || only_blank, "{} {:?}", with, found);
        }
    }

    #[test]
    fn a_tolerance_reaches_as_far_up_as_down(e in -1000i32..1000, by in 0i32..200, abs in 0i32..200, rel in 0i32..4) {
        // Eighths and quarters are exact floats, so that no rounding decides.
        let options = options(&format!("abs={} rel={}", f64::from(abs) / 8.0, f64::from(rel) / 4.0));
        let (e, by) = (f64::from(e) / 8.0, f64::from(by) / 8.0);
        let is_equal = |a: f64| value(&Channel::Returned, &Value::Float(e), &Value::Float(a), &options).is_equal();
        prop_assert_eq!(is_equal(e + by), is_equal(e - by));
        prop_assert_eq!(is_equal(e + by), by <= f64::max(f64::from(abs) / 8.0, f64::from(rel) / 4.0 * e.abs()));
    }
}
