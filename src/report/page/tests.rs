use super::*;

fn wrapped(width: usize, indent: usize, hang: usize, text: &str) -> String {
    let mut page = Page::new(width, Palette { color: false });
    page.para(indent, hang, &[plain(text)]);
    page.take()
}

#[test]
fn paragraphs_wrap_at_spaces() {
    assert_eq!(wrapped(20, 2, 4, "one two three four five six"), "  one two three four\n    five six\n");
    assert_eq!(wrapped(20, 0, 0, "exactly twenty chars and"), "exactly twenty chars\nand\n");
}

#[test]
fn a_word_that_is_too_long_is_broken() {
    assert_eq!(wrapped(20, 0, 2, &"x".repeat(30)), format!("{}\n  {}\n", "x".repeat(20), "x".repeat(10)));
}

#[test]
fn wide_characters_count_twice() {
    for line in wrapped(20, 1, 3, &"日本語".repeat(12)).lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 20);
    }
}

#[test]
fn only_absolute_paths_are_links() {
    assert_eq!(file_link("a/b.py"), None);
    assert_eq!(file_link("/a b/\x1b.py").as_deref(), Some("file:///a%20b/%1B.py"));
}
