//! From the wire form to values. Everything here is hostile: the learner's code runs in the process that sends it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigInt;
use serde_json::{Map, Value as Json};

use super::WireError;
use crate::codec::dtype::{Elements, elements};
use crate::codec::json;
use crate::model::{Array, ArrayData, Column, Frame, Series, TemporalKind, Text, Value};

/// The parser of `serde_json` allows 127; JSON that comes from elsewhere is checked here.
const DEEPEST: usize = 128;

/// Reads the bytes of one value.
pub fn decode(bytes: &[u8]) -> Result<Value, WireError> {
    from_json(serde_json::from_slice(bytes)?)
}

/// Reads one value that is a part of an answer.
pub fn from_json(json: Json) -> Result<Value, WireError> {
    value(json, 0)
}

fn malformed(what: &str) -> WireError {
    WireError::Malformed(what.chars().take(40).collect())
}

fn value(json: Json, depth: usize) -> Result<Value, WireError> {
    if depth > DEEPEST {
        return Err(malformed("nesting"));
    }
    match json {
        Json::Null => Ok(Value::None),
        Json::Bool(truth) => Ok(Value::Bool(truth)),
        Json::Number(number) => json::number(&number).ok_or_else(|| malformed("number")),
        Json::String(text) => Ok(Value::Str(text.into())),
        Json::Array(items) => values(items, depth).map(Value::List),
        Json::Object(object) => {
            let mut entries = object.into_iter();
            match (entries.next(), entries.next()) {
                (Some((kind, content)), None) => tagged(&kind, content, depth + 1),
                _ => Err(malformed("kind")),
            }
        }
    }
}

fn tagged(kind: &str, content: Json, depth: usize) -> Result<Value, WireError> {
    let bad = || malformed(kind);
    let text = |content: Json| if let Json::String(text) = content { Ok(text) } else { Err(bad()) };
    Ok(match kind {
        "int" => Value::Int(int(&text(content)?).ok_or_else(bad)?),
        "float" => Value::Float(match text(content)?.as_str() {
            "nan" => f64::NAN,
            "inf" => f64::INFINITY,
            "-inf" => f64::NEG_INFINITY,
            _ => return Err(bad()),
        }),
        "complex" => match list(content, depth, kind)?.as_slice() {
            [Value::Float(re), Value::Float(im)] => Value::Complex(*re, *im),
            _ => return Err(bad()),
        },
        "str" => {
            let Json::Array(points) = content else { return Err(bad()) };
            let point = |json: Json| json.as_u64().and_then(|point| u32::try_from(point).ok());
            let points: Option<Vec<u32>> = points.into_iter().map(point).collect();
            let points = points.filter(|points| points.iter().all(|&point| point <= 0x10_ffff)).ok_or_else(bad)?;
            Value::Str(Text::from_code_points(points))
        }
        "bytes" => Value::Bytes(binary(&content).ok_or_else(bad)?),
        "ints" => {
            Value::List(words(&content).ok_or_else(bad)?.into_iter().map(|x| Value::int(x.cast_signed())).collect())
        }
        "floats" => {
            Value::List(words(&content).ok_or_else(bad)?.into_iter().map(|x| Value::Float(f64::from_bits(x))).collect())
        }
        "tuple" => Value::Tuple(list(content, depth, kind)?),
        "set" => Value::Set(list(content, depth, kind)?),
        "frozenset" => Value::FrozenSet(list(content, depth, kind)?),
        "dict" => {
            let mut flat = list(content, depth, kind)?.into_iter();
            let mut pairs = Vec::with_capacity(flat.len() / 2);
            while let Some(key) = flat.next() {
                pairs.push((key, flat.next().ok_or_else(bad)?));
            }
            Value::Dict(pairs)
        }
        "object" => {
            let mut flat = list(content, depth, kind)?.into_iter();
            let class = name(flat.next()).ok_or_else(bad)?;
            Value::Object { class, fields: fields(flat).ok_or_else(bad)? }
        }
        "new" => {
            let mut flat = list(content, depth, kind)?.into_iter();
            let class = name(flat.next()).ok_or_else(bad)?;
            let Some(Value::List(args)) = flat.next() else { return Err(bad()) };
            Value::New { class, args, kwargs: fields(flat).ok_or_else(bad)? }
        }
        "enum" => {
            let (class, member) = two_texts(content).ok_or_else(bad)?;
            Value::EnumMember { class, member }
        }
        "opaque" => {
            let (class, repr) = two_texts(content).ok_or_else(bad)?;
            Value::Opaque { class, repr }
        }
        "datetime" => Value::Temporal(TemporalKind::DateTime, text(content)?),
        "date" => Value::Temporal(TemporalKind::Date, text(content)?),
        "time" => Value::Temporal(TemporalKind::Time, text(content)?),
        "timedelta" => Value::Temporal(TemporalKind::Delta, text(content)?),
        "path" => Value::Path(text(content)?),
        "decimal" => Value::Decimal(text(content)?),
        "array" => Value::Array(Box::new(array(content, depth, kind)?)),
        "scalar" => Value::Scalar(Box::new(array(content, depth, kind)?)),
        "tensor" => Value::Tensor(Box::new(array(content, depth, kind)?)),
        "series" => {
            let Json::Object(mut content) = content else { return Err(bad()) };
            let column = column(&mut content, depth, kind)?;
            let index = labels(&mut content, column.values.len(), depth, kind)?;
            Value::Series(Box::new(Series { index, column }))
        }
        "frame" => {
            let Json::Object(mut content) = content else { return Err(bad()) };
            let Some(Json::Array(columns)) = content.remove("columns") else { return Err(bad()) };
            let columns = columns.into_iter().map(|json| match json {
                Json::Object(mut content) => column(&mut content, depth, kind),
                _ => Err(bad()),
            });
            let columns: Vec<Column> = columns.collect::<Result<_, _>>()?;
            let index = match content.remove("index") {
                None | Some(Json::Null) => None,
                Some(index) => Some(list(index, depth, kind)?),
            };
            let rows = columns.first().map(|first| first.values.len()).or(index.as_ref().map(Vec::len)).unwrap_or(0);
            let even = columns.iter().all(|column| column.values.len() == rows);
            if !even || index.as_ref().is_some_and(|index| index.len() != rows) {
                return Err(bad());
            }
            Value::Frame(Box::new(Frame { index, columns }))
        }
        _ => return Err(malformed("kind")),
    })
}

