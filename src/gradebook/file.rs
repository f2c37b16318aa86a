//! Files that are complete or not there, and where those of a student are.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::model::StudentId;

/// A file in the making. It is written beside its place and moved there by [`Draft::finish`]; one that is dropped before
/// leaves what was there as it was.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Draft {
    /// Begins a file that will be at `path`. Its folder is made when it is not there. Errors name the path.
    pub fn create(path: impl Into<PathBuf>) -> io::Result<Draft> {
        let path = path.into();
        let begun = || {
            let folder = match path.parent() {
                Some(folder) if folder != Path::new("") => folder,
                _ => Path::new("."),
            };
            fs_err::create_dir_all(folder)?;
            let mut file = tempfile::Builder::new();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                // As any new file: the process's mask is taken off it.
                file.permissions(std::fs::Permissions::from_mode(0o666));
            }
            file.prefix(".practice-").tempfile_in(folder)
        };
        let file = begun().map_err(|error| cannot_write(&path, &error))?;
        Ok(Draft { path, file: BufWriter::new(file) })
    }

    /// Moves it to its place.
    pub fn finish(self) -> io::Result<()> {
        let Draft { path, file } = self;
        let moved = file.into_inner().map_err(io::IntoInnerError::into_error);
        let moved = moved.and_then(|file| file.persist(&path).map_err(|error| error.error));
        moved.map(drop).map_err(|error| cannot_write(&path, &error))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(|error| cannot_write(&self.path, &error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| cannot_write(&self.path, &error))
    }
}

/// Writes a whole file.
pub fn write(path: impl Into<PathBuf>, bytes: &[u8]) -> io::Result<()> {
    let mut draft = Draft::create(path)?;
    draft.write_all(bytes)?;
    draft.finish()
}

/// The same error, with the file that it is about.
fn cannot_write(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}

/// The error that something in the results cannot be written down.
pub fn refused(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.into())
}

/// Where the files of a student are, below the folder that a batch writes into.
pub fn of_student(out: &Path, student: &StudentId) -> PathBuf {
    out.join("students").join(student.folder())
}

/// Bytes as text, two digits each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_there_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.txt");
        write(&path, b"old").unwrap();
        let mut draft = Draft::create(&path).unwrap();
        draft.write_all(b"new").unwrap();
        drop(draft);
        assert_eq!(fs_err::read(&path).unwrap(), b"old");
        write(&path, b"new").unwrap();
        assert_eq!(fs_err::read(&path).unwrap(), b"new");
        assert_eq!(fs_err::read_dir(folder.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn an_error_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path().join("file"), b"").unwrap();
        let error = write(folder.path().join("file/below.txt"), b"").unwrap_err();
        assert!(error.to_string().contains("below.txt"), "{error}");
    }
}
