//! What a run leaves when everything of it is killed at once, and how the next run finds it.
//!
//! Whatever outlives a process (folders, control groups) has a name that tells whose it is: its process namespace, its
//! number there and the moment of its start, which together never come back. Those of another namespace cannot be looked
//! up from here, and are left alone.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The beginning of every such name.
const PREFIX: &str = "practice-";

/// A name for what belongs to this process.
pub fn name() -> io::Result<String> {
    let pid = std::process::id();
    let start = started(pid).ok_or_else(|| io::Error::other("/proc does not tell when this process started"))?;
    Ok(format!("{PREFIX}{}-{pid}-{start}", namespace()?))
}

/// The number of the namespace that process numbers are counted in.
fn namespace() -> io::Result<u64> {
    Ok(fs_err::metadata("/proc/self/ns/pid")?.ino())
}

/// When a living process started, in clock ticks since the machine did.
fn started(pid: u32) -> Option<u64> {
    let stat = fs_err::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // After the name, which may hold anything, fields counted from 0: the state is number 0, the start 19 (proc(5): 22).
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    // One that has ended and that nobody has waited for yet.
    let ended = matches!(fields.first(), Some(&"Z" | &"X"));
    fields.get(19)?.parse().ok().filter(|_| !ended)
}

/// Whether the process that made `name` is gone; `None` when it is no name of ours.
fn is_stale(name: &str) -> Option<bool> {
    let mut numbers = name.strip_prefix(PREFIX)?.splitn(4, '-').map(str::parse::<u64>);
    let (space, pid, start) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    (space == namespace().ok()?).then_some(started(u32::try_from(pid).ok()?) != Some(start))
}

/// Removes from `folder` what runs left there that are gone. What cannot be removed is left for another time.
pub fn sweep(folder: &Path, remove: impl Fn(&Path) -> io::Result<()>) {
    let Ok(entries) = fs_err::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        if entry.file_name().to_str().and_then(is_stale) == Some(true) {
            // Another run may be removing it, too.
            let _ = remove(&entry.path());
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dead_process_left_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let mine = name().unwrap();
        let dead = format!("practice-{}-{}-1", namespace().unwrap(), std::process::id());
        let elsewhere = "practice-1-2-3";
        for name in [&mine, &dead, elsewhere, "practice-notes", "other"] {
            fs_err::create_dir(folder.path().join(name)).unwrap();
        }
        sweep(folder.path(), |path| fs_err::remove_dir(path));
        let mut left: Vec<String> = fs_err::read_dir(folder.path())
            .unwrap()
            .map(|one| one.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let mut expected = vec![mine, elsewhere.to_owned(), "practice-notes".to_owned(), "other".to_owned()];
        expected.sort();
        assert_eq!(left, expected);
    }
}
