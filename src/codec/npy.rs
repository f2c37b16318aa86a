//! NumPy's `.npy` files. The header is a Python dict, which the reader of the notation takes apart, with its limits.
//!
//! `object` arrays are pickles, which could run code when they are loaded, and are refused.

#[cfg(test)]
mod tests;

use crate::codec::dtype::{Elements, elements};
use crate::codec::notation::{NoFiles, Role, parse_value};
use crate::model::{Array, ArrayData, Text, Value};

const MAGIC: &[u8] = b"\x93NUMPY";
/// NumPy itself writes a few hundred bytes.
const LONGEST_HEADER: usize = 64 * 1024;

/// Bytes are not a `.npy` file that can be read here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NpyError {
    /// The first bytes are others.
    #[error("this is not a .npy file")]
    NotNpy,
    /// A version of the format, or a header, that NumPy does not write.
    #[error("the header of the .npy file is broken: {0}")]
    Header(String),
    /// The type of the elements.
    #[error("elements of type `{0}` cannot be in a .npy file here")]
    Dtype(String),
    /// There are not as many bytes as the shape says.
    #[error("the .npy file should have {expected} bytes of data, and has {found}")]
    Length {
        /// Bytes of the elements.
        expected: usize,
        /// Bytes after the header.
        found: usize,
    },
}

/// Reads an array of numbers, booleans or texts, in either byte order and either order of the axes.
pub fn parse(bytes: &[u8]) -> Result<Array, NpyError> {
    let (header, data) = split(bytes)?;
    let header = header_of(header)?;
    let item = Item::of(&header.descr).ok_or(NpyError::Dtype(header.descr))?;
    let count = header.shape.iter().try_fold(1usize, |product, &axis| product.checked_mul(axis));
    let size = count.and_then(|count| count.checked_mul(item.size));
    let (Some(count), Some(size)) = (count, size) else {
        return Err(NpyError::Header("the shape is too large".into()));
    };
    if data.len() != size {
        return Err(NpyError::Length { expected: size, found: data.len() });
    }
    let order = header.fortran.then(|| c_order(&header.shape, count));
    let places = (0..count).map(|index| order.as_ref().and_then(|order| order.get(index)).copied().unwrap_or(index));
    let chunks = places.map(|place| data.get(place * item.size..(place + 1) * item.size).unwrap_or_default());
    let data = item.read(chunks)?;
    Ok(Array { dtype: item.dtype, shape: header.shape, data })
}

/// The text of the header, and the data after it.
fn split(bytes: &[u8]) -> Result<(&str, &[u8]), NpyError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(NpyError::NotNpy)?;
    let broken = || NpyError::Header("it ends early".into());
    let (length, rest) = match rest {
        [1, 0, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, 0, a, b, c, d, rest @ ..] => {
            (usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).map_err(|_| broken())?, rest)
        }
        _ => return Err(NpyError::Header("its version is not known".into())),
    };
    if length > LONGEST_HEADER {
        return Err(NpyError::Header(format!("it is longer than {LONGEST_HEADER} bytes")));
    }
    let (header, data) = rest.split_at_checked(length).ok_or_else(broken)?;
    let header = std::str::from_utf8(header).map_err(|_| NpyError::Header("it is not text".into()))?;
    Ok((header, data))
}

struct Header {
    descr: String,
    fortran: bool,
    shape: Vec<usize>,
}

fn header_of(text: &str) -> Result<Header, NpyError> {
    let broken = |what: &str| NpyError::Header(what.to_owned());
    let value = parse_value(text, Role::Expectation, &NoFiles).map_err(|error| broken(&error.message))?;
    let Value::Dict(entries) = value else { return Err(broken("it is not a dict")) };
    let mut entries = entries.into_iter();
    let mut header = Header { descr: String::new(), fortran: false, shape: Vec::new() };
    for _ in 0..3 {
        match entries.next() {
            Some((Value::Str(Text::Valid(key)), Value::Str(Text::Valid(text)))) if key == "descr" => {
                header.descr = text;
            }
            Some((Value::Str(Text::Valid(key)), Value::List(_))) if key == "descr" => {
                return Err(NpyError::Dtype("structured".into()));
            }
            Some((Value::Str(Text::Valid(key)), Value::Bool(truth))) if key == "fortran_order" => {
                header.fortran = truth;
            }
            Some((Value::Str(Text::Valid(key)), Value::Tuple(axes))) if key == "shape" && axes.len() <= 64 => {
                let axis = |axis: &Value| match axis {
                    Value::Int(length) => usize::try_from(length).ok(),
                    _ => None,
                };
                let axes: Option<Vec<usize>> = axes.iter().map(axis).collect();
                header.shape = axes.ok_or_else(|| broken("the shape is not one"))?;
            }
            _ => return Err(broken("it has not the keys `descr`, `fortran_order` and `shape`")),
        }
    }
    Ok(header)
}

