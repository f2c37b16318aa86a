//! The two halves of the wire form against each other: a real interpreter encodes and decodes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use practice::codec::notation::{NoFiles, Role, parse_value, write};
use practice::codec::wire;
use practice::model::Value;
use serde_json::{Value as Json, json};

/// The solution's module, and a program that answers questions: `[expression, imports]` is evaluated and encoded,
/// `{"decode": …}` is decoded and encoded again, with the name of its type.
const PROGRAM: &str = r#"
import importlib.util, json, sys, types
spec = importlib.util.spec_from_file_location("codec", sys.argv[1])
codec = importlib.util.module_from_spec(spec)
spec.loader.exec_module(codec)
solution = types.ModuleType("solution")
sys.modules["solution"] = solution
exec(sys.argv[2], solution.__dict__)

def answer(question):
    if "decode" in question:
        value = codec.decode(question["decode"], solution)
    else:
        space = dict(solution.__dict__)
        for name in question["imports"]:
            try:
                space[name] = __import__(name)
            except ImportError:
                return {"absent": name}
        value = eval(question["encode"], space)
    try:
        encoded = json.loads(codec.dumps(codec.encode(value, "solution")))
    except codec.TooLarge:
        return {"too_large": True}
    return {"type": type(value).__name__, "encoded": encoded}

json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
"#;

const SOLUTION: &str = r#"
import collections, dataclasses, datetime, decimal, enum, itertools, pathlib
from typing import ClassVar

@dataclasses.dataclass
class Message:
    role: str
    text: str = ""
    count: ClassVar[int] = 3

@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: float

class Hostile(Message):
    def __getattribute__(self, name):
        raise SystemExit(3)

class Color(enum.Enum):
    RED = 1

class Level(enum.IntEnum):
    LOW = 1

class Lang(enum.StrEnum):
    EN = "en"

Pair = collections.namedtuple("Pair", "a b")

class LyingList(list):
    __class__ = int
    def __len__(self): return 0
    def __iter__(self): return iter([42])
    def __getitem__(self, i): return 42
    def __eq__(self, other): return True
    __hash__ = None

class LyingStr(str):
    def __str__(self): return "good"
    def __eq__(self, other): return True
    def __hash__(self): return 1
    def encode(self, *a): return b"good"

class LyingInt(int):
    def __index__(self): return 42
    def __int__(self): return 42
    def __eq__(self, other): return True
    __hash__ = int.__hash__

class LyingFloat(float):
    def __float__(self): return 42.0

class LyingDict(dict):
    def items(self): return [("good", 1)]
    def __iter__(self): return iter(["good"])
    def keys(self): return ["good"]

class LyingSet(set):
    def __iter__(self): return iter([42])

class Pretender:
    @property
    def __class__(self): return int
    def __repr__(self): return "5"

class Meta(type):
    def __eq__(self, other): return True
    def __hash__(self): return hash(int)
    def mro(self): return type.mro(self)

class Chameleon(metaclass=Meta):
    def __index__(self): return 42
    def __repr__(self): return "chameleon"

class Rude:
    def __repr__(self): raise SystemExit(0)

class Endless:
    def __repr__(self): return "x" * 100_000

class Plain:
    pass

class Recursive:
    def __repr__(self): return repr([self])

class Odd:
    def __repr__(self): return "\ud800\x1b"

cycle = [1]
cycle.append(cycle)

def deep(levels):
    value = "end"
    for _ in range(levels):
        value = [value]
    return value

def deep_dict(levels):
    value = "end"
    for _ in range(levels):
        value = {"a": (value,)}
    return value
"#;

