//! An endpoint in the shape that clients of hosted language models use: chat completions, embeddings, models. What it says
//! is the author's script; how it counts and refuses are its own simple rules.

mod messages;
mod said;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use self::messages::{check_messages, content, prompt_tokens};
use self::said::Said;
use super::answer::Response;
use super::spec::{Fault, FaultToml, Limit, Wait};
use super::state::Asked;
use super::tokens;

/// The routes of the endpoint, as evidence names them.
pub const ROUTES: [&str; 4] =
    ["POST /v1/chat/completions", "POST /v1/embeddings", "GET /v1/models", "GET /v1/models/{id}"];

/// When everything here was made: a fixed time, so that two runs give the same bytes.
const CREATED: u64 = 1_700_000_000;
/// The most texts in one request for embeddings.
const MOST_TEXTS: usize = 2048;

/// `[llm]` of a world file.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LlmToml {
    /// The key that requests need, as `Authorization: Bearer …`.
    key: Option<String>,
    /// What clients wait for the head of an answer.
    latency: Option<Wait>,
    /// The time between two tokens of a streamed answer.
    token_latency: Option<Wait>,
    /// How many requests are let through, of each route.
    limit: Option<Limit>,
    /// The models; a request that names another is refused.
    models: Vec<ModelToml>,
    /// What is said: the first reply that fits a request.
    #[serde(default)]
    reply: Vec<ReplyToml>,
    /// What goes wrong with chat completions.
    #[serde(default)]
    fault: Vec<FaultToml>,
    /// What goes wrong with embeddings.
    #[serde(default)]
    embedding_fault: Vec<FaultToml>,
}

/// A model.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ModelToml {
    /// Its name.
    id: String,
    /// Tokens of a request and its answer together; default 4096.
    context: Option<usize>,
    /// Length of its embeddings; without it, it has none.
    dimensions: Option<usize>,
}

/// A scripted reply.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReplyToml {
    /// Which requests it is for.
    #[serde(default)]
    when: When,
    /// Whether it is said once only; the default is any number of times.
    #[serde(default)]
    once: bool,
    /// Its text. `{last}` is the text of the request's last message.
    text: Option<String>,
    /// Calls of tools.
    #[serde(default)]
    tool_calls: Vec<ToolCallToml>,
    /// Why it ends; default `stop`, or `tool_calls`.
    finish: Option<String>,
}

/// Which requests a reply is for: all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct When {
    /// The role of the last message.
    last: Option<String>,
    /// A part of the last message, upper and lower case alike.
    contains: Option<String>,
    /// A part of any message.
    anywhere: Option<String>,
    /// The model.
    model: Option<String>,
    /// Whether tools are offered.
    tools: Option<bool>,
}

/// A call of a tool.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ToolCallToml {
    /// The tool.
    name: String,
    /// Its arguments: a table, or a text that is sent as it is, also if it is no JSON.
    #[schemars(with = "Value")]
    arguments: Value,
}

/// The endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Llm {
    pub key: Option<String>,
    pub latency: Option<Duration>,
    pub limit: Option<Limit>,
    token_latency: Duration,
    models: Vec<Model>,
    replies: Vec<Reply>,
    chat_faults: Vec<Fault>,
    embedding_faults: Vec<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Model {
    id: String,
    context: usize,
    dimensions: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Reply {
    when: When,
    once: bool,
    text: Option<String>,
    /// Names and arguments.
    tool_calls: Vec<(String, String)>,
    finish: String,
}

/// How far the script has come.
#[derive(Debug, Default)]
pub struct Progress {
    used: Vec<usize>,
    answers: usize,
    calls: usize,
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    Chat,
    Embeddings,
    Models,
    Model(String),
}

impl Endpoint {
    /// What a request is for; `None` if it is for nothing here.
    pub fn of(asked: &Asked) -> Option<Endpoint> {
        match (asked.method.as_str(), asked.path()) {
            ("POST", "/v1/chat/completions") => Some(Endpoint::Chat),
            ("POST", "/v1/embeddings") => Some(Endpoint::Embeddings),
            ("GET", "/v1/models") => Some(Endpoint::Models),
            ("GET", path) => path.strip_prefix("/v1/models/").map(|id| Endpoint::Model(id.to_owned())),
            _ => None,
        }
    }

    /// Its route, as evidence names it.
    pub fn route(&self) -> &'static str {
        let index = match self {
            Endpoint::Chat => 0,
            Endpoint::Embeddings => 1,
            Endpoint::Models => 2,
            Endpoint::Model(_) => 3,
        };
        ROUTES[index]
    }
}

