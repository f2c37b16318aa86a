//! Durations and byte counts as people write them: `"250ms"`, `"512MiB"`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A duration or size is not written as this project reads them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}: write a number and a unit, such as {example}")]
pub struct BadQuantity {
    text: String,
    what: &'static str,
    example: &'static str,
}

/// Splits `"1.5s"` into its number and the factor of its unit.
fn quantity(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let number: f64 = text[..split].parse().ok()?;
    let unit = text[split..].trim();
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    let product = number * factor;
    (product.is_finite() && product >= 1.0).then_some(product)
}

/// A span of time, read from `"250ms"`, `"10s"` or `"2min"`; at least one millisecond, at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Time(pub Duration);

impl FromStr for Time {
    type Err = BadQuantity;
    fn from_str(text: &str) -> Result<Time, BadQuantity> {
        quantity(text, &[("ms", 1.0), ("s", 1e3), ("min", 60e3), ("h", 3600e3)])
            .filter(|&ms| ms <= 86_400e3)
            .map(|ms| Time(Duration::from_millis(ms as u64)))
            .ok_or_else(|| BadQuantity {
                text: text.to_owned(),
                what: "a duration (1ms to 24h)",
                example: "\"250ms\", \"10s\" or \"2min\"",
            })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            ms if ms < 1000 => write!(f, "{ms} ms"),
            ms if ms % 1000 == 0 => write!(f, "{} s", ms / 1000),
            ms => write!(f, "{:.1} s", ms as f64 / 1000.0),
        }
    }
}

/// A number of bytes, read from `"512MB"` (powers of ten) or `"512MiB"` (powers of two); at least one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bytes(pub u64);

impl FromStr for Bytes {
    type Err = BadQuantity;
    fn from_str(text: &str) -> Result<Bytes, BadQuantity> {
        let units = [
            ("B", 1.0),
            ("kB", 1e3),
            ("MB", 1e6),
            ("GB", 1e9),
            ("KiB", 1024.0),
            ("MiB", 1048576.0),
            ("GiB", 1073741824.0),
        ];
        quantity(text, &units)
            .filter(|&bytes| bytes <= 1e15)
            .map(|bytes| Bytes(bytes as u64))
            .ok_or_else(|| BadQuantity { text: text.to_owned(), what: "a size", example: "\"512MB\" or \"1GiB\"" })
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0 as f64;
        match self.0 {
            0..1000 => write!(f, "{} B", self.0),
            1000..1_000_000 => write!(f, "{:.0} kB", bytes / 1e3),
            1_000_000..1_000_000_000 => write!(f, "{:.0} MB", bytes / 1e6),
            _ => write!(f, "{:.1} GB", bytes / 1e9),
        }
    }
}
