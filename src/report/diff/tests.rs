#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use super::*;

fn shown(cells: &[Marked]) -> (String, String) {
    (cells.iter().map(|marked| marked.cell.text.as_str()).collect(), markers(cells).unwrap_or_default())
}

#[test]
fn what_differs_is_marked_on_both_sides() {
    let pair = pair("the quick brown fox", "the quack brown fox", false);
    assert_eq!(shown(&pair.expected), ("the quick brown fox".into(), "      ^".into()));
    assert_eq!(shown(&pair.actual), ("the quack brown fox".into(), "      ^".into()));
}

#[test]
fn what_is_missing_is_marked_where_it_is() {
    let pair = pair("status: all done", "status: done", false);
    assert_eq!(shown(&pair.expected).1, "        ^^^^");
    assert_eq!(shown(&pair.actual).1, "");
}

#[test]
fn whitespace_that_differs_is_shown() {
    let pair = pair("a b", "a\tb ", true);
    assert_eq!(shown(&pair.expected), ("a·b".into(), " ^".into()));
    assert_eq!(shown(&pair.actual), ("a→b·".into(), " ^ ^".into()));
    let both = pair.expected.iter().chain(&pair.actual);
    assert_eq!(legend(both), ["· is a space", "→ is a tab"]);
}

#[test]
fn rows_break_behind_spaces() {
    let broken = |text: &str, width| -> Vec<String> {
        let cells = alone(text);
        let text = |row: &&[Marked]| row.iter().map(|marked| marked.cell.text.as_str()).collect();
        rows(&cells, width).iter().map(text).collect()
    };
    assert_eq!(broken("batch_size=4, epochs=3", 16), ["batch_size=4, ", "epochs=3"]);
    // Not where half of the row would stay empty, and never wider than the row.
    assert_eq!(broken("a, bcdefghijkl", 8), ["a, bcdef", "ghijkl"]);
    assert_eq!(broken("abcdefgh ijkl", 8), ["abcdefgh", " ijkl"]);
    assert_eq!(broken("abcdefg hijklm nop", 8), ["abcdefg ", "hijklm ", "nop"]);
    assert_eq!(broken("a b\nc", 8), ["a b↵", "c"]);
}

#[test]
fn a_shared_line_end_is_not_shown() {
    let pair = pair("hello\n", "hello there\n", false);
    assert_eq!(shown(&pair.actual).0, "hello there");
}

#[test]
fn texts_that_have_little_in_common_have_no_marks() {
    for (expected, actual) in [("[1, 2, 3, 4]", "{'error': 'no'}"), ("8.0", "16.0"), ("12345678901", "12345678902")] {
        let pair = pair(expected, actual, false);
        assert_eq!(markers(&pair.expected), None, "{expected}");
        assert_eq!(markers(&pair.actual), None, "{actual}");
    }
}

#[test]
fn characters_that_look_alike_are_told_apart() {
    assert_eq!(pair("'paper'", "'p\u{430}per'", false).alike, Some(('a', '\u{430}')));
    let pair = pair("'caf\u{e9}'", "'cafe\u{301}'", false);
    assert_eq!(pair.alike, None);
    assert_eq!(shown(&pair.actual).0, "'cafe<U+0301>'");
}

#[test]
fn long_equal_runs_are_left_out() {
    let long = "lorem ipsum dolor ".repeat(20);
    let pair = pair(&format!("{long}this{long}"), &format!("{long}that{long}"), false);
    let (text, marks) = shown(&elide(pair.expected, 60));
    assert_eq!(text, "…ipsum dolor thislorem ipsum do…");
    assert_eq!(marks, "               ^^");
}

#[test]
fn rows_break_at_the_width_and_after_line_ends() {
    let cells = alone("ab\ncdef日");
    let rows: Vec<String> =
        rows(&cells, 4).iter().map(|row| row.iter().map(|marked| marked.cell.text.as_str()).collect()).collect();
    assert_eq!(rows, ["ab↵", "cdef", "日"]);
}

#[test]
fn large_texts_do_not_take_long() {
    let start = std::time::Instant::now();
    let (left, right): (String, String) = (0..4096u32)
        .map(|n| (char::from_u32(97 + n * 7 % 26).unwrap(), char::from_u32(97 + n * n % 23).unwrap()))
        .unzip();
    pair(&left, &right, true);
    assert!(start.elapsed() < Duration::from_secs(2));
}