impl LlmToml {
    pub(super) fn resolve(self) -> Result<Llm, String> {
        if self.models.is_empty() {
            return Err("`llm.models` needs one model at least".to_owned());
        }
        for reply in &self.reply {
            if reply.text.is_none() && reply.tool_calls.is_empty() {
                return Err("a reply needs `text` or `tool_calls`".to_owned());
            }
        }
        if self.models.iter().any(|model| model.dimensions == Some(0)) {
            return Err("an embedding has one dimension at least".to_owned());
        }
        let model = |model: ModelToml| Model {
            id: model.id,
            context: model.context.unwrap_or(4096),
            dimensions: model.dimensions,
        };
        let faults = |all: Vec<FaultToml>| all.into_iter().map(FaultToml::resolve).collect::<Result<Vec<_>, _>>();
        Ok(Llm {
            key: self.key,
            latency: self.latency.map(|wait| wait.0),
            limit: self.limit,
            token_latency: self.token_latency.map_or(Duration::ZERO, |wait| wait.0),
            models: self.models.into_iter().map(model).collect(),
            replies: self.reply.into_iter().map(ReplyToml::resolve).collect(),
            chat_faults: faults(self.fault)?,
            embedding_faults: faults(self.embedding_fault)?,
        })
    }
}

impl ReplyToml {
    fn resolve(self) -> Reply {
        let call = |call: ToolCallToml| match call.arguments {
            Value::String(text) => (call.name, text),
            other => (call.name, other.to_string()),
        };
        let usual = if self.tool_calls.is_empty() { "stop" } else { "tool_calls" };
        Reply {
            when: self.when,
            once: self.once,
            text: self.text,
            tool_calls: self.tool_calls.into_iter().map(call).collect(),
            finish: self.finish.unwrap_or_else(|| usual.to_owned()),
        }
    }
}

/// A request that cannot be served.
fn invalid(parameter: &str, code: Option<&str>, message: &str) -> Response {
    let error = json!({ "message": message, "type": "invalid_request_error", "param": parameter, "code": code });
    Response::json(400, &json!({ "error": error }))
}

impl Llm {
    /// What goes wrong at an endpoint.
    pub fn faults(&self, endpoint: &Endpoint) -> &[Fault] {
        match endpoint {
            Endpoint::Chat => &self.chat_faults,
            Endpoint::Embeddings => &self.embedding_faults,
            Endpoint::Models | Endpoint::Model(_) => &[],
        }
    }

    /// The answer to a request.
    pub fn respond(&self, progress: &mut Progress, endpoint: &Endpoint, asked: &Asked) -> Response {
        match endpoint {
            Endpoint::Models => {
                let models: Vec<Value> = self.models.iter().map(Model::shown).collect();
                Response::json(200, &json!({ "object": "list", "data": models }))
            }
            Endpoint::Model(id) => match self.model(id) {
                Ok(model) => Response::json(200, &model.shown()),
                Err(refusal) => refusal,
            },
            Endpoint::Chat | Endpoint::Embeddings => {
                let sent: Value = match serde_json::from_slice(&asked.body) {
                    Ok(sent @ Value::Object(_)) => sent,
                    _ => return invalid("", None, "the body of the request is not a JSON object"),
                };
                let model = match self.model(sent["model"].as_str().unwrap_or_default()) {
                    Ok(model) => model,
                    Err(refusal) => return refusal,
                };
                match endpoint {
                    Endpoint::Chat => self.chat(progress, model, &sent),
                    _ => embeddings(model, &sent),
                }
            }
        }
    }

    fn model(&self, id: &str) -> Result<&Model, Response> {
        self.models.iter().find(|model| model.id == id).ok_or_else(|| {
            let message = format!("The model `{id}` does not exist");
            Response::error(404, "invalid_request_error", Some("model_not_found"), &message)
        })
    }

