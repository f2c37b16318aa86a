//! The namespaces of one case, and the small process that holds them.
//!
//! The first process of a namespace of processes is not the learner's: as number 1 it would not get signals as it should.
//! It is a fork of the slot that has the fresh file systems mounted, hands their folders over, waits for orphans, and
//! is killed at the end: then the kernel kills all others.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::steps::Steps;
use super::{fds, root, sys};

/// What is made new for each case, besides the network where it is not handed on. The user namespace is the slot's.
const NAMESPACES: i32 =
    libc::CLONE_NEWPID | libc::CLONE_NEWNS | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS | libc::CLONE_NEWCGROUP;

/// The names of the namespaces in `/proc`: that of processes, into which a program is born, then those that it enters.
const KINDS: [&str; 6] = ["pid", "mnt", "net", "ipc", "uts", "cgroup"];

/// The program's number in its namespace: it is born there right after the first process.
const FIRST_BORN: u32 = 2;

/// The name of the machine that a case sees.
const HOST_NAME: &[u8] = b"practice";

/// A case's namespaces, while its first process lives.
pub struct Cell {
    init: Pid,
    handle: OwnedFd,
    /// Its namespaces, as [`KINDS`] has them. By descriptors of their own: the process itself may not be looked into.
    namespaces: Vec<OwnedFd>,
    /// The folder of the case, which stays readable after the end.
    folder: File,
    /// `/proc` as the case sees it.
    proc: File,
    ended: bool,
}

impl Cell {
    /// Makes a cell in the root that this process is in, with a network namespace of its own if it is given none. Its
    /// folder takes so many bytes and files.
    ///
    /// The caller has one thread and all capabilities in its user namespace.
    pub fn new(bytes: u64, files: u64, network: Option<BorrowedFd<'_>>, steps: &mut Steps) -> io::Result<Cell> {
        let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        let made = if network.is_none() { libc::CLONE_NEWNET } else { 0 };
        let Some(init) = sys::fork_into(NAMESPACES | made)? else {
            let said = prepare(bytes, files, network, &theirs);
            if let Err(error) = &said {
                // Whoever reads it sees only that we are gone if this fails, too.
                let _ = fds::send(&theirs, format!("!{error}").as_bytes(), &[]);
                sys::exit(1);
            }
            hold();
        };
        steps.mark("cell: clone");
        drop(theirs);
        let handle = rustix::process::pidfd_open(init, PidfdFlags::empty())?;
        let mut buffer = [0; 1024];
        let (count, mut received) = fds::receive(&ours, &mut buffer)?;
        if count != 1 || received.len() != KINDS.len() + 2 {
            let why = String::from_utf8_lossy(&buffer[..count]).into_owned();
            let _ = rustix::process::waitpid(Some(init), WaitOptions::empty());
            let why = if why.is_empty() { "its first process ended".to_owned() } else { why.replacen('!', "", 1) };
            return Err(io::Error::other(format!("a case's namespaces could not be made: {why}")));
        }
        let (proc, folder) = (received.pop(), received.pop());
        match (folder, proc) {
            (Some(folder), Some(proc)) => {
                steps.mark("cell: mounts");
                Ok(Cell { init, handle, namespaces: received, folder: folder.into(), proc: proc.into(), ended: false })
            }
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// The namespace of processes that a program is born into.
    pub fn birthplace(&self) -> BorrowedFd<'_> {
        self.namespaces[0].as_fd()
    }

    /// Its network.
    pub fn network(&self) -> BorrowedFd<'_> {
        self.namespaces[2].as_fd()
    }

    /// The other namespaces, which a program enters itself.
    pub fn entered(&self) -> &[OwnedFd] {
        &self.namespaces[1..]
    }

    /// The folder of the case as this process can name it.
    pub fn folder(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.folder.as_raw_fd()))
    }

    /// Its `/proc`, as this process can name it.
    pub fn proc(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.proc.as_raw_fd()))
    }

    /// Bytes in the files of the case.
    pub fn bytes(&self) -> io::Result<u64> {
        let stat = rustix::fs::fstatvfs(&self.folder)?;
        Ok((stat.f_blocks - stat.f_bfree) * stat.f_frsize)
    }

    /// Asks the program to end, as `kill` does.
    pub fn ask_to_end(&self) -> io::Result<()> {
        let program = fs_err::File::open(self.proc().join(FIRST_BORN.to_string()));
        let program = match program {
            Ok(program) => program,
            // It has ended by itself.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        match rustix::process::pidfd_send_signal(&program, Signal::TERM) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Kills all processes, and waits until none is left: the processor time of those that nobody had waited for.
    pub fn end(&mut self) -> io::Result<Duration> {
        if self.ended {
            return Ok(Duration::ZERO);
        }
        self.ended = true;
        match rustix::process::pidfd_send_signal(&self.handle, Signal::KILL) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(sys::wait4(self.init)?.cpu)
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        // A cell that is dropped without its end is one of a case that failed; there is nobody to tell.
        let _ = self.end();
    }
}

/// In the first process: mounts, and hands over the folder and `/proc`.
fn prepare(bytes: u64, files: u64, network: Option<BorrowedFd<'_>>, to: &OwnedFd) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::system::sethostname(HOST_NAME)?;
    root::furnish(bytes, files)?;
    match network {
        Some(handed_on) => move_into_link_name_space(handed_on, Some(LinkNameSpaceType::Network))?,
        None => sys::loopback_up()?,
    }
    let open = |path: &str| rustix::fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
    let (folder, proc) = (open(root::CASE)?, open("/proc")?);
    let own = |kind: &&str| Ok(fs_err::File::open(format!("/proc/self/ns/{kind}"))?.into_parts().0.into());
    let mut all = KINDS.iter().map(own).collect::<io::Result<Vec<OwnedFd>>>()?;
    all.extend([folder, proc]);
    fds::send(to, b".", &all.iter().map(AsFd::as_fd).collect::<Vec<_>>())
}

/// In the first process: has nothing, waits for whoever is orphaned, until it is killed.
fn hold() -> ! {
    let none = rustix::thread::CapabilitySet::empty();
    let sets = rustix::thread::CapabilitySets { effective: none, permitted: none, inheritable: none };
    let closed = sys::close_from(0);
    let dropped = rustix::thread::set_capabilities(None, sets);
    let hidden = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    if closed.is_err() || dropped.is_err() || hidden.is_err() {
        sys::exit(1);
    }
    sys::reap_forever()
}
