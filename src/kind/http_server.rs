//! `kind = "http-server"`: the program is a server. It is started, sent requests one after the other, and told to end with
//! SIGTERM; each answer is compared, and after the first that is wrong the others are not reached.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;
use toml::de::DeTable;

use super::source::Source;
use super::traceback;
use super::{Context, Entry, Judgement, Kind, Peer, ReadError, Setup, Snapped, cut_short, read_table, script};
use crate::client::{Body, Kept, PORT, Plan, Request};
use crate::compare;
use crate::event::{ExceptionShown, Shown};
use crate::model::{
    Channel, Comparison, Difference, DifferenceKind, Exit, Facts, Format, Job, LimitKind, Limits, Options, Reply,
    Sockets, Time, Verdict, Visit, filled,
};

pub const ENTRY: Entry = Entry {
    name: "http-server",
    keys: &["ready", "step", "args", "stdin", "env", "files", "stdout", "exit", "writes"],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// The most steps: each has a connection of its own.
const MOST_STEPS: usize = 64;
/// The most bytes of an answer that are shown beside a wrong status.
const MOST_SHOWN: usize = 300;

/// The keys of a case whose program is a server, besides those of `script`.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// A path that is answered with a status below 400 when the server is ready; without it, the server is ready when it
    /// listens.
    #[schemars(with = "Option<String>")]
    ready: Option<Spanned<String>>,
    /// The requests that it is sent.
    #[schemars(with = "Vec<StepTable>")]
    step: Vec<Spanned<StepTable>>,
}

/// A request, and the answer that is expected.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct StepTable {
    /// Method and path: `POST /documents`. Here and in everything below, `{name}` is what an earlier step kept.
    #[serde(rename = "do")]
    #[schemars(with = "String")]
    line: Spanned<String>,
    /// Headers to send.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// JSON to send.
    json: Option<Value>,
    /// Text or bytes to send.
    #[schemars(with = "Option<Source>")]
    body: Option<Spanned<Source>>,
    /// The answer.
    #[serde(default)]
    answer: Answer,
    /// What to keep of the answer: a JSON Pointer into its body, or `header:` and a name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    keep: BTreeMap<String, Spanned<String>>,
    /// Whether the server is told to end while this request is on its way, 100 ms after it was sent. Only the last step.
    #[serde(default)]
    #[schemars(with = "bool")]
    stop: Option<Spanned<bool>>,
}

/// An expected answer.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Answer {
    /// Its status; 200 if nothing is said.
    status: Option<u16>,
    /// Headers that it has; `*` stands for any value.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Its body, as JSON; compared as the case compares.
    json: Option<Value>,
    /// Its body, as text.
    text: Option<String>,
}

/// A case whose program is a server.
#[derive(Debug)]
struct HttpServer {
    /// The program: what it is started with, what it prints, how it ends.
    inner: Box<dyn Kind>,
    /// Whether the author wrote down how it ends.
    has_exit: bool,
    ready: Option<String>,
    steps: Vec<Step>,
    options: Options,
}

/// A step.
#[derive(Debug)]
struct Step {
    line: String,
    request: Request,
    answer: Answer,
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let span = table.span();
    let (own, inner): (DeTable<'_>, DeTable<'_>) =
        table.into_inner().into_iter().partition(|(key, _)| ["ready", "step"].contains(&key.get_ref().as_ref()));
    let has = |name: &str| inner.iter().any(|(key, _)| key.get_ref() == name);
    let has_exit = has("exit");
    let own: Table = read_table(Spanned::new(span.clone(), own))?;
    if let Some(ready) = own.ready.as_ref().filter(|ready| !ready.get_ref().starts_with('/')) {
        return Err(ReadError::at(ready.span(), "`ready` is a path, such as \"/health\""));
    }
    if own.step.is_empty() || own.step.len() > MOST_STEPS {
        return Err(ReadError::at(span, format!("a server is sent 1 to {MOST_STEPS} requests: write [[case.step]]")));
    }
    let (mut steps, mut kept) = (Vec::new(), BTreeSet::new());
    let count = own.step.len();
    for (index, step) in own.step.into_iter().enumerate() {
        let step = read_step(step.into_inner(), context, &mut kept)?;
        if let (Some(stop), true) = (step.1, index + 1 < count) {
            return Err(ReadError::at(stop, "only during the last step can a server be told to end"));
        }
        steps.push(step.0);
    }
    Ok(Box::new(HttpServer {
        inner: (script::ENTRY.read)(Spanned::new(span, inner), context)?,
        has_exit,
        ready: own.ready.map(Spanned::into_inner),
        steps,
        options: context.options.clone(),
    }))
}

