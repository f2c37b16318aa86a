//! What an installer failed of, told from its output.
//!
//! Installers have one exit code for everything, so there is nothing but the text. It only chooses the advice: the last
//! lines are shown in any case.

use std::fmt;

/// What an installer failed of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The package index cannot be reached.
    Network,
    /// The disk is full.
    DiskFull,
    /// A downloaded file is not the one of the lock; the package, if its name could be told.
    Hash(Option<String>),
    /// There is no such package for this Python on this platform; the package, if its name could be told.
    NoWheel(Option<String>),
    /// Somebody stopped it.
    Interrupted,
    /// Something else.
    Other,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |package: &Option<String>| package.clone().unwrap_or_else(|| "a package".to_owned());
        match self {
            Cause::Network => f.write_str(
                "could not reach the package index: connect once, or set an index in pip.conf / UV_DEFAULT_INDEX; \
                 exercises without packages run without it",
            ),
            Cause::DiskFull => f.write_str("the disk is full: free some space, then run the same command again"),
            Cause::Hash(package) => write!(
                f,
                "{} is not the file that the lock has the hash of: the download, the index or the lock is wrong",
                named(package)
            ),
            Cause::NoWheel(package) => write!(
                f,
                "{} is not to be had for this Python on this platform: choose another interpreter, or another index",
                named(package)
            ),
            Cause::Interrupted => f.write_str("it was interrupted; the next run starts it afresh"),
            Cause::Other => f.write_str("the installer failed"),
        }
    }
}

const INTERRUPTED: [&str; 3] = ["Operation cancelled by user", "KeyboardInterrupt", "[interrupted]"];
const DISK_FULL: [&str; 3] = ["No space left on device", "os error 28", "Disk quota exceeded"];
const HASH: [&str; 4] = [
    "DO NOT MATCH THE HASHES",
    "Hash mismatch for",
    "Hashes are required in --require-hashes mode",
    "In `--require-hashes` mode",
];
const NETWORK: [&str; 14] = [
    "Could not resolve",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname provided",
    "dns error",
    "Connection refused",
    "Connection timed out",
    "Network is unreachable",
    "tcp connect error",
    "error sending request for url",
    "Cannot connect to proxy",
    "ReadTimeoutError",
    "ConnectTimeoutError",
];
const NO_WHEEL: [&str; 5] = [
    "No matching distribution found",
    "not a supported wheel on this platform",
    "has no wheels with a matching",
    "No solution found when resolving",
    "doesn't have a source distribution or wheel for the current platform",
];

/// Tells what an installer failed of. An unreachable index comes before a missing package, because pip, after it has
/// not reached the index, says that there is no such package.
pub(super) fn classify(output: &str) -> Cause {
    let has = |words: &[&str]| words.iter().any(|word| output.contains(word));
    if has(&INTERRUPTED) {
        Cause::Interrupted
    } else if has(&DISK_FULL) {
        Cause::DiskFull
    } else if has(&HASH) {
        Cause::Hash(hash_package(output))
    } else if has(&NETWORK) {
        Cause::Network
    } else if has(&NO_WHEEL) {
        let before = ["No matching distribution found for ", "there is no version of ", "Because "];
        let package = before.iter().find_map(|words| output.split_once(words));
        Cause::NoWheel(package.map(|(_, rest)| requirement(rest).to_owned()))
    } else {
        Cause::Other
    }
}

/// The package of a hash mismatch: after pip's heading, the first line that ends in a colon; in uv's, between backticks.
fn hash_package(output: &str) -> Option<String> {
    if let Some((_, rest)) = output.split_once("Hash mismatch for `") {
        return rest.split('`').next().map(str::to_owned);
    }
    let (_, rest) = output.split_once("DO NOT MATCH THE HASHES")?;
    let line = rest.lines().skip(1).map(str::trim).find(|line| line.contains("==") && line.ends_with(':'))?;
    Some(requirement(line).to_owned())
}

/// The requirement that a line starts with, without what follows it.
fn requirement(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or(line).trim_end_matches([':', ';', ','])
}

/// The last `count` lines that say something.
pub(super) fn tail(output: &str, count: usize) -> String {
    let lines: Vec<&str> = output.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(count)..];
    last.iter().map(|line| format!("  {}", cut(line))).collect::<Vec<_>>().join("\n")
}

/// A line that fits a terminal a few times over; a URL with its query may be kilobytes.
fn cut(line: &str) -> String {
    const MOST: usize = 400;
    if line.chars().count() <= MOST { line.to_owned() } else { line.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
