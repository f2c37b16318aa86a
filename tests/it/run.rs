//! `practice run` over a small pack: what passes, what each mistake is told as, what is kept of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::json;

use crate::env::{Env, differences};

const SCRIPT_CASES: &str = r#"
[[case]]
id = "all"
purpose = "everything goes in and comes out"
args = ["--n", "2 x", "in/a.txt"]
stdin = "first\nsecond\n"
env = { MODE = "loud" }
files = { "in/a.txt" = "alpha\n", "raw.bin" = { bytes = "ff fe 00" }, "long.txt" = { repeat = "ab", times = 1000 } }
stdout = "['--n', '2 x', 'in/a.txt'] loud alpha fffe00 2000\nFIRST SECOND\n"
exit = 3
writes = { "out/r.json" = '{"n": 2, "ok": true}' }

[[case]]
id = "listed"
purpose = "a file of the exercise, by its last name"
weight = 2
args = ["listed"]
files = ["fixtures/deep/seen.txt"]
stdout = { file = "expected/listed.txt" }

[[case]]
id = "quiet"
purpose = "nothing in, nothing out"
args = ["quiet"]
stdout = ""
writes = {}
"#;

const SCRIPT: &str = r#"
import json, os, pathlib, sys
if sys.argv[1] == "quiet":
    sys.exit(len(sys.stdin.read()))
if sys.argv[1] == "listed":
    print(pathlib.Path("seen.txt").read_text() + "!", end="")
    sys.exit()
print(sys.argv[1:], os.environ["MODE"], open("in/a.txt").read().strip(), open("raw.bin", "rb").read().hex(), len(open("long.txt").read()))
print(*sys.stdin.read().upper().split())
os.mkdir("out")
json.dump({"ok": True, "n": 2}, open("out/r.json", "w"))
print("for people", file=sys.stderr)
sys.exit(3)
"#;

fn scripts() -> Env {
    let env = Env::new();
    env.exercise("tier1/one", "script", SCRIPT_CASES);
    env.write("pack/tier1/one/fixtures/deep/seen.txt", "seen");
    env.write("pack/tier1/one/expected/listed.txt", "seen!");
    env.solution("tier1/one", SCRIPT);
    env
}

const CALL_CASES: &str = r#"
[[case]]
id = "returns"
purpose = "a value"
call = "double([1, 2.5], times=2)"
returns = "[2, 5.0]"
arguments = "unchanged"

[[case]]
id = "raises"
purpose = "an exception, by a base class"
call = "check(-1)"
raises = { type = "ValueError", contains = "negative" }

[[case]]
id = "message"
purpose = "an exception, by its message"
call = "check(-1)"
raises = { type = "TooSmall", message = "-1 is negative" }

[[case]]
id = "after"
purpose = "an argument that is changed"
call = "fill([3], into=[1])"
returns = "None"
after = { into = "[1, 3]", 0 = "[3]" }

[[case]]
id = "stdout"
purpose = "what is printed, with what is read"
call = "talk('report.txt')"
files = { "report.txt" = "of the day" }
stdin = "hello"
env = { NAME = "Ada" }
stdout = "hello Ada of the day\n"

[[case]]
id = "objects"
purpose = "objects of the solution go in and come out"
call = "move(Point(1, y=2), Way.UP)"
returns = "Point(x=1, y=3)"

[[case]]
id = "chain"
purpose = "a chain of methods and an attribute"
call = "Window(2).push('a').push('b').push('c').items"
returns = "('b', 'c')"

[[case]]
id = "file"
purpose = "a file as expectation and as input"
call = "double(load('fixtures/in.json'))"
returns = { file = "expected/out.json" }
"#;

const CALLS: &str = r#"
import dataclasses, enum, os, sys

class TooSmall(ValueError): ...

class Way(enum.Enum):
    UP = (0, 1)
    DOWN = (0, -1)

@dataclasses.dataclass
class Point:
    x: int
    y: int

class Window:
    def __init__(self, size): self.size, self.items = size, ()
    def push(self, item):
        self.items = (self.items + (item,))[-self.size:]
        return self

def double(values, times=2): return [times * value for value in values]
def check(n):
    if n < 0: raise TooSmall(f"{n} is negative")
def fill(what, into): into.extend(what)
def talk(name): print(sys.stdin.read(), os.environ["NAME"], open(name).read())
def move(point, way): return Point(point.x + way.value[0], point.y + way.value[1])
"#;

fn calls() -> Env {
    let env = Env::new();
    env.exercise("tier1/one", "call", CALL_CASES);
    env.write("pack/tier1/one/fixtures/in.json", "[1, 2]");
    env.write("pack/tier1/one/expected/out.json", "[2, 4]");
    env.solution("tier1/one", CALLS);
    env
}

