//! The system calls that need `unsafe`, each in a function that does not.
#![expect(unsafe_code, reason = "fork, clone, pre_exec, prctl and wait4 have no safe form")]

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::Pid;
use rustix::thread::UnshareFlags;
use serde::{Deserialize, Serialize};

/// The descriptor on which a program finds its private channel, when it has one.
pub const CHANNEL: i32 = 3;

/// Has the child of `command` call `setup` between fork and exec.
///
/// The caller must be single-threaded: then allocation and locks are safe there, too.
pub fn before_exec(command: &mut Command, setup: impl FnMut() -> io::Result<()> + Send + Sync + 'static) {
    // SAFETY: the process has one thread, so the child may do whatever the parent could.
    unsafe {
        command.pre_exec(setup);
    }
}

/// Makes `fd` the descriptor of this number, which stays open over exec.
pub fn put_at(fd: BorrowedFd<'_>, number: i32) -> io::Result<()> {
    let fd = fd.as_raw_fd();
    // SAFETY: dup2 and fcntl only touch this process's descriptor table; `fd` is open, since it is borrowed.
    let done = unsafe { if fd == number { libc::fcntl(fd, libc::F_SETFD, 0) } else { libc::dup2(fd, number) } };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Closes all descriptors but `kept`.
pub fn close_others(kept: BorrowedFd<'_>) -> io::Result<()> {
    let kept = kept.as_raw_fd().unsigned_abs();
    // SAFETY: as for [`close_from`].
    let done = unsafe {
        if kept > 0 {
            libc::syscall(libc::SYS_close_range, 0, kept - 1, 0);
        }
        libc::syscall(libc::SYS_close_range, kept + 1, u32::MAX, 0)
    };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Closes all descriptors from `first` on.
pub fn close_from(first: u32) -> io::Result<()> {
    // SAFETY: only for processes that end by exec or by `exit` without running destructors: no owner of a descriptor
    // uses it again.
    let done = unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, 0) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Makes a child that goes on from here in new namespaces (`CLONE_NEW*`): its number, or `None` in the child.
///
/// The caller must be single-threaded.
pub fn fork_into(namespaces: i32) -> io::Result<Option<Pid>> {
    let flags = libc::c_long::from(namespaces | libc::SIGCHLD);
    // SAFETY: without CLONE_VM this is fork(2); with one thread nothing in the child is left half-done. What the C
    // library does at fork (locks of malloc, the cached number of the thread) matters to programs with threads only.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    match i32::try_from(pid) {
        Ok(-1) | Err(_) => Err(io::Error::last_os_error()),
        Ok(0) => Ok(None),
        Ok(pid) => Ok(Pid::from_raw(pid)),
    }
}

/// Ends this process at once, without running destructors: for children that were made by [`fork_into`].
pub fn exit(code: i32) -> ! {
    // SAFETY: nothing of this process is needed any more.
    unsafe { libc::_exit(code) }
}

/// Leaves the namespaces of these kinds for new ones.
///
/// The caller must be single-threaded.
pub fn leave(namespaces: UnshareFlags) -> io::Result<()> {
    // SAFETY: the flags that make this unsafe (descriptors apart) are never among them, and there is one thread.
    Ok(unsafe { rustix::thread::unshare_unsafe(namespaces) }?)
}

/// Whether children that end are to be waited for, or vanish by themselves.
pub fn keep_ended_children(keep: bool) {
    let handler = if keep { libc::SIG_DFL } else { libc::SIG_IGN };
    // SAFETY: neither disposition runs code.
    unsafe { libc::signal(libc::SIGCHLD, handler) };
}

/// Makes all mounts at and below `path` read-only; programs there gain nothing from their set-user bits, and devices are
/// honoured only if `devices` says so.
pub fn read_only(path: &Path, devices: bool) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_encoded_bytes())?;
    let attributes = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY
            | libc::MOUNT_ATTR_NOSUID
            | if devices { libc::MOUNT_ATTR_NOEXEC } else { libc::MOUNT_ATTR_NODEV },
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    // SAFETY: both pointers are to live values, and the size is that of the structure.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            libc::AT_RECURSIVE,
            &attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Brings the loopback interface of this network namespace up.
pub fn loopback_up() -> io::Result<()> {
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
    let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    // SAFETY: an all-zero ifreq is a valid value of that plain struct.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = from.cast_signed();
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: the request is a live, initialised ifreq, which is what this call takes.
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &request) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Installs a seccomp filter for good. Needs "no new privileges" or the capability to administer.
pub fn install_filter(program: &[libc::sock_filter]) -> io::Result<()> {
    let length = u16::try_from(program.len()).map_err(io::Error::other)?;
    let program = libc::sock_fprog { len: length, filter: program.as_ptr().cast_mut() };
    // SAFETY: the kernel copies the program; the pointer and its length are those of a live slice.
    let done = unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &program) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// What `wait4` tells of a child that has ended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Ended {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Its largest resident memory, in bytes: what it shares with the parent that it was forked from included.
    pub memory: u64,
    /// Processor time, user and system, of it and all descendants that were waited for.
    pub cpu: Duration,
}

/// Waits for a child of ours that has ended or is about to.
pub fn wait4(pid: Pid) -> io::Result<Ended> {
    // SAFETY: an all-zero rusage is a valid value of that plain struct.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let mut status = 0;
    loop {
        // SAFETY: both pointers are to live locals of the right type.
        let done = unsafe { libc::wait4(pid.as_raw_nonzero().get(), &mut status, 0, &mut usage) };
        if done >= 0 {
            break;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    Ok(Ended {
        code: libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)),
        signal: libc::WIFSIGNALED(status).then(|| libc::WTERMSIG(status)),
        memory: u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1024,
        cpu: processor_time(&usage),
    })
}

/// Processor time, user and system, of all descendants that have been waited for so far.
pub fn children_cpu() -> Duration {
    // SAFETY: an all-zero rusage is a valid value of that plain struct.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live local of the right type; the call cannot fail with this first argument.
    unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage) };
    processor_time(&usage)
}

fn processor_time(usage: &libc::rusage) -> Duration {
    let of = |time: libc::timeval| {
        Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_usec).unwrap_or(0) * 1000)
    };
    of(usage.ru_utime) + of(usage.ru_stime)
}

/// Waits for children, also for those that come to be ours later, until this process is killed.
pub fn reap_forever() -> ! {
    // SAFETY: an all-zero set is a valid value, which the calls below fill and read.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is a live local; blocking a signal that is only waited for runs no code.
    unsafe {
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, libc::SIGCHLD);
        libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
    }
    loop {
        // SAFETY: null pointers say that neither status nor details are wanted; the set is a live local.
        unsafe {
            while libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) > 0 {}
            libc::sigwaitinfo(&set, std::ptr::null_mut());
        }
    }
}
