use std::path::{Path, PathBuf};
use std::time::Duration;

use clap_complete::ArgValueCompleter;
use rustix::process::{Pid, Signal, kill_process};
use tokio_util::sync::CancellationToken;

use super::run::cancel_on_signals;
use crate::catalog::{Case, Exercise, Pack};
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::engine::Task;
use crate::kind::{Peer, Replay, shell_word};
use crate::model::{Job, nearest};
use crate::replay::beside::{Beside, ELSEWHERE};
use crate::replay::folder::{self, FolderError};
use crate::replay::{self, Commands, Subject};
use crate::{sandbox, solution};

/// Make a folder that runs one case of your solution by hand, under a debugger if you like: not walled in
///
/// The folder holds what the case is given, a small script that runs your own file with it, and the commands for pdb and
/// VS Code. No wall stands around a program that is run so: it can do what you can do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise
    #[arg(value_name = "EXERCISE", add = ArgValueCompleter::new(complete::exercises))]
    exercise: String,
    /// The case, as `practice run` names it
    #[arg(value_name = "CASE", add = ArgValueCompleter::new(complete::cases))]
    case: String,
    /// The folder; else one below `replay/` of the workspace
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Write into a folder that is there already: files of the same names are replaced, others stay
    #[arg(long)]
    force: bool,
    /// Run it at once, with the services that it talks to, or with a server's requests
    #[arg(long)]
    run: bool,
    /// Only be whom it talks with: serve its services until Ctrl-C, or send a server its requests. You start the program
    #[arg(long, conflicts_with = "run")]
    peer: bool,
    /// With --run or --peer: where its services or the server are on 127.0.0.1, instead of 8000
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
}

/// How long a program that was asked to end may take.
const GRACE: Duration = Duration::from_secs(2);

/// A folder that was made.
pub struct Made {
    /// Where it is.
    pub folder: PathBuf,
    commands: Commands,
    python: PathBuf,
    peer: Peer,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    context.wants_workspace()?;
    let pack = context.pack()?;
    let exercise = context.exercise(&pack, &args.exercise)?;
    let index = visible(&exercise, &args.case)?;
    let folder = args.dir.as_ref().map(|dir| context.current.join(dir));
    // Not under the hands of a program that runs in it.
    let as_it_is = args.peer && folder::is_ours(folder.as_deref().unwrap_or(&usual(&context, &exercise, index)));
    let made = make(&context, &pack, &exercise, index, folder, Way { force: args.force, as_it_is })?;
    let shown = made.folder.strip_prefix(&context.current).unwrap_or(&made.folder);
    if args.run || args.peer {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        return match args.run {
            true => runtime.block_on(by_us(&made, shown, args.port)),
            false => runtime.block_on(beside(&made, shown, args.port)),
        };
    }
    let case = &exercise.cases[index];
    let at = shell_word(&shown.to_string_lossy());
    let more = match made.peer {
        Peer::None => String::new(),
        Peer::World(_) => format!("With its services:  practice replay {} {} --run\n", exercise.id, case.id),
        Peer::Client(_) => format!("With its requests:  practice replay {} {} --run\n", exercise.id, case.id),
    };
    let run = &made.commands.run;
    let debug = made.commands.debug.as_ref().map(|debug| format!("  {debug}\n")).unwrap_or_default();
    ui::print(&format!(
        "{at} runs the case {} by hand, with no wall around it:\n\n  cd {at}\n  {run}\n{debug}\n{more}README.md there \
         tells more.\n",
        case.id
    ))?;
    Ok(ExitStatus::Ok)
}

/// The index of a case that may be shown.
pub fn visible(exercise: &Exercise, id: &str) -> Result<usize, CliError> {
    let Some(index) = exercise.cases.iter().position(|case| case.id.as_str() == id) else {
        let names = || exercise.cases.iter().filter(|case| !case.hidden).map(|case| case.id.as_str());
        let way_out = match nearest(id, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its cases are {}", names().collect::<Vec<_>>().join(", ")),
        };
        return Err(CliError::usage(format!("{} has no case `{id}`: {way_out}", exercise.id)));
    };
    if exercise.cases[index].hidden {
        let message = format!("`{id}` is a hidden case: what goes into it is not shown, so it cannot be run by hand");
        return Err(CliError::usage(message).hint("its purpose, which the report tells, is what to write a test for"));
    }
    Ok(index)
}

/// How a folder is made.
#[derive(Clone, Copy, Default)]
pub struct Way {
    /// Also among files that are not ours.
    pub force: bool,
    /// Not at all: it is there.
    pub as_it_is: bool,
}

/// Where the folder of a case is when nothing else is said.
fn usual(context: &Context, exercise: &Exercise, index: usize) -> PathBuf {
    let base = context.settings.workspace.as_deref().unwrap_or(&context.current);
    let case: &Case = &exercise.cases[index];
    base.join("replay").join(format!("{}-{}-{}", exercise.id.tier(), exercise.id.slug(), case.id))
}

