//! The driver inside a real Python: programs behave as under `python solution.py`, and random numbers repeat.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::env::Env;

const PROGRAMS: &str = include_str!("driver_programs.txt");

/// A parent that has libraries loaded, forks, and ends as its child did. What is preloaded is what programs of the
/// table import, but for `random`, since one of them has its own.
const WARM: &str = r#"
import sys
import asyncio, dataclasses, gc, inspect, json, logging.handlers, os, signal, threading, traceback
import call, case, seeds, warmup
for name in sys.argv[1].split():
    __import__(name)
warmup.use([], [call, case, seeds])
warmup.join()
def main():
    gc.collect()
    case.baseline()
    pid = os.fork()
    if pid:
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code < 0:
            signal.signal(-code, signal.SIG_DFL)
            os.kill(os.getpid(), -code)
        os._exit(code)
    kind, folder, entry, seed, *args = sys.argv[2:]
    case.run(kind, folder, entry, args, int(seed))
main()
"#;

/// How a program is started.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Start {
    Native,
    Cold,
    /// After these imports.
    Warm(&'static str),
}

/// All that can be seen of a run.
#[derive(Debug, PartialEq)]
struct Seen {
    ended: (Option<i32>, Option<i32>),
    stdout: String,
    stderr: String,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

struct Program {
    name: String,
    files: Vec<(String, Vec<u8>)>,
    args: Vec<String>,
    stdin: String,
    closed: bool,
    quiet: bool,
}

impl Program {
    fn parse(text: &str) -> Program {
        let (name, body) = text.split_once('\n').unwrap_or((text, ""));
        let mut program = Program {
            name: name.to_owned(),
            files: vec![("solution.py".to_owned(), Vec::new())],
            args: Vec::new(),
            stdin: String::new(),
            closed: false,
            quiet: false,
        };
        let (mut latin, mut lines) = (false, Vec::<String>::new());
        let mut name = "solution.py".to_owned();
        let mut store = |name: &str, lines: &mut Vec<String>, latin: bool| {
            let text = std::mem::take(lines).join("\n");
            let bytes =
                if latin { text.chars().map(|c| u8::try_from(c).unwrap()).collect() } else { text.into_bytes() };
            program.files.retain(|(other, _)| other != name);
            program.files.push((name.to_owned(), bytes));
        };
        for line in body.split('\n') {
            match line.strip_prefix('@').map(|word| word.split_once(' ').unwrap_or((word, ""))) {
                Some(("args", list)) => program.args = serde_json::from_str(list).unwrap(),
                Some(("stdin", text)) => program.stdin = serde_json::from_str(text).unwrap(),
                Some(("latin-1", _)) => latin = true,
                Some(("bom", _)) => lines.push("\u{feff}".to_owned()),
                Some(("null", _)) => lines.push("\0".to_owned()),
                Some(("closed", _)) => program.closed = true,
                Some(("quiet", _)) => program.quiet = true,
                Some(("file", next)) => {
                    if !lines.is_empty() {
                        store(&name, &mut lines, latin);
                    }
                    name = next.to_owned();
                }
                _ if lines.last().is_some_and(|last| last == "\u{feff}") => lines.last_mut().unwrap().push_str(line),
                _ => lines.push(line.to_owned()),
            }
        }
        store(&name, &mut lines, latin);
        program
    }

    fn of(source: &str) -> Program {
        Program::parse(&format!("-\n{source}"))
    }

