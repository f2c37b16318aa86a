//! Texts and bytes as Python's `repr` writes them.

use std::fmt::Write as _;

use super::write::{Full, Writer};
use crate::model::Text;

impl Writer {
    pub(super) fn string(&mut self, text: &Text, end: usize) -> Result<(), Full> {
        let room = end.saturating_sub(self.out.len());
        match text {
            Text::Valid(text) => {
                // Only what there is room for decides on the quotes.
                let seen = text.as_bytes().get(..room).unwrap_or(text.as_bytes());
                let quote = quote_for(seen.contains(&b'\''), seen.contains(&b'"'));
                self.characters(text.chars().map(u32::from), quote, end)
            }
            Text::Surrogates(points) => {
                let seen = points.get(..room).unwrap_or(points);
                let quote = quote_for(seen.contains(&u32::from('\'')), seen.contains(&u32::from('"')));
                self.characters(points.iter().copied(), quote, end)
            }
        }
    }

    fn characters(&mut self, points: impl Iterator<Item = u32>, quote: char, end: usize) -> Result<(), Full> {
        self.out.push(quote);
        for point in points {
            match char::from_u32(point) {
                Some(c) => self.character(c, quote),
                None => escape(&mut self.out, point),
            }
            if self.out.len() > end {
                return Err(Full);
            }
        }
        self.out.push(quote);
        Ok(())
    }

    fn character(&mut self, c: char, quote: char) {
        match c {
            '\\' => self.out.push_str("\\\\"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            c if c == quote => {
                self.out.push('\\');
                self.out.push(c);
            }
            c if is_printable(c) => self.out.push(c),
            c => escape(&mut self.out, u32::from(c)),
        }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8], end: usize) -> Result<(), Full> {
        let seen = bytes.get(..end.saturating_sub(self.out.len())).unwrap_or(bytes);
        let quote = quote_for(seen.contains(&b'\''), seen.contains(&b'"'));
        self.out.push('b');
        self.out.push(quote);
        for &byte in bytes {
            if byte.is_ascii() {
                self.character(char::from(byte), quote)
            } else {
                escape(&mut self.out, byte.into())
            }
            if self.out.len() > end {
                return Err(Full);
            }
        }
        self.out.push(quote);
        Ok(())
    }

    /// Text that is no notation, such as a foreign `repr`: on one line, and with nothing in it that moves a cursor.
    pub(super) fn raw(&mut self, text: &str, end: usize) -> Result<(), Full> {
        for c in text.chars() {
            if self.out.len() > end {
                return Err(Full);
            }
            if is_printable(c) { self.out.push(c) } else { escape(&mut self.out, u32::from(c)) }
        }
        Ok(())
    }
}

fn quote_for(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

fn escape(out: &mut String, point: u32) {
    let _ = match point {
        0..0x100 => write!(out, "\\x{point:02x}"),
        0x100..0x1_0000 => write!(out, "\\u{point:04x}"),
        _ => write!(out, "\\U{point:08x}"),
    };
}

/// Python's `str.isprintable`: no control, format, surrogate, private or unassigned character, no separator but space.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    // The standard library knows the same classes when it escapes. It also escapes a combining mark at the start of
    // a text, and therefore the character is put second.
    let mut buffer = [0; 8];
    let text = c.encode_utf8(&mut buffer);
    let mut escaped = "a".chars().chain(text.chars()).collect::<String>();
    escaped = escaped.escape_debug().collect();
    escaped.chars().nth(1) == Some(c)
}

/// A short text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut writer = Writer::default();
    let text = Text::from(text);
    if writer.string(&text, 1000).is_err() {
        writer.out.push_str("…'");
    }
    writer.out
}

/// A foreign name without anything in it that moves a cursor.
pub(super) fn plain(name: &str) -> String {
    let mut writer = Writer::default();
    if writer.raw(name, 200).is_err() {
        writer.out.push('…');
    }
    writer.out
}
