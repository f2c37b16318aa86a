//! JSON that can stand inside a `<script>` element: nothing in it ends the element or begins a comment.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Writes `<`, `>` and `&` by their numbers; JSON has them nowhere but in strings.
struct Inside;

impl Formatter for Inside {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&']) {
            writer.write_all(&rest.as_bytes()[..at])?;
            write!(writer, "\\u{:04x}", rest.as_bytes()[at])?;
            rest = &rest[at + 1..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// Writes a value as JSON for the inside of a `<script>`.
pub fn write(writer: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(writer, Inside)).map_err(io::Error::from)
}

/// A JSON array that is written item by item, so that the items need not be held as values.
#[derive(Debug, Default)]
pub struct Array {
    bytes: Vec<u8>,
    len: usize,
}

impl Array {
    /// Adds an item at the end.
    pub fn push(&mut self, item: &impl Serialize) -> io::Result<()> {
        if self.len > 0 {
            self.bytes.extend_from_slice(b",\n");
        }
        self.len += 1;
        write(&mut self.bytes, item)
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many bytes they take.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Writes the whole array.
    pub fn write(&self, writer: &mut impl Write) -> io::Result<()> {
        writer.write_all(b"[")?;
        writer.write_all(&self.bytes)?;
        writer.write_all(b"]")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    fn text(value: &impl Serialize) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes, value).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn nothing_ends_the_element() {
        for hostile in ["</script><script>alert(1)</script>", "<!--<script>", "]]>&lt;", "\"\\</\u{2028}é🙂\0"] {
            let json = text(&hostile);
            assert!(!json.contains(['<', '>', '&']), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), hostile);
        }
        assert_eq!(text(&"a<b"), r#""a\u003cb""#);
        assert_eq!(text(&std::collections::BTreeMap::from([("<k>", 1.5)])), r#"{"\u003ck\u003e":1.5}"#);
    }

    #[test]
    fn an_array_is_written_item_by_item() {
        let mut array = Array::default();
        let mut bytes = Vec::new();
        array.write(&mut bytes).unwrap();
        assert_eq!(bytes, b"[]");
        array.push(&"<").unwrap();
        array.push(&2).unwrap();
        bytes.clear();
        array.write(&mut bytes).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "[\"\\u003c\",\n2]");
        assert_eq!((array.len(), array.bytes()), (2, 11));
    }
}
