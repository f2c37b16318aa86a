//! A slot's end of the warm interpreters.
//!
//! One *zygote* an interpreter and list of modules has them loaded; it forks a *nest* for each slot, which has entered
//! the slot's user namespace and control groups; and that forks a program for each case. A fork of a fork, so that memory
//! is shared by all slots, no slot waits for another, and nothing has to be moved for a case.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::process::Resource;
use serde::{Deserialize, Serialize};

use super::{fds, sys};
use crate::model::WorkFile;

/// After so many cases a nest is left for a new one, so that nothing can build up in it.
const MOST_SERVED: u32 = 1000;
/// So long a nest may take to end.
const LONGEST_END: Duration = Duration::from_secs(1);
/// After so long nobody waits for a zygote any more: torch takes ten seconds from a cold disk.
const LONGEST_START: Duration = Duration::from_secs(60);

/// A slot's fork of a zygote.
pub struct Nest {
    socket: UnixStream,
    served: u32,
    /// Its memory that is no file's, in bytes: a program forked from it starts with as much, shared.
    pub anonymous: u64,
    /// How many bytes of it are pinned: so much is not shared, but copied for each program, whatever it does.
    pub pinned: u64,
    /// The modules that are loaded, without what is inside packages.
    modules: HashSet<String>,
    /// When the steps of the last program ended, if asked for.
    pub steps: Vec<(String, Duration)>,
}

/// What a zygote is asked for.
#[derive(Serialize)]
pub struct Admission<'a> {
    /// The user and group to become in the slot's user namespace.
    pub user: u32,
    /// The system calls of programs, as an array of `struct sock_filter` in hexadecimal digits.
    pub filter: &'a str,
    /// The number of the processor to stay on; the programs go where they like.
    pub processor: Option<usize>,
}

#[derive(Deserialize)]
struct Welcome {
    anonymous: Option<u64>,
    #[serde(default)]
    pinned: u64,
    #[serde(default)]
    modules: HashSet<String>,
    error: Option<String>,
}

/// A program to fork.
#[derive(Serialize)]
pub struct Start<'a> {
    /// `script` or `call`.
    pub kind: &'a str,
    /// The folder of the solution.
    pub folder: &'a str,
    /// The file in it.
    pub entry: &'a str,
    /// `sys.argv[1:]`
    pub args: &'a [String],
    /// The whole environment, if it is not the one that the interpreter was started in.
    pub env: Option<&'a [(String, String)]>,
    /// The current folder.
    pub work: &'a str,
    /// What random numbers start from.
    pub seed: u64,
    /// Whether it is to tell when its steps ended.
    pub steps: bool,
    /// Number and value of each limit.
    pub limits: Vec<(u32, u64)>,
}

/// The descriptors of a program, in the order in which they are sent.
pub struct Handed<'a> {
    /// The namespace of processes that it is born into.
    pub birthplace: BorrowedFd<'a>,
    /// The namespaces that it enters.
    pub entered: &'a [OwnedFd],
    /// The files that it may touch.
    pub rules: BorrowedFd<'a>,
    /// Standard input, output and error.
    pub stdio: [BorrowedFd<'a>; 3],
    /// Its end of the private channel, for a call.
    pub channel: Option<BorrowedFd<'a>>,
}

#[derive(Deserialize)]
struct Told {
    status: i32,
    cpu: f64,
    memory: u64,
    fault: Option<String>,
    /// Names, and nanoseconds of the monotonic clock.
    #[serde(default)]
    steps: Vec<(String, u64)>,
}

/// The kernel's number of a resource.
pub fn number(resource: Resource) -> u32 {
    match resource {
        Resource::Core => libc::RLIMIT_CORE,
        Resource::Fsize => libc::RLIMIT_FSIZE,
        Resource::Cpu => libc::RLIMIT_CPU,
        Resource::Nofile => libc::RLIMIT_NOFILE,
        Resource::Memlock => libc::RLIMIT_MEMLOCK,
        _ => libc::RLIMIT_NPROC,
    }
}

