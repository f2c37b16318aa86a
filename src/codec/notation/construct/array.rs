//! Arrays, scalars and tensors from nested lists.

use num_bigint::BigInt;

use super::{Bound, Constructor, at, text_of};
use crate::codec::dtype::{Elements, elements, is_other, round_to, time_unit};
use crate::codec::notation::{NotationError, canonical, write};
use crate::model::{Array, ArrayData, TemporalKind, Text, Value};

impl Constructor<'_> {
    pub(super) fn array(&self, values: Bound, dtype: Bound, shape: Bound) -> Result<Value, NotationError> {
        let values = self.required(values, "value")?.value;
        let Some(dtype) = dtype else {
            return self.fail(format!("the dtype is missing: `{}(…, dtype='float64')`", self.name));
        };
        let dtype_at = dtype.at;
        let dtype = text_of(&dtype, "the name of a dtype")?.to_owned();
        let known = elements(&dtype) != Elements::Values || dtype == "bool";
        if !known && (self.name == "tensor" || !is_other(&dtype)) {
            let instead = match dtype.as_str() {
                "float" | "double" => "; write `float64`",
                "int" | "long" => "; write `int64`",
                "half" => "; write `float16`",
                "complex" => "; write `complex128`",
                _ => "",
            };
            return Err(at(dtype_at, format!("`{dtype}` is not a dtype{instead}")));
        }
        let shape =
            shape.map(|argument| axes(&argument.value).map_err(|message| at(argument.at, message))).transpose()?;
        if self.name == "scalar" && (shape.is_some() || (matches!(values, Value::List(_)) && dtype != "object")) {
            return self.fail("a scalar is a single value".into());
        }
        let shape = if self.name == "scalar" { Some(Vec::new()) } else { shape };
        let array = build(values, dtype, shape).map_err(|message| at(self.at, message))?;
        Ok(match self.name {
            "scalar" => Value::Scalar(Box::new(array)),
            "tensor" => Value::Tensor(Box::new(array)),
            _ => Value::Array(Box::new(array)),
        })
    }
}

fn axes(shape: &Value) -> Result<Vec<usize>, String> {
    let (Value::Tuple(axes) | Value::List(axes)) = shape else {
        return Err("a shape is a tuple of lengths".into());
    };
    let length = |axis: &Value| match axis {
        Value::Int(length) => usize::try_from(length).ok().filter(|&length| length <= 1 << 40),
        _ => None,
    };
    let axes: Option<Vec<usize>> = axes.iter().map(length).collect();
    axes.filter(|axes| axes.len() <= 64).ok_or_else(|| "a shape has at most 64 lengths of at most 2**40".into())
}

/// Flattens nested lists and converts their items. The shape is that of the lists, unless it is given.
fn build(values: Value, dtype: String, given: Option<Vec<usize>>) -> Result<Array, String> {
    let mut shape = Vec::new();
    let mut level = vec![values];
    while given.as_ref().is_none_or(|given| shape.len() < given.len()) {
        let lists = level.iter().filter(|item| matches!(item, Value::List(_))).count();
        if lists == 0 {
            break;
        }
        let ragged = || Err(format!("the lists of the array are not equally long (axis {})", shape.len()));
        let length = level.iter().find_map(|item| if let Value::List(items) = item { Some(items.len()) } else { None });
        let mut inner = Vec::new();
        for item in level {
            match item {
                Value::List(items) if Some(items.len()) == length => inner.extend(items),
                _ => return ragged(),
            }
        }
        shape.push(length.unwrap_or(0));
        level = inner;
    }
    if let Some(given) = given {
        let count = given.iter().try_fold(1usize, |product, &axis| product.checked_mul(axis));
        let empty = level.is_empty() && given.starts_with(&shape) && count == Some(0);
        if given != shape && !empty {
            return Err(format!("the lists have shape {shape:?}, not {given:?}"));
        }
        shape = given;
    }
    let data = convert(level, &dtype)?;
    let dtype = match (&*dtype, &data) {
        ("str", ArrayData::Values(items)) => format!("<U{}", items.iter().map(width).max().unwrap_or(1).max(1)),
        _ => dtype,
    };
    Ok(Array { dtype, shape, data })
}

