//! HTML: text escaped for it, and a template whose places are filled.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::cut;

/// Foreign text for an element's content or a quoted attribute: hostile characters visible, one line.
pub fn text(text: &str) -> String {
    let mut escaped = String::new();
    for c in cut::line(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A number with its thousands set apart: `1,000`.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A share as a percentage: `72%`. It is 0% and 100% only where it is none and all.
pub fn percent(share: f64) -> String {
    let rounded = (share * 100.0).round();
    let shown = if share > 0.0 && share < 1.0 { rounded.clamp(1.0, 99.0) } else { rounded };
    format!("{shown}%")
}

/// How a content security policy names the inside of an inline style or script.
pub fn source(inside: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(inside.as_bytes())))
}

/// Writes a template, `{{name}}` by what `fill` writes for it. What is filled in is not looked at again.
pub fn fill<W: Write>(
    writer: &mut W,
    template: &str,
    mut fill: impl FnMut(&mut W, &str) -> io::Result<()>,
) -> io::Result<()> {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        writer.write_all(before.as_bytes())?;
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        fill(writer, name)?;
        rest = after;
    }
    writer.write_all(rest.as_bytes())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_only_text() {
        assert_eq!(
            text("<img src=x onerror='a'>&\"\u{202e}"),
            "&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;&lt;U+202E&gt;"
        );
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!([0, 999, 1000, 1234567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.0, 0.001, 0.555, 0.999, 1.0].map(percent), ["0%", "1%", "56%", "99%", "100%"]);
    }

    #[test]
    fn a_source_is_the_hash_of_the_inside() {
        // printf '' | openssl dgst -sha256 -binary | base64
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }

    #[test]
    fn what_is_filled_in_is_not_a_template() {
        let mut bytes = Vec::new();
        fill(&mut bytes, "<p>{{a}}</p>{{b}}.", |writer, name| write!(writer, "[{name} {{{{b}}}}]")).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "<p>[a {{b}}]</p>[b {{b}}].");
    }
}
