//! What the tests of all formats share. The properties and the bounds of all formats are in `tests/`.

mod bounds;
mod properties;

use crate::model::{Comparison, DtypeRule, Keys, Nan, NearMiss, Options, Order, Types, Whitespace};

/// Options in short: `"abs=0.1 order=any ignore=/a/*"`.
pub(super) fn options(text: &str) -> Options {
    let mut options = Options::default();
    for (key, value) in text.split_whitespace().filter_map(|word| word.split_once('=')) {
        match key {
            "abs" => options.tolerance.abs = value.parse().unwrap_or(0.0),
            "rel" => options.tolerance.rel = value.parse().unwrap_or(0.0),
            "nan" => options.nan = Nan::Unequal,
            "types" => options.types = Types::Numeric,
            "dtype" => options.dtype = if value == "kind" { DtypeRule::Kind } else { DtypeRule::Any },
            "order" => options.order = Order::Any,
            "unordered" => options.unordered.extend(value.parse()),
            "keys" => options.keys = Keys::Subset,
            "ignore" => options.ignore.extend(value.parse()),
            "whitespace" => options.whitespace = Whitespace::Trim,
            other => unreachable!("no option {other}"),
        }
    }
    options
}

/// A comparison in short, a line a difference: `/path Kind near`.
pub(super) fn summary(comparison: &Comparison) -> Vec<String> {
    assert!(comparison.total >= comparison.differences.len());
    assert_eq!(comparison.is_equal(), comparison.differences.is_empty());
    let near = |near: &NearMiss| match near {
        NearMiss::OffBy { by } => format!(" OffBy({by:.6})"),
        other => format!(" {other:?}"),
    };
    let line = |difference: &crate::model::Difference| {
        let near = difference.near.as_ref().map(near).unwrap_or_default();
        format!("{} {:?}{near}", difference.path, difference.kind)
    };
    comparison.differences.iter().map(line).collect()
}

/// Checks a comparison against what it should be in short, and that all of `notes` are somewhere in the notes.
pub(super) fn assert_found(about: &str, comparison: &Comparison, expected: &[&str], notes: &[&str]) {
    assert_eq!(summary(comparison), expected, "{about}\n{comparison:#?}");
    let all: Vec<&str> = comparison.differences.iter().filter_map(|difference| difference.note.as_deref()).collect();
    for note in notes {
        assert!(all.iter().any(|have| have.contains(note)), "{about}: no note has {note:?}: {all:?}");
    }
}

/// A `.npy` file of version 1.
pub(super) fn npy_file(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let fortran = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap_or(0).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}