fn values(items: Vec<Json>, depth: usize) -> Result<Vec<Value>, WireError> {
    items.into_iter().map(|item| value(item, depth + 1)).collect()
}

/// A list of values, packed or not.
fn list(json: Json, depth: usize, kind: &str) -> Result<Vec<Value>, WireError> {
    match value(json, depth)? {
        Value::List(items) => Ok(items),
        _ => Err(malformed(kind)),
    }
}

fn name(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::Str(Text::Valid(text))) => Some(text),
        _ => None,
    }
}

fn fields(mut flat: impl Iterator<Item = Value>) -> Option<Vec<(String, Value)>> {
    let mut fields = Vec::new();
    while let Some(first) = flat.next() {
        fields.push((name(Some(first))?, flat.next()?));
    }
    Some(fields)
}

fn two_texts(json: Json) -> Option<(String, String)> {
    let Json::Array(items) = json else { return None };
    match <[Json; 2]>::try_from(items).ok()? {
        [Json::String(first), Json::String(second)] => Some((first, second)),
        _ => None,
    }
}

fn int(text: &str) -> Option<BigInt> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let digits = digits.strip_prefix("0x")?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = BigInt::parse_bytes(digits.as_bytes(), 16)?;
    Some(if negative { -number } else { number })
}

fn binary(json: &Json) -> Option<Vec<u8>> {
    STANDARD.decode(json.as_str()?).ok()
}

fn words(json: &Json) -> Option<Vec<u64>> {
    let bytes = binary(json)?;
    let (words, rest) = bytes.as_chunks::<8>();
    rest.is_empty().then(|| words.iter().map(|word| u64::from_le_bytes(*word)).collect())
}

fn array(content: Json, depth: usize, kind: &str) -> Result<Array, WireError> {
    let bad = || malformed(kind);
    let Json::Object(mut content) = content else { return Err(bad()) };
    let (Some(Json::String(dtype)), Some(Json::Array(shape)), Some(data)) =
        (content.remove("dtype"), content.remove("shape"), content.remove("data"))
    else {
        return Err(bad());
    };
    let axis = |json: &Json| json.as_u64().and_then(|axis| usize::try_from(axis).ok());
    let shape: Option<Vec<usize>> = shape.iter().map(axis).collect();
    let shape = shape.filter(|shape| shape.len() <= 64).ok_or_else(bad)?;
    let floats = |data: &Json| Some(words(data)?.into_iter().map(f64::from_bits).collect::<Vec<f64>>());
    let data = match elements(&dtype) {
        Elements::Float(_) => floats(&data).map(ArrayData::Float),
        Elements::Int(_) => words(&data).map(|words| ArrayData::Int(words.into_iter().map(u64::cast_signed).collect())),
        Elements::UInt(_) => words(&data).map(ArrayData::UInt),
        Elements::Bool => binary(&data).map(|bytes| ArrayData::Bool(bytes.into_iter().map(|x| x != 0).collect())),
        Elements::Complex => floats(&data).and_then(|floats| {
            let (pairs, rest) = floats.as_chunks::<2>();
            rest.is_empty().then(|| ArrayData::Complex(pairs.iter().map(|[re, im]| (*re, *im)).collect()))
        }),
        Elements::Values => Some(ArrayData::Values(list(data, depth, kind)?)),
    };
    let data = data.ok_or_else(bad)?;
    // A zero makes the product zero whatever the others are, and must not overflow before.
    let count =
        if shape.contains(&0) { Some(0) } else { shape.iter().try_fold(1usize, |n, &axis| n.checked_mul(axis)) };
    if count != Some(data.len()) {
        return Err(bad());
    }
    Ok(Array { dtype, shape, data })
}

fn column(content: &mut Map<String, Json>, depth: usize, kind: &str) -> Result<Column, WireError> {
    let (Some(name), Some(values)) = (content.remove("name"), content.remove("values")) else {
        return Err(malformed(kind));
    };
    let dtype = match content.remove("dtype") {
        None | Some(Json::Null) => None,
        Some(Json::String(dtype)) => Some(dtype),
        Some(_) => return Err(malformed(kind)),
    };
    Ok(Column { name: value(name, depth + 1)?, dtype, values: list(values, depth + 1, kind)? })
}

fn labels(
    content: &mut Map<String, Json>,
    rows: usize,
    depth: usize,
    kind: &str,
) -> Result<Option<Vec<Value>>, WireError> {
    match content.remove("index") {
        None | Some(Json::Null) => Ok(None),
        Some(index) => {
            let labels = list(index, depth + 1, kind)?;
            if labels.len() == rows { Ok(Some(labels)) } else { Err(malformed(kind)) }
        }
    }
}
