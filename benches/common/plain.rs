//! The same programs without a wall.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::common::{Result, WORKERS, millis};

/// `python`, with the environment that the binary gives to a case.
pub fn naked(python: &str) -> Command {
    let mut command = Command::new(python);
    command.env_clear().envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8")]);
    command.envs([("HOME", "/tmp"), ("TZ", "UTC"), ("PYTHONIOENCODING", "utf-8:strict"), ("PYTHONHASHSEED", "0")]);
    for name in ["OMP", "OPENBLAS", "MKL", "NUMEXPR"] {
        command.env(format!("{name}_NUM_THREADS"), "1");
    }
    for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
}

/// What `python program` prints for an input.
pub fn answer(python: &str, program: &Path, input: &str) -> Result<Vec<u8>> {
    let mut command = naked(python);
    let mut child = command.arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or("no stdin")?.write_all(input.as_bytes())?;
    Ok(child.wait_with_output()?.stdout)
}

/// All programs on all inputs, by two threads that start an interpreter each time: time a case, in milliseconds.
pub fn loop_of(python: &str, programs: &[PathBuf], inputs: &[String], answers: &[String]) -> Result<f64> {
    let cases = programs.len() * inputs.len();
    let (next, wrong) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Ordering::Relaxed);
                    let Some(program) = programs.get(case / inputs.len()) else { break };
                    let input = case % inputs.len();
                    let answered = answer(python, program, &inputs[input]);
                    if !answered.is_ok_and(|bytes| bytes == answers[input].as_bytes()) {
                        wrong.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    match wrong.load(Ordering::Relaxed) {
        0 => Ok(millis(start.elapsed()) / cases as f64),
        count => Err(format!("{count} plain runs went wrong").into()),
    }
}
