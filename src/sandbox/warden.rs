//! The process that a run's wall belongs to: it makes what all slots share, starts slots and warm interpreters on demand,
//! and takes everything along when it ends.
//!
//! With namespaces there are two of it: the *keeper* outside, which has what only it may have (control groups, the maps
//! of users) and cleans up, and the *warden* inside, which is the first process of a namespace of processes: when it
//! ends, by whatever cause, the kernel kills all that it started.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Gid, Pid, PidfdFlags, Signal, Uid};
use rustix::thread::UnshareFlags;

use super::cgroup::{Group, Tree};
use super::protocol::{Runtime, Setup, Standing};
use super::slot::{self, Slot};
use super::{Mode, fds, frame, processes, root, run, stale, sys};

/// The hidden command under which this binary is a warden. Its standard input is a socket to the runner.
pub const COMMAND: &str = "__warden";

/// What all slots share besides the processes; new for a run.
const NAMESPACES: i32 = libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWCGROUP;

/// The users of slots, as root: numbers that no account has. The first range is one that systemd reserves for nobody;
/// the second is for containers that have 65,536 numbers only.
const USERS: [u32; 2] = [1_900_000_000, 60_000];

/// Bytes that a warm interpreter may have in temporary files.
const SCRATCH: u64 = 64 << 20;

/// A warm interpreter that ended after so long was no failure.
const SERVED_WELL: Duration = Duration::from_secs(60);

/// After so many starts in a row that came to nothing, a warm interpreter is not started again.
const MOST_STARTS: u32 = 3;

/// How long slots may take to clean up once the runner is gone.
const LONGEST_END: Duration = Duration::from_secs(10);

/// A warm interpreter that may be running.
struct Zygote {
    /// The end on which slots ask it.
    asking: OwnedFd,
    /// Its own end, kept so that it can be started again.
    answering: OwnedFd,
    running: Option<(OwnedFd, Instant)>,
    /// Starts in a row that came to nothing.
    starts: u32,
}

/// Serves the runner until it goes away.
pub fn main() -> io::Result<()> {
    // Its own session: Ctrl-C in the terminal is for the runner, which then closes our socket.
    let _ = rustix::process::setsid();
    let mut control = UnixStream::from(rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?);
    let Some(setup) = frame::read::<Setup>(&mut control)? else { return Ok(()) };
    if setup.mode.has_namespaces() {
        return keep(&setup, control);
    }
    rustix::process::set_child_subreaper(Pid::from_raw(1))?;
    let users = if setup.mode == Mode::Bare { users(setup.slots) } else { None };
    let served = serve(&setup, control, Vec::new(), users);
    // Slots see the runner go, too, and clean up. Whatever does not end by itself is killed.
    processes::wait_for_children(LONGEST_END)?;
    processes::kill_all()?;
    // The runner's to remove, unless it was killed.
    let _ = fs_err::remove_dir(&setup.folder);
    served
}

/// The keeper: makes the namespaces, waits for their end, removes what is outside of them.
fn keep(setup: &Setup, mut control: UnixStream) -> io::Result<()> {
    // By a descriptor: it comes to have another root.
    let above = setup.folder.parent().map(fs_err::File::open).transpose()?;
    let prepared = (|| {
        let tree = (setup.mode == Mode::Full).then(|| Tree::create(setup.slots)).transpose()?;
        let groups = match &tree {
            Some(tree) => (0..setup.slots).map(|slot| tree.group(slot)).collect::<io::Result<Vec<Group>>>()?,
            None => Vec::new(),
        };
        Ok((tree, groups))
    })();
    let (tree, groups) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return refuse(&mut control, "control groups", &error),
    };
    let users = users(setup.slots);
    if let Some(base) = users
        && let Err(error) = (|| {
            // As root, who may enter everybody's folders, and before there is a user namespace, which would not.
            rustix::thread::set_thread_groups(&[])?;
            sys::leave(UnshareFlags::NEWNS)?;
            root::enter(&everything(setup))?;
            Ok::<_, io::Error>(base)
        })()
    {
        return refuse(&mut control, "a mount namespace", &error);
    }
    let (mapped, map) = io::pipe()?;
    let warden = match sys::fork_into(NAMESPACES) {
        Ok(Some(warden)) => warden,
        Ok(None) => {
            drop(map);
            // No descriptor of a folder outside may come in: `..` leads on from there.
            drop(above);
            if let Some(tree) = tree {
                tree.disown();
            }
            let ended = inside(setup, control, groups, users, mapped);
            sys::exit(i32::from(ended.is_err()));
        }
        Err(error) => return refuse(&mut control, "user namespaces", &error),
    };
    drop((groups, mapped));
    let written =
        write_maps(&warden.as_raw_nonzero().to_string(), users.unwrap_or_else(own_user), users.map(|_| setup.slots));
    if let Err(error) = written {
        refuse(&mut control, "user namespaces", &error)?;
    } else {
        (&map).write_all(b".")?;
    }
    drop((map, control));
    sys::wait4(warden)?;
    drop(tree);
    if let (Some(above), Some(name)) = (above, setup.folder.file_name()) {
        // The runner's to remove, unless it was killed.
        let _ = rustix::fs::unlinkat(above.file(), name, rustix::fs::AtFlags::REMOVEDIR);
    }
    Ok(())
}

