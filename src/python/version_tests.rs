use super::Version;

fn version(text: &str) -> Option<String> {
    text.parse::<Version>().ok().map(|version| version.to_string())
}

#[test]
fn versions_are_read_as_people_write_them() {
    assert_eq!(version("3.11").as_deref(), Some("3.11.0"));
    assert_eq!(version("3.12.4").as_deref(), Some("3.12.4"));
    assert_eq!(version(" 3.14.0rc2\n").as_deref(), Some("3.14.0"));
    assert_eq!(version("3.13.1+").as_deref(), Some("3.13.1"));
    for bad in
        ["", "3", "3.", "three.eleven", "3.11.7.1", "3.x.1", "+3.11", ">=3.11", "3.-1", "3.11.x", "3.99999999999"]
    {
        assert_eq!(version(bad), None, "{bad}");
    }
}

#[test]
fn versions_are_ordered_by_number() {
    let parse = |text: &str| text.parse::<Version>().ok();
    assert!(parse("3.9.18") < parse("3.11"));
    assert!(parse("3.11.10") > parse("3.11.9"));
    assert!(parse("4.0") > parse("3.99.99"));
}
