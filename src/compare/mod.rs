//! Compares what came out with what is expected: bytes and values in, differences out. Pure; the only clock is the
//! deadline after which two long texts are aligned more roughly, which changes no verdict.
//!
//! A format is one file here and one line in [`bytes`]. JSON, JSON Lines, CSV and `.npy` are read into
//! [`Value`]s and go the way of a returned value, so there is one set of rules. Every comparison is made twice: once to
//! find out whether the two are equal, and, only if they are not, once more to say what differs and how nearly.

mod align;
mod array;
mod csv;
mod cx;
mod decimal;
mod decode;
mod fingerprint;
mod frame;
mod json;
mod jsonl;
mod lines;
mod mapping;
mod matching;
mod near;
mod notes;
mod npy;
mod number;
mod raw;
mod repr;
mod sequence;
mod text;
mod tree;
mod value;
mod written;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::model::{Channel, Comparison, FileFact, Format, Options, Value, WorkFile};

use cx::{Cx, Dialect};

/// Compares bytes that are read as `format`. `options.format` is not looked at.
pub fn bytes(channel: &Channel, format: Format, expected: &[u8], actual: &[u8], options: &Options) -> Comparison {
    let mut cx = Cx::new(channel, options, Dialect::Json);
    let compare = match format {
        Format::Text => text::compare,
        Format::Json => json::compare,
        Format::Jsonl => jsonl::compare,
        Format::Csv => csv::compare,
        Format::Npy => npy::compare,
        Format::Bytes => raw::compare,
    };
    compare(&mut cx, expected, actual);
    cx.finish()
}

/// Compares Python values: what a call returned, or an argument after the call.
pub fn value(channel: &Channel, expected: &Value, actual: &Value, options: &Options) -> Comparison {
    value::compare(channel, expected, actual, options, Dialect::Python)
}

/// Compares the files that are expected, as path, format and content, with those that are new or changed. Any other
/// new or changed file is a difference, as is a removed one. Links and devices are differences, and never followed.
///
/// A file of `given` that is expected and not among `actual` is still there as it was given.
pub fn tree(
    expected: &[(String, Format, Arc<[u8]>)],
    given: &[WorkFile],
    actual: &[FileFact],
    options: &Options,
) -> Comparison {
    tree::compare(expected, given, actual, options)
}
