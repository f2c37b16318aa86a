//! The files that a program wrote.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Channel, Comparison, Content, DifferenceKind, FileFact, Format, NearMiss, Options, WorkFile};

use super::cx::{Cx, Dialect};
use super::near;

/// Compares the files that a program is expected to write with those that are new or changed. What is in neither list
/// is as it was. A link or device is always a difference, and is never followed.
pub(super) fn compare(
    expected: &[(String, Format, Arc<[u8]>)],
    given: &[WorkFile],
    actual: &[FileFact],
    options: &Options,
) -> Comparison {
    let found: BTreeMap<&str, &Content> = actual.iter().map(|file| (file.path.as_str(), &file.content)).collect();
    let names: Vec<&str> = expected.iter().map(|(path, ..)| path.as_str()).collect();
    let mut comparison = Comparison::default();
    for (path, format, bytes) in expected {
        comparison.extend(match found.get(path.as_str()) {
            Some(Content::Regular(actual)) => {
                super::bytes(&Channel::File(path.clone()), *format, bytes, actual, options)
            }
            Some(other) => unusual(path, other),
            None if let Some(given) = given.iter().find(|file| file.path == *path) => {
                unchanged(path, *format, bytes, &given.bytes, options)
            }
            None => {
                let others = found.keys().copied().filter(|name| !names.contains(name));
                let similar = others.filter_map(|other| similar(path, other)).next();
                let (near, note) = similar.unwrap_or((None, "the file was not written".into()));
                one(path, DifferenceKind::Missing, near, note)
            }
        });
    }
    for file in actual.iter().filter(|file| !names.contains(&file.path.as_str())) {
        comparison.extend(match &file.content {
            Content::Regular(bytes) => one(
                &file.path,
                DifferenceKind::Extra,
                None,
                format!("a file of {} bytes that is not expected", bytes.len()),
            ),
            other => unusual(&file.path, other),
        });
    }
    comparison
}

/// What is said of a file that the program left as it was given.
fn unchanged(path: &str, format: Format, expected: &[u8], given: &[u8], options: &Options) -> Comparison {
    let as_given = super::bytes(&Channel::File(path.to_owned()), format, expected, given, options);
    if as_given.is_equal() {
        return as_given;
    }
    one(path, DifferenceKind::Value, None, "the file is still as it was given: the program did not change it".into())
}

fn similar(expected: &str, other: &str) -> Option<(Option<NearMiss>, String)> {
    let near = near::text(expected, other);
    let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let is_similar = near.is_some() || base(expected) == base(other) || strsim::osa_distance(expected, other) <= 2;
    is_similar.then(|| (near, format!("the file was not written; there is a file {other:?}")))
}

/// What is no readable file.
fn unusual(path: &str, content: &Content) -> Comparison {
    match content {
        Content::Special(what) => {
            one(path, DifferenceKind::Type, None, format!("this is a {what}, which is never opened"))
        }
        Content::TooLarge(size) => {
            one(path, DifferenceKind::TooLarge, None, format!("a file of {size} bytes, more than is read"))
        }
        Content::Removed => one(path, DifferenceKind::Missing, None, "the file was there, and was removed".into()),
        Content::Regular(_) => Comparison::default(),
    }
}

fn one(path: &str, kind: DifferenceKind, near: Option<NearMiss>, note: String) -> Comparison {
    let (channel, options) = (Channel::File(path.to_owned()), Options::default());
    let mut cx = Cx::new(&channel, &options, Dialect::Python);
    cx.texts(kind, None, None, (near, Some(note)));
    cx.finish()
}

#[cfg(test)]
mod tests;
