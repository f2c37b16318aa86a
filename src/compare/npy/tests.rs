use crate::model::{Channel, Format};

use super::super::tests::{assert_found, npy_file as file, options};

fn check(expected: &[u8], actual: &[u8], with: &str, differences: &[&str], notes: &[&str]) {
    let found = super::super::bytes(&Channel::File("x.npy".into()), Format::Npy, expected, actual, &options(with));
    assert_found(&format!("{} {}", expected.escape_ascii(), actual.escape_ascii()), &found, differences, notes);
}

#[test]
fn files() {
    let floats = |numbers: &[f64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let two = file("<f8", false, "(2,)", &floats(&[1.5, -2.0]));
    let big: Vec<u8> = [1.5f64, -2.0].iter().flat_map(|number| number.to_be_bytes()).collect();
    check(&two, &two, "", &[], &[]);
    check(&two, &file(">f8", false, "(2,)", &big), "", &[], &[]);
    check(&two, &file("<f8", false, "(2,)", &floats(&[1.5, -2.5])), "", &["/1 Value"], &["1 of 2"]);
    check(&two, &file("<f8", false, "(2,)", &floats(&[1.5, -2.5])), "abs=0.5", &[], &[]);
    check(&two, &file("<f8", false, "(2, 1)", &floats(&[1.5, -2.0])), "", &[" Shape"], &["axis of length 1"]);
    check(&two, b"PK\x03", "", &[" Malformed"], &[]);
    check(b"PK\x03", &two, "", &[" Malformed"], &["the expectation itself"]);
}