/// Makes the folder of a case.
pub fn make(
    context: &Context,
    pack: &Pack,
    exercise: &std::sync::Arc<Exercise>,
    index: usize,
    folder: Option<PathBuf>,
    way: Way,
) -> Result<Made, CliError> {
    let folder = folder.unwrap_or_else(|| usual(context, exercise, index));
    let solutions = &context.settings.solutions.value;
    if folder.starts_with(solutions) {
        let message = format!("{} is among your solutions, and would be a part of one", folder.display());
        return Err(CliError::usage(message).hint("--dir names another folder"));
    }
    let learner = solution::folder(solutions, exercise);
    let files = solution::read_begun_or_not(&learner, exercise, &context.current)?.map_err(CliError::usage)?;
    let environments = Environments::prepare(context, pack, std::iter::once(exercise.as_ref()))?;
    let (python, preload) = environments.runtime(exercise);
    let task = Task {
        exercise: exercise.clone(),
        case: index,
        solution: files.clone(),
        python,
        preload,
        hash_seed: 0,
        time_factor: context.settings.time_factor.value,
        most_output: None,
    };
    let case = &exercise.cases[index];
    let setup = task.setup();
    let (replay, peer) = (case.kind.replay(&setup), case.kind.peer(&setup.limits));
    let (Replay::Job(job) | Replay::Looks(job) | Replay::Sized { job, .. }) = &replay;
    let subject = Subject {
        exercise,
        case,
        replay: &replay,
        peer: &peer,
        env: environment(job),
        solution: &learner,
        copied: (!solution::is_as_run(&learner, &files)).then_some(&files),
        folder: &folder,
    };
    if !way.as_it_is {
        folder::write(&folder, &replay::files(&subject), way.force).map_err(refused)?;
    }
    let (commands, python) = (replay::commands(&subject), job.python.clone());
    Ok(Made { folder, commands, python, peer })
}

/// The variables of a program, without those that name places of its case: `run.py` makes some of its own.
fn environment(job: &Job) -> Vec<(String, String)> {
    let mut all = sandbox::full_environment(job, Path::new(""), None);
    all.retain(|(name, _)| !["HOME", "TMPDIR"].contains(&name.as_str()) || job.env.iter().any(|(own, _)| own == name));
    all
}

fn refused(error: FolderError) -> CliError {
    match &error {
        FolderError::Foreign(_) => CliError::usage(error.to_string())
            .hint("--dir names another folder; --force writes among the files that are there"),
        FolderError::InTheWay(_) => CliError::usage(error.to_string()).hint("--dir names another folder"),
        FolderError::Io(_) => CliError::machine(error.to_string()),
    }
}

/// Starts whom the program talks with.
fn begin(made: &Made, port: Option<u16>, starts: bool) -> Result<Option<Beside>, CliError> {
    Beside::begin(&made.peer, port, starts).map_err(|error| {
        let told = CliError::machine(format!("port {} of 127.0.0.1: {error}", port.unwrap_or(crate::client::PORT)));
        told.hint("--port names another one")
    })
}

/// Runs the script, with whom it talks with.
async fn by_us(made: &Made, shown: &Path, port: Option<u16>) -> Result<ExitStatus, CliError> {
    let cancel = CancellationToken::new();
    cancel_on_signals(&cancel);
    let beside = begin(made, port, true)?;
    let elsewhere = beside.as_ref().and_then(Beside::elsewhere);
    let at = elsewhere.as_ref().map(|at| format!(", with 127.0.0.1:8000 at {at}")).unwrap_or_default();
    ui::say(&format!("running {}{at}; no wall stands around it", shown.join("run.py").display()));
    let mut command = tokio::process::Command::new(&made.python);
    command.arg(made.folder.join("run.py")).kill_on_drop(true);
    match elsewhere {
        Some(at) => command.env(ELSEWHERE, at),
        None => command.env_remove(ELSEWHERE),
    };
    let named = |error: std::io::Error| CliError::machine(format!("{}: {error}", made.python.display()));
    let mut child = command.spawn().map_err(named)?;
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let stop = beside.as_ref().map(Beside::stop).unwrap_or_default();
    let ended = tokio::select! {
        ended = child.wait() => ended?,
        // A server that was sent everything; or Ctrl-C, which the program hears, too.
        () = stop.cancelled() => {
            pid.map(|pid| kill_process(pid, Signal::TERM));
            tokio::select! {
                ended = child.wait() => ended?,
                () = cancel.cancelled() => end(&mut child).await?,
            }
        }
        () = cancel.cancelled() => end(&mut child).await?,
    };
    if let Some(beside) = beside {
        beside.end().await.iter().for_each(|line| ui::say(line));
    }
    if !ended.success() {
        ui::say(&format!("it ended with {ended}"));
    }
    Ok(if cancel.is_cancelled() { ExitStatus::Interrupted } else { ExitStatus::Ok })
}

/// Waits for a program that was told to end, and kills it when it does not.
async fn end(child: &mut tokio::process::Child) -> std::io::Result<std::process::ExitStatus> {
    match tokio::time::timeout(GRACE, child.wait()).await {
        Ok(ended) => ended,
        Err(_) => {
            child.kill().await?;
            child.wait().await
        }
    }
}

/// Is whom the program talks with, until that has come to an end or somebody ends it.
async fn beside(made: &Made, shown: &Path, port: Option<u16>) -> Result<ExitStatus, CliError> {
    let cancel = CancellationToken::new();
    cancel_on_signals(&cancel);
    let Some(beside) = begin(made, port, false)? else {
        return Err(CliError::usage("the program of this case talks with nobody: start run.py alone"));
    };
    let with = beside.elsewhere().map(|at| format!(", with {ELSEWHERE}={at}")).unwrap_or_default();
    let script = shown.join("run.py").display().to_string();
    let is_world = matches!(made.peer, Peer::World(_));
    ui::say(&match is_world {
        true => format!("serving until Ctrl-C: start {script}{with}"),
        false => format!("sending requests as soon as the server is there: start {script}{with}"),
    });
    let stop = beside.stop();
    tokio::select! {
        () = stop.cancelled() => {}
        () = cancel.cancelled() => {}
    }
    beside.end().await.iter().for_each(|line| ui::say(line));
    if !is_world && !cancel.is_cancelled() {
        ui::say("that is all; in the case the server is now asked to end, with SIGTERM");
    }
    Ok(if cancel.is_cancelled() && !is_world { ExitStatus::Interrupted } else { ExitStatus::Ok })
}
