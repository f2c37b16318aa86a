//! The process that runs the cases of one slot, one after the other. Started by [`super::Supervised`].

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::process::Pid;
use serde::{Deserialize, Serialize};

use super::run::{self, Stopped};
use super::{frame, processes};
use crate::model::{Facts, Job};

/// The hidden command under which this binary is a supervisor; its one argument is the slot's folder.
pub const COMMAND: &str = "__supervisor";

/// What a supervisor answers to a job.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The job ran to its end.
    Done(Box<Facts>),
    /// The machine failed; the supervisor can take another job.
    Fault(String),
}

/// Runs jobs from standard input until it closes. The folder must exist; it is removed at the end.
pub fn main(folder: &Path) -> io::Result<()> {
    // Its own session: Ctrl-C in the terminal is for the runner, which then closes our standard input.
    let _ = rustix::process::setsid();
    rustix::process::set_child_subreaper(Pid::from_raw(1))?;
    let served = serve(folder);
    processes::kill_all()?;
    let removed = remove(folder);
    // When the runner was killed, the last supervisor of the run finds the folders of its slot and of all slots empty.
    for above in folder.ancestors().skip(1).take(2) {
        let _ = fs_err::remove_dir(above);
    }
    served.and(removed)
}

fn serve(folder: &Path) -> io::Result<()> {
    let driver = folder.join("driver");
    fs_err::create_dir(&driver)?;
    for (name, text) in run::DRIVER_FILES {
        fs_err::write(driver.join(name), text)?;
    }
    let mut stdin = io::stdin().lock();
    let mut stdout = io::stdout().lock();
    let mut count = 0_u64;
    while let Some(job) = frame::read::<Job>(&mut stdin)? {
        let case: PathBuf = folder.join(format!("case{count}"));
        count += 1;
        let ran = fs_err::create_dir(&case)
            .map_err(Stopped::Fault)
            .and_then(|()| run::run(&job, &case, &driver, rustix::stdio::stdin().as_fd()));
        let reply = match ran {
            Ok(facts) => Reply::Done(Box::new(facts)),
            Err(Stopped::Fault(error)) => {
                processes::kill_all()?;
                Reply::Fault(error.to_string())
            }
            Err(Stopped::RunnerGone) => return Ok(()),
        };
        frame::write(&mut stdout, &reply)?;
        // After the reply, so that the next case's preparation in the runner overlaps with it.
        remove(&case)?;
    }
    stdout.flush()
}

/// Removes a folder that a hostile program had the run of, also where it took away its own permissions.
fn remove(folder: &Path) -> io::Result<()> {
    if fs_err::remove_dir_all(folder).is_ok() {
        return Ok(());
    }
    for entry in walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_dir() {
            // A folder whose mode cannot be changed fails the removal below, which is reported.
            let _ = fs_err::set_permissions(entry.path(), Permissions::from_mode(0o700));
        }
    }
    match fs_err::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