    /// Runs it in `root`, whose path is the same for each start, since it is in what programs print.
    fn run(&self, python: &Python, root: &Path, start: Start, seed: u64) -> Seen {
        let [solution, work] = ["solution", "work"].map(|name| root.join(name));
        for folder in [&solution, &work] {
            if folder.exists() {
                fs::remove_dir_all(folder).unwrap();
            }
            fs::create_dir(folder).unwrap();
        }
        for (name, bytes) in &self.files {
            fs::write(solution.join(name), bytes).unwrap();
        }
        let mut command = Command::new(&python.python);
        command.args(["-s", "-B"]);
        match start {
            Start::Native => command.arg(solution.join("solution.py")),
            Start::Cold => command.arg(python.driver.join("start.py")).arg("script"),
            Start::Warm(imports) => command.arg(python.driver.join("zygote.py")).arg(imports).arg("script"),
        };
        if start != Start::Native {
            command.arg(&solution).arg("solution.py").arg(seed.to_string());
        }
        command.args(&self.args).current_dir(&work).env_clear();
        command.envs([("PATH", "/usr/bin:/bin"), ("LC_ALL", "C.UTF-8"), ("PYTHONHASHSEED", "0")]);
        command.envs([("PYTHONIOENCODING", "utf-8:strict"), ("PYTHONDONTWRITEBYTECODE", "1")]);
        command.env("HOME", &work).env("TMPDIR", &work);
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        command.stdout(if self.closed { Stdio::from(std::io::pipe().unwrap().1) } else { Stdio::piped() });
        let mut child = command.spawn().unwrap();
        drop(command);
        // A program need not read what it is given.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let mut files = BTreeMap::new();
        for entry in walkdir::WalkDir::new(&work).into_iter().map(Result::unwrap) {
            if entry.file_type().is_file() {
                files.insert(entry.path().strip_prefix(&work).unwrap().to_owned(), fs::read(entry.path()).unwrap());
            }
        }
        Seen {
            ended: (output.status.code(), output.status.signal()),
            stdout: comparable(&output.stdout),
            stderr: if self.quiet { String::new() } else { comparable(&output.stderr) },
            files,
        }
    }
}

/// Without what differs from run to run: addresses; and how often a line of a recursion was repeated, since Python 3.11
/// counts two calls of ours.
fn comparable(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for (before, digits) in [("0x", "0123456789abcdef"), ("[Previous line repeated ", "0123456789")] {
        let mut parts = text.split(before);
        let mut kept = parts.next().unwrap().to_owned();
        for part in parts {
            kept.push_str(before);
            kept.push_str(part.trim_start_matches(|c| digits.contains(c)));
        }
        text = kept;
    }
    text
}

/// An interpreter without other packages, and the driver's files.
struct Python {
    folder: tempfile::TempDir,
    python: PathBuf,
    driver: PathBuf,
}

impl Python {
    fn new() -> Python {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let base = std::env::var("PRACTICE_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
        let made = Command::new(base).args(["-m", "venv", "--without-pip"]).arg(root.join("venv")).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let driver = root.join("driver");
        fs::create_dir(&driver).unwrap();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/driver")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "py") {
                fs::copy(&path, driver.join(path.file_name().unwrap())).unwrap();
            }
        }
        fs::write(driver.join("zygote.py"), WARM).unwrap();
        Python { python: root.join("venv/bin/python"), driver, folder }
    }

    fn root(&self, name: &str) -> PathBuf {
        let root = self.folder.path().canonicalize().unwrap().join(name);
        fs::create_dir_all(&root).unwrap();
        root
    }
}

#[test]
fn programs_behave_as_under_python_itself() {
    let python = Python::new();
    let programs: Vec<Program> = PROGRAMS.split("\n==> ").skip(1).map(Program::parse).collect();
    assert!(programs.len() > 80);
    let queue = Mutex::new(programs.iter());
    let differing = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (python, queue, differing) = (&python, &queue, &differing);
            scope.spawn(move || {
                let root = python.root(&format!("run{worker}"));
                loop {
                    let Some(program) = queue.lock().unwrap().next() else { break };
                    let native = program.run(python, &root, Start::Native, 0);
                    for start in [Start::Cold, Start::Warm("")] {
                        let ours = program.run(python, &root, start, 7);
                        if ours != native {
                            let told = format!("{} ({start:?})\nnative {native:#?}\nours {ours:#?}", program.name);
                            differing.lock().unwrap().push(told);
                        }
                    }
                }
            });
        }
    });
    let differing = differing.into_inner().unwrap();
    assert!(differing.is_empty(), "{} differ\n{}", differing.len(), differing.join("\n\n"));
}

/// Code that is gathered, and libraries in fewer pieces, work as before.
const WARMED: &str = r#"
import sys, json, traceback
import warmup

def counted(n, *, step=1):
    def one(x):
        return x + step
    return [one(i) for i in range(n)]

class Rows:
    def each(self, n):
        yield from counted(n)

def fails():
    raise ValueError(counted.__name__)

def work():
    try:
        fails()
    except ValueError:
        where = traceback.format_exc()
    return counted(2, step=3), list(Rows().each(2)), json.dumps({"a": [1.5]}), where

first = work()
ran = warmup.run_by(work)
assert sys.getprofile() is None
before = counted.__code__
inner = next(one for one in before.co_consts if hasattr(one, "co_code"))
assert id(before) in ran and id(inner) in ran and id(json.dumps.__code__) in ran
warmup.gather(ran)
after = counted.__code__
assert after is not before and after == before, "an equal copy"
assert not any(one is inner for one in after.co_consts), "what is inside it, too"
assert work() == first

pieces = warmup.areas()
warmup.join()
assert len(warmup.areas()) < len(pieces), (len(pieces), len(warmup.areas()))
import decimal, hashlib
assert decimal.Decimal("0.1") * 3 == decimal.Decimal("0.3") and hashlib.sha256(b"").hexdigest()[:4] == "e3b0"
assert work() == first
"#;

