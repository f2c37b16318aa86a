#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it did not expect")]

use std::sync::Arc;

use super::*;

fn world(text: &str) -> World {
    let items = |name: &str| (name == "items.json").then(|| Arc::from(&br#"[{"id": 1}, {"id": "b"}, {"id": 3}]"#[..]));
    World::parse(&format!("format = 1\n{text}"), &items).unwrap()
}

fn asked(at_ms: u64, target: &str) -> Asked {
    let (method, target) = target.split_once(' ').unwrap();
    let at = Duration::from_millis(at_ms);
    Asked { at, method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
}

/// Status and body of the answer, or what happens in its place.
fn told(state: &mut State, world: &World, asked: &Asked) -> String {
    match state.answer(world, asked).reply {
        Reply::Response(response) => {
            format!("{} {}", response.status, String::from_utf8(response.body()).unwrap())
        }
        other => format!("{other:?}"),
    }
}

/// The answers to requests, one after the other.
fn all(world: &World, targets: &[&str]) -> Vec<String> {
    let mut state = State::default();
    targets.iter().map(|target| told(&mut state, world, &asked(0, target))).collect()
}

#[test]
fn the_first_route_that_fits_answers() {
    let world = world(
        "[[route]]\npath = \"/a/first\"\ntext = \"one\"\n[[route]]\npath = \"/a/{id}\"\nquery = { full = \"1\" }\n\
         json = [\"{id}\", \"x{id}{no}{query.full}\"]\n[[route]]\nmethod = \"POST\"\npath = \"/a\"\nstatus = 201\n",
    );
    assert_eq!(
        all(&world, &["GET /a/first", "GET /a/%C3%BC?full=1", "GET /a/b", "POST /a", "GET /a", "GET /b"]),
        [
            "200 one",
            "200 [\"ü\",\"xü{no}1\"]",
            "405 {\"error\":{\"message\":\"GET is not allowed here\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
            "201 ",
            "405 {\"error\":{\"message\":\"GET is not allowed here\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
            "404 {\"error\":{\"message\":\"there is no GET /b\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
        ]
    );
}

#[test]
fn faults_come_by_number() {
    let world = world(
        "[[route]]\npath = \"/a/{id}\"\ntext = \"ok\"\n[[route.fault]]\nrequests = [2]\nstatus = 500\ntext = \"two\"\n\
         [[route.fault]]\nevery = 4\ndo = \"reset\"\n",
    );
    let five = ["GET /a/1", "GET /a/2", "GET /a/3", "GET /a/4", "GET /a/5"];
    assert_eq!(all(&world, &five), ["200 ok", "500 two", "200 ok", "Reset", "200 ok"]);
}

#[test]
fn faults_come_by_path_and_parameter() {
    let world = world(
        "[[route]]\npath = \"/a/{id}\"\ntext = \"ok\"\n[[route.fault]]\nrequests = [1]\ncount = \"path\"\nwhen = { id = \"2\" }\n\
         do = \"hang\"\n",
    );
    let asks = ["GET /a/1", "GET /a/2", "GET /a/2", "GET /a/2?x=1"];
    assert_eq!(all(&world, &asks), ["200 ok", "Hang", "200 ok", "Hang"]);
}

#[test]
fn a_bucket_fills_again_token_by_token() {
    let world = world("limit = { requests = 2, per = \"100ms\" }\n[[route]]\npath = \"/a\"\ntext = \"ok\"\n");
    let mut state = State::default();
    let mut status = |at| match state.answer(&world, &asked(at, "GET /a")).reply {
        Reply::Response(response) => {
            let wait = response.headers.iter().find(|(name, _)| name == "retry-after-ms");
            (response.status, wait.map(|(_, value)| value.clone()))
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(status(0), (200, None));
    assert_eq!(status(10), (200, None));
    assert_eq!(status(20), (429, Some("30".into())), "a token comes back each 50 ms, from the first on");
    assert_eq!(status(60), (200, None));
    assert_eq!(status(1000), (200, None));
    assert_eq!(status(1000), (200, None));
    assert_eq!(status(1000), (429, Some("50".into())), "the bucket holds two");
}

#[test]
fn a_key_is_needed_but_where_a_route_is_open() {
    let world =
        world("bearer = \"k\"\n[[route]]\npath = \"/a\"\ntext = \"ok\"\n[[route]]\npath = \"/b\"\nopen = true\n");
    let mut state = State::default();
    let with =
        |key: &str| Asked { headers: vec![("authorization".into(), format!("Bearer {key}"))], ..asked(0, "GET /a") };
    assert!(told(&mut state, &world, &asked(0, "GET /a")).starts_with("401 "));
    assert!(told(&mut state, &world, &with("wrong")).starts_with("401 "));
    assert_eq!(told(&mut state, &world, &with("k")), "200 ok");
    assert_eq!(told(&mut state, &world, &asked(0, "GET /b")), "200 ");
}

#[test]
fn pages_in_three_styles() {
    let route = |style: &str| {
        world(&format!(
            "[[route]]\npath = \"/i\"\npages = {{ file = \"items.json\", size = 2, style = \"{style}\" }}\n"
        ))
    };
    let cursor = all(&route("cursor"), &["GET /i", "GET /i?cursor=after-2", "GET /i?cursor=after-1"]);
    assert_eq!(cursor[0], "200 {\"items\":[{\"id\":1},{\"id\":\"b\"}],\"next_cursor\":\"after-2\"}");
    assert_eq!(cursor[1], "200 {\"items\":[{\"id\":3}],\"next_cursor\":null}");
    assert!(cursor[2].starts_with("400 "), "{}", cursor[2]);
    let number = all(&route("number"), &["GET /i?page=2", "GET /i?page=3", "GET /i?page=x"]);
    assert_eq!(number[0], "200 {\"items\":[{\"id\":3}],\"page\":2,\"pages\":2}");
    assert!(number[1..].iter().all(|page| page.starts_with("400 ")), "{number:?}");
    let Reply::Response(link) = State::default().answer(&route("link"), &asked(0, "GET /i")).reply else { panic!() };
    assert!(link.headers.contains(&("link".into(), "</i?page=2>; rel=\"next\"".into())), "{link:?}");
}

#[test]
fn an_item_is_looked_up() {
    let world = world("[[route]]\npath = \"/i/{id}\"\nlookup = { file = \"items.json\", by = \"id\" }\n");
    let told = all(&world, &["GET /i/1", "GET /i/b", "GET /i/2"]);
    assert_eq!(told[..2], ["200 {\"id\":1}", "200 {\"id\":\"b\"}"]);
    assert!(told[2].starts_with("404 "), "{told:?}");
}