impl Nest {
    /// Asks `zygote` for a nest and waits until it is there, or `runner` says something: then there is none.
    ///
    /// The error says why there is none: modules that could not be loaded, a zygote that did not start.
    pub fn open(
        zygote: BorrowedFd<'_>,
        user_namespace: BorrowedFd<'_>,
        members: &[BorrowedFd<'_>],
        admission: &Admission<'_>,
        runner: BorrowedFd<'_>,
    ) -> io::Result<Nest> {
        let (mut socket, theirs) = UnixStream::pair()?;
        let mut handed = vec![theirs.as_fd(), user_namespace];
        handed.extend_from_slice(members);
        fds::send(zygote, &serde_json::to_vec(admission)?, &handed)?;
        drop(handed);
        drop(theirs);
        let start = Instant::now();
        loop {
            let left = LONGEST_START.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(io::Error::other(format!("it was not ready after {} s", LONGEST_START.as_secs())));
            }
            let timeout = left.try_into().map_err(io::Error::other)?;
            let mut polled = [PollFd::new(&socket, PollFlags::IN), PollFd::from_borrowed_fd(runner, PollFlags::IN)];
            match rustix::event::poll(&mut polled, Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            if !polled[1].revents().is_empty() {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            if !polled[0].revents().is_empty() {
                break;
            }
        }
        let welcome: Welcome = read(&mut socket)?;
        match welcome {
            Welcome { anonymous: Some(anonymous), error: None, pinned, modules } => {
                Ok(Nest { socket, served: 0, anonymous, pinned, modules, steps: Vec::new() })
            }
            Welcome { error, .. } => Err(io::Error::other(error.unwrap_or_else(|| "it gave no reason".to_owned()))),
        }
    }

    /// Whether a program of these files would import one of them, and here gets a loaded module of that name instead.
    pub fn shadows(&self, files: &[WorkFile]) -> bool {
        files.iter().any(|file| {
            let first = file.path.split('/').next().unwrap_or_default();
            self.modules.contains(first.strip_suffix(".py").unwrap_or(first))
        })
    }

    /// Whether it has served long enough.
    pub fn is_worn(&self) -> bool {
        self.served >= MOST_SERVED
    }

    /// Has it end, and waits until it has given up what it had pinned: the next one may not pin more than is left.
    pub fn retire(mut self) {
        let waits =
            self.socket.shutdown(Shutdown::Write).and_then(|()| self.socket.set_read_timeout(Some(LONGEST_END)));
        if waits.is_ok() {
            // Whatever comes, and if nothing does, the next one only pins less.
            let _ = self.socket.read(&mut [0]);
        }
    }

    /// Forks a program. Its end is to be awaited on [`Nest::ended`].
    pub fn start(&mut self, start: &Start<'_>, handed: &Handed<'_>) -> io::Result<()> {
        self.served += 1;
        let text = serde_json::to_vec(start)?;
        let mut all = vec![handed.birthplace];
        all.extend(handed.entered.iter().map(AsFd::as_fd));
        all.push(handed.rules);
        all.extend(handed.stdio);
        all.extend(handed.channel);
        fds::send(&self.socket, &(text.len() as u64).to_le_bytes(), &all)?;
        self.socket.write_all(&text)
    }

    /// Readable when the program has ended.
    pub fn ended(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// How the program ended. Waits for it. An error: it never ran, for the wall could not be put up.
    pub fn finish(&mut self) -> io::Result<sys::Ended> {
        let told: Told = read(&mut self.socket)?;
        if let Some(fault) = told.fault {
            return Err(io::Error::other(format!("a case could not be walled in: {fault}")));
        }
        self.steps = told.steps.into_iter().map(|(step, at)| (step, Duration::from_nanos(at))).collect();
        Ok(sys::Ended {
            code: libc::WIFEXITED(told.status).then(|| libc::WEXITSTATUS(told.status)),
            signal: libc::WIFSIGNALED(told.status).then(|| libc::WTERMSIG(told.status)),
            memory: told.memory,
            cpu: Duration::from_secs_f64(told.cpu.clamp(0.0, 1e9)),
        })
    }
}

/// A descriptor of the one who asks: sent to a zygote so that a nest can follow into its user namespace.
pub fn user_namespace() -> io::Result<OwnedFd> {
    Ok(fs_err::File::open("/proc/self/ns/user")?.into_parts().0.into())
}

/// Reads one message: eight bytes of length, little endian, then JSON.
fn read<T: serde::de::DeserializeOwned>(socket: &mut UnixStream) -> io::Result<T> {
    let mut header = [0; 8];
    socket.read_exact(&mut header)?;
    let length = u64::from_le_bytes(header);
    if length > 1 << 20 {
        return Err(io::Error::other("a message of a warm interpreter is too long"));
    }
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    socket.read_exact(&mut bytes)?;
    serde_json::from_slice(&bytes).map_err(io::Error::from)
}
