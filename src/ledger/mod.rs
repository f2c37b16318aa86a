//! What a learner has done so far: one file a solutions folder, written atomically, kept with a backup.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::event::Event;

/// The version of the file.
const FORMAT: u32 = 1;

/// Progress could not be read or written. The run itself is not touched by it.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The disk said no.
    #[error("progress could not be kept: {0}")]
    Io(#[from] io::Error),
    /// The file was written by a newer version.
    #[error("{path} has format {format}, which this version of practice does not know: update practice")]
    TooNew {
        /// The file.
        path: String,
        /// Its format.
        format: u32,
    },
}

/// The last standing with one exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The exercise's id when it was run; its key in the ledger is the uid, which survives a rename.
    pub exercise: String,
    /// The pack's name.
    pub pack: String,
    /// The verdict, as `--json` writes it.
    pub verdict: String,
    /// Cases that passed.
    pub passed: usize,
    /// Cases in all.
    pub total: usize,
    /// When: RFC 3339.
    pub at: String,
}

/// All standings by exercise uid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The version of the file.
    pub format: u32,
    /// The solutions folder that it is about, for people who look into the file.
    pub solutions: String,
    /// The standings.
    pub exercises: BTreeMap<String, Standing>,
}

impl Progress {
    /// Takes an event into account. Only whole runs of an exercise count.
    pub fn apply(&mut self, event: &Event, pack: &str, at: &str) {
        let Event::ExerciseFinished(done) = event else { return };
        if !done.verdict.counts() || done.partial {
            return;
        }
        let standing = Standing {
            exercise: done.exercise.to_string(),
            pack: pack.to_owned(),
            verdict: done.verdict.id().to_owned(),
            passed: done.passed,
            total: done.total,
            at: at.to_owned(),
        };
        self.exercises.insert(done.uid.to_string(), standing);
    }

    /// The verdict on an exercise, when it was ever run.
    pub fn verdict(&self, uid: &str) -> Option<&str> {
        self.exercises.get(uid).map(|standing| standing.verdict.as_str())
    }

    /// Whether every case of an exercise passed when it was last run.
    pub fn is_passed(&self, uid: &str) -> bool {
        self.verdict(uid) == Some("passed")
    }
}

/// The file for a solutions folder.
#[derive(Debug, Clone)]
pub struct Ledger {
    file: PathBuf,
    solutions: String,
}

impl Ledger {
    /// The ledger of a solutions folder, below the user's state folder.
    pub fn of(state: &Path, solutions: &Path) -> Ledger {
        let real = fs_err::canonicalize(solutions).unwrap_or_else(|_| solutions.to_owned());
        let digest = Sha256::digest(real.as_os_str().as_encoded_bytes());
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ledger { file: state.join(format!("progress-{name}.json")), solutions: real.display().to_string() }
    }

    /// The progress so far. A file that cannot be read gives way to its backup, and both to none.
    pub fn read(&self) -> Result<Progress, LedgerError> {
        for file in [self.file.clone(), self.backup()] {
            let bytes = match fs_err::read(&file) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error.into()),
            };
            match serde_json::from_slice::<Progress>(&bytes) {
                Ok(progress) if progress.format > FORMAT => {
                    return Err(LedgerError::TooNew { path: file.display().to_string(), format: progress.format });
                }
                Ok(progress) => return Ok(progress),
                // Torn by a crash of the machine: the backup is the state before the last run.
                Err(_) => continue,
            }
        }
        Ok(Progress { format: FORMAT, solutions: self.solutions.clone(), exercises: BTreeMap::new() })
    }

    /// Changes the progress: reads, applies, writes, under a lock, so that two runs at once lose nothing.
    pub fn update(&self, change: impl FnOnce(&mut Progress)) -> Result<Progress, LedgerError> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs_err::create_dir_all(folder)?;
        let lock = File::options().create(true).truncate(false).write(true).open(self.file.with_extension("lock"))?;
        lock.lock()?;
        let before = self.read()?;
        let mut progress = before.clone();
        change(&mut progress);
        if progress != before || !self.file.exists() {
            let mut new = tempfile::NamedTempFile::new_in(folder)?;
            let mut text = serde_json::to_vec_pretty(&progress).map_err(io::Error::from)?;
            text.push(b'\n');
            new.write_all(&text)?;
            new.as_file().sync_all()?;
            if self.file.exists() {
                fs_err::copy(&self.file, self.backup())?;
            }
            new.persist(&self.file).map_err(|error| error.error)?;
        }
        Ok(progress)
    }

    fn backup(&self) -> PathBuf {
        self.file.with_extension("json.bak")
    }

    /// The file itself.
    pub fn path(&self) -> &Path {
        &self.file
    }
}

#[cfg(test)]
mod tests;
