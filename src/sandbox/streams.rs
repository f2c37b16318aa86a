//! Everything that flows between a slot and a program, and the watch over it meanwhile.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};

use super::cell::Cell;
use super::cgroup::{Group, Reading};
use super::run::{SPARE_BYTES, Stopped};
use super::{collect, frame, processes, sys};
use crate::model::{Capture, Job, LimitKind, Program};

/// An answer longer than this is cut: the driver itself refuses to send more than 64 MB of values.
const MOST_ANSWER: u64 = 80 << 20;
/// How often the processes of a case are looked at, once it has run for [`FIRST_LOOK`].
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Nearly all cases are over by then, so they pay nothing for being watched.
const FIRST_LOOK: Duration = Duration::from_millis(15);
/// Where files are bounded by looking at them, that is done at each so many looks: it takes longer.
const LOOKS_A_WALK: u32 = 5;
/// More processes and threads at once than this end the case.
pub const MOST_PROCESSES: usize = 128;

/// The program's ends of its streams.
pub struct Theirs {
    pub stdin: OwnedFd,
    pub stdout: OwnedFd,
    pub stderr: OwnedFd,
    pub channel: Option<OwnedFd>,
}

/// 128 random bits as hexadecimal digits: who answers with them has read the question.
pub fn nonce() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The answer in `bytes`, if they start with `<nonce> <length>\n` and have that length.
pub fn framed(bytes: &[u8], nonce: &str) -> Option<Vec<u8>> {
    let end = bytes.iter().take(64).position(|&byte| byte == b'\n')?;
    let header = std::str::from_utf8(&bytes[..end]).ok()?;
    let length: usize = header.strip_prefix(nonce)?.strip_prefix(' ')?.parse().ok()?;
    bytes.get(end + 1..)?.get(..length).map(<[u8]>::to_vec)
}

/// The pipes and sockets of a program: its ends, and ours. Standard input is a pipe also when it is empty.
pub fn open<'a>(job: &'a Job, question: &'a [u8]) -> io::Result<(Theirs, Streams<'a>)> {
    let ((stdin, into), (from, stdout), (from_error, stderr)) = (io::pipe()?, io::pipe()?, io::pipe()?);
    let channel = match job.program {
        Program::Call { .. } => Some(UnixStream::pair()?),
        Program::Script { .. } => None,
    };
    let (channel, ours) = channel.map_or((None, None), |(theirs, ours)| (Some(theirs), Some(ours)));
    let answer = ours.as_ref().map(UnixStream::try_clone).transpose()?;
    let limit = job.limits.output.0;
    let streams = Streams {
        stdout: Input::of(Some(from.into()), limit)?,
        stderr: Input::of(Some(from_error.into()), limit)?,
        answer: Input::of(answer.map(OwnedFd::from), MOST_ANSWER)?,
        stdin: Output::of(Some(into.into()), &job.stdin)?,
        question: Output::of(ours.map(OwnedFd::from), question)?,
    };
    let theirs = Theirs {
        stdin: stdin.into(),
        stdout: stdout.into(),
        stderr: stderr.into(),
        channel: channel.map(OwnedFd::from),
    };
    Ok((theirs, streams))
}

/// A stream that the program writes.
pub struct Input {
    file: Option<File>,
    limit: u64,
    pub capture: Capture,
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
pub struct Output<'a> {
    file: Option<File>,
    left: &'a [u8],
}

