//! String and bytes literals.

use super::NotationError;
use crate::model::{Text, Value};

/// Whether a literal starts here, with or without a prefix.
pub(super) fn starts(text: &str) -> bool {
    let prefix = prefix_length(text);
    prefix <= 2 && text.get(prefix..).is_some_and(|rest| rest.starts_with(['\'', '"']))
}

fn prefix_length(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b'r' | b'R' | b'b' | b'B' | b'u' | b'U' | b'f' | b'F')).count()
}

/// Two literals that stand one after the other; `None` for a `str` and `bytes`.
pub(super) fn join(before: Value, after: Value) -> Option<Value> {
    match (before, after) {
        (Value::Bytes(mut before), Value::Bytes(after)) => {
            before.extend(after);
            Some(Value::Bytes(before))
        }
        (Value::Str(before), Value::Str(after)) => {
            let mut points = points(before);
            points.extend(self::points(after));
            Some(Value::Str(Text::from_code_points(points)))
        }
        _ => None,
    }
}

fn points(text: Text) -> Vec<u32> {
    match text {
        Text::Valid(text) => text.chars().map(u32::from).collect(),
        Text::Surrogates(points) => points,
    }
}

/// Reads the literal at the start of the text, and tells its length in bytes.
pub(super) fn literal(text: &str) -> Result<(Value, usize), NotationError> {
    let fail = |at: usize, message: &str| Err(NotationError { at, message: message.into() });
    let prefix = text.get(..prefix_length(text)).unwrap_or_default().to_ascii_lowercase();
    let (raw, bytes) = match prefix.as_str() {
        "" | "u" => (false, false),
        "r" => (true, false),
        "b" => (false, true),
        "rb" | "br" => (true, true),
        _ if prefix.contains('f') => return fail(0, "nothing is evaluated: an f-string is not a value"),
        _ => return fail(0, "this prefix of a string does not exist"),
    };
    let body = text.get(prefix.len()..).unwrap_or_default();
    let close = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| body.starts_with(quote)).unwrap_or("'");
    let mut at = prefix.len() + close.len();
    let mut points: Vec<u32> = Vec::new();
    loop {
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with(close) {
            at += close.len();
            break;
        }
        let Some(c) = rest.chars().next() else { return fail(0, "a string is not closed") };
        match c {
            '\n' if close.len() == 1 => {
                return fail(0, "a string is not closed on its line; a text of several lines stands in '''…'''");
            }
            '\\' if raw => {
                // Even in a raw literal a backslash keeps the next quote from closing it.
                points.push(u32::from(c));
                at += 1;
                if let Some(next) = rest.chars().nth(1) {
                    points.push(u32::from(next));
                    at += next.len_utf8();
                }
            }
            '\\' => {
                let (point, length) = escape(rest, bytes).map_err(|message| NotationError { at, message })?;
                points.extend(point);
                at += length;
            }
            c if bytes && !c.is_ascii() => return fail(at, "bytes hold ASCII; write other bytes as \\x…"),
            c => {
                points.push(u32::from(c));
                at += c.len_utf8();
            }
        }
    }
    let value = if bytes {
        Value::Bytes(points.into_iter().filter_map(|point| u8::try_from(point).ok()).collect())
    } else {
        Value::Str(Text::from_code_points(points))
    };
    Ok((value, at))
}

/// The character that an escape stands for (none for a line end), and the length of the escape.
fn escape(text: &str, bytes: bool) -> Result<(Option<u32>, usize), String> {
    let c = text.chars().nth(1).ok_or("a string is not closed")?;
    let simple = |c: char| Ok((Some(u32::from(c)), 2));
    let hexadecimal = |digits: usize| {
        let code = text.get(2..2 + digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let point = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        match point {
            Some(point) if point <= 0x10_ffff => Ok((Some(point), 2 + digits)),
            Some(_) => Err(format!("`\\{c}` goes up to 0010ffff")),
            None => Err(format!("`\\{c}` needs {digits} hexadecimal digits")),
        }
    };
    match c {
        '\n' => Ok((None, 2)),
        '\\' | '\'' | '"' => simple(c),
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0c'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0b'),
        'x' => hexadecimal(2),
        'u' if !bytes => hexadecimal(4),
        'U' if !bytes => hexadecimal(8),
        'N' if !bytes => Err("names of characters are not known here; write `\\u` and the code".into()),
        '0'..='7' => {
            let digits: String = text.chars().skip(1).take(3).take_while(|c| c.is_digit(8)).collect();
            let point = u32::from_str_radix(&digits, 8).map_err(|error| error.to_string())?;
            if bytes && point > 0xff {
                return Err("a byte goes up to \\377".into());
            }
            Ok((Some(point), 1 + digits.len()))
        }
        other => Err(format!("`\\{0}` is not an escape; write `\\\\{0}` for a backslash", other.escape_debug())),
    }
}
