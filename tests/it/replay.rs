//! `practice replay`: a case by hand prints what it prints behind the wall, under a debugger, too.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod debuggers;
mod folder;

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::env::{Env, Ran};

/// A pack with one exercise of this kind and a solution of it.
fn pack(kind: &str, cases: &str, solution: &str) -> Env {
    let env = Env::new();
    env.exercise("tier1/one", kind, cases);
    env.solution("tier1/one", solution);
    env
}

/// The folder of a case, made by the command.
fn made(env: &Env, case: &str) -> PathBuf {
    env.run(&["replay", "tier1/one", case]).exits(0);
    env.path(&format!("replay/tier1-one-{case}"))
}

/// The interpreter that the launch file names.
fn python(folder: &Path) -> String {
    let launch: Json = serde_json::from_slice(&fs::read(folder.join(".vscode/launch.json")).unwrap()).unwrap();
    let configuration = &launch["configurations"][0];
    assert_eq!(configuration["type"], "debugpy");
    assert_eq!(configuration["program"], "${workspaceFolder}/run.py");
    assert!(folder.join("run.py").is_file());
    configuration["python"].as_str().unwrap().to_owned()
}

/// `run.py` with these words between it and the interpreter, and `typed` at its standard input.
fn by_hand(env: &Env, folder: &Path, words: &[&str], typed: &str) -> Ran {
    let input = env.beside("typed");
    fs::write(&input, typed).unwrap();
    let mut command = Command::new(python(folder));
    command.args(words).arg("run.py").current_dir(folder).stdin(Stdio::from(File::open(input).unwrap()));
    command.env_clear().env("PYTHONHASHSEED", "0").env("LANG", "C.UTF-8").env("SURPLUS", "unseen");
    Ran::of(&mut command)
}

/// What the case prints behind the wall.
fn behind_the_wall(env: &Env, case: &str) -> String {
    env.events("tier1/one").case(case)["stdout"].as_str().unwrap().to_owned()
}

/// Runs the case behind the wall, by hand and with `--run`: all three print the same, which is returned with what the second
/// says besides.
#[track_caller]
fn same(env: &Env, case: &str) -> (String, String) {
    let printed = behind_the_wall(env, case);
    let folder = made(env, case);
    let ran = by_hand(env, &folder, &[], "not for the program\n");
    assert_eq!(ran.stdout, printed, "{}", ran.stderr);
    let ours = env.run(&["replay", "tier1/one", case, "--run"]).exits(0);
    assert_eq!(ours.stdout, printed, "{}", ours.stderr);
    assert!(ours.stderr.contains("no wall stands around it"), "{}", ours.stderr);
    (printed, ran.stderr)
}

const SCRIPT: &str = r#"[[case]]
id = "a"
purpose = "prints all that a program can see"
args = ["--name", "two words", "é'\"\\"]
stdin = "line one\nzwei\n"
env = { MODE = "a b", EMPTY = "" }
files = { "data/in.txt" = "hello", "top.txt" = "x" }
stdout = "something else"
"#;
const SEES: &str = r#"
import atexit, os, random, sys, tempfile
from pathlib import Path

print(sys.argv[1:], Path(sys.argv[0]).name, __name__, Path(__file__).name)
print(repr(sys.stdin.read()), os.read(0, 10), sys.stdin.isatty())
print({name: value for name, value in os.environ.items() if name not in ("HOME", "TMPDIR", "SSL_CERT_FILE")})
print(sorted(str(path) for path in Path().rglob("*")), list(Path.home().iterdir()), list(Path(tempfile.gettempdir()).iterdir()))
print({"one", "two", "three", "four"}, random.random(), hash("x"))
print(sys.stdout.encoding, sys.stdout.errors, open("top.txt").encoding, sys.dont_write_bytecode)
print([name for name in ("by_hand", "call", "codec", "seeds") if name in sys.modules], sys.path[0] == str(Path(__file__).parent))
print("é", sys.modules["__main__"].__dict__ is globals(), len(sys.meta_path))
Path("written.txt").write_text("x")
atexit.register(print, "at the end")
sys.exit(3)
"#;