/// Reads a step; with it, where `stop` stands.
fn read_step(
    table: StepTable,
    context: &Context<'_>,
    kept: &mut BTreeSet<String>,
) -> Result<(Step, Option<std::ops::Range<usize>>), ReadError> {
    let at = table.line.span();
    let line = table.line.into_inner();
    let is_method = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let Some((method, path)) = line.split_once(' ').filter(|(method, path)| is_method(method) && path.starts_with('/'))
    else {
        return Err(ReadError::at(at, "`do` is a method and a path, such as \"POST /documents\""));
    };
    if path.bytes().any(|byte| byte <= b' ' || byte >= 0x7f) {
        return Err(ReadError::at(at, "the path has characters that have to be percent-encoded"));
    }
    let texts = std::iter::once(path).chain(table.headers.values().map(String::as_str));
    if let Some(name) = texts.flat_map(names).find(|name| !kept.contains(*name)) {
        return Err(ReadError::at(at, format!("no step before this one keeps `{name}`")));
    }
    let answer = table.answer;
    if answer.json.is_some() && answer.text.is_some() {
        return Err(ReadError::at(at, "an answer has `json` or `text`, not both"));
    }
    let body = match (table.json, table.body) {
        (Some(_), Some(body)) => return Err(ReadError::at(body.span(), "a step sends `json` or `body`, not both")),
        (Some(json), None) => Body::Json(json),
        (None, Some(body)) => Body::Bytes(body.get_ref().bytes(context.files)?),
        (None, None) => Body::None,
    };
    let mut keep = Vec::new();
    for (name, from) in table.keep {
        let what = match from.get_ref().strip_prefix("header:") {
            Some(header) => Kept::Header(header.trim().to_ascii_lowercase()),
            None if from.get_ref().is_empty() || from.get_ref().starts_with('/') => {
                Kept::Pointer(from.get_ref().clone())
            }
            None => {
                let message = "what is kept is a JSON Pointer such as \"/id\", or \"header:location\"";
                return Err(ReadError::at(from.span(), message));
            }
        };
        if !kept.insert(name.clone()) {
            return Err(ReadError::at(from.span(), format!("`{name}` is kept by an earlier step, too")));
        }
        keep.push((name, what));
    }
    let stop = table.stop.filter(|stop| *stop.get_ref()).map(|stop| stop.span());
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: table.headers.into_iter().collect(),
        body,
        keep,
        stop: stop.is_some(),
    };
    Ok((Step { line, request, answer }, stop))
}

/// The names in braces in a text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

impl Step {
    /// What of the answer is not as it should be.
    fn compare(&self, reply: &Reply, visit: &Visit, options: &Options) -> Comparison {
        let mut found = Comparison::default();
        let channel = Channel::Reply(self.line.clone());
        let find = |name: &str| visit.kept.get(name).cloned();
        let text = |text: &str| match filled(&Value::String(text.to_owned()), &find) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let mut push = |path: String, expected: String, actual: Option<String>, note: Option<String>| {
            let kind = if actual.is_some() { DifferenceKind::Value } else { DifferenceKind::Missing };
            let difference =
                Difference { channel: channel.clone(), path, kind, expected: Some(expected), actual, near: None, note };
            found.push(difference);
        };
        let status = self.answer.status.unwrap_or(200);
        if reply.status != status {
            let body: String = String::from_utf8_lossy(&reply.body).chars().take(MOST_SHOWN).collect();
            let note = (!body.trim().is_empty()).then(|| format!("its body is {}", body.trim()));
            push("/status".to_owned(), status.to_string(), Some(reply.status.to_string()), note);
        }
        for (name, wanted) in &self.answer.headers {
            let (given, wanted) = (reply.header(&name.to_ascii_lowercase()), text(wanted));
            if !given.is_some_and(|given| wanted == "*" || given == wanted) {
                let wanted = if wanted == "*" { "any value".to_owned() } else { wanted };
                push(format!("/headers/{name}"), wanted, given.map(str::to_owned), None);
            }
        }
        if !found.is_equal() {
            // An answer of another status has another body: its differences would only be noise.
            return found;
        }
        if let Some(json) = &self.answer.json {
            let expected = filled(json, &find).to_string();
            found.extend(compare::bytes(&channel, Format::Json, expected.as_bytes(), &reply.body, options));
        }
        if let Some(expected) = &self.answer.text {
            found.extend(compare::bytes(&channel, Format::Text, text(expected).as_bytes(), &reply.body, options));
        }
        found
    }
}

impl HttpServer {
    /// The judgement when this step was the first that is not as it should be.
    fn wrong(&self, index: usize, judgement: Judgement) -> Judgement {
        let why = judgement.reason.unwrap_or_default();
        let rest = match self.steps.len() - index - 1 {
            0 => String::new(),
            1 => "; the step after it was not reached".to_owned(),
            left => format!("; the {left} steps after it were not reached"),
        };
        let reason = Some(format!("step {} of {}: {why}{rest}", index + 1, self.steps.len()));
        Judgement { reason, reached: Some(index), ..judgement }
    }

