//! What was handed in, and by whom: submissions out of folders, archives and the exports of learning platforms, matched
//! with a roster, accounted for in a ledger that balances.
//!
//! - [`layout`] finds the submissions in a folder or an archive; [`Submission::read`] reads one, bounded, when its turn
//!   has come.
//! - [`assign`] tells which of its files belong to which exercise.
//! - [`roster`] reads who takes part, [`matching`] finds out whose each submission is, [`ledger`] accounts for all.
//!
//! Everything that is read here was written by an adversary: links are not followed, names are checked before anything
//! is made of them, sizes are counted and not believed.

pub mod archive;
pub mod assign;
mod basket;
pub mod layout;
pub mod ledger;
pub mod matching;
mod name;
mod notebook;
pub mod roster;
mod spool;
mod submission;

use std::path::PathBuf;

pub use layout::{Layout, Received, open};
pub use submission::{Claims, Source, Submission};

/// How much is read.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Files of a submission.
    pub files: usize,
    /// Bytes of a submission, unpacked.
    pub bytes: u64,
    /// Files of a whole class in one archive.
    pub class_files: usize,
    /// Bytes of a whole class in one archive, unpacked.
    pub class_bytes: u64,
}

impl Caps {
    /// What is read of real classes: a submission of 500 files and 32 MiB, a class of 400,000 files and 16 GiB.
    pub const USUAL: Caps = Caps { files: 500, bytes: 32 << 20, class_files: 400_000, class_bytes: 16 << 30 };
}

/// The submissions cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The disk said no.
    #[error("{path}: {error}")]
    Io {
        /// What was read.
        path: PathBuf,
        /// What it said.
        error: std::io::Error,
    },
    /// It is neither a folder nor an archive of a known kind.
    #[error("{0} is neither a folder nor a .zip, .tar, .tar.gz or .tgz")]
    Kind(PathBuf),
    /// The archive is larger than a class can be.
    #[error("{path} unpacks to more than {files} files or {megabytes} MB")]
    TooLarge {
        /// The archive.
        path: PathBuf,
        /// The most files.
        files: usize,
        /// The most megabytes.
        megabytes: u64,
    },
    /// There is nothing in it.
    #[error("there are no submissions in {0}")]
    Empty(PathBuf),
    /// It could be several things.
    #[error("{path} could be {first} or {second}")]
    Ambiguous {
        /// What was read.
        path: PathBuf,
        /// One layout that fits.
        first: Layout,
        /// Another one.
        second: Layout,
    },
    /// A file of the export is not as it should be.
    #[error("{path}{}: {why}", line.map(|line| format!(":{line}")).unwrap_or_default())]
    File {
        /// The file.
        path: PathBuf,
        /// Its line, from 1, where there is one.
        line: Option<u64>,
        /// What is wrong, and the way out.
        why: String,
    },
}