#[test]
fn a_program_prints_what_it_prints_behind_the_wall() {
    let env = pack("script", SCRIPT, SEES);
    let (printed, _) = same(&env, "a");
    assert!(printed.contains("zwei") && printed.ends_with("at the end\n"), "{printed}");
    let folder = env.path("replay/tier1-one-a");
    let ran = by_hand(&env, &folder, &[], "").exits(3);
    assert_eq!(ran.stdout, printed);
    // It is started by any Python, and finds its own.
    let other = Ran::of(Command::new("python3").arg(folder.join("run.py")).stdin(Stdio::null())).exits(3);
    assert_eq!(other.stdout, printed, "{}", other.stderr);
    assert!(folder.join("box/work/written.txt").is_file());
    // Nothing was left beside the solution.
    let beside: Vec<_> = fs::read_dir(env.path("solutions/tier1/one")).unwrap().map(|one| one.unwrap()).collect();
    assert_eq!(beside.len(), 1);
    let said = env.run(&["replay", "tier1/one", "a", "--run"]).exits(0).stderr;
    assert!(said.ends_with("it ended with exit status: 3\n"), "{said}");
}

const CALL: &str = r#"[[case]]
id = "a"
purpose = "p"
call = "Box(Decimal('1.10'), tags={'x', 'y'}).add([1, None, 2.5], when=date('2024-05-01')).items"
arguments = "unchanged"
returns = "[]"
stdin = "typed\n"
"#;
const BOX: &str = r#"
import atexit, random, threading

print("imported", random.random())
atexit.register(print, "never")

class Box:
    def __init__(self, size, tags=()):
        print(repr(size), sorted(tags), input())
        self.items = [size]

    def add(self, items, when):
        self.items += items
        items.clear()
        print(when, random.random())
        return self
"#;

#[test]
fn a_call_prints_the_same_and_tells_what_it_returned() {
    let env = pack("call", CALL, BOX);
    let (printed, said) = same(&env, "a");
    assert!(printed.starts_with("imported 0.") && printed.contains("Decimal('1.10') ['x', 'y'] typed\n2024-05-01 0."));
    assert!(!printed.contains("never"), "{printed}");
    let told = "returned [Decimal('1.10'), 1, None, 2.5]\nargument 0 after the call: []\nargument when after the call: \
                datetime.date(2024, 5, 1)\n";
    assert_eq!(said, told);
    // An exception is shown without what is ours.
    env.solution("tier1/one", BOX.replace("items.clear()", "raise KeyError('no')"));
    let (printed, said) = same(&env, "a");
    assert!(printed.starts_with("imported") && !printed.contains("never"), "{printed}");
    let trace = format!(
        "Traceback (most recent call last):\n  File \"{}\", line 14, in add\n",
        env.path("solutions/tier1/one/solution.py").display()
    );
    assert!(said.starts_with(&trace) && said.ends_with("KeyError: 'no'\n"), "{said}");
    // So is one at import, and a missing name.
    env.solution("tier1/one", "print('begun')\n1 / 0\n");
    assert!(same(&env, "a").1.contains("line 2, in <module>\n"));
    env.solution("tier1/one", "print('begun')\n");
    assert_eq!(same(&env, "a").1, "AttributeError: module 'solution' has no attribute 'Box'\n");
}

