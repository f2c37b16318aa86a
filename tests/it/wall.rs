//! What the wall and the warm interpreters promise beyond containment: honest figures, the same bytes either way, nothing
//! left over after very many cases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value as Json;

use crate::env::{Env, Ran, descendants, groups, shipped, without_torch};

/// An exercise of one script case, which is to print `ok`, in the pack's environment `data` if `data` is said.
fn script(more: &str) -> Env {
    let env = Env::new();
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"ok\\n\"\n";
    env.exercise_with("tier1/one", "script", more, case);
    env
}

/// Makes the shipped environment `data` one of this pack's.
pub fn with_data(env: &Env) {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/locks/data.txt");
    env.write("pack/locks/data.txt", fs::read(lock).unwrap());
    let toml = "format = 1\nname = \"mini\"\ntitle = \"Mini\"\n[environments.data]\nlock = \"locks/data.txt\"\n\
                imports = [\"numpy\", \"pandas\"]\n";
    env.write("pack/pack.toml", toml);
}

/// The events of the cases of a run, without what differs from run to run.
fn cases(ran: &Ran) -> Vec<Json> {
    let mut all = ran.events_of("case_finished");
    for case in &mut all {
        let case = case.as_object_mut().unwrap();
        // What was in flight when is the machine's pace: of a case with a service, the verdict is the same.
        if !case["seen"].is_null() {
            case.retain(|field, _| !field.starts_with("differences") && field != "reason");
        }
        for field in ["seq", "at", "elapsed_ms", "wall_ms", "cpu_ms", "memory_bytes", "warm", "seen"] {
            assert!(case.remove(field).is_some(), "{field}");
        }
    }
    all
}

/// The references and wrong solutions of all shipped exercises, each as somebody's solutions.
fn everybodys_solutions(env: &Env) -> Vec<PathBuf> {
    let exercises = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises");
    let mut all = BTreeSet::new();
    for entry in walkdir::WalkDir::new(&exercises).sort_by_file_name() {
        let entry = entry.unwrap();
        let inside = entry.path().strip_prefix(&exercises).unwrap();
        let parts: Vec<&str> = inside.iter().map(|part| part.to_str().unwrap()).collect();
        let [tier, slug, kind, file] = parts[..] else { continue };
        let whose = match kind {
            "reference" => "reference".to_owned(),
            // One of each exercise: the first letter decides which.
            "wrong" if file.ends_with(".py") && fs::metadata(entry.path()).unwrap().is_file() => "wrong".to_owned(),
            _ => continue,
        };
        let name = if kind == "wrong" { "solution.py" } else { file };
        env.write(&format!("{whose}/{tier}/{slug}/{name}"), fs::read(entry.path()).unwrap());
        all.insert(env.path(&whose));
    }
    all.into_iter().collect()
}

#[test]
fn cold_and_warm_give_the_same_bytes() {
    let env = Env::bare();
    for folder in everybodys_solutions(&env) {
        // A cold start of torch takes seconds: the references show that both ways are the same there.
        let selectors = if folder.ends_with("wrong") { without_torch() } else { shipped() };
        let run = |more: &[&str]| {
            let mut args = vec!["run", "--json", "--solutions", folder.to_str().unwrap()];
            args.extend(selectors.iter().map(String::as_str));
            args.extend(more);
            // Other tests run beside it: who is right has time enough, and who is wrong is not waited for.
            let factor = if folder.ends_with("wrong") { "0.4" } else { "3" };
            Ran::of(env.command(&args).env("PRACTICE_TIME_FACTOR", factor))
        };
        let (warm, cold) = (run(&[]), run(&["--cold"]));
        let (warm_cases, cold_cases) = (cases(&warm), cases(&cold));
        assert!(warm_cases.len() > 100, "{}{}", warm.stdout, warm.stderr);
        // A limit that is met in one of two runs says nothing.
        let timed_out = |case: &Json| case["verdict"] == "timed_out";
        let pairs = warm_cases.iter().zip(&cold_cases);
        for (warm, cold) in pairs.filter(|(warm, cold)| !timed_out(warm) && !timed_out(cold)) {
            assert_eq!(warm, cold);
        }
        assert_eq!(warm_cases.len(), cold_cases.len());
        let ways = |ran: &Ran| ran.events_of("case_finished").iter().filter(|case| case["warm"] == true).count();
        assert_eq!(ways(&cold), 0);
        // Where there are no namespaces, all is cold.
        let mode = &warm.events_of("run_started")[0]["containment"]["mode"];
        assert!(mode == "bare" || ways(&warm) == warm_cases.len(), "{} of {}", ways(&warm), warm_cases.len());
    }
}

