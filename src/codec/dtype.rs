//! Names of element types, and what they mean for an array's data.

/// How the elements of a dtype are held in [`ArrayData`](crate::model::ArrayData).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elements {
    /// `float64` and wider, `float32`, `float16`, `bfloat16`: this many significant bits.
    Float(u32),
    /// `int8` to `int64`: this many bits.
    Int(u32),
    /// `uint8` to `uint64`: this many bits.
    UInt(u32),
    /// `bool`
    Bool,
    /// `complex64`, `complex128`, `complex256`
    Complex,
    /// Texts, times, objects and everything that is not known here.
    Values,
}

/// How the elements of NumPy's or torch's `dtype` are held.
pub fn elements(dtype: &str) -> Elements {
    match dtype {
        "float64" | "float128" | "longdouble" => Elements::Float(53),
        "float32" => Elements::Float(24),
        "float16" => Elements::Float(11),
        "bfloat16" => Elements::Float(8),
        "int8" => Elements::Int(8),
        "int16" => Elements::Int(16),
        "int32" => Elements::Int(32),
        "int64" => Elements::Int(64),
        "uint8" => Elements::UInt(8),
        "uint16" => Elements::UInt(16),
        "uint32" => Elements::UInt(32),
        "uint64" => Elements::UInt(64),
        "bool" => Elements::Bool,
        "complex64" | "complex128" | "complex256" => Elements::Complex,
        _ if dtype.starts_with("float8_") => Elements::Float(53),
        _ => Elements::Values,
    }
}

/// Whether NumPy has an element type of this name that is none of the numbers: `object`, `<U5`, `datetime64[ns]` ...
pub fn is_other(dtype: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(dtype, "object" | "str")
        || ["<U", "|S"].iter().any(|prefix| dtype.strip_prefix(prefix).is_some_and(digits))
        || ["datetime64", "timedelta64"].iter().any(|prefix| time_unit(dtype, prefix).is_some())
}

/// The unit of `datetime64[ns]` when `prefix` is `datetime64`: `ns`.
pub fn time_unit<'a>(dtype: &'a str, prefix: &str) -> Option<&'a str> {
    let unit = dtype.strip_prefix(prefix)?.strip_prefix('[')?.strip_suffix(']')?;
    (!unit.is_empty() && unit.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(unit)
}

/// The number that a float of `bits` significant bits holds when it is given `number`.
pub fn round_to(number: f64, bits: u32) -> f64 {
    match bits {
        24 => f64::from(number as f32),
        11 => round_narrow(number, 11, -14, 65504.0),
        8 => round_narrow(number, 8, -126, f64::from(f32::from_bits(0x7f7f_0000))),
        _ => number,
    }
}

/// Rounds half to even on `bits` significant bits, with subnormals below `2^least` and infinity above `largest`.
fn round_narrow(number: f64, bits: i32, least: i32, largest: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    let biased = i32::try_from((number.to_bits() >> 52) & 0x7ff).unwrap_or(0);
    let exponent = (biased - 1023).max(least);
    // A power of two within the range of an f64, so that both steps are exact but for the rounding itself.
    let unit = 2f64.powi(exponent - (bits - 1));
    let rounded = (number / unit).round_ties_even() * unit;
    if rounded.abs() > largest { f64::INFINITY.copysign(number) } else { rounded }
}