#[test]
fn steps_go_on_after_one_that_raises() {
    let cases = "[[case]]\nid = \"a\"\npurpose = \"p\"\n[[case.step]]\ndo = \"args = Box(3)\"\n[[case.step]]\n\
                 do = \"args.take(4)\"\nraises = { type = \"ValueError\" }\n[[case.step]]\ndo = \"args.left\"\nreturns = \"3\"\n\
                 [[case.step]]\ndo = \"leave()\"\nreturns = \"1\"\n[[case.step]]\ndo = \"args.take(n=1).left\"\nreturns = \"1\"\n";
    let solution = "class Box:\n    def __init__(self, left):\n        self.left = left\n    def take(self, n):\n        \
                    print('take', n)\n        if n > self.left:\n            raise ValueError(n)\n        self.left -= n\n        \
                    return self\n\ndef leave():\n    raise SystemExit(1)\n";
    let env = pack("scenario", cases, solution);
    let (printed, said) = same(&env, "a");
    assert_eq!(printed, "take 4\ntake 1\n");
    let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with(' ') && !line.starts_with("Trace")).collect();
    let expected = [
        "--- args = Box(3)",
        "--- args.take(4)",
        "ValueError: 4",
        "--- args.left",
        "returned 3",
        "--- leave()",
        "SystemExit: 1",
        "--- args.take(n=1).left",
        "returned 2",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn files_are_as_they_were_each_time() {
    let cases = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"append()\"\nfiles = { \"log.txt\" = \"one\\n\" }\n\
                 writes = { \"log.txt\" = \"one\\ntwo\\n\" }\n";
    let solution = "def append():\n    with open('log.txt', 'a') as file:\n        file.write('more\\n')\n    \
                    print(open('log.txt').read())\n";
    let env = pack("artifact", cases, solution);
    for _ in 0..2 {
        assert_eq!(same(&env, "a").0, "one\nmore\n\n");
    }
    assert_eq!(env.read("replay/tier1-one-a/box/work/log.txt"), "one\nmore\n");
    assert_eq!(env.read("replay/tier1-one-a/inputs/files/log.txt"), "one\n");
}

/// A port that nobody has.
fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

#[test]
fn services_are_served_to_a_program_by_hand() {
    let cases = "[[case]]\nid = \"a\"\npurpose = \"p\"\nworld = \"world.toml\"\ncall = \"read('http://127.0.0.1:8000', 2)\"\n\
                 returns = \"1\"\n[[case.requests]]\ncount = 1\n";
    let solution = "import urllib.request\n\ndef read(base, n):\n    for i in range(n):\n        \
                    print(urllib.request.urlopen(f'{base}/documents/{i}').read().decode())\n    return base\n";
    let env = pack("http-client", "", solution);
    env.write("pack/tier1/one/cases.toml", format!("format = 1\n{cases}"));
    env.write(
        "pack/tier1/one/world.toml",
        "format = 1\n[[route]]\npath = \"/documents/{id}\"\njson = { id = \"{id}\" }\n",
    );
    let printed = behind_the_wall(&env, "a");
    assert_eq!(printed, "{\"id\":\"0\"}\n{\"id\":\"1\"}\n");
    let port = free_port();
    let ran = env.run(&["replay", "tier1/one", "a", "--run", "--port", &port]).exits(0);
    assert_eq!(ran.stdout, printed, "{}", ran.stderr);
    let base = format!("returned 'http://127.0.0.1:{port}'\n");
    assert!(ran.stderr.contains(&base), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("GET /documents/0: 200\nGET /documents/1: 200\n"), "{}", ran.stderr);
    // When the usual port is in use, another one is found.
    let _taken = TcpListener::bind("127.0.0.1:8000");
    let ran = env.run(&["replay", "tier1/one", "a", "--run"]).exits(0);
    assert_eq!(ran.stdout, printed, "{}", ran.stderr);
    // Alone, they are served until somebody ends it.
    let mut served = env.command(&["replay", "tier1/one", "a", "--peer", "--port", &port]);
    let mut served = served.stderr(Stdio::null()).spawn().unwrap();
    let folder = env.path("replay/tier1-one-a");
    let hand = || {
        let mut command = Command::new(python(&folder));
        Ran::of(command.arg(folder.join("run.py")).env("PRACTICE_REPLAY_ADDRESS", format!("127.0.0.1:{port}")))
    };
    let ran = (0..100).map(|_| hand()).find(|ran| ran.code == Some(0) || served.try_wait().unwrap().is_some());
    assert_eq!(ran.unwrap().stdout, printed);
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(i32::try_from(served.id()).unwrap()).unwrap(),
        rustix::process::Signal::INT,
    )
    .unwrap();
    assert_eq!(served.wait().unwrap().code(), Some(0));
    assert!(env.read("replay/tier1-one-a/README.md").contains("practice replay tier1/one a --peer\n"));
    let alone = pack("call", CALL, BOX).run(&["replay", "tier1/one", "a", "--peer"]).exits(2);
    alone.says(&["talks with nobody"]);
}

