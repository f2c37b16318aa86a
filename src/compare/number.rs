//! The one rule for numbers: `actual` equals `expected` when `|a - e| <= max(abs, rel * |e|)`.
//!
//! Integers of any size are compared exactly, with a tolerance too. `-0.0` equals `0.0`, as in Python and in IEEE 754:
//! which of the two a sum ends in is an accident of the order of its terms, and nobody who reads the output can tell.
//! An infinity equals itself only, whatever the tolerance.

use num_bigint::{BigInt, Sign};

use crate::model::{Array, ArrayData, Nan, NearMiss, Options, Tolerance, Value};

/// A number without its type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number<'v> {
    /// Any integer of a fixed width, and most others.
    Small(i128),
    /// A larger integer.
    Big(&'v BigInt),
    /// A float.
    Float(f64),
}

/// The number that a Python value is: an `int`, a `float`, or a NumPy scalar of these kinds. A `bool` is none.
pub(super) fn of_value(value: &Value) -> Option<Number<'_>> {
    match value {
        Value::Int(number) => Some(of_int(number)),
        Value::Float(number) => Some(Number::Float(*number)),
        Value::Scalar(array) => of_scalar(array),
        _ => None,
    }
}

/// The number in an array of one.
fn of_scalar(array: &Array) -> Option<Number<'_>> {
    if array.data.len() == 1 { of_element(&array.data, 0) } else { None }
}

/// An element of an array as a number, if it is one.
pub(super) fn of_element(data: &ArrayData, index: usize) -> Option<Number<'_>> {
    match data {
        ArrayData::Float(items) => items.get(index).map(|&item| Number::Float(item)),
        ArrayData::Int(items) => items.get(index).map(|&item| Number::Small(item.into())),
        ArrayData::UInt(items) => items.get(index).map(|&item| Number::Small(item.into())),
        ArrayData::Values(items) => items.get(index).and_then(of_value),
        ArrayData::Bool(_) | ArrayData::Complex(_) => None,
    }
}

fn of_int(number: &BigInt) -> Number<'_> {
    match i64::try_from(number) {
        Ok(small) => Number::Small(small.into()),
        Err(_) => Number::Big(number),
    }
}

/// Whether two numbers are equal by the rule, whatever their types.
pub(super) fn equal(expected: Number<'_>, actual: Number<'_>, options: &Options) -> bool {
    let tolerance = options.tolerance;
    match (expected, actual) {
        (Number::Float(e), Number::Float(a)) => floats_equal(e, a, tolerance, options.nan),
        (Number::Small(e), Number::Small(a)) if e == a => true,
        (Number::Big(e), Number::Big(a)) if e == a => true,
        (Number::Float(float), int) | (int, Number::Float(float)) if tolerance.is_exact() => int_is_float(int, float),
        (Number::Float(_), _) | (_, Number::Float(_)) => {
            let (e, a) = (to_float(expected), to_float(actual));
            e.is_finite() && a.is_finite() && floats_equal(e, a, tolerance, options.nan)
        }
        _ if tolerance.is_exact() => false,
        (Number::Small(e), Number::Small(a)) if is_precise(e) && is_precise(a) => {
            ((a - e).abs() as f64) <= bound(e as f64, tolerance)
        }
        _ => ints_within(&to_int(expected), &to_int(actual), tolerance),
    }
}

/// Whether two floats are equal by the rule.
pub(super) fn floats_equal(expected: f64, actual: f64, tolerance: Tolerance, nan: Nan) -> bool {
    if expected.is_nan() || actual.is_nan() {
        return expected.is_nan() && actual.is_nan() && nan == Nan::Equal;
    }
    if expected == actual {
        return true;
    }
    expected.is_finite() && actual.is_finite() && (actual - expected).abs() <= bound(expected, tolerance)
}

/// Whether two complex numbers are equal by the rule, with their distance in the plane.
pub(super) fn complex_equal(expected: (f64, f64), actual: (f64, f64), options: &Options) -> bool {
    let exact = Tolerance::default();
    let part = |e: f64, a: f64| floats_equal(e, a, exact, options.nan);
    if part(expected.0, actual.0) && part(expected.1, actual.1) {
        return true;
    }
    let all = [expected.0, expected.1, actual.0, actual.1];
    let distance = (actual.0 - expected.0).hypot(actual.1 - expected.1);
    all.iter().all(|part| part.is_finite()) && distance <= bound(expected.0.hypot(expected.1), options.tolerance)
}

