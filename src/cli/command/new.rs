use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::config::Raw;
use crate::model::ExerciseId;

use super::init::write_new;

/// Make a new exercise from a template that `practice check` accepts
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its id, such as tier1/count-tokens
    #[arg(value_name = "TIER/SLUG")]
    id: String,
}

const TEMPLATE: [(&str, &str); 6] = [
    ("exercise.toml", include_str!("new/exercise.toml")),
    ("cases.toml", include_str!("new/cases.toml")),
    ("README.md", include_str!("new/README.md")),
    ("starter/solution.py", include_str!("new/starter.py")),
    ("reference/solution.py", include_str!("new/reference.py")),
    ("wrong/counts-empty.py", include_str!("new/wrong.py")),
];

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let id: ExerciseId = args.id.parse().map_err(|error: crate::model::BadName| CliError::usage(error.to_string()))?;
    let Some(folder) = &context.settings.exercises.value else {
        return Err(CliError::usage("there is no pack to add an exercise to")
            .hint("set `exercises = \"exercises\"` in runner.toml, or give --pack DIR"));
    };
    let exercise = folder.join(id.to_string());
    if exercise.exists() {
        return Err(CliError::usage(format!("{} is there already", exercise.display())));
    }
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let pack = format!("format = 1\nname = \"{name}\"\ntitle = \"My exercises\"\n");
    let tier = format!("format = 1\ntitle = \"{}\"\nsummary = \"\"\n", id.tier());
    write_new(&folder.join("pack.toml"), pack.as_bytes())?;
    write_new(&folder.join(id.tier().as_str()).join("tier.toml"), tier.as_bytes())?;
    for (path, text) in TEMPLATE {
        write_new(&exercise.join(path), text.replace("{{slug}}", id.slug()).as_bytes())?;
    }
    ui::print(&format!(
        "{}\n\nEdit its files, then:\n  practice snap {id}    writes what the reference answers\n  practice check {id}   proves the exercise\n",
        exercise.display()
    ))?;
    Ok(ExitStatus::Ok)
}
