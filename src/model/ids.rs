//! Names of things, as types: an exercise, a case, a tier.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A name is not one that this project accepts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a name: use a-z, 0-9 and `-`, starting with a letter or digit, at most 64 characters")]
pub struct BadName(pub String);

/// Checks the one rule for slugs: `[a-z0-9][a-z0-9-]{0,63}`.
///
/// They become folder names, event fields and LMS columns, so the set is the intersection of what all of those take.
fn check_slug(text: &str) -> Result<(), BadName> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let good = matches!(bytes.first(), Some(&first) if plain(first))
        && bytes.len() <= 64
        && bytes.iter().all(|&byte| plain(byte) || byte == b'-');
    if good { Ok(()) } else { Err(BadName(text.to_owned())) }
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl TryFrom<String> for $name {
            type Error = BadName;
            fn try_from(text: String) -> Result<Self, BadName> {
                text.parse()
            }
        }

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                check_slug(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

slug!(
    /// The id of a tier: the name of its folder, such as `tier1`.
    TierId
);
slug!(
    /// The id of a case, unique within its exercise and never reused for another check.
    CaseId
);
slug!(
    /// The stable id of an exercise, which survives a rename of its folder.
    Uid
);
slug!(
    /// The name of a Python environment of a pack; `stdlib` has nothing but the standard library.
    EnvironmentName
);

impl EnvironmentName {
    /// The environment without any package.
    pub fn stdlib() -> EnvironmentName {
        EnvironmentName("stdlib".to_owned())
    }

    /// Whether this is the environment without any package.
    pub fn is_stdlib(&self) -> bool {
        self.0 == "stdlib"
    }
}

/// An exercise's id: `<tier>/<slug>`, as in `tier1/jsonl-dedupe`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ExerciseId {
    tier: TierId,
    slug: String,
}

impl ExerciseId {
    /// The id of `slug` in `tier`.
    pub fn new(tier: TierId, slug: &str) -> Result<ExerciseId, BadName> {
        check_slug(slug)?;
        Ok(ExerciseId { tier, slug: slug.to_owned() })
    }

    /// The tier it belongs to.
    pub fn tier(&self) -> &TierId {
        &self.tier
    }

    /// Its name within the tier.
    pub fn slug(&self) -> &str {
        &self.slug
    }
}

impl fmt::Display for ExerciseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tier, self.slug)
    }
}

impl Serialize for ExerciseId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for ExerciseId {
    type Err = BadName;
    fn from_str(text: &str) -> Result<ExerciseId, BadName> {
        let (tier, slug) = text.split_once('/').ok_or_else(|| BadName(text.to_owned()))?;
        ExerciseId::new(tier.parse()?, slug)
    }
}

impl TryFrom<String> for ExerciseId {
    type Error = BadName;
    fn try_from(text: String) -> Result<ExerciseId, BadName> {
        text.parse()
    }
}

/// A student's id: what a roster and a gradebook know them by. Never altered, since it is what files are joined on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct StudentId(String);

impl StudentId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The longest id of a student, in characters.
const MOST_STUDENT: usize = 128;

impl TryFrom<String> for StudentId {
    type Error = BadStudent;
    fn try_from(text: String) -> Result<StudentId, BadStudent> {
        let is_bad = |c: char| {
            c.is_control()
                || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        let length = text.chars().count();
        match (1..=MOST_STUDENT).contains(&length) && !text.chars().any(is_bad) && text.trim() == text {
            true => Ok(StudentId(text)),
            false => Err(BadStudent(text)),
        }
    }
}

/// A text is no student's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no student's id: write 1 to 128 characters, none of them invisible, without space at the ends")]
pub struct BadStudent(pub String);

impl StudentId {
    /// A name for this student's folder: another one for every id, also where upper and lower case are the same, and
    /// harmless everywhere. Small letters, digits, `_`, `-`, `.` and `@` stay; a capital gets a `^` before it; the bytes of all else are
    /// written as `%` and two digits. One that would be too long ends in a hash of the whole.
    pub fn folder(&self) -> String {
        let mut name = String::new();
        for (at, byte) in self.0.bytes().enumerate() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'_' | b'@' => name.push(byte.into()),
                b'.' | b'-' if at > 0 && at + 1 < self.0.len() => name.push(byte.into()),
                b'A'..=b'Z' => {
                    name.push('^');
                    name.push(byte.into());
                }
                _ => name.push_str(&format!("%{byte:02x}")),
            }
        }
        if name.len() > MOST_FOLDER {
            let hash = Sha256::digest(self.0.as_bytes());
            let hash: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
            name.truncate(MOST_FOLDER - hash.len() - 1);
            name = format!("{name}~{hash}");
        }
        name
    }
}

/// The longest name of a folder, in bytes.
const MOST_FOLDER: usize = 200;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn students_have_folders_of_their_own() {
        let long = "ä".repeat(128);
        let ids =
            ["ada", "Ada", "ADA", "%41da", "a/b", "..", ".", "-rf", "a.b", "jane@x.org", "a b", "ä", "con", &long];
        let folder = |id: &&str| StudentId::try_from((*id).to_owned()).unwrap().folder();
        let folders: HashSet<String> = ids.iter().map(|id| folder(id).to_lowercase()).collect();
        assert_eq!(folders.len(), ids.len(), "{folders:?}");
        assert!(folders.iter().all(|name| name.len() <= 200 && !name.starts_with(['.', '-']) && !name.contains('/')));
        assert_eq!(folder(&"jane.doe@x.org"), "jane.doe@x.org");
        for bad in ["", " a", "a\n", "a\u{202e}b", &"x".repeat(129)] {
            assert!(StudentId::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
    }
}
