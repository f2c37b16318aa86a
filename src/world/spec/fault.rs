//! What goes wrong with some requests.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::{Wait, check_headers, check_status};
use crate::world::answer::Response;

/// Something that goes wrong, for some requests.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FaultToml {
    /// Which requests, counted from 1; with neither this nor `every`, all of them.
    requests: Vec<usize>,
    /// Each request whose number is a multiple of this.
    every: Option<usize>,
    /// Whether requests are counted by route or by path and query.
    count: Count,
    /// Only requests with these parameters of path or query.
    when: BTreeMap<String, String>,
    /// What happens.
    #[serde(rename = "do")]
    action: Action,
    /// `answer`: its status.
    status: Option<u16>,
    /// `answer`: its headers.
    headers: BTreeMap<String, String>,
    /// `answer`: its body, as JSON.
    #[schemars(with = "Option<Value>")]
    json: Option<Value>,
    /// `answer`: its body, as text.
    text: Option<String>,
    /// What clients wait.
    latency: Option<Wait>,
    /// `slow`: how long the body takes.
    over: Option<Wait>,
}

/// How requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// All of a route together.
    #[default]
    Route,
    /// Those with the same path and query.
    Path,
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Another answer: `status`, `headers`, `json` or `text`.
    #[default]
    Answer,
    /// The connection is reset without an answer.
    Reset,
    /// There is never an answer.
    Hang,
    /// The connection ends in the middle of the body.
    Truncate,
    /// The body is half of what it should be, and looks whole.
    Malformed,
    /// The body comes in ten pieces, over the time `over`.
    Slow,
}

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub requests: Vec<usize>,
    pub every: Option<usize>,
    pub count: Count,
    pub when: BTreeMap<String, String>,
    pub latency: Option<Duration>,
    pub effect: Effect,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Answer(Response),
    Reset,
    Hang,
    Truncate,
    Malformed,
    Slow(Duration),
}

impl FaultToml {
    /// Checks it, and puts together what it answers.
    pub fn resolve(self) -> Result<Fault, String> {
        if self.requests.contains(&0) || self.every == Some(0) {
            return Err("requests are counted from 1".to_owned());
        }
        let has_answer =
            self.status.is_some() || self.json.is_some() || self.text.is_some() || !self.headers.is_empty();
        if has_answer && self.action != Action::Answer {
            return Err(
                "`status`, `headers`, `json` and `text` are for a fault that answers: leave out `do`".to_owned()
            );
        }
        if self.over.is_some() && self.action != Action::Slow {
            return Err("`over` is for a fault with `do = \"slow\"`".to_owned());
        }
        let effect = match self.action {
            Action::Answer => {
                let status =
                    check_status(self.status.ok_or("a fault needs `status`, or `do` with what else happens")?)?;
                check_headers(&self.headers)?;
                let mut response = match (self.json, self.text) {
                    (Some(_), Some(_)) => return Err("an answer has `json` or `text`, not both".to_owned()),
                    (Some(json), None) => Response::json(status, &json),
                    (None, Some(text)) => Response::new(status, "text/plain; charset=utf-8", text.into_bytes()),
                    (None, None) => {
                        let kind = if status == 429 { "rate_limit_error" } else { "server_error" };
                        Response::error(status, kind, None, &format!("scripted status {status}"))
                    }
                };
                for (name, value) in &self.headers {
                    response.set(name, value);
                }
                Effect::Answer(response)
            }
            Action::Reset => Effect::Reset,
            Action::Hang => Effect::Hang,
            Action::Truncate => Effect::Truncate,
            Action::Malformed => Effect::Malformed,
            Action::Slow => {
                Effect::Slow(self.over.ok_or("a fault with `do = \"slow\"` needs `over`, such as \"200ms\"")?.0)
            }
        };
        Ok(Fault {
            requests: self.requests,
            every: self.every,
            count: self.count,
            when: self.when,
            latency: self.latency.map(|wait| wait.0),
            effect,
        })
    }
}
