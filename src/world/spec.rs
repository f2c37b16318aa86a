//! What an author writes in a world file, and what it says when it has been read.

mod fault;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use toml::Spanned;

pub use self::fault::{Count, Effect, Fault, FaultToml};
use super::llm::{Llm, LlmToml};
use crate::model::Time;

/// Reads a file of the exercise; `None` when there is none.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Option<Arc<[u8]>>;

/// A mistake in a world file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct WorldError {
    /// What is wrong, and the way out.
    pub message: String,
    /// Its line, from 1.
    pub line: usize,
}

/// A duration as it is written: `"30ms"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, schemars::JsonSchema)]
pub struct Wait(#[schemars(with = "String")] pub Duration);

impl<'de> Deserialize<'de> for Wait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Wait, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time: Time = text.parse().map_err(serde::de::Error::custom)?;
        // A world is for cases, and those end within a minute or so.
        if time.0 > Duration::from_secs(60) {
            return Err(serde::de::Error::custom("a world's times are at most 60 s: think in milliseconds"));
        }
        Ok(Wait(time.0))
    }
}

/// A world file.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "world.toml")]
pub struct WorldToml {
    /// 1.
    format: u32,
    /// What every client waits for an answer, unless the route says otherwise.
    latency: Option<Wait>,
    /// The key that every request needs, as `Authorization: Bearer …`, except on routes that are `open`.
    bearer: Option<String>,
    /// How many requests are let through, over all routes.
    limit: Option<Limit>,
    /// The routes; the first that fits a request answers it.
    #[serde(default)]
    #[schemars(with = "Vec<RouteToml>")]
    route: Vec<Spanned<RouteToml>>,
    /// An endpoint in the shape of hosted language models, under `/v1`.
    llm: Option<LlmToml>,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many requests it lets through at once, and how many more in each `per`.
    pub requests: u32,
    /// The time in which so many come back, one by one.
    pub per: Wait,
}

/// A route.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RouteToml {
    /// The method; default `GET`.
    method: Option<String>,
    /// The path; `{name}` stands for one segment of it.
    path: String,
    /// Query parameters that a request must have.
    #[serde(default)]
    query: BTreeMap<String, String>,
    /// Whether it needs no key.
    #[serde(default)]
    open: bool,
    /// What clients wait for its answer.
    latency: Option<Wait>,
    /// How many requests are let through.
    limit: Option<Limit>,
    /// The status; default 200.
    status: Option<u16>,
    /// Headers of the answer.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The body, as JSON. In its strings `{name}` is a parameter of the path, `{query.name}` one of the query, `{body.name}`
    /// a field of the JSON that was sent.
    #[schemars(with = "Option<Value>")]
    json: Option<Value>,
    /// The body, as text.
    text: Option<String>,
    /// The body, as a file of the exercise.
    file: Option<String>,
    /// The body, as server-sent events.
    sse: Option<Vec<EventToml>>,
    /// The body: the one of a list of JSON objects that the path names; 404 if there is none.
    lookup: Option<LookupToml>,
    /// The body: a page of a list.
    pages: Option<PagesToml>,
    /// What goes wrong.
    #[serde(default)]
    fault: Vec<FaultToml>,
}

/// A server-sent event.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct EventToml {
    /// Its data: text as it is, anything else as JSON.
    #[schemars(with = "Value")]
    data: Value,
    /// Its name.
    event: Option<String>,
    /// The time before it.
    after: Option<Wait>,
}

/// A list of JSON objects in a file.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct LookupToml {
    /// The file, a JSON array.
    file: String,
    /// The field whose value is the path's parameter of the same name.
    by: String,
}

/// A list in pages.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct PagesToml {
    /// The file, a JSON array.
    file: String,
    /// Items a page.
    size: usize,
    /// How a client asks for the next page.
    #[serde(default)]
    style: PageStyle,
}

