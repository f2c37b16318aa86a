//! Control groups: what bounds and counts a slot's cases in mode `full`. Both versions of the interface.
//!
//! A slot has one group that all its cases use, one after the other, so that nothing is made or removed for a case. The
//! files are opened by whoever may (root, or the owner of a delegated part of the tree) and handed down as descriptors.

use std::cell::Cell;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::stale;

/// Where control groups are mounted.
const ROOT: &str = "/sys/fs/cgroup";

/// Bytes by which what is left in a group between cases may differ: counters of the kernel are not exact, and another
/// warm interpreter may have come.
const SLACK: u64 = 16 << 20;
/// How often a group is looked at until what the case before left is gone, and how long it takes from look to look.
const LOOKS: u32 = 100;
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// The groups of a run: made at its start, removed at its end.
#[derive(Debug)]
pub struct Tree {
    /// The folders of this run: one in version 2, one a controller in version 1.
    folders: Vec<PathBuf>,
    /// The folders above and these, by descriptors: whoever removes them may have another root by then.
    opened: Vec<(File, File)>,
    name: String,
    version: Version,
    slots: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// The controllers that have a tree of their own in version 1.
const CONTROLLERS: [&str; 3] = ["memory", "pids", "cpuacct"];

/// The group of one slot.
#[derive(Debug)]
pub struct Group {
    version: Version,
    /// Takes the number of a process, or 0 for the writer's own.
    members: Vec<File>,
    limit: File,
    /// Memory and swap together; absent where swap is not counted.
    swap_limit: Option<File>,
    usage: File,
    peak: File,
    kills: File,
    cpu: File,
    most_processes: File,
    processes: File,
    refusals: File,
    floor: Floor,
}

/// The memory of a group between cases: what its warm interpreters take.
#[derive(Debug)]
struct Floor(Cell<u64>);

/// What a group has used at a moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// Bytes of memory.
    pub memory: u64,
    /// Processor time since the group was made.
    pub cpu: Duration,
    /// How often the kernel has killed a process for want of memory.
    pub kills: u64,
    /// How often a process or thread was refused.
    pub refusals: u64,
    /// Processes and threads.
    pub processes: u64,
}

impl Tree {
    /// Makes the groups of a run with so many slots. The error says what this machine does not have.
    pub fn create(slots: u32) -> io::Result<Tree> {
        let own = fs_err::read_to_string("/proc/self/cgroup")?;
        let (version, parents) = parents(&own, Path::new(ROOT))?;
        let name = stale::name()?;
        let mut tree = Tree { folders: Vec::new(), opened: Vec::new(), name: name.clone(), version, slots };
        for parent in &parents {
            stale::sweep(parent, remove);
            let folder = parent.join(&name);
            if version == Version::Two {
                enable(parent)?;
            }
            fs_err::create_dir(&folder)?;
            let open = |path: &Path| fs_err::File::open(path).map(|file| file.into_parts().0);
            tree.opened.push((open(parent)?, open(&folder)?));
            tree.folders.push(folder.clone());
            if version == Version::Two {
                enable(&folder)?;
            }
            for slot in 0..slots {
                fs_err::create_dir(folder.join(slot.to_string()))?;
            }
        }
        Ok(tree)
    }

    /// In a fork that is not to remove the groups: closes what it has of them.
    pub fn disown(mut self) {
        self.opened.clear();
    }

