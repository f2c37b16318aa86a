//! All processes of a case: what they use together, and their end.
//!
//! The slot is their "child subreaper": whoever loses its parent becomes a child of the slot. So the
//! descendants of the slot are the processes of the case, also those that called `setsid` and forked twice.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions};

/// What the living processes of a case use at a moment.
#[derive(Debug, Default, Clone, Copy)]
pub struct Load {
    /// How many there are, threads counted.
    pub processes: usize,
    /// Processor time of the living ones and of the children that they waited for.
    pub cpu: Duration,
    /// Resident memory, in bytes. Pages that two share count for both.
    pub memory: u64,
    /// Whether the kernel has killed one for want of memory.
    pub killed: bool,
}

/// More than this are not followed: a fork bomb is dealt with long before.
const MOST_FOLLOWED: usize = 4096;

/// The processes below `pid`, nearest first.
fn descendants(pid: u32) -> io::Result<Vec<u32>> {
    let mut found = children(pid)?;
    let mut next = 0;
    while next < found.len() && found.len() < MOST_FOLLOWED {
        // One that has ended meanwhile has no children.
        let more = children(found[next]).unwrap_or_default();
        found.extend(more);
        next += 1;
    }
    Ok(found)
}

/// The children of all threads of `pid`.
fn children(pid: u32) -> io::Result<Vec<u32>> {
    let mut found = Vec::new();
    for thread in fs_err::read_dir(format!("/proc/{pid}/task"))? {
        let listed = fs_err::read_to_string(thread?.path().join("children"))?;
        found.extend(listed.split_ascii_whitespace().filter_map(|word| word.parse::<u32>().ok()));
    }
    Ok(found)
}

/// What the processes below this one use now.
pub fn below() -> io::Result<Load> {
    let page = rustix::param::page_size() as u64;
    let mut load = Load::default();
    for pid in descendants(std::process::id())? {
        if let Some(stat) = Stat::read(&format!("/proc/{pid}/stat")) {
            load.processes += stat.threads;
            load.cpu += stat.cpu;
            load.memory += stat.pages * page;
        }
    }
    Ok(load)
}

/// What the processes that `proc` shows use now, but for the first, which is ours. Each was born with `base` bytes of
/// memory that it shares with its parent and that are not its own.
pub fn inside(proc: &Path, base: u64) -> io::Result<Load> {
    let mut load = Load::default();
    let mut shares = Vec::new();
    for entry in fs_err::read_dir(proc)? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()).filter(|&pid| pid != 1) else {
            continue;
        };
        let folder = proc.join(pid.to_string());
        let Some(stat) = Stat::read(&folder.join("stat").to_string_lossy()) else { continue };
        load.processes += stat.threads;
        load.cpu += stat.cpu;
        shares.push(folder);
        if load.processes > MOST_FOLLOWED {
            break;
        }
    }
    // What is shared counts for each: what each is to answer for, the kernel tells only of programs that can be looked
    // into, and these cannot.
    let own = |one: &PathBuf| kilobytes(&one.join("status"), &["RssAnon:", "RssShmem:"]).saturating_sub(base);
    load.memory = shares.iter().map(own).sum();
    Ok(load)
}

/// How many processes and threads this process's user has on this machine.
pub fn of_user() -> io::Result<u64> {
    let user = rustix::process::geteuid().as_raw();
    let mut count = 0;
    for entry in fs_err::read_dir("/proc")? {
        let entry = entry?;
        let is_process = entry.file_name().to_str().is_some_and(|name| name.parse::<u32>().is_ok());
        // One that has ended meanwhile does not count.
        if is_process && entry.metadata().is_ok_and(|about| about.uid() == user) {
            let stat = Stat::read(&entry.path().join("stat").to_string_lossy());
            count += stat.map_or(0, |stat| stat.threads as u64);
        }
    }
    Ok(count)
}

/// The sum of these fields, in bytes. Whoever has ended uses nothing.
fn kilobytes(file: &Path, names: &[&str]) -> u64 {
    let text = fs_err::read_to_string(file).unwrap_or_default();
    let number = |line: &str| {
        let rest = names.iter().find_map(|name| line.strip_prefix(name))?;
        rest.split_ascii_whitespace().next()?.parse::<u64>().ok()
    };
    text.lines().filter_map(number).sum::<u64>() * 1024
}

/// What `/proc/<pid>/stat` tells.
struct Stat {
    cpu: Duration,
    threads: usize,
    pages: u64,
}

impl Stat {
    fn read(file: &str) -> Option<Stat> {
        let stat = fs_err::read_to_string(file).ok()?;
        // The command's name stands in parentheses and may hold anything; the fields after it are numbers (proc(5)).
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        // Counted from 0 after the name: utime 11, stime 12, cutime 13, cstime 14, num_threads 17, rss 21.
        let ticks = number(11) + number(12) + number(13) + number(14);
        let cpu = Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second().max(1));
        Some(Stat { cpu, threads: usize::try_from(number(17)).unwrap_or(0), pages: number(21) })
    }
}

/// Waits until this process has no children, at most so long.
pub fn wait_for_children(longest: Duration) -> io::Result<()> {
    let start = Instant::now();
    while start.elapsed() < longest {
        match rustix::process::wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => std::thread::sleep(Duration::from_millis(1)),
            Err(rustix::io::Errno::CHILD) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Kills every process of the case and waits for each.
///
/// Fails if some are still there after ten seconds: then the slot must not go on to another case.
pub fn kill_all() -> io::Result<()> {
    let start = Instant::now();
    loop {
        loop {
            match rustix::process::wait(WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(rustix::io::Errno::CHILD) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        if start.elapsed() > Duration::from_secs(10) {
            return Err(io::Error::other("processes of a case could not be killed within 10 s"));
        }
        for pid in descendants(std::process::id())? {
            if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
                // One that has ended meanwhile is no failure: the wait above tells when all are gone. Its number
                // cannot have passed to another program, for it stays ours until we have waited for it.
                let _ = rustix::process::kill_process(pid, Signal::KILL);
            }
        }
        std::thread::yield_now();
    }
}
