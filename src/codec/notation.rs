//! Values as Python writes them.

use crate::model::Value;

/// Writes a value as Python would, cut to about `most` bytes with `…` where something is left out.
pub fn write(value: &Value, most: usize) -> String {
    let text = format!("{value:?}");
    text.chars().take(most).collect()
}
