//! A place of its own for each test: a home, a workspace with a small pack, and `practice` to run in it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags};
use serde_json::Value as Json;
use tempfile::TempDir;

/// Folders that a test has for itself; they go when it ends.
pub struct Env {
    root: TempDir,
}

/// How `practice` ended and what it said.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// What selects the shipped exercises: all, or without those that need torch, whose environment takes 5 GB.
pub fn shipped() -> Vec<String> {
    match std::env::var_os("PRACTICE_TEST_TORCH").is_some_and(|value| value == "1") {
        true => vec!["all".to_owned()],
        false => without_torch(),
    }
}

/// What selects those that need no torch.
pub fn without_torch() -> Vec<String> {
    let topics =
        ["data", "io", "functions", "env", "errors", "numpy", "pandas", "async", "concurrency", "native", "project"];
    topics.map(|topic| format!("topic:{topic}")).into()
}

/// The program under test.
pub const PRACTICE: &str = env!("CARGO_BIN_EXE_practice");

impl Env {
    /// A workspace in `work/`, whose pack is `work/pack/` (with nothing in it yet).
    pub fn new() -> Env {
        let env = Env::bare();
        env.write("runner.toml", "exercises = \"pack\"\n");
        env.write("pack/pack.toml", "format = 1\nname = \"mini\"\ntitle = \"Mini\"\n");
        fs::create_dir(env.path("solutions")).unwrap();
        env
    }

    /// A workspace whose solutions run without a wall, so that a test and a program can meet in a file.
    pub fn without_wall() -> Env {
        let env = Env::new();
        env.write("runner.toml", "exercises = \"pack\"\n[sandbox]\nmode = \"none\"\n");
        env
    }

    /// Only the folders.
    pub fn bare() -> Env {
        let root = tempfile::tempdir().unwrap();
        for name in ["home", "config", "state", "tmp", "work"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        // The system's folder for temporary files may be reached over a link; messages name the real one.
        Env { root }
    }

    /// A path in the folder that commands run in.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join("work").join(path)
    }

    /// A path beside it: `home`, `config`, `state`, `tmp`.
    pub fn beside(&self, path: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(path)
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// An exercise of the pack with these cases: the text of `cases.toml` without `format`.
    pub fn exercise(&self, id: &str, kind: &str, cases: &str) {
        self.exercise_with(id, kind, "", cases);
    }

    /// The same, with more lines at the end of `exercise.toml`.
    pub fn exercise_with(&self, id: &str, kind: &str, more: &str, cases: &str) {
        let (tier, slug) = id.split_once('/').unwrap();
        let folder = format!("pack/{id}");
        if !self.path(&format!("pack/{tier}/tier.toml")).exists() {
            self.write(&format!("pack/{tier}/tier.toml"), format!("format = 1\ntitle = \"{tier}\"\nsummary = \"\"\n"));
        }
        let toml = format!(
            "format = 1\nuid = \"{slug}\"\ntitle = \"Title of {slug}\"\nsummary = \"s\"\ntopic = \"data\"\nroles = [\"mlops\"]\n\
             difficulty = 1\nminutes = 5\nneeds = []\nkind = \"{kind}\"\n{more}"
        );
        self.write(&format!("{folder}/exercise.toml"), toml);
        self.write(&format!("{folder}/cases.toml"), format!("format = 1\n{cases}"));
        self.write(&format!("{folder}/README.md"), format!("# {slug}\n\nText.\n"));
        self.write(&format!("{folder}/starter/solution.py"), "# write here\n");
        self.write(&format!("{folder}/reference/solution.py"), "# the reference\n");
    }

    /// The learner's `solution.py`.
    pub fn solution(&self, id: &str, bytes: impl AsRef<[u8]>) {
        self.write(&format!("solutions/{id}/solution.py"), bytes);
    }

    /// `practice` with these arguments, in the workspace, knowing nothing of the user's own settings.
    pub fn command(&self, args: &[&str]) -> Command {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
        fs::create_dir_all(&cache).unwrap();
        let mut command = Command::new(PRACTICE);
        command.args(args).current_dir(self.path("")).stdin(Stdio::null()).env_clear();
        // How this machine reaches its package index, and what its processor needs; nothing else comes through.
        let passed = ["PIP_", "UV_", "SSL_", "REQUESTS_", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];
        for (name, value) in std::env::vars_os() {
            let text = name.to_string_lossy().into_owned();
            if text == "PATH"
                || text.to_lowercase().ends_with("_proxy")
                || passed.iter().any(|start| text.starts_with(start))
            {
                command.env(name, value);
            }
        }
        command
            .env("HOME", self.beside("home"))
            .env("XDG_CONFIG_HOME", self.beside("config"))
            .env("XDG_STATE_HOME", self.beside("state"))
            .env("XDG_CACHE_HOME", cache)
            .env("TMPDIR", self.beside("tmp"))
            .env("NO_COLOR", "1")
            .env("COLUMNS", "80")
            .env("TERM", "dumb");
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&mut self.command(args))
    }

