use crate::cli::context::Context;
use crate::cli::environments::{interpreter, settings, spec};
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::config::Raw;
use crate::model::EnvironmentName;
use crate::python;
use crate::sandbox::Mode;

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
    let mode = Mode::None;
    text.push_str(&format!("containment   {}\n", mode.id()));
    for line in mode.in_force() {
        text.push_str(&format!("  in force      {line}\n"));
    }
    for line in mode.not_in_force() {
        text.push_str(&format!("  NOT in force  {line}\n"));
    }
    text.push_str(&format!("progress      {}\n", context.ledger().path().display()));
    ui::print(&text)?;
    Ok(status)
}
