//! Versions of Python.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A version of Python, such as 3.11.7. Versions are ordered as Python orders them, pre-releases aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    /// The 3 of 3.11.7.
    pub major: u32,
    /// The 11 of 3.11.7.
    pub minor: u32,
    /// The 7 of 3.11.7.
    pub micro: u32,
}

impl Version {
    /// The oldest Python that can run exercises.
    pub const OLDEST: Version = Version { major: 3, minor: 11, micro: 0 };
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.micro)
    }
}

/// A text is not a version of Python.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version of Python: write two or three numbers, such as \"3.11\" or \"3.12.4\"")]
pub struct BadVersion(String);

impl FromStr for Version {
    type Err = BadVersion;

    /// Reads `3.11` or `3.11.7`; what follows the digits of the last number (`3.14.0rc2`, `3.13+`) is left out.
    fn from_str(text: &str) -> Result<Version, BadVersion> {
        let bad = || BadVersion(text.to_owned());
        let parts: Vec<&str> = text.trim().split('.').collect();
        let (&last, first) = parts.split_last().ok_or_else(bad)?;
        let digits = last.find(|c: char| !c.is_ascii_digit()).unwrap_or(last.len());
        let numbers: Option<Vec<u32>> = first.iter().chain([&&last[..digits]]).map(|part| number(part)).collect();
        match numbers.ok_or_else(bad)?[..] {
            [major, minor] => Ok(Version { major, minor, micro: 0 }),
            [major, minor, micro] => Ok(Version { major, minor, micro }),
            _ => Err(bad()),
        }
    }
}

/// A number without the sign that `parse` would let pass.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
#[path = "version_tests.rs"]
mod tests;
