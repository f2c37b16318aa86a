#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;
use crate::codec::notation::write;

#[test]
fn json_reads_as_python_reads_it() {
    for (json, notation) in [
        (r#"{"a": [1, 1.0, -0, -0.0, 1e2, true, null]}"#, "{'a': [1, 1.0, 0, -0.0, 100.0, True, None]}"),
        (r#"{"a": 1, "b": 2, "a": 3}"#, "{'a': 3, 'b': 2}"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1e999", "inf"),
        ("0.1", "0.1"),
        (r#""\u00e9\ud83d\ude00""#, "'\u{e9}\u{1f600}'"),
    ] {
        assert_eq!(write(&parse(json.as_bytes()).unwrap(), 1000), notation);
    }
}

#[test]
fn broken_json_is_refused() {
    for json in ["", "{", "[1,]", "NaN", "'a'", "1 2", "\"\\ud800\""] {
        assert!(parse(json.as_bytes()).is_err(), "{json}");
    }
    assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    assert!(matches!(parse("9".repeat(300_000).as_bytes()), Err(JsonError::LongNumber)));
    assert!(parse(b"\"\xff\"").is_err());
}

#[test]
fn lines() {
    assert_eq!(write(&parse_lines(b"{\"a\": 1}\r\n\n2").unwrap(), 100), "[{'a': 1}, 2]");
    let error = parse_lines(b"1\n\n{").unwrap_err();
    assert!(error.to_string().starts_with("line 3: "));
}