/// Tells the runner that this wall cannot be had.
fn refuse(control: &mut UnixStream, what: &str, error: &io::Error) -> io::Result<()> {
    frame::write(control, &Standing::Refused(format!("{what}: {error}")))
}

fn own_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The first of the users of slots, as root; `None` for whoever has one user only: everybody else, and a root with no
/// users to spare.
fn users(slots: u32) -> Option<u32> {
    let map = fs_err::read_to_string("/proc/self/uid_map").ok().filter(|_| own_user() == 0)?;
    let has = |first: u32| {
        map.lines().any(|line| {
            let mut numbers = line.split_ascii_whitespace().filter_map(|word| word.parse::<u64>().ok());
            let (Some(start), _, Some(count)) = (numbers.next(), numbers.next(), numbers.next()) else { return false };
            start <= u64::from(first) && u64::from(first) + u64::from(slots) < start + count
        })
    };
    USERS.into_iter().find(|&first| has(first))
}

/// Maps the users of a new user namespace: 0 to `first`, and as many more as there are slots.
fn write_maps(pid: &str, first: u32, slots: Option<u32>) -> io::Result<()> {
    let proc = Path::new("/proc").join(pid);
    let count = slots.unwrap_or(0) + 1;
    if slots.is_none() {
        fs_err::write(proc.join("setgroups"), "deny")?;
    }
    let group = if slots.is_some() { first } else { rustix::process::getegid().as_raw() };
    fs_err::write(proc.join("uid_map"), format!("0 {first} {count}"))?;
    fs_err::write(proc.join("gid_map"), format!("0 {group} {count}"))
}

/// All that the run's cases may see together.
fn everything(setup: &Setup) -> root::Plan<'_> {
    let folders = setup.runtimes.iter().flat_map(|runtime| &runtime.folders).map(|path| path.as_path()).collect();
    root::Plan { folders, hidden: &setup.hidden, driver: &run::DRIVER_FILES }
}

/// The root of one interpreter's cases.
pub fn plan<'a>(setup: &'a Setup, runtime: &'a Runtime) -> root::Plan<'a> {
    let folders = runtime.folders.iter().map(|path| path.as_path()).collect();
    root::Plan { folders, hidden: &setup.hidden, driver: &run::DRIVER_FILES }
}

/// The warden, as the first process of the namespaces.
fn inside(
    setup: &Setup,
    mut control: UnixStream,
    groups: Vec<Group>,
    users: Option<u32>,
    mut mapped: io::PipeReader,
) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut byte = [0];
    mapped.read_exact(&mut byte)?;
    drop(mapped);
    let prepared = (|| {
        let (uid, gid) = (Uid::ROOT, Gid::ROOT);
        if users.is_none() {
            root::enter(&everything(setup))?;
        } else {
            rustix::mount::mount_change(
                "/",
                rustix::mount::MountPropagationFlags::PRIVATE | rustix::mount::MountPropagationFlags::REC,
            )?;
        }
        rustix::thread::set_thread_res_gid(gid, gid, gid)?;
        rustix::thread::set_thread_res_uid(uid, uid, uid)?;
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::Dumpable)?;
        let flags =
            rustix::mount::MountFlags::NOSUID | rustix::mount::MountFlags::NODEV | rustix::mount::MountFlags::NOEXEC;
        rustix::mount::mount("proc", "/proc", "proc", flags, None)?;
        sys::loopback_up()
    })();
    if let Err(error) = prepared {
        return refuse(&mut control, "namespaces", &error);
    }
    serve(setup, control, groups, users)
}