    /// The judgement on a server that ended although nobody had told it to; `None` if it did not, as far as one can tell:
    /// one that goes away in the middle is told to end, too.
    fn ended_early(&self, facts: &Facts, limits: &Limits) -> Option<Judgement> {
        let code = match facts.exit {
            Exit::Limit(LimitKind::Wall) => return None,
            _ if facts.visit.asked_to_end && was_told(facts.exit) => return None,
            Exit::Code(code) => code,
            _ => return cut_short(facts, limits),
        };
        let judged = self.inner.judge(facts, limits);
        Some(match judged.exception {
            Some(_) => Judgement { comparison: Comparison::default(), verdict: Verdict::Crashed, ..judged },
            None => Judgement::of(Verdict::Crashed, format!("the server ended by itself with exit code {code}")),
        })
    }
}

impl Kind for HttpServer {
    fn shown(&self) -> Vec<Shown> {
        self.inner.shown()
    }

    fn steps(&self) -> Vec<&str> {
        self.steps.iter().map(|step| step.line.as_str()).collect()
    }

    fn job(&self, setup: &Setup) -> Job {
        let sockets = self.plan(&setup.limits).sockets();
        Job { sockets: Sockets::Unconnected(sockets), ..self.inner.job(setup) }
    }

    fn peer(&self, limits: &Limits) -> Peer {
        Peer::Client(self.plan(limits))
    }

    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement {
        let visit = &facts.visit;
        let out_of_time = facts.exit == Exit::Limit(LimitKind::Wall);
        if let Exit::Limit(limit) = facts.exit
            && limit != LimitKind::Wall
            && let Some(judgement) = cut_short(facts, limits)
        {
            return judgement;
        }
        if !visit.ready {
            let probe = match &self.ready {
                Some(path) => format!("GET {path} was not answered on 127.0.0.1:8000"),
                None => "nothing listened on 127.0.0.1:8000".to_owned(),
            };
            let late = || Judgement::of(Verdict::TimedOut, format!("{probe} within {}", limits.wall));
            return self.ended_early(facts, limits).unwrap_or_else(late);
        }
        for (index, step) in self.steps.iter().enumerate() {
            let judgement = match visit.replies.get(index) {
                Some(Ok(reply)) => match step.compare(reply, visit, &self.options) {
                    found if found.is_equal() => continue,
                    found => {
                        // Servers catch what a handler raises, and print it.
                        let failed = reply.status >= 500;
                        let exception = failed.then(|| raised(facts)).flatten();
                        Judgement { exception, ..Judgement::compared(found) }
                    }
                },
                other => self.ended_early(facts, limits).unwrap_or_else(|| {
                    let (verdict, why) = match other {
                        Some(Err(why)) if step.request.stop => {
                            (Verdict::Failed, format!("{why}; it was on its way when the server was told to end"))
                        }
                        Some(Err(why)) => (Verdict::Failed, why.clone()),
                        _ => (Verdict::TimedOut, "there was no time left for it".to_owned()),
                    };
                    let exception = raised(facts);
                    Judgement { exception, ..Judgement::of(verdict, format!("{}: {why}", step.line)) }
                }),
            };
            return self.wrong(index, judgement);
        }
        if out_of_time {
            let why = format!("the server was told to end with SIGTERM, and still ran after {}", limits.wall);
            return Judgement::of(Verdict::TimedOut, why);
        }
        let killed = was_told(facts.exit) && facts.exit != Exit::Code(0);
        if killed && self.has_exit {
            let why = "SIGTERM killed the server: handle it, and end with the exit code that is asked for";
            return Judgement::of(Verdict::Failed, why);
        }
        let exit = if killed { Exit::Code(0) } else { facts.exit };
        self.inner.judge(&Facts { exit, ..facts.clone() }, limits)
    }

    fn has_expectation(&self) -> bool {
        true
    }

    fn snap(&self, _: &Facts) -> Result<Vec<Snapped>, String> {
        Err("the expectations of a server are written by hand".to_owned())
    }
}

/// The last exception that the server has printed, without the rule that `socketserver` draws below it.
fn raised(facts: &Facts) -> Option<ExceptionShown> {
    let mut exception = traceback::parse(&facts.stderr.bytes)?;
    exception.message = exception.message.trim_end_matches(['-', '\n']).to_owned();
    Some(exception)
}

/// Whether a program that was told to end may have ended like this because of it.
fn was_told(exit: Exit) -> bool {
    [Exit::Code(0), Exit::Code(128 + libc::SIGTERM), Exit::Signal(libc::SIGTERM)].contains(&exit)
}

impl HttpServer {
    /// What is sent to it. A request may take half of the case's time.
    fn plan(&self, limits: &Limits) -> Plan {
        let Time(wall) = limits.wall;
        Plan {
            ready: self.ready.clone(),
            requests: self.steps.iter().map(|step| step.request.clone()).collect(),
            patience: wall / 2,
            port: PORT,
        }
    }
}
