//! `kind = "call"`: a function of the learner's module is called; its result, its exception, what it printed and what
//! became of its arguments are compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;
use toml::Spanned;
use toml::de::DeTable;

use super::source::{FileSet, Source};
use super::traceback;
use super::{
    Context, Entry, Files, Judgement, Kind, ReadError, Setup, Snapped, SnappedValue, cut_short, ended_by, read_table,
    shown, shown_variable,
};
use crate::codec::notation::{self, Call, Role, Step};
use crate::codec::{json, npy, wire};
use crate::compare;
use crate::event::{ExceptionShown, Shown};
use crate::model::{
    Channel, Comparison, Difference, DifferenceKind, Exit, Facts, Format, Job, Limits, Options, Program, Value,
    Verdict, WorkFile,
};

pub const ENTRY: Entry = Entry {
    name: "call",
    keys: &["call", "returns", "raises", "arguments", "after", "stdout", "stdin", "env", "files"],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// Whether a call may change its arguments in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArgumentRule {
    /// It may.
    #[default]
    Any,
    /// It may not. Objects of the learner's own classes are not looked at.
    Unchanged,
}

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

/// An expected exception.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Raises {
    /// Name of its class or of a base class, without the module.
    #[serde(rename = "type")]
    class: String,
    /// Its message, exactly.
    message: Option<String>,
    /// A part of its message.
    contains: Option<String>,
}

/// A call case.
#[derive(Debug)]
struct CallCase {
    call: Call,
    returns: Option<Value>,
    raises: Option<Raises>,
    arguments: ArgumentRule,
    after: Vec<(String, Value)>,
    stdout: Option<(Format, Arc<[u8]>)>,
    stdin: Arc<[u8]>,
    env: Vec<(String, String)>,
    files: Vec<WorkFile>,
    options: Options,
}

/// `load('…')` of the notation: reads files of the exercise.
struct Loader<'a>(&'a dyn Files);

impl notation::Load for Loader<'_> {
    fn load(&self, path: &str) -> Result<Value, String> {
        let bytes = self.0.read(path).ok_or_else(|| format!("there is no file `{path}` in the exercise's folder"))?;
        let text = || std::str::from_utf8(&bytes).map_err(|error| format!("`{path}` is not UTF-8: {error}"));
        let in_file = |error: &dyn std::fmt::Display| format!("`{path}`: {error}");
        match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("json") => json::parse(&bytes).map_err(|error| in_file(&error)),
            Some("jsonl") => json::parse_lines(&bytes).map_err(|error| in_file(&error)),
            Some("npy") => {
                npy::parse(&bytes).map(|array| Value::Array(Box::new(array))).map_err(|error| in_file(&error))
            }
            Some("txt") => Ok(Value::str(text()?)),
            Some("pyv") => {
                notation::parse_value(text()?, Role::Expectation, self).map_err(|error| in_file(&error.message))
            }
            _ => Ok(Value::Bytes(bytes.to_vec())),
        }
    }
}

/// A mistake in a notation that stands in a TOML string.
fn in_string(spanned: std::ops::Range<usize>, text: &str, error: &notation::NotationError) -> ReadError {
    let around: String = text[error.at.min(text.len())..].chars().take(20).collect();
    let place = if around.is_empty() { "at its end".to_owned() } else { format!("before `{around}`") };
    ReadError::at(spanned, format!("{} ({place})", error.message))
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let table: Table = read_table(table)?;
    let loader = Loader(context.files);
    let value = |span: std::ops::Range<usize>, text: &str| {
        notation::parse_value(text, Role::Expectation, &loader).map_err(|error| in_string(span, text, &error))
    };
    let call = notation::parse_call(table.call.get_ref(), &loader)
        .map_err(|error| in_string(table.call.span(), table.call.get_ref(), &error))?;
    let returns = match table.returns {
        None => None,
        Some(source) => Some(match source.get_ref() {
            Source::Text(text) => value(source.span(), text)?,
            Source::File(path) => {
                notation::Load::load(&loader, path).map_err(|message| ReadError::at(source.span(), message))?
            }
            Source::Bytes(_) | Source::Repeat(..) => {
                return Err(ReadError::at(source.span(), "`returns` is value notation or { file = \"…\" }"));
            }
        }),
    };
    if returns.is_some() && table.raises.is_some() {
        return Err(ReadError::at(table.call.span(), "a case has `returns` or `raises`, not both"));
    }
    let after = table
        .after
        .iter()
        .map(|(name, text)| Ok((name.clone(), value(text.span(), text.get_ref())?)))
        .collect::<Result<_, ReadError>>()?;
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
        returns,
        raises: table.raises,
        arguments: table.arguments.unwrap_or(context.arguments),
        after,
        stdout,
        stdin: stdin.unwrap_or_else(|| Arc::from([])),
        env: table.env.into_iter().collect(),
        files: table.files.read(context.files)?,
        options,
    }))
}

