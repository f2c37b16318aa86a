//! The root that a case sees: a small file system in memory, with what it may read mounted where it is outside.
//!
//! Built from the current root, so it can be built twice: once with all that a run needs, by whoever may enter the folders
//! of their owner (an interpreter below a home), and from that once more for each interpreter, by an unprivileged user.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, MountPropagationFlags, UnmountFlags};

use super::sys;

/// Where the folder of a case is mounted.
pub const CASE: &str = "/box";
/// Where the driver is.
pub const DRIVER: &str = "/driver";

/// The system's libraries and tools, where they are; each is left out where it is not there.
pub const SYSTEM: [&str; 10] = [
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    // Torch asks it for the processor's features.
    "/sys/devices/system/cpu",
];
/// Links into `/usr` on most systems, folders on others.
pub const TOP: [&str; 5] = ["/bin", "/lib", "/lib32", "/lib64", "/sbin"];
pub const DEVICES: [&str; 5] = ["null", "zero", "full", "random", "urandom"];

/// What nobody can open, put over what nobody may see.
const CLOSED_FILE: &str = "/etc/.closed-file";
const CLOSED_FOLDER: &str = "/etc/.closed-folder";

/// Files of `/proc` that tell of others than the case, also to whoever has no rights.
const MASKED: [&str; 2] = ["keys", "key-users"];

/// Small files of `/etc` that programs look for.
const ETC: [(&str, &str); 4] = [
    ("passwd", "learner:x:1000:1000::/box/home:/bin/sh\n"),
    ("group", "learner:x:1000:\n"),
    ("hosts", "127.0.0.1 localhost\n::1 localhost\n"),
    ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
];

/// What a root is made of.
pub struct Plan<'a> {
    /// Folders besides the system's.
    pub folders: Vec<&'a Path>,
    /// Files and folders that are covered, if they are within anything that is visible.
    pub hidden: &'a [PathBuf],
    /// Files put into [`DRIVER`].
    pub driver: &'a [(&'static str, &'static str)],
}

/// Says what failed, and with which path.
fn at(path: &Path) -> impl FnOnce(rustix::io::Errno) -> io::Error {
    move |error| io::Error::new(io::Error::from(error).kind(), format!("{}: {error}", path.display()))
}

/// Mounts a new file system in memory of at most so many bytes and files.
fn memory(target: &Path, flags: MountFlags, options: &str) -> io::Result<()> {
    let options = std::ffi::CString::new(options)?;
    rustix::mount::mount("tmpfs", target, "tmpfs", flags, options.as_c_str()).map_err(at(target))
}

/// Builds the root of `plan` and makes it the root of this process's mount namespace, which must be its own. `/proc` is
/// taken along. Nothing of the old root can be reached afterwards.
pub fn enter(plan: &Plan<'_>) -> io::Result<()> {
    let here = Path::new("/");
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    rustix::mount::mount_change("/", private).map_err(at(here))?;
    let mut shown: Vec<&Path> = SYSTEM.map(Path::new).into_iter().filter(|path| path.exists()).collect();
    shown.extend(plan.folders.iter().copied());
    // The outer ones first: what is within another is there already.
    shown.sort();
    shown.dedup_by(|inner, outer| inner.starts_with(outer));
    if shown.contains(&here) {
        return Err(io::Error::other("an interpreter whose folder is / cannot be walled in"));
    }
    // Nobody else sees this mount, and it becomes the root; it must not cover what is to be shown.
    let usable = |path: &Path| path.is_dir() && !shown.iter().any(|one| one.starts_with(path));
    let staging = ["/box", "/mnt", "/media", "/srv", "/opt", "/home", "/run", "/tmp", "/var"].map(Path::new);
    let staging = staging.into_iter().find(|path| usable(path));
    let staging = staging.ok_or_else(|| io::Error::other("there is no folder to build a root in"))?;
    memory(staging, MountFlags::NOSUID | MountFlags::NODEV, "size=1m,nr_inodes=2k,mode=755")?;
    let inside = |path: &Path| staging.join(path.strip_prefix("/").unwrap_or(path));

    for path in ["/box", "/driver", "/etc", "/dev", "/proc", "/usr", "/sys"] {
        folder(&inside(Path::new(path)))?;
    }
    for top in TOP.map(Path::new) {
        match fs_err::read_link(top) {
            Ok(target) => fs_err::os::unix::fs::symlink(target, inside(top))?,
            Err(_) if top.is_dir() => bind(top, &inside(top))?,
            Err(_) => {}
        }
    }
    for path in &shown {
        bind(path, &inside(path))?;
    }
    for name in DEVICES {
        fs_err::write(inside(Path::new("/dev")).join(name), b"")?;
    }
    for (name, text) in ETC {
        fs_err::write(inside(Path::new("/etc")).join(name), text)?;
    }
    for (name, text) in plan.driver {
        fs_err::write(inside(Path::new(DRIVER)).join(name), text)?;
    }
    for (link, target) in [("/tmp", "/box/tmp"), ("/dev/shm", "/box/shm"), ("/dev/fd", "/proc/self/fd")] {
        let link = inside(Path::new(link));
        // An interpreter may be kept in /tmp; then it is that, and TMPDIR tells where else to write.
        if !link.exists() {
            fs_err::os::unix::fs::symlink(target, link)?;
        }
    }
    cover(plan.hidden, &shown, staging)?;
    sys::read_only(staging, false)?;
    for name in DEVICES {
        let device = Path::new("/dev").join(name);
        rustix::mount::mount_bind(&device, inside(&device)).map_err(at(&device))?;
        sys::read_only(&inside(&device), true)?;
    }
    // After that: whoever builds from here writes the maps of users there.
    let proc = Path::new("/proc");
    rustix::mount::mount_bind_recursive(proc, inside(proc)).map_err(at(proc))?;
    rustix::process::chdir(staging).map_err(at(staging))?;
    rustix::process::pivot_root(".", ".").map_err(at(staging))?;
    rustix::mount::unmount(".", UnmountFlags::DETACH).map_err(at(here))?;
    rustix::process::chdir("/").map_err(at(here))?;
    Ok(())
}