#[test]
fn a_server_is_sent_its_requests() {
    let cases = r#"[[case]]
id = "a"
purpose = "p"
args = ["--port=8000"]
ready = "/health"
[[case.step]]
do = "POST /notes"
json = { text = "it's 8000" }
answer = { json = { id = 7 } }
keep = { id = "/id" }
[[case.step]]
do = "GET /notes/{id}"
answer = { text = "something else" }
"#;
    let solution = r#"
import json, signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def answer(self, text):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        if self.path != "/health":
            print("read", self.path, flush=True)
        self.answer("note")

    def do_POST(self):
        print("posted", json.loads(self.rfile.read(int(self.headers["content-length"]))), flush=True)
        self.answer('{"id": 7}')

    def log_message(self, *args):
        pass

def stop(*_):
    print("stopping")
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
print("listening", flush=True)
HTTPServer(("127.0.0.1", int(sys.argv[1].removeprefix("--port="))), Handler).serve_forever(0.05)
"#;
    let env = pack("http-server", cases, solution);
    let printed = behind_the_wall(&env, "a");
    assert_eq!(printed, "listening\nposted {'text': \"it's 8000\"}\nread /notes/7\nstopping\n");
    let ran = env.run(&["replay", "tier1/one", "a", "--run", "--port", &free_port()]).exits(0);
    assert_eq!(ran.stdout, printed, "{}", ran.stderr);
    assert!(ran.stderr.ends_with("POST /notes: 200 {\"id\": 7}\nGET /notes/{id}: 200 note\n"), "{}", ran.stderr);
    let readme = env.read("replay/tier1-one-a/README.md");
    let curl = "curl -i -X POST -H 'content-type: application/json' --data-binary '{\"text\":\"it'\\''s 8000\"}' \
                http://127.0.0.1:8000/notes\ncurl -i -X GET 'http://127.0.0.1:8000/notes/{id}'\n";
    assert!(readme.contains(curl), "{readme}");
    // By hand: the server in one place, its requests from another.
    let port = free_port();
    let folder = env.path("replay/tier1-one-a");
    let mut server = Command::new(python(&folder));
    server.arg(folder.join("run.py")).env("PRACTICE_REPLAY_ADDRESS", format!("127.0.0.1:{port}"));
    let server = server.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
    let sent = env.run(&["replay", "tier1/one", "a", "--peer", "--port", &port]).exits(0);
    sent.says(&["POST /notes: 200", "GET /notes/{id}: 200 note", "asked to end, with SIGTERM"]);
    let pid = rustix::process::Pid::from_raw(i32::try_from(server.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(String::from_utf8(server.wait_with_output().unwrap().stdout).unwrap(), printed);
}

#[test]
fn a_speed_case_is_one_call_of_the_largest_size() {
    let cases = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"total\"\ninput = \"inputs.py\"\nsizes = [10, 20, 40]\nratio = 1000.0\n\
                 limits = { wall = \"30s\" }\n";
    let solution =
        "import random\n\ndef total(numbers):\n    print(len(numbers), random.random())\n    return sum(numbers)\n";
    let env = pack("speed", "", solution);
    env.write(
        "pack/tier1/one/inputs.py",
        "import random\n\ndef make(n):\n    return ([random.randrange(9) for _ in range(n)],)\n",
    );
    env.write(
        "pack/tier1/one/reference/solution.py",
        "import random\n\ndef total(numbers):\n    print(len(numbers), random.random())\n    return sum(numbers)\n",
    );
    env.write("pack/tier1/one/cases.toml", format!("format = 1\n{cases}"));
    let (printed, said) = same(&env, "a");
    assert!(printed.starts_with("40 0."), "{printed}");
    assert!(said.starts_with("took 0.") && said.contains(" s of processor time\nreturned "), "{said}");
}

#[test]
fn a_static_case_finds_by_hand_what_it_finds() {
    let env = Env::new();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/locks/lint.txt");
    env.write("pack/locks/lint.txt", fs::read(lock).unwrap());
    let toml = "format = 1\nname = \"mini\"\ntitle = \"Mini\"\n[environments.lint]\nlock = \"locks/lint.txt\"\nimports = [\"mypy\"]\n";
    env.write("pack/pack.toml", toml);
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\nlimits = { wall = \"60s\" }\nruff = { select = [\"F401\"] }\n\
                must_not_use = [{ what = \"call print\" }]\n";
    env.exercise_with("tier1/one", "static", "[python]\nenvironment = \"lint\"\npreload = []\n", case);
    env.solution("tier1/one", "import os\n\nprint(1)\n");
    let wanted = |case: &Json| -> String {
        let one = |difference: &Json| {
            let from_one = |part: &str| format!(":{}", part.parse::<usize>().unwrap() + 1);
            let place: String = difference["path"].as_str().unwrap().split('/').skip(1).map(from_one).collect();
            let file = difference["channel"]["file"].as_str().unwrap();
            format!("{file}{place} {}\n", difference["actual"].as_str().unwrap())
        };
        case["differences"].as_array().unwrap().iter().map(one).collect()
    };
    let found = wanted(&env.events("tier1/one").case("a"));
    assert!(found.contains("solution.py:1:8 F401 ") && found.lines().count() == 2, "{found}");
    let folder = made(&env, "a");
    assert_eq!(by_hand(&env, &folder, &[], "").exits(0).stdout, found);
    // It looks where the file is edited.
    env.solution("tier1/one", "import os\n\nprint(os.name)\n");
    assert_eq!(by_hand(&env, &folder, &[], "").exits(0).stdout, wanted(&env.events("tier1/one").case("a")));
    let readme = env.read("replay/tier1-one-a/README.md");
    assert!(readme.contains("ruff check --isolated") && !readme.contains("-m pdb"), "{readme}");
}
