//! Reads what is nearly JSON: Python's own notation, and the constants that Python's `json` adds to JSON.

use num_bigint::BigInt;

use crate::model::{Text, Value};

/// The deepest nesting that is read.
const MOST_DEPTH: usize = 100;
/// The longest text that is read.
const MOST_BYTES: usize = 4 << 20;
/// The most digits of an integer: what Python reads.
pub(super) const MOST_DIGITS: usize = 4300;

/// The value that the whole text is, in Python's notation or in JSON; a tuple is read as a list.
pub(super) fn read(text: &str) -> Option<Value> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MOST_DEPTH {
            return None;
        }
        match self.peek()? {
            b'{' => self.dict(depth),
            b'[' => self.items(b']', depth).map(|(items, _)| Value::List(items)),
            b'(' => {
                let (mut items, has_comma) = self.items(b')', depth)?;
                // One value in parentheses without a comma is that value.
                if items.len() == 1 && !has_comma { items.pop() } else { Some(Value::List(items)) }
            }
            b'\'' | b'"' => self.string().map(|text| Value::Str(Text::Valid(text))),
            b'-' | b'+' | b'.' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    /// The items up to the closing bracket, and whether there was a comma.
    fn items(&mut self, close: u8, depth: usize) -> Option<(Vec<Value>, bool)> {
        self.at += 1;
        let (mut items, mut has_comma) = (vec![], false);
        while !self.eat(close) {
            items.push(self.value(depth + 1)?);
            match self.eat(b',') {
                true => has_comma = true,
                false if self.peek()? == close => {}
                false => return None,
            }
        }
        Some((items, has_comma))
    }

    fn dict(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut entries = vec![];
        while !self.eat(b'}') {
            let key = self.value(depth + 1)?;
            if !self.eat(b':') {
                return None;
            }
            entries.push((key, self.value(depth + 1)?));
            if !self.eat(b',') && self.peek()? != b'}' {
                return None;
            }
        }
        Some(Value::Dict(entries))
    }

    fn string(&mut self) -> Option<String> {
        let mut chars = self.text[self.at..].char_indices();
        let (_, quote) = chars.next()?;
        let mut out = String::new();
        while let Some((offset, c)) = chars.next() {
            match c {
                _ if c == quote => {
                    self.at += offset + 1;
                    return Some(out);
                }
                '\\' => {
                    let (_, escape) = chars.next()?;
                    let digits = match escape {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        _ => 0,
                    };
                    if digits > 0 {
                        let hex: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
                        out.push(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32)?);
                        continue;
                    }
                    out.push(match escape {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        '0' => '\0',
                        other => other,
                    });
                }
                '\n' => return None,
                c => out.push(c),
            }
        }
        None
    }

    fn number(&mut self) -> Option<Value> {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        number(&rest[..end])
    }

    fn word(&mut self) -> Option<Value> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        self.at += end;
        match &rest[..end] {
            "None" | "null" => Some(Value::None),
            "True" | "true" => Some(Value::Bool(true)),
            "False" | "false" => Some(Value::Bool(false)),
            "NaN" | "nan" => Some(Value::Float(f64::NAN)),
            "Infinity" | "inf" => Some(Value::Float(f64::INFINITY)),
            _ => None,
        }
    }
}

/// A number as JSON or Python writes it; `1` is an `int`, `1.0` and `1e0` are floats.
pub(super) fn number(text: &str) -> Option<Value> {
    if matches!(text, "-Infinity" | "-inf") {
        return Some(Value::Float(f64::NEG_INFINITY));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if digits.len() > MOST_DIGITS {
            return None;
        }
        return match text.parse::<i64>() {
            Ok(small) => Some(Value::int(small)),
            Err(_) => text.parse::<BigInt>().ok().map(Value::Int),
        };
    }
    let is_float = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
    if is_float { text.parse().ok().map(Value::Float) } else { None }
}

#[cfg(test)]
mod tests;
