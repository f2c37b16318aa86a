//! Numbers as Python prints them.

use crate::codec::dtype::{Elements, elements, round_to};

/// `repr` of a float: the shortest digits that read back as the same number.
pub fn float(number: f64) -> String {
    if let Some(special) = special(number) {
        return special.to_owned();
    }
    layout(&format!("{number:e}"))
}

/// A float of an array of this dtype: the shortest digits that read back as the same number of that dtype.
pub fn float_of(number: f64, dtype: Option<&str>) -> String {
    let bits = match elements(dtype.unwrap_or_default()) {
        Elements::Float(bits) if bits < 53 => bits,
        _ => return float(number),
    };
    if let Some(special) = special(number) {
        return special.to_owned();
    }
    for digits in 0..9 {
        let text = format!("{number:.digits$e}");
        // A number that its dtype cannot hold matches at no length.
        if text.parse().is_ok_and(|shorter: f64| round_to(shorter, bits) == number) {
            return layout(&text);
        }
    }
    float(number)
}

fn special(number: f64) -> Option<&'static str> {
    if number.is_nan() {
        Some("nan")
    } else if number == f64::INFINITY {
        Some("inf")
    } else if number == f64::NEG_INFINITY {
        Some("-inf")
    } else {
        None
    }
}

/// Turns Rust's `-1.5e-7` into Python's `-1.5e-07`, and what Python prints without exponent into that.
fn layout(scientific: &str) -> String {
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific.to_owned() };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    let digits = match digits.trim_end_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    if !(-4..16).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{direction}{:02}", exponent.unsigned_abs());
    }
    if exponent < 0 {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        return format!("{sign}0.{}{digits}", "0".repeat(zeros));
    }
    let whole = usize::try_from(exponent).unwrap_or(0) + 1;
    if digits.len() <= whole {
        format!("{sign}{digits}{}.0", "0".repeat(whole - digits.len()))
    } else {
        let (before, after) = digits.split_at(whole);
        format!("{sign}{before}.{after}")
    }
}
