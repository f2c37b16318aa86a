//! The file of a ledger: read with its backup, changed under a lock, never half written.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{FORMAT, Progress};

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
        for file in [&self.file, &self.backup()] {
            // One torn by a crash of the machine: the backup is the state before the last change.
            if let Some(Ok(progress)) = read(file)? {
                return Ok(progress);
            }
        }
        Ok(Progress { format: FORMAT, solutions: self.solutions.clone(), ..Progress::default() })
    }

    /// Changes the progress: reads, applies, writes, under a lock, so that two runs at once lose nothing.
    pub fn update(&self, change: impl FnOnce(&mut Progress)) -> Result<Progress, LedgerError> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs_err::create_dir_all(folder)?;
        let lock = File::options().create(true).truncate(false).write(true).open(self.file.with_extension("lock"))?;
        lock.lock()?;
        let is_whole = match read(&self.file)? {
            Some(Ok(_)) => true,
            Some(Err(_)) => {
                self.put_aside()?;
                false
            }
            None => false,
        };
        let before = self.read()?;
        let mut progress = before.clone();
        change(&mut progress);
        progress.format = FORMAT;
        if progress != before || !is_whole {
            // Under the lock nobody else writes it, and what a killed run left of it is overwritten.
            let new = self.file.with_extension("json.new");
            let mut text = serde_json::to_vec_pretty(&progress).map_err(io::Error::from)?;
            text.push(b'\n');
            let mut file = fs_err::File::create(&new)?;
            file.write_all(&text)?;
            file.sync_all()?;
            // No copy: renaming needs no room on a full disk. A reader in between finds the backup.
            if is_whole {
                fs_err::rename(&self.file, self.backup())?;
            }
            fs_err::rename(&new, &self.file)?;
            File::open(folder)?.sync_all()?;
        }
        Ok(progress)
    }

    /// Keeps a file that cannot be read: a person may still make something of it.
    fn put_aside(&self) -> io::Result<()> {
        let name = |number: usize| self.file.with_extension(format!("json.broken-{number}"));
        let free = (1..100).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(100));
        fs_err::rename(&self.file, free)
    }

    fn backup(&self) -> PathBuf {
        self.file.with_extension("json.bak")
    }

    /// The file itself.
    pub fn path(&self) -> &Path {
        &self.file
    }
}

/// What a file holds; `None` without the file.
fn read(file: &Path) -> Result<Option<serde_json::Result<Progress>>, LedgerError> {
    let bytes = match fs_err::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    // A newer one may not be a `Progress` as we know it.
    match serde_json::from_slice::<Format>(&bytes) {
        Ok(Format { format }) if format > FORMAT => {
            Err(LedgerError::TooNew { path: file.display().to_string(), format })
        }
        _ => Ok(Some(serde_json::from_slice(&bytes))),
    }
}
