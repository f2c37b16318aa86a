//! One job in a slot: a fresh folder, the program, its streams, its limits, its end.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};

use super::cell::Cell;
use super::cgroup::Reading;
use super::cold::Cold;
use super::slot::{self, Slot};
use super::steps::Steps;
use super::streams::{self, Theirs, Watch};
use super::warm::{self, Handed, Nest, Start};
use super::{collect, confine, fds, frame, processes, root, sys};
use crate::model::{Exit, Facts, Job, LimitKind, Program, Sockets, Transcript, Usage, Visit, WorkFile};

/// The Python that runs in a case, and what it needs: read from `driver/` of this crate, written beside each slot once.
pub const DRIVER_FILES: [(&str, &str); 10] = [
    (AUTHORITIES, include_str!("../driver/authorities.pem")),
    ("call.py", include_str!("../driver/call.py")),
    ("case.py", include_str!("../driver/case.py")),
    ("codec.py", include_str!("../driver/codec.py")),
    ("cold.py", include_str!("../driver/cold.py")),
    ("pinning.py", include_str!("../driver/pinning.py")),
    ("seeds.py", include_str!("../driver/seeds.py")),
    ("start.py", include_str!("../driver/start.py")),
    ("warmup.py", include_str!("../driver/warmup.py")),
    ("zygote.py", include_str!("../driver/zygote.py")),
];

/// The file of certificates that programs trust.
const AUTHORITIES: &str = "authorities.pem";

/// How every interpreter is started, cold or warm. Not `-I`, which would leave the solution's own folder out of
/// `sys.path`; what else it keeps out is kept out by the environment, which is built from nothing.
pub const FLAGS: [&str; 2] = ["-s", "-B"];

/// Room for temporary files and shared memory, besides what a case may write in its work folder.
pub const SPARE_BYTES: u64 = 16 << 20;
/// Files of a case besides those that are given to it: the collector refuses to read more than half as many.
const MOST_FILES: u64 = 8192;

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

/// Where a case has its files.
struct Place {
    /// As the program names it.
    inside: PathBuf,
    /// As this process does.
    outside: PathBuf,
}

impl Place {
    fn of(cell: Option<&Cell>, folder: &Path) -> Place {
        match cell {
            Some(cell) => Place { inside: PathBuf::from(root::CASE), outside: cell.folder() },
            None => Place { inside: folder.to_owned(), outside: folder.to_owned() },
        }
    }

    /// Puts the files of a job there.
    fn furnish(&self, job: &Job, is_cell: bool, user: Option<u32>) -> io::Result<()> {
        if !is_cell {
            for name in ["solution", "work", "home", "tmp"] {
                fs_err::create_dir(self.outside.join(name))?;
            }
        }
        place(&self.outside.join("solution"), &job.solution)?;
        place(&self.outside.join("work"), &job.inputs)?;
        if user.is_some() {
            for entry in walkdir::WalkDir::new(&self.outside) {
                fs_err::os::unix::fs::lchown(entry?.path(), user, user)?;
            }
        }
        Ok(())
    }
}

/// A program that has been started.
enum Started {
    Cold(Cold),
    Warm(Nest),
}

impl Started {
    /// Readable when the program has ended.
    fn ended(&self) -> BorrowedFd<'_> {
        match self {
            Started::Cold(cold) => cold.ended(),
            Started::Warm(nest) => nest.ended(),
        }
    }

    /// Waits for the program's end. A nest that served it can serve another.
    fn finish(self) -> io::Result<(sys::Ended, Option<Nest>)> {
        match self {
            Started::Cold(cold) => Ok((cold.finish()?, None)),
            Started::Warm(mut nest) => Ok((nest.finish()?, Some(nest))),
        }
    }
}

