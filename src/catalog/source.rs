//! Where a pack is read from: a folder, or this program itself.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::kind::Files;
use crate::model::WorkFile;

static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/exercises");

/// Where a pack is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackSource {
    /// The exercises that are part of this program.
    Shipped,
    /// A folder.
    Folder(PathBuf),
}

/// A file of a pack larger than this is not read: 64 MiB.
const MOST_BYTES: u64 = 64 << 20;

impl PackSource {
    /// What the file at this path of the pack holds.
    pub fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        match self {
            PackSource::Shipped => SHIPPED.get_file(path).map(|file| file.contents().into()),
            PackSource::Folder(folder) => {
                let path = folder.join(path);
                let small = fs_err::metadata(&path).is_ok_and(|about| about.is_file() && about.len() <= MOST_BYTES);
                small.then(|| fs_err::read(path).ok().map(Arc::from)).flatten()
            }
        }
    }

    /// The names of the folders in a folder of the pack, sorted; hidden ones left out.
    pub fn folders(&self, path: &str) -> Vec<String> {
        let visible = |name: &str| !name.starts_with(['.', '_']);
        let names: BTreeSet<String> = match self {
            PackSource::Shipped => {
                let dir = if path.is_empty() { Some(&SHIPPED) } else { SHIPPED.get_dir(path) };
                let name = |dir: &Dir<'_>| dir.path().file_name().map(|name| name.to_string_lossy().into_owned());
                dir.map(|dir| dir.dirs().filter_map(name).collect()).unwrap_or_default()
            }
            PackSource::Folder(folder) => {
                let entries = fs_err::read_dir(folder.join(path)).map(|entries| entries.filter_map(Result::ok));
                entries
                    .map(|entries| {
                        entries
                            .filter(|entry| entry.path().is_dir())
                            .map(|entry| entry.file_name().to_string_lossy().into_owned())
                            .collect()
                    })
                    .unwrap_or_default()
            }
        };
        names.into_iter().filter(|name| visible(name)).collect()
    }

    /// All files below a folder of the pack, by their path in it; what Python and editors leave behind is left out.
    pub fn files_below(&self, path: &str) -> Vec<WorkFile> {
        let wanted = |name: &str| !name.split('/').any(|part| part == "__pycache__" || part.starts_with('.'));
        let mut files = Vec::new();
        match self {
            PackSource::Shipped => {
                let mut folders: Vec<&Dir<'_>> = SHIPPED.get_dir(path).into_iter().collect();
                while let Some(folder) = folders.pop() {
                    folders.extend(folder.dirs());
                    for file in folder.files() {
                        let name = file.path().strip_prefix(path).unwrap_or(file.path()).to_string_lossy().into_owned();
                        files.push(WorkFile { path: name, bytes: file.contents().into() });
                    }
                }
            }
            PackSource::Folder(folder) => {
                let root = folder.join(path);
                for entry in walkdir::WalkDir::new(&root).max_depth(8).into_iter().filter_map(Result::ok) {
                    let name = entry.path().strip_prefix(&root).unwrap_or(entry.path()).to_string_lossy().into_owned();
                    if entry.file_type().is_file()
                        && let Some(bytes) = self.read(&format!("{path}/{name}"))
                    {
                        files.push(WorkFile { path: name, bytes });
                    }
                }
            }
        }
        files.retain(|file| wanted(&file.path));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// A path of the pack as it is shown to people.
    pub fn display(&self, path: &str) -> String {
        match self {
            PackSource::Shipped => format!("<shipped>/{path}"),
            PackSource::Folder(folder) => folder.join(path).display().to_string(),
        }
    }

    /// The folder on disk, for what an author edits.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            PackSource::Shipped => None,
            PackSource::Folder(folder) => Some(folder),
        }
    }
}

/// The files of one exercise.
pub struct ExerciseFiles<'a> {
    /// The pack.
    pub source: &'a PackSource,
    /// The exercise's folder in it.
    pub folder: &'a str,
    /// What has been read.
    pub read: RefCell<Vec<Arc<[u8]>>>,
}

impl Files for ExerciseFiles<'_> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let inside = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        let found = inside.then(|| self.source.read(&format!("{}/{path}", self.folder))).flatten();
        self.read.borrow_mut().extend(found.clone());
        found
    }
}
