use crate::model::{Channel, Format};

use super::super::tests::{assert_found, options};

type Case<'c> = (&'c str, &'c str, &'c str, &'c [&'c str], &'c [&'c str]);

fn check(cases: &[Case<'_>]) {
    for (expected, actual, with, differences, notes) in cases {
        let found =
            super::super::bytes(&Channel::Stdout, Format::Json, expected.as_bytes(), actual.as_bytes(), &options(with));
        assert_found(&format!("{expected} {actual} {with}"), &found, differences, notes);
    }
}

#[test]
fn structure() {
    check(&[
        ("{\"a\": 1, \"b\": [1, 2]}", "{ \"b\":[1,2],\"a\":1 }\n", "", &[], &[]),
        ("{\"a\": {\"b\": [1, 2]}}", "{\"a\": {\"b\": [1, 5]}}", "", &["/a/b/1 Value"], &[]),
        ("{\"a/b\": {\"~\": 1}}", "{\"a/b\": {\"~\": 9}}", "", &["/a~1b/~0 Value"], &[]),
        ("{\"a\": 1, \"b\": 2}", "{\"a\": 1}", "", &["/b Missing"], &[]),
        ("{\"a\": 1}", "{\"a\": 1, \"b\": 2}", "", &["/b Extra"], &[]),
        ("{\"a\": 1}", "{\"a\": 2, \"a\": 1}", "", &[], &[]),
        ("[1, 2, 3]", "[1, 2]", "", &["/2 Missing OffByOne"], &["3 items expected, 2 items found"]),
        ("[1, 2, 3, 4]", "[1, 3, 4]", "", &["/1 Missing"], &[]),
        ("[1, 2]", "[]", "", &[" Length"], &["no items found"]),
        ("[1, 2]", "[7, 8, 9]", "", &[" Length", "/0 Value", "/1 Value", "/2 Extra"], &[]),
        ("null", "0", "", &[" Type"], &[]),
        ("123456789012345678901234567890", "123456789012345678901234567891", "", &[" Value OffBy(1.000000)"], &[]),
    ]);
}

#[test]
fn leniencies() {
    check(&[
        ("[1.0]", "[1.1]", "abs=0.2", &[], &[]),
        ("[1.0]", "[1.1]", "", &["/0 Value"], &[]),
        ("[1]", "[1.0]", "types=numeric", &[], &[]),
        ("[1]", "[1.0]", "", &["/0 Type TypeOnly"], &[]),
        ("[1]", "[true]", "types=numeric", &["/0 Type TypeOnly"], &[]),
        ("{\"a\": [1, 2]}", "{\"a\": [2, 1]}", "unordered=/a", &[], &[]),
        ("{\"a\": [1, 2]}", "{\"a\": [2, 1]}", "unordered=/b", &["/a Order Order"], &[]),
        ("[[1, 2], [3, 4]]", "[[2, 1], [4, 3]]", "unordered=/*", &[], &[]),
        ("[[1, 2], [3, 4]]", "[[4, 3], [2, 1]]", "unordered=/* order=any", &[], &[]),
        ("[{\"id\": 1, \"x\": 2}]", "[{\"id\": 9, \"x\": 2}]", "ignore=/*/id", &[], &[]),
        ("[{\"id\": 1, \"x\": 2}]", "[{\"x\": 2}]", "ignore=/*/id", &[], &[]),
        ("[{\"x\": 2}]", "[{\"x\": 2, \"id\": 1}]", "ignore=/*/id", &[], &[]),
        ("[{\"id\": 1, \"x\": 2}]", "[{\"id\": 9, \"x\": 2}]", "", &["/0/id Value"], &[]),
        (
            "[{\"id\": 1, \"x\": 1}, {\"id\": 2, \"x\": 2}]",
            "[{\"id\": 9, \"x\": 2}, {\"x\": 1}]",
            "ignore=/*/id order=any",
            &[],
            &[],
        ),
        ("{\"a\": 1}", "{\"a\": 1, \"b\": 2}", "keys=subset", &[], &[]),
        ("{\"a\": 1, \"b\": 2}", "{\"a\": 1}", "keys=subset", &["/b Missing"], &[]),
        // The second expected item only fits the first actual one.
        (
            "[{\"a\": 1}, {\"a\": 1, \"b\": 2}]",
            "[{\"a\": 1, \"b\": 2}, {\"a\": 1, \"c\": 3}]",
            "keys=subset order=any",
            &[],
            &[],
        ),
    ]);
}

#[test]
fn near_misses() {
    check(&[
        (
            "{\"a\": null, \"b\": true}",
            "{'a': None, 'b': True}",
            "",
            &[" Malformed PythonRepr"],
            &["json.dumps", "line 1, column 2", "`'`"],
        ),
        ("{\"a\": null}", "{'a': 5}", "", &[" Malformed"], &["json.dumps"]),
        ("[1, 2]", "(1, 2)", "", &[" Malformed PythonRepr"], &[]),
        ("{\"a\": null}", "{\"a\": NaN}", "", &[" Malformed"], &["no NaN"]),
        ("{\"a\": 1}", "Result: {\"a\": 1}", "", &[" Malformed AroundJson"], &["text before or after"]),
        ("{\"a\": 1}", "{\"a\": 1}\nDone.", "", &[" Malformed AroundJson"], &["line 2, column 1", "`D`"]),
        ("{\"a\": 1}", "```json\n{\"a\": 1}\n```\n", "", &[" Malformed AroundJson"], &[]),
        ("{\"a\": 1}", "x {\"a\": 2}", "", &[" Malformed"], &[]),
        ("[{\"a\": 1}, {\"a\": 2}]", "{\"a\": 1}\n{\"a\": 2}\n", "", &[" Malformed"], &["JSON Lines"]),
        ("[1, 2, 3]", "[3, 2, 1]", "", &[" Order Order"], &["another order"]),
        ("[1]", "[\"1\"]", "", &["/0 Type TypeOnly"], &[]),
        ("[null]", "[\"None\"]", "", &["/0 Type TypeOnly"], &[]),
        ("[true]", "[\"True\"]", "", &["/0 Type TypeOnly"], &[]),
        ("{\"a\": 1}", "\"{\\\"a\\\": 1}\"", "", &[" Type TypeOnly"], &["encoded twice"]),
        ("[1, 2]", "{\"items\": [1, 2]}", "", &[" Type TypeOnly"], &["inside an object"]),
        ("{\"name\": 1}", "{\"Name\": 1}", "", &["/name Missing Case", "/Name Extra"], &[]),
        ("{\"label\": 1}", "{\"lable\": 1}", "", &["/label Missing", "/lable Extra"], &["there is a key"]),
        ("{}", "", "", &[" Malformed"], &["there is nothing"]),
        ("{}", "{\"a\": 1,\n  \"b\": }", "", &[" Malformed"], &["line 2, column 8", "`}`"]),
        ("{}", "{\"a\": 1", "", &[" Malformed"], &["the end"]),
        ("{", "{}", "", &[" Malformed"], &["the expectation itself"]),
        ("", "{}", "", &[" Extra"], &[]),
        ("", "\n", "", &[], &[]),
        ("\"a\"", "\"A\"", "", &[" Value Case"], &[]),
        ("1.0", "1.0001", "", &[" Value OffBy(0.000100)"], &[]),
    ]);
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    check(&[("[]", &deep, "", &[" TooLarge"], &["127 levels"])]);
    let digits = "9".repeat(100_000);
    check(&[("1", &digits, "", &[" TooLarge"], &["digits"])]);
}

#[test]
fn an_array_is_shown_as_json() {
    let found = super::super::bytes(&Channel::Stdout, Format::Json, b"[null, [1]]", b"[true, [2, 3]]", &options(""));
    assert_eq!(found.differences[0].expected.as_deref(), Some("null"));
    assert_eq!(found.differences[0].actual.as_deref(), Some("true"));
}
