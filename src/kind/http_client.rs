//! `kind = "http-client"`: a program or a call that talks to scripted services; what they saw is judged besides what came
//! out of it.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::requests::Rule;
use super::{Context, Entry, Judgement, Kind, Peer, ReadError, Setup, Snapped, artifact, call, read_table, script};
use crate::event::Shown;
use crate::model::{Comparison, Facts, Job, Limits, Options, Sockets, Verdict};
use crate::world::{ADDRESS, World};

pub const ENTRY: Entry = Entry {
    name: "http-client",
    keys: &[
        "world",
        "requests",
        "call",
        "returns",
        "raises",
        "arguments",
        "after",
        "args",
        "stdin",
        "env",
        "files",
        "stdout",
        "exit",
        "writes",
    ],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// The keys of a case with a world, besides those of `call` or `script`.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// The world file, in the exercise's folder.
    #[schemars(with = "String")]
    world: Spanned<String>,
    /// What the world should have seen.
    #[serde(default)]
    #[schemars(with = "Vec<Rule>")]
    requests: Vec<Spanned<Rule>>,
}

/// A case with a world.
#[derive(Debug)]
struct HttpClient {
    inner: Box<dyn Kind>,
    world: Arc<World>,
    rules: Vec<Rule>,
    options: Options,
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let span = table.span();
    let (own, inner): (DeTable<'_>, DeTable<'_>) =
        table.into_inner().into_iter().partition(|(key, _)| ["world", "requests"].contains(&key.get_ref().as_ref()));
    let has = |name: &str| inner.iter().any(|(key, _)| key.get_ref() == name);
    let (is_call, writes) = (has("call"), has("writes"));
    let own: Table = read_table(Spanned::new(span.clone(), own))?;
    let path = own.world.get_ref();
    let at = |message: String| ReadError::at(own.world.span(), message);
    let bytes = context.files.read(path);
    let bytes = bytes.ok_or_else(|| at(format!("there is no file `{path}` in the exercise's folder")))?;
    let text = std::str::from_utf8(&bytes).map_err(|error| at(format!("`{path}` is not UTF-8: {error}")))?;
    let world = World::parse(text, &|name| context.files.read(name));
    let world = world.map_err(|error| at(format!("`{path}`, {error}")))?;
    for rule in &own.requests {
        rule.get_ref().check(&world).map_err(|error| ReadError::at(rule.span(), error.message))?;
    }
    let read = match (writes, is_call) {
        (true, _) => artifact::ENTRY.read,
        (false, true) => call::ENTRY.read,
        (false, false) => script::ENTRY.read,
    };
    Ok(Box::new(HttpClient {
        inner: read(Spanned::new(span, inner), context)?,
        world: Arc::new(world),
        rules: own.requests.into_iter().map(Spanned::into_inner).collect(),
        options: context.options.clone(),
    }))
}

impl Kind for HttpClient {
    fn shown(&self) -> Vec<Shown> {
        self.inner.shown()
    }

    fn job(&self, setup: &Setup) -> Job {
        Job { sockets: ADDRESS.parse().map_or(Sockets::None, Sockets::Listener), ..self.inner.job(setup) }
    }

    fn peer(&self, _: &Limits) -> Peer {
        Peer::World(self.world.clone())
    }

    fn has_world(&self) -> bool {
        true
    }

    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement {
        let judgement = self.inner.judge(facts, limits);
        if !matches!(judgement.verdict, Verdict::Passed | Verdict::Failed) {
            return judgement;
        }
        let mut seen = Comparison::default();
        for rule in &self.rules {
            seen.extend(rule.compare(&facts.transcript, &self.options));
        }
        if seen.is_equal() {
            return judgement;
        }
        let mut all = judgement.comparison;
        all.extend(seen);
        Judgement { exception: judgement.exception, ..Judgement::compared(all) }
    }

    fn has_expectation(&self) -> bool {
        self.inner.has_expectation() || !self.rules.is_empty()
    }

    fn snap(&self, facts: &Facts) -> Result<Vec<Snapped>, String> {
        self.inner.snap(facts)
    }
}