/// Installing a library on the machine replaces this file, and a batch may run for hours.
#[test]
fn a_system_file_that_is_replaced_meanwhile_costs_nobody_a_verdict() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let env = script("");
    env.solution("tier1/one", "print('ok')\n");
    let toml = env.read("pack/tier1/one/cases.toml");
    let more: String =
        (0..40).map(|n| format!("[[case]]\nid = \"c{n}\"\npurpose = \"p\"\nstdout = \"ok\\n\"\n")).collect();
    env.write("pack/tier1/one/cases.toml", toml + &more);
    // In a mount namespace of its own, the machine's `/etc` is a copy; files come and go in it only then.
    let program = "set -e; mount --make-rprivate /; cp -a /etc etc; mount --bind etc /etc; \"$@\" > events &
        while kill -0 $! 2>/dev/null; do cp -a /etc/ld.so.cache /etc/new && mv /etc/new /etc/ld.so.cache; done; wait $!";
    let command = env.command(&[]);
    let mut shell = std::process::Command::new("unshare");
    shell.args(["-m", "sh", "-c", program, "sh"]).arg(command.get_program()).args(["run", "all", "--json"]);
    shell.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null()).env_clear();
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ended = shell.status().unwrap();
    let events = env.read("events");
    assert!(ended.success() && events.matches("\"passed\"").count() > 40, "{ended} {events}");
}

#[test]
fn modules_that_cannot_be_loaded_are_told_and_cost_nobody_a_verdict() {
    let env = script("[python]\npreload = [\"json\", \"no_such_module\"]\n");
    env.solution("tier1/one", "print('ok')\n");
    let ran = env.events("all").exits(0);
    assert_eq!(ran.events_of("case_finished")[0]["warm"], false);
    if ran.events_of("run_started")[0]["containment"]["mode"] != "bare" {
        let notice = ran.events_of("notice")[0]["text"].as_str().unwrap().to_owned();
        assert!(notice.contains("`no_such_module` could not be loaded: ModuleNotFoundError"), "{notice}");
    }
    env.exercise_with("tier1/one", "script", "[python]\npreload = [\"a b\"]\n", "");
    env.events("all").exits(3).says(&["`preload` names modules, such as \"numpy\"; `a b` is none"]);
}

#[test]
fn without_a_wall_the_folder_of_a_solution_has_no_links() {
    let env = Env::without_wall();
    let cases = "[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"True\\n\"\n";
    env.exercise("tier1/one", "script", cases);
    env.solution("tier1/one", "import os, sys\nprint(os.path.realpath(sys.path[0]) == sys.path[0])\n");
    std::os::unix::fs::symlink(env.beside("tmp"), env.beside("link")).unwrap();
    Ran::of(env.command(&["run", "all"]).env("TMPDIR", env.beside("link"))).exits(0);
}

#[test]
fn a_network_that_was_used_is_nobody_elses() {
    let env = Env::new();
    let case = |id: &str| format!("[[case]]\nid = \"{id}\"\npurpose = \"p\"\nstdin = \"{id}\"\nstdout = \"\"\n");
    let cases: String =
        ["nothing-1", "tcp", "nothing-2", "udp", "nothing-3", "unreachable", "nothing-4"].map(case).concat();
    env.exercise("tier1/one", "script", &cases);
    let source = "import contextlib, os, socket, sys\nwhat, here = sys.stdin.read(), ('127.0.0.1', 5000)\n\
                  if what == 'tcp':\n    with socket.create_server(here) as server, socket.create_connection(here):\n        \
                  server.accept()[0].close()\n\
                  if what == 'udp':\n    socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', here)\n\
                  if what == 'unreachable':\n    with contextlib.suppress(OSError):\n        \
                  socket.create_connection(('203.0.113.1', 80))\n\
                  print(os.stat('/proc/self/ns/net').st_ino)\n";
    env.solution("tier1/one", source);
    let ran = env.run(&["run", "all", "--json", "--jobs", "1"]);
    let printed: Vec<String> = ran.events_of("case_finished").iter().map(|case| case["stdout"].to_string()).collect();
    // Each is handed on to whoever comes next, until somebody has used it.
    let new = printed.windows(2).map(|pair| pair[0] != pair[1]).collect::<Vec<_>>();
    assert_eq!(new, [false, true, false, true, false, true], "{printed:?}");
}

