//! The form in which values cross between this program and the driver inside the Python process: JSON.
//!
//! `None`, `bool`, an `int` of 64 bits, a finite `float`, a `str` without lone surrogates and a `list` are what JSON
//! has. Everything else is an object with one key, the kind:
//!
//! | kind | content |
//! |---|---|
//! | `int` | hexadecimal text: `"-0x1f"` |
//! | `float` | `"nan"`, `"inf"`, `"-inf"` |
//! | `complex` | `[re, im]` |
//! | `str` | list of code points |
//! | `bytes` | base64 |
//! | `ints`, `floats` | a list of these alone: base64 of `i64` or `f64` |
//! | `tuple`, `set`, `frozenset` | list |
//! | `dict` | `[key, value, key, value …]`; flat, since depth is limited |
//! | `object` | `[class, name, value, name, value …]` |
//! | `enum` | `[class, member]` |
//! | `datetime`, `date`, `time`, `timedelta`, `path`, `decimal` | text, as in [`Value`] |
//! | `array`, `scalar`, `tensor` | `{dtype, shape, data}`; data is base64 of `f64`, `i64`, `u64`, bytes 0 and 1, or pairs of `f64`, as the dtype is; a list of values for other dtypes |
//! | `series` | `{index, name, dtype, values}`; index and dtype may be null |
//! | `frame` | `{index, columns: [{name, dtype, values}]}` |
//! | `new` | `[class, args, name, value …]`, args a list |
//! | `opaque` | `[class, repr]` |
//!
//! All numbers in base64 are little endian. A list may be packed wherever there is a list of values.

mod decode;
mod encode;

#[cfg(test)]
mod tests;

pub use decode::{decode, from_json};
pub use encode::encode;

/// An answer is not in the form above. Only a process that does not follow the rules sends such.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// It is not JSON, or nested more than 127 deep.
    #[error("the answer is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is JSON, and something in it is not as it should be.
    #[error("the answer has a malformed `{0}`")]
    Malformed(String),
}
