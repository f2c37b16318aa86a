//! The stream itself, one event a line: what `--json` prints.

use std::io::{self, Write};

use serde::Serialize;

use super::Reporter;
use super::escape::is_hostile;
use crate::event::Envelope;

/// Writes every event as a line of JSON.
pub struct JsonlReporter {
    out: Box<dyn Write + Send>,
}

impl JsonlReporter {
    /// Writes to `out`, and flushes after every line: somebody may be waiting for it.
    pub fn new(out: Box<dyn Write + Send>) -> JsonlReporter {
        JsonlReporter { out }
    }
}

impl Reporter for JsonlReporter {
    fn event(&mut self, envelope: &Envelope) -> io::Result<()> {
        let mut line = line(envelope)?;
        line.push('\n');
        self.out.write_all(line.as_bytes())?;
        self.out.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

/// An event as one line of JSON, without the line's end.
///
/// What a terminal might obey, and what would not be seen, is written as `\u....`, which means the same. Such
/// characters only occur within strings, where this may be done anywhere. No number is other than finite: JSON has
/// none, and `null` is written in its place.
pub fn line(value: &impl Serialize) -> io::Result<String> {
    let json = serde_json::to_string(value)?;
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                line.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            line.push(c);
        }
    }
    Ok(line)
}

#[cfg(test)]
mod tests;
