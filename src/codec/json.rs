//! JSON as values: an object is a `dict`, an array a `list`, as Python's `json` module reads them.

#[cfg(test)]
mod tests;

use crate::codec::notation::parse_int;
use crate::model::Value;

/// Bytes are not JSON.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The grammar is broken, or arrays and objects are nested more than 127 deep.
    #[error("{0}")]
    Syntax(#[from] serde_json::Error),
    /// An integer has more than 200 000 digits.
    #[error("a number has more than 200000 digits")]
    LongNumber,
    /// A line of JSON Lines is wrong.
    #[error("line {line}: {source}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong there.
        source: Box<JsonError>,
    },
}

/// Reads one JSON document. A number with `.` or `e` is a `float`, any other an `int`; of equal keys the last counts.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    value(serde_json::from_slice(bytes)?)
}

/// Reads JSON Lines as a list of their values; empty lines do not count.
pub fn parse_lines(bytes: &[u8]) -> Result<Value, JsonError> {
    let mut items = Vec::new();
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        items.push(parse(line).map_err(|error| JsonError::Line { line: index + 1, source: Box::new(error) })?);
    }
    Ok(Value::List(items))
}

/// Depth is bounded by the parser of `serde_json`.
fn value(json: serde_json::Value) -> Result<Value, JsonError> {
    Ok(match json {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) => self::number(&number).ok_or(JsonError::LongNumber)?,
        serde_json::Value::String(text) => Value::Str(text.into()),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(value).collect::<Result<_, _>>()?),
        serde_json::Value::Object(entries) => {
            let entry = |(key, item): (String, serde_json::Value)| Ok((Value::Str(key.into()), value(item)?));
            Value::Dict(entries.into_iter().map(entry).collect::<Result<_, JsonError>>()?)
        }
    })
}

/// A number as Python reads it; `None` when it has too many digits.
pub(super) fn number(number: &serde_json::Number) -> Option<Value> {
    let text = number.as_str();
    if text.contains(['.', 'e', 'E']) {
        // Beyond the range of a float is infinity, as in Python.
        return text.parse().ok().map(Value::Float);
    }
    parse_int(text).map(Value::Int)
}