impl<'a> Output<'a> {
    fn of(fd: Option<OwnedFd>, bytes: &'a [u8]) -> io::Result<Output<'a>> {
        // Nothing to say: closed at once.
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

/// Everything that flows between the slot and the program.
pub struct Streams<'a> {
    pub stdout: Input,
    pub stderr: Input,
    pub answer: Input,
    pub stdin: Output<'a>,
    pub question: Output<'a>,
}

impl Streams<'_> {
    /// Serves the streams until the program ends or passes a limit: which one, and the largest memory seen.
    pub fn watch(
        &mut self,
        watch: &Watch<'_>,
        ended: BorrowedFd<'_>,
        mut runner: &UnixStream,
    ) -> Result<(Option<LimitKind>, u64), Stopped> {
        let limits = &watch.job.limits;
        let mut memory = 0;
        let mut next_look = FIRST_LOOK;
        let mut looks = 0_u32;
        loop {
            let elapsed = watch.start.elapsed();
            if elapsed >= limits.wall.0 {
                return Ok((Some(LimitKind::Wall), memory));
            }
            if elapsed >= next_look {
                next_look = elapsed + LOOK_EVERY;
                let load = watch.load()?;
                memory = memory.max(load.memory);
                let passed = [
                    (load.killed || load.memory > limits.memory.0, LimitKind::Memory),
                    (load.cpu > limits.cpu.0, LimitKind::Cpu),
                    (load.processes > MOST_PROCESSES, LimitKind::Processes),
                ];
                if let Some((_, limit)) = passed.into_iter().find(|(passed, _)| *passed) {
                    return Ok((Some(limit), memory));
                }
                looks += 1;
                if let Some(folder) = watch.folder.filter(|_| looks.is_multiple_of(LOOKS_A_WALK))
                    && collect::size(folder) > watch.most_bytes()
                {
                    return Ok((Some(LimitKind::Files), memory));
                }
            }
            let wait = next_look.min(limits.wall.0).saturating_sub(elapsed);
            let timeout = Timespec {
                tv_sec: i64::try_from(wait.as_secs()).unwrap_or(1),
                tv_nsec: i64::from(wait.subsec_nanos()),
            };
            let mut polled = vec![PollFd::from_borrowed_fd(ended, PollFlags::IN), PollFd::new(runner, PollFlags::IN)];
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
                let mut said = [0; 8];
                // The only thing that it says during a case. Anything else is that its end is closed.
                if runner.read_exact(&mut said).is_err() || said != frame::STOP {
                    return Err(Stopped::RunnerGone);
                }
                watch.cell.map_or(Ok(()), Cell::ask_to_end)?;
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
    pub fn drain(&mut self) -> io::Result<()> {
        for input in [&mut self.stdout, &mut self.stderr, &mut self.answer] {
            input.read();
            input.file = None;
        }
        Ok(())
    }
}

/// What is looked at while a program runs.
pub struct Watch<'a> {
    /// Where its files are, when no file system of their own bounds them.
    pub folder: Option<&'a Path>,
    pub job: &'a Job,
    pub start: Instant,
    pub before: Reading,
    pub children_before: Duration,
    pub group: Option<&'a Group>,
    pub cell: Option<&'a Cell>,
    /// Memory that the program was born with, in bytes.
    pub base: u64,
}

impl Watch<'_> {
    /// How many bytes the files of the case may have, those that are given included.
    pub fn most_bytes(&self) -> u64 {
        let given = self.job.solution.iter().chain(&self.job.inputs).map(|file| file.bytes.len() as u64);
        self.job.limits.files.0 + given.sum::<u64>() + SPARE_BYTES
    }

    /// What the processes of the case use now.
    fn load(&self) -> io::Result<processes::Load> {
        if let Some(group) = self.group {
            let now = group.read()?;
            return Ok(processes::Load {
                processes: usize::try_from(now.processes.saturating_sub(self.before.processes)).unwrap_or(usize::MAX),
                cpu: now.cpu.saturating_sub(self.before.cpu),
                memory: now.memory.saturating_sub(self.before.memory),
                killed: now.kills > self.before.kills,
            });
        }
        match self.cell {
            Some(cell) => {
                let mut load = processes::inside(&cell.proc(), self.base)?;
                load.memory += cell.bytes()?;
                Ok(load)
            }
            None => {
                let mut load = processes::below()?;
                load.cpu += sys::children_cpu().saturating_sub(self.children_before);
                Ok(load)
            }
        }
    }
}
