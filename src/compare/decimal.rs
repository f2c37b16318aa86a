//! Numbers written in decimal digits, compared as what they mean: `1.0` and `1.00`, exactly and at any length.

use crate::model::Options;

use super::number::{self, Number};

/// A decimal number in its one normal form: no zeros at either end of the digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

/// The number that the text is, if it is a finite one: `-12`, `1.50`, `1E+3`.
pub(super) fn parse(text: &str) -> Option<Decimal> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], rest[at + 1..].parse::<i64>().ok().filter(|e| e.abs() < i64::MAX / 4)?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0').trim_end_matches('0');
    if digits.is_empty() {
        return Some(Decimal { negative: false, digits: String::new(), exponent: 0 });
    }
    let trailing = all.len() - all.trim_end_matches('0').len();
    let exponent = exponent + i64::try_from(trailing).ok()? - i64::try_from(fraction.len()).ok()?;
    Some(Decimal { negative, digits: digits.to_owned(), exponent })
}

/// Whether two texts are the same number by the rule for numbers. Texts that are no numbers are equal as texts.
pub(super) fn equal(expected: &str, actual: &str, options: &Options) -> bool {
    let is_nan = |text: &str| text.trim_start_matches(['-', '+']).to_ascii_lowercase().ends_with("nan");
    let both_number = (parse(expected), parse(actual));
    match both_number {
        (Some(e), Some(a)) if e == a => true,
        (Some(_), Some(_)) if options.tolerance.is_exact() => false,
        (Some(_), Some(_)) => match (expected.parse(), actual.parse()) {
            (Ok(e), Ok(a)) => number::equal(Number::Float(e), Number::Float(a), options),
            _ => false,
        },
        (None, None) if is_nan(expected) && is_nan(actual) => options.nan == crate::model::Nan::Equal,
        (None, None) => match (expected.parse::<f64>(), actual.parse::<f64>()) {
            // `inf` and `Infinity`.
            (Ok(e), Ok(a)) => e == a,
            _ => expected == actual,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests;