/// Runs `job`. In modes without namespaces `folder` is an empty folder for it; `runner` closes when the runner goes away.
pub fn run(slot: &mut Slot, runtime: usize, job: &Job, folder: &Path, runner: &UnixStream) -> Result<Facts, Stopped> {
    let mut steps = Steps::new(slot.setup.steps);
    let given = job.solution.iter().chain(&job.inputs);
    let (count, bytes) = given.fold((0, 0), |(count, bytes), file| (count + 1, bytes + file.bytes.len() as u64));
    let mut cell = slot.cell(runtime, job.limits.files.0 + bytes + SPARE_BYTES, MOST_FILES + count, &mut steps)?;
    let place = Place::of(cell.as_ref(), folder);
    place.furnish(job, cell.is_some(), slot.user)?;
    steps.mark("files given");

    let nonce = streams::nonce()?;
    let question = match &job.program {
        Program::Call { question, .. } => [format!("{nonce} {}\n", question.len()).as_bytes(), question].concat(),
        Program::Script { .. } => Vec::new(),
    };
    let (theirs, mut streams) = streams::open(job, &question)?;

    // Asked for before the clock starts: it may have to load its modules first.
    let (nest, cold_because) = match slot.take_nest(runtime, job.hash_seed, runner) {
        Ok(Some(nest)) if nest.shadows(&job.solution) => {
            slot.put_nest(runtime, nest);
            (None, None)
        }
        Ok(nest) => (nest, None),
        Err(why) => (None, Some(why)),
    };
    if is_gone(runner)? {
        return Err(Stopped::RunnerGone);
    }
    // What is copied for every program is not what it added: as if it were there already.
    let copied = nest.as_ref().map_or(0, |nest| nest.pinned);
    let mut before = match &slot.group {
        Some(group) => group.begin(job.limits.memory.0.saturating_add(copied), streams::MOST_PROCESSES as u64)?,
        None => Reading::default(),
    };
    before.memory += copied;
    let children_before = sys::children_cpu();
    if job.sockets != Sockets::None {
        let sockets = slot.sockets(cell.as_ref(), job.sockets)?;
        fds::send(runner, &frame::SOCKETS, &sockets.iter().map(AsFd::as_fd).collect::<Vec<_>>())?;
    }
    steps.mark("streams, limits");
    let base = nest.as_ref().map_or(0, |nest| nest.anonymous);
    let warm = nest.is_some();
    let start = Instant::now();
    let started = match nest {
        Some(nest) => start_warm(slot, runtime, job, &place, cell.as_ref(), theirs, nest)?,
        None => start_cold(slot, runtime, job, &place, cell.as_ref(), theirs)?,
    };
    let folder = cell.is_none().then_some(folder);
    let watch =
        Watch { folder, job, start, before, children_before, group: slot.group.as_ref(), cell: cell.as_ref(), base };
    let watch_limit = watch.most_bytes();
    let watched = streams.watch(&watch, started.ended(), runner);

    // The wait for the program comes before the end of all others, so that one that has ended keeps its own status.
    let kill_first = !matches!(watched, Ok((None, _)));
    let mut orphans = Duration::ZERO;
    if kill_first {
        match (&mut cell, &started) {
            (Some(cell), _) => orphans = cell.end()?,
            (None, Started::Cold(cold)) => cold.kill()?,
            (None, Started::Warm(_)) => {}
        }
    }
    let (waited, mut nest) = started.finish()?;
    steps.mark("nest answered");
    steps.extend(nest.iter_mut().flat_map(|nest| std::mem::take(&mut nest.steps)));
    let wall = start.elapsed();
    match &mut cell {
        Some(cell) => orphans += cell.end()?,
        None => processes::kill_all()?,
    }
    steps.mark("cell ended");
    if let Some(nest) = nest {
        slot.put_nest(runtime, nest);
    }
    let (mut limit, mut memory) = watched?;
    streams.drain()?;

    let mut cpu = match &cell {
        Some(_) => waited.cpu + orphans,
        None => sys::children_cpu().saturating_sub(children_before),
    };
    if let Some(group) = &slot.group {
        let after = group.read()?;
        cpu = after.cpu.saturating_sub(before.cpu);
        memory = memory.max(group.peak()?.saturating_sub(before.memory));
        if after.kills > before.kills {
            limit = Some(LimitKind::Memory);
        } else if after.refusals > before.refusals && limit.is_none() {
            limit = Some(LimitKind::Processes);
        }
    } else if !warm {
        memory = memory.max(waited.memory);
    }

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
    if let Some(folder) = folder
        && !matches!(exit, Exit::Limit(_))
        && collect::size(folder) > watch_limit
    {
        exit = Exit::Limit(LimitKind::Files);
    }
    steps.mark("usage read");
    let mut files = Vec::new();
    if job.collect_files {
        match collect::changed(&place.outside.join("work"), &job.inputs, job.limits.files.0)? {
            Some(changed) => files = changed,
            None => exit = Exit::Limit(LimitKind::Files),
        }
    }
    steps.mark("files collected");
    Ok(Facts {
        exit,
        answer: streams::framed(&streams.answer.capture.bytes, &nonce),
        stdout: streams.stdout.capture,
        stderr: streams.stderr.capture,
        files,
        usage: Usage { wall, cpu, memory },
        folder: place.inside.display().to_string(),
        warm,
        cold_because,
        steps: steps.sorted(),
        earlier: Vec::new(),
        transcript: Transcript::default(),
        visit: Visit::default(),
    })
}

/// Whether the runner has gone away: it sends nothing during a case.
fn is_gone(runner: &UnixStream) -> io::Result<bool> {
    let mut polled = [PollFd::new(runner, PollFlags::IN)];
    rustix::event::poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
    Ok(!polled[0].revents().is_empty())
}

