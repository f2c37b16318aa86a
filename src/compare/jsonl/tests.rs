use crate::model::{Channel, Format};

use super::super::tests::{assert_found, options};

type Case<'c> = (&'c str, &'c str, &'c str, &'c [&'c str], &'c [&'c str]);

fn check(cases: &[Case<'_>]) {
    for (expected, actual, with, differences, notes) in cases {
        let found = super::super::bytes(
            &Channel::File("o.jsonl".into()),
            Format::Jsonl,
            expected.as_bytes(),
            actual.as_bytes(),
            &options(with),
        );
        assert_found(&format!("{expected} {actual} {with}"), &found, differences, notes);
    }
}

#[test]
fn rows() {
    check(&[
        ("{\"a\":1}\n{\"a\":2}\n", "{\"a\": 1}\n\n{\"a\": 2}", "", &[], &[]),
        ("{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\n{\"a\":3}\n", "", &["/1/a Value"], &[]),
        ("1\n2\n3\n4\n5\n", "1\n3\n4\n5\n", "", &["/1 Missing"], &["5 items expected, 4 items found"]),
        ("1\n3\n", "1\n2\n3\n", "", &["/1 Extra"], &[]),
        ("1\n2\n3\n", "3\n1\n2\n", "", &[" Order Order"], &[]),
        ("1\n2\n3\n", "3\n1\n2\n", "order=any", &[], &[]),
        ("1\n2\n2\n", "2\n1\n1\n", "order=any", &["/2 Value"], &[]),
        ("1\n2\n", "1\n{'a': None}\n", "", &["/1 Malformed"], &["line 2, column 2"]),
        ("1\n{\"a\": null}\n", "1\n{'a': None}\n", "", &["/1 Malformed PythonRepr"], &["json.dumps"]),
        ("1\n{\"a\": null}\n", "{'a': None}\n1\n", "order=any", &["/1 Malformed PythonRepr"], &["line 1,"]),
        ("1\n2\n", "1\n2\nDone!\n", "", &["/2 Malformed OffByOne"], &["line 3, column 1"]),
        (
            "{\"a\":1}\n{\"a\":2}\n",
            "[{\"a\":1},\n{\"a\":2}]",
            "",
            &[" Malformed"],
            &["one JSON array with the expected rows"],
        ),
        ("{\"a\":1}\n{\"a\":2}\n", "[{\"a\":1}]", "", &[" Malformed"], &["one JSON array;"]),
        ("1\n", "", "", &[" Length"], &["there is nothing"]),
        ("x\n", "1\n", "", &[" Malformed"], &["the expectation itself"]),
        (
            "{\"id\":1,\"x\":0.5}\n{\"id\":2,\"x\":0.5}\n",
            "{\"id\":2,\"x\":0.51}\n{\"id\":1,\"x\":0.49}\n",
            "order=any abs=0.1",
            &[],
            &[],
        ),
        (
            "{\"id\":1,\"x\":0.5}\n{\"id\":2,\"x\":0.5}\n",
            "{\"id\":2,\"x\":0.51}\n{\"id\":1,\"x\":0.49}\n",
            "order=any",
            &["/0 Missing", "/1 Missing", "/0 Extra", "/1 Extra"],
            &[],
        ),
    ]);
}

#[test]
fn one_missing_row_among_noisy_ones() {
    let row = |id: usize, noise: f64| format!("{{\"id\": {id}, \"score\": {}}}\n", (id as f64 + 0.5) / 7.0 + noise);
    let expected: String = (0..400).map(|id| row(id, 0.0)).collect();
    let actual: String = (0..400).filter(|id| *id != 100 && *id != 200).map(|id| row(id, 1e-9)).collect();
    check(&[(&expected, &actual, "abs=1e-6", &["/100 Missing", "/200 Missing"], &[])]);
}