#[test]
fn the_authorities_that_a_program_trusts_are_one_that_is_nobody_where_nobody_can_be_reached() {
    let own = "import os, ssl\ntrusted = ssl.create_default_context(cafile=os.environ['SSL_CERT_FILE'])\n\
               print('ok' if len(trusted.get_ca_certs()) == 1 else 'no')\n";
    let usual = "import os\nprint('no' if 'SSL_CERT_FILE' in os.environ else 'ok')\n";
    for (args, source) in [
        (&["--sandbox", "full"] as &[&str], own),
        (&["--cold"], own),
        (&["--sandbox", "bare"], usual),
        (&["--sandbox", "none"], usual),
    ] {
        let env = script("");
        env.solution("tier1/one", source);
        env.run(&[&["run", "all"], args].concat()).exits(0);
    }
    // An author's own file comes before.
    let env = script("");
    let cases = "[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"ok\\n\"\nenv = { SSL_CERT_FILE = \"ok\" }\n";
    env.exercise("tier1/one", "script", cases);
    env.solution("tier1/one", "import os\nprint(os.environ['SSL_CERT_FILE'])\n");
    env.run(&["run", "all"]).exits(0);
}

#[test]
fn a_learners_module_comes_before_a_loaded_one_of_its_name() {
    let env = script("");
    env.solution("tier1/one", "import json, random\nprint(random.MINE, json.dumps('o'), end='')\n");
    env.write("solutions/tier1/one/random.py", "MINE = 'k'\n");
    let ran = env.events("all");
    let case = &ran.events_of("case_finished")[0];
    assert_eq!((&case["stdout"], &case["warm"]), (&"k \"o\"".into(), &false.into()), "{case:#}");
}

#[test]
fn the_memory_figure_is_what_the_program_added() {
    let env = script("[limits]\nwall = \"30s\"\nmemory = \"300MB\"\n[python]\nenvironment = \"data\"\n");
    with_data(&env);
    let memory = |solution: &str| {
        let case = env.judge(solution);
        assert_eq!(case["verdict"], "passed", "{case:#}");
        (case["memory_bytes"].as_u64().unwrap(), case["warm"] == true)
    };
    // NumPy and pandas are there, and are not the program's.
    let (nothing, warm) = memory("import numpy, pandas\nprint('ok')\n");
    if warm {
        assert!(nothing < 15_000_000, "{nothing}");
        assert!(holds_with_pins(|| memory("import numpy, pandas\nprint('ok')\n").0 < 3_000_000));
    }
    // Close below the limit, and in use: right.
    let (much, _) = memory("import numpy\nx = numpy.ones(25_000_000)\nprint('ok')\n");
    assert!((190_000_000..300_000_000).contains(&much), "{much}");
    let case = env.judge("import numpy\nx = numpy.ones(60_000_000)\nprint('ok')\n");
    assert_eq!(case["verdict"], "out_of_memory", "{case:#}");
    // More than there is, asked for at once.
    let case = env.judge("x = bytes(10 ** 15)\n");
    assert_eq!((&case["verdict"], &case["exception"]["class"]), (&"out_of_memory".into(), &"MemoryError".into()));
}

/// Whether what `attempt` tells comes to hold where warm interpreters can pin memory, which elsewhere only makes them slower.
/// What may be locked is counted by user, and slots of tests that run meanwhile may have their part of it: so not at once.
fn holds_with_pins(mut attempt: impl FnMut() -> bool) -> bool {
    let lockable = rustix::process::getrlimit(rustix::process::Resource::Memlock).current.unwrap_or(u64::MAX);
    let rings = fs::read_to_string("/proc/sys/kernel/io_uring_disabled").unwrap_or_default();
    let can_pin = rustix::process::geteuid().is_root() && lockable >= 8 << 20 && rings.trim() == "0";
    !can_pin || (0..100).any(|_| attempt())
}

