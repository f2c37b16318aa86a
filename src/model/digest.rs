//! Hashes that tell whether something is as it was.

use sha2::{Digest, Sha256};

use super::WorkFile;

/// A hash of these parts, each taken with its length, so that no two lists of parts look alike: 32 hexadecimal digits.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A hash of these files, whatever order they come in.
pub fn of_files(files: &[WorkFile]) -> String {
    let mut sorted: Vec<&WorkFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    hash(sorted.iter().flat_map(|file| [file.path.as_bytes(), &file.bytes]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> WorkFile {
        WorkFile { path: path.to_owned(), bytes: text.as_bytes().into() }
    }

    #[test]
    fn the_order_of_files_does_not_matter_and_all_else_does() {
        let (a, b) = (file("a.py", "x"), file("b.py", "y"));
        assert_eq!(of_files(&[a.clone(), b.clone()]), of_files(&[b.clone(), a.clone()]));
        let same = of_files(&[a.clone(), b]);
        for other in [vec![a.clone()], vec![a.clone(), file("b.py", "z")], vec![a, file("c.py", "y")]] {
            assert_ne!(of_files(&other), same);
        }
        assert_ne!(of_files(&[file("a", "bc")]), of_files(&[file("ab", "c")]));
    }
}
