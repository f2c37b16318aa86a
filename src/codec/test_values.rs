//! Values for property tests.

use proptest::prelude::*;

use crate::model::{Array, ArrayData, Column, Frame, Series, TemporalKind, Text, Value};

/// Whether two values are the same to the last bit; NaN is the same as NaN.
pub fn same(a: &Value, b: &Value) -> bool {
    // The debug text tells -0.0 from 0.0, and NaN from nothing.
    format!("{a:?}") == format!("{b:?}")
}

fn name() -> impl Strategy<Value = String> {
    "[A-Z][a-z_]{1,6}"
}

fn hashable() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::None),
        any::<i64>().prop_map(Value::int),
        any::<(i128, i128)>().prop_map(|(a, b)| Value::Int(num_bigint::BigInt::from(a) * b)),
        any::<String>().prop_map(|text| Value::str(&text)),
        prop::collection::vec(any::<u8>(), 0..6).prop_map(Value::Bytes),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        hashable(),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Float),
        any::<(f64, f64)>().prop_map(|(re, im)| Value::Complex(re, im)),
        (name(), name()).prop_map(|(class, member)| Value::EnumMember { class, member }),
        (1i64..9999, 1u32..29, 0u32..24, 0u32..1_000_000).prop_map(|(year, day, hour, micros)| {
            let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
            let text = format!("{year:04}-02-{:02}T{hour:02}:00:00{fraction}", day.min(28));
            Value::Temporal(TemporalKind::DateTime, text)
        }),
        (-1_000_000i64..1_000_000).prop_map(|n| Value::Temporal(TemporalKind::Delta, n.to_string())),
        Just(Value::Path("a/b".into())),
        any::<i64>().prop_map(|n| Value::Decimal(n.to_string())),
        array().prop_map(|array| Value::Array(Box::new(array))),
        array().prop_map(|array| Value::Scalar(Box::new(Array { shape: vec![], data: first(array.data), ..array }))),
        any::<Vec<f32>>().prop_map(|items| {
            let data = ArrayData::Float(items.iter().map(|&x| f64::from(x)).collect());
            Value::Tensor(Box::new(Array { dtype: "float32".into(), shape: vec![1, items.len()], data }))
        }),
        (prop::collection::vec(any::<i64>(), 0..4), any::<bool>()).prop_map(|(numbers, labelled)| {
            let index = labelled.then(|| numbers.iter().map(|n| Value::Tuple(vec![Value::int(*n)])).collect());
            let values: Vec<Value> = numbers.into_iter().map(Value::int).collect();
            let column = Column { name: Value::str("n"), dtype: Some("int64".into()), values };
            let frame = Frame { index: index.clone(), columns: vec![column.clone()] };
            if labelled { Value::Frame(Box::new(frame)) } else { Value::Series(Box::new(Series { index, column })) }
        }),
    ]
}

fn first(data: ArrayData) -> ArrayData {
    match data {
        ArrayData::Float(items) => ArrayData::Float(vec![items.first().copied().unwrap_or(1.5)]),
        ArrayData::Int(items) => ArrayData::Int(vec![items.first().copied().unwrap_or(-1)]),
        ArrayData::UInt(items) => ArrayData::UInt(vec![items.first().copied().unwrap_or(1)]),
        ArrayData::Bool(items) => ArrayData::Bool(vec![items.first().copied().unwrap_or(true)]),
        ArrayData::Complex(items) => ArrayData::Complex(vec![items.first().copied().unwrap_or((0.5, -0.0))]),
        ArrayData::Values(items) => ArrayData::Values(vec![items.first().cloned().unwrap_or(Value::str("x"))]),
    }
}

fn array() -> impl Strategy<Value = Array> {
    let of = |dtype: &str, data: ArrayData| Array { dtype: dtype.into(), shape: vec![data.len()], data };
    prop_oneof![
        any::<Vec<f64>>().prop_map(move |items| of("float64", ArrayData::Float(items))),
        any::<Vec<i16>>()
            .prop_map(move |items| of("int16", ArrayData::Int(items.into_iter().map(i64::from).collect()))),
        any::<Vec<u64>>().prop_map(move |items| of("uint64", ArrayData::UInt(items))),
        any::<Vec<bool>>().prop_map(move |items| of("bool", ArrayData::Bool(items))),
        any::<Vec<(f64, f64)>>().prop_map(move |items| of("complex128", ArrayData::Complex(items))),
        prop::collection::vec(".{0,4}", 0..4).prop_map(move |items| {
            of("<U9", ArrayData::Values(items.iter().map(|text| Value::str(text)).collect()))
        }),
        (0usize..3, 0usize..3, 0usize..3).prop_map(|(a, b, c)| Array {
            dtype: "int64".into(),
            shape: vec![a, b, c],
            data: ArrayData::Int(vec![7; a * b * c]),
        }),
    ]
}

/// Any value that the notation can write and read, with every kind but opaque ones and those to be built.
pub fn any_value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 5, |inner| {
        let items = prop::collection::vec(inner.clone(), 0..5);
        let keys = prop::collection::hash_map(any::<String>(), inner, 0..5);
        prop_oneof![
            items.clone().prop_map(Value::List),
            items.prop_map(Value::Tuple),
            prop::collection::hash_set(any::<i64>(), 0..5)
                .prop_map(|s| Value::Set(s.into_iter().map(Value::int).collect())),
            prop::collection::hash_set(any::<i64>(), 0..5)
                .prop_map(|s| Value::FrozenSet(s.into_iter().map(Value::int).collect())),
            keys.clone().prop_map(|map| Value::Dict(map.into_iter().map(|(k, v)| (Value::str(&k), v)).collect())),
            (name(), keys).prop_map(|(class, map)| Value::Object {
                class,
                fields: map.into_values().enumerate().map(|(n, v)| (format!("field_{n}"), v)).collect(),
            }),
            prop::collection::vec(0xd7f0u32..0xe010, 0..5)
                .prop_map(|points| Value::Str(Text::from_code_points(points))),
        ]
    })
}
