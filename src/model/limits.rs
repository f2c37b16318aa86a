//! What a case may use.

use serde::{Deserialize, Serialize};

use super::{Bytes, Time};

/// The limits of one case, all of them in force at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Time on the clock.
    pub wall: Time,
    /// Processor time of all threads and processes together.
    pub cpu: Time,
    /// Resident memory of all processes together.
    pub memory: Bytes,
    /// Standard output and standard error, each.
    pub output: Bytes,
    /// Bytes of all files written.
    pub files: Bytes,
}
