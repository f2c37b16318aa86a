//! The scan at the end: nothing that students get may hold what a hidden case is given or expects.
//!
//! A secret is looked for as it is, as it is shown, escaped for JSON, Python or HTML, in hex and base64, and as a hash of
//! it; a long one also by its parts, since what is shown of a value is cut and wrapped. What students can read anyway is
//! no secret: a text that is in a statement, a starter or a visible case, or that is shorter than [`SHORTEST`]
//! characters. Every file is read once, as a stream, for all secrets together.

mod forms;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use walkdir::WalkDir;

use super::file::refused;
use super::words::start;
use crate::model::{CaseId, ExerciseId};

pub use forms::Form;

/// Texts with fewer characters are no secrets: they are found by chance.
pub const SHORTEST: usize = 8;
/// Characters of a part. Any 63 characters in a row of a long secret hold one whole part.
const PART: usize = 32;
/// How much of a secret is looked for in parts, in bytes: what is shown of a value is its start.
const MOST_PARTS: usize = 4 << 10;
/// Longer secrets are not looked for as a whole: their parts are.
const MOST_WHOLE: usize = 1 << 10;
/// The most bytes of all patterns together: searching takes some thirty times as much memory.
const MOST_BYTES: usize = 16 << 20;
/// The most findings that are told; a batch fails on one.
pub const MOST_FINDINGS: usize = 1000;

/// Something that a hidden case is given or expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The exercise.
    pub exercise: ExerciseId,
    /// The hidden case.
    pub case: CaseId,
    /// An input or an expectation, as the author wrote it.
    pub text: String,
}

/// A secret in a file that a student gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: PathBuf,
    /// Where in it, in bytes.
    pub at: u64,
    /// The exercise.
    pub exercise: ExerciseId,
    /// The hidden case.
    pub case: CaseId,
    /// In what form.
    pub form: Form,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { file, at, exercise, case, form } = self;
        write!(f, "{}: byte {at}: a secret of hidden case {exercise} {case}, {}", file.display(), form.words())
    }
}

/// All secrets of a batch, ready to be looked for.
#[derive(Debug)]
pub struct Scanner {
    /// `None` when there is no secret.
    automaton: Option<AhoCorasick>,
    /// For each pattern its form and whose it is.
    patterns: Vec<(Form, Vec<(ExerciseId, CaseId)>)>,
}

/// A text that is secret as a whole, in all its forms.
struct Unit {
    owner: usize,
    forms: BTreeMap<Vec<u8>, Form>,
}

impl Scanner {
    /// Takes the secrets, and the texts that students can read anyway. An error when there are too many.
    pub fn new(secrets: &[Secret], public: &[&str]) -> io::Result<Scanner> {
        let units = units(secrets, MOST_BYTES)?;
        let mut owners: BTreeMap<&[u8], BTreeSet<usize>> = BTreeMap::new();
        for (index, unit) in units.iter().enumerate() {
            for form in unit.forms.keys() {
                owners.entry(form).or_default().insert(index);
            }
        }
        let known = public_units(&owners, public)?;
        let mut kept: BTreeMap<&[u8], (Form, BTreeSet<usize>)> = BTreeMap::new();
        for (_, unit) in units.iter().enumerate().filter(|(index, _)| !known.contains(index)) {
            for (bytes, form) in &unit.forms {
                kept.entry(bytes).or_insert((*form, BTreeSet::new())).1.insert(unit.owner);
            }
        }
        let whose = |owner: &usize| (secrets[*owner].exercise.clone(), secrets[*owner].case.clone());
        let named = |(form, owners): &(Form, BTreeSet<usize>)| {
            let all: BTreeSet<(ExerciseId, CaseId)> = owners.iter().map(whose).collect();
            (*form, all.into_iter().collect())
        };
        let patterns = kept.values().map(named).collect();
        let automaton = if kept.is_empty() { None } else { Some(automaton(kept.keys())?) };
        Ok(Scanner { automaton, patterns })
    }