fn ask(questions: &Json) -> Vec<Json> {
    let python = std::env::var("PRACTICE_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    let codec = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/driver/codec.py");
    let mut child = Command::new(python)
        .arg("-c")
        .arg(PROGRAM)
        .arg(codec)
        .arg(SOLUTION)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(questions.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn encoded(answer: &Json) -> Value {
    match answer.get("encoded") {
        Some(json) => wire::decode(json.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error}: {json}")),
        None => Value::Opaque { class: "answer".into(), repr: answer.to_string() },
    }
}

/// Expressions of Python, and the value that they are seen as. The others of these are in `BOTH`.
const ONE_WAY: &[(&str, &str)] = &[
    ("Pair(1, 'x')", "(1, 'x')"),
    ("collections.OrderedDict(a=1)", "{'a': 1}"),
    ("collections.Counter('aab')", "{'a': 2, 'b': 1}"),
    ("bytearray(b'ab')", "b'ab'"),
    ("LyingList([1, 2])", "[1, 2]"),
    ("[LyingInt(1), LyingFloat(1.5), LyingStr('x')]", "[1, 1.5, 'x']"),
    ("LyingDict(a=1)", "{'a': 1}"),
    ("LyingSet([1])", "{1}"),
    ("[Chameleon()] * 3", "[chameleon, chameleon, chameleon]"),
    ("[1] * 99 + [Chameleon()]", "(99 ones)"),
    ("Pretender()", "5"),
    ("Hostile('a', 'b')", "Hostile(role='a', text='b')"),
    ("pathlib.PurePosixPath('a/b')", "Path('a/b')"),
    ("Rude()", "<Rude: its __repr__ raised SystemExit>"),
    ("Plain()", "<solution.Plain object at 0x…>"),
    ("Odd()", "\\ud800\\x1b"),
    ("cycle", "[1, <refers to itself>]"),
    ("range(3)", "range(0, 3)"),
    ("(x for x in [])", "<generator object <genexpr> at 0x…>"),
    ("{3, 'b', 1}", "{'b', 1, 3}"),
    ("['a'] * 2_000_001", "answer"),
    ("'a' * 70_000_000", "answer"),
    ("[[{}] * 2000] * 2000", "answer"),
];

/// Values that can also be arguments: the notation, which is valid in the one direction, and the type in Python.
const BOTH: &[(&str, &str)] = &[
    ("None", "None"),
    ("[True, 1, 1.5, 'a', None]", "[True, 1, 1.5, 'a', None]"),
    ("10**30", "1000000000000000000000000000000"),
    ("[-2**63, 2**63]", "[-9223372036854775808, 9223372036854775808]"),
    ("[float('nan'), float('inf'), -float('inf'), -0.0, 1e16, 5e-324]", "[nan, inf, -inf, -0.0, 1e+16, 5e-324]"),
    ("[0.5] * 70", "(70 floats)"),
    ("list(range(-35, 35))", "(70 ints)"),
    ("complex(1, -0.0)", "complex(1.0, -0.0)"),
    ("'\\ud800a'", "'\\ud800a'"),
    ("['a', '\\ud83d', '\\ude00']", "['a', '\\ud83d', '\\ude00']"),
    ("'\u{e9}\u{1f600}\\x00'", "'\u{e9}\u{1f600}\\x00'"),
    ("b'\\xff\\x00'", "b'\\xff\\x00'"),
    ("(1, (2,), ())", "(1, (2,), ())"),
    ("{1}", "{1}"),
    ("set()", "set()"),
    ("frozenset({'a'})", "frozenset({'a'})"),
    ("{'a': [1], (1, 2): {}}", "{'a': [1], (1, 2): {}}"),
    ("Message('user', 'hi')", "Message(role='user', text='hi')"),
    ("Point(1, 2.0)", "Point(x=1, y=2.0)"),
    ("Color.RED", "Color.RED"),
    ("Level.LOW", "Level.LOW"),
    ("Lang.EN", "Lang.EN"),
    ("datetime.date(2024, 5, 1)", "date('2024-05-01')"),
    ("datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc)", "datetime('2024-05-01T12:00:00+00:00')"),
    ("datetime.datetime(2024, 5, 1, 12, 0, 0, 5)", "datetime('2024-05-01T12:00:00.000005')"),
    ("datetime.time(12, 30)", "time('12:30:00')"),
    ("datetime.timedelta(days=-1, microseconds=1)", "timedelta(-86399.999999)"),
    ("datetime.timedelta(seconds=90)", "timedelta(90)"),
    ("decimal.Decimal('1.10')", "Decimal('1.10')"),
    ("pathlib.Path('a//b/')", "Path('a/b')"),
    ("numpy.array([[1, 2], [3, 4]], dtype='float32')", "array([[1.0, 2.0], [3.0, 4.0]], dtype='float32')"),
    ("numpy.array([[1, 2], [3, 4]]).T", "array([[1, 3], [2, 4]], dtype='int64')"),
    ("numpy.array([1, 255], dtype='>u2')", "array([1, 255], dtype='uint16')"),
    ("numpy.array([0.1, numpy.nan], dtype='float16')", "array([0.1, nan], dtype='float16')"),
    ("numpy.array([True, False])", "array([True, False], dtype='bool')"),
    ("numpy.array([1 + 2j])", "array([complex(1.0, 2.0)], dtype='complex128')"),
    ("numpy.zeros((0, 3))", "array([], dtype='float64', shape=(0, 3))"),
    ("numpy.array(5)", "array(5, dtype='int64')"),
    ("numpy.array(['a', 'bcd'])", "array(['a', 'bcd'], dtype='<U3')"),
    ("numpy.array([b'a'])", "array([b'a'], dtype='|S1')"),
    ("numpy.array([[1], 'a', None], dtype=object)", "array([[1], 'a', None], dtype='object', shape=(3,))"),
    ("numpy.array(['2024-05-01', 'NaT'], dtype='datetime64[D]')", "array(['2024-05-01', None], dtype='datetime64[D]')"),
    ("numpy.array([90, 'NaT'], dtype='timedelta64[s]')", "array([90, None], dtype='timedelta64[s]')"),
    ("numpy.float32(0.1)", "scalar(0.1, dtype='float32')"),
    ("numpy.float64(0.5)", "scalar(0.5, dtype='float64')"),
    ("numpy.bool_(True)", "scalar(True, dtype='bool')"),
    ("numpy.str_('a')", "scalar('a', dtype='<U1')"),
    ("numpy.datetime64('2024-05-01')", "scalar('2024-05-01', dtype='datetime64[D]')"),
    ("pandas.Series([1, 2], index=['a', 'b'], name='n')", "Series([1, 2], dtype='int64', index=['a', 'b'], name='n')"),
    ("pandas.Series([1, None], dtype='Int64')", "Series([1, None], dtype='Int64', index=[0, 1])"),
    ("pandas.Series([0.1], dtype='float32')", "Series([0.1], dtype='float32', index=[0])"),
    (
        "pandas.Series(pandas.to_datetime(['2024-05-01', None]).astype('datetime64[ns]'))",
        "Series([datetime('2024-05-01T00:00:00'), None], dtype='datetime64[ns]', index=[0, 1])",
    ),
    (
        "pandas.Series([1.5], index=pandas.MultiIndex.from_tuples([('a', 1)]))",
        "Series([1.5], dtype='float64', index=[('a', 1)])",
    ),
    ("pandas.Series(['a'], dtype='category')", "Series(['a'], dtype='category', index=[0])"),
    (
        "pandas.DataFrame({'a': [1, 2], 'b': [0.5, None]})",
        "DataFrame({'a': [1, 2], 'b': [0.5, nan]}, dtypes={'a': 'int64', 'b': 'float64'}, index=[0, 1])",
    ),
    ("pandas.DataFrame({('a', 'b'): [1]})", "DataFrame({('a', 'b'): [1]}, dtypes={('a', 'b'): 'int64'}, index=[0])"),
    ("pandas.DataFrame(index=[3, 4])", "DataFrame({}, index=[3, 4])"),
    ("pandas.Timestamp('2024-05-01T12:00:00Z')", "datetime('2024-05-01T12:00:00+00:00')"),
    ("pandas.Timedelta(seconds=90)", "timedelta(90)"),
    ("torch.tensor([[1.5]])", "tensor([[1.5]], dtype='float32')"),
    ("torch.tensor([0.1], dtype=torch.bfloat16)", "tensor([0.1], dtype='bfloat16')"),
    ("torch.tensor([1.0], requires_grad=True) * 2", "tensor([2.0], dtype='float32')"),
    ("torch.tensor([1, -1])", "tensor([1, -1], dtype='int64')"),
    ("torch.tensor([1], dtype=torch.uint8)", "tensor([1], dtype='uint8')"),
    ("torch.tensor([[True], [False]])", "tensor([[True], [False]], dtype='bool')"),
    ("torch.tensor([1 + 2j])", "tensor([complex(1.0, 2.0)], dtype='complex64')"),
    ("torch.tensor(3)", "tensor(3, dtype='int64')"),
    ("torch.zeros((2, 0))", "tensor([[], []], dtype='float32')"),
];

fn question(expression: &str) -> Json {
    let imports: Vec<&str> =
        ["numpy", "pandas", "torch"].into_iter().filter(|name| expression.contains(&format!("{name}."))).collect();
    json!({"encode": expression, "imports": imports})
}

/// Notation in full; entries in parentheses stand for what is too long to be written in a table.
fn notation(entry: &str) -> String {
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    match entry {
        "(70 floats)" => list(vec!["0.5".into(); 70]),
        "(70 ints)" => list((-35..35).map(|n| n.to_string()).collect()),
        "(99 ones)" => {
            let mut items = vec!["1".to_owned(); 99];
            items.push("chameleon".into());
            list(items)
        }
        "answer" => "{\"too_large\":true}".into(),
        other => other.into(),
    }
}

#[test]
fn what_python_encodes_is_read() {
    let table: Vec<&(&str, &str)> = ONE_WAY.iter().chain(BOTH).collect();
    let answers = ask(&table.iter().map(|(expression, _)| question(expression)).collect());
    for ((expression, expected), answer) in table.iter().zip(&answers) {
        if answer.get("absent").is_none() {
            assert_eq!(write(&encoded(answer), 10_000), notation(expected), "{expression}");
        }
    }
}

#[test]
fn what_python_decodes_is_the_same_object() {
    let absent = |answer: &Json| answer.get("absent").is_some();
    let first = ask(&BOTH.iter().map(|(expression, _)| question(expression)).collect());
    let table: Vec<_> = BOTH.iter().zip(&first).filter(|(_, answer)| !absent(answer)).collect();
    let questions = table.iter().map(|((_, expected), _)| {
        let value = parse_value(&notation(expected), Role::Input, &NoFiles).unwrap();
        json!({"decode": wire::encode(&value)})
    });
    let second = ask(&questions.collect());
    for (((expression, expected), first), second) in table.iter().zip(&second) {
        assert_eq!(write(&encoded(second), 10_000), notation(expected), "{expression}");
        // pandas' own subclasses of the standard types come back as the standard types.
        if !expression.starts_with("pandas.Time") {
            assert_eq!(first["type"], second["type"], "{expression}");
        }
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let questions =
        json!([question("deep(90)"), question("deep(2000)"), question("deep_dict(2000)"), question("Endless()")]);
    let answers = ask(&questions);
    assert!(!write(&encoded(&answers[0]), 10_000).contains("nested"));
    assert!(write(&encoded(&answers[1]), 10_000).contains("<nested too deeply>"));
    assert!(write(&encoded(&answers[2]), 10_000).contains("<nested too deeply>"));
    assert!(matches!(encoded(&answers[3]), Value::Opaque { repr, .. } if repr.chars().count() == 500));
    let recursive = ask(&json!([question("Recursive()")]));
    assert!(matches!(encoded(&recursive[0]), Value::Opaque { repr, .. } if repr.contains("RecursionError")));
}

#[test]
fn bytes_do_not_depend_on_the_seed_of_hashes() {
    let questions = json!([question("{str(n) for n in range(50)} | {(n, 'x') for n in range(50)}")]);
    assert_eq!(ask(&questions), ask(&questions));
}
