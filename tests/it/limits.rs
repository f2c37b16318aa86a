//! Limits, and work folders that are left in ruins.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::env::Env;

fn env(limits: &str) -> Env {
    let env = Env::new();
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"ok\\n\"\n";
    env.exercise_with("tier1/one", "script", &format!("[limits]\n{limits}\n"), case);
    env
}

/// Judges `solution` under these limits; nothing must be left of it.
#[track_caller]
fn check(limits: &str, solution: &str, verdict: &str, reason: &str) {
    let env = env(limits);
    let case = env.judge(solution);
    let told = case["reason"].as_str().unwrap_or("");
    assert!(case["verdict"] == verdict && told.contains(reason), "{solution}: {case:#}");
    assert!(case["wall_ms"].as_f64().unwrap() < 10_000.0, "{case:#}");
    assert!(env.leftovers().is_empty(), "{solution}: {:?}", env.leftovers());
}

#[test]
fn time_runs_out() {
    let late = "still running after 300 ms";
    check("wall = \"300ms\"", "while True: pass\n", "timed_out", late);
    check("wall = \"300ms\"", "import time; time.sleep(1e6)\n", "timed_out", late);
    let deaf = "import signal\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    except OSError: pass\nwhile True: signal.pause()\n";
    check("wall = \"300ms\"", deaf, "timed_out", late);
    check("wall = \"300ms\"", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)\n", "timed_out", late);
    let cpu = "wall = \"20s\"\ncpu = \"300ms\"";
    check(cpu, "while True: pass\n", "timed_out", "used more than 300 ms of processor time");
    // Children's time counts.
    let children = "import os\nfor i in range(3):\n    if os.fork() == 0:\n        while True: pass\nos.wait()\n";
    check(cpu, children, "timed_out", "used more than 300 ms of processor time");
}

#[test]
fn memory_runs_out() {
    let memory = "wall = \"20s\"\nmemory = \"200MB\"";
    check(
        memory,
        "x = [bytes(1_000_000).replace(b'\\0', b'x') for i in range(2000)]\n",
        "out_of_memory",
        "used more than 200 MB of memory",
    );
    let children = "import os, time\nfor i in range(4):\n    if os.fork() == 0:\n        x = b'x' * 80_000_000\n        time.sleep(60)\nos.wait()\n";
    check(memory, children, "out_of_memory", "used more than 200 MB of memory");
}

#[test]
fn files_run_out() {
    let many = "for i in range(5000): open(f'f{i}', 'w').close()\nprint('ok')\n";
    check("wall = \"20s\"", many, "output_limit", "or too many files");
    let large = "wall = \"20s\"\nfiles = \"1MB\"";
    check(
        large,
        "print('ok')\nfor i in range(3): open(f'f{i}', 'wb').write(bytes(600_000))\n",
        "output_limit",
        "wrote more than 1 MB of files",
    );
    check(large, "open('f', 'wb').write(bytes(2_000_000))\n", "crashed", "");
}

#[test]
fn folders_in_ruins() {
    let wall = "wall = \"20s\"";
    check(wall, "import os, shutil; shutil.rmtree(os.getcwd()); print('ok')\n", "passed", "");
    check(
        wall,
        "import os, shutil; shutil.rmtree(os.path.dirname(os.getcwd()), ignore_errors=True); print('ok')\n",
        "passed",
        "",
    );
    check(
        wall,
        "import os; os.makedirs('a/b/c'); os.chmod('a/b', 0); os.chmod('a', 0); os.chmod('.', 0); print('ok')\n",
        "passed",
        "",
    );
    check(wall, "import os; os.chmod('..', 0); print('ok')\n", "passed", "");
    let deep = "import os\nfor i in range(500):\n    os.mkdir('d' * 100); os.chdir('d' * 100)\nprint('ok')\n";
    check(wall, deep, "passed", "");
    check(wall, "open('caf\\udce9\\n\\x1b', 'w').close(); print('ok')\n", "passed", "");
}
