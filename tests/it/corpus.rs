//! The corpus of hostile programs: behind each wall all of them are contained, and nothing of them is left.
//!
//! Without a wall they do what they say. That is the control: a program that fails for another reason proves nothing.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::env::{Env, PRACTICE, Ran, is_alive};
use crate::programs::{self, Host, Program, random};

/// The walls that this machine must have, separated by commas. What is not named may be missing.
const REQUIRED: &str = "PRACTICE_TEST_MODES";
/// Somebody without rights.
const NOBODY: u32 = 65534;
/// Where an interpreter is that everybody may run.
const PUBLIC_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// The corpus looks at the whole machine before and after a run, so there is one run of it at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Whether there is more than one mode to choose from.
static HAS_MODES: LazyLock<bool> = LazyLock::new(|| {
    let help = Ran::of(Command::new(PRACTICE).args(["run", "--help"]));
    help.stdout.contains("--sandbox")
});

/// Who runs the program under test, and with what rights.
#[derive(Clone, Copy, PartialEq)]
enum Runner {
    /// As the tests are run.
    Same,
    /// Somebody without rights.
    Nobody,
    /// Where no further user namespace can be made.
    WithoutNamespaces,
}

/// The arguments of a run in a mode.
fn arguments(mode: &str) -> Vec<&str> {
    let mut all = vec!["run", "all", "--json", "--jobs", "2"];
    if mode != "none" || *HAS_MODES {
        all.extend(["--sandbox", mode]);
    }
    all
}

/// A workspace with these programs, a clean one after each.
struct Corpus {
    env: Env,
    host: Host,
    token: String,
    runner: Runner,
}

impl Corpus {
    fn new(programs: &[&Program], runner: Runner, within_reach: bool) -> Corpus {
        let corpus = Corpus {
            env: Env::new(),
            host: Host::new((runner == Runner::Nobody).then_some(NOBODY)),
            token: format!("TOKEN_{}", random(8)),
            runner,
        };
        for program in programs {
            corpus.add(program, within_reach);
        }
        corpus
    }

    fn add(&self, program: &Program, within_reach: bool) {
        let Corpus { env, host, token, .. } = self;
        let id = format!("hostile/{}", program.name);
        let ids: &[&str] = if program.expect.pair { &["hostile-case", "hostile-case-too"] } else { &["hostile-case"] };
        let cases: String = ids.iter().map(|id| host.fill(&program.case(id, token, within_reach))).collect();
        let kind = if program.is_call() { "call" } else { "script" };
        env.exercise_with(&id, kind, &program.settings(), &cases);
        env.solution(&id, host.fill(&program.solution));
        for shared in ["attempt.py", "hunt.py"] {
            let text = fs::read(programs::folder().join(shared)).unwrap();
            for folder in ["pack/{}/starter", "pack/{}/reference", "solutions/{}"] {
                env.write(&format!("{}/{shared}", folder.replace("{}", &id)), &text);
            }
        }
        if !program.expect.pair {
            let clean = format!("{id}-clean");
            let case = "[[case]]\nid = \"clean\"\npurpose = \"p\"\nstdout = \"clean\\n\"\n";
            env.exercise_with(&clean, "script", "[limits]\nwall = \"20s\"\n", case);
            env.solution(&clean, fs::read(programs::folder().join("clean.py")).unwrap());
        }
    }

