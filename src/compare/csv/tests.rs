use crate::model::{Channel, Format};

use super::super::tests::{assert_found, options};

type Case<'c> = (&'c str, &'c str, &'c str, &'c [&'c str], &'c [&'c str]);

fn check(cases: &[Case<'_>]) {
    for (expected, actual, with, differences, notes) in cases {
        let found = super::super::bytes(
            &Channel::File("o.csv".into()),
            Format::Csv,
            expected.as_bytes(),
            actual.as_bytes(),
            &options(with),
        );
        assert_found(&format!("{expected} {actual} {with}"), &found, differences, notes);
    }
}

#[test]
fn tables() {
    check(&[
        ("a,b\n1,x\n", "a,b\r\n1.0,\"x\"\r\n", "", &[], &[]),
        ("a,b\n1,x\n", "a,b\n2,x\n", "", &["/0/a Value"], &[]),
        ("a,b\n1,x\n", "a,b\n1,X\n", "", &["/0/b Value Case"], &[]),
        ("a\n1.50\n", "a\n1.501\n", "abs=0.01", &[], &[]),
        ("a\n1.50\n", "a\n1.501\n", "", &["/0/a Value OffBy(0.001000)"], &[]),
        ("a,b\n1,2\n", "b,a\n2,1\n", "", &[" Order Order"], &["columns"]),
        ("a,b\n1,2\n", "a\n1\n", "", &[" Missing"], &["missing"]),
        ("a,b\n1,2\n", "a,B\n1,2\n", "", &[" Missing Case", " Extra"], &["there is \"B\""]),
        ("a\n1\n", ",a\n0,1\n", "", &[" Extra"], &["index=False"]),
        ("a\n1\n", "a,b\n1,2\n", "keys=subset", &[], &[]),
        ("a\n1\n", "a,b\n1,2\n", "ignore=/*/b", &[], &[]),
        ("a,b\n1,2\n", "a,b\n1,9\n", "ignore=/*/b", &[], &[]),
        ("a,b\n1,2\n", "a;b\n1;2\n", "", &[" Malformed"], &["separated by ';'"]),
        ("a,b\n1,2\n3,4\n", "a,b\n1,2\n3\n", "", &["/1 Malformed"], &["line 3 has 1 cells, the header has 2"]),
        ("a\n1\n2\n3\n", "a\n3\n1\n2\n", "order=any", &[], &[]),
        ("a\n1\n2\n3\n", "a\n3\n1\n2\n", "", &[" Order Order"], &[]),
        ("a\n1\n2\n3\n", "a\n1\n3\n", "", &["/1 Missing"], &[]),
        ("a\n007\n", "a\n7\n", "", &["/0/a Value TypeOnly"], &[]),
        ("a\nnan\n", "a\nNaN\n", "", &[], &[]),
        ("a\nnan\n", "a\nnan\n", "nan=unequal", &["/0/a Value"], &[]),
        ("a,b\n1,2\n", "", "", &[" Missing"], &["not even a header"]),
        ("a,a\n1,2\n", "a,a\n1,3\n", "", &["/0/a#2 Value"], &[]),
        ("", "", "", &[], &[]),
        ("", "a\n", "", &[" Extra"], &[]),
    ]);
}
