//! Plain text in lines that fit.

use unicode_width::UnicodeWidthStr;

/// Text in lines of at most `width` columns, each ended; what goes on from a longer one is indented by two.
pub fn wrapped(text: &str, width: usize) -> String {
    let mut all = String::new();
    for line in text.lines() {
        let mut used = 0;
        for (index, word) in line.split(' ').enumerate() {
            if index > 0 && used + 1 + word.width() > width {
                all.push_str("\n  ");
                used = 2;
            } else if index > 0 {
                all.push(' ');
                used += 1;
            }
            all.push_str(word);
            used += word.width();
        }
        all.push('\n');
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_indented() {
        assert_eq!(wrapped("one two three\nfour", 8), "one two\n  three\nfour\n");
        assert_eq!(wrapped("a-word-that-is-too-long x", 5), "a-word-that-is-too-long\n  x\n");
        assert_eq!(wrapped("", 5), "");
    }
}
