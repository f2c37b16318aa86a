//! Byte for byte.

use crate::model::DifferenceKind;

use super::cx::Cx;

/// How many bytes are shown.
const SHOWN: usize = 32;

/// Two byte strings: where they part, and what is there, as hexadecimal digits.
pub(super) fn compare(cx: &mut Cx<'_>, expected: &[u8], actual: &[u8]) {
    if expected == actual {
        return;
    }
    let place = common_start(expected, actual);
    let kind = match expected.len() == actual.len() || place < expected.len().min(actual.len()) {
        true => DifferenceKind::Value,
        false => DifferenceKind::Length,
    };
    let note = format!(
        "{} bytes expected, {} found; they part at offset {place}, from which these are shown",
        expected.len(),
        actual.len()
    );
    cx.texts(kind, Some(hexadecimal(expected, place)), Some(hexadecimal(actual, place)), (None, Some(note)));
}

fn hexadecimal(bytes: &[u8], from: usize) -> String {
    let rest = bytes.get(from..).unwrap_or_default();
    let digits: Vec<String> = rest.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
    let more = if rest.len() > SHOWN { " …" } else { "" };
    format!("{}{more}", digits.join(" "))
}

/// How many bytes two byte strings start with in common.
pub(super) fn common_start(one: &[u8], other: &[u8]) -> usize {
    // Whole blocks first: these comparisons are as fast as memory is.
    const BLOCK: usize = 4096;
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    let start = blocks * BLOCK;
    start + one[start..].iter().zip(&other[start..]).take_while(|(a, b)| a == b).count()
}

/// How many bytes two byte strings end with in common.
pub(super) fn common_end(one: &[u8], other: &[u8]) -> usize {
    const BLOCK: usize = 4096;
    let blocks = one.rchunks_exact(BLOCK).zip(other.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    let end = blocks * BLOCK;
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    end + one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests;