#[test]
fn what_a_warm_interpreter_rearranges_works_as_before() {
    let python = Python::new();
    let script = python.root("run").join("warmed.py");
    fs::write(&script, WARMED).unwrap();
    let ran = Command::new(&python.python).env("PYTHONPATH", &python.driver).arg(&script).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn random_numbers_repeat() {
    let python = Python::new();
    let root = python.root("run");
    let run = |source: &str, start, seed| {
        let seen = Program::of(source).run(&python, &root, start, seed);
        assert!(seen.ended == (Some(0), None), "{seen:#?}");
        seen.stdout
    };
    let shown = "import random\nprint(random.random(), random.randrange(10**9))\n";
    let first = run(shown, Start::Cold, 5);
    assert_eq!(first, run(shown, Start::Cold, 5));
    assert_eq!(first, run(shown, Start::Warm("random"), 5));
    assert_eq!(
        first,
        run(
            "import tempfile\nfrom random import random, randrange\nprint(random(), randrange(10**9))\n",
            Start::Cold,
            5
        )
    );
    assert_ne!(first, run(shown, Start::Cold, 6));
    assert_ne!(first, run(shown, Start::Cold, u64::MAX));

    // Generators of the program's own stay fresh, and nothing of ours is left at the module.
    let own = "import random\nprint(random.Random().random())\n";
    assert_ne!(run(own, Start::Cold, 5), run(own, Start::Cold, 5));
    let left = "import random\nprint(sorted(vars(random.__loader__)), type(random.__loader__).__name__)\n";
    assert_eq!(run(left, Start::Cold, 5), run(left, Start::Native, 5));
}

#[test]
fn a_random_number_of_numpy_repeats() {
    let env = Env::new();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/locks/data.txt");
    env.write("pack/data.txt", fs::read(lock).unwrap());
    let data = "[environments.data]\nlock = \"data.txt\"\nimports = [\"numpy\"]\nsize = \"140MB\"\n";
    env.write("pack/pack.toml", format!("format = 1\nname = \"mini\"\ntitle = \"Mini\"\n{data}"));
    let cases =
        "[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"\"\n[[case]]\nid = \"b\"\npurpose = \"p\"\nstdout = \"\"\n";
    env.exercise_with("tier1/one", "script", "[python]\nenvironment = \"data\"\n[limits]\nwall = \"60s\"\n", cases);
    env.solution("tier1/one", "import numpy, random\nprint(numpy.random.rand(3), random.random())\n");
    let printed = || -> Vec<String> {
        let ran = env.events("tier1/one").exits(1);
        let all = ran.events_of("case_finished");
        all.iter().map(|case| case["stdout"].as_str().unwrap().to_owned()).collect()
    };
    let first = printed();
    assert_eq!(first, printed());
    assert!(first[0].starts_with('[') && first[0] != first[1], "{first:?}");
}

#[test]
fn nothing_of_the_driver_is_shown() {
    let env = Env::new();
    env.exercise("tier1/one", "script", "[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"x\"\n");
    for source in [
        "def f():\n    1 / 0\nf()\n",
        "import traceback, warnings\ntraceback.print_stack()\nwarnings.warn('x', stacklevel=2)\n1 / 0\n",
        "import sys\nsys.excepthook = 3\n1 / 0\n",
        "x = (\n",
        "import random, nonesuch\n",
        "raise KeyboardInterrupt\n",
        "import threading\nthreading.Thread(target=lambda: 1 / 0).start()\n1 / 0\n",
        "import atexit, os\natexit.register(os.remove, 'nonesuch')\n1 / 0\n",
    ] {
        let case = env.judge(source);
        let text = case.to_string();
        assert!(case["verdict"] == "crashed" && !text.contains("/driver/") && !text.contains("case.py"), "{case:#}");
    }
    let called = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"f()\"\nreturns = \"1\"\n";
    let env = Env::new();
    env.exercise("tier1/one", "call", called);
    for source in [
        "def f():\n    return f()\n",
        "def g():\n    raise ExceptionGroup('g', [ValueError(1)])\ndef f():\n    g()\n",
        "def f():\n    try:\n        1 / 0\n    except ZeroDivisionError as error:\n        raise KeyError from error\n",
        "1 / 0\n",
        "def f(x):\n    pass\n",
    ] {
        let case = env.judge(source);
        let text = case.to_string();
        let shown = ["/driver/", "call.py", "case.py"].iter().any(|name| text.contains(name));
        assert!(case["verdict"] == "crashed" && !shown, "{case:#}");
    }
}