    /// Runs everything in this mode; also gives what was left of it.
    fn run(&mut self, mode: &str) -> (Ran, Vec<String>) {
        let before = (mounts(), control_groups());
        let ran = self.ran(&arguments(mode));
        let report = fs::read_to_string(self.env.path("report.json"));
        let report = report.unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr));
        let mut left: Vec<String> = serde_json::from_str(&report).unwrap();
        left.extend(mounts().difference(&before.0).map(|line| format!("mount: {line}")));
        left.extend(left_groups(&before.1).iter().map(|path| format!("control group: {}", path.display())));
        left.extend(self.env.leftovers().iter().map(|path| format!("file: {}", path.display())));
        left.extend(self.host.harmed());
        (ran, left)
    }

    /// `practice` with these arguments, run by this corpus's runner under the keeper.
    fn ran(&self, args: &[&str]) -> Ran {
        let asked = self.env.command(args);
        let mut command = Command::new("python3");
        command.env_clear().current_dir(asked.get_current_dir().unwrap());
        command.envs(asked.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.arg(programs::folder().join("keeper.py")).arg(self.env.path("report.json"));
        command.args([&self.host.key, "a text of the machine"]);
        match self.runner {
            Runner::Same => command.args(["-", PRACTICE]),
            Runner::Nobody => {
                let program = self.env.path("practice");
                fs::copy(PRACTICE, &program).unwrap();
                give_away(self.env.path("").parent().unwrap());
                command.env("PATH", PUBLIC_PATH).env("XDG_CACHE_HOME", self.env.beside("state/cache"));
                command.arg(NOBODY.to_string()).arg(program)
            }
            Runner::WithoutNamespaces => {
                command.args(["-", "unshare", "--user", "--map-root-user", "sh", "-c"]);
                command.arg("echo 0 > /proc/sys/user/max_user_namespaces && exec \"$0\" \"$@\"").arg(PRACTICE)
            }
        };
        Ran::of(command.args(args))
    }
}