/// How a client asks for the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageStyle {
    /// `?cursor=…`; the answer is `{"items": […], "next_cursor": "…" or null}`.
    #[default]
    Cursor,
    /// `?page=2`; the answer is `{"items": […], "page": 2, "pages": 5}`.
    Number,
    /// `?page=2`; the answer is the array, and a `Link` header names the next page.
    Link,
}

/// A world.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    pub(super) latency: Duration,
    pub(super) bearer: Option<String>,
    pub(super) limit: Option<Limit>,
    pub(super) routes: Vec<Route>,
    pub(super) llm: Option<Llm>,
}

/// A route.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// `GET /documents/{id}`
    pub name: String,
    pub method: String,
    pub segments: Vec<Segment>,
    pub query: BTreeMap<String, String>,
    pub open: bool,
    pub latency: Option<Duration>,
    pub limit: Option<Limit>,
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Body,
    pub faults: Vec<Fault>,
}

/// A part of a route's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// This text.
    Text(String),
    /// Any text: a parameter of this name.
    Parameter(String),
}

/// Where a body comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// JSON with places for parameters.
    Json(Value),
    /// Bytes of a media type.
    Bytes(&'static str, Arc<[u8]>),
    /// Server-sent events.
    Events(Vec<(Duration, String)>),
    /// The item whose field `by` is the parameter of that name.
    Lookup { items: Vec<Value>, by: String },
    /// A page of items.
    Pages { items: Vec<Value>, size: usize, style: PageStyle },
}

impl World {
    /// Reads a world file; other files of the exercise come through `read`.
    pub fn parse(text: &str, read: ReadFile<'_>) -> Result<World, WorldError> {
        let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let toml: WorldToml = toml::from_str(text).map_err(|error| WorldError {
            message: crate::model::did_you_mean(error.message()),
            line: line(error.span().map_or(0, |span| span.start)),
        })?;
        let at_top = |message: String| WorldError { message, line: 1 };
        if toml.format != 1 {
            return Err(at_top(format!("world format {} is not known: this version reads 1", toml.format)));
        }
        check_limit(toml.limit).map_err(at_top)?;
        let mut routes = Vec::new();
        for route in toml.route {
            let at = line(route.span().start);
            routes.push(route.into_inner().resolve(read).map_err(|message| WorldError { message, line: at })?);
        }
        let llm = match toml.llm {
            Some(llm) => {
                // A key of the table names the place well enough: its errors say which.
                let at = text.find("[llm]").map_or(1, line);
                Some(llm.resolve().map_err(|message| WorldError { message, line: at })?)
            }
            None => None,
        };
        if routes.is_empty() && llm.is_none() {
            return Err(at_top("a world needs a [[route]] or [llm]".to_owned()));
        }
        let latency = toml.latency.map_or(Duration::ZERO, |wait| wait.0);
        Ok(World { latency, bearer: toml.bearer, limit: toml.limit, routes, llm })
    }

    /// The names of its routes, as evidence names them.
    pub fn route_names(&self) -> Vec<&str> {
        let own = self.routes.iter().map(|route| route.name.as_str());
        own.chain(self.llm.iter().flat_map(|_| super::llm::ROUTES)).collect()
    }
}

fn check_limit(limit: Option<Limit>) -> Result<(), String> {
    match limit {
        Some(Limit { requests: 0, .. }) => Err("a limit lets through at least 1 request".to_owned()),
        _ => Ok(()),
    }
}

fn check_status(status: u16) -> Result<u16, String> {
    match status {
        200..=599 => Ok(status),
        _ => Err(format!("{status} is not a status of an answer (200 to 599)")),
    }
}

fn check_headers(headers: &BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in headers {
        let good = hyper::header::HeaderName::from_bytes(name.as_bytes()).is_ok()
            && hyper::header::HeaderValue::from_str(value).is_ok();
        if !good {
            return Err(format!("`{name}: {}` is not a header", value.escape_debug()));
        }
    }
    Ok(())
}