/// Opens slots and starts warm interpreters as they are asked for, until the runner goes away.
fn serve(setup: &Setup, mut control: UnixStream, groups: Vec<Group>, users: Option<u32>) -> io::Result<()> {
    let mut groups: Vec<Option<Group>> = groups.into_iter().map(Some).collect();
    let mut zygotes = Vec::new();
    if setup.mode.has_namespaces() && setup.warm {
        for _ in &setup.runtimes {
            let (asking, answering) =
                socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
            zygotes.push(Zygote { asking, answering, running: None, starts: 0 });
        }
    }
    // If there is but one, it will be asked for: it can load its modules while the first slots are made.
    if let [only] = zygotes.as_mut_slice() {
        only.turn(setup, 0);
    }
    // A wall that stands in name only is none: one case's namespaces are made, and everything of a slot.
    let shared = Shared { setup, users, zygotes: &zygotes };
    if let Err(error) = rehearse(&shared, groups.first_mut()) {
        return refuse(&mut control, "a case", &error);
    }
    frame::write(&mut control, &Standing::Ready)?;
    sys::keep_ended_children(!setup.mode.has_namespaces());
    loop {
        let mut polled = vec![PollFd::new(&control, PollFlags::IN)];
        for zygote in &zygotes {
            polled.push(match &zygote.running {
                Some((handle, _)) => PollFd::new(handle, PollFlags::IN),
                None => PollFd::new(&zygote.answering, PollFlags::IN),
            });
        }
        match rustix::event::poll(&mut polled, None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<bool> = polled.iter().map(|one| !one.revents().is_empty()).collect();
        for (index, zygote) in zygotes.iter_mut().enumerate() {
            if ready[index + 1] {
                zygote.turn(setup, index);
            }
        }
        if ready[0] {
            let mut number = [0; 4];
            let (count, mut handed) = fds::receive(&control, &mut number)?;
            let (4, Some(socket)) = (count, handed.pop()) else { return Ok(()) };
            let shared = Shared { setup, users, zygotes: &zygotes };
            open(&shared, u32::from_le_bytes(number), UnixStream::from(socket), &mut groups)?;
        }
    }
}

/// What a slot is made from.
struct Shared<'a> {
    setup: &'a Setup,
    users: Option<u32>,
    zygotes: &'a [Zygote],
}

impl Shared<'_> {
    fn slot(&self, number: u32, group: Option<Group>) -> io::Result<Slot> {
        let zygotes = self.zygotes.iter().map(|zygote| zygote.asking.try_clone()).collect::<io::Result<_>>()?;
        Slot::new(self.setup.clone(), number, self.users, group, zygotes)
    }
}

/// Starts the process of a slot.
fn open(shared: &Shared<'_>, number: u32, socket: UnixStream, groups: &mut [Option<Group>]) -> io::Result<()> {
    if sys::fork_into(0)?.is_some() {
        return Ok(());
    }
    sys::keep_ended_children(true);
    // Standard input is the socket to the runner, which is the warden's alone.
    let served = File::open("/dev/null")
        .and_then(|null| rustix::stdio::dup2_stdin(&null).map_err(io::Error::from))
        .and_then(|()| {
            let group = groups.get_mut(number as usize).and_then(Option::take);
            slot::main(shared.slot(number, group)?, socket)
        });
    sys::exit(i32::from(served.is_err()));
}