/// Makes a folder and all in it somebody else's.
fn give_away(folder: &Path) {
    for entry in walkdir::WalkDir::new(folder) {
        chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

fn mounts() -> BTreeSet<String> {
    fs::read_to_string("/proc/self/mountinfo").unwrap().lines().map(str::to_owned).collect()
}

/// The control groups of any run of `practice`.
fn control_groups() -> BTreeSet<PathBuf> {
    let walk = walkdir::WalkDir::new("/sys/fs/cgroup").into_iter().filter_map(Result::ok);
    let ours =
        walk.filter(|entry| entry.file_type().is_dir() && entry.file_name().to_string_lossy().contains("practice-"));
    ours.map(walkdir::DirEntry::into_path).collect()
}

/// The control groups that were not there before and whose runner is dead. Other runs may be removing theirs just now,
/// so a group counts when it is still there a while later.
fn left_groups(before: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let start = Instant::now();
    let mut left: Vec<PathBuf> = control_groups().difference(before).cloned().collect();
    loop {
        left.retain(|path| path.exists() && !is_of_a_living(path));
        if left.is_empty() || start.elapsed() > Duration::from_secs(2) {
            return left;
        }
        std::thread::yield_now();
    }
}

/// Whether the name holds the number of a living process: other tests run at the same time.
fn is_of_a_living(path: &Path) -> bool {
    let name = path.to_string_lossy().into_owned();
    name.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).any(is_alive)
}

/// What is wrong with how this program's cases ended.
fn faults(program: &Program, mode: &str, ran: &Ran) -> Vec<String> {
    let mut wrong = Vec::new();
    let id = format!("hostile/{}", program.name);
    let control: Vec<&str> = program.expect.control.iter().map(String::as_str).collect();
    let allowed = if mode == "none" { control } else { program.verdicts() };
    let of = |wanted: &str| -> Vec<Json> {
        ran.events_of("case_finished").into_iter().filter(|event| event["exercise"] == *wanted).collect()
    };
    let cases = of(&id);
    let mut is_wrong = |what: &str, case: &Json| {
        let Program { name, expect, .. } = program;
        wrong.push(format!("{name} in {mode}: {what}\n  it {}; {}\n{case:#}", expect.does, expect.must));
    };
    if cases.len() != if program.expect.pair { 2 } else { 1 } {
        is_wrong("not all of its cases have an event", &Json::Null);
    }
    // Of a pair, the one that comes second sees something: which of them is left open.
    let verdicts: Vec<&str> = cases.iter().map(|case| case["verdict"].as_str().unwrap()).collect();
    let right = |verdict: &&str| allowed.contains(verdict);
    let all_right =
        if program.expect.pair && mode == "none" { verdicts.iter().any(right) } else { verdicts.iter().all(right) };
    for case in &cases {
        let stdout = case["stdout"].as_str().unwrap_or("");
        if !all_right {
            is_wrong(&format!("its verdict is none of {allowed:?}"), case);
        } else if stdout.starts_with("broken") {
            is_wrong("it failed at what it tried", case);
        } else if case["wall_ms"].as_f64().unwrap() > program.within().as_secs_f64() * 1000.0 {
            is_wrong(&format!("it took more than {:?}", program.within()), case);
        } else if case["verdict"] == "failed" && tells_routes(program) && !stdout.starts_with("open: ") {
            is_wrong("it failed, but not because a route is open", case);
        }
    }
    for case in of(&format!("{id}-clean")) {
        if case["verdict"] != "passed" {
            is_wrong("the clean case after it did not pass", &case);
        }
    }
    wrong
}

/// Whether it prints which of its routes are open.
fn tells_routes(program: &Program) -> bool {
    program.solution.contains("report()\n") && program.expect.case.is_empty()
}

/// Runs the programs in a mode and looks at every one of them, and at what is left.
fn check(mode: &str, runner: Runner, programs: &[&Program], within_reach: bool) {
    let mut wrong = Vec::new();
    // Pairs have a run of their own, in which the two cases of each come together.
    for pairs in [false, true] {
        let chosen: Vec<&Program> = programs.iter().copied().filter(|one| one.expect.pair == pairs).collect();
        if chosen.is_empty() {
            continue;
        }
        let mut corpus = Corpus::new(&chosen, runner, within_reach);
        let (ran, left) = corpus.run(mode);
        if ran.code == Some(4) && !ran.stdout.contains("case_finished") {
            let required = std::env::var(REQUIRED).unwrap_or_default();
            assert!(!required.split(',').any(|one| one == mode), "{REQUIRED} asks for {mode}: {}", ran.stderr);
            let told = format!("not tested: no {mode} on this machine: {}\n", ran.stderr);
            std::io::stderr().write_all(told.as_bytes()).unwrap();
            return;
        }
        let started = ran.events_of("run_started").pop();
        let started = started.unwrap_or_else(|| panic!("{mode}: no run: {}{}", ran.stdout, ran.stderr));
        assert_eq!(started["containment"]["mode"], mode, "{started:#}");
        wrong.extend(chosen.iter().flat_map(|program| faults(program, mode, &ran)));
        wrong.extend(left.into_iter().map(|what| format!("left in {mode}: {what}")));
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

/// All programs that a wall of this mode promises to contain.
fn contained(mode: &str, runner: Runner) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let all = programs::all();
    let chosen: Vec<&Program> = all.iter().filter(|one| one.expect.modes.iter().any(|name| name == mode)).collect();
    check(mode, runner, &chosen, false);
}

#[test]
fn contained_in_full() {
    contained("full", Runner::Same);
}

#[test]
fn contained_in_user() {
    contained("user", Runner::Same);
}

#[test]
fn contained_in_bare() {
    contained("bare", Runner::Same);
}

/// A user without rights has these walls, too. Whoever is none of root is such a user already.
#[test]
fn contained_in_user_for_somebody_without_rights() {
    if rustix::process::geteuid().is_root() {
        contained("user", Runner::Nobody);
    }
}

#[test]
fn contained_in_bare_for_somebody_without_rights() {
    if rustix::process::geteuid().is_root() {
        contained("bare", Runner::Nobody);
    }
}

#[test]
fn contained_in_bare_where_namespaces_are_refused() {
    contained("bare", Runner::WithoutNamespaces);
}

/// Without a wall the programs do what they say, so that behind one it is the wall that stops them.
#[test]
fn controls() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let all = programs::all();
    for program in &all {
        let why = program.expect.control_why.is_some();
        assert_eq!(program.expect.control.is_empty(), why, "{}: a control or the reason why not", program.name);
    }
    let chosen: Vec<&Program> = all.iter().filter(|one| !one.expect.control.is_empty()).collect();
    check("none", Runner::Same, &chosen, false);
}

/// What a thief finds where it is, it would find where it must not be.
#[test]
fn thieves_find_what_is_in_reach() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut thieves: Vec<Program> = programs::all().into_iter().filter(|one| one.expect.thief).collect();
    assert!(thieves.len() >= 8 && thieves.iter().all(|thief| thief.expect.reach.is_some()));
    for thief in &mut thieves {
        thief.expect.control = vec!["passed".to_owned()];
    }
    // The clean case after a thief looks at its own folders only, so what the thief was given does not matter.
    check("none", Runner::Same, &thieves.iter().collect::<Vec<_>>(), true);
}

