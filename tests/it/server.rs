//! Servers: started, sent requests, told to end, by the real binary.

use std::fmt::Write as _;

use crate::env::{Env, Ran, differences};

const CASE: &str = r#"[[case]]
id = "a"
purpose = "p"
args = ["8000"]
ready = "/health"
exit = 0
stdout = "stopped\n"
[[case.step]]
do = "POST /documents"
json = { text = "Zürich" }
answer = { status = 201, headers = { location = "*" }, json = { id = 1, text = "Zürich" } }
keep = { id = "/id", place = "header:location" }
[[case.step]]
do = "GET /documents/{id}"
headers = { authorization = "Bearer {id}" }
answer = { headers = { content-type = "application/json" }, json = { id = "{id}", text = "Zürich" } }
[[case.step]]
do = "PUT /documents/{id}"
body = "no JSON"
answer = { status = 400, text = "no JSON" }
[[case.step]]
do = "GET /slow"
stop = true
answer = { json = "done" }
"#;

const RIGHT: &str = r#"
import json, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

documents = {}

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, value, kind="application/json", **headers):
        body = value.encode() if kind == "text/plain" else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, "ok")
        if self.path == "/slow":
            time.sleep(0.4)
            return self.answer(200, "done")
        number = int(self.path.rpartition("/")[2])
        assert self.headers["authorization"] == f"Bearer {number}"
        self.answer(200, documents[number])

    def do_POST(self):
        text = json.loads(self.rfile.read(int(self.headers["content-length"])))["text"]
        number = len(documents) + 1
        documents[number] = {"id": number, "text": text}
        self.answer(201, documents[number], location=f"/documents/{number}")

    def do_PUT(self):
        self.answer(400, self.rfile.read(int(self.headers["content-length"])).decode(), "text/plain")

    def log_message(self, *args):
        pass

class Server(ThreadingHTTPServer):
    daemon_threads = False

server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever(0.01)
server.server_close()
print("stopped")
"#;

fn env(cases: &str) -> Env {
    let env = Env::new();
    env.exercise("tier1/one", "http-server", cases);
    env
}

/// The verdict on a server that is like the right one but for this.
fn judged(from: &str, to: &str) -> serde_json::Value {
    assert!(RIGHT.contains(from), "{from}");
    env(CASE).judge(RIGHT.replace(from, to))
}

#[test]
fn a_server_is_asked_and_told_to_end() {
    let env = env(CASE);
    env.solution("tier1/one", RIGHT);
    for more in [&[][..], &["--cold"]] {
        let ran = Ran::of(env.command(&[&["run", "all", "--json"], more].concat()).env("PRACTICE_TIME_FACTOR", "3"));
        let case = ran.case("a");
        assert_eq!(case["verdict"], "passed", "{case:#}");
        assert_eq!(case["warm"], more.is_empty());
        assert_eq!(case["steps"][3]["text"], "GET /slow");
    }
}

#[test]
fn what_a_learner_reads_of_a_wrong_answer() {
    let case = judged("location=f\"/documents/{number}\"", "place=\"here\"");
    assert_eq!(
        case["reason"],
        "step 1 of 4: the answer to POST /documents is not as expected; the 3 steps after it were not reached"
    );
    assert_eq!(case["steps"][1]["verdict"], "not_reached", "{case:#}");
    assert!(differences(&case)[0].contains("/headers/location"), "{case:#}");
    let case = judged("self.answer(200, documents[number])", "self.answer(404, 'no such thing')");
    assert_eq!(case["differences"][0]["actual"], "404", "{case:#}");
    assert_eq!(case["differences"][0]["note"], "its body is \"no such thing\"");
    let case = judged("{\"id\": number, \"text\": text}", "{\"id\": str(number), \"text\": text}");
    assert_eq!(case["differences"][0]["near"]["kind"], "type_only", "{case:#}");
}

