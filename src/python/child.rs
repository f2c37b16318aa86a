//! Running the programs that find and build Python environments.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::PythonError;

/// How long a program may think about a question that takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// More than any answer has.
const MOST_ANSWER: u64 = 1 << 20;

/// What a short question was answered with.
pub(super) struct Answer {
    /// How the program ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Asks a program something that takes milliseconds. The error is a clause for people: why there is no answer.
pub(super) fn ask(command: &mut Command) -> Result<Answer, String> {
    let deadline = Instant::now() + PATIENCE;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("it cannot be started: {error}"))?;
    let stdout = read_aside(child.stdout.take());
    let stderr = read_aside(child.stderr.take());
    let answer = receive(&mut child, &stdout, &stderr, deadline);
    if answer.is_none() {
        // Both fail only when it has ended by itself meanwhile, which is as good.
        child.kill().ok();
        child.wait().ok();
    }
    answer.ok_or_else(|| format!("it said nothing for {} s", PATIENCE.as_secs()))
}

fn receive(
    child: &mut Child,
    stdout: &mpsc::Receiver<String>,
    stderr: &mpsc::Receiver<String>,
    deadline: Instant,
) -> Option<Answer> {
    let left = || deadline.saturating_duration_since(Instant::now());
    let stdout = stdout.recv_timeout(left()).ok()?;
    let stderr = stderr.recv_timeout(left()).ok()?;
    // It has closed its output, so it is about to end.
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().ok()? {
            return Some(Answer { status, stdout, stderr });
        }
        thread::sleep(Duration::from_millis(1));
    }
    None
}

/// Reads a pipe in a thread of its own. The thread ends with the pipe, which a grandchild may hold longer than we wait.
fn read_aside(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            pipe.take(MOST_ANSWER).read_to_end(&mut bytes).ok();
        }
        sender.send(String::from_utf8_lossy(&bytes).into_owned()).ok();
    });
    receiver
}

/// What a long-running program wrote, and how it ended.
pub(super) struct Logged {
    /// How the program ended.
    pub status: ExitStatus,
    /// Its standard output and standard error.
    pub output: String,
}

/// Runs a program to its end, however long that takes, with all that it writes appended to the file `log`.
///
/// It stays in our process group, so Ctrl-C at the terminal ends it too. Its standard input is the lock file, which is
/// empty: if we are killed and it lives on, the lock is held for as long as it still writes into the folder.
pub(super) fn run_logged(command: &mut Command, log: &Path, lock: &File) -> Result<Logged, PythonError> {
    let mut file = fs_err::OpenOptions::new().create(true).append(true).open(log)?;
    let start = file.metadata()?.len();
    let program = command.get_program().to_owned();
    command.stdin(lock.try_clone()?).stdout(file.try_clone()?.into_parts().0).stderr(file.try_clone()?.into_parts().0);
    let shown: Vec<_> =
        [program.as_os_str()].into_iter().chain(command.get_args()).map(|part| part.to_string_lossy()).collect();
    io::Write::write_all(&mut file, format!("$ {}\n", shown.join(" ")).as_bytes())?;
    let status = command
        .spawn()
        .and_then(|mut child| child.wait())
        .map_err(|source| PythonError::Start { program: program.into(), source })?;
    let bytes = fs_err::read(log)?;
    let written = bytes.get(usize::try_from(start).unwrap_or(usize::MAX)..).unwrap_or_default();
    Ok(Logged { status, output: String::from_utf8_lossy(written).into_owned() })
}
