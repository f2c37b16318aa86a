//! Where the time of a contained, warm case goes, step by step: medians over many cases, one at a time, of the same
//! programs as in `wall`. `cargo bench --bench parts`, or `-- numpy torch`
//!
//! It uses the library's wall directly, so what the runner does besides (plan, judgement, reports) is not in it.

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use practice::model::{Bytes, Exit, Job, Limits, Program, Sockets, Time, WorkFile};
use practice::sandbox::{self, Mode, Outside, Runtime, Sandbox, Setup, Wall};
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Runtime as Reactor;

use common::{ROWS, Result, Row, WORKERS, median, millis};

const CASES: usize = 300;
/// Cases before those that count.
const WARMING: usize = 20;

/// What warm interpreters have loaded besides the libraries of a row, like what `practice` loads of the standard library.
const PRELOAD: [&str; 12] = [
    "argparse",
    "asyncio",
    "concurrent.futures",
    "csv",
    "dataclasses",
    "decimal",
    "hashlib",
    "json",
    "pathlib",
    "random",
    "statistics",
    "typing",
];

/// Each step, as the wall names it, and what it is. They follow one another.
const STEPS: [(&str, &str); 17] = [
    ("taken", "job to the slot's process"),
    ("cell: clone", "cell: clone into new namespaces"),
    ("cell: mounts", "cell: mounts, loopback, descriptors"),
    ("files given", "files of the case written"),
    ("streams, limits", "pipes, control group set"),
    ("nest: taken", "request to the nest"),
    ("born", "fork of the nest"),
    ("namespaces", "program enters the namespaces"),
    ("streams, limits of it", "its descriptors, limits"),
    ("Landlock", "capabilities, Landlock"),
    ("seccomp", "seccomp"),
    ("begins", "driver: compiles, seeds, unwinds"),
    ("is done", "the program's own code"),
    ("ended", "interpreter's end, exit, memory freed"),
    ("nest answered", "answer of the nest"),
    ("cell ended", "cell killed and gone"),
    ("usage read", "streams and usage read"),
];
const LAST: [(&str, &str); 2] = [("files collected", "files collected"), ("answered", "facts to the runner")];

