//! `kind = "call"`: a function of the learner's module is called; its result, its exception, what it printed and what
//! became of its arguments are compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;
use toml::Spanned;
use toml::de::DeTable;

use super::answer::{
    ArgumentRule, Expectation, Loader, Raises, Written, answer, in_string, question, returned, unanswered,
};
use super::source::{FileSet, Source};
use super::{
    Context, Entry, Judgement, Kind, ReadError, Setup, Snapped, SnappedValue, cut_short, read_table, shown,
    shown_variable,
};
use crate::codec::notation::{self, Call};
use crate::compare;
use crate::event::Shown;
use crate::model::{Channel, Facts, Format, Job, Limits, Options, Program, Sockets, Value, Verdict, WorkFile};

pub const ENTRY: Entry = Entry {
    name: "call",
    keys: &["call", "returns", "raises", "arguments", "after", "stdout", "stdin", "env", "files"],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// The keys of a call case.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// The call, in the notation for calls.
    #[schemars(with = "String")]
    call: Spanned<String>,
    /// Expected value: value notation, or a file.
    #[schemars(with = "Option<Source>")]
    returns: Option<Spanned<Source>>,
    /// Expected exception.
    raises: Option<Raises>,
    /// Whether the call may change its arguments in place.
    arguments: Option<ArgumentRule>,
    /// What arguments are expected to be after the call, by position or keyword.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    after: BTreeMap<String, Spanned<String>>,
    /// What the call prints.
    stdout: Option<Source>,
    /// Standard input.
    stdin: Option<Source>,
    /// Environment variables, besides the few that every case has.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// Files put into the work folder.
    #[serde(default)]
    files: FileSet,
}

/// A call case.
#[derive(Debug)]
struct CallCase {
    call: Call,
    expected: Expectation,
    stdout: Option<(Format, Arc<[u8]>)>,
    stdin: Arc<[u8]>,
    env: Vec<(String, String)>,
    files: Vec<WorkFile>,
    options: Options,
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let table: Table = read_table(table)?;
    let call = notation::parse_call(table.call.get_ref(), &Loader(context.files))
        .map_err(|error| in_string(table.call.span(), table.call.get_ref(), &error))?;
    let written = Written {
        returns: table.returns.as_ref(),
        raises: table.raises,
        arguments: table.arguments,
        after: &table.after,
    };
    let expected = Expectation::read(written, table.call.span(), context)?;
    let options = context.options.clone();
    let stdout = match table.stdout {
        Some(source) => {
            let format = source.format().or(options.format).unwrap_or_default();
            Some((format, source.bytes(context.files)?))
        }
        None => None,
    };
    let stdin = table.stdin.map(|source| source.bytes(context.files)).transpose()?;
    Ok(Box::new(CallCase {
        call,
        expected,
        stdout,
        stdin: stdin.unwrap_or_else(|| Arc::from([])),
        env: table.env.into_iter().collect(),
        files: table.files.read(context.files)?,
        options,
    }))
}

impl Kind for CallCase {
    fn shown(&self) -> Vec<Shown> {
        let mut parts = vec![shown("call", notation::write_call_lines(&self.call).as_bytes())];
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
        let steps: Vec<_> = self.call.steps.iter().map(question).collect();
        let question = json!({ "steps": steps, "arguments": self.expected.wants_arguments() });
        Job {
            python: setup.python.clone(),
            preload: setup.preload.clone(),
            program: Program::Call { entry: setup.entry.clone(), question: question.to_string().into_bytes().into() },
            env: self.env.clone(),
            solution: setup.solution.clone(),
            inputs: self.files.clone(),
            stdin: self.stdin.clone(),
            hash_seed: setup.hash_seed,
            seed: setup.seed,
            limits: setup.limits,
            collect_files: false,
            sockets: Sockets::None,
        }
    }

    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement {
        if let Some(judgement) = cut_short(facts, limits) {
            return judgement;
        }
        let Some(answer) = facts.answer.as_deref().and_then(answer) else { return unanswered(facts) };
        let mut judgement = match self.expected.judge(&self.call, answer) {
            Ok(judgement) => judgement,
            Err(why) => return Judgement::of(Verdict::Crashed, format!("the answer cannot be read: {why}")),
        };
        if let Some((format, expected)) = &self.stdout
            && matches!(judgement.verdict, Verdict::Passed | Verdict::Failed)
        {
            let printed = compare::bytes(&Channel::Stdout, *format, expected, &facts.stdout.bytes, &self.options);
            judgement.comparison.extend(printed);
            judgement = Judgement { exception: judgement.exception, ..Judgement::compared(judgement.comparison) };
        }
        judgement
    }

    fn has_expectation(&self) -> bool {
        self.expected.is_some() || self.stdout.is_some()
    }

    fn snap(&self, facts: &Facts) -> Result<Vec<Snapped>, String> {
        let mut answer = facts.answer.as_deref().and_then(answer).ok_or("the reference did not answer the call")?;
        if let Some(raised) = &answer.not_loaded {
            return Err(format!("the reference could not be imported: {}: {}", raised.class, raised.message));
        }
        if let Some(raised) = &answer.raised {
            let table = vec![("type".to_owned(), raised.class.clone()), ("message".to_owned(), raised.message.clone())];
            return Ok(vec![Snapped { key: "raises".into(), value: SnappedValue::Table(table) }]);
        }
        let value = returned(&mut answer).ok_or("the reference did not return")??;
        if let Value::Opaque { class, .. } = &value {
            return Err(format!("the reference returned a {class}, which cannot be written down"));
        }
        let text = notation::write(&value, usize::MAX);
        Ok(vec![Snapped { key: "returns".into(), value: SnappedValue::Notation(text) }])
    }
}