/// For each element in C order, its place in Fortran order.
fn c_order(shape: &[usize], count: usize) -> Vec<usize> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1usize;
    for axis in shape {
        strides.push(stride);
        stride = stride.saturating_mul(*axis);
    }
    let mut place = vec![0usize; shape.len()];
    let mut order = Vec::with_capacity(count);
    for _ in 0..count {
        order.push(place.iter().zip(&strides).map(|(index, stride)| index * stride).sum());
        // The last axis turns fastest.
        for (index, axis) in place.iter_mut().zip(shape).rev() {
            *index += 1;
            if *index < *axis {
                break;
            }
            *index = 0;
        }
    }
    order
}

/// The type of the elements of a file.
struct Item {
    /// NumPy's name of it.
    dtype: String,
    /// Bytes of an element.
    size: usize,
    big_endian: bool,
}

impl Item {
    fn of(descr: &str) -> Option<Item> {
        let order = descr.chars().next().filter(|c| matches!(c, '<' | '>' | '|' | '='))?;
        let rest = descr.get(1..)?;
        let kind = rest.chars().next()?;
        let width: usize = rest.get(1..)?.parse().ok().filter(|&width| width <= 1 << 30)?;
        let (dtype, size) = match (kind, width) {
            ('b', 1) => ("bool".to_owned(), 1),
            ('i', 1 | 2 | 4 | 8) => (format!("int{}", width * 8), width),
            ('u', 1 | 2 | 4 | 8) => (format!("uint{}", width * 8), width),
            ('f', 2 | 4 | 8) => (format!("float{}", width * 8), width),
            ('c', 8 | 16) => (format!("complex{}", width * 8), width),
            ('U', _) => (format!("<U{width}"), width * 4),
            _ => return None,
        };
        Some(Item { dtype, size, big_endian: order == '>' })
    }

    fn read<'a>(&self, chunks: impl Iterator<Item = &'a [u8]>) -> Result<ArrayData, NpyError> {
        Ok(match elements(&self.dtype) {
            Elements::Float(_) => ArrayData::Float(chunks.map(|chunk| self.float(chunk)).collect()),
            Elements::Int(_) => ArrayData::Int(
                chunks
                    .map(|chunk| {
                        let spare = 64 - 8 * self.size;
                        // Shifted up and down again, the sign fills the upper bits.
                        (self.word(chunk) << spare).cast_signed() >> spare
                    })
                    .collect(),
            ),
            Elements::UInt(_) => ArrayData::UInt(chunks.map(|chunk| self.word(chunk)).collect()),
            Elements::Bool => ArrayData::Bool(chunks.map(|chunk| chunk != [0]).collect()),
            Elements::Complex => ArrayData::Complex(
                chunks
                    .map(|chunk| {
                        let (re, im) = chunk.split_at(chunk.len() / 2);
                        (self.float(re), self.float(im))
                    })
                    .collect(),
            ),
            Elements::Values => ArrayData::Values(chunks.map(|chunk| self.text(chunk)).collect::<Result<_, _>>()?),
        })
    }

    /// At most eight bytes as a number.
    fn word(&self, bytes: &[u8]) -> u64 {
        let join = |word: u64, byte: &u8| (word << 8) | u64::from(*byte);
        if self.big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) }
    }

    fn float(&self, bytes: &[u8]) -> f64 {
        let word = self.word(bytes);
        match bytes.len() {
            8 => f64::from_bits(word),
            4 => f64::from(f32::from_bits(u32::try_from(word).unwrap_or(0))),
            _ => half(u16::try_from(word).unwrap_or(0)),
        }
    }

    /// UCS-4 with zeros after its end.
    fn text(&self, bytes: &[u8]) -> Result<Value, NpyError> {
        let mut points: Vec<u32> =
            bytes.chunks_exact(4).map(|chunk| u32::try_from(self.word(chunk)).unwrap_or(0)).collect();
        let length = points.iter().rposition(|&point| point != 0).map_or(0, |last| last + 1);
        points.truncate(length);
        if points.iter().any(|&point| point > 0x10_ffff) {
            return Err(NpyError::Header("a text has a character beyond Unicode".into()));
        }
        Ok(Value::Str(Text::from_code_points(points)))
    }
}

/// A float16.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from((bits >> 10) & 0x1f), f64::from(bits & 0x3ff));
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}