    /// Opens the files of a slot's group.
    pub fn group(&self, slot: u32) -> io::Result<Group> {
        let folder = |index: usize| self.folders[index.min(self.folders.len() - 1)].join(slot.to_string());
        let [memory, pids, cpu] = [0, 1, 2].map(folder);
        let names = match self.version {
            Version::One => [
                "memory.limit_in_bytes",
                "memory.memsw.limit_in_bytes",
                "memory.usage_in_bytes",
                "memory.max_usage_in_bytes",
                "memory.oom_control",
                "cpuacct.usage",
            ],
            Version::Two => {
                ["memory.max", "memory.swap.max", "memory.current", "memory.peak", "memory.events", "cpu.stat"]
            }
        };
        let write = |path: PathBuf| fs_err::OpenOptions::new().read(true).write(true).open(path).map(File::from);
        let read = |path: PathBuf| fs_err::File::open(path).map(File::from);
        let only_write = |path: PathBuf| fs_err::OpenOptions::new().write(true).open(path).map(File::from);
        let mut member_folders = vec![memory.clone(), pids.clone(), cpu.clone()];
        member_folders.dedup();
        let members = member_folders.into_iter().map(|folder| only_write(folder.join("cgroup.procs")));
        let group = Group {
            version: self.version,
            members: members.collect::<io::Result<_>>()?,
            limit: write(memory.join(names[0]))?,
            swap_limit: write(memory.join(names[1])).ok(),
            usage: read(memory.join(names[2]))?,
            // Written to begin anew where the kernel takes it (version 2: since Linux 6.12).
            peak: write(memory.join(names[3])).or_else(|_| read(memory.join(names[3])))?,
            kills: read(memory.join(names[4]))?,
            cpu: read(cpu.join(names[5]))?,
            most_processes: write(pids.join("pids.max"))?,
            processes: read(pids.join("pids.current"))?,
            refusals: read(pids.join("pids.events"))?,
            floor: Floor(Cell::new(u64::MAX)),
        };
        // A group that cannot be read is of no use, and found out here.
        group.read()?;
        Ok(group)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        for (above, folder) in &self.opened {
            for slot in 0..self.slots {
                remove_soon(folder, slot.to_string());
            }
            remove_soon(above, &self.name);
        }
    }
}

/// Removes a group whose processes have just ended: the kernel takes a moment to forget them. One that stays all the same
/// is swept by the next run.
fn remove_soon(above: impl AsFd, name: impl AsRef<Path>) {
    for _ in 0..200 {
        match rustix::fs::unlinkat(&above, name.as_ref(), rustix::fs::AtFlags::REMOVEDIR) {
            Err(rustix::io::Errno::BUSY) => std::thread::sleep(Duration::from_millis(5)),
            _ => return,
        }
    }
}

/// Removes the groups that a run left.
fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove(&entry.path())?;
        }
    }
    remove_soon(rustix::fs::CWD, folder);
    Ok(())
}

/// Below which folders groups can be made, from what `/proc/self/cgroup` says.
fn parents(own: &str, root: &Path) -> io::Result<(Version, Vec<PathBuf>)> {
    let path = |controller: &str| {
        own.lines().find_map(|line| {
            let mut parts = line.splitn(3, ':');
            let (_, names, path) = (parts.next()?, parts.next()?, parts.next()?);
            names.split(',').any(|name| name == controller).then(|| path.trim_start_matches('/').to_owned())
        })
    };
    // In a container the path may be one of the machine's, which is not there to be seen.
    let first = |folders: [PathBuf; 2]| folders.into_iter().find(|folder| folder.join("cgroup.procs").exists());
    let all: Option<Vec<PathBuf>> =
        CONTROLLERS.iter().map(|name| first([root.join(name).join(path(name)?), root.join(name)])).collect();
    if let Some(all) = all {
        return Ok((Version::One, all));
    }
    let unified = path("").and_then(|path| first([root.join(path), root.to_owned()]));
    let unified = unified.ok_or_else(|| io::Error::other("no control groups are mounted at /sys/fs/cgroup"))?;
    let has = fs_err::read_to_string(unified.join("cgroup.controllers"))?;
    for needed in ["memory", "pids"] {
        if !has.split_ascii_whitespace().any(|name| name == needed) {
            return Err(io::Error::other(format!("the controller `{needed}` is not available to this process")));
        }
    }
    Ok((Version::Two, vec![unified]))
}

