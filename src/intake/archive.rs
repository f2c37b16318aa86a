//! Archives, read entry by entry: regular files under names that were checked, and nothing of what they claim is believed.

use std::io::{self, Read, Seek};

use flate2::read::GzDecoder;
use zip::CompressionMethod;

use super::basket::Basket;
use super::name::Refusal;

/// The kinds of archive that are read, by the endings of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveKind {
    /// `.zip`
    Zip,
    /// `.tar`
    Tar,
    /// `.tar.gz`, `.tgz`
    TarGz,
}

impl ArchiveKind {
    /// The kind of a file of this name, and the name without its ending; `None` when it is no archive.
    pub fn of(name: &str) -> Option<(ArchiveKind, &str)> {
        let lower = name.to_ascii_lowercase();
        let endings = [
            (".zip", ArchiveKind::Zip),
            (".tar.gz", ArchiveKind::TarGz),
            (".tgz", ArchiveKind::TarGz),
            (".tar", ArchiveKind::Tar),
        ];
        let (ending, kind) = endings.into_iter().find(|(ending, _)| lower.ends_with(ending))?;
        name.get(..name.len() - ending.len()).filter(|stem| !stem.is_empty()).map(|stem| (kind, stem))
    }
}

/// Gives each regular file to `take`: its raw name and its contents. What cannot be given is refused.
pub trait Sink {
    /// Takes a file. Whether to go on.
    fn take(&mut self, name: &[u8], contents: &mut dyn Read) -> bool;
    /// Notes what is not taken.
    fn refuse(&mut self, name: &[u8], why: Refusal);
}

impl Sink for Basket {
    fn take(&mut self, name: &[u8], contents: &mut dyn Read) -> bool {
        if ArchiveKind::of(&String::from_utf8_lossy(name)).is_some() {
            self.refuse(name, Refusal::Nested);
        } else {
            Basket::take(self, name, contents);
        }
        !self.is_full()
    }

    fn refuse(&mut self, name: &[u8], why: Refusal) {
        Basket::refuse(self, name, why);
    }
}

/// The most entries of an archive that are looked at.
const MOST_ENTRIES: usize = 200_000;

/// Reads an archive. The error is one of the archive as a whole; what was read before it counts.
pub fn read<R: Read + Seek>(kind: ArchiveKind, source: R, sink: &mut dyn Sink) -> io::Result<()> {
    match kind {
        ArchiveKind::Zip => read_zip(source, sink),
        ArchiveKind::Tar => read_tar(source, sink),
        ArchiveKind::TarGz => read_tar(GzDecoder::new(source), sink),
    }
}

/// Looks for a first entry, and no further.
#[derive(Default)]
struct First {
    seen: bool,
}

impl Sink for First {
    fn take(&mut self, _: &[u8], _: &mut dyn Read) -> bool {
        self.seen = true;
        false
    }

    fn refuse(&mut self, _: &[u8], _: Refusal) {
        self.seen = true;
    }
}

/// Why nothing of an archive can be read; `None` when its start can.
pub fn fault<R: Read + Seek>(kind: ArchiveKind, source: R) -> Option<io::Error> {
    let mut first = First::default();
    read(kind, source, &mut first).err().filter(|_| !first.seen)
}

fn read_zip<R: Read + Seek>(source: R, sink: &mut dyn Sink) -> io::Result<()> {
    let mut archive = zip::ZipArchive::new(source).map_err(io::Error::other)?;
    for index in 0..archive.len().min(MOST_ENTRIES) {
        // By the raw entry first: what is encrypted or unknown cannot be opened otherwise.
        let (name, problem) = match archive.by_index_raw(index) {
            Err(_) => (format!("entry {}", index + 1).into_bytes(), Some(Refusal::Damaged)),
            Ok(entry) if entry.is_dir() => continue,
            Ok(entry) => {
                let is_known = matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
                // The type of a file, in the upper bits of what Unix calls its mode; 0 where nobody said.
                let special = entry.unix_mode().is_some_and(|mode| !matches!(mode & 0o170_000, 0 | 0o100_000));
                let problem = match () {
                    () if entry.is_symlink() => Some(Refusal::Link),
                    () if special => Some(Refusal::Special),
                    () if entry.encrypted() => Some(Refusal::Encrypted),
                    () if !is_known => Some(Refusal::Compression),
                    () => None,
                };
                (entry.name_raw().to_vec(), problem)
            }
        };
        if let Some(why) = problem {
            sink.refuse(&name, why);
            continue;
        }
        match archive.by_index(index) {
            Ok(mut entry) => {
                if !sink.take(&name, &mut entry) {
                    return Ok(());
                }
            }
            Err(_) => sink.refuse(&name, Refusal::Damaged),
        }
    }
    Ok(())
}

fn read_tar<R: Read>(source: R, sink: &mut dyn Sink) -> io::Result<()> {
    let mut archive = tar::Archive::new(source);
    for entry in archive.entries()?.take(MOST_ENTRIES) {
        let mut entry = entry?;
        let name = entry.path_bytes().into_owned();
        match entry.header().entry_type() {
            tar::EntryType::Directory | tar::EntryType::XGlobalHeader => continue,
            tar::EntryType::Regular | tar::EntryType::Continuous => {
                if !sink.take(&name, &mut entry) {
                    return Ok(());
                }
            }
            tar::EntryType::Symlink | tar::EntryType::Link => sink.refuse(&name, Refusal::Link),
            _ => sink.refuse(&name, Refusal::Special),
        }
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests;