/// The items of a file that holds a JSON array.
fn items(file: &str, read: ReadFile<'_>) -> Result<Vec<Value>, String> {
    let bytes = read(file).ok_or_else(|| format!("there is no file `{file}` in the exercise's folder"))?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Array(items)) => Ok(items),
        Ok(_) => Err(format!("`{file}` is not a JSON array")),
        Err(error) => Err(format!("`{file}`: {error}")),
    }
}

/// The media type of a file, by its name.
fn media_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, ending)| ending) {
        Some("json") => "application/json",
        Some("jsonl") => "application/x-ndjson",
        Some("csv") => "text/csv; charset=utf-8",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}

impl RouteToml {
    fn resolve(self, read: ReadFile<'_>) -> Result<Route, String> {
        let method = self.method.unwrap_or_else(|| "GET".to_owned());
        if method.is_empty() || !method.chars().all(|c| c.is_ascii_uppercase()) {
            return Err(format!("`{method}` is not a method: write it in upper case, such as GET"));
        }
        let Some(path) = self.path.strip_prefix('/') else {
            return Err(format!("the path `{}` must begin with `/`", self.path));
        };
        if path.contains(['?', '#', ' ']) {
            return Err(format!("the path `{}` may not hold `?`, `#` or spaces: the query has its own key", self.path));
        }
        let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => Segment::Parameter(name.to_owned()),
            None => Segment::Text(text.to_owned()),
        };
        let segments: Vec<Segment> = path.split('/').map(segment).collect();
        check_headers(&self.headers)?;
        check_limit(self.limit)?;
        let named = |by: &str| segments.contains(&Segment::Parameter(by.to_owned()));
        let mut bodies = Vec::new();
        bodies.extend(self.json.map(Body::Json));
        bodies.extend(self.text.map(|text| Body::Bytes("text/plain; charset=utf-8", text.into_bytes().into())));
        if let Some(file) = self.file {
            let bytes = read(&file).ok_or_else(|| format!("there is no file `{file}` in the exercise's folder"))?;
            bodies.push(Body::Bytes(media_type(&file), bytes));
        }
        bodies.extend(self.sse.map(|events| Body::Events(events.iter().map(EventToml::text).collect())));
        if let Some(lookup) = self.lookup {
            if !named(&lookup.by) {
                return Err(format!("`lookup.by` names `{0}`, but the path has no `{{{0}}}`", lookup.by));
            }
            bodies.push(Body::Lookup { items: items(&lookup.file, read)?, by: lookup.by });
        }
        if let Some(pages) = self.pages {
            if pages.size == 0 {
                return Err("`pages.size` is at least 1".to_owned());
            }
            bodies.push(Body::Pages { items: items(&pages.file, read)?, size: pages.size, style: pages.style });
        }
        if bodies.len() > 1 {
            return Err("a route has one body: json, text, file, sse, lookup or pages".to_owned());
        }
        Ok(Route {
            name: format!("{method} {}", self.path),
            method,
            segments,
            query: self.query,
            open: self.open,
            latency: self.latency.map(|wait| wait.0),
            limit: self.limit,
            status: check_status(self.status.unwrap_or(200))?,
            headers: self.headers,
            body: bodies.pop().unwrap_or(Body::Bytes("text/plain; charset=utf-8", Arc::from([]))),
            faults: self.fault.into_iter().map(FaultToml::resolve).collect::<Result<_, _>>()?,
        })
    }
}

impl EventToml {
    fn text(&self) -> (Duration, String) {
        let data = match &self.data {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = self.event.iter().map(|name| format!("event: {name}\n"));
        let data = data.split('\n').map(|line| format!("data: {line}\n"));
        let text: String = name.chain(data).chain(["\n".to_owned()]).collect();
        (self.after.map_or(Duration::ZERO, |wait| wait.0), text)
    }
}
