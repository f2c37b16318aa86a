//! The journal: one line for each thing that became known, kept the moment it was. What a stopped batch goes on from,
//! and what a repeated one need not do again.
//!
//! Lines are only ever appended, and are on the disk before anybody is told. The last line of a killed batch may be
//! torn; it is cut off, and what it would have said is done again. The newest line on a student's exercise counts.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::{Batch, Grade, Key, Points, Record};
use crate::model::{ExerciseId, StudentId};

/// The version of the journal's lines.
const FORMAT: u32 = 1;
/// A line longer than this is none of ours: 64 MiB.
const MOST_LINE: u64 = 64 << 20;

/// The journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk said no.
    #[error("{path}: {error}")]
    Io {
        /// The journal.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// Another batch writes it at this moment.
    #[error("another `practice grade` is writing {0} at this moment")]
    Busy(PathBuf),
    /// A line in the middle is not ours, or was changed.
    #[error("{path}:{line}: this is no line of a journal: {why}")]
    Line {
        /// The journal.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// It was written by a newer version.
    #[error("{path} has format {format}, which this version of practice does not know: update practice")]
    TooNew {
        /// The journal.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
}

/// A line, as it is written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    Batch { format: u32, batch: &'a Batch },
    Record(&'a Record),
    Complete { students: usize },
}

/// A line, as far as the index needs it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Head {
    Batch { format: u32, batch: Box<Batch> },
    Record(RecordHead),
    Complete(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct RecordHead {
    student: StudentId,
    exercise: ExerciseId,
    verdict: Grade,
    points: Points,
    key: Key,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Whole {
    Record(Record),
}

/// What the journal holds on a student's exercise.
#[derive(Debug, Clone)]
pub struct Kept {
    at: u64,
    length: usize,
    /// What the verdict was reached under, as a digest.
    pub key: String,
    /// The hash of the files that it is about.
    pub submission: String,
    /// The points.
    pub points: Points,
    /// Whether the verdict is one on the work: a fault of the machine or the exercise is none, and is tried again.
    pub is_scored: bool,
}

/// The journal of a batch, locked for this process.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    end: u64,
    kept: BTreeMap<StudentId, HashMap<ExerciseId, Kept>>,
    /// What the last batch in it is.
    batch: Option<Batch>,
    /// Whether the last batch in it came to its end.
    complete: bool,
}

impl Journal {
    /// Opens the journal at `path`, or begins one.
    pub fn open(path: &Path) -> Result<Journal, JournalError> {
        let io = |error| JournalError::Io { path: path.to_owned(), error };
        let file = File::options().read(true).append(true).create(true).open(path).map_err(io)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| JournalError::Busy(path.to_owned()))?;
        let mut journal =
            Journal { path: path.to_owned(), file, end: 0, kept: BTreeMap::new(), batch: None, complete: true };
        journal.read()?;
        journal.file.set_len(journal.end).map_err(io)?;
        Ok(journal)
    }

    /// Reads the lines up to the end, or to where it is torn.
    fn read(&mut self) -> Result<(), JournalError> {
        let path = self.path.clone();
        let io = |error| JournalError::Io { path: path.clone(), error };
        let mut reader = BufReader::with_capacity(1 << 20, self.file.try_clone().map_err(io)?);
        reader.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let length = (&mut reader).take(MOST_LINE).read_until(b'\n', &mut line).map_err(io)?;
            // What has no end was being written when the batch was killed.
            if !line.ends_with(b"\n") && (length as u64) < MOST_LINE {
                break;
            }
            match serde_json::from_slice::<Head>(&line) {
                Ok(head) => self.note(head, length)?,
                Err(error) => return Err(JournalError::Line { path, line: number, why: error.to_string() }),
            }
        }
        Ok(())
    }

    fn note(&mut self, head: Head, length: usize) -> Result<(), JournalError> {
        match head {
            Head::Batch { format, .. } if format > FORMAT => {
                return Err(JournalError::TooNew { path: self.path.clone(), format });
            }
            Head::Batch { batch, .. } => (self.batch, self.complete) = (Some(*batch), false),
            Head::Complete(_) => self.complete = true,
            Head::Record(record) => {
                let kept = Kept {
                    at: self.end,
                    length,
                    key: record.key.digest(),
                    submission: record.key.submission,
                    points: record.points,
                    is_scored: record.verdict.counts(),
                };
                self.kept.entry(record.student).or_default().insert(record.exercise, kept);
            }
        }
        self.end += length as u64;
        Ok(())
    }

    /// The batch that was begun and did not come to its end; `None` when there is none.
    pub fn unfinished(&self) -> Option<&Batch> {
        self.batch.as_ref().filter(|_| !self.complete)
    }

    /// The batch that came to its end last; `None` when there is none, or a later one did not.
    pub fn last(&self) -> Option<&Batch> {
        self.batch.as_ref().filter(|_| self.complete)
    }

    /// What it holds on a student's exercise.
    pub fn kept(&self, student: &StudentId, exercise: &ExerciseId) -> Option<&Kept> {
        self.kept.get(student)?.get(exercise)
    }

    /// The record on a student's exercise.
    pub fn record(&self, student: &StudentId, exercise: &ExerciseId) -> io::Result<Option<Record>> {
        let Some(kept) = self.kept(student, exercise) else { return Ok(None) };
        let mut line = vec![0; kept.length];
        self.file.read_exact_at(&mut line, kept.at)?;
        let Whole::Record(record) = serde_json::from_slice(&line)?;
        Ok(Some(record))
    }

    /// Notes that a batch begins.
    pub fn begin(&mut self, batch: &Batch) -> Result<(), JournalError> {
        self.append(&[Line::Batch { format: FORMAT, batch }])?;
        self.batch = Some(batch.clone());
        self.complete = false;
        Ok(())
    }

    /// Keeps these records. They are on the disk when this returns.
    pub fn keep(&mut self, records: &[Record]) -> Result<(), JournalError> {
        let mut at = self.end;
        let lengths = self.append(&records.iter().map(Line::Record).collect::<Vec<_>>())?;
        for (record, length) in records.iter().zip(lengths) {
            let kept = Kept {
                at,
                length,
                key: record.key.digest(),
                submission: record.key.submission.clone(),
                points: record.points,
                is_scored: record.is_scored(),
            };
            at += length as u64;
            self.kept.entry(record.student.clone()).or_default().insert(record.exercise.clone(), kept);
        }
        Ok(())
    }

    /// Notes that the batch is complete, with so many students.
    pub fn complete(&mut self, students: usize) -> Result<(), JournalError> {
        self.append(&[Line::Complete { students }])?;
        self.complete = true;
        Ok(())
    }

    /// Appends lines and has the disk keep them; their lengths.
    fn append(&mut self, lines: &[Line<'_>]) -> Result<Vec<usize>, JournalError> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::new();
        let mut lengths = Vec::with_capacity(lines.len());
        for line in lines {
            let before = bytes.len();
            serde_json::to_writer(&mut bytes, line).map_err(|error| self.io(error.into()))?;
            bytes.push(b'\n');
            lengths.push(bytes.len() - before);
        }
        self.file.write_all(&bytes).and_then(|()| self.file.sync_data()).map_err(|error| self.io(error))?;
        self.end += bytes.len() as u64;
        Ok(lengths)
    }

    /// The error, with this journal's path.
    pub fn io(&self, error: io::Error) -> JournalError {
        JournalError::Io { path: self.path.clone(), error }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests;