#[test]
fn a_server_that_fails_in_the_middle() {
    // An exception in a handler: the connection is closed without an answer.
    let case = judged("self.answer(200, documents[number])", "raise KeyError(number)");
    let reason = case["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("step 2 of 4: GET /documents/{id}: the connection was closed"), "{reason}");
    assert_eq!((&case["verdict"], &case["exception"]["class"]), (&"failed".into(), &"KeyError".into()));
    let case = judged("self.answer(200, documents[number])", "__import__('os')._exit(3)");
    assert_eq!(case["verdict"], "crashed", "{case:#}");
    let case = judged("self.answer(200, documents[number])", "self.wfile.write(b'hello\\n')");
    assert!(case["reason"].as_str().unwrap_or_default().contains("the answer is no HTTP"), "{case:#}");
}

#[test]
fn a_server_that_does_not_begin() {
    let env = env(&CASE.replace("exit = 0", "exit = 0\nlimits = { wall = \"1s\" }"));
    let case = env.judge("import time\ntime.sleep(60)\n");
    assert_eq!(case["verdict"], "timed_out", "{case:#}");
    assert_eq!(case["reason"], "GET /health was not answered on 127.0.0.1:8000 within 1 s");
    let case = env.judge("raise ValueError('no port')\n");
    assert_eq!((&case["verdict"], &case["exception"]["class"]), (&"crashed".into(), &"ValueError".into()));
    let case = env.judge("print('done')\n");
    assert_eq!(case["reason"], "the server ended by itself with exit code 0", "{case:#}");
}

#[test]
fn how_a_server_ends_is_judged() {
    let case = judged("signal.signal(signal.SIGTERM", "(lambda *_: None)(signal.SIGTERM");
    assert_eq!(case["verdict"], "failed", "{case:#}");
    assert!(case["reason"].as_str().unwrap_or_default().contains("when the server was told to end"), "{case:#}");
    let case = judged("daemon_threads = False", "daemon_threads = True");
    assert_eq!(case["verdict"], "failed", "{case:#}");
    let case = judged("print(\"stopped\")", "sys.exit(4)");
    assert_eq!(case["verdict"], "crashed", "{case:#}");
    let deaf = RIGHT.replace("lambda *_: threading.Thread(target=server.shutdown).start()", "lambda *_: None");
    let case = env(&CASE.replace("exit = 0", "exit = 0\nlimits = { wall = \"2s\" }")).judge(&deaf);
    assert_eq!(case["reason"], "the server was told to end with SIGTERM, and still ran after 2 s", "{case:#}");
    // Where nothing is said of the end, dying of SIGTERM is one.
    let only = "[[case]]\nid = \"a\"\npurpose = \"p\"\nargs = [\"8000\"]\n[[case.step]]\ndo = \"GET /health\"\n";
    let case = env(only).judge(RIGHT.replace("signal.signal(signal.SIGTERM", "(lambda *_: None)(signal.SIGTERM"));
    assert_eq!(case["verdict"], "passed", "{case:#}");
}

#[test]
fn many_cases_in_one_slot_do_not_get_in_each_others_way() {
    let mut cases = String::new();
    for number in 0..12 {
        let _ = write!(
            cases,
            "[[case]]\nid = \"c{number}\"\npurpose = \"p\"\nargs = [\"8000\"]\n[[case.step]]\ndo = \"GET /health\"\n"
        );
    }
    let env = env(&cases);
    // Every other one ends by itself while it is told to.
    env.solution(
        "tier1/one",
        RIGHT.replace(
            "self.answer(200, \"ok\")",
            "self.answer(200, \"ok\"), threading.Thread(target=server.shutdown).start()",
        ),
    );
    let ran = env.run(&["run", "all", "--json", "--jobs", "1"]).exits(0);
    assert_eq!(ran.events_of("case_finished").len(), 12);
}

#[test]
fn mistakes_of_authors_are_told() {
    for (from, to, says) in [
        ("POST /documents", "post documents", "`do` is a method and a path, such as \"POST /documents\""),
        ("GET /slow", "GET /slow thing", "the path has characters that have to be percent-encoded"),
        ("\"GET /documents/{id}\"", "\"GET /documents/{number}\"", "no step before this one keeps `number`"),
        ("\"/id\"", "\"id\"", "what is kept is a JSON Pointer such as \"/id\", or \"header:location\""),
        ("\"/health\"", "\"health\"", "`ready` is a path, such as \"/health\""),
        ("body = \"no JSON\"", "body = \"no JSON\"\njson = {}", "a step sends `json` or `body`, not both"),
        ("body = \"no JSON\"", "stop = true", "only during the last step can a server be told to end"),
        ("text = \"no JSON\"", "text = \"\", json = 1", "an answer has `json` or `text`, not both"),
    ] {
        assert!(CASE.contains(from), "{from}");
        env(&CASE.replacen(from, to, 1)).run(&["run", "all"]).exits(3).says(&[says, "cases.toml"]);
    }
}
