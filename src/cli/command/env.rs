use clap::Subcommand;

use crate::cli::context::Context;
use crate::cli::environments::{interpreter, provision, settings, spec};
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::config::Raw;
use crate::model::{Bytes, EnvironmentName};
use crate::python;

/// Look after the Python environments: list, sync, path, remove
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What there is, and how much disk it takes
    List,
    /// Install an environment of the pack now; all but torch when none is named
    Sync {
        /// Their names
        names: Vec<String>,
    },
    /// Print the interpreter of an environment
    Path {
        /// Its name
        name: String,
    },
    /// Remove the environments of this name from the disk
    Remove {
        /// Its name
        name: String,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let named = |name: &str| -> Result<EnvironmentName, CliError> {
        let known = || pack.environments.keys().map(EnvironmentName::as_str).chain(["stdlib"]).collect::<Vec<_>>();
        match name.parse::<EnvironmentName>() {
            Ok(name) if name.is_stdlib() || pack.environments.contains_key(&name) => Ok(name),
            _ => Err(CliError::usage(format!("there is no environment `{name}`: known are {}", known().join(", ")))),
        }
    };
    match args.action.as_ref().unwrap_or(&Action::List) {
        Action::List => {
            let mut text = String::new();
            for found in python::list(&context.settings.environments.value)? {
                let state = if found.complete { "" } else { "  (unfinished)" };
                let version = found.version.map(|version| format!("Python {version}")).unwrap_or_default();
                let size = Bytes(found.size).to_string();
                text.push_str(&format!(
                    "{:<10} {version:<16} {size:>8}  {}{state}\n",
                    found.name,
                    found.path.display()
                ));
            }
            if text.is_empty() {
                text = "no environment yet: they are made on first use, or by `practice env sync`\n".to_owned();
            }
            ui::print(&text)?;
        }
        Action::Sync { names } => {
            let names: Vec<EnvironmentName> = if names.is_empty() {
                pack.environments
                    .keys()
                    .filter(|name| name.as_str() != "torch")
                    .cloned()
                    .chain([EnvironmentName::stdlib()])
                    .collect()
            } else {
                names.iter().map(|name| named(name)).collect::<Result<_, _>>()?
            };
            let interpreter = interpreter(&context)?;
            for name in names {
                let made = provision(&context, &interpreter, &spec(&pack, &name))?;
                ui::print(&format!("{name}: Python {} in {}\n", made.version, made.root.display()))?;
            }
        }
        Action::Path { name } => {
            let spec = spec(&pack, &named(name)?);
            let found = python::ready(&interpreter(&context)?, &spec, &settings(&context));
            let found = found.ok_or_else(|| {
                CliError::usage(format!("the environment `{name}` is not installed yet"))
                    .hint(format!("`practice env sync {name}` installs it"))
            })?;
            ui::print(&format!("{}\n", found.python.display()))?;
        }
        Action::Remove { name } => {
            let mut removed = 0;
            for found in python::list(&context.settings.environments.value)? {
                if found.name == *name {
                    python::remove(&found)?;
                    removed += 1;
                }
            }
            if removed == 0 {
                return Err(CliError::usage(format!("there is no environment `{name}` on the disk")));
            }
            ui::print(&format!("removed {removed}\n"))?;
        }
    }
    Ok(ExitStatus::Ok)
}
