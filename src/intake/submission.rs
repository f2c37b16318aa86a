//! One submission: where its files are, what is said of whose it is.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::{Mode, OFlags};

use super::Caps;
use super::archive::{self, ArchiveKind};
use super::basket::Basket;
use super::name::Refusal;
use crate::model::WorkFile;

/// Where files of a submission are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// All that is below a folder.
    Folder(PathBuf),
    /// A file, under the name that it had before the platform renamed it. An archive is unpacked.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its name.
        name: String,
    },
}

/// What is said of whose a submission is: by the export, not by the files in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Ids with their kind, strongest first: `canvas_id`, `moodle_participant`, `sid`, `email`, `login`, `github`, `id`.
    pub ids: Vec<(&'static str, String)>,
    /// A name.
    pub name: Option<String>,
}

/// A submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// What it is called where it was found.
    pub key: String,
    /// Whose it is: one entry, or one for each member of a group.
    pub by: Vec<Claims>,
    /// When it was handed in.
    pub at: Option<Timestamp>,
    /// Whether the export marks it late.
    pub late: bool,
    /// Where its files are.
    pub sources: Vec<Source>,
    /// What was refused or left out before it was read.
    pub notes: Vec<String>,
}

impl Submission {
    /// The files, sorted by path, and what there is to say. Fails only when the machine does.
    pub fn read(&self, caps: Caps) -> io::Result<(Vec<WorkFile>, Vec<String>)> {
        let mut basket = Basket::new(caps);
        self.notes.iter().for_each(|note| basket.note(note.clone()));
        for source in &self.sources {
            match source {
                Source::Folder(folder) => read_folder(folder, &mut basket)?,
                Source::File { path, name } => read_file(path, name, &mut basket)?,
            }
        }
        Ok(basket.done())
    }

    /// Why there is nothing to grade: all that was handed in are archives that cannot be opened. `None` where there may
    /// be something.
    pub fn fault(&self) -> Option<String> {
        let fault = |source: &Source| match source {
            Source::Folder(_) => None,
            Source::File { path, name } => {
                let (kind, _) = ArchiveKind::of(name)?;
                let file = open(path).ok().filter(|file| file.metadata().is_ok_and(|about| about.is_file()))?;
                archive::fault(kind, BufReader::new(file)).map(|error| format!("{name} cannot be read: {error}"))
            }
        };
        let faults: Option<Vec<String>> = self.sources.iter().map(fault).collect();
        faults.filter(|faults| !faults.is_empty()).map(|faults| faults.join("; "))
    }
}

/// Opens a file; a link at its end is an error, and a pipe does not block.
fn open(path: &Path) -> rustix::io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map(File::from)
}

fn read_folder(folder: &Path, basket: &mut Basket) -> io::Result<()> {
    let walk = walkdir::WalkDir::new(folder).max_depth(14).sort_by_file_name().into_iter();
    // What is junk as a folder is not even looked into: there may be a hundred thousand files.
    let walk = walk.filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !entry.file_type().is_dir() || !super::name::is_junk(&format!("{name}/x"))
    });
    for entry in walk {
        let entry = entry.map_err(io::Error::from)?;
        let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let raw = inside.as_os_str().as_encoded_bytes();
        let kind = entry.file_type();
        if kind.is_dir() {
            continue;
        }
        match () {
            () if kind.is_symlink() => basket.refuse(raw, Refusal::Link),
            () if !kind.is_file() => basket.refuse(raw, Refusal::Special),
            () => read_file(entry.path(), &inside.to_string_lossy(), basket)?,
        }
        if basket.is_full() {
            break;
        }
    }
    Ok(())
}

/// Reads a file; one that is an archive entry by entry.
fn read_file(path: &Path, name: &str, basket: &mut Basket) -> io::Result<()> {
    let file = match open(path) {
        Ok(file) => file,
        Err(rustix::io::Errno::LOOP) => {
            basket.refuse(name.as_bytes(), Refusal::Link);
            return Ok(());
        }
        Err(error) => {
            let error = io::Error::from(error);
            return Err(io::Error::new(error.kind(), format!("{}: {error}", path.display())));
        }
    };
    if !file.metadata()?.is_file() {
        basket.refuse(name.as_bytes(), Refusal::Special);
        return Ok(());
    }
    match ArchiveKind::of(name) {
        None => basket.take(name.as_bytes(), &mut BufReader::new(file)),
        Some((kind, _)) => {
            if let Err(error) = archive::read(kind, BufReader::new(file), basket) {
                basket.note(format!("{name} cannot be read to its end: {error}"));
            }
        }
    }
    Ok(())
}
