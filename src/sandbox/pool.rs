//! The runner's end: a supervisor process and the pipe to it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::supervisor::{COMMAND, Reply};
use super::{Closing, Mode, Running, Sandbox, SandboxError, frame};
use crate::model::{Facts, Job};

/// A slot: runs one job at a time in its supervisor process, which is started for the first one.
pub struct Supervised {
    folder: PathBuf,
    supervisor: Option<Child>,
    started: u32,
    busy: bool,
}

impl Supervised {
    /// A slot whose supervisor works below `folder`, which exists and belongs to this slot alone.
    pub fn new(folder: &Path) -> Supervised {
        Supervised { folder: folder.to_owned(), supervisor: None, started: 0, busy: false }
    }

    /// Starts a supervisor: this program again, under its hidden command.
    fn start(&mut self) -> Result<Child, SandboxError> {
        let folder = self.folder.join(format!("s{}", self.started));
        self.started += 1;
        let start = || -> io::Result<Child> {
            fs_err::create_dir_all(&folder)?;
            // The file may have been replaced since (an update during a long watch); this name still works.
            Command::new("/proc/self/exe")
                .arg(COMMAND)
                .arg(&folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::inherit())
                .spawn()
        };
        start().map_err(SandboxError::Start)
    }

    async fn ask(&mut self, job: &Job) -> Result<Facts, SandboxError> {
        // A future that was dropped half-way left its supervisor in the middle of a case.
        if self.busy {
            self.end().await;
        }
        let supervisor = match self.supervisor.take() {
            Some(supervisor) => supervisor,
            None => self.start()?,
        };
        self.busy = true;
        let supervisor = self.supervisor.insert(supervisor);
        let reply = exchange(supervisor, job).await.map_err(SandboxError::Lost)?;
        self.busy = false;
        match reply {
            Reply::Done(facts) => Ok(*facts),
            Reply::Fault(why) => Err(SandboxError::Case(why)),
        }
    }

    /// Lets the supervisor end, and waits until it has cleaned up.
    async fn end(&mut self) {
        self.busy = false;
        if let Some(mut supervisor) = self.supervisor.take() {
            // Its pipe closes: it kills its case, removes its folder and ends.
            drop(supervisor.stdin.take());
            // A failure to clean up is its own to report, on our standard error.
            let _ = supervisor.wait().await;
        }
    }
}

async fn exchange(supervisor: &mut Child, job: &Job) -> io::Result<Reply> {
    let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
    let message = frame::encode(job)?;
    let stdin = supervisor.stdin.as_mut().ok_or_else(closed)?;
    stdin.write_all(&message).await?;
    stdin.flush().await?;
    let stdout = supervisor.stdout.as_mut().ok_or_else(closed)?;
    let mut header = [0; 8];
    stdout.read_exact(&mut header).await?;
    let mut bytes = vec![0; frame::length(header)?];
    stdout.read_exact(&mut bytes).await?;
    frame::decode(&bytes)
}

impl Sandbox for Supervised {
    fn mode(&self) -> Mode {
        Mode::None
    }

    fn run<'a>(&'a mut self, job: &'a Job) -> Running<'a> {
        Box::pin(self.ask(job))
    }

    fn close<'a>(&'a mut self) -> Closing<'a> {
        Box::pin(self.end())
    }
}
