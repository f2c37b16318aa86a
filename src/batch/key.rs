//! What a verdict depends on, as hashes: when all of them are as they were, nothing has to be run again.

use sha2::{Digest, Sha256};

use super::Key;
use crate::catalog::{Exercise, Pack};
use crate::model::WorkFile;

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

/// A hash of all of an exercise that a verdict can depend on: not its statement and hints, and not its wrong solutions.
pub fn of_exercise(pack: &Pack, exercise: &Exercise) -> String {
    let folder = exercise.id.to_string();
    let matters = |path: &str| path != "README.md" && !path.starts_with("wrong/");
    let files: Vec<WorkFile> =
        pack.source.files_below(&folder).into_iter().filter(|file| matters(&file.path)).collect();
    let above = ["pack.toml".to_owned(), format!("{}/tier.toml", exercise.id.tier())];
    let above: Vec<_> = above.iter().filter_map(|path| pack.source.read(path)).collect();
    let files = of_files(&files);
    hash(above.iter().map(|bytes| &**bytes).chain([files.as_bytes()]))
}

impl Key {
    /// All of it as one short text.
    pub fn digest(&self) -> String {
        hash(self.parts().map(|(_, part)| part.as_bytes()))
    }

    /// Its parts, with what they are called when they change.
    pub fn parts(&self) -> [(&'static str, &str); 5] {
        [
            ("the submission", &self.submission),
            ("the exercise", &self.exercise),
            ("practice itself", &self.driver),
            ("the Python environment", &self.environment),
            ("the limits", &self.limits),
        ]
    }

    /// Why a verdict under `before` does not do for this key; nothing when it does.
    pub fn changed_since(&self, before: &Key) -> Vec<&'static str> {
        let pairs = self.parts().into_iter().zip(before.parts());
        pairs.filter(|(now, before)| now.1 != before.1).map(|(now, _)| now.0).collect()
    }
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

    #[test]
    fn what_has_changed_is_named() {
        let text = |text: &str| text.to_owned();
        let before = Key {
            submission: text("s"),
            exercise: text("e"),
            driver: text("d"),
            environment: text("v"),
            limits: text("l"),
        };
        let now = Key { submission: text("t"), limits: text("m"), ..before.clone() };
        assert_eq!(now.changed_since(&before), ["the submission", "the limits"]);
        assert_eq!(before.changed_since(&before), [""; 0]);
        assert_ne!(now.digest(), before.digest());
    }
}
