//! A run that is cut short: by Ctrl-C it tells what it knows, by a kill its warden cleans up after it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::time::Duration;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value as Json, json};

use crate::env::{Env, descendants, groups, has_ended, is_alive, readable};

/// Seconds after which a thing that should happen at once is not awaited any longer.
const LONG: Duration = Duration::from_secs(30);

/// A quick exercise, then one whose case never ends by itself and has a process beside it.
fn env() -> Env {
    let env = Env::without_wall();
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"ok\\n\"\n";
    env.exercise("tier1/a-quick", "script", case);
    env.exercise_with("tier1/b-long", "script", "[limits]\nwall = \"10min\"\n", case);
    env.solution("tier1/a-quick", "print('ok')\n");
    env.solution(
        "tier1/b-long",
        format!(
            "import os, time, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n\
             if os.fork() == 0: os.setsid()\n\
             with open({:?}, 'a') as out: out.write(f'{{os.getpid()}}\\n')\n\
             while True: time.sleep(60)\n",
            env.path("pids").display().to_string()
        ),
    );
    let pids = env.path("pids");
    let made = std::process::Command::new("mkfifo").arg(&pids).status().unwrap();
    assert!(made.success());
    env
}

/// Starts a run and waits until both processes of the long case are there: their numbers.
fn start(env: &Env, args: &[&str]) -> (Child, Vec<i32>) {
    // Open for reading and writing, so that neither end waits for the other.
    let pids = fs::File::options().read(true).write(true).open(env.path("pids")).unwrap();
    let child = env.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(pids);
    let mut next = || {
        assert!(!lines.buffer().is_empty() || readable(lines.get_ref(), LONG), "the case did not start");
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        line.trim().parse::<i32>().unwrap()
    };
    let pids = vec![next(), next()];
    assert!(pids.iter().all(|&pid| is_alive(pid)));
    (child, pids)
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), signal).unwrap();
}

/// All of a pipe; its end comes when the last process that has it is gone.
fn all(mut pipe: impl Read + std::os::fd::AsFd) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        assert!(readable(&pipe, LONG), "the pipe stays open");
        match pipe.read(&mut buffer).unwrap() {
            0 => return String::from_utf8(bytes).unwrap(),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

fn interrupted_by(which: Signal) {
    let env = env();
    let (mut child, pids) = start(&env, &["run", "all", "--json", "--jobs", "1", "--junit", "out.xml"]);
    signal(&child, which);
    let stdout = all(child.stdout.take().unwrap());
    assert_eq!(all(child.stderr.take().unwrap()), "");
    assert_eq!(child.wait().unwrap().code(), Some(130));

    let events: Vec<Json> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "run_started",
            "exercise_started",
            "case_finished",
            "exercise_finished",
            "exercise_started",
            "tier_finished",
            "run_finished"
        ]
    );
    let last = events.last().unwrap();
    assert_eq!((&last["interrupted"], &last["summary"]["cases"]), (&json!(true), &json!({ "passed": 1 })));
    assert_eq!(pids.iter().filter(|&&pid| is_alive(pid)).count(), 0);
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
    assert!(env.read("out.xml").contains("a-quick"));
    // What was known is kept; what was not, is not.
    let status: Json = serde_json::from_str(&env.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(status["exercises"]["a-quick"]["verdict"], "passed");
    assert_eq!(status["exercises"]["b-long"], Json::Null);
}

#[test]
fn ctrl_c_ends_the_run_and_tells_what_is_known() {
    interrupted_by(Signal::INT);
}

#[test]
fn a_polite_request_to_end_is_the_same() {
    interrupted_by(Signal::TERM);
}

#[test]
fn ctrl_c_is_told_on_the_terminal() {
    let env = env();
    let (mut child, _) = start(&env, &["run", "all", "--jobs", "1"]);
    signal(&child, Signal::INT);
    let stdout = all(child.stdout.take().unwrap());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(stdout.to_lowercase().contains("interrupted") && stdout.contains("tier1/a-quick"), "{stdout}");
}

#[test]
fn when_the_runner_is_killed_its_slots_clean_up() {
    let env = env();
    let (mut child, pids) = start(&env, &["run", "all", "--json", "--jobs", "2"]);
    assert_eq!(env.leftovers().len(), 1);
    signal(&child, Signal::KILL);
    child.wait().unwrap();
    for pid in pids {
        assert!(has_ended(pid, LONG.as_secs()), "{pid} goes on");
    }
    // Warden and slots have our standard error: at its end they are gone, too.
    assert_eq!(all(child.stderr.take().unwrap()), "");
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure_and_leaves_nothing() {
    let env = env();
    let (mut child, pids) = start(&env, &["run", "all", "--json", "--jobs", "1"]);
    // Like `practice run | head`; then the user gives up on the long case.
    drop(child.stdout.take());
    signal(&child, Signal::INT);
    assert_eq!(all(child.stderr.take().unwrap()), "");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(pids.iter().filter(|&&pid| is_alive(pid)).count(), 0);
    assert!(env.leftovers().is_empty());
}

/// A run, behind the strongest wall there is, of a case that never ends and has processes beside it: the numbers of all
/// processes below the run, as this machine counts them.
fn walled(env: &Env) -> (Child, Vec<i32>) {
    let mut command = env.command(&["run", "all", "--json", "--jobs", "1"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let runner = i32::try_from(child.id()).unwrap();
    let sleeps = |pid: &&i32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.starts_with(b"/usr/bin/sleep\x00100000")
    };
    let start = Instant::now();
    let mut below = Vec::new();
    while below.iter().filter(sleeps).count() < 2 && start.elapsed() < LONG {
        std::thread::yield_now();
        below = descendants(runner);
    }
    // Too few of them show in what the caller looks at: there is nothing to be killed.
    (child, below)
}

fn endless() -> Env {
    let env = Env::new();
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"ok\\n\"\n";
    env.exercise_with("tier1/one", "script", "[limits]\nwall = \"10min\"\n", case);
    env.solution(
        "tier1/one",
        "import os\nif os.fork() == 0: os.setsid()\nos.execv('/usr/bin/sleep', ['/usr/bin/sleep', '100000'])\n",
    );
    env
}

#[test]
fn when_the_runner_is_killed_its_wall_falls() {
    let env = endless();
    let (mut child, below) = walled(&env);
    assert!(below.len() > 5, "the case did not start: {below:?}");
    let keeper = below[0];
    signal(&child, Signal::KILL);
    child.wait().unwrap();
    for pid in below {
        assert!(has_ended(pid, LONG.as_secs()), "{pid} goes on");
    }
    // All of them have our standard error.
    assert_eq!(all(child.stderr.take().unwrap()), "");
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
    assert_eq!(groups(keeper), 0);
}

#[test]
fn what_is_left_when_all_is_killed_goes_with_the_next_run() {
    let env = endless();
    let (mut child, below) = walled(&env);
    assert!(below.len() > 5, "the case did not start: {below:?}");
    let keeper = below[0];
    // Both at once: nobody is left to clean up, and the rest dies with the keeper.
    signal(&child, Signal::STOP);
    kill_process(Pid::from_raw(keeper).unwrap(), Signal::KILL).unwrap();
    signal(&child, Signal::KILL);
    child.wait().unwrap();
    for pid in below {
        assert!(has_ended(pid, LONG.as_secs()), "{pid} goes on");
    }
    assert_eq!(env.leftovers().len(), 1);
    env.solution("tier1/one", "print('ok')\n");
    env.run(&["run", "all"]).exits(0);
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
    assert_eq!(groups(keeper), 0);
}
