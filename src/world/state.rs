//! Which answer a request gets: from the world, the request and what came before it, without sockets and clocks.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::answer::{Answer, Reply, Response};
use super::llm;
use super::spec::{Body, Count, Effect, Fault, Limit, PageStyle, Route, Segment, World};
use crate::model::filled;

/// A request, as it has arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// When, since the world began.
    pub at: Duration,
    /// `GET`
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// The path without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The parameters of the query; of two with one name the last.
    pub fn query(&self) -> BTreeMap<String, String> {
        let query = self.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// The first header of this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A bucket of tokens.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Duration,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub struct State {
    counts: HashMap<(String, Option<String>), usize>,
    buckets: HashMap<Option<String>, Bucket>,
    pub(super) llm: llm::Progress,
}

impl State {
    /// The answer to a request, which is counted.
    pub fn answer(&mut self, world: &World, asked: &Asked) -> Answer {
        let query = asked.query();
        let own = world.routes.iter().find_map(|route| Some((route, parameters(route, asked, &query)?)));
        if let Some((route, parameters)) = own {
            let latency = route.latency.unwrap_or(world.latency);
            let key = world.bearer.as_deref().filter(|_| !route.open);
            let fault = self.fault(&route.name, &route.faults, asked, &parameters);
            let refused = refused(asked, key).or_else(|| self.limited(world, &route.name, route.limit, asked));
            return finish(&route.name, latency, refused, fault, || respond(route, asked, &parameters, &query));
        }
        if let Some(llm) = &world.llm
            && let Some(endpoint) = llm::Endpoint::of(asked)
        {
            let latency = llm.latency.unwrap_or(world.latency);
            let key = llm.key.as_deref().or(world.bearer.as_deref());
            let fault = self.fault(endpoint.route(), llm.faults(&endpoint), asked, &query);
            let refused = refused(asked, key).or_else(|| self.limited(world, endpoint.route(), llm.limit, asked));
            let progress = &mut self.llm;
            return finish(endpoint.route(), latency, refused, fault, || llm.respond(progress, &endpoint, asked));
        }
        let other = |route: &Route| fits(route, asked.path()).is_some();
        let (status, what) = match world.routes.iter().any(other) {
            true => (405, format!("{} is not allowed here", asked.method)),
            false => (404, format!("there is no {} {}", asked.method, asked.path())),
        };
        let response = Response::error(status, "invalid_request_error", None, &what);
        Answer { route: None, latency: world.latency, reply: Reply::Response(response) }
    }

    /// Counts a request of this route, and tells what goes wrong with it.
    fn fault(
        &mut self,
        route: &str,
        faults: &[Fault],
        asked: &Asked,
        parameters: &BTreeMap<String, String>,
    ) -> Option<Fault> {
        let mut count = |path: Option<String>| {
            let count = self.counts.entry((route.to_owned(), path)).or_default();
            *count += 1;
            *count
        };
        let (of_route, of_path) = (count(None), count(Some(asked.target.clone())));
        let query = asked.query();
        let given = |name: &String| parameters.get(name).or_else(|| query.get(name));
        let hits = |fault: &&Fault| {
            let number = if fault.count == Count::Route { of_route } else { of_path };
            let counted = match (fault.requests.is_empty(), fault.every) {
                (true, None) => true,
                (_, every) => {
                    fault.requests.contains(&number) || every.is_some_and(|every| number.is_multiple_of(every))
                }
            };
            counted && fault.when.iter().all(|(name, value)| given(name) == Some(value))
        };
        faults.iter().find(hits).cloned()
    }

    /// The refusal of a request for which there is no token, of the world's bucket or the route's.
    fn limited(&mut self, world: &World, route: &str, own: Option<Limit>, asked: &Asked) -> Option<Response> {
        let all = [(None, world.limit), (Some(route.to_owned()), own)];
        let wait = all.into_iter().filter_map(|(key, limit)| self.take(key, limit?, asked.at)).max()?;
        let message = format!("rate limit reached: try again in {} ms", wait.as_millis());
        let mut response = Response::error(429, "rate_limit_error", Some("rate_limit_exceeded"), &message);
        response.set("retry-after-ms", &wait.as_millis().to_string());
        response.set("retry-after", &wait.as_secs_f64().ceil().to_string());
        Some(response)
    }

    /// Takes a token, or tells how long it is until there is one.
    fn take(&mut self, key: Option<String>, limit: Limit, at: Duration) -> Option<Duration> {
        let most = f64::from(limit.requests);
        let a_token = limit.per.0.as_secs_f64() / most;
        let bucket = self.buckets.entry(key).or_insert(Bucket { tokens: most, filled: at });
        let passed = at.saturating_sub(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed / a_token).min(most);
        bucket.filled = at;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return None;
        }
        let missing = (1.0 - bucket.tokens) * a_token;
        // Not one more for what is lost in fractions.
        Some(Duration::from_millis((missing * 1e3 - 1e-6).ceil() as u64))
    }
}

