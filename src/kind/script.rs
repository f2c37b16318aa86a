//! `kind = "script"`: a program with arguments, input and files; what it prints and writes is compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::source::{FileSet, Source};
use super::traceback;
use super::{
    Context, Entry, ExpectedFile, Judgement, Kind, ReadError, Setup, Snapped, SnappedValue, check_writes, cut_short,
    ended_by, ending, read_table, shell_word, shown, shown_variable,
};
use crate::compare;
use crate::event::Shown;
use crate::model::{
    Channel, Comparison, Content, Difference, DifferenceKind, Exit, Facts, Format, Job, Limits, Options, Program,
    Sockets, Verdict, WorkFile,
};

pub const ENTRY: Entry = Entry {
    name: "script",
    keys: &["args", "stdin", "env", "files", "stdout", "exit", "writes"],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// The keys of a script case.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Table {
    /// The command line.
    args: Vec<String>,
    /// Standard input.
    stdin: Option<Source>,
    /// Environment variables, besides the few that every case has.
    env: BTreeMap<String, String>,
    /// Files put into the work folder.
    files: FileSet,
    /// Expected standard output.
    stdout: Option<Source>,
    /// Expected exit code.
    exit: Option<i32>,
    /// Files expected in the work folder afterwards, and no other new ones.
    writes: Option<BTreeMap<String, Source>>,
}

/// A script case.
#[derive(Debug)]
struct Script {
    args: Vec<String>,
    stdin: Arc<[u8]>,
    env: Vec<(String, String)>,
    files: Vec<WorkFile>,
    stdout: Option<(Format, Arc<[u8]>)>,
    exit: i32,
    writes: Option<Vec<ExpectedFile>>,
    options: Options,
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let table: Table = read_table(table)?;
    let options = context.options.clone();
    let expected = |source: Source, name: Option<&str>| -> Result<(Format, Arc<[u8]>), ReadError> {
        let named = name.map(Format::of_name);
        let format = options.format.or(source.format()).or(named).unwrap_or_default();
        Ok((format, source.bytes(context.files)?))
    };
    let writes = |all: BTreeMap<String, Source>| -> Result<Vec<_>, ReadError> {
        let one = |(name, source): (String, Source)| {
            let (format, bytes) = expected(source, Some(&name))?;
            Ok((name, format, bytes))
        };
        all.into_iter().map(one).collect()
    };
    let stdin = table.stdin.map(|source| source.bytes(context.files)).transpose()?;
    let stdout = table.stdout.map(|source| expected(source, None)).transpose()?;
    let files = table.files.read(context.files)?;
    let writes = table.writes.map(writes).transpose()?;
    check_writes(writes.as_deref().unwrap_or_default(), &files).map_err(|message| ReadError { message, span: None })?;
    Ok(Box::new(Script {
        stdin: stdin.unwrap_or_else(|| Arc::from([])),
        stdout,
        writes,
        args: table.args,
        env: table.env.into_iter().collect(),
        files,
        exit: table.exit.unwrap_or(0),
        options: options.clone(),
    }))
}

impl Kind for Script {
    fn shown(&self) -> Vec<Shown> {
        let mut parts = Vec::new();
        if !self.args.is_empty() {
            let quoted: Vec<String> = self.args.iter().map(|arg| shell_word(arg)).collect();
            parts.push(shown("command", format!("python solution.py {}", quoted.join(" ")).as_bytes()));
        }
        parts.extend(self.env.iter().map(shown_variable));
        if !self.stdin.is_empty() {
            parts.push(shown("stdin", &self.stdin));
        }
        parts.extend(self.files.iter().map(|file| shown(format!("file {}", file.path), &file.bytes)));
        parts
    }

    fn inputs(&self) -> &[WorkFile] {
        &self.files
    }

    fn job(&self, setup: &Setup) -> Job {
        Job {
            python: setup.python.clone(),
            preload: setup.preload.clone(),
            program: Program::Script { entry: setup.entry.clone(), args: self.args.clone() },
            env: self.env.clone(),
            solution: setup.solution.clone(),
            inputs: self.files.clone(),
            stdin: self.stdin.clone(),
            hash_seed: setup.hash_seed,
            seed: setup.seed,
            limits: setup.limits,
            collect_files: true,
            sockets: Sockets::None,
        }
    }

    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement {
        if let Some(judgement) = cut_short(facts, limits) {
            return judgement;
        }
        let Exit::Code(code) = facts.exit else { return Judgement::of(Verdict::MachineError, "no exit code") };
        let exception = (code != 0).then(|| traceback::parse(&facts.stderr.bytes)).flatten();
        if let Some(exception) = exception.filter(|_| code != self.exit) {
            let reason = format!("an uncaught {}", exception.class);
            let verdict = ended_by(Some(&exception));
            return Judgement { exception: Some(exception), ..Judgement::of(verdict, reason) };
        }
        // An exit code that nobody asked for; what else differs is told all the same.
        let is_unasked = code != self.exit && self.exit == 0;
        let mut comparison = Comparison::default();
        if code != self.exit && !is_unasked {
            comparison.push(Difference {
                channel: Channel::Exit,
                path: String::new(),
                kind: DifferenceKind::Value,
                expected: Some(self.exit.to_string()),
                actual: Some(code.to_string()),
                near: None,
                note: None,
            });
        }
        if let Some((format, expected)) = &self.stdout {
            comparison.extend(compare::bytes(&Channel::Stdout, *format, expected, &facts.stdout.bytes, &self.options));
        }
        if let Some(writes) = &self.writes {
            comparison.extend(compare::tree(writes, &self.files, &facts.files, &self.options));
        }
        if is_unasked {
            let reason = format!("exited with code {code}; expected {}", self.exit);
            return Judgement { comparison, ..Judgement::of(Verdict::Crashed, reason) };
        }
        Judgement::compared(comparison)
    }

    fn has_expectation(&self) -> bool {
        self.stdout.is_some() || self.writes.is_some()
    }

    fn snap(&self, facts: &Facts) -> Result<Vec<Snapped>, String> {
        let Exit::Code(code) = facts.exit else { return Err("the reference did not end by itself".into()) };
        if let Some(exception) = (code != 0).then(|| traceback::parse(&facts.stderr.bytes)).flatten() {
            return Err(format!("the reference crashed: {}: {}", exception.class, exception.message));
        }
        let mut all = Vec::new();
        if code != 0 {
            all.push(Snapped { key: "exit".into(), value: SnappedValue::Integer(code.into()) });
        }
        let ending = ending(self.options.format.unwrap_or_default());
        if !facts.stdout.bytes.is_empty() || facts.files.is_empty() {
            all.push(Snapped { key: "stdout".into(), value: SnappedValue::Bytes(facts.stdout.bytes.clone(), ending) });
        }
        for file in &facts.files {
            let Content::Regular(bytes) = &file.content else {
                return Err(format!("the reference left `{}`, which is no regular file", file.path));
            };
            let ending = super::ending(Format::of_name(&file.path));
            all.push(Snapped {
                key: format!("writes.{}", file.path),
                value: SnappedValue::Bytes(bytes.clone(), ending),
            });
        }
        Ok(all)
    }
}
