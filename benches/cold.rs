//! What a cold case costs without a wall: 200 trivial `script` cases through `practice run --jobs 2`, against two plain workers that
//! start `python solution.py` 200 times on the same inputs. Both in the same rounds of one run, with the same
//! interpreter; the figure that counts is the ratio of the medians. `cargo bench --bench cold`

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CASES: usize = 200;
const WORKERS: usize = 2;
const ROUNDS: usize = 7;
const SOLUTION: &str = "import json, sys\nprint(json.dumps(sum(json.load(sys.stdin))))\n";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn input(case: usize) -> String {
    format!("[{case}, 2, 3]")
}

/// A pack with one exercise of `CASES` cases, and a solution of it.
fn write_pack(folder: &Path) -> Result<()> {
    let exercise = folder.join("pack/tier1/sum");
    for name in ["starter", "reference"] {
        std::fs::create_dir_all(exercise.join(name))?;
    }
    std::fs::write(folder.join("pack/pack.toml"), "format = 1\nname = \"bench\"\ntitle = \"Bench\"\n")?;
    std::fs::write(folder.join("pack/tier1/tier.toml"), "format = 1\ntitle = \"Bench\"\n")?;
    std::fs::write(exercise.join("README.md"), "# Sum\n")?;
    std::fs::write(exercise.join("starter/solution.py"), "raise NotImplementedError\n")?;
    std::fs::write(exercise.join("reference/solution.py"), SOLUTION)?;
    let about = "format = 1\nuid = \"sum\"\ntitle = \"Sum\"\nsummary = \"\"\ntopic = \"data\"\nroles = []\ndifficulty = 1\n\
                 minutes = 1\nkind = \"script\"\n";
    std::fs::write(exercise.join("exercise.toml"), about)?;
    let mut cases = "format = 1\n".to_owned();
    for case in 0..CASES {
        let sum = case + 5;
        cases += &format!(
            "[[case]]\nid = \"c{case}\"\npurpose = \"sums\"\nstdin = \"{}\"\nstdout = \"{sum}\\n\"\n",
            input(case)
        );
    }
    std::fs::write(exercise.join("cases.toml"), cases)?;
    let solution = folder.join("solutions/tier1/sum");
    std::fs::create_dir_all(&solution)?;
    std::fs::write(solution.join("solution.py"), SOLUTION)?;
    Ok(())
}

fn practice(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_practice"));
    command.current_dir(folder).env("XDG_CACHE_HOME", folder.join("cache")).env("XDG_STATE_HOME", folder.join("state"));
    command.arg("--pack").arg(folder.join("pack"));
    command
}

/// One run of all cases; the largest resident memory of the runner, in KiB, as `/proc` tells it just before the end.
fn through_practice(folder: &Path) -> Result<(Duration, u64)> {
    let start = Instant::now();
    let jobs = WORKERS.to_string();
    let mut child = practice(folder)
        .args(["run", "all", "--json", "--cold", "--sandbox", "none", "--jobs", &jobs])
        .stdout(Stdio::piped())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let mut lines = 0;
    let out = child.stdout.take().ok_or("no stdout")?;
    for line in std::io::BufRead::lines(std::io::BufReader::new(out)) {
        lines += usize::from(line?.contains("\"verdict\":\"passed\""));
        if lines.is_multiple_of(20) {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let high = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = peak.max(high.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        }
    }
    if !child.wait()?.success() || lines != CASES + 1 {
        return Err(format!("the run did not pass: {lines} of {} lines", CASES + 1).into());
    }
    Ok((start.elapsed(), peak))
}

/// The same work by two threads that start the interpreter and read what it prints.
fn plain_loop(python: &str, folder: &Path) -> Result<Duration> {
    let solution = folder.join("solutions/tier1/sum/solution.py");
    let next = AtomicUsize::new(0);
    let wrong = AtomicUsize::new(0);
    let one = |case: usize| -> Result<bool> {
        let mut child = Command::new(python).arg(&solution).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        child.stdin.take().ok_or("no stdin")?.write_all(input(case).as_bytes())?;
        Ok(child.wait_with_output()?.stdout == format!("{}\n", case + 5).into_bytes())
    };
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Ordering::Relaxed);
                    if case >= CASES {
                        break;
                    }
                    if !one(case).unwrap_or(false) {
                        wrong.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    match wrong.load(Ordering::Relaxed) {
        0 => Ok(start.elapsed()),
        count => Err(format!("{count} plain runs went wrong").into()),
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3 / CASES as f64
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    write_pack(folder.path())?;
    practice(folder.path()).args(["env", "sync", "stdlib"]).stdout(Stdio::null()).status()?;
    let python = practice(folder.path()).args(["env", "path", "stdlib"]).output()?;
    let python = String::from_utf8(python.stdout)?.trim().to_owned();
    let (mut ours, mut plain, mut peak) = (Vec::new(), Vec::new(), 0);
    // The first round warms the disk cache for both, and does not count.
    for round in 0..=ROUNDS {
        let (time, memory) = through_practice(folder.path())?;
        let loop_time = plain_loop(&python, folder.path())?;
        if round > 0 {
            ours.push(time);
            plain.push(loop_time);
        }
        peak = peak.max(memory);
    }
    let (ours, plain) = (median(ours), median(plain));
    let mut out = std::io::stdout().lock();
    writeln!(out, "{CASES} trivial cold script cases, {WORKERS} at once, median of {ROUNDS} rounds")?;
    writeln!(out, "plain python loop   {plain:6.2} ms a case")?;
    writeln!(out, "practice run        {ours:6.2} ms a case")?;
    writeln!(out, "ratio               {:6.2}   (at most 1.25)", ours / plain)?;
    writeln!(out, "runner, peak memory {:6.1} MB  (at most 60)", peak as f64 / 1024.0)?;
    Ok(())
}