/// Puts an answer together: refusals come first, then faults.
fn finish(
    route: &str,
    latency: Duration,
    refused: Option<Response>,
    fault: Option<Fault>,
    respond: impl FnOnce() -> Response,
) -> Answer {
    let fault = fault.filter(|_| refused.is_none());
    let latency = fault.as_ref().and_then(|fault| fault.latency).unwrap_or(latency);
    let reply = match (refused, fault.map(|fault| fault.effect)) {
        (Some(refused), _) => Reply::Response(refused),
        (None, None) => Reply::Response(respond()),
        (None, Some(Effect::Answer(response))) => Reply::Response(response),
        (None, Some(Effect::Reset)) => Reply::Reset,
        (None, Some(Effect::Hang)) => Reply::Hang,
        (None, Some(Effect::Truncate)) => Reply::Response(respond().truncated()),
        (None, Some(Effect::Malformed)) => Reply::Response(respond().malformed()),
        (None, Some(Effect::Slow(over))) => Reply::Response(respond().slow(over)),
    };
    Answer { route: Some(route.to_owned()), latency, reply }
}

/// The refusal of a request that lacks the key.
fn refused(asked: &Asked, key: Option<&str>) -> Option<Response> {
    let key = key?;
    let given = asked.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    if given == Some(key) {
        return None;
    }
    let message = match given {
        Some(_) => "the key in the Authorization header is not the right one",
        None => "the Authorization header must be `Bearer` and the key",
    };
    let mut response = Response::error(401, "invalid_request_error", Some("invalid_api_key"), message);
    response.set("www-authenticate", "Bearer");
    Some(response)
}

/// The parameters of a path that fits a route's.
fn fits(route: &Route, path: &str) -> Option<BTreeMap<String, String>> {
    let given: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    if given.len() != route.segments.len() {
        return None;
    }
    let mut parameters = BTreeMap::new();
    for (segment, given) in route.segments.iter().zip(given) {
        let given = percent_decode_str(given).decode_utf8_lossy().into_owned();
        match segment {
            Segment::Text(text) if *text == given => {}
            Segment::Text(_) => return None,
            Segment::Parameter(name) => {
                parameters.insert(name.clone(), given);
            }
        }
    }
    Some(parameters)
}

/// The parameters of the path of a request that a route answers.
fn parameters(route: &Route, asked: &Asked, query: &BTreeMap<String, String>) -> Option<BTreeMap<String, String>> {
    let parameters = fits(route, asked.path())?;
    let wanted = |(name, value): (&String, &String)| query.get(name) == Some(value);
    (route.method == asked.method && route.query.iter().all(wanted)).then_some(parameters)
}

fn respond(
    route: &Route,
    asked: &Asked,
    parameters: &BTreeMap<String, String>,
    query: &BTreeMap<String, String>,
) -> Response {
    let mut response = match &route.body {
        Body::Json(template) => {
            let sent: Value = serde_json::from_slice(&asked.body).unwrap_or(Value::Null);
            let find = |name: &str| match name.split_once('.') {
                Some(("query", name)) => query.get(name).cloned().map(Value::String),
                Some(("body", name)) => sent.get(name).cloned(),
                _ => parameters.get(name).cloned().map(Value::String),
            };
            Response::json(route.status, &filled(template, &find))
        }
        Body::Bytes(kind, bytes) => Response::new(route.status, kind, bytes.to_vec()),
        Body::Events(events) => Response { status: route.status, ..Response::events(events.clone()) },
        Body::Lookup { items, by } => {
            let wanted = parameters.get(by).map(String::as_str).unwrap_or_default();
            let found = items.iter().find(|item| match item.get(by) {
                Some(Value::String(text)) => text == wanted,
                Some(Value::Number(number)) => number.to_string() == wanted,
                _ => false,
            });
            match found {
                Some(item) => Response::json(route.status, item),
                None => Response::error(404, "not_found_error", None, &format!("there is no {by} {wanted}")),
            }
        }
        Body::Pages { items, size, style } => page(route, items, *size, *style, query),
    };
    for (name, value) in &route.headers {
        response.set(name, value);
    }
    response
}

/// Why a page is not to be had.
fn no_page(what: &str) -> Response {
    Response::error(400, "invalid_request_error", None, what)
}

fn page(route: &Route, items: &[Value], size: usize, style: PageStyle, query: &BTreeMap<String, String>) -> Response {
    let pages = items.len().div_ceil(size).max(1);
    let number = match style {
        PageStyle::Cursor => match query.get("cursor") {
            None => 1,
            Some(cursor) => match cursor.strip_prefix("after-").and_then(|after| after.parse::<usize>().ok()) {
                Some(after) if after % size == 0 && after > 0 => after / size + 1,
                _ => return no_page("this cursor was never given out"),
            },
        },
        PageStyle::Number | PageStyle::Link => match query.get("page").map(|page| page.parse::<usize>()) {
            None => 1,
            Some(Ok(page)) => page,
            Some(Err(_)) => return no_page("`page` is a number from 1"),
        },
    };
    if number == 0 || number > pages {
        return no_page(&format!("there are pages 1 to {pages}"));
    }
    let shown: Vec<&Value> = items.iter().skip((number - 1) * size).take(size).collect();
    match style {
        PageStyle::Cursor => {
            let next = (number < pages).then(|| format!("after-{}", number * size));
            Response::json(route.status, &json!({ "items": shown, "next_cursor": next }))
        }
        PageStyle::Number => Response::json(route.status, &json!({ "items": shown, "page": number, "pages": pages })),
        PageStyle::Link => {
            let mut response = Response::json(route.status, &json!(shown));
            if number < pages {
                let path = route.name.split_once(' ').map(|(_, path)| path).unwrap_or_default();
                response.set("link", &format!("<{path}?page={}>; rel=\"next\"", number + 1));
            }
            response
        }
    }
}

#[cfg(test)]
mod tests;
