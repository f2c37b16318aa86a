//! Gradescope's export: `submission_metadata.yml` tells whose each folder is.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Entry, Layout, Received};
use crate::intake::{Claims, IntakeError, Source, Submission};

const FILE: &str = "submission_metadata.yml";
/// The metadata holds the whole results of every submission; that much of it is read.
const MOST_BYTES: u64 = 256 << 20;

/// What is said of a folder. The keys are Ruby's symbols.
#[derive(Deserialize)]
struct Metadata {
    #[serde(default, rename = ":submitters")]
    submitters: Vec<Submitter>,
    #[serde(default, rename = ":created_at")]
    created_at: Option<String>,
    #[serde(default, rename = ":results")]
    _results: IgnoredAny,
    #[serde(default, rename = ":history")]
    _history: IgnoredAny,
}

#[derive(Deserialize)]
struct Submitter {
    #[serde(default, rename = ":name")]
    name: Option<String>,
    #[serde(default, rename = ":sid")]
    sid: Option<Text>,
    #[serde(default, rename = ":email")]
    email: Option<String>,
}

/// An id that YAML may take for a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Text(String),
    Number(u64),
}

impl Text {
    fn text(self) -> String {
        match self {
            Text::Text(text) => text,
            Text::Number(number) => number.to_string(),
        }
    }
}

pub(super) fn read(root: &Path, entries: Vec<Entry>) -> Result<Received, IntakeError> {
    let path = root.join(FILE);
    let wrong = |line, why: String| IntakeError::File { path: path.clone(), line, why };
    let mut text = String::new();
    let file = std::fs::File::open(&path).map_err(|error| IntakeError::Io { path: path.clone(), error })?;
    let read = file.take(MOST_BYTES + 1).read_to_string(&mut text);
    read.map_err(|error| wrong(None, format!("it cannot be read: {error}")))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(wrong(None, format!("it is larger than {} MB", MOST_BYTES >> 20)));
    }
    let mut all: BTreeMap<String, Metadata> = serde_yaml_ng::from_str(&text).map_err(|error| {
        let line = error.location().and_then(|location| u64::try_from(location.line()).ok());
        wrong(line, format!("it is not Gradescope's: {error}"))
    })?;
    let mut received = Received { layout: Layout::Gradescope, submissions: Vec::new(), ignored: Vec::new() };
    for entry in entries.into_iter().filter(|entry| entry.name != FILE) {
        let Some(metadata) = all.remove(&entry.name).filter(|_| entry.is_dir) else {
            received.ignored.push((entry.name, format!("{FILE} does not name it")));
            continue;
        };
        let claims = |one: Submitter| {
            let sid = one.sid.map(Text::text).filter(|sid| !sid.is_empty());
            let email = one.email.filter(|email| !email.is_empty());
            let ids = sid.map(|sid| ("sid", sid)).into_iter().chain(email.map(|email| ("email", email)));
            Claims { ids: ids.collect(), name: one.name }
        };
        let at = metadata.created_at.as_deref().and_then(time);
        received.submissions.push(Submission {
            key: entry.name,
            by: metadata.submitters.into_iter().map(claims).collect(),
            at,
            late: false,
            sources: vec![Source::Folder(entry.path)],
            notes: Vec::new(),
        });
    }
    for name in all.into_keys() {
        received.ignored.push((name, format!("{FILE} names it, and it is not there")));
    }
    Ok(received)
}

/// A time as Ruby writes it: `2021-09-14 18:03:12.123456000 -07:00`.
fn time(text: &str) -> Option<jiff::Timestamp> {
    let joined = text.trim().replacen(' ', "T", 1).replace(' ', "");
    joined.parse().ok().or_else(|| super::exports::parse_time(text.trim()))
}
