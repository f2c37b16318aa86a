use super::super::tests::npy_file as file;
use super::*;

fn check(bytes: &[u8], expected: Result<(&str, &[usize], ArrayData), &str>) {
    match (read(bytes), expected) {
        (Ok(found), Ok((dtype, shape, data))) => {
            assert_eq!((found.dtype.as_str(), found.shape.as_slice(), &found.data), (dtype, shape, &data));
        }
        (Err(note), Err(part)) => assert!(note.contains(part), "{note} has no {part}"),
        (found, expected) => unreachable!("{found:?} for {expected:?}"),
    }
}

#[test]
fn files() {
    let floats: Vec<u8> = [1.5f64, -2.0].iter().flat_map(|number| number.to_le_bytes()).collect();
    let big: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|number| number.to_be_bytes()).collect();
    let shorts: Vec<u8> = [1i16, -2, 3, -4].iter().flat_map(|number| number.to_le_bytes()).collect();
    check(&file("<f8", false, "(2,)", &floats), Ok(("float64", &[2], ArrayData::Float(vec![1.5, -2.0]))));
    check(&file(">f4", false, "(2,)", &big), Ok(("float32", &[2], ArrayData::Float(vec![1.5, -2.0]))));
    check(&file("<i2", false, "(2, 2)", &shorts), Ok(("int16", &[2, 2], ArrayData::Int(vec![1, -2, 3, -4]))));
    check(&file("<i2", true, "(2, 2)", &shorts), Ok(("int16", &[2, 2], ArrayData::Int(vec![1, 3, -2, -4]))));
    check(&file("|u1", false, "()", &[255]), Ok(("uint8", &[], ArrayData::UInt(vec![255]))));
    check(&file("|b1", false, "(2,)", &[0, 1]), Ok(("bool", &[2], ArrayData::Bool(vec![false, true]))));
    check(&file("<f2", false, "(2,)", &[0, 0x3c, 0, 0xc0]), Ok(("float16", &[2], ArrayData::Float(vec![1.0, -2.0]))));
    let text = ArrayData::Values(vec![Value::str("a")]);
    check(&file("<U2", false, "(1,)", &[97, 0, 0, 0, 0, 0, 0, 0]), Ok(("<U2", &[1], text)));
    check(&file("<f8", false, "(3,)", &floats), Err("ends within its data"));
    check(&file("<f8", false, "(99999999999, 99999999999)", &floats), Err("cannot be read"));
    check(&file("|O", false, "(1,)", &floats), Err("cannot be compared"));
    check(&file("|V0", false, "(99999999999,)", &floats), Err("cannot be compared"));
    check(b"\x93NUMPY", Err("ends within its header"));
    check(b"PK", Err("not a .npy file"));
}
