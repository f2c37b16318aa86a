//! Foreign text, made harmless and short enough for the page.

use crate::report::escape;

/// The most characters of a line: a name, a file's name, a label.
pub const MOST_LINE: usize = 320;

/// A text on one line, at most [`MOST_LINE`] characters; `…` tells that there was more.
pub fn line(text: &str) -> String {
    let (text, cut) = first(text, MOST_LINE);
    let mut shown = escape::visible(text);
    if cut {
        shown.push('…');
    }
    shown
}

/// A text of several lines, at most so many characters.
pub fn block(text: &str, most: usize) -> String {
    let (text, cut) = first(text, most);
    let mut shown = escape::visible_block(text);
    if cut {
        shown.push_str("\n…");
    }
    shown
}

/// The first lines of a list; the last one tells how many more there were.
pub fn lines<'a>(all: impl ExactSizeIterator<Item = &'a String>, most: usize) -> Vec<String> {
    let more = all.len().saturating_sub(most);
    let mut shown: Vec<String> = all.take(most).map(|text| line(text)).collect();
    if more > 0 {
        shown.push(format!("… and {more} more"));
    }
    shown
}

/// The start of a text, and whether it is not the whole.
fn first(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((at, _)) => (&text[..at], true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foreign_is_visible_and_bounded() {
        assert_eq!(line("Ada\u{202e}\n\x1b"), "Ada<U+202E>↵␛");
        assert_eq!(line(&"é".repeat(MOST_LINE)).chars().count(), MOST_LINE);
        assert_eq!(line(&"é".repeat(1000)).chars().count(), MOST_LINE + 1);
        assert_eq!(block("a\nb\0c", 4), "a\nb␀\n…");
        assert_eq!([block("a b\n~\n", 9), block("a\r\nb", 9), line("a b")], ["a b\n~\n", "a␍\nb", "a b"]);
        let notes = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(lines(notes.iter(), 2), ["a", "b", "… and 1 more"]);
    }
}
