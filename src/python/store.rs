//! Names and files of the cache folder.

use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// A name for these parts: 16 hexadecimal digits. Parts are kept apart: `["ab", ""]` is not `["a", "b"]`.
pub(super) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file that is either there in full or not at all, even after a power failure.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs_err::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| named(error.error, path))?;
    fs_err::File::open(folder)?.sync_all()
}

/// An error that names the file it is about.
pub(super) fn named(error: io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
