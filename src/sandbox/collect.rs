//! What a case left in its work folder. Its processes are dead by now, so nothing changes under our hands; what they
//! left is hostile all the same: links, pipes, devices, a million files, folders a thousand deep.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags};

use crate::model::{Content, FileFact, SpecialFile, WorkFile};

/// More files than this in a work folder pass the limit.
const MOST_FILES: usize = 4096;
/// Folders deeper than this are not entered.
const MOST_DEPTH: usize = 32;

/// The files that are new or not as they were given, or `None` when there are too many or too much.
pub fn changed(folder: &Path, given: &[WorkFile], most_bytes: u64) -> io::Result<Option<Vec<FileFact>>> {
    let mut given: HashMap<&str, &WorkFile> = given.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut found = Vec::new();
    let mut left = most_bytes;
    // The folder itself is the program's to put something else in its place of: a link is not followed, and what is no
    // folder has no files.
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let Ok(opened) = rustix::fs::open(folder, flags, Mode::empty()) else {
        let gone = given.keys().map(|path| FileFact { path: (*path).to_owned(), content: Content::Removed });
        let mut gone: Vec<FileFact> = gone.collect();
        gone.sort_by(|a, b| a.path.cmp(&b.path));
        return Ok(Some(gone));
    };
    let folder = &Path::new("/proc/self/fd").join(opened.as_raw_fd().to_string()).join(".");
    let walk = walkdir::WalkDir::new(folder).follow_links(false).follow_root_links(false);
    let walk = walk.max_depth(MOST_DEPTH).sort_by_file_name();
    for (count, entry) in walk.into_iter().enumerate() {
        if count > MOST_FILES {
            return Ok(None);
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(folder);
                found.push(FileFact {
                    path: relative(folder, path),
                    content: Content::Special(SpecialFile::Unreadable),
                });
                continue;
            }
        };
        if entry.file_type().is_dir() {
            continue;
        }
        let path = relative(folder, entry.path());
        let content = content(entry.path(), &mut left);
        if matches!(content, Content::TooLarge(_)) {
            return Ok(None);
        }
        let as_given = given.remove(path.as_str()).is_some_and(|file| match &content {
            Content::Regular(bytes) => bytes[..] == file.bytes[..],
            _ => false,
        });
        if !as_given {
            found.push(FileFact { path, content });
        }
    }
    found.extend(given.keys().map(|path| FileFact { path: (*path).to_owned(), content: Content::Removed }));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Some(found))
}

/// Bytes on disk of all that is below `folder`, as far as it is looked at.
pub fn size(folder: &Path) -> u64 {
    let walk = walkdir::WalkDir::new(folder).follow_links(false).follow_root_links(false).into_iter();
    let mut sum = 0;
    for (count, entry) in walk.filter_map(Result::ok).enumerate() {
        // Where nobody looks could be anything.
        if count > 2 * MOST_FILES || entry.depth() > 2 * MOST_DEPTH {
            return u64::MAX;
        }
        sum += entry.metadata().map_or(0, |about| about.blocks() * 512);
    }
    sum
}

/// The path below `folder` as text.
fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned()
}

/// What is at `path`; takes what it reads from `left`. That it cannot be read is the program's doing.
fn content(path: &Path, left: &mut u64) -> Content {
    regular(path, left).unwrap_or(Content::Special(SpecialFile::Unreadable))
}

fn regular(path: &Path, left: &mut u64) -> io::Result<Content> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(fd) => File::from(fd),
        Err(_) => return Ok(Content::Special(special(path))),
    };
    let about = file.metadata()?;
    if !about.file_type().is_file() {
        return Ok(Content::Special(special(path)));
    }
    if about.size() > *left {
        return Ok(Content::TooLarge(about.size()));
    }
    let mut bytes = Vec::new();
    file.take(*left).read_to_end(&mut bytes)?;
    *left -= bytes.len() as u64;
    Ok(Content::Regular(bytes))
}

/// What kind of thing that is no readable file is at `path`.
fn special(path: &Path) -> SpecialFile {
    match rustix::fs::lstat(path).map(|stat| FileType::from_raw_mode(stat.st_mode)) {
        Ok(FileType::Symlink) => SpecialFile::Link,
        Ok(FileType::Fifo) => SpecialFile::Fifo,
        Ok(FileType::Socket) => SpecialFile::Socket,
        Ok(FileType::CharacterDevice | FileType::BlockDevice) => SpecialFile::Device,
        _ => SpecialFile::Unreadable,
    }
}
