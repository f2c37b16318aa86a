use super::super::written;
use super::*;

/// What is read, as JSON.
fn check(text: &str, as_json: Option<&str>) {
    let found = read(text).map(|value| written::json(&value, 1000));
    assert_eq!(found.as_deref(), as_json, "{text}");
}

#[test]
fn python_and_json() {
    for (text, as_json) in [
        ("{'a': None, 'b': True}", Some("{\"a\": null, \"b\": true}")),
        ("[1, 2.5, -3, 1e5,]", Some("[1, 2.5, -3, 100000.0]")),
        ("(1, 'x')", Some("[1, \"x\"]")),
        ("(1,)", Some("[1]")),
        ("(1)", Some("1")),
        ("()", Some("[]")),
        ("{\"a\": null, \"n\": NaN, \"i\": -Infinity}", Some("{\"a\": null, \"n\": NaN, \"i\": -Infinity}")),
        (r"'it\'s \x41 \u00e9 \n'", Some("\"it's A é \\n\"")),
        ("\"it's\"", Some("\"it's\"")),
        (" [ ] ", Some("[]")),
        ("{'a'}", None),
        ("[1 2]", None),
        ("[1", None),
        ("'abc", None),
        ("1.2.3", None),
        ("hello", None),
        ("", None),
        ("[1] x", None),
    ] {
        check(text, as_json);
    }
    check(&"[".repeat(100_000), None);
    check(&"9".repeat(100_000), None);
}
