//! The archive of a whole class, unpacked into a folder: too much for memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::archive::Sink;
use super::name::{self, Refusal};

/// Unpacks into a folder of ours.
pub struct Spool {
    root: PathBuf,
    files: usize,
    bytes: u64,
    names: HashMap<String, ()>,
    /// Whether there was more than may be.
    pub is_over: bool,
    /// What was not taken, and why.
    pub refused: Vec<(String, Refusal)>,
    /// What the disk said.
    pub error: Option<io::Error>,
}

impl Spool {
    /// Will unpack into `root`, so many files and bytes at most.
    pub fn new(root: &Path, files: usize, bytes: u64) -> Spool {
        let root = root.to_owned();
        Spool { root, files, bytes, names: HashMap::new(), is_over: false, refused: Vec::new(), error: None }
    }

    fn write(&mut self, path: &str, contents: &mut dyn Read) -> io::Result<bool> {
        let target = self.root.join(path);
        if let Some(folder) = target.parent() {
            fs_err::create_dir_all(folder)?;
        }
        let mut file = File::options().write(true).create_new(true).open(&target)?;
        let mut limited = contents.take(self.bytes + 1);
        let mut buffer = [0; 64 << 10];
        loop {
            let Ok(read) = limited.read(&mut buffer) else { return Ok(false) };
            if read == 0 {
                return Ok(true);
            }
            file.write_all(&buffer[..read])?;
            self.bytes = self.bytes.saturating_sub(read as u64);
        }
    }
}

impl Sink for Spool {
    fn take(&mut self, raw: &[u8], contents: &mut dyn Read) -> bool {
        let path = match name::check(raw) {
            Ok(path) => path,
            Err(why) => {
                self.refuse(raw, why);
                return true;
            }
        };
        if name::is_junk(&path) {
            return true;
        }
        if self.names.insert(name::folded(&path), ()).is_some() {
            self.refuse(raw, Refusal::Twin);
            return true;
        }
        if self.files == 0 || self.bytes == 0 {
            self.is_over = true;
            return false;
        }
        self.files -= 1;
        match self.write(&path, contents) {
            Ok(true) => true,
            Ok(false) => {
                self.refuse(raw, Refusal::Damaged);
                let _ = fs_err::remove_file(self.root.join(path));
                true
            }
            // A file where a folder should be: the archive contradicts itself, and the first entry stands.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists) => {
                self.refuse(raw, Refusal::Twin);
                true
            }
            Err(error) => {
                self.error = Some(error);
                false
            }
        }
    }

    fn refuse(&mut self, raw: &[u8], why: Refusal) {
        // A class has many students: enough are named to see what it is about, and all of a student's.
        if self.refused.len() < 10_000 {
            self.refused.push((String::from_utf8_lossy(raw).chars().take(300).collect(), why));
        }
    }
}
