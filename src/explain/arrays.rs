//! What arrays, tensors and tables tell.

use super::Row;
use crate::model::DifferenceKind;

/// The rows of this subject.
pub const ROWS: &[Row] = &[
    Row {
        id: "array-of-objects",
        mistake: "makes an array of objects",
        explain: |case| {
            let dtype = case.differences.iter().find(|one| one.kind == DifferenceKind::Dtype)?;
            (dtype.actual.as_deref() == Some("object")).then(|| {
                "This is an array of Python objects, which is slow and compares badly: rows of different lengths, a `None` among numbers, or nothing to tell a type by make one. Give every row the same length, and a `dtype`.".to_owned()
            })
        },
    },
    Row {
        id: "another-float",
        mistake: "loses or gains precision",
        explain: |case| {
            let dtype = case.differences.iter().find(|one| one.kind == DifferenceKind::Dtype)?;
            let (expected, actual) = (dtype.expected.as_deref()?, dtype.actual.as_deref()?);
            let kind = |name: &str| {
                name.trim_start_matches("torch.").trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()
            };
            if kind(expected) == "float" && kind(actual) == "float" {
                let way = match actual.ends_with("64") {
                    true => "a Python float or `np.zeros` without `dtype=` makes float64; keep the input's dtype",
                    false => {
                        "a fixed `dtype=` or `astype` makes them so; keep the input's dtype, or name the wanted one"
                    }
                };
                return Some(format!("The numbers are {actual}, and {expected} is wanted: {way}."));
            }
            (kind(expected) == "float" && kind(actual) == "int")
                .then(|| format!("The numbers are {actual}, so fractions are cut off: make the array with `dtype={expected}`, or divide before you store."))
        },
    },
    Row {
        id: "axis-lost",
        mistake: "an axis is lost or swapped",
        explain: |case| {
            let shape = case.differences.iter().find(|one| one.kind == DifferenceKind::Shape)?;
            let sizes = |text: &str| -> Option<Vec<u64>> {
                let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
                inner.split(',').map(str::trim).filter(|size| !size.is_empty()).map(|size| size.parse().ok()).collect()
            };
            let (expected, actual) = (sizes(shape.expected.as_deref()?)?, sizes(shape.actual.as_deref()?)?);
            let reversed: Vec<u64> = expected.iter().rev().copied().collect();
            if expected.len() > 1 && actual == reversed && actual != expected {
                return Some("The axes are swapped: `axis=0` goes down the rows, `axis=1` along a row; `.T` turns an array round.".to_owned());
            }
            if actual.len() + 1 == expected.len() && expected.contains(&1) {
                return Some("An axis is lost: `keepdims=True`, or `x[:, None]`, keeps it with length 1.".to_owned());
            }
            (actual.len() == expected.len() + 1 && actual.contains(&1))
                .then(|| "There is an axis of length 1 too many: `x[0]`, `.squeeze()`, or an index without brackets takes it away.".to_owned())
        },
    },
    Row {
        id: "merge-suffixes",
        mistake: "merges tables that share column names",
        explain: |case| {
            let ends = |one: &crate::model::Difference| {
                let in_path = one.path.ends_with("_x") || one.path.ends_with("_y");
                let in_text = one.actual.as_deref().is_some_and(|text| text.contains("_x'") && text.contains("_y'"));
                one.kind == DifferenceKind::Extra && in_path || in_text
            };
            case.differences.iter().any(ends).then(|| {
                "Both tables have a column of that name, so the merge renames them `_x` and `_y`: take only the columns that you need from one side, or name them in `on=`.".to_owned()
            })
        },
    },
];
