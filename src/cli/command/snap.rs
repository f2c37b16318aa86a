use std::path::Path;
use std::sync::Arc;

use clap_complete::ArgValueCompleter;
use toml_edit::{DocumentMut, InlineTable, Item, Value};

use crate::catalog::{self, Case, Exercise, Expectations};
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::engine::Task;
use crate::kind::{Snapped, SnappedValue};

/// Write expectations from the reference, so that an author writes inputs only
///
/// The reference runs under three hash seeds; where they differ, nothing is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise
    #[arg(value_name = "TIER/SLUG", add = ArgValueCompleter::new(complete::exercises))]
    exercise: String,
    /// Also write anew what is there already
    #[arg(long)]
    update: bool,
}

const SEEDS: [u32; 3] = [0, 1, 4242];
/// Longer than this, an expectation goes to a file of its own.
const MOST_INLINE: usize = 240;

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let source = context.pack_source()?;
    let Some(folder) = source.folder() else {
        return Err(CliError::usage("the shipped exercises cannot be changed")
            .hint("point `exercises` in runner.toml, or --pack, at the folder of your pack"));
    };
    let pack = catalog::load(&source, Expectations::Open)?;
    let exercise = context.exercise(&pack, &args.exercise)?;
    let environments = Environments::prepare(&context, &pack, [exercise.as_ref()].into_iter())?;
    let wanted: Vec<usize> = (0..exercise.cases.len())
        .filter(|&index| args.update || !exercise.cases[index].kind.has_expectation())
        .collect();
    if wanted.is_empty() {
        ui::print(&format!("{}: every case has its expectation; --update writes them anew\n", exercise.id))?;
        return Ok(ExitStatus::Ok);
    }
    let wall = Raised::new(&context, &environments, wanted.len() * SEEDS.len(), true)?;
    let snapped = expectations(&context, &environments, &wall, &exercise, &wanted)?;
    write(&folder.join(exercise.id.to_string()), &exercise, &snapped)?;
    let names: Vec<&str> = snapped.iter().map(|(case, _)| case.id.as_str()).collect();
    ui::print(&format!("{}: wrote {}\n", exercise.id, names.join(", ")))?;
    Ok(ExitStatus::Ok)
}

/// What the reference of an exercise does in these of its cases, the same under every hash seed.
pub fn expectations<'a>(
    context: &Context,
    environments: &Environments,
    wall: &Raised,
    exercise: &'a Arc<Exercise>,
    wanted: &[usize],
) -> Result<Vec<(&'a Case, Vec<Snapped>)>, CliError> {
    let (python, preload) = environments.runtime(exercise);
    let tasks: Vec<Task> = wanted
        .iter()
        .flat_map(|&case| SEEDS.map(|seed| (case, seed)))
        .map(|(case, hash_seed)| Task {
            exercise: exercise.clone(),
            case,
            solution: exercise.reference.as_slice().into(),
            python: python.clone(),
            preload: preload.clone(),
            hash_seed,
            time_factor: context.settings.time_factor.value,
            most_output: None,
        })
        .collect();
    let outcomes = super::check::outcomes(wall, context.settings.jobs.value, tasks)?;

    let mut snapped: Vec<(&Case, Vec<Snapped>)> = Vec::new();
    let mut refused = Vec::new();
    for (&case, runs) in wanted.iter().zip(outcomes.chunks(SEEDS.len())) {
        let case = &exercise.cases[case];
        let mut all = Vec::new();
        for outcome in runs {
            let Some(facts) = &outcome.facts else {
                let why = outcome.judgement.reason.clone().unwrap_or_default();
                return Err(CliError::machine(format!("case {}: {why}", case.id)));
            };
            all.push(case.kind.snap(facts));
        }
        match all.remove(0) {
            Err(why) => refused.push(format!("case {}: {why}", case.id)),
            Ok(first) if all.iter().all(|other| other.as_ref() == Ok(&first)) => snapped.push((case, first)),
            Ok(_) => refused.push(format!(
                "case {}: the reference answers differently under another hash seed: sort what comes from a set or dict",
                case.id
            )),
        }
    }
    if !refused.is_empty() {
        return Err(CliError::pack(format!("{}: nothing written\n{}", exercise.id, refused.join("\n"))));
    }
    Ok(snapped)
}

/// Writes the expectations into `cases.toml`, keeping its comments and order, and the long ones into `expected/`.
pub fn write(folder: &Path, exercise: &Arc<Exercise>, snapped: &[(&Case, Vec<Snapped>)]) -> Result<(), CliError> {
    let path = folder.join("cases.toml");
    let text = fs_err::read_to_string(&path)?;
    let broken = |what: String| CliError::pack(format!("{}: {what}", path.display()));
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| broken(error.to_string()))?;
    let cases = document.get_mut("case").and_then(Item::as_array_of_tables_mut);
    let cases = cases.ok_or_else(|| broken(format!("{} has its cases in another form than [[case]]", exercise.id)))?;
    for (case, expectations) in snapped {
        let table = cases
            .iter_mut()
            .find(|table| table.get("id").and_then(Item::as_str) == Some(case.id.as_str()))
            .ok_or_else(|| broken(format!("no [[case]] with the id {}", case.id)))?;
        for old in ["stdout", "exit", "writes", "returns", "raises"] {
            table.remove(old);
        }
        for one in expectations {
            let value = rendered(folder, case, one)?;
            match one.key.split_once('.') {
                None => {
                    table.insert(&one.key, Item::Value(value));
                }
                Some((key, name)) => {
                    let inner = table.entry(key).or_insert(Item::Value(InlineTable::new().into()));
                    if let Some(inner) = inner.as_inline_table_mut() {
                        inner.insert(name, value);
                    }
                }
            }
        }
    }
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut new, document.to_string().as_bytes())?;
    // The name is taken over in one step: an author's file is never half-written.
    new.persist(&path).map_err(|error| CliError::machine(error.error.to_string()))?;
    fs_err::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    Ok(())
}

/// An expectation as a TOML value: itself, or the name of the file that it was written to.
fn rendered(folder: &Path, case: &Case, one: &Snapped) -> Result<Value, CliError> {
    let file = |bytes: &[u8], ending: &str| -> Result<Value, CliError> {
        let name = one.key.rsplit_once('/').map_or(one.key.as_str(), |(_, name)| name).replace('.', "-");
        let path = format!("expected/{}.{name}.{ending}", case.id);
        fs_err::create_dir_all(folder.join("expected"))?;
        fs_err::write(folder.join(&path), bytes)?;
        let mut table = InlineTable::new();
        table.insert("file", path.into());
        Ok(table.into())
    };
    match &one.value {
        SnappedValue::Integer(number) => Ok((*number).into()),
        SnappedValue::Notation(text) if text.len() <= MOST_INLINE => Ok(text.clone().into()),
        SnappedValue::Notation(text) => file(format!("{text}\n").as_bytes(), "pyv"),
        SnappedValue::Bytes(bytes, ending) => match std::str::from_utf8(bytes) {
            // Inline text is compared as text unless the case says otherwise, so only text goes inline.
            Ok(text) if text.len() <= MOST_INLINE && *ending == "txt" => Ok(text.into()),
            _ => file(bytes, ending),
        },
        SnappedValue::Table(entries) => {
            let mut table = InlineTable::new();
            for (key, value) in entries {
                table.insert(key, value.as_str().into());
            }
            Ok(table.into())
        }
    }
}
