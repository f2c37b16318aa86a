use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use clap_complete::ArgValueCompleter;
use tokio_util::sync::CancellationToken;

use super::run::cancel_on_signals;
use crate::catalog::{Exercise, Pack};
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::engine::Task;
use crate::kind::Peer;
use crate::model::nearest;
use crate::replay::{MARK, Replay};
use crate::world::{ADDRESS, Service, World};
use crate::{sandbox, solution};

/// Make a folder that runs one case by hand, under a debugger if you like
///
/// Your own files are run where they are, without a wall around them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise
    #[arg(value_name = "EXERCISE", add = ArgValueCompleter::new(complete::exercises))]
    exercise: String,
    /// The case
    #[arg(value_name = "CASE", add = ArgValueCompleter::new(complete::cases))]
    case: String,
    /// The folder; without it, one below `replay` in the workspace
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Run it, too, with the services that the case talks to
    #[arg(long, conflicts_with = "serve")]
    run: bool,
    /// Have the services that the case talks to answer, until Ctrl-C
    #[arg(long)]
    serve: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let exercise = context.exercise(&pack, &args.exercise)?;
    let index = case(&exercise, &args.case)?;
    if args.serve {
        let Some(world) = world(&exercise, index) else {
            return Err(CliError::usage(format!("the case `{}` talks to no service", args.case)));
        };
        ui::say(&format!("answering at http://{ADDRESS}; Ctrl-C ends"));
        serving(world, None)?;
        return Ok(ExitStatus::Ok);
    }
    let folder = make(&context, &pack, &exercise, index, args.dir.as_deref())?;
    let shown = folder.strip_prefix(&context.current).unwrap_or(&folder).display();
    if args.run {
        let mut command = Command::new("/bin/sh");
        command.arg(folder.join("run.sh"));
        let passed = match world(&exercise, index) {
            Some(world) => serving(world, Some(command))?,
            None => command.status()?.success(),
        };
        return Ok(if passed { ExitStatus::Ok } else { ExitStatus::NotPassed });
    }
    let serve = match world(&exercise, index) {
        Some(_) => format!("  practice replay {} {} --serve    (in another terminal)\n", exercise.id, args.case),
        None => String::new(),
    };
    ui::print(&format!(
        "{shown}\n\n{serve}  sh {shown}/run.sh          runs it\n  sh {shown}/run.sh --pdb    stops in your code\n"
    ))?;
    Ok(ExitStatus::Ok)
}

/// The case of this name, when it can be run by hand.
pub fn case(exercise: &Exercise, name: &str) -> Result<usize, CliError> {
    let names = || exercise.cases.iter().filter(|case| !case.hidden).map(|case| case.id.as_str());
    let Some(index) = exercise.cases.iter().position(|case| case.id.as_str() == name) else {
        let error = CliError::usage(format!("{} has no case `{name}`", exercise.id));
        return Err(match nearest(name, names()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("it has {}", names().collect::<Vec<_>>().join(", "))),
        });
    };
    let case = &exercise.cases[index];
    if case.hidden {
        let message = format!("`{name}` is a hidden case: what it is given stays unknown");
        return Err(CliError::usage(message).hint("its visible twin asks for the same with other values"));
    }
    if let Some(why) = case.kind.by_hand() {
        return Err(CliError::usage(format!("`{name}` cannot be run by hand: {why}")));
    }
    Ok(index)
}

/// Makes the folder of a case; the one that it made before is made anew, another one stays as it is.
pub fn make(
    context: &Context,
    pack: &Pack,
    exercise: &Arc<Exercise>,
    index: usize,
    dir: Option<&Path>,
) -> Result<PathBuf, CliError> {
    let environments = Environments::prepare(context, pack, std::iter::once(exercise.as_ref()))?;
    let (python, preload) = environments.runtime(exercise);
    let own = solution::folder(&context.settings.solutions.value, exercise);
    if !own.join(exercise.entry()).is_file() {
        let message = format!("there is no {} yet", own.join(exercise.entry()).display());
        return Err(CliError::usage(message).hint("`practice init` writes the starter"));
    }
    let own = own.canonicalize()?;
    let case = &exercise.cases[index];
    let task = Task {
        exercise: exercise.clone(),
        case: index,
        solution: Arc::from([]),
        python,
        preload,
        hash_seed: 0,
        time_factor: 1.0,
        most_output: None,
    };
    let job = case.kind.job(&task.setup());
    let folder = match dir {
        Some(dir) => context.current.join(dir),
        None => {
            let root = context.settings.workspace.as_ref().unwrap_or(&context.current);
            root.join("replay").join(exercise.id.to_string().replace('/', "-")).join(case.id.as_str())
        }
    };
    let mut there = fs_err::read_dir(&folder).into_iter().flatten();
    if there.next().is_some() {
        if !folder.join(MARK).is_file() || !folder.join("run.py").is_file() {
            let message = format!("{} holds files that are no replay's", folder.display());
            return Err(CliError::usage(message).hint("name another folder with --dir"));
        }
        fs_err::remove_dir_all(&folder)?;
    }
    fs_err::create_dir_all(&folder)?;
    let home = folder.join("work");
    let replay = Replay {
        exercise: &exercise.id,
        case,
        job: &job,
        solution: &own,
        environment: &sandbox::environment(job.hash_seed, &home, &std::env::temp_dir()),
        driver: &sandbox::DRIVER_FILES,
    };
    for file in replay.files() {
        let path = folder.join(&file.path);
        fs_err::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs_err::write(path, &file.bytes)?;
    }
    Ok(folder)
}

/// The services that a case talks to.
fn world(exercise: &Exercise, index: usize) -> Option<Arc<World>> {
    let case = &exercise.cases[index];
    match case.kind.peer(&case.limits) {
        Peer::World(world) => Some(world),
        _ => None,
    }
}

/// Has services answer until a command has ended, or a signal comes; whether the command ended well.
fn serving(world: Arc<World>, command: Option<Command>) -> Result<bool, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let listener = TcpListener::bind(ADDRESS).map_err(|error| {
        CliError::machine(format!("the services must answer at {ADDRESS}, as in the case: {error}"))
            .hint("end what else listens there")
    })?;
    runtime.block_on(async {
        let service = Service::new(world);
        service.listen(listener)?;
        let ended = match command {
            Some(command) => tokio::process::Command::from(command).status().await?.success(),
            None => {
                let cancel = CancellationToken::new();
                cancel_on_signals(&cancel);
                cancel.cancelled().await;
                true
            }
        };
        service.end().await;
        Ok(ended)
    })
}