/// What the driver answered.
#[derive(Debug, Deserialize)]
struct Answer {
    returned: Option<serde_json::Value>,
    raised: Option<Raised>,
    not_loaded: Option<Raised>,
    missing: Option<String>,
    too_large: Option<String>,
    #[serde(default)]
    args: Vec<serde_json::Value>,
    #[serde(default)]
    kwargs: Vec<(String, serde_json::Value)>,
}

/// An exception, as the driver describes it.
#[derive(Debug, Deserialize)]
struct Raised {
    class: String,
    bases: Vec<String>,
    message: String,
    traceback: String,
}

impl Raised {
    /// The exception for people; what the traceback does not tell comes from the driver's own fields.
    fn shown(&self) -> ExceptionShown {
        let frames = traceback::parse(self.traceback.as_bytes()).map(|parsed| parsed.frames).unwrap_or_default();
        ExceptionShown { class: self.class.clone(), message: self.message.clone(), frames }
    }
}

/// Reads an answer. What is in it is the learner's to forge: it is read as data and believed as little.
fn answer(bytes: &[u8]) -> Option<Answer> {
    serde_json::from_slice(bytes).ok()
}

/// `null` is how the driver writes `None`, and how an absent field reads: told apart here.
fn returned(answer: &mut Answer) -> Option<Result<Value, String>> {
    if answer.raised.is_some() || answer.not_loaded.is_some() || answer.missing.is_some() || answer.too_large.is_some()
    {
        return None;
    }
    let value = answer.returned.take().unwrap_or(serde_json::Value::Null);
    Some(wire::from_json(value).map_err(|error| error.to_string()))
}

/// Whether a value holds an object of the learner's own class.
fn has_own_object(value: &Value) -> bool {
    match value {
        Value::New { .. } | Value::EnumMember { .. } | Value::Object { .. } => true,
        Value::List(items) | Value::Tuple(items) | Value::Set(items) | Value::FrozenSet(items) => {
            items.iter().any(has_own_object)
        }
        Value::Dict(items) => items.iter().any(|(key, value)| has_own_object(key) || has_own_object(value)),
        _ => false,
    }
}

/// A step of the call, as the driver reads it.
fn question(step: &Step) -> serde_json::Value {
    match step {
        Step::Attribute(name) => json!({ "name": name }),
        Step::Call { name, args, kwargs } => {
            let args: Vec<_> = args.iter().map(wire::encode).collect();
            let kwargs: Vec<_> = kwargs.iter().map(|(name, value)| json!([name, wire::encode(value)])).collect();
            json!({ "name": name, "args": args, "kwargs": kwargs })
        }
    }
}

impl CallCase {
    /// Compares the arguments as they were after the call.
    fn compare_arguments(&self, answer: Answer) -> Result<Comparison, String> {
        let mut comparison = Comparison::default();
        let last = self.call.steps.iter().rev().find_map(|step| match step {
            Step::Call { args, kwargs, .. } => Some((args, kwargs)),
            Step::Attribute(_) => None,
        });
        let Some((args, kwargs)) = last else { return Ok(comparison) };
        let names = (0..args.len()).map(|index| index.to_string()).chain(kwargs.iter().map(|(name, _)| name.clone()));
        let before = args.iter().chain(kwargs.iter().map(|(_, value)| value));
        let after = answer.args.into_iter().chain(answer.kwargs.into_iter().map(|(_, value)| value));
        for ((name, before), after) in names.zip(before).zip(after) {
            let after = wire::from_json(after).map_err(|error| error.to_string())?;
            let wanted = self.after.iter().find(|(wanted, _)| *wanted == name);
            let channel = Channel::Argument(name);
            match wanted {
                Some((_, expected)) => comparison.extend(compare::value(&channel, expected, &after, &self.options)),
                None if self.arguments == ArgumentRule::Unchanged && !has_own_object(before) => {
                    comparison.extend(compare::value(&channel, before, &after, &Options::default()));
                }
                None => {}
            }
        }
        Ok(comparison)
    }

