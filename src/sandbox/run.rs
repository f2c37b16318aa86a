//! One job in the supervisor: a fresh folder, the program, its streams, its limits, its end.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags};

use super::{collect, processes, sys};
use crate::model::{Capture, Exit, Facts, Job, LimitKind, Program, Usage, WorkFile};

/// What turns an interpreter into a case: read from `driver/` of this crate, written beside each supervisor once.
pub const DRIVER_FILES: [(&str, &str); 5] = [
    ("start.py", include_str!("../driver/start.py")),
    ("case.py", include_str!("../driver/case.py")),
    ("seeds.py", include_str!("../driver/seeds.py")),
    ("call.py", include_str!("../driver/call.py")),
    ("codec.py", include_str!("../driver/codec.py")),
];

/// An answer longer than this is cut: the driver itself refuses to send more than 64 MB of values.
const MOST_ANSWER: u64 = 80 << 20;
/// How often the processes of a case are looked at, once it has run for [`FIRST_LOOK`].
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Nearly all cases are over by then, so they pay nothing for being watched.
const FIRST_LOOK: Duration = Duration::from_millis(15);
/// More processes and threads at once than this end the case.
const MOST_PROCESSES: usize = 128;

/// Why a case could not be run to its end.
pub enum Stopped {
    /// The machine's fault, in a sentence.
    Fault(io::Error),
    /// The runner went away.
    RunnerGone,
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Stopped {
        Stopped::Fault(error)
    }
}

/// Runs `job` in the empty folder `folder`; `driver` holds [`DRIVER_FILES`], `runner` closes when the runner goes away.
pub fn run(job: &Job, folder: &Path, driver: &Path, runner: BorrowedFd<'_>) -> Result<Facts, Stopped> {
    let [solution, work, home, tmp] = ["solution", "work", "home", "tmp"].map(|name| folder.join(name));
    for made in [&solution, &work, &home, &tmp] {
        fs_err::create_dir(made)?;
    }
    place(&solution, &job.solution)?;
    place(&work, &job.inputs)?;

    let mut command = Command::new(&job.python);
    // Not `-I`, which would leave the solution's own folder out of `sys.path`; what else it keeps out is kept out by
    // the environment, which is built from nothing.
    command.args(["-s", "-B"]).arg(driver.join("start.py")).current_dir(&work);
    let (kind, entry, args) = match &job.program {
        Program::Script { entry, args } => ("script", entry, args.as_slice()),
        Program::Call { entry, .. } => ("call", entry, &[][..]),
    };
    command.arg(kind).arg(&solution).args([entry, &job.seed.to_string()]).args(args);
    let (program_end, our_end) = match &job.program {
        Program::Script { .. } => (None, None),
        Program::Call { .. } => {
            let (program_end, our_end) = UnixStream::pair()?;
            (Some(program_end), Some(our_end))
        }
    };
    command.env_clear().envs(environment(job.hash_seed, &home, &tmp)).envs(job.env.iter().map(|(k, v)| (k, v)));
    // A pipe also when there is nothing in it, closed at once: a program finds the same kind of thing everywhere.
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    sys::prepare_child(&mut command, &job.limits, program_end.as_ref().map(|end| end.as_fd()));

    let cpu_before = sys::children_cpu();
    let start = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("could not start {}: {error}", job.python.display())))?;
    drop(command);
    drop(program_end);
    let pid =
        i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or_else(|| io::Error::other("no process id"))?;
    let ended = rustix::process::pidfd_open(pid, PidfdFlags::empty()).map_err(io::Error::from)?;

    let nonce = nonce()?;
    let question = match &job.program {
        Program::Call { question, .. } => [format!("{nonce} {}\n", question.len()).as_bytes(), question].concat(),
        Program::Script { .. } => Vec::new(),
    };
    let limit = job.limits.output.0;
    let mut streams = Streams {
        stdout: Input::of(child.stdout.take().map(OwnedFd::from), limit)?,
        stderr: Input::of(child.stderr.take().map(OwnedFd::from), limit)?,
        answer: Input::of(our_end.as_ref().map(UnixStream::try_clone).transpose()?.map(OwnedFd::from), MOST_ANSWER)?,
        stdin: Output::of(child.stdin.take().map(OwnedFd::from), &job.stdin)?,
        question: Output::of(our_end.map(OwnedFd::from), &question)?,
    };
    let watched = streams.watch(job, start, cpu_before, ended.as_fd(), runner);
    let (limit, mut memory) = match watched {
        Ok(seen) => seen,
        Err(stopped) => {
            processes::kill_all()?;
            return Err(stopped);
        }
    };

    // The wait comes before the killing, so that a program that has ended keeps its own exit status.
    if limit.is_some() {
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).map_err(io::Error::from)?;
    }
    let waited = sys::wait4(pid)?;
    let wall = start.elapsed();
    processes::kill_all()?;
    streams.drain()?;
    memory = memory.max(waited.memory);
    let cpu = sys::children_cpu().saturating_sub(cpu_before);

    let mut exit = match (limit, waited.code, waited.signal) {
        (Some(limit), ..) => Exit::Limit(limit),
        (None, Some(code), _) => Exit::Code(code),
        (None, None, signal) => Exit::Signal(signal.unwrap_or(0)),
    };
    if exit == Exit::Signal(libc::SIGXCPU) || (cpu > job.limits.cpu.0 && !matches!(exit, Exit::Limit(_))) {
        exit = Exit::Limit(LimitKind::Cpu);
    }
    if streams.stdout.capture.truncated || streams.stderr.capture.truncated {
        exit = Exit::Limit(LimitKind::Output);
    }
    let mut files = Vec::new();
    if job.collect_files {
        match collect::changed(&work, &job.inputs, job.limits.files.0)? {
            Some(changed) => files = changed,
            None => exit = Exit::Limit(LimitKind::Files),
        }
    }
    Ok(Facts {
        exit,
        answer: framed(&streams.answer.capture.bytes, &nonce),
        stdout: streams.stdout.capture,
        stderr: streams.stderr.capture,
        files,
        usage: Usage { wall, cpu, memory },
        folder: folder.display().to_string(),
        warm: false,
    })
}

