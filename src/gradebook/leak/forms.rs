//! The forms in which a secret may be found.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use md5::Md5;
use sha2::{Digest, Sha256};

use super::SHORTEST;
use crate::gradebook::file::hex;
use crate::report::escape::{is_hostile, visible, visible_block};

/// In what form a secret was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// As it is.
    Raw,
    /// Made visible, as in every report.
    Visible,
    /// As in a JSON string.
    Json,
    /// As in a Python string.
    Python,
    /// As in HTML.
    Html,
    /// Its bytes, two digits each.
    Hex,
    /// Base64, also where it begins within something longer.
    Base64,
    /// Its SHA-256.
    Sha256,
    /// Its MD5.
    Md5,
}

impl Form {
    /// The form in words that follow "a secret".
    pub fn words(self) -> &'static str {
        match self {
            Form::Raw => "as it is",
            Form::Visible => "made visible",
            Form::Json => "escaped as in JSON",
            Form::Python => "escaped as in Python",
            Form::Html => "escaped as in HTML",
            Form::Hex => "in hex",
            Form::Base64 => "in base64",
            Form::Sha256 => "as its SHA-256",
            Form::Md5 => "as its MD5",
        }
    }
}

/// The text as it is and escaped, and what is escaped once more for the file that it is in. The simplest form gives the
/// name where several look alike.
pub fn texts(text: &str) -> BTreeMap<Vec<u8>, Form> {
    let inner = [
        (Form::Raw, text.to_owned()),
        (Form::Visible, visible_block(text)),
        (Form::Visible, visible(text)),
        (Form::Python, python(text, '\'', false)),
        (Form::Python, python(text, '"', false)),
        (Form::Python, python(text, '\'', true)),
        (Form::Python, python(text, '"', true)),
        (Form::Json, json(text, false)),
        (Form::Json, json(text, true)),
    ];
    let outer = |(form, text): &(Form, String)| {
        let named = |other| if *form == Form::Raw { other } else { *form };
        [
            (*form, text.clone()),
            (named(Form::Json), json(text, false)),
            (named(Form::Json), json(text, true)),
            (named(Form::Html), html(text, None)),
            (named(Form::Html), html(text, Some("&#39;"))),
            (named(Form::Html), html(text, Some("&#x27;"))),
        ]
    };
    let mut all = BTreeMap::new();
    for (form, text) in inner.iter().flat_map(outer) {
        all.entry(text.into_bytes()).or_insert(form);
    }
    all
}

/// Hashes of the text, with the space around it and without; its bytes in other notations where `whole`.
pub fn codes(text: &str, whole: bool) -> BTreeMap<Vec<u8>, Form> {
    let mut all = BTreeMap::new();
    for text in [text.trim(), text] {
        let hashes = [(hex(&Sha256::digest(text)), Form::Sha256), (hex(&Md5::digest(text)), Form::Md5)];
        let hexes = whole.then(|| (hex(text.as_bytes()), Form::Hex));
        for (digits, form) in hashes.into_iter().chain(hexes) {
            all.insert(digits.to_uppercase().into_bytes(), form);
            all.insert(digits.into_bytes(), form);
        }
    }
    if whole {
        for offset in 0..3 {
            for url in [false, true] {
                let form = base64(text.trim().as_bytes(), offset, url);
                if form.len() >= SHORTEST {
                    all.insert(form.into_bytes(), Form::Base64);
                }
            }
        }
    }
    all
}

/// The characters of a base64 text that depend on nothing but these bytes, when so many bytes stand before them.
fn base64(bytes: &[u8], offset: usize, url: bool) -> String {
    let padded = [&vec![0; offset], bytes].concat();
    let text = if url { URL_SAFE_NO_PAD.encode(&padded) } else { STANDARD_NO_PAD.encode(&padded) };
    // A character is six bits.
    text[(offset * 8).div_ceil(6)..padded.len() * 8 / 6].to_owned()
}

/// As in a JSON string, without its quotes; `ascii` escapes all else, as Python does it unless told otherwise.
fn json(text: &str, ascii: bool) -> String {
    let quoted = serde_json::Value::String(text.to_owned()).to_string();
    let inner = &quoted[1..quoted.len() - 1];
    if !ascii {
        return inner.to_owned();
    }
    let mut escaped = String::new();
    for c in inner.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

/// As in a Python string that is in these quotes, without them; `ascii` as `ascii()` does it.
fn python(text: &str, quote: char, ascii: bool) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        let number = u32::from(c);
        let _ = match c {
            '\\' => write!(escaped, "\\\\"),
            '\n' => write!(escaped, "\\n"),
            '\r' => write!(escaped, "\\r"),
            '\t' => write!(escaped, "\\t"),
            _ if c == quote => write!(escaped, "\\{c}"),
            _ if (c.is_ascii() || !ascii) && !is_hostile(c) => write!(escaped, "{c}"),
            _ if number < 0x100 => write!(escaped, "\\x{number:02x}"),
            _ if number < 0x1_0000 => write!(escaped, "\\u{number:04x}"),
            _ => write!(escaped, "\\U{number:08x}"),
        };
    }
    escaped
}

/// As in HTML; quotes too, where it is told how an apostrophe is written.
fn html(text: &str, apostrophe: Option<&str>) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    match apostrophe {
        Some(apostrophe) => escaped.replace('"', "&quot;").replace('\'', apostrophe),
        None => escaped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_the_languages() {
        let text = "é'\"\\\n\u{1}<&>😀\u{202e}";
        assert_eq!(python(text, '\'', false), "é\\'\"\\\\\\n\\x01<&>😀\\u202e");
        assert_eq!(python(text, '"', true), "\\xe9'\\\"\\\\\\n\\x01<&>\\U0001f600\\u202e");
        assert_eq!(json(text, false), "é'\\\"\\\\\\n\\u0001<&>😀\u{202e}");
        assert_eq!(json(text, true), "\\u00e9'\\\"\\\\\\n\\u0001<&>\\ud83d\\ude00\\u202e");
        assert_eq!(html("<'&\">", Some("&#39;")), "&lt;&#39;&amp;&quot;&gt;");
        assert_eq!(html("<'>", None), "&lt;'&gt;");
    }

    #[test]
    fn base64_is_found_wherever_it_begins() {
        let secret = "correct horse battery";
        for before in 0..7 {
            for after in 0..4 {
                let whole = format!("{}{secret}{}", "x".repeat(before), "y".repeat(after));
                let text = STANDARD_NO_PAD.encode(whole);
                assert!(
                    (0..3).any(|offset| text.contains(&base64(secret.as_bytes(), offset, false))),
                    "{before} {after}"
                );
            }
        }
    }

    #[test]
    fn a_plain_text_has_one_form() {
        assert_eq!(texts("plain words 1"), BTreeMap::from([(b"plain words 1".to_vec(), Form::Raw)]));
    }
}