    /// Compares an exception with the expected one.
    fn compare_raised(expected: &Raises, raised: &Raised) -> Comparison {
        let mut comparison = Comparison::default();
        let mut push = |path: &str, kind, expected: String, actual: &str| {
            comparison.push(Difference {
                channel: Channel::Raised,
                path: path.to_owned(),
                kind,
                expected: Some(expected),
                actual: Some(actual.to_owned()),
                near: None,
                note: None,
            });
        };
        if !raised.bases.contains(&expected.class) {
            push("", DifferenceKind::Type, expected.class.clone(), &raised.class);
            return comparison;
        }
        if let Some(message) = expected.message.as_ref().filter(|message| **message != raised.message) {
            push("/message", DifferenceKind::Value, message.clone(), &raised.message);
        }
        if let Some(part) = expected.contains.as_ref().filter(|part| !raised.message.contains(*part)) {
            push("/message", DifferenceKind::Missing, format!("… {part} …"), &raised.message);
        }
        comparison
    }

    fn judge_answer(&self, mut answer: Answer, facts: &Facts) -> Result<Judgement, String> {
        if let Some(raised) = &answer.not_loaded {
            let exception = Some(raised.shown());
            let reason = format!("solution.py could not be imported: {}", raised.class);
            return Ok(Judgement { exception, ..Judgement::of(Verdict::Crashed, reason) });
        }
        if let Some(why) = &answer.missing {
            return Ok(Judgement::of(Verdict::Failed, format!("{why}: check its spelling in the statement")));
        }
        if let Some(why) = &answer.too_large {
            return Ok(Judgement::of(Verdict::OutputLimit, format!("the returned value is too large: {why}")));
        }
        let mut comparison = Comparison::default();
        let mut exception = None;
        if let Some(raised) = &answer.raised {
            let Some(expected) = &self.raises else {
                let reason = match raised.class.as_str() {
                    "SystemExit" => "the call ended the program with sys.exit(): return or raise instead".to_owned(),
                    class => format!("an uncaught {class}"),
                };
                let exception = Some(raised.shown());
                let verdict = ended_by(exception.as_ref());
                return Ok(Judgement { exception, ..Judgement::of(verdict, reason) });
            };
            let found = CallCase::compare_raised(expected, raised);
            if !found.is_equal() {
                exception = Some(raised.shown());
            }
            comparison.extend(found);
        }
        if let Some(value) = returned(&mut answer) {
            let value = value?;
            if let Some(expected) = &self.raises {
                comparison.push(Difference {
                    channel: Channel::Raised,
                    path: String::new(),
                    kind: DifferenceKind::Missing,
                    expected: Some(expected.class.clone()),
                    actual: None,
                    near: None,
                    note: Some(format!("the call returned {} and raised nothing", notation::write(&value, 200))),
                });
            }
            if let Some(expected) = &self.returns {
                comparison.extend(compare::value(&Channel::Returned, expected, &value, &self.options));
            }
        }
        comparison.extend(self.compare_arguments(answer)?);
        if let Some((format, expected)) = &self.stdout {
            comparison.extend(compare::bytes(&Channel::Stdout, *format, expected, &facts.stdout.bytes, &self.options));
        }
        Ok(Judgement { exception, ..Judgement::compared(comparison) })
    }
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

    fn job(&self, setup: &Setup) -> Job {
        let arguments = self.arguments == ArgumentRule::Unchanged || !self.after.is_empty();
        let question =
            json!({ "steps": self.call.steps.iter().map(question).collect::<Vec<_>>(), "arguments": arguments });
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
            listen: None,
        }
    }

    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement {
        if let Some(judgement) = cut_short(facts, limits) {
            return judgement;
        }
        let Some(answer) = facts.answer.as_deref().and_then(answer) else {
            let exception = traceback::parse(&facts.stderr.bytes);
            let code = match facts.exit {
                Exit::Code(code) => format!(" with exit code {code}"),
                _ => String::new(),
            };
            let reason = format!("the program ended{code} before the call was answered: something called os._exit()");
            return Judgement { exception, ..Judgement::of(Verdict::Crashed, reason) };
        };
        self.judge_answer(answer, facts)
            .unwrap_or_else(|why| Judgement::of(Verdict::Crashed, format!("the answer cannot be read: {why}")))
    }

    fn has_expectation(&self) -> bool {
        self.returns.is_some() || self.raises.is_some() || !self.after.is_empty() || self.stdout.is_some()
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