/// Writes the files below `folder`.
fn place(folder: &Path, files: &[WorkFile]) -> io::Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        if file.path.contains('/') {
            path.parent().map_or(Ok(()), fs_err::create_dir_all)?;
        }
        fs_err::write(path, &file.bytes)?;
    }
    Ok(())
}

/// The environment of every program: built from nothing, the same on every machine.
fn environment(hash_seed: u32, home: &Path, tmp: &Path) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", &home.to_string_lossy()),
        ("TMPDIR", &tmp.to_string_lossy()),
        ("LANG", "C.UTF-8"),
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "UTC"),
        // Strict, as in a UTF-8 locale: in C.UTF-8 Python would let invalid bytes pass as surrogates.
        ("PYTHONIOENCODING", "utf-8:strict"),
        ("PYTHONHASHSEED", &hash_seed.to_string()),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        // One thread a program: the cases are what runs in parallel, and sums do not depend on the cores.
        ("OMP_NUM_THREADS", "1"),
        ("OPENBLAS_NUM_THREADS", "1"),
        ("MKL_NUM_THREADS", "1"),
        ("NUMEXPR_NUM_THREADS", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    // Some processors need these for right results; they are the machine's, not the user's.
    for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] {
        if let Ok(value) = std::env::var(name) {
            all.push((name.to_owned(), value));
        }
    }
    all
}

/// 128 random bits as hexadecimal digits: who answers with them has read the question.
fn nonce() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The answer in `bytes`, if they start with `<nonce> <length>\n` and have that length.
fn framed(bytes: &[u8], nonce: &str) -> Option<Vec<u8>> {
    let end = bytes.iter().take(64).position(|&byte| byte == b'\n')?;
    let header = std::str::from_utf8(&bytes[..end]).ok()?;
    let length: usize = header.strip_prefix(nonce)?.strip_prefix(' ')?.parse().ok()?;
    bytes.get(end + 1..)?.get(..length).map(<[u8]>::to_vec)
}

/// A stream that the program writes.
struct Input {
    file: Option<File>,
    limit: u64,
    capture: Capture,
}

impl Input {
    fn of(fd: Option<OwnedFd>, limit: u64) -> io::Result<Input> {
        if let Some(fd) = &fd {
            rustix::io::ioctl_fionbio(fd, true)?;
        }
        Ok(Input { file: fd.map(File::from), limit, capture: Capture::default() })
    }