/// What a program has besides its own files: its whole environment, when its folders are in `inside`. In a network of its
/// own it trusts the authorities in `driver`.
pub fn full_environment(job: &Job, inside: &Path, driver: Option<&Path>) -> Vec<(String, String)> {
    let mut all = environment(job.hash_seed, inside, driver);
    // Later ones win, as a second `env` of a process would not.
    for (name, value) in &job.env {
        all.retain(|(known, _)| known != name);
        all.push((name.clone(), value.clone()));
    }
    all
}

/// The environment of a warm interpreter whose cases have their folders in `inside`.
pub fn zygote_environment(inside: &Path, driver: &Path) -> Vec<(String, String)> {
    environment(0, inside, Some(driver))
}

/// Kind, file and arguments, as the driver takes them.
fn words(program: &Program) -> (&'static str, &str, &[String]) {
    match program {
        Program::Script { entry, args } => ("script", entry, args),
        Program::Call { entry, .. } => ("call", entry, &[]),
    }
}

fn start_cold(
    slot: &Slot,
    runtime: usize,
    job: &Job,
    place: &Place,
    cell: Option<&Cell>,
    theirs: Theirs,
) -> Result<Started, Stopped> {
    let mut command = Command::new(&job.python);
    command.args(FLAGS);
    let (kind, entry, args) = words(&job.program);
    command.arg(slot.driver().join("start.py")).arg(kind).arg(place.inside.join("solution")).arg(entry);
    command.arg(job.seed.to_string()).args(args);
    command.env_clear().envs(full_environment(job, &place.inside, cell.map(|_| Path::new(root::DRIVER))));
    command.stdin(Stdio::from(theirs.stdin)).stdout(Stdio::from(theirs.stdout)).stderr(Stdio::from(theirs.stderr));
    let mut confinement = slot.confinement();
    confinement.namespaces = slot::entered(cell)?;
    if let Some(group) = &slot.group {
        confinement.members = group.members().iter().map(File::try_clone).collect::<io::Result<_>>()?;
    }
    confinement.limits = confine::resources(&job.limits, slot.processes);
    if slot.filter.is_empty() {
        // Without a wall the user may start as many as ever; they are watched.
        confinement.limits.retain(|(resource, _)| *resource != rustix::process::Resource::Nproc);
    }
    confinement.rules = slot.rules(runtime, &place.outside)?;
    confinement.work = place.inside.join("work");
    confinement.channel = theirs.channel;
    confinement.apply(&mut command);
    let started = Cold::start(command, cell);
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("could not start {}: {error}", job.python.display()));
    Ok(Started::Cold(started.map_err(named)?))
}

fn start_warm(
    slot: &Slot,
    runtime: usize,
    job: &Job,
    place: &Place,
    cell: Option<&Cell>,
    theirs: Theirs,
    mut nest: Nest,
) -> Result<Started, Stopped> {
    let (kind, entry, args) = words(&job.program);
    let limits = confine::resources(&job.limits, slot.processes);
    let [folder, work] = ["solution", "work"].map(|name| place.inside.join(name).to_string_lossy().into_owned());
    let env = full_environment(job, &place.inside, cell.map(|_| Path::new(root::DRIVER)));
    let start = Start {
        kind,
        folder: &folder,
        entry,
        args,
        env: (env != zygote_environment(&place.inside, Path::new(root::DRIVER))).then_some(&env),
        work: &work,
        seed: job.seed,
        steps: slot.setup.steps,
        limits: limits.into_iter().map(|(resource, value)| (warm::number(resource), value)).collect(),
    };
    let missing = || io::Error::other("a warm interpreter needs a cell");
    let rules: Option<OwnedFd> = slot.rules(runtime, &place.outside)?.and_then(Into::into);
    let cell = cell.ok_or_else(missing)?;
    let handed = Handed {
        birthplace: cell.birthplace(),
        entered: cell.entered(),
        rules: rules.as_ref().ok_or_else(missing)?.as_fd(),
        stdio: [theirs.stdin.as_fd(), theirs.stdout.as_fd(), theirs.stderr.as_fd()],
        channel: theirs.channel.as_ref().map(|channel| channel.as_fd()),
    };
    nest.start(&start, &handed)?;
    Ok(Started::Warm(nest))
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
fn environment(hash_seed: u32, inside: &Path, driver: Option<&Path>) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", &inside.join("home").to_string_lossy()),
        ("TMPDIR", &inside.join("tmp").to_string_lossy()),
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
    if let Some(driver) = driver {
        all.push(("SSL_CERT_FILE".to_owned(), driver.join(AUTHORITIES).to_string_lossy().into_owned()));
    }
    // Some processors need these for right results; they are the machine's, not the user's.
    for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] {
        if let Ok(value) = std::env::var(name) {
            all.push((name.to_owned(), value));
        }
    }
    all
}
