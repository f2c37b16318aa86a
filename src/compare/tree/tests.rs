use super::super::tests::{assert_found, options};
use super::*;
use crate::model::SpecialFile;

/// Expected and actual files, the differences in short (with the file before each path), parts of notes.
fn check(expected: &[(&str, &str)], actual: &[(&str, Content)], differences: &[&str], notes: &[&str]) {
    let expected: Vec<(String, Format, Arc<[u8]>)> = expected
        .iter()
        .map(|(path, text)| ((*path).to_owned(), Format::of_name(path), text.as_bytes().into()))
        .collect();
    let actual: Vec<FileFact> =
        actual.iter().map(|(path, content)| FileFact { path: (*path).to_owned(), content: content.clone() }).collect();
    let mut found = super::super::tree(&expected, &[], &actual, &options(""));
    for difference in &mut found.differences {
        let Channel::File(path) = &difference.channel else { unreachable!("a difference in a file") };
        difference.path = format!("{path}:{}", difference.path);
    }
    assert_found(&format!("{expected:?} {actual:?}"), &found, differences, notes);
}

#[test]
fn files() {
    let regular = |text: &str| Content::Regular(text.as_bytes().to_vec());
    check(&[("a.txt", "x\n")], &[("a.txt", regular("x\n"))], &[], &[]);
    check(&[("a.txt", "x\n")], &[("a.txt", regular("y\n"))], &["a.txt:/0 Text"], &[]);
    check(&[("a.json", "[1]")], &[("a.json", regular("[ 2 ]"))], &["a.json:/0 Value"], &[]);
    check(&[("a.txt", "x\n")], &[], &["a.txt: Missing"], &["was not written"]);
    check(
        &[("a.txt", "x\n")],
        &[("A.TXT", regular("x\n"))],
        &["a.txt: Missing Case", "A.TXT: Extra"],
        &["there is a file \"A.TXT\""],
    );
    check(&[], &[("tmp.txt", regular("x"))], &["tmp.txt: Extra"], &["1 bytes that is not expected"]);
    check(&[("a.txt", "x")], &[("a.txt", Content::Special(SpecialFile::Link))], &["a.txt: Type"], &["never opened"]);
    check(&[], &[("b", Content::Special(SpecialFile::Link))], &["b: Type"], &[]);
    check(&[("a.txt", "x")], &[("a.txt", Content::TooLarge(9))], &["a.txt: TooLarge"], &["9 bytes"]);
    check(&[], &[("in.txt", Content::Removed)], &["in.txt: Missing"], &["was removed"]);
}
