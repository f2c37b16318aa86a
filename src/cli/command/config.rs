use serde_json::json;

use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::config::Raw;

/// Show every setting and where it comes from
#[derive(Debug, clap::Args)]
pub struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let table = context.settings.table();
    if args.json {
        let all: Vec<_> = table
            .iter()
            .map(|(key, value, origin)| json!({ "key": key, "value": value, "origin": origin.to_string() }))
            .collect();
        ui::print(&format!("{:#}\n", json!(all)))?;
        return Ok(ExitStatus::Ok);
    }
    let mut text = match &context.settings.workspace {
        Some(folder) => format!("workspace {}\n\n", folder.display()),
        None => "no runner.toml here or above: built-in defaults\n\n".to_owned(),
    };
    for (key, value, origin) in table {
        text.push_str(&format!("{key:<26} = {value:<30} # {origin}\n"));
    }
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}
