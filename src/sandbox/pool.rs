//! The runner's end: a wall, and the slots behind it.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream as Socket;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::UnixStream;

use super::protocol::{Reply, Setup, Standing};
use super::warden::COMMAND;
use super::{Closing, Mode, Outside, Running, Sandbox, SandboxError, fds, frame};
use crate::model::{Facts, Job, Sockets};

/// What a slot may need for a case besides the time of its program: a warm interpreter that has to load first, files to
/// be written and read. One that is silent for longer is taken for dead.
const LONGEST_BESIDES: Duration = Duration::from_secs(180);
/// How long the end of a slot or warden may take, which is milliseconds but for a machine under great load.
const LONGEST_END: Duration = Duration::from_secs(20);

/// The wall of a run: its warden, while it lives. Whatever it made goes when it is dropped.
pub struct Wall {
    mode: Mode,
    control: Option<Socket>,
    warden: Child,
}

impl Wall {
    /// Puts up a wall. [`SandboxError::Refused`] if this machine cannot have one of this mode: the warden tried.
    pub fn start(setup: &Setup) -> Result<Wall, SandboxError> {
        let (ours, theirs) = Socket::pair().map_err(SandboxError::Start)?;
        // The file may have been replaced since (an update during a long watch); this name still works.
        let warden = Command::new("/proc/self/exe")
            .arg(COMMAND)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(SandboxError::Start)?;
        let mut wall = Wall { mode: setup.mode, control: Some(ours), warden };
        match wall.settle(setup) {
            Ok(Some(Standing::Ready)) => Ok(wall),
            Ok(Some(Standing::Refused(why))) => Err(SandboxError::Refused { mode: setup.mode, why }),
            Ok(None) => Err(SandboxError::Lost(io::ErrorKind::UnexpectedEof.into())),
            Err(error) => Err(SandboxError::Lost(error)),
        }
    }

    fn settle(&mut self, setup: &Setup) -> io::Result<Option<Standing>> {
        let control = self.control.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        frame::write(control, setup)?;
        frame::read(control)
    }

    /// The strongest of `modes` that this machine can have, with why it is none of those before.
    pub fn strongest(modes: &[Mode], setup: &Setup) -> Result<(Wall, Vec<(Mode, String)>), SandboxError> {
        let mut refused = Vec::new();
        for &mode in modes {
            match Wall::start(&Setup { mode, ..setup.clone() }) {
                Ok(wall) => return Ok((wall, refused)),
                Err(SandboxError::Refused { mode, why }) => refused.push((mode, why)),
                Err(error) => return Err(error),
            }
        }
        match refused.into_iter().next_back() {
            Some((mode, why)) => Err(SandboxError::Refused { mode, why }),
            None => Err(SandboxError::Case("no containment mode to try".to_owned())),
        }
    }

    /// Its mode.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// A slot of this number behind the wall; its process is started for its first job.
    pub fn slot(self: &Arc<Wall>, number: u32) -> Slot {
        Slot { wall: self.clone(), number, socket: None, busy: false }
    }

    /// Has the warden start a slot: the socket to it.
    fn open(&self, number: u32) -> io::Result<UnixStream> {
        let control = self.control.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        let (ours, theirs) = Socket::pair()?;
        fds::send(control, &number.to_le_bytes(), &[theirs.as_fd()])?;
        ours.set_nonblocking(true)?;
        UnixStream::from_std(ours)
    }
}

impl Drop for Wall {
    fn drop(&mut self) {
        // Its socket closes: it kills everything, cleans up and ends.
        drop(self.control.take());
        // A failure to clean up is its own to report, on our standard error. One that does not end, stopped by a
        // program that had no wall, is made to.
        let start = Instant::now();
        while let Ok(None) = self.warden.try_wait() {
            if start.elapsed() > LONGEST_END {
                let _ = self.warden.kill();
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// A slot: runs one job at a time.
pub struct Slot {
    wall: Arc<Wall>,
    number: u32,
    socket: Option<UnixStream>,
    busy: bool,
}

impl Slot {
    async fn ask(&mut self, job: &Job, outside: &Outside<'_>) -> Result<Facts, SandboxError> {
        // A future that was dropped half-way left its slot in the middle of a case.
        if self.busy {
            self.end().await;
        }
        let socket = match self.socket.take() {
            Some(socket) => socket,
            None => self.wall.open(self.number).map_err(SandboxError::Start)?,
        };
        self.busy = true;
        let socket = self.socket.insert(socket);
        let longest = job.limits.wall.0 + LONGEST_BESIDES;
        let reply = tokio::time::timeout(longest, exchange(socket, job, outside)).await;
        let reply = reply.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(SandboxError::Lost)?;
        self.busy = false;
        match reply {
            Reply::Done(facts) => Ok(*facts),
            Reply::Fault(why) => Err(SandboxError::Case(why)),
        }
    }

    /// Lets the slot end, and waits until it has cleaned up.
    async fn end(&mut self) {
        self.busy = false;
        if let Some(mut socket) = self.socket.take() {
            // It sees our end close, kills its case and goes; its own end closes last. Whatever it still sends is read
            // and forgotten.
            let _ = socket.shutdown().await;
            let rest = async { while let Ok(1..) = socket.read(&mut [0; 4096]).await {} };
            // One that does not end goes with the wall.
            let _ = tokio::time::timeout(LONGEST_END, rest).await;
        }
    }
}

async fn exchange(socket: &mut UnixStream, job: &Job, outside: &Outside<'_>) -> io::Result<Reply> {
    socket.write_all(&frame::encode(job)?).await?;
    let mut header = [0; 8];
    if job.sockets != Sockets::None {
        // A fault may come in their place.
        let (count, received) = receive(socket, &mut header).await?;
        if received.is_empty() || header != frame::SOCKETS {
            socket.read_exact(&mut header[count..]).await?;
        } else {
            (outside.take)(received)?;
            let (mut reader, mut writer) = socket.split();
            let mut read = std::pin::pin!(reader.read_exact(&mut header));
            tokio::select! {
                biased;
                read = &mut read => read?,
                () = outside.stop.cancelled() => {
                    writer.write_all(&frame::STOP).await?;
                    read.await?
                }
            };
        }
    } else {
        socket.read_exact(&mut header).await?;
    }
    let mut bytes = vec![0; frame::length(header)?];
    socket.read_exact(&mut bytes).await?;
    frame::decode(&bytes)
}

/// Receives bytes and the descriptors that come with them.
async fn receive(socket: &UnixStream, buffer: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    loop {
        socket.readable().await?;
        match socket.try_io(Interest::READABLE, || fds::receive(socket, buffer)) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok((0, _)) => return Err(io::ErrorKind::UnexpectedEof.into()),
            other => return other,
        }
    }
}

impl Sandbox for Slot {
    fn run<'a>(&'a mut self, job: &'a Job, outside: Outside<'a>) -> Running<'a> {
        Box::pin(async move { self.ask(job, &outside).await })
    }

    fn close<'a>(&'a mut self) -> Closing<'a> {
        Box::pin(self.end())
    }
}