/// Has the groups below `folder` bound memory and processes. A group with processes of its own cannot do that: then ours
/// move to one beside the run's.
fn enable(folder: &Path) -> io::Result<()> {
    let control = folder.join("cgroup.subtree_control");
    let error = match fs_err::write(&control, "+memory +pids") {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => error,
        Err(error) => return Err(error),
    };
    let runner = rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get());
    let ours = [rustix::process::getpid().as_raw_nonzero().get(), runner];
    let members = fs_err::read_to_string(folder.join("cgroup.procs"))?;
    if !members.split_ascii_whitespace().all(|one| ours.iter().any(|pid| pid.to_string() == one)) {
        return Err(io::Error::new(error.kind(), format!("other programs run in {}", folder.display())));
    }
    let leaf = folder.join("practice-runner");
    if !leaf.exists() {
        fs_err::create_dir(&leaf)?;
    }
    for pid in members.split_ascii_whitespace() {
        fs_err::write(leaf.join("cgroup.procs"), pid)?;
    }
    fs_err::write(&control, "+memory +pids")
}

/// Reads a small file from its start.
fn text(file: &File) -> io::Result<String> {
    let mut buffer = [0; 4096];
    let count = file.read_at(&mut buffer, 0)?;
    Ok(String::from_utf8_lossy(&buffer[..count]).into_owned())
}

/// The number after `key` in lines of `key number`.
fn field(text: &str, key: &str) -> u64 {
    let after = |line: &str| line.strip_prefix(key)?.trim().parse().ok();
    text.lines().find_map(after).unwrap_or(0)
}

impl Group {
    /// Descriptors that take a process into the group.
    pub fn members(&self) -> &[File] {
        &self.members
    }

    /// Lets the group have so many bytes and processes more than it has now, and begins to measure. Tells what it has.
    pub fn begin(&self, memory: u64, processes: u64) -> io::Result<Reading> {
        let now = self.floor.settle(|| self.read(), || std::thread::sleep(LOOK_EVERY))?;
        let most = now.memory.saturating_add(memory).to_string();
        match (self.version, &self.swap_limit) {
            (Version::One, Some(with_swap)) => {
                // The limit with swap may never be the lower one, so their order depends on the direction.
                let first = self.limit.write_at(most.as_bytes(), 0);
                with_swap.write_at(most.as_bytes(), 0)?;
                if first.is_err() {
                    self.limit.write_at(most.as_bytes(), 0)?;
                }
            }
            (_, swap) => {
                self.limit.write_at(most.as_bytes(), 0)?;
                if let Some(swap) = swap {
                    swap.write_at(b"0", 0)?;
                }
            }
        }
        self.most_processes.write_at((now.processes + processes).to_string().as_bytes(), 0)?;
        // An old kernel of version 2 cannot begin anew; then the readings in between have to do.
        let _ = self.peak.write_at(b"0", 0);
        Ok(now)
    }

    /// What the group has used.
    pub fn read(&self) -> io::Result<Reading> {
        let number = |file: &File| Ok::<u64, io::Error>(text(file)?.trim().parse().unwrap_or(0));
        let cpu = match self.version {
            Version::One => Duration::from_nanos(number(&self.cpu)?),
            Version::Two => Duration::from_micros(field(&text(&self.cpu)?, "usage_usec")),
        };
        Ok(Reading {
            memory: number(&self.usage)?,
            cpu,
            kills: field(&text(&self.kills)?, "oom_kill "),
            refusals: field(&text(&self.refusals)?, "max"),
            processes: number(&self.processes)?,
        })
    }

    /// The most memory at once since the last [`begin`](Group::begin), where the kernel tells it.
    pub fn peak(&self) -> io::Result<u64> {
        Ok(text(&self.peak)?.trim().parse().unwrap_or(0))
    }
}

impl Floor {
    /// Reads until what the case before left is gone: it is freed a moment after its end, and is not the next one's to
    /// have. What does not go is a warm interpreter that has come since, and belongs to the floor from then on;
    /// otherwise every case after it would wait in vain.
    fn settle(&self, read: impl Fn() -> io::Result<Reading>, mut pause: impl FnMut()) -> io::Result<Reading> {
        let mut now = read()?;
        for _ in 0..LOOKS {
            if now.memory <= self.0.get().saturating_add(SLACK) {
                self.0.set(self.0.get().min(now.memory));
                return Ok(now);
            }
            pause();
            now = read()?;
        }
        self.0.set(now.memory);
        Ok(now)
    }
}

#[cfg(test)]
#[path = "cgroup_tests.rs"]
mod tests;
