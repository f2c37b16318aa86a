use crate::model::{Channel, Format};

use super::super::tests::{assert_found, options};
use super::*;

fn check(expected: &[u8], actual: &[u8], differences: &[&str], notes: &[&str]) {
    let found = super::super::bytes(&Channel::Stdout, Format::Bytes, expected, actual, &options(""));
    assert_found(&format!("{expected:?} {actual:?}"), &found, differences, notes);
}

#[test]
fn byte_for_byte() {
    check(b"\x00\x01", b"\x00\x01", &[], &[]);
    check(b"\x00\x01", b"\x00\x02", &[" Value"], &["offset 1"]);
    check(b"\x00\x01", b"\x00", &[" Length"], &["2 bytes expected, 1 found"]);
    check(b"", b"", &[], &[]);
    check(&[7; 10_000], &[&[7; 9_000][..], &[8; 1_000]].concat(), &[" Value"], &["offset 9000"]);
}

#[test]
fn common_parts() {
    for (one, other, start, end) in [
        (&b"abc"[..], &b"abd"[..], 2, 0),
        (b"abc", b"abc", 3, 3),
        (b"", b"a", 0, 0),
        (b"xbc", b"abc", 0, 2),
        (&[1; 9000], &[1; 8999], 8999, 8999),
    ] {
        assert_eq!((common_start(one, other), common_end(one, other)), (start, end));
    }
}