#[test]
fn a_program_finds_copied_what_all_write_to() {
    let env = script("");
    env.solution("tier1/one", "import resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)\n");
    let faults = |lockable: &str| {
        let command = env.command(&["run", "all", "--json"]);
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "ulimit -l $0; exec \"$@\"", lockable]).arg(command.get_program()).args(command.get_args());
        shell.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null()).env_clear();
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let case = Ran::of(&mut shell).case("a");
        let told = case["stdout"].as_str().unwrap().trim().parse::<u32>();
        (case["warm"] == true, told.unwrap())
    };
    // Nothing can be pinned, and no limit may be raised.
    let (warm, without) = faults("0");
    assert!(!warm || holds_with_pins(|| faults("8192").1 * 2 < without), "{without}");
}

#[test]
fn with_a_slot_for_each_processor_slots_stay_on_theirs_and_programs_do_not() {
    let count = rustix::thread::sched_getaffinity(None).unwrap().count();
    if count < 2 {
        return;
    }
    let env = Env::new();
    let case = |id: usize| format!("[[case]]\nid = \"c{id}\"\npurpose = \"p\"\nstdout = \"{count}\\n\"\n");
    env.exercise("tier1/one", "script", &(0..200).map(case).collect::<String>());
    env.solution("tier1/one", "import os\nprint(len(os.sched_getaffinity(0)))\n");
    for more in [&[][..], &["--cold"]] {
        let jobs = count.to_string();
        let mut command = env.command(&[&["run", "all", "--jobs", &jobs, "--sandbox", "full"], more].concat());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let stays = |pid: &i32| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
            allowed.is_some_and(|list| list.trim().parse::<u32>().is_ok())
        };
        let mut seen = false;
        let ended = loop {
            seen |= descendants(i32::try_from(child.id()).unwrap()).iter().any(stays);
            if let Some(ended) = child.try_wait().unwrap() {
                break ended;
            }
            std::thread::yield_now();
        };
        // Not every machine has that mode.
        assert!(ended.code() == Some(4) && !seen || ended.success() && seen, "{ended} {seen}");
    }
}

/// Its instance has an attribute that is called when it goes.
#[test]
fn a_file_in_memory_may_have_last_words() {
    let env = script("");
    let case = env.judge("import io\nfile = io.StringIO()\nfile.close = lambda: print('ok')\n");
    assert_eq!(case["verdict"], "passed", "{case:#}");
}

#[test]
fn a_random_number_is_the_case_s_own_and_the_same_in_every_run() {
    let env = Env::new();
    let case = |id: &str| format!("[[case]]\nid = \"{id}\"\npurpose = \"p\"\nstdout = \"\"\n");
    env.exercise("tier1/one", "script", &(case("a") + &case("b")));
    env.solution("tier1/one", "import random\nprint(random.random(), hash('x'))\n");
    let told = |more: &[&str]| -> Vec<String> {
        let ran = env.run(&[&["run", "all", "--json"], more].concat());
        ran.events_of("case_finished").iter().map(|case| case["stdout"].to_string()).collect()
    };
    let first = told(&[]);
    assert_ne!(first[0], first[1]);
    assert_eq!(first, told(&[]));
    assert_eq!(first, told(&["--cold"]));
}

/// A connection that waits for its end keeps its port, and packets are counted: the next case of the slot sees neither,
/// and one after a case without a network has it as if it were new, too.
#[test]
fn what_a_case_did_in_its_network_the_next_does_not_see() {
    let env = Env::new();
    let case = |id: usize, stdin: &str, stdout: &str| {
        format!("[[case]]\nid = \"c{id}\"\npurpose = \"p\"\nstdin = \"{stdin}\"\nstdout = \"{stdout}\\n\"\n")
    };
    let all = ["quiet", "loud", "loud", "quiet", "quiet", "loud"];
    let cases: String = all.iter().enumerate().map(|(id, stdin)| case(id, stdin, "0 packets")).collect();
    env.exercise("tier1/one", "script", &cases);
    let solution = "import socket
lo = next(line for line in open('/proc/net/dev') if 'lo:' in line)
print(lo.split()[2], 'packets')
if input() == 'loud':
    server = socket.socket()
    server.bind(('127.0.0.1', 8080))
    server.listen()
    client = socket.create_connection(('127.0.0.1', 8080))
    server.accept()[0].close()
    client.close()
";
    env.solution("tier1/one", solution);
    let ran = env.run(&["run", "all", "--json", "--jobs", "1"]);
    if ran.events_of("run_started")[0]["containment"]["mode"] == "bare" {
        return; // no network at all
    }
    for case in ran.events_of("case_finished") {
        assert_eq!(case["verdict"], "passed", "{case:#}");
    }
}

