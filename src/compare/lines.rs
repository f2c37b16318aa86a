//! One line of text against another, with the numbers in them apart from the text between them.

use crate::model::{NearMiss, Options, Whitespace};

use super::number::{self, Number};

/// A longer row of digits is text: nobody computes with it.
const MOST_DIGITS: usize = 38;

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'t> {
    Text(&'t str),
    Number(Number<'t>),
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        number::equal(*self, *other, &Options::default())
    }
}

/// Whether two lines are equal under these options.
pub(super) fn equal(expected: &str, actual: &str, options: &Options) -> bool {
    let (expected, actual) = match options.whitespace {
        Whitespace::Exact => (expected, actual),
        Whitespace::Trim => (expected.trim_end(), actual.trim_end()),
    };
    expected == actual
        || (!options.tolerance.is_exact() && same_but_numbers(expected, actual, |e, a| number::equal(e, a, options)))
}

/// The largest distance of two numbers in lines that are otherwise the same, when all are nearly equal.
pub(super) fn near(expected: &str, actual: &str) -> Option<NearMiss> {
    let mut most = 0f64;
    let are_near = same_but_numbers(expected, actual, |e, a| match number::near(e, a) {
        Some(NearMiss::OffBy { by }) => {
            most = most.max(by);
            true
        }
        _ => number::equal(e, a, &Options::default()),
    });
    (are_near && most > 0.0).then_some(NearMiss::OffBy { by: most })
}

/// What a line has besides its numbers; equal lines have equal skeletons, whatever the tolerance.
pub(super) fn skeleton(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for token in Tokens::of(line) {
        match token {
            Token::Text(text) => out.push_str(text),
            Token::Number(_) => out.push('\u{1}'),
        }
    }
    out
}

/// The number that a whole line is, if it is one.
pub(super) fn as_number(line: &str) -> Option<f64> {
    let mut tokens = Tokens::of(line);
    match (tokens.next(), tokens.next()) {
        (Some(Token::Number(number)), None) => Some(number::to_float(number)),
        _ => None,
    }
}

/// The sum of the numbers in a line.
pub(super) fn weight(line: &str) -> f64 {
    Tokens::of(line).map(|token| if let Token::Number(number) = token { number::to_float(number) } else { 0.0 }).sum()
}

fn same_but_numbers(expected: &str, actual: &str, mut same: impl FnMut(Number<'_>, Number<'_>) -> bool) -> bool {
    let (mut es, mut als) = (Tokens::of(expected), Tokens::of(actual));
    loop {
        match (es.next(), als.next()) {
            (None, None) => return true,
            (Some(Token::Text(e)), Some(Token::Text(a))) if e == a => {}
            (Some(Token::Number(e)), Some(Token::Number(a))) if same(e, a) => {}
            _ => return false,
        }
    }
}

/// The tokens of a line. Digits that belong to a word (`v2`, `x_1`) or a version (`1.2.3`) are text. A sign belongs to
/// a number where it cannot be an operator or a hyphen.
struct Tokens<'t> {
    line: &'t str,
    at: usize,
    /// A number that was found behind the text just given.
    next: Option<(Number<'t>, usize)>,
}

impl<'t> Tokens<'t> {
    fn of(line: &'t str) -> Tokens<'t> {
        Tokens { line, at: 0, next: None }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        if let Some((number, end)) = self.next.take() {
            self.at = end;
            return Some(Token::Number(number));
        }
        let start = self.at;
        let bytes = self.line.as_bytes();
        let mut at = start;
        while at < bytes.len() {
            if !matches!(bytes[at], b'0'..=b'9' | b'-' | b'+' | b'.') {
                at += 1;
                continue;
            }
            let (end, number) = number_at(self.line, at);
            if let Some(number) = number {
                if at == start {
                    self.at = end;
                    return Some(Token::Number(number));
                }
                self.next = Some((number, end));
                break;
            }
            at = end.max(at + 1);
        }
        self.at = at;
        (at > start).then(|| Token::Text(&self.line[start..at]))
    }
}

/// The number at a sign, a digit or a point, with its end; without one, the end of what is text.
fn number_at(line: &str, start: usize) -> (usize, Option<Number<'static>>) {
    let bytes = line.as_bytes();
    let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let before = start.checked_sub(1).and_then(|index| bytes.get(index));
    let signed = matches!(bytes[start], b'-' | b'+');
    if signed && before.is_some_and(|byte| is_word(byte) || matches!(byte, b')' | b']' | b'.' | b'-' | b'+')) {
        return (start + 1, None);
    }
    let first = start + usize::from(signed);
    let mut end = digits(first);
    let mut is_int = true;
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        is_int = false;
        end = digits(end + 1);
    }
    if end == first {
        return (start + 1, None);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign && !bytes.get(exponent).is_some_and(is_word) {
            is_int = false;
            end = exponent;
        }
    }
    let is_version = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    if before.is_some_and(is_word) || is_version || end - first > MOST_DIGITS {
        // All of it is text: `1.2.3`, `abc12.5`.
        while bytes.get(end).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'.') {
            end += 1;
        }
        return (end, None);
    }
    let text = &line[start..end];
    let number = match is_int.then(|| text.parse().ok()).flatten() {
        Some(int) => Some(Number::Small(int)),
        None => text.parse().ok().map(Number::Float),
    };
    (end, number)
}

#[cfg(test)]
mod tests;
