use super::*;

#[test]
fn control_characters_become_pictures() {
    assert_eq!(visible("\x1b[31m\0\r\n\tx\x7f"), "␛[31m␀␍↵→x␡");
    assert_eq!(visible_block("a\tb\nc\r"), "a→b\nc␍");
}

#[test]
fn what_nobody_sees_is_numbered() {
    assert_eq!(
        visible("a\u{202e}b\u{200b}c\u{9b}d\u{feff}\u{a0}\u{e0041}"),
        "a<U+202E>b<U+200B>c<U+009B>d<U+FEFF><U+00A0><U+E0041>"
    );
}

#[test]
fn marks_stay_with_their_character_up_to_a_point() {
    assert_eq!(cells("e\u{301}x").len(), 2);
    assert_eq!(visible("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}\u{301}<U+0301>");
    assert_eq!(visible("\u{301}"), "<U+0301>");
}

#[test]
fn text_is_cut_to_columns_not_characters() {
    assert_eq!(cut("hello", 5), "hello");
    assert_eq!(cut("hello!", 5), "hell…");
    assert_eq!(cut("日本語", 5), "日本…");
    assert_eq!(cut("日本語", 4), "日…");
    assert_eq!(cut("ae\u{301}o", 2), "a…");
    assert_eq!(cut("a\u{202e}", 4), "a…");
    assert_eq!(cut("abc", 0), "");
}

#[test]
fn a_width_is_that_of_what_is_shown() {
    assert_eq!(width("日本\x1b"), 5);
    assert_eq!(width("\u{202e}"), 8);
}