#[test]
fn every_feature_of_a_script_case_passes() {
    let ran = scripts().events("tier1/one").exits(0);
    assert_eq!(ran.verdicts(), ["all=passed", "listed=passed", "quiet=passed"]);
    assert_eq!(ran.case("all")["stderr"], "for people\n");
    let done = &ran.events_of("exercise_finished")[0];
    assert_eq!([&done["verdict"], &done["points"], &done["max_points"]], [&json!("passed"), &json!(4), &json!(4)]);
}

#[test]
fn each_mistake_of_a_script_is_told() {
    let env = scripts();
    let told = |from: &str, to: &str, case: &str| {
        assert!(SCRIPT.contains(from));
        env.solution("tier1/one", SCRIPT.replace(from, to));
        let ran = env.events("tier1/one").exits(1);
        let case = ran.case(case);
        (case["verdict"].as_str().unwrap().to_owned(), differences(&case))
    };
    let failed = |difference: &str| ("failed".to_owned(), vec![difference.to_owned()]);
    assert_eq!(told(".upper()", ".title()", "all"), failed("stdout|/1|text|FIRST SECOND|First Second"));
    assert_eq!(told("sys.exit(3)", "sys.exit(4)", "all"), failed("exit||value|3|4"));
    assert_eq!(told("\"n\": 2", "\"n\": 3", "all"), failed(r#"{"file":"out/r.json"}|/n|value|2|3"#));
    let (verdict, found) = told("out/r.json", "out/s.json", "all");
    assert_eq!((verdict.as_str(), found.len()), ("failed", 2));
    assert!(found[0].starts_with(r#"{"file":"out/r.json"}||missing|"#), "{found:?}");
    assert!(found[1].starts_with(r#"{"file":"out/s.json"}||extra|null|"#), "{found:?}");
    let (verdict, found) = told("print(*sys", "open('in/a.txt', 'a').write('x')\nprint(*sys", "all");
    assert_eq!((verdict.as_str(), found.len()), ("failed", 1));
    assert!(found[0].starts_with(r#"{"file":"in/a.txt"}||extra|"#), "{found:?}");
    assert_eq!(told("+ \"!\"", "+ \"?\"", "listed"), failed("stdout|/0|text|seen!|seen?"));
    assert_eq!(told("sys.exit(len(sys.stdin.read()))", "sys.exit(7)", "quiet").0, "crashed");
}

#[test]
fn every_feature_of_a_call_case_passes() {
    let ran = calls().events("tier1/one").exits(0);
    assert!(ran.verdicts().iter().all(|verdict| verdict.ends_with("=passed")), "{:?}", ran.verdicts());
    assert_eq!(ran.verdicts().len(), 8);
}

#[test]
fn each_mistake_of_a_call_is_told() {
    let env = calls();
    let told = |from: &str, to: &str| {
        assert!(CALLS.contains(from));
        env.solution("tier1/one", CALLS.replace(from, to));
        let ran = env.events("tier1/one").exits(1);
        let cases = ran.events_of("case_finished");
        let failed = cases.iter().filter(|case| case["verdict"] != "passed");
        failed
            .map(|case| format!("{}: {}", case["case"].as_str().unwrap(), differences(case).join(" ")))
            .collect::<Vec<_>>()
    };
    let changed = "values[:] = [times * value for value in values]; return values";
    let in_place = r#"returns: {"argument":"0"}|/0|value|1|2 {"argument":"0"}|/1|value|2.5|5.0"#;
    assert_eq!(told("return [times * value for value in values]", changed), [in_place]);
    assert_eq!(told("TooSmall(ValueError)", "TooSmall(KeyError)")[0], "raises: raised||type|ValueError|TooSmall");
    assert_eq!(told("is negative\"", "is too small\"").len(), 2);
    assert_eq!(
        told("into.extend(what)", "return into + what"),
        ["after: returned||type|None|[1, 3] {\"argument\":\"into\"}|/1|missing|3|null"]
    );
    assert_eq!(
        told("open(name).read())", "len(open(name).read()))"),
        ["stdout: stdout|/0|text|hello Ada of the day|hello Ada 10"]
    );
    assert_eq!(told("way.value[1])", "1.0)"), ["objects: returned|/y|type|3|3.0"]);
    assert_eq!(told("[-self.size:]", "[:self.size]"), ["chain: returned|/0|value|'b'|'a' returned|/1|value|'c'|'b'"]);
    assert_eq!(told("class Way(enum.Enum)", "class Road(enum.Enum)").len(), 1);
}
