//! The messages of a request for a chat completion: their rules and their size.

use serde_json::Value;

use crate::world::tokens;

/// Tokens that a message has besides its text.
const TOKENS_PER_MESSAGE: usize = 4;

/// The text of a message: a string, or the text parts of a list.
pub fn content(message: &Value) -> String {
    match &message["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

/// The calls that an assistant's message asks for.
pub fn calls(message: &Value) -> &[Value] {
    message["tool_calls"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// What is wrong with a list of messages, by the rules of the hosted endpoints.
pub fn check_messages(messages: &[Value]) -> Result<(), String> {
    if messages.is_empty() {
        return Err("`messages` must not be empty".to_owned());
    }
    let mut open: Vec<&str> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        if role == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            let Some(at) = open.iter().position(|known| *known == id) else {
                return Err(format!(
                    "messages[{index}]: a message with role `tool` must answer a preceding `tool_calls`, and \
                     tool_call_id `{id}` does not"
                ));
            };
            open.remove(at);
            continue;
        }
        if !open.is_empty() {
            return Err(format!(
                "messages[{index}]: a message with `tool_calls` must be followed by tool messages for each \
                 tool_call_id: {} is not answered",
                open.join(", ")
            ));
        }
        match role {
            "system" | "developer" | "user" | "assistant" => {}
            other => return Err(format!("messages[{index}]: `{other}` is not a role")),
        }
        let has_text = matches!(message["content"], Value::String(_) | Value::Array(_));
        if !has_text && calls(message).is_empty() {
            return Err(format!("messages[{index}]: `content` is missing"));
        }
        open = calls(message).iter().filter_map(|call| call["id"].as_str()).collect();
    }
    match open.is_empty() {
        true => Ok(()),
        false => Err(format!("the last `tool_calls` is not answered: {}", open.join(", "))),
    }
}

/// How many tokens a list of messages has.
pub fn prompt_tokens(messages: &[Value]) -> usize {
    let of = |message: &Value| {
        let calls = calls(message).iter().map(|call| &call["function"]);
        let calls = calls.map(|function| {
            let part = |name: &str| tokens::count(function[name].as_str().unwrap_or_default());
            part("name") + part("arguments")
        });
        TOKENS_PER_MESSAGE + tokens::count(&content(message)) + calls.sum::<usize>()
    };
    messages.iter().map(of).sum()
}
