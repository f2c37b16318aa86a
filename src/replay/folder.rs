//! A folder on disk: written anew each time, and only where it is ours.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::SUPPORT_FOLDER;
use crate::model::WorkFile;

/// Says that a folder is ours.
const MARK: &str = "made-by-practice";
/// Folders whose content is ours altogether. `box` is the script's own.
const OURS: [&str; 4] = [SUPPORT_FOLDER, "inputs", "solution", "box"];

/// Why a folder was not written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Somebody else made it.
    #[error("{} is there already, and `practice replay` did not make it", .0.display())]
    Foreign(PathBuf),
    /// It has something in the place of what is ours altogether.
    #[error("{} is there already, and everything in a folder of this name would be lost", .0.display())]
    InTheWay(PathBuf),
    /// The machine failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Whether `practice replay` made this folder.
pub fn is_ours(folder: &Path) -> bool {
    let support = folder.join(SUPPORT_FOLDER);
    // Not over a link, which may lead anywhere.
    fs_err::symlink_metadata(&support).is_ok_and(|about| about.is_dir()) && support.join(MARK).is_file()
}

/// Writes the folder. What is there is left alone when it is not ours, or else what would lie beside our files when
/// `force` says so.
pub fn write(folder: &Path, files: &[WorkFile], force: bool) -> Result<(), FolderError> {
    if is_ours(folder) {
        for name in [SUPPORT_FOLDER, "inputs", "solution"] {
            clear(&folder.join(name))?;
        }
    } else {
        let is_empty = match fs_err::read_dir(folder) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(FolderError::Foreign(folder.to_owned()));
            }
            Err(error) => return Err(error.into()),
        };
        if !is_empty && !force {
            return Err(FolderError::Foreign(folder.to_owned()));
        }
        let there = OURS.iter().map(|name| folder.join(name)).find(|path| fs_err::symlink_metadata(path).is_ok());
        if let Some(path) = there {
            return Err(FolderError::InTheWay(path));
        }
    }
    let support = folder.join(SUPPORT_FOLDER);
    fs_err::create_dir_all(&support)?;
    // First of all: whatever comes in between, the folder is ours from now on.
    fs_err::write(support.join(MARK), "`practice replay` writes this folder anew.\n")?;
    fs_err::create_dir_all(folder.join("inputs/files"))?;
    for file in files {
        put(folder, file)?;
    }
    Ok(())
}

/// Takes out all that is in a folder of ours, but the mark.
fn clear(folder: &Path) -> io::Result<()> {
    let about = match fs_err::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        about => about?,
    };
    if !about.is_dir() {
        return fs_err::remove_file(folder);
    }
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => fs_err::remove_dir_all(entry.path())?,
            false if entry.file_name() == MARK => {}
            false => fs_err::remove_file(entry.path())?,
        }
    }
    Ok(())
}

/// Writes a file whole or not at all; one that was a link is one no more.
fn put(folder: &Path, file: &WorkFile) -> Result<(), FolderError> {
    let to = folder.join(&file.path);
    let parent = to.parent().unwrap_or(folder);
    if parent != folder && fs_err::symlink_metadata(parent).is_ok_and(|about| about.is_symlink()) {
        return Err(FolderError::InTheWay(parent.to_owned()));
    }
    fs_err::create_dir_all(parent)?;
    let new = tempfile::Builder::new().prefix(".practice-").tempfile_in(parent)?;
    fs_err::write(new.path(), &file.bytes)?;
    fs_err::set_permissions(new.path(), PermissionsExt::from_mode(0o644))?;
    new.persist(&to).map_err(|error| error.error)?;
    Ok(())
}