    fn chat(&self, progress: &mut Progress, model: &Model, sent: &Value) -> Response {
        let messages = sent["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let Err(why) = check_messages(messages) {
            return invalid("messages", None, &why);
        }
        let prompt = prompt_tokens(messages);
        let limit = ["max_completion_tokens", "max_tokens"].iter().find_map(|name| sent[name].as_u64());
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        if prompt.saturating_add(limit.unwrap_or(0)) > model.context {
            let asked = match limit {
                Some(limit) => format!("{prompt} in the messages, {limit} in the completion"),
                None => format!("{prompt} in the messages"),
            };
            let message = format!(
                "This model's maximum context length is {} tokens. However, you requested more: {asked}. Please reduce the \
                 length of the messages or completion.",
                model.context
            );
            return invalid("messages", Some("context_length_exceeded"), &message);
        }
        let fits = |(index, reply): &(usize, &Reply)| {
            !(reply.once && progress.used.contains(index)) && reply.when.holds(messages, model, sent)
        };
        let Some((index, reply)) = self.replies.iter().enumerate().find(fits) else {
            let message = "the script of this endpoint has no reply to these messages";
            return Response::error(501, "server_error", Some("no_scripted_reply"), message);
        };
        progress.used.push(index);
        progress.answers += 1;
        let calls: Vec<_> = reply
            .tool_calls
            .iter()
            .map(|(name, arguments)| {
                progress.calls += 1;
                (format!("call_{}", progress.calls), name.clone(), arguments.clone())
            })
            .collect();
        let last = messages.last().map(content).unwrap_or_default();
        let mut text = reply.text.as_ref().map(|text| text.replace("{last}", &last));
        let mut finish = reply.finish.clone();
        // What does not fit any more is not said, as with the hosted ones.
        let room = limit.unwrap_or(usize::MAX).min(model.context - prompt);
        if let Some(said) = &mut text
            && tokens::count(said) > room
        {
            *said = tokens::parts(said)[..room].concat();
            "length".clone_into(&mut finish);
        }
        let of_calls = calls.iter().map(|(_, name, arguments)| tokens::count(name) + tokens::count(arguments));
        let completion = text.as_deref().map_or(0, tokens::count) + of_calls.sum::<usize>();
        let id = format!("chatcmpl-{}", progress.answers);
        let said = Said { id, model: model.id.clone(), text, calls, finish, prompt, completion };
        match sent["stream"].as_bool() {
            Some(true) => {
                let with_usage = sent["stream_options"]["include_usage"].as_bool() == Some(true);
                said.streamed(self.token_latency, with_usage)
            }
            _ => Response::json(200, &said.whole()),
        }
    }
}

impl When {
    fn holds(&self, messages: &[Value], model: &Model, sent: &Value) -> bool {
        let has = |message: &Value, part: &str| content(message).to_lowercase().contains(&part.to_lowercase());
        let last = messages.last();
        let role = |wanted: &String| last.is_some_and(|last| last["role"].as_str() == Some(wanted));
        let offered = sent["tools"].as_array().is_some_and(|tools| !tools.is_empty());
        self.last.as_ref().is_none_or(role)
            && self.contains.as_ref().is_none_or(|part| last.is_some_and(|last| has(last, part)))
            && self.anywhere.as_ref().is_none_or(|part| messages.iter().any(|message| has(message, part)))
            && self.model.as_ref().is_none_or(|wanted| *wanted == model.id)
            && self.tools.is_none_or(|wanted| wanted == offered)
    }
}

impl Model {
    fn shown(&self) -> Value {
        json!({ "id": self.id, "object": "model", "created": CREATED, "owned_by": "practice" })
    }
}

fn embeddings(model: &Model, sent: &Value) -> Response {
    let Some(dimensions) = model.dimensions else {
        return invalid("model", None, &format!("The model `{}` does not make embeddings", model.id));
    };
    let texts: Option<Vec<&str>> = match &sent["input"] {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) if items.len() <= MOST_TEXTS => items.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let Some(texts) = texts.filter(|texts| !texts.is_empty() && texts.iter().all(|text| !text.is_empty())) else {
        let what = format!("`input` must be a text or a list of 1 to {MOST_TEXTS} texts, none of them empty");
        return invalid("input", None, &what);
    };
    if let Some(text) = texts.iter().find(|text| tokens::count(text) > model.context) {
        let message = format!(
            "This model's maximum context length is {} tokens, however you requested {} tokens",
            model.context,
            tokens::count(text)
        );
        return invalid("input", Some("context_length_exceeded"), &message);
    }
    let packed = sent["encoding_format"].as_str() == Some("base64");
    let of = |(index, text): (usize, &&str)| {
        let vector = tokens::embedding(text, dimensions);
        let vector = match packed {
            true => {
                let bytes: Vec<u8> = vector.iter().flat_map(|&x| (x as f32).to_le_bytes()).collect();
                json!(STANDARD.encode(bytes))
            }
            false => json!(vector),
        };
        json!({ "object": "embedding", "index": index, "embedding": vector })
    };
    let data: Vec<Value> = texts.iter().enumerate().map(of).collect();
    let count: usize = texts.iter().map(|text| tokens::count(text)).sum();
    let usage = json!({ "prompt_tokens": count, "total_tokens": count });
    Response::json(200, &json!({ "object": "list", "data": data, "model": model.id, "usage": usage }))
}

#[cfg(test)]
mod tests;