/// The other runners run: what they cannot do yet is the wall, not the test.
#[test]
fn every_runner_runs() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let all = programs::all();
    let one: Vec<&Program> = all.iter().filter(|one| ["daemon", "spin"].contains(&one.name.as_str())).collect();
    check("none", Runner::WithoutNamespaces, &one, false);
    if rustix::process::geteuid().is_root() {
        check("none", Runner::Nobody, &one, false);
    }
}

/// The keeper tells what a command leaves, and ends it.
/// Every line of the promises has a test in each mode that it says yes for, and every program stands for one.
#[test]
fn every_promise_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("docs/containment.md")).unwrap();
    let sources: String = walkdir::WalkDir::new(root.join("tests/it"))
        .into_iter()
        .filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok())
        .collect();
    let programs = programs::all();
    let mut named = BTreeSet::new();
    let mut rows = 0;
    for row in document.lines().filter(|line| line.starts_with("| ") && line.matches(" | ").count() == 4) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [promise, full, user, bare, tests] = cells[..] else { panic!("{row}") };
        if promise == "promise" {
            continue;
        }
        rows += 1;
        let tests: Vec<&str> = tests.split(", ").map(|test| test.trim_matches('`')).collect();
        for (mode, word) in [("full", full), ("user", user), ("bare", bare)] {
            assert!(["yes", "no"].contains(&word), "{row}");
            let covers = |test: &&str| match programs.iter().find(|program| program.name == **test) {
                Some(program) => program.expect.modes.iter().any(|one| one == mode),
                None => sources.contains(&format!("fn {test}()")),
            };
            assert!(word == "no" || tests.iter().any(covers), "{promise}: nothing tests it in {mode}");
        }
        named.extend(tests.into_iter().map(str::to_owned));
    }
    assert!(rows > 25);
    let missing: Vec<&str> =
        programs.iter().map(|program| program.name.as_str()).filter(|name| !named.contains(*name)).collect();
    assert_eq!(missing, [""; 0], "docs/containment.md does not say what these stand for");
    for name in named {
        assert!(
            programs.iter().any(|program| program.name == name) || sources.contains(&format!("fn {name}()")),
            "docs/containment.md names `{name}`, which is no test"
        );
    }
}

#[test]
fn what_is_left_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let (report, key) = (folder.path().join("report"), (0x2000_0000 | std::process::id()).to_string());
    let run = |command: &str| {
        let mut keeper = Command::new("python3");
        keeper.arg(programs::folder().join("keeper.py")).arg(&report).args([&key, "text", "-", "sh", "-c", command]);
        Ran::of(&mut keeper).exits(3);
        serde_json::from_str::<Vec<String>>(&fs::read_to_string(&report).unwrap()).unwrap()
    };
    assert_eq!(run("exit 3"), [""; 0]);
    let left = run("setsid sleep 60 >/dev/null 2>&1 & exit 3");
    assert!(left.len() == 1 && left[0].contains("sleep"), "{left:?}");
    let pid = left[0].split(':').next().unwrap().parse().unwrap();
    assert!(!is_alive(pid));
}
