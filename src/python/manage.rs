//! Looking after the environments of the cache.

use std::collections::HashSet;
use std::fs::TryLockError;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::PythonError;
use super::environment::{Marker, lock_file, read_marker, remove_folder};
use super::store::named;

/// An environment of the cache, finished or not, in use by a pack or forgotten by all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentInfo {
    /// Its name in the pack. Several may have the same: other locks, other interpreters.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// What it takes on the disk, in bytes. uv shares files with its own cache; they are counted here too.
    pub size: u64,
    /// Whether it is ready; otherwise it is being built, or a build was stopped half-way.
    pub complete: bool,
    /// When it was finished.
    pub created: Option<jiff::Timestamp>,
    /// The version of its Python, if it is complete.
    pub version: Option<String>,
}

/// All environments of this cache folder, by name and then the newest first; none if there is no such folder.
///
/// Errors: the folder cannot be read.
pub fn list(cache: &Path) -> Result<Vec<EnvironmentInfo>, PythonError> {
    let entries = match fs_err::read_dir(cache.join("envs")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.push(info(path));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name).then(b.created.cmp(&a.created)).then(a.path.cmp(&b.path)));
    Ok(found)
}

fn info(path: PathBuf) -> EnvironmentInfo {
    let folder = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let from_folder = folder.rsplit_once('-').map_or(folder.as_str(), |(name, _)| name).to_owned();
    let size = size_on_disk(&path);
    match read_marker(&path) {
        Some(Marker { name, version, created, .. }) => {
            EnvironmentInfo { name, path, size, complete: true, created: created.parse().ok(), version: Some(version) }
        }
        None => EnvironmentInfo { name: from_folder, path, size, complete: false, created: None, version: None },
    }
}

/// The blocks of all files, each file once even if it has several names.
fn size_on_disk(folder: &Path) -> u64 {
    let mut seen = HashSet::new();
    let files = WalkDir::new(folder).into_iter().flatten().filter_map(|entry| entry.metadata().ok());
    files
        .filter(|meta| meta.nlink() == 1 || seen.insert((meta.dev(), meta.ino())))
        .map(|meta| meta.blocks() * 512)
        .sum()
}

/// Removes an environment; the next run that needs it builds it anew.
///
/// Errors: another run builds it at this moment ([`PythonError::Busy`]), or its folder cannot be removed.
pub fn remove(environment: &EnvironmentInfo) -> Result<(), PythonError> {
    let path = &environment.path;
    let file = lock_file(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(PythonError::Busy { path: path.clone() }),
        Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => Err(named(error, path).into()),
        _ => remove_folder(path),
    }
}
