//! What is taken out of one submission, bounded on every side.

use std::collections::HashMap;
use std::io::Read;

use super::name::{self, Refusal};
use super::{Caps, notebook};
use crate::model::WorkFile;

/// The files of a submission, as far as they can be taken, and what there is to say about the others.
#[derive(Debug)]
pub struct Basket {
    caps: Caps,
    files: Vec<WorkFile>,
    /// By folded path: the path itself.
    names: HashMap<String, String>,
    bytes: u64,
    is_full: bool,
    refused: Vec<(String, Refusal)>,
    refused_more: usize,
    junk: usize,
    notes: Vec<String>,
}

/// So many refused entries are named; the others are counted.
const MOST_NAMED: usize = 10;

impl Basket {
    /// An empty one.
    pub fn new(caps: Caps) -> Basket {
        Basket {
            caps,
            files: Vec::new(),
            names: HashMap::new(),
            bytes: 0,
            is_full: false,
            refused: Vec::new(),
            refused_more: 0,
            junk: 0,
            notes: Vec::new(),
        }
    }

    /// Whether nothing more will be taken.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Says no to an entry.
    pub fn refuse(&mut self, path: &[u8], why: Refusal) {
        match self.refused.len() < MOST_NAMED {
            true => self.refused.push((String::from_utf8_lossy(path).chars().take(120).collect(), why)),
            false => self.refused_more += 1,
        }
    }

    /// Says something about the submission.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Takes an entry, if its name and its size allow it. What its archive says of its size does not count.
    pub fn take(&mut self, raw: &[u8], contents: &mut dyn Read) {
        let path = match name::check(raw) {
            Ok(path) => path,
            Err(why) => return self.refuse(raw, why),
        };
        if name::is_junk(&path) {
            self.junk += 1;
            return;
        }
        if self.is_full || self.files.len() >= self.caps.files {
            self.is_full = true;
            return self.refuse(raw, Refusal::TooMuch);
        }
        let folded = name::folded(&path);
        if self.names.contains_key(&folded) {
            return self.refuse(raw, Refusal::Twin);
        }
        let room = self.caps.bytes.saturating_sub(self.bytes);
        let mut bytes = Vec::new();
        if contents.take(room + 1).read_to_end(&mut bytes).is_err() {
            return self.refuse(raw, Refusal::Damaged);
        }
        if bytes.len() as u64 > room {
            self.is_full = true;
            return self.refuse(raw, Refusal::TooMuch);
        }
        self.bytes += bytes.len() as u64;
        self.names.insert(folded, path.clone());
        self.files.push(WorkFile { path, bytes: bytes.into() });
    }

    /// The files, sorted by path, notebooks reduced to their code; and the notes.
    pub fn done(mut self) -> (Vec<WorkFile>, Vec<String>) {
        for (path, why) in &self.refused {
            self.notes.push(format!("{path} was not taken: {why}"));
        }
        if self.refused_more > 0 {
            self.notes.push(match self.refused_more {
                1 => "1 more file was not taken".to_owned(),
                more => format!("{more} more files were not taken"),
            });
        }
        if self.junk > 0 {
            let were = if self.junk == 1 { "file was" } else { "files were" };
            self.notes.push(format!("{} {were} left out: caches, settings and the like", self.junk));
        }
        let mut files = Vec::new();
        for file in std::mem::take(&mut self.files) {
            let Some(stem) = file.path.strip_suffix(".ipynb") else {
                files.push(file);
                continue;
            };
            let path = format!("{stem}.py");
            match notebook::code(&file.bytes) {
                Err(why) => self.notes.push(format!("{} is not taken: {why}", file.path)),
                Ok(_) if self.names.contains_key(&name::folded(&path)) => {
                    self.notes.push(format!("{} is not taken, since there is a {path}", file.path));
                }
                Ok(code) => {
                    self.notes.push(format!("{} was reduced to {}", file.path, code.said()));
                    files.push(WorkFile { path, bytes: code.text.into_bytes().into() });
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        (files, self.notes)
    }
}