    /// `run --json` of this selector.
    pub fn events(&self, selector: &str) -> Ran {
        self.run(&["run", selector, "--json"])
    }

    /// The judgement on the only exercise, whose one case gets this solution.
    pub fn judge(&self, solution: impl AsRef<[u8]>) -> Json {
        self.solution("tier1/one", solution);
        let ran = self.events("tier1/one");
        ran.events_of("case_finished").pop().unwrap_or_else(|| panic!("{}{}", ran.stdout, ran.stderr))
    }

    /// What is left in the folder for temporary files.
    pub fn leftovers(&self) -> Vec<PathBuf> {
        fs::read_dir(self.beside("tmp")).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

impl Ran {
    pub fn of(command: &mut Command) -> Ran {
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Panics with all that was said unless the exit code is this one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Panics unless standard error holds each of these.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Ran {
        for part in parts {
            assert!(self.stderr.contains(part), "`{part}` is not in: {}", self.stderr);
        }
        self
    }

    /// The events of `--json`: each line is one.
    #[track_caller]
    pub fn events(&self) -> Vec<Json> {
        let line = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(line).collect()
    }

    #[track_caller]
    pub fn events_of(&self, kind: &str) -> Vec<Json> {
        self.events().into_iter().filter(|event| event["kind"] == kind).collect()
    }

    /// The event of this case.
    #[track_caller]
    pub fn case(&self, id: &str) -> Json {
        let found = self.events_of("case_finished").into_iter().find(|event| event["case"] == id);
        found.unwrap_or_else(|| panic!("no case {id}: {}{}", self.stdout, self.stderr))
    }

    /// `id=verdict` of each case, in order.
    #[track_caller]
    pub fn verdicts(&self) -> Vec<String> {
        let one = |event: &Json| format!("{}={}", event["case"].as_str().unwrap(), event["verdict"].as_str().unwrap());
        self.events_of("case_finished").iter().map(one).collect()
    }
}

/// `channel path kind expected actual` of each difference of a case.
pub fn differences(case: &Json) -> Vec<String> {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let one = |difference: &Json| {
        let fields = ["channel", "path", "kind", "expected", "actual"];
        fields.map(|field| text(&difference[field])).join("|")
    };
    case["differences"].as_array().unwrap().iter().map(one).collect()
}

/// Whether a process of this number is there and no zombie.
pub fn is_alive(pid: i32) -> bool {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['Z', 'X'])),
        Err(_) => false,
    }
}

/// Waits until the descriptor can be read (a process has ended, a pipe has data or its end); `false` after `time`.
pub fn readable(fd: impl std::os::fd::AsFd, time: Duration) -> bool {
    let timeout = Timespec::try_from(time).unwrap();
    let mut polled = [PollFd::new(&fd, PollFlags::IN)];
    loop {
        match rustix::event::poll(&mut polled, Some(&timeout)) {
            Err(rustix::io::Errno::INTR) => {}
            ready => return ready.unwrap() > 0,
        }
    }
}

/// Waits for the end of a process that may be nobody's child of ours; `false` after `seconds`.
pub fn has_ended(pid: i32, seconds: u64) -> bool {
    match rustix::process::pidfd_open(Pid::from_raw(pid).unwrap(), PidfdFlags::empty()) {
        Ok(fd) => readable(fd, Duration::from_secs(seconds)),
        Err(_) => true,
    }
}

/// The processes below one, nearest first, each before its own children.
pub fn descendants(pid: i32) -> Vec<i32> {
    let mut all = Vec::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().filter_map(Result::ok) {
        let text = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in text.split_whitespace().map(|word| word.parse::<i32>().unwrap()) {
            all.push(child);
            all.extend(descendants(child));
        }
    }
    all
}

/// How many control groups there are of the run whose keeper has or had this number.
pub fn groups(keeper: i32) -> usize {
    let name = format!("-{keeper}-");
    let walk = walkdir::WalkDir::new("/sys/fs/cgroup").into_iter().filter_map(Result::ok);
    walk.filter(|entry| entry.file_name().to_string_lossy().contains(&name)).count()
}
