//! Names of files in what was handed in: checked before anything is made of them.

use unicode_normalization::UnicodeNormalization;

/// The longest part of a path, in bytes: what file systems take.
const MOST_PART: usize = 200;
/// The longest path, in bytes.
const MOST_PATH: usize = 1000;
/// The most folders that a file may be in.
const MOST_DEPTH: usize = 12;

/// Why an entry of a submission is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// `..` in its path.
    #[error("its path leads out of the submission")]
    Climbs,
    /// `/etc/passwd`, `C:\x`.
    #[error("its path is absolute")]
    Absolute,
    /// A control character, a direction mark or the like.
    #[error("its name has characters that do not belong into names")]
    Characters,
    /// Not UTF-8.
    #[error("its name is not UTF-8")]
    Encoding,
    /// Too long or too deep.
    #[error("its path is too long or too deep")]
    TooLong,
    /// `CON`, `NUL` ...
    #[error("its name is reserved on Windows")]
    Reserved,
    /// The same as another one but for upper and lower case or the form of an accent.
    #[error("its name differs from another file's only by case or by the form of its accents")]
    Twin,
    /// A symbolic or hard link.
    #[error("it is a link")]
    Link,
    /// A device, pipe or socket.
    #[error("it is no regular file")]
    Special,
    /// An encrypted entry of an archive.
    #[error("it is encrypted")]
    Encrypted,
    /// A way of compressing that is not read.
    #[error("it is packed in a way that is not supported: use an ordinary zip")]
    Compression,
    /// Damaged.
    #[error("it is damaged")]
    Damaged,
    /// An archive within an archive within a submission.
    #[error("it is an archive within an archive")]
    Nested,
    /// Nothing more is read.
    #[error("the submission is too large: nothing more of it is read")]
    TooMuch,
}

/// Names that mean devices on Windows, with any ending.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// What editors, systems and tools leave behind, and nobody hands in on purpose.
const JUNK_PARTS: [&str; 14] = [
    "__MACOSX",
    ".git",
    ".hg",
    ".svn",
    ".venv",
    "venv",
    "node_modules",
    "__pycache__",
    ".ipynb_checkpoints",
    ".idea",
    ".vscode",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
];
const JUNK_FILES: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Whether a file of this path is nothing that was meant to be handed in.
pub fn is_junk(path: &str) -> bool {
    let mut parts = path.split('/');
    let file = parts.next_back().unwrap_or_default();
    parts.chain([file]).any(|part| JUNK_PARTS.contains(&part))
        || JUNK_FILES.contains(&file)
        || file.starts_with("._")
        || file.ends_with(".pyc")
        || file.ends_with('~')
}

/// The path of an entry, with `/` between its parts, if it can be taken.
///
/// A path that has only backslashes comes from Windows, and they are its separators.
pub fn check(raw: &[u8]) -> Result<String, Refusal> {
    let text = std::str::from_utf8(raw).map_err(|_| Refusal::Encoding)?;
    if text.chars().any(is_bad) {
        return Err(Refusal::Characters);
    }
    let text = if text.contains('/') { text.to_owned() } else { text.replace('\\', "/") };
    let is_drive = |text: &str| text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
    if text.starts_with('/') || is_drive(&text) {
        return Err(Refusal::Absolute);
    }
    if text.contains('\\') && text.split(['/', '\\']).any(|part| part == "..") {
        return Err(Refusal::Climbs);
    }
    let mut parts = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => continue,
            ".." => return Err(Refusal::Climbs),
            _ if part.len() > MOST_PART => return Err(Refusal::TooLong),
            _ if is_reserved(part) => return Err(Refusal::Reserved),
            _ => parts.push(part),
        }
    }
    let path = parts.join("/");
    match (parts.len(), path.len()) {
        (0, _) => Err(Refusal::Characters),
        (depth, length) if depth > MOST_DEPTH + 1 || length > MOST_PATH => Err(Refusal::TooLong),
        _ => Ok(path),
    }
}

/// Characters that hide, turn or break a line.
fn is_bad(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = |name: &str| {
        stem.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    RESERVED.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// What two names share that a file system may take for one.
pub fn folded(path: &str) -> String {
    path.nfc().collect::<String>().to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_taken_and_names_that_are_not() {
        let long = "a".repeat(201);
        let deep = "a/".repeat(14) + "x.py";
        for (raw, expected) in [
            ("solution.py", Ok("solution.py")),
            ("./tier1//x/solution.py", Ok("tier1/x/solution.py")),
            ("tier1\\x\\solution.py", Ok("tier1/x/solution.py")),
            ("ä/ü.py", Ok("ä/ü.py")),
            ("-rf", Ok("-rf")),
            ("a/../b", Err(Refusal::Climbs)),
            ("..\\b", Err(Refusal::Climbs)),
            ("a/..\\..\\b", Err(Refusal::Climbs)),
            ("/etc/passwd", Err(Refusal::Absolute)),
            ("C:\\x.py", Err(Refusal::Absolute)),
            ("C:x.py", Err(Refusal::Absolute)),
            ("\\\\server\\x.py", Err(Refusal::Absolute)),
            ("a\0b", Err(Refusal::Characters)),
            ("a\nb", Err(Refusal::Characters)),
            ("a\u{202e}yp.py", Err(Refusal::Characters)),
            ("\x1b[31m.py", Err(Refusal::Characters)),
            ("", Err(Refusal::Characters)),
            ("con.py", Err(Refusal::Reserved)),
            ("x/LPT1", Err(Refusal::Reserved)),
            ("console.py", Ok("console.py")),
            (&long, Err(Refusal::TooLong)),
            (&deep, Err(Refusal::TooLong)),
        ] {
            assert_eq!(check(raw.as_bytes()), expected.map(str::to_owned), "{raw:?}");
        }
        assert_eq!(check(b"a\xff"), Err(Refusal::Encoding));
    }

    #[test]
    fn twins_are_one_name_to_some_file_systems() {
        assert_eq!(folded("Sol.py"), folded("sol.py"));
        assert_eq!(folded("caf\u{e9}.py"), folded("cafe\u{301}.py"));
        assert_ne!(folded("a.py"), folded("b.py"));
    }

    #[test]
    fn junk_is_known_wherever_it_is() {
        for path in ["__MACOSX/._solution.py", "a/.git/config", "x/.DS_Store", "a/__pycache__/b.pyc", "solution.py~"] {
            assert!(is_junk(path), "{path}");
        }
        assert!(!is_junk("tier1/venv-check/solution.py"));
    }
}
