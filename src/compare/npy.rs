//! NumPy's array files.

use crate::model::{Array, ArrayData, DifferenceKind, Text, Value};

use super::cx::{Cx, Dialect};
use super::json::{self, Problem};
use super::{repr, value};

/// Two `.npy` files, compared as arrays.
pub(super) fn compare(cx: &mut Cx<'_>, expected: &[u8], actual: &[u8]) {
    match (read(expected), read(actual)) {
        (Err(_), _) if expected == actual => {}
        (Err(note), _) => json::expectation(cx, Problem { kind: DifferenceKind::Malformed, note, at: 0 }),
        (Ok(e), Err(note)) => {
            let expected = format!("{} array of shape {:?}", e.dtype, e.shape);
            let start = &actual[..actual.len().min(64)];
            cx.texts(
                DifferenceKind::Malformed,
                Some(expected),
                Some(start.escape_ascii().to_string()),
                (None, Some(note)),
            );
        }
        (Ok(e), Ok(a)) => {
            let (e, a) = (Value::Array(Box::new(e)), Value::Array(Box::new(a)));
            cx.merge(value::compare(cx.channel, &e, &a, cx.options, Dialect::Python));
        }
    }
}

/// Reads a file of version 1 to 3: numbers, bools and texts, in C or Fortran order.
fn read(bytes: &[u8]) -> Result<Array, String> {
    let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or("not a .npy file: it does not start with \\x93NUMPY")?;
    let short = || "not a .npy file: it ends within its header".to_owned();
    let (length, start) = match *rest {
        [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([a, b])), 4),
        [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([a, b, c, d]) as usize, 6),
        _ => return Err(short()),
    };
    let header = rest.get(start..).and_then(|rest| rest.get(..length)).ok_or_else(short)?;
    let data = rest.get(start + length..).ok_or_else(short)?;
    let broken = || "not a .npy file: its header cannot be read".to_owned();
    let Some(Value::Dict(entries)) = std::str::from_utf8(header).ok().and_then(repr::read) else {
        return Err(broken());
    };
    let entry = |name: &str| entries.iter().find(|(key, _)| *key == Value::str(name)).map(|(_, value)| value);
    let descr = match entry("descr") {
        Some(Value::Str(Text::Valid(descr))) => descr,
        Some(_) => return Err("an array with named fields cannot be compared".into()),
        None => return Err(broken()),
    };
    let Some(Value::List(lengths)) = entry("shape") else { return Err(broken()) };
    let length = |value: &Value| match value {
        Value::Int(length) => usize::try_from(length).map_err(|_| broken()),
        _ => Err(broken()),
    };
    let shape = lengths.iter().map(length).collect::<Result<Vec<usize>, String>>()?;
    let count = shape.iter().try_fold(1usize, |count, &length| count.checked_mul(length)).ok_or_else(broken)?;
    let mut array = Array { data: elements(descr, count, data)?, dtype: dtype(descr), shape };
    if entry("fortran_order") == Some(&Value::Bool(true)) && array.shape.len() > 1 {
        array.data = in_c_order(&array.shape, array.data);
    }
    Ok(array)
}

/// NumPy's name of an element type: `<f4` is `float32`.
fn dtype(descr: &str) -> String {
    let (kind, size) = split(descr);
    match kind {
        "f" => format!("float{}", size * 8),
        "i" => format!("int{}", size * 8),
        "u" => format!("uint{}", size * 8),
        "c" => format!("complex{}", size * 8),
        "b" => "bool".into(),
        _ => descr.into(),
    }
}

/// The kind and the size in bytes (for text, in characters).
fn split(descr: &str) -> (&str, usize) {
    let rest = descr.trim_start_matches(['<', '>', '|', '=']);
    let at = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
    (&rest[..at], rest[at..].parse().unwrap_or(0))
}

