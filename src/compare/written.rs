//! Values as JSON and as CSV, and texts cut to a size.

use crate::codec::notation;
use crate::model::Value;

use super::cx::MOST_DEPTH;

/// The last place at or before a byte at which a character starts.
pub(super) fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&place| text.is_char_boundary(place)).unwrap_or(0)
}

/// The text, or as much of its start as fits into `most` bytes with `…` at the end.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    format!("{}…", &text[..boundary(text, most.saturating_sub('…'.len_utf8()))])
}

/// A part of a long text around a byte of interest, at most `most` bytes.
pub(super) fn cut_around(text: &str, byte: usize, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let start = boundary(text, byte.saturating_sub(most / 4));
    if start == 0 {
        return cut(text, most);
    }
    let room = most.saturating_sub('…'.len_utf8());
    format!("…{}", cut(&text[start..], room))
}

/// A value as JSON, cut to about `most` bytes. What JSON has not is written as Python writes it.
pub(super) fn json(value: &Value, most: usize) -> String {
    let mut out = String::new();
    write_json(value, most, 0, &mut out);
    cut(&out, most)
}

fn write_json(value: &Value, most: usize, depth: usize, out: &mut String) {
    if out.len() > most {
        return;
    }
    if depth > MOST_DEPTH {
        out.push('…');
        return;
    }
    match value {
        Value::None => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(number) if number.is_nan() => out.push_str("NaN"),
        Value::Float(number) if number.is_infinite() => {
            out.push_str(if *number > 0.0 { "Infinity" } else { "-Infinity" })
        }
        Value::Float(number) => out.push_str(&format!("{number:?}")),
        Value::Str(text) => write_json_text(&text.lossy(), most, out),
        Value::List(items) => {
            let mut before = "[";
            for item in items {
                out.push_str(before);
                before = ", ";
                write_json(item, most, depth + 1, out);
                if out.len() > most {
                    return;
                }
            }
            out.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Dict(entries) => {
            let mut before = "{";
            for (key, value) in entries {
                out.push_str(before);
                before = ", ";
                write_json(key, most, depth + 1, out);
                out.push_str(": ");
                write_json(value, most, depth + 1, out);
                if out.len() > most {
                    return;
                }
            }
            out.push_str(if entries.is_empty() { "{}" } else { "}" });
        }
        Value::Opaque { repr, .. } => out.push_str(&cut(repr, most)),
        other => out.push_str(&notation::write(other, most)),
    }
}

fn write_json_text(text: &str, most: usize, out: &mut String) {
    let text = cut(text, most);
    match serde_json::to_string(&text) {
        Ok(quoted) => out.push_str(&quoted),
        Err(_) => out.push_str(&text),
    }
}

/// A cell as it stands in the file, a row with commas between its cells.
pub(super) fn csv(value: &Value, most: usize) -> String {
    match value {
        Value::Str(text) => cut(&text.lossy(), most),
        Value::Decimal(text) => cut(text, most),
        Value::Opaque { repr, .. } => cut(repr, most),
        Value::Dict(cells) => {
            let mut out = String::new();
            for (index, (_, cell)) in cells.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&csv(cell, most));
                if out.len() > most {
                    break;
                }
            }
            cut(&out, most)
        }
        other => json(other, most),
    }
}
