//! NumPy's array files.

use crate::codec::npy;
use crate::model::{DifferenceKind, Value};

use super::cx::{Cx, Dialect};
use super::json::{self, Problem};
use super::value;

/// Two `.npy` files, compared as arrays.
pub(super) fn compare(cx: &mut Cx<'_>, expected: &[u8], actual: &[u8]) {
    match (npy::parse(expected), npy::parse(actual)) {
        (Err(_), _) if expected == actual => {}
        (Err(error), _) => {
            json::expectation(cx, Problem { kind: DifferenceKind::Malformed, note: error.to_string(), at: 0 });
        }
        (Ok(e), Err(error)) => {
            let expected = format!("{} array of shape {:?}", e.dtype, e.shape);
            let start = actual[..actual.len().min(64)].escape_ascii().to_string();
            let detail = (None, Some(error.to_string()));
            cx.texts(DifferenceKind::Malformed, Some(expected), Some(start), detail);
        }
        (Ok(e), Ok(a)) => {
            let (e, a) = (Value::Array(Box::new(e)), Value::Array(Box::new(a)));
            cx.merge(value::compare(cx.channel, &e, &a, cx.options, Dialect::Python));
        }
    }
}

#[cfg(test)]
mod tests;