/// Does all that a slot does for a case, without a program.
fn rehearse(shared: &Shared<'_>, group: Option<&mut Option<Group>>) -> io::Result<()> {
    let (mut result, told) = io::pipe()?;
    let Some(child) = sys::fork_into(0)? else {
        drop(result);
        let group = group.and_then(Option::take);
        let tried = shared.slot(0, group).and_then(|mut slot| slot.rehearse());
        if let Err(error) = tried {
            // If it cannot be told either, the silence tells enough.
            let _ = (&told).write_all(error.to_string().as_bytes());
            sys::exit(1);
        }
        let _ = (&told).write_all(b".");
        sys::exit(0);
    };
    drop(told);
    let mut said = String::new();
    result.read_to_string(&mut said)?;
    let _ = rustix::process::waitpid(Some(child), rustix::process::WaitOptions::empty());
    match said.as_str() {
        "." => Ok(()),
        "" => Err(io::Error::other("a rehearsal of it ended without a word")),
        why => Err(io::Error::other(why.to_owned())),
    }
}

impl Zygote {
    /// It has ended, or is asked for while it does not run.
    fn turn(&mut self, setup: &Setup, index: usize) {
        if let Some((_, since)) = self.running.take() {
            // One that served for a while ended by itself, to be started anew.
            if since.elapsed() > SERVED_WELL {
                self.starts = 0;
            }
            return;
        }
        let Some(runtime) = setup.runtimes.get(index) else { return };
        if self.starts >= MOST_STARTS {
            return self.decline("it ended again and again");
        }
        self.starts += 1;
        match start_zygote(setup, runtime, self.answering.as_fd()) {
            Ok(handle) => self.running = Some((handle, Instant::now())),
            Err(error) => self.decline(&error.to_string()),
        }
    }

    /// Answers who asks: there is no warm interpreter.
    fn decline(&mut self, why: &str) {
        let mut buffer = vec![0; 65536];
        let Ok((_, handed)) = fds::receive(&self.answering, &mut buffer) else { return };
        let Some(slot) = handed.into_iter().next() else { return };
        let text = serde_json::json!({ "error": why }).to_string().into_bytes();
        let mut message = (text.len() as u64).to_le_bytes().to_vec();
        message.extend(text);
        // A slot that has gone wants no answer.
        let _ = UnixStream::from(slot).write_all(&message);
    }
}

/// Starts a warm interpreter behind a wall of its own: the root of its cases, no network.
fn start_zygote(setup: &Setup, runtime: &Runtime, requests: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    // As a case's: pipes, and nothing to be read.
    let (stdin, _) = io::pipe()?;
    let (_, stdout) = io::pipe()?;
    let Some(pid) = sys::fork_into(0)? else {
        sys::keep_ended_children(true);
        let gone = become_zygote(setup, runtime, requests, stdin, stdout);
        // What it would have said goes nowhere: the warden sees it end, and says so.
        sys::exit(i32::from(gone.is_err()));
    };
    Ok(rustix::process::pidfd_open(pid, PidfdFlags::empty())?)
}

fn become_zygote(
    setup: &Setup,
    runtime: &Runtime,
    requests: BorrowedFd<'_>,
    stdin: io::PipeReader,
    stdout: io::PipeWriter,
) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    sys::leave(UnshareFlags::NEWNS)?;
    root::enter(&plan(setup, runtime))?;
    // Some modules want a place for temporary files when they are loaded.
    root::folders(SCRATCH, 1024)?;
    let requests = rustix::io::fcntl_dupfd_cloexec(requests, 10)?;
    let mut command = Command::new(&runtime.python);
    let [case, driver] = [root::CASE, root::DRIVER].map(Path::new);
    command.args(run::FLAGS).arg(driver.join("start.py")).arg("warm").args(runtime.preload.iter());
    // As a case's, since modules remember what they find.
    command.env_clear().envs(run::zygote_environment(case, driver)).current_dir(case.join("work"));
    // What goes wrong while modules are loaded is for people to see.
    command.stdin(Stdio::from(stdin)).stdout(Stdio::from(stdout)).stderr(Stdio::inherit());
    sys::before_exec(&mut command, move || {
        sys::put_at(requests.as_fd(), sys::CHANNEL)?;
        sys::close_from(sys::CHANNEL.unsigned_abs() + 1)
    });
    Err(command.exec())
}

/// Sweeps what runs that are gone have left in the folder for temporary files.
pub fn sweep(folder: &Path) {
    stale::sweep(folder, slot::remove);
}
