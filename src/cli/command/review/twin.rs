//! An exercise with new cases: made by its generator behind the wall, their expectations by its reference.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use crate::catalog::{self, Exercise, Expectations, Pack, PackSource, default_limits};
use crate::cli::CliError;
use crate::cli::command::snap;
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::engine::MakeSlot;
use crate::model::{Exit, Job, Program, Sockets, WorkFile};
use crate::sandbox::Outside;

const RUN: &str = include_str!("generate.py");
/// The most cases of a review.
const MOST: usize = 20;

/// The exercise with cases made from this seed, and the pack that it is in. Its hints and wrong solutions, which are about
/// other cases, are left out.
pub fn make(
    context: &Context,
    pack: &Pack,
    environments: &Environments,
    wall: &Raised,
    exercise: &Arc<Exercise>,
    seed: u64,
) -> Result<(Pack, Arc<Exercise>), CliError> {
    let wrong = |what: String| CliError::pack(format!("the generator of {}: {what}", exercise.id));
    let cases = generated(environments, &*wall.slots(), exercise, seed)?;
    let folder = tempfile::tempdir()?;
    write_pack(&folder, pack, exercise, &cases).map_err(|error| wrong(error.message().to_owned()))?;
    let source = PackSource::Folder(folder.path().to_owned());
    let load = |expectations| -> Result<(Pack, Arc<Exercise>), CliError> {
        let pack = catalog::load(&source, expectations).map_err(|error| wrong(error.to_string()))?;
        let twin = pack.exercise(&exercise.id).cloned();
        let twin = twin.ok_or_else(|| wrong("it made no exercise".to_owned()))?;
        Ok((pack, twin))
    };
    let (_, open) = load(Expectations::Open)?;
    let wanted: Vec<usize> = (0..open.cases.len()).collect();
    let snapped = snap::expectations(context, environments, wall, &open, &wanted)?;
    snap::write(&folder.path().join(exercise.id.to_string()), &open, &snapped)?;
    load(Expectations::Required)
}

/// What the generator answers: a list of tables.
fn generated(
    environments: &Environments,
    make: &MakeSlot,
    exercise: &Exercise,
    seed: u64,
) -> Result<Vec<serde_json::Map<String, Value>>, CliError> {
    let wrong = |what: &str| CliError::pack(format!("the generator of {}: {what}", exercise.id));
    let Some(source) = &exercise.generator else { return Err(wrong("there is none")) };
    let (python, preload) = environments.runtime(exercise);
    let file = |path: &str, bytes: &[u8]| WorkFile { path: path.to_owned(), bytes: bytes.into() };
    let job = Job {
        python,
        preload,
        program: Program::Script { entry: "generate.py".to_owned(), args: Vec::new() },
        env: Vec::new(),
        solution: vec![file("generate.py", RUN.as_bytes()), file("generator.py", source)],
        inputs: Vec::new(),
        stdin: format!("{seed}\n").into_bytes().into(),
        hash_seed: 0,
        seed: 0,
        limits: default_limits(),
        collect_files: false,
        sockets: Sockets::None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let facts = runtime.block_on(async {
        let mut sandbox = make(0);
        let ran = sandbox.run(&job, Outside::nobody()).await;
        sandbox.close().await;
        ran.map_err(|error| CliError::machine(error.to_string()))
    })?;
    if facts.exit != Exit::Code(0) {
        let said = String::from_utf8_lossy(&facts.stderr.bytes);
        let last = said.lines().last().unwrap_or("it took too long, or too much");
        return Err(wrong(last));
    }
    let made: Vec<serde_json::Map<String, Value>> = serde_json::from_slice(&facts.stdout.bytes)
        .map_err(|error| wrong(&format!("`cases` returns a list of dicts: {error}")))?;
    match made.len() {
        0 => Err(wrong("it made no case")),
        count if count > MOST => Err(wrong(&format!("it made {count} cases; {MOST} are the most"))),
        _ => Ok(made),
    }
}

/// Writes a pack that holds this exercise alone, with these cases.
fn write_pack(
    folder: &TempDir,
    pack: &Pack,
    exercise: &Exercise,
    cases: &[serde_json::Map<String, Value>],
) -> Result<(), CliError> {
    let write = |path: &str, bytes: &[u8]| -> Result<(), CliError> {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
        Ok(fs_err::write(path, bytes)?)
    };
    let text = |path: &str| {
        let bytes = pack.source.read(path).unwrap_or_else(|| Arc::from([]));
        String::from_utf8_lossy(&bytes).into_owned()
    };
    write("pack.toml", text("pack.toml").as_bytes())?;
    for file in pack.source.files_below("locks") {
        write(&format!("locks/{}", file.path), &file.bytes)?;
    }
    let tier = format!("{}/tier.toml", exercise.id.tier());
    write(&tier, text(&tier).as_bytes())?;
    let id = exercise.id.to_string();
    let replaced = |path: &str| ["exercise.toml", "cases.toml"].contains(&path);
    for file in pack.source.files_below(&id).iter().filter(|file| !replaced(&file.path)) {
        write(&format!("{id}/{}", file.path), &file.bytes)?;
    }
    let broken = |error: toml_edit::TomlError| CliError::pack(error.to_string());
    let mut about: DocumentMut = text(&format!("{id}/exercise.toml")).parse().map_err(broken)?;
    for key in ["hint", "wrong", "equal", "needs"] {
        about.remove(key);
    }
    write(&format!("{id}/exercise.toml"), about.to_string().as_bytes())?;
    write(&format!("{id}/cases.toml"), cases_toml(cases)?.as_bytes())
}

/// The cases as an author would write them.
fn cases_toml(cases: &[serde_json::Map<String, Value>]) -> Result<String, CliError> {
    let mut tables = ArrayOfTables::new();
    for (index, case) in cases.iter().enumerate() {
        let mut table = Table::new();
        table.insert("id", toml_edit::value(format!("review-{}", index + 1)));
        table.insert("purpose", toml_edit::value("new inputs"));
        for (key, value) in case {
            table.insert(key, Item::Value(toml_value(value)?));
        }
        tables.push(table);
    }
    let mut document = DocumentMut::new();
    document.insert("format", toml_edit::value(1));
    document.insert("case", Item::ArrayOfTables(tables));
    Ok(document.to_string())
}

fn toml_value(value: &Value) -> Result<toml_edit::Value, CliError> {
    Ok(match value {
        Value::String(text) => text.as_str().into(),
        Value::Bool(bool) => (*bool).into(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => return Err(CliError::pack(format!("{number} is too large"))),
        },
        Value::Array(items) => {
            toml_edit::Value::Array(items.iter().map(toml_value).collect::<Result<toml_edit::Array, _>>()?)
        }
        Value::Object(table) => {
            let pairs = table.iter().map(|(key, value)| Ok((key.as_str(), toml_value(value)?)));
            toml_edit::Value::InlineTable(pairs.collect::<Result<toml_edit::InlineTable, CliError>>()?)
        }
        Value::Null => return Err(CliError::pack("`None` is no value of a case")),
    })
}