/// How far apart two numbers are that a person would call nearly equal: by a thousandth or less, or by a millionth in
/// absolute terms. Counts and places that differ by one are seen to do so, and are not nearly right.
pub(super) fn near(expected: Number<'_>, actual: Number<'_>) -> Option<NearMiss> {
    let by = distance(expected, actual)?;
    let is_near = by <= 1e-6 || by <= 1e-3 * to_float(expected).abs();
    (by > 0.0 && is_near).then_some(NearMiss::OffBy { by })
}

/// The absolute distance of two numbers, if it is finite.
pub(super) fn distance(expected: Number<'_>, actual: Number<'_>) -> Option<f64> {
    let by = match (expected, actual) {
        (Number::Float(_), _) | (_, Number::Float(_)) => (to_float(actual) - to_float(expected)).abs(),
        (Number::Small(e), Number::Small(a)) => a.abs_diff(e) as f64,
        _ => big_to_float(&(to_int(actual) - to_int(expected))).abs(),
    };
    by.is_finite().then_some(by)
}

/// The nearest float; infinite where there is none.
pub(super) fn to_float(number: Number<'_>) -> f64 {
    match number {
        Number::Small(number) => number as f64,
        Number::Big(number) => big_to_float(number),
        Number::Float(number) => number,
    }
}

fn bound(expected: f64, tolerance: Tolerance) -> f64 {
    tolerance.abs.max(tolerance.rel * expected.abs())
}

/// Whether a float holds this integer and its neighbours.
fn is_precise(number: i128) -> bool {
    number.unsigned_abs() < 1 << 52
}

/// `|a - e| <= max(abs, rel * |e|)`, without rounding: a float is an integer times a power of two.
fn ints_within(expected: &BigInt, actual: &BigInt, tolerance: Tolerance) -> bool {
    let distance = absolute(actual - expected);
    at_most(&distance, tolerance.abs, &BigInt::from(1))
        || at_most(&distance, tolerance.rel, &absolute(expected.clone()))
}

/// `number <= factor * scale`, exactly.
fn at_most(number: &BigInt, factor: f64, scale: &BigInt) -> bool {
    let (mantissa, exponent) = decode(factor);
    let right = BigInt::from(mantissa) * scale;
    match usize::try_from(exponent) {
        Ok(up) => *number <= right << up,
        Err(_) => number << exponent.unsigned_abs() <= right,
    }
}

/// A finite float that is not negative, as mantissa and power of two.
fn decode(number: f64) -> (u64, i32) {
    let bits = number.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) }
}

fn int_is_float(int: Number<'_>, float: f64) -> bool {
    if !float.is_finite() || float.fract() != 0.0 {
        return false;
    }
    match int {
        Number::Small(int) if float.abs() < 1e30 => float as i128 == int,
        _ => {
            let (mantissa, exponent) = decode(float.abs());
            let size = match usize::try_from(exponent) {
                Ok(up) => BigInt::from(mantissa) << up,
                Err(_) => BigInt::from(mantissa) >> exponent.unsigned_abs(),
            };
            (if float < 0.0 { -size } else { size }) == to_int(int)
        }
    }
}

fn to_int(number: Number<'_>) -> BigInt {
    match number {
        Number::Small(number) => number.into(),
        Number::Big(number) => number.clone(),
        // No caller has a float here.
        Number::Float(_) => BigInt::default(),
    }
}

fn absolute(number: BigInt) -> BigInt {
    if number.sign() == Sign::Minus { -number } else { number }
}

fn big_to_float(number: &BigInt) -> f64 {
    let bits = number.bits();
    let shift = bits.saturating_sub(64);
    let top = (number.magnitude() >> shift).iter_u64_digits().next().unwrap_or(0);
    // More than 1023 bits above the 64 cannot be finite, and the power below is infinite then.
    let size = top as f64 * 2f64.powi(i32::try_from(shift).unwrap_or(i32::MAX));
    if number.sign() == Sign::Minus { -size } else { size }
}

#[cfg(test)]
mod tests;