fn now() -> Duration {
    let now = clock_gettime(ClockId::Monotonic);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// The cases of a row, with a program that tells when it began and when it was done.
fn jobs(row: &Row, runtime: &Runtime) -> Result<Vec<Job>> {
    let program = row.programs()?.into_iter().next().ok_or("no program")?;
    let text = format!(
        "import time\nbegun = time.monotonic_ns()\n{}\nprint(begun, time.monotonic_ns())\n",
        std::fs::read_to_string(program)?
    );
    let file = WorkFile { path: "solution.py".to_owned(), bytes: text.into_bytes().into() };
    let time = Time(Duration::from_secs(10));
    let limits =
        Limits { wall: time, cpu: time, memory: Bytes(1 << 30), output: Bytes(8 << 20), files: Bytes(64 << 20) };
    let job = |input: String| Job {
        python: runtime.python.clone(),
        preload: runtime.preload.clone(),
        program: Program::Script { entry: "solution.py".to_owned(), args: Vec::new() },
        env: Vec::new(),
        solution: vec![file.clone()],
        inputs: Vec::new(),
        stdin: input.into_bytes().into(),
        hash_seed: 0,
        seed: 1,
        limits,
        collect_files: true,
        sockets: Sockets::None,
    };
    Ok(row.inputs().into_iter().map(job).collect())
}

/// An interpreter as `practice` has it.
fn runtime(row: &Row, python: &str) -> Result<Runtime> {
    let told = Command::new(python).args(["-c", "import sys; print(sys.prefix); print(sys.base_prefix)"]).output()?;
    let told = String::from_utf8(told.stdout)?;
    let folders = told.lines().filter(|line| *line != "/usr").map(PathBuf::from).collect();
    let preload: Vec<String> = PRELOAD.iter().chain(row.preload).map(|name| (*name).to_owned()).collect();
    Ok(Runtime { python: PathBuf::from(python), folders, preload: preload.into() })
}

fn wall(runtime: Runtime, folder: &Path) -> Result<Arc<Wall>> {
    let setup = Setup {
        mode: Mode::None,
        slots: u32::try_from(WORKERS)?,
        runtimes: vec![runtime],
        hidden: Vec::new(),
        folder: folder.to_owned(),
        warm: true,
        steps: true,
    };
    let (wall, refused) = Wall::strongest(&[Mode::Full, Mode::User], &setup)?;
    for (mode, why) in refused {
        writeln!(std::io::stdout(), "note: mode `{mode}` cannot be had here ({why})")?;
    }
    Ok(Arc::new(wall))
}

/// Runs a case: its steps in order, each with when it ended.
async fn case(slot: &mut sandbox::Slot, job: &Job) -> Result<(Duration, Vec<(String, Duration)>)> {
    let asked = now();
    let facts = slot.run(job, Outside::nobody()).await?;
    let answered = now();
    let text = String::from_utf8_lossy(&facts.stdout.bytes);
    let told = text.lines().next_back().and_then(|line| line.split_once(' '));
    let Some((begun, done)) = told.filter(|_| facts.exit == Exit::Code(0) && facts.warm) else {
        let why = String::from_utf8_lossy(&facts.stderr.bytes);
        return Err(format!("a case went wrong: {:?} {:?} {why}", facts.exit, facts.cold_because).into());
    };
    let mut steps = facts.steps;
    steps.push(("begins".to_owned(), Duration::from_nanos(begun.parse()?)));
    steps.push(("is done".to_owned(), Duration::from_nanos(done.parse()?)));
    steps.push(("answered".to_owned(), answered));
    Ok((asked, steps))
}

/// So many cases on one slot: for each step of [`STEPS`] and [`LAST`] how long it took each time, in milliseconds.
fn cases(reactor: &Reactor, slot: &mut sandbox::Slot, jobs: &[Job], count: usize) -> Result<Vec<Vec<f64>>> {
    reactor.block_on(async {
        let mut all = vec![Vec::new(); STEPS.len() + LAST.len()];
        for job in jobs.iter().cycle().take(count) {
            let (mut before, steps) = case(slot, job).await?;
            for ((name, _), times) in STEPS.iter().chain(&LAST).zip(&mut all) {
                let at = steps.iter().find(|(step, _)| step == name).ok_or_else(|| format!("no step `{name}`"))?.1;
                times.push(millis(at.saturating_sub(before)));
                before = at;
            }
        }
        Ok(all)
    })
}

/// A column: each step, their sum, and a case when as many run at once as there are workers.
fn column(row: &Row, python: &str) -> Result<Vec<f64>> {
    let folder = tempfile::tempdir()?;
    let runtime = runtime(row, python)?;
    let jobs = jobs(row, &runtime)?;
    let wall = wall(runtime, folder.path())?;
    let mut slots: Vec<sandbox::Slot> =
        (0..WORKERS).map(|number| wall.slot(u32::try_from(number).unwrap_or(0))).collect();
    // As in `practice run`: the sockets of slots are its.
    let reactor = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut at_once = 0.0;
    // The first time warms all slots, and does not count.
    for count in [WARMING, CASES] {
        let start = Instant::now();
        let done = std::thread::scope(|scope| {
            let workers: Vec<_> = slots
                .iter_mut()
                .map(|slot| {
                    scope.spawn(|| cases(&reactor, slot, &jobs, count).map(|_| ()).map_err(|error| error.to_string()))
                })
                .collect();
            workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Err("a worker panicked".to_owned())))
        });
        done?;
        at_once = millis(start.elapsed()) / (count * WORKERS) as f64;
    }
    let times = cases(&reactor, &mut slots[0], &jobs, CASES)?;
    let sums = (0..CASES).map(|case| times.iter().map(|step| step[case]).sum()).collect();
    let mut column: Vec<f64> = times.into_iter().map(median).collect();
    column.extend([median(sums), at_once]);
    Ok(column)
}

fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some(sandbox::WARDEN_COMMAND) {
        // The wall starts this program again.
        return Ok(sandbox::warden_main()?);
    }
    let bench = common::bench()?;
    let mut columns = Vec::new();
    let mut about = String::new();
    for row in &ROWS {
        if row.is_wanted()
            && let Some(python) = bench.python_of(row)?
        {
            about = common::machine(&python)?;
            let column = column(row, &python).map_err(|error| format!("{}: {error}", row.name))?;
            columns.push((row.id, column));
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "one case at a time, medians of {CASES}, milliseconds; {about}")?;
    let names = STEPS.iter().chain(&LAST).map(|(_, what)| (*what).to_owned());
    let names = names.chain(["all of it".to_owned(), format!("a case, {WORKERS} at once")]);
    let heads: String = columns.iter().map(|(id, _)| format!("{id:>9}")).collect();
    writeln!(out, "{:<40}{heads}", "")?;
    for (index, name) in names.enumerate() {
        let values: String = columns.iter().map(|(_, column)| format!("{:9.3}", column[index])).collect();
        writeln!(out, "{name:<40}{values}")?;
    }
    Ok(())
}
