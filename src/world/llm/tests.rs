#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it did not expect")]

use super::*;
use crate::world::World;
use crate::world::answer::Reply;
use crate::world::state::State;

const MODELS: &str = "format = 1\n[llm]\nmodels = [{ id = \"toy\", context = 20 }, { id = \"e\", dimensions = 4 }]\n";

fn world(replies: &str) -> World {
    World::parse(&format!("{MODELS}{replies}"), &|_| None).unwrap()
}

fn post(state: &mut State, world: &World, path: &str, body: &Value) -> (u16, String) {
    let asked = Asked {
        at: Duration::ZERO,
        method: "POST".into(),
        target: path.into(),
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    };
    match state.answer(world, &asked).reply {
        Reply::Response(response) => (response.status, String::from_utf8(response.body()).unwrap()),
        other => panic!("{other:?}"),
    }
}

fn chat(state: &mut State, world: &World, body: &Value) -> (u16, Value) {
    let (status, text) = post(state, world, "/v1/chat/completions", body);
    (status, serde_json::from_str(&text).unwrap())
}

fn user(text: &str) -> Value {
    json!({ "model": "toy", "messages": [{ "role": "user", "content": text }] })
}

#[test]
fn replies_are_used_in_order() {
    let world = world(
        "[[llm.reply]]\nonce = true\ntext = \"first\"\n[[llm.reply]]\nwhen = { contains = \"CAT\" }\ntext = \"meow\"\n\
         [[llm.reply]]\nwhen = { last = \"user\" }\ntext = \"again: {last}\"\n",
    );
    let mut state = State::default();
    let mut said = |text: &str| {
        let (_, answer) = chat(&mut state, &world, &user(text));
        answer["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
    };
    assert_eq!([said("a cat"), said("a cat"), said("a dog")], ["first", "meow", "again: a dog"]);
}

#[test]
fn a_script_that_has_come_to_its_end_says_so() {
    let world = world("[[llm.reply]]\nwhen = { tools = true }\ntext = \"x\"\n");
    let (status, answer) = chat(&mut State::default(), &world, &user("hi"));
    assert_eq!((status, &answer["error"]["code"]), (501, &json!("no_scripted_reply")));
}

#[test]
fn tokens_are_counted_and_bounded() {
    let world = world("[[llm.reply]]\ntext = \"one two three four five\"\n");
    let mut state = State::default();
    let (_, answer) = chat(&mut state, &world, &user("hello, you"));
    assert_eq!(answer["usage"], json!({ "prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12 }));
    let (_, cut) = chat(&mut state, &world, &user(&"word ".repeat(13)));
    assert_eq!(cut["choices"][0]["message"]["content"], "one two three", "17 of 20 tokens were taken");
    assert_eq!(cut["choices"][0]["finish_reason"], "length");
    let mut limited = user("hello");
    limited["max_tokens"] = 2.into();
    assert_eq!(chat(&mut state, &world, &limited).1["choices"][0]["message"]["content"], "one two");
    let (status, refused) = chat(&mut state, &world, &user(&"word ".repeat(17)));
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("context_length_exceeded")));
    limited["max_tokens"] = 16.into();
    assert_eq!(chat(&mut state, &world, &limited).0, 400, "5 tokens in the message, 16 for the answer");
}

#[test]
fn messages_have_to_follow_the_rules() {
    let call = json!({ "role": "assistant", "content": null, "tool_calls": [{ "id": "c1", "function": {} }] });
    let tool = |id: &str| json!({ "role": "tool", "tool_call_id": id, "content": "x" });
    let hi = json!({ "role": "user", "content": [{ "type": "text", "text": "hi" }] });
    for (messages, wrong) in [
        (json!([]), Some("must not be empty")),
        (json!([hi]), None),
        (json!([{ "role": "robot", "content": "x" }]), Some("`robot` is not a role")),
        (json!([{ "role": "user" }]), Some("`content` is missing")),
        (json!([tool("c1")]), Some("must answer a preceding `tool_calls`")),
        (json!([call]), Some("is not answered: c1")),
        (json!([call, hi]), Some("messages[1]: a message with `tool_calls` must be followed")),
        (json!([call, tool("c2")]), Some("tool_call_id `c2` does not")),
        (json!([call, tool("c1"), tool("c1")]), Some("messages[2]")),
        (json!([call, tool("c1"), hi]), None),
    ] {
        let said = check_messages(messages.as_array().unwrap()).err();
        match wrong {
            Some(part) => assert!(said.as_ref().is_some_and(|said| said.contains(part)), "{messages}: {said:?}"),
            None => assert_eq!(said, None, "{messages}"),
        }
    }
}

#[test]
fn a_stream_says_the_same_as_the_whole() {
    let world =
        world("[[llm.reply]]\ntext = \"Hi, Ada!\"\ntool_calls = [{ name = \"f\", arguments = { a = [1, 2] } }]\n");
    let mut body = user("x");
    body["stream"] = true.into();
    body["stream_options"] = json!({ "include_usage": true });
    let (_, text) = post(&mut State::default(), &world, "/v1/chat/completions", &body);
    let mut chunks: Vec<&str> = text.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).collect();
    assert_eq!(chunks.pop(), Some("[DONE]"));
    let chunks: Vec<Value> = chunks.into_iter().map(|chunk| serde_json::from_str(chunk).unwrap()).collect();
    let deltas = || chunks.iter().map(|chunk| &chunk["choices"][0]["delta"]);
    assert_eq!(deltas().filter_map(|delta| delta["content"].as_str()).collect::<String>(), "Hi, Ada!");
    let arguments = deltas().filter_map(|delta| delta["tool_calls"][0]["function"]["arguments"].as_str());
    assert_eq!(arguments.collect::<String>(), "{\"a\":[1,2]}");
    assert_eq!(chunks.last().unwrap()["usage"]["total_tokens"], 5 + 4 + 12);
    assert!(chunks.iter().any(|chunk| chunk["choices"][0]["finish_reason"] == "tool_calls"));
}

#[test]
fn embeddings_come_as_numbers_or_packed() {
    let world = world("");
    let mut state = State::default();
    let mut data = |body: Value| {
        let (status, text) = post(&mut state, &world, "/v1/embeddings", &body);
        (status, serde_json::from_str::<Value>(&text).unwrap())
    };
    let (_, plain) = data(json!({ "model": "e", "input": "a cat" }));
    let plain: Vec<f64> = plain["data"][0]["embedding"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    let (_, packed) = data(json!({ "model": "e", "input": ["a cat"], "encoding_format": "base64" }));
    let packed = STANDARD.decode(packed["data"][0]["embedding"].as_str().unwrap()).unwrap();
    let packed: Vec<f32> = packed.chunks(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    assert_eq!(plain.len(), 4);
    assert!(plain.iter().zip(&packed).all(|(a, b)| (a - f64::from(*b)).abs() < 1e-6));
    for (body, code) in [
        (json!({ "model": "e", "input": [] }), 400),
        (json!({ "model": "e", "input": [""] }), 400),
        (json!({ "model": "toy", "input": "a" }), 400),
        (json!({ "model": "none", "input": "a" }), 404),
    ] {
        assert_eq!(data(body).0, code);
    }
}
