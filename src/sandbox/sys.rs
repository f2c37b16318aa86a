//! The system calls that need `unsafe`, each in a function that does not.
#![expect(unsafe_code, reason = "pre_exec and wait4 have no safe form")]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal};

use crate::model::Limits;

/// The descriptor on which a program finds its private channel, when it has one.
pub const CHANNEL: i32 = 3;

/// Has the child of `command` set its own limits and give up what it should not have, between fork and exec.
///
/// The caller must be single-threaded: then allocation and locks are safe there, too.
pub fn prepare_child(command: &mut Command, limits: &Limits, channel: Option<BorrowedFd<'_>>) {
    let cpu_seconds = limits.cpu.0.as_secs() + 2;
    let file_bytes = limits.files.0;
    let channel = channel.map(|fd| fd.as_raw_fd());
    let setup = move || -> io::Result<()> {
        rustix::process::setsid()?;
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        let limit = |resource, value| {
            rustix::process::setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })
        };
        limit(Resource::Core, 0)?;
        limit(Resource::Fsize, file_bytes)?;
        // The watch over the whole tree comes first; this one holds even if the supervisor is stuck.
        limit(Resource::Cpu, cpu_seconds)?;
        if let Some(fd) = channel {
            // SAFETY: dup2 and fcntl only touch this process's descriptor table; `fd` is open, since the supervisor
            // holds it until the child has been started.
            let done =
                unsafe { if fd == CHANNEL { libc::fcntl(fd, libc::F_SETFD, 0) } else { libc::dup2(fd, CHANNEL) } };
            if done < 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls only, and the supervisor has one thread.
    unsafe {
        command.pre_exec(setup);
    }
}

/// What `wait4` tells of a child that has ended.
pub struct Ended {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Its largest resident memory, in bytes.
    pub memory: u64,
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
    })
}

/// Processor time, user and system, of all descendants that have been waited for so far.
pub fn children_cpu() -> Duration {
    // SAFETY: an all-zero rusage is a valid value of that plain struct.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live local of the right type; the call cannot fail with this first argument.
    unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage) };
    let of = |time: libc::timeval| {
        Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_usec).unwrap_or(0) * 1000)
    };
    of(usage.ru_utime) + of(usage.ru_stime)
}