/// A folder that everybody may enter.
fn folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        folder(above)?;
    }
    fs_err::create_dir(path)?;
    fs_err::set_permissions(path, Permissions::from_mode(0o755))
}

/// Shows `source` at `target`, with all that is mounted within. A file is copied: a mount of one that is replaced on the
/// machine, as `/etc/ld.so.cache` is whenever something is installed, cannot be mounted again in the next root.
fn bind(source: &Path, target: &Path) -> io::Result<()> {
    if source.is_file() {
        target.parent().map_or(Ok(()), folder)?;
        return fs_err::copy(source, target).map(drop);
    }
    folder(target)?;
    rustix::mount::mount_bind_recursive(source, target).map_err(at(source))
}

/// Covers what nobody may see and what is within something shown.
fn cover(hidden: &[PathBuf], shown: &[&Path], staging: &Path) -> io::Result<()> {
    let [folder, file] = [CLOSED_FOLDER, CLOSED_FILE].map(|path| staging.join(path.trim_start_matches('/')));
    fs_err::create_dir(&folder)?;
    fs_err::write(&file, b"")?;
    for closed in [&folder, &file] {
        fs_err::set_permissions(closed, Permissions::from_mode(0o000))?;
    }
    for path in hidden.iter().filter(|path| shown.iter().any(|shown| path.starts_with(shown))) {
        let inside = staging.join(path.strip_prefix("/").unwrap_or(path));
        let cover = if path.is_dir() { &folder } else { &file };
        rustix::mount::mount_bind(cover, &inside).map_err(at(path))?;
    }
    Ok(())
}

/// Mounts a fresh file system at [`CASE`], with the folders of a case.
pub fn folders(bytes: u64, files: u64) -> io::Result<()> {
    let target = Path::new(CASE);
    memory(target, MountFlags::NOSUID | MountFlags::NODEV, &format!("size={bytes},nr_inodes={files},mode=700"))?;
    for name in ["solution", "work", "home", "tmp", "shm"] {
        rustix::fs::mkdir(target.join(name), rustix::fs::Mode::RWXU).map_err(at(target))?;
    }
    Ok(())
}

/// The same, and a `/proc` of the processes of this namespace.
pub fn furnish(bytes: u64, files: u64) -> io::Result<()> {
    folders(bytes, files)?;
    let proc = Path::new("/proc");
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    rustix::mount::mount("proc", proc, "proc", flags, None).map_err(at(proc))?;
    for name in MASKED {
        let file = proc.join(name);
        rustix::mount::mount_bind(CLOSED_FILE, &file).map_err(at(&file))?;
    }
    Ok(())
}