    /// Reads what is there. What passes the limit is not kept, and ends the stream.
    fn read(&mut self) {
        let mut buffer = [0; 64 * 1024];
        while let Some(file) = &mut self.file {
            match file.read(&mut buffer) {
                Ok(0) => self.file = None,
                Ok(count) => {
                    let room = usize::try_from(self.limit).unwrap_or(usize::MAX) - self.capture.bytes.len();
                    self.capture.bytes.extend_from_slice(&buffer[..count.min(room)]);
                    if count > room {
                        self.capture.truncated = true;
                        self.file = None;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.file = None,
            }
        }
    }
}

/// A stream that the program reads.
struct Output<'a> {
    file: Option<File>,
    left: &'a [u8],
}

impl<'a> Output<'a> {
    fn of(fd: Option<OwnedFd>, bytes: &'a [u8]) -> io::Result<Output<'a>> {
        let fd = fd.filter(|_| !bytes.is_empty());
        if let Some(fd) = &fd {
            rustix::io::ioctl_fionbio(fd, true)?;
        }
        Ok(Output { file: fd.map(File::from), left: bytes })
    }

    /// Writes what the program takes now. A program that does not want it is free not to.
    fn write(&mut self) {
        while let Some(file) = &mut self.file {
            match file.write(self.left) {
                Ok(count) => self.left = &self.left[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.file = None,
            }
            if self.left.is_empty() {
                self.file = None;
            }
        }
    }
}

/// Everything that flows between the supervisor and the program.
struct Streams<'a> {
    stdout: Input,
    stderr: Input,
    answer: Input,
    stdin: Output<'a>,
    question: Output<'a>,
}

impl Streams<'_> {
    /// Serves the streams until the program ends or passes a limit: which one, and the largest memory seen.
    fn watch(
        &mut self,
        job: &Job,
        start: Instant,
        cpu_before: Duration,
        ended: BorrowedFd<'_>,
        runner: BorrowedFd<'_>,
    ) -> Result<(Option<LimitKind>, u64), Stopped> {
        let limits = &job.limits;
        let mut memory = 0;
        let mut next_look = FIRST_LOOK;
        loop {
            let elapsed = start.elapsed();
            if elapsed >= limits.wall.0 {
                return Ok((Some(LimitKind::Wall), memory));
            }
            if elapsed >= next_look {
                next_look = elapsed + LOOK_EVERY;
                let load = processes::load()?;
                memory = memory.max(load.memory);
                let cpu = load.cpu + sys::children_cpu().saturating_sub(cpu_before);
                let passed = [
                    (load.memory > limits.memory.0, LimitKind::Memory),
                    (cpu > limits.cpu.0, LimitKind::Cpu),
                    (load.processes > MOST_PROCESSES, LimitKind::Processes),
                ];
                if let Some((_, limit)) = passed.into_iter().find(|(passed, _)| *passed) {
                    return Ok((Some(limit), memory));
                }
            }
            let wait = next_look.min(limits.wall.0).saturating_sub(elapsed);
            let timeout = Timespec {
                tv_sec: i64::try_from(wait.as_secs()).unwrap_or(1),
                tv_nsec: i64::from(wait.subsec_nanos()),
            };
            let mut polled =
                vec![PollFd::from_borrowed_fd(ended, PollFlags::IN), PollFd::from_borrowed_fd(runner, PollFlags::IN)];
            for input in [&self.stdout, &self.stderr, &self.answer] {
                polled.extend(input.file.as_ref().map(|file| PollFd::new(file, PollFlags::IN)));
            }
            for output in [&self.stdin, &self.question] {
                polled.extend(output.file.as_ref().map(|file| PollFd::new(file, PollFlags::OUT)));
            }
            match rustix::event::poll(&mut polled, Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(io::Error::from(error).into()),
            }
            let (has_ended, runner_spoke) = (!polled[0].revents().is_empty(), !polled[1].revents().is_empty());
            for input in [&mut self.stdout, &mut self.stderr, &mut self.answer] {
                input.read();
            }
            for output in [&mut self.stdin, &mut self.question] {
                output.write();
            }
            if runner_spoke {
                // The runner sends nothing during a case: its end of the pipe is closed.
                return Err(Stopped::RunnerGone);
            }
            if self.stdout.capture.truncated || self.stderr.capture.truncated {
                return Ok((Some(LimitKind::Output), memory));
            }
            if has_ended {
                return Ok((None, memory));
            }
        }
    }

    /// Reads what is left when every process that could write is dead.
    fn drain(&mut self) -> io::Result<()> {
        for input in [&mut self.stdout, &mut self.stderr, &mut self.answer] {
            input.read();
            input.file = None;
        }
        Ok(())
    }
}