fn width(item: &Value) -> usize {
    match item {
        Value::Str(Text::Valid(text)) => text.chars().count(),
        Value::Str(Text::Surrogates(points)) => points.len(),
        _ => 0,
    }
}

/// A real number as a float.
pub(super) fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        Value::Int(number) => match i64::try_from(number) {
            Ok(small) => Some(small as f64),
            Err(_) if number.bits() <= 1024 => number.to_string().parse().ok(),
            Err(_) => None,
        },
        _ => None,
    }
}

fn convert(items: Vec<Value>, dtype: &str) -> Result<ArrayData, String> {
    match elements(dtype) {
        Elements::Float(bits) => {
            each(items, dtype, |item| fitting(real(item)?, |number| round_to(number, bits))).map(ArrayData::Float)
        }
        Elements::Int(bits) => each(items, dtype, |item| {
            let number = i64::try_from(integer(item)?).ok()?;
            let spare = 64 - bits;
            ((number << spare) >> spare == number).then_some(number)
        })
        .map(ArrayData::Int),
        Elements::UInt(bits) => each(items, dtype, |item| {
            let number = u64::try_from(integer(item)?).ok()?;
            let spare = 64 - bits;
            ((number << spare) >> spare == number).then_some(number)
        })
        .map(ArrayData::UInt),
        Elements::Bool => each(items, dtype, |item| match item {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        })
        .map(ArrayData::Bool),
        Elements::Complex => each(items, dtype, |item| {
            let (re, im) = match item {
                Value::Complex(re, im) => (*re, *im),
                other => (real(other)?, 0.0),
            };
            let bits = if dtype == "complex64" { 24 } else { 53 };
            Some((fitting(re, |x| round_to(x, bits))?, fitting(im, |x| round_to(x, bits))?))
        })
        .map(ArrayData::Complex),
        Elements::Values => each(items, dtype, |item| other(item, dtype)).map(ArrayData::Values),
    }
}

fn each<T>(items: Vec<Value>, dtype: &str, convert: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>, String> {
    let one = |item: Value| convert(&item).ok_or_else(|| format!("{} does not fit dtype {dtype}", write(&item, 60)));
    items.into_iter().map(one).collect()
}

fn integer(item: &Value) -> Option<&BigInt> {
    match item {
        Value::Int(number) => Some(number),
        _ => None,
    }
}

/// A number after rounding, unless that made it infinite.
fn fitting(number: f64, round: impl Fn(f64) -> f64) -> Option<f64> {
    let rounded = round(number);
    (rounded.is_finite() || !number.is_finite()).then_some(rounded)
}

/// An element of an array that is none of numbers, as Python gives it back.
fn other(item: &Value, dtype: &str) -> Option<Value> {
    if let Some(unit) = time_unit(dtype, "datetime64") {
        let text = match item {
            Value::None => return Some(Value::None),
            Value::Str(Text::Valid(text)) | Value::Temporal(TemporalKind::DateTime | TemporalKind::Date, text) => text,
            _ => return None,
        };
        return canonical::datetime64(text, unit).map(|text| Value::str(&text));
    }
    let fits = if let Some(most) = dtype.strip_prefix("<U") {
        matches!(item, Value::Str(_)) && width(item) <= most.parse().unwrap_or(0)
    } else if let Some(most) = dtype.strip_prefix("|S") {
        matches!(item, Value::Bytes(bytes) if bytes.len() <= most.parse().unwrap_or(0))
    } else if dtype == "str" {
        matches!(item, Value::Str(_))
    } else if dtype.starts_with("timedelta64") {
        matches!(item, Value::Int(_) | Value::None)
    } else {
        dtype == "object"
    };
    fits.then(|| item.clone())
}
