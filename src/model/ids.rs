//! Names of things, as types: an exercise, a case, a tier.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

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
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
