//! `kind = "scenario"`: calls one after the other, on objects that they make; each is compared, and after the first that is
//! wrong the others are not reached.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;
use toml::Spanned;
use toml::de::DeTable;

use super::answer::{
    Answer, ArgumentRule, Expectation, Loader, Raised, Raises, Written, in_string, question, unanswered,
};
use super::source::{FileSet, Source};
use super::{Context, Entry, Judgement, Kind, ReadError, Setup, Snapped, cut_short, read_table, shown, shown_variable};
use crate::codec::notation::{self, Call};
use crate::event::Shown;
use crate::model::{Facts, Job, Limits, Program, Sockets, Verdict, WorkFile};

pub const ENTRY: Entry = Entry {
    name: "scenario",
    keys: &["step", "stdin", "env", "files"],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// The keys of a scenario.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Its steps.
    #[schemars(with = "Vec<StepTable>")]
    step: Vec<Spanned<StepTable>>,
    /// Standard input.
    stdin: Option<Source>,
    /// Environment variables, besides the few that every case has.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// Files put into the work folder.
    #[serde(default)]
    files: FileSet,
}

/// A step.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct StepTable {
    /// A call, in the notation for calls; `name = call` keeps what it returns under that name.
    #[serde(rename = "do")]
    #[schemars(with = "String")]
    text: Spanned<String>,
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
}

/// A scenario.
#[derive(Debug)]
struct Scenario {
    steps: Vec<Step>,
    stdin: Arc<[u8]>,
    env: Vec<(String, String)>,
    files: Vec<WorkFile>,
}

/// A step of it.
#[derive(Debug)]
struct Step {
    /// As the author wrote it.
    text: String,
    /// What the result is kept under.
    name: Option<String>,
    call: Call,
    expected: Expectation,
}

/// The name before `=`, and the call after it.
fn split(text: &str) -> (Option<&str>, &str) {
    let is_name = |text: &str| {
        text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && text.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    match text.split_once('=') {
        Some((name, call)) if is_name(name.trim()) && !call.starts_with('=') => (Some(name.trim()), call.trim_start()),
        _ => (None, text),
    }
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let span = table.span();
    let table: Table = read_table(table)?;
    if table.step.is_empty() {
        return Err(ReadError::at(span, "a scenario needs a [[case.step]]"));
    }
    let mut steps = Vec::new();
    for step in table.step {
        let step = step.into_inner();
        let (name, call_text) = split(step.text.get_ref());
        let call = notation::parse_call(call_text, &Loader(context.files))
            .map_err(|error| in_string(step.text.span(), call_text, &error))?;
        let written = Written {
            returns: step.returns.as_ref(),
            raises: step.raises,
            arguments: step.arguments,
            after: &step.after,
        };
        if name.is_some() && written.returns.is_some() {
            let message = "what is kept under a name is not compared: ask for it in a step of its own";
            return Err(ReadError::at(step.text.span(), message));
        }
        let expected = Expectation::read(written, step.text.span(), context)?;
        steps.push(Step { name: name.map(str::to_owned), call, expected, text: step.text.into_inner() });
    }
    let stdin = table.stdin.map(|source| source.bytes(context.files)).transpose()?;
    Ok(Box::new(Scenario {
        steps,
        stdin: stdin.unwrap_or_else(|| Arc::from([])),
        env: table.env.into_iter().collect(),
        files: table.files.read(context.files)?,
    }))
}

/// What the driver answered.
#[derive(Debug, Deserialize)]
struct Answers {
    not_loaded: Option<Raised>,
    #[serde(default)]
    scenario: Vec<Answer>,
}

impl Scenario {
    /// The judgement on the step of this number, which is the first that is not as it should be.
    fn wrong(&self, index: usize, judgement: Judgement) -> Judgement {
        let left = self.steps.len() - index - 1;
        let rest = match left {
            0 => String::new(),
            1 => "; the step after it was not reached".to_owned(),
            _ => format!("; the {left} steps after it were not reached"),
        };
        let why = judgement.reason.unwrap_or_default();
        let reason = Some(format!("step {} of {}: {why}{rest}", index + 1, self.steps.len()));
        Judgement { reason, reached: Some(index), ..judgement }
    }
}

impl Kind for Scenario {
    fn shown(&self) -> Vec<Shown> {
        let lines: Vec<&str> = self.steps.iter().map(|step| step.text.as_str()).collect();
        let mut parts = vec![shown("steps", lines.join("\n").as_bytes())];
        parts.extend(self.env.iter().map(shown_variable));
        if !self.stdin.is_empty() {
            parts.push(shown("stdin", &self.stdin));
        }
        parts.extend(self.files.iter().map(|file| shown(format!("file {}", file.path), &file.bytes)));
        parts
    }

    fn steps(&self) -> Vec<&str> {
        self.steps.iter().map(|step| step.text.as_str()).collect()
    }

    fn job(&self, setup: &Setup) -> Job {
        let one = |step: &Step| {
            let steps: Vec<_> = step.call.steps.iter().map(question).collect();
            json!({ "name": step.name, "steps": steps, "arguments": step.expected.wants_arguments() })
        };
        let question = json!({ "scenario": self.steps.iter().map(one).collect::<Vec<_>>() });
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
        let read = |bytes: &[u8]| serde_json::from_slice::<Answers>(bytes).ok();
        let Some(answers) = facts.answer.as_deref().and_then(read) else { return unanswered(facts) };
        if let Some(raised) = answers.not_loaded {
            return raised.at_import();
        }
        let forged = |why: &str| Judgement::of(Verdict::Crashed, format!("the answer cannot be read: {why}"));
        if answers.scenario.len() != self.steps.len() {
            return forged("it has another number of steps");
        }
        for (index, (step, answer)) in self.steps.iter().zip(answers.scenario).enumerate() {
            if step.name.is_some() && answer.kept.is_some() && step.expected.raises.is_none() {
                continue;
            }
            match step.expected.judge(&step.call, answer) {
                Ok(judgement) if judgement.verdict == Verdict::Passed => {}
                Ok(judgement) => return self.wrong(index, judgement),
                Err(why) => return forged(&why),
            }
        }
        Judgement::compared(crate::model::Comparison::default())
    }

    fn has_expectation(&self) -> bool {
        self.steps.iter().any(|step| step.expected.is_some())
    }

    fn snap(&self, _: &Facts) -> Result<Vec<Snapped>, String> {
        Err("the expectations of a scenario are written by hand".to_owned())
    }
}
