//! Lock files in pip's format: one requirement an entry, its hashes on continued lines.

use std::str;

/// One entry of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The name of the package, normalised: lower case, `-` for `_` and `.`.
    pub name: String,
    /// The requirement without its hashes: `torch==2.15.0 ; sys_platform == 'linux'`.
    pub requirement: String,
    /// The entry as it is written.
    pub text: String,
}

/// Reads a lock. The error is a clause that follows "the lock of the environment x".
///
/// Options (`--index-url` ...) are refused: where packages come from is the learner's matter, not the pack's. So is an
/// entry without a hash, before anything is downloaded.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let text = str::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())?;
    let mut entries = Vec::new();
    let mut open = String::new();
    for (index, line) in text.lines().enumerate() {
        // A comment ends at its line, even if that ends in a backslash.
        let line = if line.trim_start().starts_with('#') { "" } else { line };
        if open.is_empty() && line.trim().is_empty() {
            continue;
        }
        open.push_str(line);
        open.push('\n');
        if !line.trim_end().ends_with('\\') {
            entries.push(entry(&open).map_err(|why| format!("{why} (line {})", index + 1))?);
            open.clear();
        }
    }
    if open.is_empty() { Ok(entries) } else { Err("ends in the middle of an entry".to_owned()) }
}

fn entry(text: &str) -> Result<Entry, String> {
    let joined = text.replace("\\\n", " ");
    let requirement = joined.split("--hash=").next().unwrap_or_default().split(" #").next().unwrap_or_default().trim();
    if requirement.starts_with('-') {
        return Err(format!("has the option `{requirement}`, and only requirements may stand there"));
    }
    let Some((name, _)) = requirement.split_once("==") else {
        return Err(format!("has `{requirement}`, which is not pinned with `==`"));
    };
    if !joined.contains("--hash=") {
        return Err(format!("has no hash for `{requirement}`"));
    }
    let name = name.split('[').next().unwrap_or(name).trim();
    Ok(Entry { name: normalised(name), requirement: requirement.to_owned(), text: text.to_owned() })
}

fn normalised(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// Whether the lock has torch, so that an index for torch matters to it.
pub(super) fn has_torch(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| entry.name == "torch")
}

/// A lock in two: what is installed from it, and what comes from the index of CPU builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Split {
    /// A lock with hashes, without torch and what only its CUDA builds need.
    pub locked: String,
    /// Requirements for torch itself, without hashes: the files of that index are others than those of the lock.
    pub torch: String,
}

/// Parts torch from the rest.
pub(super) fn split_torch(entries: &[Entry]) -> Split {
    let (torch, rest): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.name == "torch");
    let locked = rest.iter().filter(|entry| !only_for_cuda(&entry.name)).map(|entry| entry.text.as_str()).collect();
    let torch = torch.iter().map(|entry| format!("{}\n", entry.requirement)).collect();
    Split { locked, torch }
}

fn only_for_cuda(name: &str) -> bool {
    name.starts_with("nvidia-") || name.starts_with("cuda-") || name == "triton" || name == "pytorch-triton"
}

#[cfg(test)]
#[path = "lock_tests.rs"]
mod tests;
