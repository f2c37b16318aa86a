#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use proptest::prelude::*;

use super::*;
use crate::codec::notation::{NoFiles, Role, parse_value, write};
use crate::codec::test_values::{any_value, same};
use crate::model::Value;

proptest! {
    #[test]
    fn what_is_encoded_decodes(value in any_value()) {
        let bytes = serde_json::to_vec(&encode(&value)).unwrap();
        let back = decode(&bytes);
        prop_assert!(back.as_ref().is_ok_and(|back| same(back, &value)), "{:?} became {:?}", value, back);
    }

    #[test]
    fn no_json_panics(kind in "(int|float|str|bytes|ints|floats|dict|object|new|enum|array|scalar|series|frame)",
                      content in "[\\[\\]{}\",:a-f0-9x=-]{0,30}") {
        let _ = decode(format!("{{\"{kind}\":{content}}}").as_bytes());
        let _ = decode(format!("{{\"{kind}\":\"{content}\"}}").as_bytes());
        let _ = decode(format!("{{\"{kind}\":[{content}]}}").as_bytes());
    }
}

#[test]
fn kinds_that_are_only_sent() {
    for text in ["Message('hi', role='user')", "Message()"] {
        let value = parse_value(text, Role::Input, &NoFiles).unwrap();
        assert_eq!(from_json(encode(&value)).unwrap(), value);
    }
    let opaque = Value::Opaque { class: "socket.socket".into(), repr: "<socket>".into() };
    assert_eq!(from_json(encode(&opaque)).unwrap(), opaque);
}

#[test]
fn long_lists_are_packed() {
    let numbers = Value::List((0..100).map(Value::int).collect());
    assert!(encode(&numbers).get("ints").is_some());
    assert_eq!(from_json(encode(&numbers)).unwrap(), numbers);
    let mut mixed: Vec<Value> = (0..100).map(Value::int).collect();
    mixed.push(Value::Float(0.5));
    assert!(encode(&Value::List(mixed)).is_array());
}

#[test]
fn hostile_answers_are_refused() {
    for json in [
        "",
        "{}",
        r#"{"a":1}"#,
        r#"{"tuple":[],"set":[]}"#,
        r#"{"tuple":{"a":1}}"#,
        r#"{"int":"12"}"#,
        r#"{"int":"0x"}"#,
        r#"{"int":"0x-1"}"#,
        r#"{"float":"1"}"#,
        r#"{"str":[1114112]}"#,
        r#"{"str":[-1]}"#,
        r#"{"bytes":"a"}"#,
        r#"{"ints":"AAAA"}"#,
        r#"{"dict":[1]}"#,
        r#"{"object":[1]}"#,
        r#"{"object":["A","x"]}"#,
        r#"{"enum":["A"]}"#,
        r#"{"array":{"dtype":"float64","shape":[2],"data":"AAAAAAAAAAA="}}"#,
        r#"{"array":{"dtype":"float64","shape":[4294967296,4294967296,4294967296],"data":""}}"#,
        r#"{"array":{"dtype":"int8","shape":[-1],"data":""}}"#,
        r#"{"array":{"dtype":"object","shape":[1],"data":[]}}"#,
        r#"{"series":{"name":null,"values":[1],"index":[]}}"#,
        r#"{"frame":{"index":null,"columns":[{"name":1,"values":[1]},{"name":2,"values":[]}]}}"#,
        "\"\\ud800\"",
    ] {
        assert!(decode(json.as_bytes()).is_err(), "{json}");
    }
    assert!(decode("[".repeat(1_000_000).as_bytes()).is_err());
    assert!(decode(format!("{}1{}", "{\"tuple\":[".repeat(10_000), "]}".repeat(10_000)).as_bytes()).is_err());
}

#[test]
fn an_empty_array_keeps_its_shape() {
    let value = parse_value("array([], dtype='int8', shape=(0, 3))", Role::Input, &NoFiles).unwrap();
    assert_eq!(write(&from_json(encode(&value)).unwrap(), 100), "array([], dtype='int8', shape=(0, 3))");
}