fn elements(descr: &str, count: usize, data: &[u8]) -> Result<ArrayData, String> {
    let (kind, size) = split(descr);
    let width = if kind == "U" { size.saturating_mul(4) } else { size };
    let needed = count.checked_mul(width).ok_or("the array is too large")?;
    if data.len() < needed {
        return Err(format!("the file ends within its data: {needed} bytes are announced, {} are there", data.len()));
    }
    if width == 0 {
        return match (kind, count) {
            ("U" | "S", _) if count <= 1 << 20 => Ok(ArrayData::Values(vec![Value::str(""); count])),
            _ => Err(format!("elements of type {descr} cannot be compared")),
        };
    }
    let is_big = descr.starts_with('>');
    let items = data[..needed].chunks_exact(width);
    let bits = |item: &[u8]| {
        let add = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
        if is_big { item.iter().fold(0, add) } else { item.iter().rev().fold(0, add) }
    };
    // Sign extension: the shift left loses what is above, the shift right brings the sign down.
    let signed = |item: &[u8]| ((bits(item) << (64 - 8 * width)) as i64) >> (64 - 8 * width);
    Ok(match (kind, size) {
        ("f", 2) => ArrayData::Float(items.map(|item| half(bits(item) as u16)).collect()),
        ("f", 4) => ArrayData::Float(items.map(|item| f32::from_bits(bits(item) as u32).into()).collect()),
        ("f", 8) => ArrayData::Float(items.map(|item| f64::from_bits(bits(item))).collect()),
        ("i", 1 | 2 | 4 | 8) => ArrayData::Int(items.map(signed).collect()),
        ("u", 1 | 2 | 4 | 8) => ArrayData::UInt(items.map(bits).collect()),
        ("b", 1) => ArrayData::Bool(items.map(|item| item != [0]).collect()),
        ("c", 8) => {
            let part = |item: &[u8]| f64::from(f32::from_bits(bits(item) as u32));
            ArrayData::Complex(items.map(|item| (part(&item[..4]), part(&item[4..]))).collect())
        }
        ("c", 16) => {
            let part = |item: &[u8]| f64::from_bits(bits(item));
            ArrayData::Complex(items.map(|item| (part(&item[..8]), part(&item[8..]))).collect())
        }
        ("U", _) => {
            let text = |item: &[u8]| {
                let points: Vec<u32> = item.chunks_exact(4).map(|point| bits(point) as u32).collect();
                let end = points.iter().rposition(|&point| point != 0).map_or(0, |last| last + 1);
                Value::Str(Text::from_code_points(points[..end].to_vec()))
            };
            ArrayData::Values(items.map(text).collect())
        }
        ("S", _) => {
            let end = |item: &[u8]| item.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            ArrayData::Values(items.map(|item| Value::Bytes(item[..end(item)].to_vec())).collect())
        }
        ("O", _) => return Err("an array of Python objects (a pickle) is never read".into()),
        _ => return Err(format!("elements of type {descr} cannot be compared")),
    })
}

/// A 16-bit float.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// Elements in Fortran order (the first index runs fastest) in C order.
fn in_c_order(shape: &[usize], data: ArrayData) -> ArrayData {
    fn turned<T: Clone>(shape: &[usize], items: &[T]) -> Vec<T> {
        let mut indices = vec![0usize; shape.len()];
        let mut out = Vec::with_capacity(items.len());
        for _ in 0..items.len() {
            let place = indices.iter().zip(shape).rev().fold(0, |sum, (&index, &length)| sum * length + index);
            out.extend(items.get(place).cloned());
            for (index, &length) in indices.iter_mut().zip(shape).rev() {
                *index += 1;
                if *index < length {
                    break;
                }
                *index = 0;
            }
        }
        out
    }
    match data {
        ArrayData::Float(items) => ArrayData::Float(turned(shape, &items)),
        ArrayData::Int(items) => ArrayData::Int(turned(shape, &items)),
        ArrayData::UInt(items) => ArrayData::UInt(turned(shape, &items)),
        ArrayData::Bool(items) => ArrayData::Bool(turned(shape, &items)),
        ArrayData::Complex(items) => ArrayData::Complex(turned(shape, &items)),
        ArrayData::Values(items) => ArrayData::Values(turned(shape, &items)),
    }
}

#[cfg(test)]
mod tests;
