use crate::cli::context::Context;
use crate::cli::environments::{interpreter, settings, spec};
use crate::cli::{CliError, ExitStatus, Global, ui, wall};
use crate::config::Raw;
use crate::model::EnvironmentName;
use crate::python;
use crate::sandbox::{self, Mode, SandboxError};

/// Tell what this machine has and can enforce
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let mut text = format!("practice {}\n", env!("CARGO_PKG_VERSION"));
    let mut status = ExitStatus::Ok;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    text.push_str(&format!("cores         {cores}; {} cases at once\n", context.settings.jobs.value));
    match interpreter(&context) {
        Ok(found) => {
            text.push_str(&format!("python        {} at {}\n", found.version, found.python.display()));
            let settings = settings(&context);
            let installer = match &settings.uv {
                Some(uv) => format!("uv at {}", uv.display()),
                None => "pip (uv on PATH would be faster)".to_owned(),
            };
            text.push_str(&format!("installer     {installer}\n"));
            for name in std::iter::once(EnvironmentName::stdlib()).chain(pack.environments.keys().cloned()) {
                let spec = spec(&pack, &name);
                let state = match python::ready(&found, &spec, &settings) {
                    Some(environment) => format!("ready, {}", environment.root.display()),
                    None => match &spec.size {
                        Some(size) => {
                            format!("not installed yet; {size}, on first use or by `practice env sync {name}`")
                        }
                        None => "made on first use".to_owned(),
                    },
                };
                text.push_str(&format!("environment   {name}: {state}\n"));
            }
        }
        Err(error) => {
            status = error.status();
            text.push_str(&format!("python        MISSING: {}\n", error.message()));
            for hint in error.hints() {
                text.push_str(&format!("              {hint}\n"));
            }
        }
    }
    text.push_str(&containment(&context, &mut status));
    text.push_str(&format!("progress      {}\n", context.ledger().path().display()));
    ui::print(&text)?;
    Ok(status)
}

/// Which walls this machine can have: each is tried. Fails where there is none at all, or not the one that is set.
fn containment(context: &Context, status: &mut ExitStatus) -> String {
    let tried: Vec<(Mode, Result<(), SandboxError>)> =
        Mode::WALLS.into_iter().map(|mode| (mode, wall::attempt(context, mode))).collect();
    let wanted = wall::wanted(context.settings.sandbox.value);
    let has = |mode: &Mode| tried.iter().all(|(one, result)| one != mode || result.is_ok());
    let taken = wanted.iter().copied().find(has);
    let mut text = match taken {
        Some(mode) => format!("containment   {mode}\n"),
        None => {
            *status = ExitStatus::Machine;
            format!("containment   MISSING: this machine has no `{}`\n", context.settings.sandbox.value.id())
        }
    };
    for (mode, result) in &tried {
        match result {
            Ok(()) => text.push_str(&format!("  {mode:<4}  can be had\n")),
            Err(error) => {
                text.push_str(&format!("  {mode:<4}  no: {error}\n"));
                if let Some(advice) = sandbox::advice(*mode) {
                    text.push_str(&format!("        {advice}\n"));
                }
            }
        }
    }
    let taken = taken.unwrap_or(Mode::None);
    for line in taken.in_force() {
        text.push_str(&format!("  in force      {line}\n"));
    }
    for line in taken.not_in_force() {
        text.push_str(&format!("  NOT in force  {line}\n"));
    }
    text
}
