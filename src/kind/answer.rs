//! What a call answers and what it should: values, exceptions and arguments, as the driver sends them and as authors
//! write them.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::json;
use toml::Spanned;

use super::source::Source;
use super::traceback;
use super::{Context, Files, Judgement, ReadError, ended_by};
use crate::codec::notation::{self, Call, Role, Step};
use crate::codec::{json, npy, wire};
use crate::compare;
use crate::event::ExceptionShown;
use crate::model::{Channel, Comparison, Difference, DifferenceKind, Exit, Facts, Options, Value, Verdict};

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

/// An expected exception.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Raises {
    /// Name of its class or of a base class, without the module.
    #[serde(rename = "type")]
    class: String,
    /// Its message, exactly.
    message: Option<String>,
    /// A part of its message.
    contains: Option<String>,
}

/// `load('…')` of the notation: reads files of the exercise.
pub struct Loader<'a>(pub &'a dyn Files);

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
pub fn in_string(spanned: Range<usize>, text: &str, error: &notation::NotationError) -> ReadError {
    let around: String = text[error.at.min(text.len())..].chars().take(20).collect();
    let place = if around.is_empty() { "at its end".to_owned() } else { format!("before `{around}`") };
    ReadError::at(spanned, format!("{} ({place})", error.message))
}

/// What the driver answered.
#[derive(Debug, Deserialize)]
pub struct Answer {
    pub returned: Option<serde_json::Value>,
    pub raised: Option<Raised>,
    pub not_loaded: Option<Raised>,
    /// The name that the value is kept under, in a scenario.
    pub kept: Option<String>,
    missing: Option<String>,
    too_large: Option<String>,
    #[serde(default)]
    args: Vec<serde_json::Value>,
    #[serde(default)]
    kwargs: Vec<(String, serde_json::Value)>,
}

/// An exception, as the driver describes it.
#[derive(Debug, Deserialize)]
pub struct Raised {
    pub class: String,
    bases: Vec<String>,
    pub message: String,
    traceback: String,
}

impl Raised {
    /// The judgement on a solution whose import raised it.
    pub fn at_import(&self) -> Judgement {
        let reason = format!("solution.py could not be imported: {}", self.class);
        Judgement { exception: Some(self.shown()), ..Judgement::of(Verdict::Crashed, reason) }
    }

    /// The exception for people; what the traceback does not tell comes from the driver's own fields.
    fn shown(&self) -> ExceptionShown {
        let frames = traceback::parse(self.traceback.as_bytes()).map(|parsed| parsed.frames).unwrap_or_default();
        ExceptionShown { class: self.class.clone(), message: self.message.clone(), frames }
    }
}

/// Reads an answer. What is in it is the learner's to forge: it is read as data and believed as little.
pub fn answer(bytes: &[u8]) -> Option<Answer> {
    serde_json::from_slice(bytes).ok()
}

/// The judgement on a program that ended before it had answered.
pub fn unanswered(facts: &Facts) -> Judgement {
    let exception = traceback::parse(&facts.stderr.bytes);
    let code = match facts.exit {
        Exit::Code(code) => format!(" with exit code {code}"),
        _ => String::new(),
    };
    let reason = format!("the program ended{code} before the call was answered: something called os._exit()");
    Judgement { exception, ..Judgement::of(Verdict::Crashed, reason) }
}

/// An exception that did not come.
fn nothing_raised(expected: &Raises, note: String) -> Difference {
    Difference {
        channel: Channel::Raised,
        path: String::new(),
        kind: DifferenceKind::Missing,
        expected: Some(expected.class.clone()),
        actual: None,
        near: None,
        note: Some(note),
    }
}

/// `null` is how the driver writes `None`, and how an absent field reads: told apart here.
pub fn returned(answer: &mut Answer) -> Option<Result<Value, String>> {
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
pub fn question(step: &Step) -> serde_json::Value {
    match step {
        Step::Attribute(name) => json!({ "name": name }),
        Step::Call { name, args, kwargs } => {
            let args: Vec<_> = args.iter().map(wire::encode).collect();
            let kwargs: Vec<_> = kwargs.iter().map(|(name, value)| json!([name, wire::encode(value)])).collect();
            json!({ "name": name, "args": args, "kwargs": kwargs })
        }
    }
}

/// What an author expects of a call.
#[derive(Debug)]
pub struct Expectation {
    pub returns: Option<Value>,
    pub raises: Option<Raises>,
    pub arguments: ArgumentRule,
    pub after: Vec<(String, Value)>,
    pub options: Options,
}

/// The keys of an expectation.
pub struct Written<'a> {
    pub returns: Option<&'a Spanned<Source>>,
    pub raises: Option<Raises>,
    pub arguments: Option<ArgumentRule>,
    pub after: &'a BTreeMap<String, Spanned<String>>,
}

impl Expectation {
    /// Reads what an author wrote; `span` is the call's.
    pub fn read(written: Written<'_>, span: Range<usize>, context: &Context<'_>) -> Result<Expectation, ReadError> {
        let loader = Loader(context.files);
        let value = |span: Range<usize>, text: &str| {
            notation::parse_value(text, Role::Expectation, &loader).map_err(|error| in_string(span, text, &error))
        };
        let returns = match written.returns {
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
        if returns.is_some() && written.raises.is_some() {
            return Err(ReadError::at(span, "a case has `returns` or `raises`, not both"));
        }
        let after = written
            .after
            .iter()
            .map(|(name, text)| Ok((name.clone(), value(text.span(), text.get_ref())?)))
            .collect::<Result<_, ReadError>>()?;
        let arguments = written.arguments.unwrap_or(context.arguments);
        Ok(Expectation { returns, raises: written.raises, arguments, after, options: context.options.clone() })
    }

    /// Whether the arguments are wanted after the call.
    pub fn wants_arguments(&self) -> bool {
        self.arguments == ArgumentRule::Unchanged || !self.after.is_empty()
    }

    /// Whether anything is written down.
    pub fn is_some(&self) -> bool {
        self.returns.is_some() || self.raises.is_some() || !self.after.is_empty()
    }

    /// Compares the arguments as they were after the call.
    fn compare_arguments(&self, call: &Call, answer: Answer) -> Result<Comparison, String> {
        let mut comparison = Comparison::default();
        let last = call.steps.iter().rev().find_map(|step| match step {
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

    /// The judgement on an answer to `call`; why it cannot be read.
    pub fn judge(&self, call: &Call, mut answer: Answer) -> Result<Judgement, String> {
        if let Some(raised) = &answer.not_loaded {
            return Ok(raised.at_import());
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
            let found = Expectation::compare_raised(expected, raised);
            if !found.is_equal() {
                exception = Some(raised.shown());
            }
            comparison.extend(found);
        }
        if let Some(name) = &answer.kept
            && let Some(expected) = &self.raises
        {
            comparison.push(nothing_raised(expected, format!("`{name}` was made and nothing raised")));
        } else if let Some(value) = returned(&mut answer) {
            let value = value?;
            if let Some(expected) = &self.raises {
                let note = format!("the call returned {} and raised nothing", notation::write(&value, 200));
                comparison.push(nothing_raised(expected, note));
            }
            if let Some(expected) = &self.returns {
                comparison.extend(compare::value(&Channel::Returned, expected, &value, &self.options));
            }
        }
        comparison.extend(self.compare_arguments(call, answer)?);
        Ok(Judgement { exception, ..Judgement::compared(comparison) })
    }
}