/// What a run holds of this machine just now.
#[derive(Debug)]
struct Held {
    /// Largest resident memory of the runner, in KiB.
    memory: u64,
    /// The runner's open descriptors.
    descriptors: usize,
    /// Processes below the runner.
    processes: usize,
    /// Their open descriptors, those of namespaces and file systems of cases among them.
    below: usize,
    /// What is mounted for them.
    mounts: usize,
}

impl Held {
    fn by(runner: u32) -> Held {
        let runner = i32::try_from(runner).unwrap();
        let status = fs::read_to_string(format!("/proc/{runner}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        // What ends meanwhile holds nothing.
        let open = |pid: i32| fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
        let mounts =
            |pid: i32| fs::read_to_string(format!("/proc/{pid}/mountinfo")).map_or(0, |all| all.lines().count());
        let below = descendants(runner);
        Held {
            memory: line.trim().trim_end_matches(" kB").parse().unwrap(),
            descriptors: open(runner),
            processes: below.len(),
            below: below.iter().map(|&pid| open(pid)).sum(),
            mounts: below.iter().map(|&pid| mounts(pid)).sum(),
        }
    }

    /// Whether it is more than it was, by more than what two cases hold while they run.
    fn has_grown_since(&self, early: &Held) -> bool {
        // Allocators keep some; a leak of 200 bytes a case would be 1,800 KiB.
        self.memory > early.memory + 1500
            || self.descriptors > early.descriptors + 2
            || self.processes > early.processes + 8
            || self.below > early.below + 150
            || self.mounts > early.mounts + 150
    }
}

/// Ten thousand cases in one run, in which a class of five forks, leaves files, leaves processes, or does nothing: all
/// is as it was, and the runner has not grown.
#[test]
fn nothing_builds_up_in_ten_thousand_cases() {
    const EXERCISES: usize = 5;
    const CASES: usize = 2000;
    let env = Env::new();
    let cases: String = (0..CASES)
        .map(|case| {
            format!("[[case]]\nid = \"c{case}\"\npurpose = \"p\"\nstdin = \"{case}\"\nstdout = \"{case}\\n\"\n")
        })
        .collect();
    let solutions = [
        "print(input())\n",
        "import os\nn = input()\nif os.fork() == 0:\n    os.setsid()\n    os.pause() if hasattr(os, 'pause') else __import__('signal').pause()\nprint(n)\n",
        "n = input()\nfor i in range(5): open(f'/dev/shm/{i}', 'w').write('x' * 1000)\nprint(n)\n",
        "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 8080))\ns.listen()\nprint(input())\n",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\nprint(input())\n",
    ];
    for (index, solution) in solutions.iter().enumerate().take(EXERCISES) {
        let id = format!("tier1/e{index}");
        env.exercise(&id, "script", &cases);
        env.solution(&id, solution);
    }
    let mut command = env.command(&["run", "all", "--json", "--jobs", "2"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let (mut passed, mut early, mut late) = (0, None, None);
    let (mut mode, mut keeper) = (String::new(), 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let event: Json = serde_json::from_str(&line.unwrap()).unwrap();
        if event["kind"] == "run_started" {
            mode = event["containment"]["mode"].as_str().unwrap().to_owned();
        }
        if event["kind"] == "case_finished" {
            // Without a network of its own, a case has no sockets.
            let right = event["verdict"] == "passed" || (mode == "bare" && event["exercise"] == "tier1/e3");
            assert!(right, "{event:#}");
            passed += 1;
            if keeper == 0 {
                keeper = descendants(i32::try_from(child.id()).unwrap())[0];
            }
            match passed {
                1000 => early = Some(Held::by(child.id())),
                9900 => late = Some(Held::by(child.id())),
                _ => {}
            }
        }
    }
    child.wait().unwrap();
    assert_eq!(passed, EXERCISES * CASES);
    let (early, late) = (early.unwrap(), late.unwrap());
    assert!(!late.has_grown_since(&early), "after 1,000 cases {early:?}, after 9,900 {late:?}");
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
    assert_eq!(groups(keeper), 0);
}
