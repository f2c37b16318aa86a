//! Tells when a solution's files change.
//!
//! The kernel's notices only make it quick: what counts is a look at the files themselves, which is also taken a few times
//! a second. So it works where notices do not (network disks, exhausted watches, folders that come later), and a notice
//! about nothing does no harm.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// A look at the files is taken so often, whatever the kernel says.
const LOOK: Duration = Duration::from_millis(300);
/// A save is over when nothing has happened for so long ...
const QUIET: Duration = Duration::from_millis(12);
/// ... or when it has gone on for so long.
const PATIENCE: Duration = Duration::from_millis(250);
/// Files that are looked at, and how deep: more is no solution.
const MOST_FILES: usize = 500;
const MOST_DEPTH: usize = 8;

/// Watches one folder at a time, on a thread of its own, until it is dropped.
pub struct Files {
    orders: Sender<Order>,
}

enum Order {
    /// Watch this folder, whose files looked like this.
    Folder(PathBuf, Look),
    /// The kernel says that something happened.
    Look,
}

/// What is compared of a file: its name, length, time of change and number.
type Look = Vec<(OsString, u64, i128, u64)>;

impl Files {
    /// Calls `changed` whenever the files of the folder are others than before.
    pub fn watch(changed: impl Fn() + Send + 'static) -> Files {
        let (orders, arriving) = mpsc::channel();
        let notices = orders.clone();
        std::thread::spawn(move || run(&arriving, notices, &changed));
        Files { orders }
    }

    /// Looks at this folder from now on. It may not be there yet.
    pub fn follow(&self, folder: PathBuf) {
        // Here, not when the thread comes to it: what is saved meanwhile would be taken for how it always was.
        let seen = look(&folder);
        // The thread lives as long as we do.
        let _ = self.orders.send(Order::Folder(folder, seen));
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // A path that is none: the thread has its own sender, so it must be told.
        let _ = self.orders.send(Order::Folder(PathBuf::new(), Look::new()));
    }
}

/// What is watched.
struct Watched {
    watcher: Option<RecommendedWatcher>,
    folder: PathBuf,
    /// Whether the kernel gives notice: it cannot while the folder is not there.
    noticed: bool,
    seen: Look,
}

impl Watched {
    fn follow(&mut self, folder: PathBuf, seen: Look) {
        if let Some(watcher) = self.watcher.as_mut().filter(|_| self.noticed) {
            // Gone already, or not: nothing of it is looked at any more.
            let _ = watcher.unwatch(&self.folder);
        }
        self.folder = folder;
        self.attach();
        self.seen = seen;
    }

    fn attach(&mut self) {
        let watch = |watcher: &mut RecommendedWatcher| watcher.watch(&self.folder, RecursiveMode::Recursive).is_ok();
        self.noticed = self.watcher.as_mut().is_some_and(watch);
    }
}

fn run(arriving: &Receiver<Order>, notices: Sender<Order>, changed: &dyn Fn()) {
    let notify = move |event: notify::Result<notify::Event>| {
        if !event.is_ok_and(|event| event.kind.is_access()) {
            let _ = notices.send(Order::Look);
        }
    };
    // Without notices a look from time to time will do.
    let watcher = notify::recommended_watcher(notify).ok();
    let mut watched = Watched { watcher, folder: PathBuf::new(), noticed: false, seen: Look::new() };
    // When the files were first seen to change, and how they looked then.
    let mut changing: Option<(Instant, Look)> = None;
    loop {
        match arriving.recv_timeout(if changing.is_some() { QUIET } else { LOOK }) {
            Ok(Order::Folder(folder, _)) if folder.as_os_str().is_empty() => return,
            Ok(Order::Folder(folder, seen)) => {
                watched.follow(folder, seen);
                changing = None;
                continue;
            }
            // An editor empties, writes, renames: the end of it is what counts.
            Ok(Order::Look) if changing.as_ref().is_some_and(|(since, _)| since.elapsed() < PATIENCE) => continue,
            Ok(Order::Look) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if !watched.noticed || !watched.folder.is_dir() {
            watched.attach();
        }
        let now = look(&watched.folder);
        changing = match changing {
            Some((since, before)) if before != now && since.elapsed() < PATIENCE => Some((since, now)),
            Some(_) => {
                watched.seen = now;
                changed();
                None
            }
            None if now != watched.seen => Some((Instant::now(), now)),
            None => None,
        };
    }
}

/// The files of a folder as they are now; what is hidden or Python's own is left out, as in a solution.
fn look(folder: &Path) -> Look {
    let skipped = |name: &str| name.starts_with('.') || name == "__pycache__";
    let walk = walkdir::WalkDir::new(folder).max_depth(MOST_DEPTH).sort_by_file_name().into_iter();
    walk.filter_entry(|entry| entry.depth() == 0 || !skipped(&entry.file_name().to_string_lossy()))
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .take(MOST_FILES)
        .filter_map(|entry| {
            let about = entry.metadata().ok()?;
            let time = i128::from(about.mtime()) * 1_000_000_000 + i128::from(about.mtime_nsec());
            Some((entry.path().as_os_str().to_owned(), about.len(), time, about.ino()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

    use super::*;

    #[test]
    fn a_save_is_seen_that_comes_before_the_thread_has_looked() {
        let root = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| root.path().join(name));
        fs_err::create_dir(&one).unwrap();
        fs_err::create_dir(&other).unwrap();
        let (tell, told) = mpsc::channel();
        let (go_on, goes_on) = mpsc::channel::<()>();
        let files = Files::watch(move || {
            let _ = tell.send(());
            let _ = goes_on.recv();
        });
        files.follow(one.clone());
        fs_err::write(one.join("solution.py"), "1").unwrap();
        told.recv().unwrap();
        // The thread is busy with telling.
        files.follow(other.clone());
        fs_err::write(other.join("solution.py"), "2").unwrap();
        go_on.send(()).unwrap();
        assert!(told.recv_timeout(Duration::from_secs(60)).is_ok(), "the save was taken for how it always was");
        drop(go_on);
    }
}
