//! From values to the wire form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use crate::model::{Array, ArrayData, Column, Text, Value};

/// A list of so many numbers and more is packed.
const WORTH_PACKING: usize = 64;

/// The wire form of a value. Its depth is up to twice that of the value.
pub fn encode(value: &Value) -> Json {
    match value {
        Value::None => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Int(number) => match i64::try_from(number) {
            Ok(small) => json!(small),
            Err(_) => {
                let sign = if number.sign() == num_bigint::Sign::Minus { "-" } else { "" };
                kind("int", json!(format!("{sign}0x{}", number.magnitude().to_str_radix(16))))
            }
        },
        Value::Float(number) => float(*number),
        Value::Complex(re, im) => kind("complex", Json::Array(vec![float(*re), float(*im)])),
        Value::Str(Text::Valid(text)) => json!(text),
        Value::Str(Text::Surrogates(points)) => kind("str", json!(points)),
        Value::Bytes(bytes) => kind("bytes", json!(STANDARD.encode(bytes))),
        Value::List(items) => list(items),
        Value::Tuple(items) => kind("tuple", list(items)),
        Value::Set(items) => kind("set", list(items)),
        Value::FrozenSet(items) => kind("frozenset", list(items)),
        Value::Dict(items) => {
            let flat = items.iter().flat_map(|(key, item)| [encode(key), encode(item)]);
            kind("dict", Json::Array(flat.collect()))
        }
        Value::Object { class, fields } => kind("object", named(vec![json!(class)], fields)),
        Value::EnumMember { class, member } => kind("enum", json!([class, member])),
        Value::Temporal(time, text) => kind(time.name(), json!(text)),
        Value::Path(text) => kind("path", json!(text)),
        Value::Decimal(text) => kind("decimal", json!(text)),
        Value::Scalar(content) => kind("scalar", array(content)),
        Value::Array(content) => kind("array", array(content)),
        Value::Tensor(content) => kind("tensor", array(content)),
        Value::Series(series) => {
            let mut content = column(&series.column);
            content["index"] = series.index.as_deref().map_or(Json::Null, list);
            kind("series", content)
        }
        Value::Frame(frame) => {
            let columns: Vec<Json> = frame.columns.iter().map(column).collect();
            kind("frame", json!({"index": frame.index.as_deref().map(list), "columns": columns}))
        }
        Value::New { class, args, kwargs } => kind("new", named(vec![json!(class), list(args)], kwargs)),
        Value::Opaque { class, repr } => kind("opaque", json!([class, repr])),
    }
}

fn kind(name: &str, content: Json) -> Json {
    let mut object = serde_json::Map::new();
    object.insert(name.to_owned(), content);
    Json::Object(object)
}

fn float(number: f64) -> Json {
    match serde_json::Number::from_f64(number) {
        Some(finite) => Json::Number(finite),
        None if number.is_nan() => kind("float", json!("nan")),
        None if number > 0.0 => kind("float", json!("inf")),
        None => kind("float", json!("-inf")),
    }
}

fn named(mut first: Vec<Json>, fields: &[(String, Value)]) -> Json {
    first.extend(fields.iter().flat_map(|(name, value)| [json!(name), encode(value)]));
    Json::Array(first)
}

fn list(items: &[Value]) -> Json {
    packed(items).unwrap_or_else(|| Json::Array(items.iter().map(encode).collect()))
}

/// A long list of nothing but numbers of one type.
fn packed(items: &[Value]) -> Option<Json> {
    if items.len() < WORTH_PACKING {
        return None;
    }
    let int = |item: &Value| match item {
        Value::Int(number) => i64::try_from(number).ok().map(i64::to_le_bytes),
        _ => None,
    };
    let float = |item: &Value| match item {
        Value::Float(number) => Some(number.to_le_bytes()),
        _ => None,
    };
    let (name, words): (_, Option<Vec<[u8; 8]>>) = match items.first()? {
        Value::Int(_) => ("ints", items.iter().map(int).collect()),
        Value::Float(_) => ("floats", items.iter().map(float).collect()),
        _ => return None,
    };
    Some(kind(name, json!(STANDARD.encode(words?.as_flattened()))))
}

fn column(column: &Column) -> Json {
    json!({"name": encode(&column.name), "dtype": column.dtype, "values": list(&column.values)})
}

fn array(array: &Array) -> Json {
    let words = |words: Vec<[u8; 8]>| json!(STANDARD.encode(words.as_flattened()));
    let data = match &array.data {
        ArrayData::Float(items) => words(items.iter().map(|x| x.to_le_bytes()).collect()),
        ArrayData::Int(items) => words(items.iter().map(|x| x.to_le_bytes()).collect()),
        ArrayData::UInt(items) => words(items.iter().map(|x| x.to_le_bytes()).collect()),
        ArrayData::Bool(items) => json!(STANDARD.encode(items.iter().map(|&x| u8::from(x)).collect::<Vec<u8>>())),
        ArrayData::Complex(items) => {
            words(items.iter().flat_map(|(re, im)| [re.to_le_bytes(), im.to_le_bytes()]).collect())
        }
        ArrayData::Values(items) => Json::Array(items.iter().map(encode).collect()),
    };
    json!({"dtype": array.dtype, "shape": array.shape, "data": data})
}
