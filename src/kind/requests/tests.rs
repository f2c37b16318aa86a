#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use super::*;

/// Requests to `/d`, each from and to so many milliseconds.
fn seen(times: &[(u64, u64)]) -> Transcript {
    let ms = Duration::from_millis;
    let request = |(index, &(begun, ended)): (usize, &(u64, u64))| Request {
        begun: ms(begun),
        ended: ms(ended),
        method: "GET".into(),
        path: "/d".into(),
        headers: vec![("x-key".into(), index.to_string())],
        body: format!("{{\"n\": {index}}}").into_bytes(),
        route: Some("GET /d".into()),
        status: Some(200),
        end: End::Answered,
        connection: index as u64 % 2,
    };
    Transcript { requests: times.iter().enumerate().map(request).collect(), unrecorded: 0, connections: 2 }
}

/// What of a rule does not hold: path, expected, actual.
fn broken(rule: &str, transcript: &Transcript) -> Vec<String> {
    let rule: Rule = toml::from_str(rule).unwrap();
    let found = rule.compare(transcript, &Options::default());
    let text = |one: &Difference| {
        format!("{} {} {}", one.path, one.expected.as_deref().unwrap_or("-"), one.actual.as_deref().unwrap_or("-"))
    };
    found.differences.iter().map(text).collect()
}

#[test]
fn requests_that_touch_are_not_at_once() {
    let at_once = |times: &[(u64, u64)]| most_at_once(seen(times).requests.iter());
    assert_eq!(at_once(&[]), 0);
    assert_eq!(at_once(&[(0, 10), (10, 20), (20, 30)]), 1);
    assert_eq!(at_once(&[(0, 10), (5, 20), (9, 30), (10, 11)]), 3);
}

#[test]
fn ranges_are_held_against_numbers() {
    let two = seen(&[(0, 10), (20, 30)]);
    assert_eq!(broken("count = 2\npeak = { max = 1 }\nconnections = { min = 2 }\ncancelled = 0", &two), [""; 0]);
    assert_eq!(
        broken("count = 3\npeak = { min = 2, max = 4 }\nconnections = 1\ncancelled = { min = 1 }", &two),
        ["/count 3 2", "/peak 2 to 4 1", "/connections 1 2", "/cancelled at least 1 0"]
    );
    assert_eq!(broken("route = \"GET /e\"\ncount = { max = 0 }", &two), [""; 0]);
}

#[test]
fn waits_are_measured_from_the_end_of_an_attempt() {
    let three = seen(&[(0, 10), (40, 50), (60, 70)]);
    assert_eq!(broken("spacing = [\"30ms\", \"10ms\"]", &three), [""; 0]);
    assert_eq!(broken("spacing = [\"31ms\", \"12ms\", \"99ms\"]", &three), ["/spacing at least 12 ms 10 ms"]);
}

#[test]
fn headers_bodies_and_paths() {
    let two = seen(&[(0, 1), (1, 2)]);
    assert_eq!(broken("headers = { X-Key = \"*\" }\nbodies = [{ n = 0 }, { n = 1 }]", &two), [""; 0]);
    assert_eq!(broken("headers = { x-key = \"0\" }", &two), ["/headers/x-key 0 1"]);
    assert_eq!(broken("headers = { accept = \"*\" }", &two), ["/headers/accept any value -"]);
    assert_eq!(broken("bodies = [{ n = 1 }, { n = 0 }]\norder = \"any\"", &two), [""; 0]);
    assert_eq!(broken("bodies = [{ n = 0 }, { n = 2 }]", &two), ["/bodies/1/n 2 1"]);
    assert_eq!(broken("paths = [\"GET /d\", \"GET /e\"]", &two), ["/paths/1 \"GET /e\" \"GET /d\""]);
}
