//! From bytes to text, and what to say when they are none.

use crate::model::{DifferenceKind, NearMiss};

use super::cx::Cx;
use super::{raw, written};

const MARK: &str = "\u{feff}";

/// Both sides as text; `None` when the comparison is over, because one of them is none. A byte order mark on one side
/// only is a difference, and is left out of what follows.
pub(super) fn both<'t>(cx: &mut Cx<'_>, expected: &'t [u8], actual: &'t [u8]) -> Option<(&'t str, &'t str)> {
    let Ok(e) = std::str::from_utf8(expected) else {
        raw::compare(cx, expected, actual);
        return None;
    };
    let a = match std::str::from_utf8(actual) {
        Ok(a) => a,
        Err(error) => {
            not_utf8(cx, e, actual, error.valid_up_to());
            return None;
        }
    };
    match (e.strip_prefix(MARK), a.strip_prefix(MARK)) {
        (None, Some(a)) => {
            mark(cx, "the file starts with a byte order mark: write it with encoding=\"utf-8\", not \"utf-8-sig\"");
            Some((e, a))
        }
        (Some(e), None) => {
            mark(cx, "a byte order mark is expected at the start: encoding=\"utf-8-sig\" writes one");
            Some((e, a))
        }
        (Some(e), Some(a)) => Some((e, a)),
        (None, None) => Some((e, a)),
    }
}

fn mark(cx: &mut Cx<'_>, note: &str) {
    cx.texts(DifferenceKind::Text, None, None, (Some(NearMiss::Encoding), Some(note.into())));
}

fn not_utf8(cx: &mut Cx<'_>, expected: &str, actual: &[u8], offset: usize) {
    let byte = actual.get(offset).copied().unwrap_or(0);
    let is_latin = actual.iter().map(|&byte| char::from(byte)).eq(expected.chars());
    let is_utf16 = || {
        let units = |big: bool| {
            actual.get(2..).unwrap_or_default().chunks(2).map(move |pair| match *pair {
                [first, second] if big => u16::from_be_bytes([first, second]),
                [first, second] => u16::from_le_bytes([first, second]),
                _ => 0xfffd,
            })
        };
        let is_expected = |big| char::decode_utf16(units(big)).map(|c| c.unwrap_or('\u{fffd}')).eq(expected.chars());
        (actual.starts_with(&[0xff, 0xfe]) && is_expected(false))
            || (actual.starts_with(&[0xfe, 0xff]) && is_expected(true))
    };
    let (near, what) = if is_latin {
        (Some(NearMiss::Encoding), "; it is the expected text in Latin-1: use encoding=\"utf-8\"")
    } else if is_utf16() {
        (Some(NearMiss::Encoding), "; it is the expected text in UTF-16: use encoding=\"utf-8\"")
    } else {
        (None, "")
    };
    let around = &actual[offset.saturating_sub(100)..(offset + 100).min(actual.len())];
    let note = format!("not UTF-8: byte {byte:#04x} at offset {offset}{what}");
    let expected = written::cut(expected, 200);
    cx.texts(DifferenceKind::Malformed, Some(expected), Some(around.escape_ascii().to_string()), (near, Some(note)));
}