    /// Looks through all files below a folder, in the order of their names.
    pub fn folder(&self, folder: &Path) -> io::Result<Vec<Finding>> {
        let mut found = Vec::new();
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.map_err(io::Error::from)?;
            if entry.file_type().is_file() {
                self.reader(entry.path(), fs_err::File::open(entry.path())?, &mut found)?;
            } else if !entry.file_type().is_dir() {
                let what = "neither a file nor a folder, so it cannot be searched for secrets: remove it";
                return Err(refused(format!("{}: {what}", entry.path().display())));
            }
            if found.len() >= MOST_FINDINGS {
                found.truncate(MOST_FINDINGS);
                break;
            }
        }
        Ok(found)
    }

    /// Looks through what is read; each case is found once.
    pub fn reader(&self, file: &Path, reader: impl Read, found: &mut Vec<Finding>) -> io::Result<()> {
        let Some(automaton) = &self.automaton else { return Ok(()) };
        let mut seen = BTreeSet::new();
        for hit in automaton.try_stream_find_iter(reader).map_err(io::Error::other)? {
            let hit = hit?;
            let (form, owners) = &self.patterns[hit.pattern().as_usize()];
            for (exercise, case) in owners {
                if seen.insert((exercise, case)) {
                    found.push(Finding {
                        file: file.to_owned(),
                        at: hit.start() as u64,
                        exercise: exercise.clone(),
                        case: case.clone(),
                        form: *form,
                    });
                }
            }
        }
        Ok(())
    }
}

fn automaton<'a>(patterns: impl Iterator<Item = &'a &'a [u8]>) -> io::Result<AhoCorasick> {
    AhoCorasick::new(patterns).map_err(io::Error::other)
}

/// Which units have a form that students can read anyway.
fn public_units(owners: &BTreeMap<&[u8], BTreeSet<usize>>, public: &[&str]) -> io::Result<BTreeSet<usize>> {
    let mut known = BTreeSet::new();
    if owners.is_empty() {
        return Ok(known);
    }
    let automaton = automaton(owners.keys())?;
    let units: Vec<&BTreeSet<usize>> = owners.values().collect();
    let mut seen = vec![false; units.len()];
    for text in public {
        for hit in automaton.find_overlapping_iter(text) {
            let pattern = hit.pattern().as_usize();
            if !std::mem::replace(&mut seen[pattern], true) {
                known.extend(units[pattern]);
            }
        }
    }
    Ok(known)
}

/// All units; an error when their forms take more than so many bytes.
fn units(secrets: &[Secret], most: usize) -> io::Result<Vec<Unit>> {
    let mut units = Vec::new();
    let mut bytes = 0;
    for (owner, secret) in secrets.iter().enumerate() {
        let text = secret.text.trim();
        if text.chars().count() < SHORTEST || distinct(text) < 3 {
            continue;
        }
        let whole = if text.len() <= MOST_WHOLE { forms::texts(text) } else { BTreeMap::new() };
        let mut all = vec![whole];
        all[0].extend(forms::codes(&secret.text, text.len() <= MOST_WHOLE));
        all.extend(parts(text).map(|part| forms::texts(&part)));
        for forms in all {
            bytes += forms.keys().map(Vec::len).sum::<usize>();
            if bytes > most {
                let what = "the inputs and expectations of the hidden cases are too large to look for";
                return Err(refused(format!("{what}: their forms take more than {most} bytes")));
            }
            units.push(Unit { owner, forms });
        }
    }
    Ok(units)
}

/// The parts of a long text that tell something: a row of zeros or spaces is found anywhere.
fn parts(text: &str) -> impl Iterator<Item = String> {
    const FEWEST: usize = 10;
    let chars: Vec<char> = start(text, MOST_PARTS).chars().collect();
    let is_long = chars.len() >= 2 * PART;
    let whole = if is_long { chars.len() / PART } else { 0 };
    (0..whole)
        .map(move |index| chars[index * PART..][..PART].iter().collect::<String>())
        .filter(|part| distinct(part) >= FEWEST)
}

/// How many different characters there are.
fn distinct(text: &str) -> usize {
    text.chars().collect::<BTreeSet<_>>().len()
}

/// Looks for the secrets in the folder of each student below `out`.
pub fn scan(out: &Path, secrets: &[Secret], public: &[&str]) -> io::Result<Vec<Finding>> {
    let students = out.join("students");
    if !students.exists() {
        return Ok(Vec::new());
    }
    Scanner::new(secrets, public)?.folder(&students)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests;
