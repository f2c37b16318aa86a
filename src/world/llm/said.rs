//! A reply in the two forms that clients ask for: whole, or as a stream.

use std::time::Duration;

use serde_json::{Value, json};

use super::CREATED;
use crate::world::answer::Response;
use crate::world::tokens;

/// An answer before it has a form.
pub struct Said {
    pub id: String,
    pub model: String,
    pub text: Option<String>,
    /// Ids, names and arguments.
    pub calls: Vec<(String, String, String)>,
    pub finish: String,
    pub prompt: usize,
    pub completion: usize,
}

impl Said {
    fn usage(&self) -> Value {
        let (prompt, completion) = (self.prompt, self.completion);
        json!({ "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion })
    }

    fn call(&self, index: usize) -> Value {
        let (id, name, arguments) = &self.calls[index];
        json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } })
    }

    /// As one JSON document.
    pub fn whole(&self) -> Value {
        let mut message = json!({ "role": "assistant", "content": self.text, "refusal": null });
        if !self.calls.is_empty() {
            message["tool_calls"] = (0..self.calls.len()).map(|index| self.call(index)).collect();
        }
        json!({
            "id": self.id,
            "object": "chat.completion",
            "created": CREATED,
            "model": self.model,
            "choices": [{ "index": 0, "message": message, "logprobs": null, "finish_reason": self.finish }],
            "usage": self.usage(),
        })
    }

    fn chunk(&self, choices: &Value, usage: &Value) -> String {
        let mut chunk = json!({
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": self.model,
            "choices": choices,
        });
        if !usage.is_null() {
            chunk["usage"] = usage.clone();
        }
        format!("data: {chunk}\n\n")
    }

    /// As a stream, with so much time before each token.
    pub fn streamed(&self, wait: Duration, with_usage: bool) -> Response {
        let delta = |delta: Value, finish: Option<&str>| {
            let choice = json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }]);
            self.chunk(&choice, &Value::Null)
        };
        let mut events = vec![(Duration::ZERO, delta(json!({ "role": "assistant", "content": "" }), None))];
        for part in tokens::parts(self.text.as_deref().unwrap_or_default()) {
            events.push((wait, delta(json!({ "content": part }), None)));
        }
        for (index, (_, _, arguments)) in self.calls.iter().enumerate() {
            let mut first = self.call(index);
            first["index"] = index.into();
            first["function"]["arguments"] = "".into();
            events.push((wait, delta(json!({ "tool_calls": [first] }), None)));
            for part in tokens::parts(arguments) {
                let part = json!([{ "index": index, "function": { "arguments": part } }]);
                events.push((wait, delta(json!({ "tool_calls": part }), None)));
            }
        }
        events.push((Duration::ZERO, delta(json!({}), Some(&self.finish))));
        if with_usage {
            events.push((Duration::ZERO, self.chunk(&json!([]), &self.usage())));
        }
        events.push((Duration::ZERO, "data: [DONE]\n\n".to_owned()));
        Response::events(events)
    }
}
