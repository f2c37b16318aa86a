#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;
use crate::codec::notation;

fn file(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn read(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Result<String, NpyError> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    parse(&file(&header, data)).map(|array| notation::write(&Value::Array(Box::new(array)), 1000))
}

#[test]
fn files_are_read() {
    for (descr, fortran, shape, data, expected) in [
        ("<i2", "False", "(2,)", &[1, 0, 0xff, 0xff][..], "array([1, -1], dtype='int16')"),
        (">u2", "False", "(2,)", &[0, 1, 0xff, 0xfe], "array([1, 65534], dtype='uint16')"),
        ("|b1", "False", "()", &[1], "array(True, dtype='bool')"),
        ("<f2", "False", "(3,)", &[0, 0x3c, 1, 0, 0, 0xfc], "array([1.0, 6e-08, -inf], dtype='float16')"),
        ("<f4", "False", "(1,)", &[0xcd, 0xcc, 0xcc, 0x3d], "array([0.1], dtype='float32')"),
        ("|i1", "True", "(2, 3)", &[1, 4, 2, 5, 3, 6], "array([[1, 2, 3], [4, 5, 6]], dtype='int8')"),
        ("|i1", "False", "(0, 3)", &[], "array([], dtype='int8', shape=(0, 3))"),
        (
            "<U2",
            "False",
            "(2,)",
            &[97, 0, 0, 0, 98, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0],
            "array(['ab', 'c'], dtype='<U2')",
        ),
        ("<c8", "False", "(1,)", &[0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], "array([complex(1.0, 2.0)], dtype='complex64')"),
    ] {
        assert_eq!(read(descr, fortran, shape, data).unwrap(), expected);
    }
}

#[test]
fn hostile_files_are_refused() {
    assert_eq!(parse(b"PK"), Err(NpyError::NotNpy));
    assert_eq!(read("|O", "False", "(1,)", &[0]), Err(NpyError::Dtype("|O".into())));
    assert_eq!(read("<f8", "False", "(1,)", &[0]), Err(NpyError::Length { expected: 8, found: 1 }));
    let huge = "(4294967296, 4294967296)";
    assert_eq!(read("<f8", "False", huge, &[]), Err(NpyError::Header("the shape is too large".into())));
    assert!(matches!(read("<f8", "False", "(-1,)", &[]), Err(NpyError::Header(_))));
    assert!(matches!(parse(&file(&"[".repeat(9999), &[])), Err(NpyError::Header(_))));
    assert!(matches!(parse(b"\x93NUMPY\x02\x00\xff\xff\xff\xff"), Err(NpyError::Header(_))));
}
