use crate::model::{Channel, Format};

use super::super::tests::{assert_found, options};

/// Expected, actual, options, the differences in short, parts of notes.
type Case<'c> = (&'c str, &'c str, &'c str, &'c [&'c str], &'c [&'c str]);

fn check(cases: &[Case<'_>]) {
    for (expected, actual, with, differences, notes) in cases {
        check_bytes(expected.as_bytes(), actual.as_bytes(), with, differences, notes);
    }
}

fn check_bytes(expected: &[u8], actual: &[u8], with: &str, differences: &[&str], notes: &[&str]) {
    let found = super::super::bytes(&Channel::Stdout, Format::Text, expected, actual, &options(with));
    let about = format!("{:?} {:?} {with}", expected.escape_ascii().to_string(), actual.escape_ascii().to_string());
    assert_found(&about, &found, differences, notes);
}

#[test]
fn lines() {
    check(&[
        ("a\nb\n", "a\nb\n", "", &[], &[]),
        ("a\nb\n", "a\nc\n", "", &["/1 Text"], &[]),
        ("a\nb\nc\n", "a\nc\n", "", &["/1 Missing"], &[]),
        ("a\nc\n", "a\nb\nc\n", "", &["/1 Extra"], &[]),
        ("a\nb\nc\nd\ne\n", "x\nb\nc\ne\n", "", &["/0 Text", "/3 Missing"], &[]),
        ("", "x\n", "", &["/0 Extra OffByOne"], &[]),
        ("x\n", "", "", &[" Missing"], &["`print`"]),
        ("x\n\ny\n", "x\ny\n", "", &["/1 Missing Whitespace"], &["blank"]),
        // One row dropped and one added: not everything in between.
        ("1\n2\n3\n4\n5\n6\n7\n8\n", "2\n3\n4\n5\n6\n7\n8\n9\n", "", &["/0 Missing", "/7 Extra"], &[]),
    ]);
}

#[test]
fn near_misses() {
    check(&[
        ("a\nb\n", "a\nb", "", &["/1 Text Whitespace"], &["no line end"]),
        ("a\nb", "a\nb\n", "", &["/1 Text Whitespace"], &["no line end is expected"]),
        ("a\nb\nc\n", "a\r\nb\r\nc\r\n", "", &["/0 Text Whitespace"], &["CRLF"]),
        ("a\r\nb\r\n", "a\nb\n", "", &["/0 Text Whitespace"], &["instead of CRLF"]),
        ("a\nb\n", "a\nb  \n", "", &["/1 Text Whitespace"], &["white space at its end"]),
        ("    a\n", "\ta\n", "", &["/0 Text Whitespace"], &["tabs"]),
        ("a b\n", "a  b\n", "", &["/0 Text Whitespace"], &["spaces differ"]),
        ("a b\n", "a\u{a0}b\n", "", &["/0 Text Whitespace"], &["no-break"]),
        ("Hello\n", "hello\n", "", &["/0 Text Case"], &[]),
        ("a\nb\nc\n", "c\nb\na\n", "", &["/0 Order Order"], &["from line 1 on"]),
        ("a\nb\n", "a\nb\nc\n", "", &["/2 Extra OffByOne"], &[]),
        ("a\nb\n", "b\n", "", &["/0 Missing OffByOne"], &[]),
        ("loss 0.5000\n", "loss 0.5001\n", "", &["/0 Text OffBy(0.000100)"], &[]),
        ("café\n", "cafÃ©\n", "", &["/0 Text Encoding"], &[]),
        ("a\n", "\u{feff}a\n", "", &[" Text Encoding"], &["byte order mark"]),
        ("\u{feff}a\n", "a\n", "", &[" Text Encoding"], &["utf-8-sig"]),
        ("\u{feff}a\n", "\u{feff}a\n", "", &[], &[]),
    ]);
    check_bytes(b"caf\xc3\xa9", b"caf\xe9", "", &[" Malformed Encoding"], &["0xe9 at offset 3", "Latin-1"]);
    check_bytes(b"ab", b"\xff\xfea\0b\0", "", &[" Malformed Encoding"], &["UTF-16"]);
    check_bytes(b"ab", b"a\xff", "", &[" Malformed"], &["offset 1"]);
    check_bytes(b"a\xff", b"a\xfe", "", &[" Value"], &["offset 1"]);
    check_bytes(b"a\xff", b"a\xff", "", &[], &[]);
}

#[test]
fn leniencies() {
    check(&[
        ("a  \nb\n\n\n", "a\r\nb", "whitespace=trim", &[], &[]),
        ("a  \nb\n", "a\nb\n", "", &["/0 Text Whitespace"], &[]),
        ("a\n\nb", "a\nb", "whitespace=trim", &["/1 Missing Whitespace"], &[]),
        ("  a\n", "a\n", "whitespace=trim", &["/0 Text Whitespace"], &["indentation"]),
        ("a\nb\nb\n", "b\na\nb\n", "order=any", &[], &[]),
        ("a\nb\nb\n", "b\na\na\n", "order=any", &["/2 Text"], &[]),
        ("a\nb\nc\n", "c\nb\na\n", "", &["/0 Order Order"], &[]),
        ("a\nb\n", "b\na", "order=any", &["/1 Text Whitespace"], &["no line end"]),
        ("a\nb\nc\n", "c\n", "order=any", &["/0 Missing", "/1 Missing"], &[]),
        ("a 1.0\nb\n", "a 1.05\nb\n", "abs=0.1", &[], &[]),
        ("a 1.0\nb\n", "a 1.05\nb\n", "", &["/0 Text"], &[]),
        ("1.0\n1.05\n", "1.0\n0.95\n", "abs=0.06 order=any", &[], &[]),
        ("x 1.0\nx 1.05\n", "x 1.0\nx 0.95\n", "abs=0.06 order=any", &[], &[]),
        ("x 1.0\nx 1.05\n", "x 1.0\nx 0.9\n", "abs=0.06 order=any", &["/1 Text"], &[]),
    ]);
}

#[test]
fn a_long_line_is_shown_where_it_differs() {
    let long = "x".repeat(100_000);
    let (e, a) = (format!("{long}E{long}"), format!("{long}A{long}"));
    let found = super::super::bytes(&Channel::Stdout, Format::Text, e.as_bytes(), a.as_bytes(), &options(""));
    assert_found("long line", &found, &["/0 Text"], &["character 100000"]);
    for (text, has) in [(&found.differences[0].expected, "xEx"), (&found.differences[0].actual, "xAx")] {
        let text = text.clone().unwrap_or_default();
        assert!(text.contains(has) && text.len() <= crate::model::Difference::MOST_TEXT);
    }
}
