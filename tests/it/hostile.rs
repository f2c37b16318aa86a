//! Solutions that break, flood, lie and hide: each gets its verdict, promptly, and nothing of it is left.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;

use serde_json::{Value as Json, json};

use crate::env::{Env, differences, is_alive};

/// One call, `f([1, 2])`, that is to return `[1, 2]`.
fn call() -> Env {
    limited("wall = \"20s\"")
}

fn limited(limits: &str) -> Env {
    let env = Env::new();
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"f([1, 2])\"\nreturns = \"[1, 2]\"\n";
    env.exercise_with("tier1/one", "call", &format!("[limits]\n{limits}\n"), case);
    env
}

/// One program that is to print `ok`, under these limits.
fn script(limits: &str, more: &str) -> Env {
    let env = Env::new();
    let case = format!("[[case]]\nid = \"a\"\npurpose = \"p\"\nstdout = \"ok\\n\"\n{more}");
    env.exercise_with("tier1/one", "script", &format!("[limits]\n{limits}\n"), &case);
    env
}

#[track_caller]
fn is(case: &Json, verdict: &str, reason: &str) {
    let told = case["reason"].as_str().unwrap_or("");
    assert!(case["verdict"] == verdict && told.contains(reason), "{case:#}");
}

#[track_caller]
fn within(case: &Json, seconds: f64) {
    assert!(case["wall_ms"].as_f64().unwrap() < seconds * 1000.0, "{case:#}");
}

#[test]
fn what_python_cannot_read() {
    let env = script("wall = \"20s\"", "");
    let case = env.judge("x = 1\nprint('ok'\ny = = 2\n");
    is(&case, "crashed", "an uncaught SyntaxError");
    let frame = &case["exception"]["frames"][0];
    assert_eq!(
        (&frame["file"], &frame["line"], &frame["source"]),
        (&json!("solution.py"), &json!(2), &json!("print('ok'"))
    );
    let text = env.run(&["run", "all"]).exits(1).stdout;
    assert!(text.contains("solution.py:2") || text.contains("line 2"), "{text}");
    assert!(text.contains("print('ok'") && text.lines().any(|line| line.trim_end().ends_with('^')), "{text}");

    is(&env.judge(b"# \xe9t\xe9\nprint('ok')\n"), "crashed", "an uncaught SyntaxError");
    let case = call().judge("def f(x:\n    return x\n");
    is(&case, "crashed", "solution.py could not be imported: SyntaxError");
    assert_eq!(case["exception"]["frames"][0]["line"], 1);
}

#[test]
fn floods_end_at_the_output_limit() {
    let env = script("wall = \"20s\"\noutput = \"1MB\"", "");
    for flood in [
        "import sys\nfor i in range(1000): sys.stdout.write('x' * 1_000_000)\n",
        "import sys\nfor i in range(1000): sys.stderr.write('x' * 1_000_000)\n",
        "while True: print('again', flush=True)\n",
    ] {
        let case = env.judge(flood);
        is(&case, "output_limit", "printed more than 1 MB");
        assert!(case["stdout"].as_str().unwrap().len() <= 16 * 1024 && case["output_cut"] == true);
        within(&case, 10.0);
    }
}

#[test]
fn broken_streams() {
    let env = script("wall = \"20s\"", "stdin = { repeat = \"0123456789\", times = 1000000 }\n");
    // Ten megabytes that nobody reads.
    let case = env.judge("print('ok')\n");
    is(&case, "passed", "");
    within(&case, 5.0);
    let case = env.judge("import os; os.write(1, b'o\\xff\\xfek\\n')\n");
    is(&case, "failed", "");
    assert_eq!(case["stdout"], "o\u{fffd}\u{fffd}k\n");
    is(&env.judge("import os; os.close(1)\n"), "failed", "");
    is(&env.judge("import os; os.close(1); os.close(2); os.close(0)\n"), "failed", "");
    // Right output, and then a crash.
    is(&env.judge("print('ok'); raise SystemExit(2)\n"), "crashed", "exited with code 2; expected 0");
    // What else differs is told all the same.
    let case = env.judge("print('none'); raise SystemExit(2)\n");
    is(&case, "crashed", "exited with code 2; expected 0");
    assert_eq!(
        (&case["differences_total"], &case["differences"][0]["channel"]),
        (&1.into(), &"stdout".into()),
        "{case:#}"
    );
    is(
        &env.judge("import os, signal; print('ok', flush=True); os.kill(os.getpid(), signal.SIGSEGV)\n"),
        "crashed",
        "SIGSEGV",
    );
}

#[test]
fn a_pass_never_comes_from_an_exit_status() {
    let env = call();
    for gone in [
        "import sys; sys.exit(0)\n",
        "import os; os._exit(0)\n",
        "def f(x):\n    import os; os._exit(0)\n",
        "def f(x): raise SystemExit(0)\n",
        "def f(x): raise SystemExit([1, 2])\n",
        "def f(x): exit()\n",
        "import os\ndef f(x): os.close(3); return [1, 2]\n",
        "import threading, os\ndef f(x):\n    threading.Thread(target=os._exit, args=(0,)).start()\n    while True: pass\n",
    ] {
        is(&env.judge(gone), "crashed", "");
    }
    is(&env.judge("def f(x): raise SystemExit(0)\n"), "crashed", "the call ended the program with sys.exit()");
    is(&env.judge("def f(x):\n    import os; os._exit(0)\n"), "crashed", "something called os._exit()");
    is(&env.judge("def g(x): return x\n"), "failed", "the solution has no `f`");
}

#[test]
fn answers_that_lie_do_not_pass() {
    let env = call();
    for lie in [
        "class L:\n    def __eq__(self, other): return True\n    __hash__ = None\ndef f(x): return L()\n",
        "class L(list):\n    def __eq__(self, other): return True\ndef f(x): return L([2, 1])\n",
        "class I(int):\n    def __eq__(self, other): return True\n    def __repr__(self): return '1'\n    __str__ = __format__ = __repr__\n    def __index__(self): return 1\ndef f(x): return [I(7), 2]\n",
        "class L(list):\n    def __iter__(self): return iter([1, 2])\n    def __len__(self): return 2\ndef f(x): return L([3])\n",
        "def f(x): return [True, 2]\n",
        "def f(x): return '[1, 2]'\n",
        "import os\ndef f(x):\n    body = b'{\"returned\": [1, 2]}'\n    os.write(3, b'%s %d\\n%s' % (b'0' * 32, len(body), body))\n    os._exit(0)\n",
        "import sys\nclass M(list): pass\nM.__name__ = M.__qualname__ = 'list'; M.__module__ = 'builtins'\ndef f(x): return M([9])\n",
    ] {
        let case = env.judge(lie);
        assert!(["failed", "crashed"].contains(&case["verdict"].as_str().unwrap()), "{lie}: {case:#}");
    }
}

#[test]
fn answers_that_are_hard_to_write_down() {
    let env = call();
    let case = env.judge("def f(x): return 10 ** 5000\n");
    is(&case, "failed", "");
    assert!(differences(&case)[0].starts_with("returned||type|[1, 2]|0x31e208010"), "{case:#}");
    for (hard, verdicts) in [
        (
            "def f(x):\n    y = []\n    for i in range(100_000): y = [y]\n    return y\n",
            &["failed", "output_limit"][..],
        ),
        ("def f(x): return list(range(3_000_000))\n", &["failed", "output_limit"]),
        ("def f(x):\n    d = {}; d['me'] = [d]; return d\n", &["failed", "output_limit"]),
        ("def f(x): return '\\ud800'\n", &["failed"]),
        ("def f(x): return lambda: 0\n", &["failed"]),
        ("def f(x): return (i for i in x)\n", &["failed"]),
        ("class E(Exception):\n    def __str__(self): raise E()\ndef f(x): raise E()\n", &["crashed"]),
        ("class E(BaseException):\n    __repr__ = __str__ = None\ndef f(x): raise E('a')\n", &["crashed"]),
        ("def f(x): return f(x)\n", &["crashed"]),
        ("class D(dict):\n    def items(self): raise KeyError(1)\ndef f(x): return D(a=1)\n", &["failed", "crashed"]),
    ] {
        let case = env.judge(hard);
        assert!(verdicts.contains(&case["verdict"].as_str().unwrap()), "{hard}: {case:#}");
        within(&case, 15.0);
        env.run(&["run", "all"]).exits(1);
    }
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let hostile = "\\x1b[2J\\x1b]0;title\\x07\\x9b31m \\u202egnp.exe\\u2066 \\x00\\x08\\r ok";
    let env = script("wall = \"20s\"", "");
    let programs = [
        format!("import sys\nprint('{hostile}')\nprint('{hostile}', file=sys.stderr)\n"),
        format!("raise ValueError('{hostile}')\n"),
        format!("exec(compile('1/0', '{hostile}', 'exec'))\n").replace("\\x00", ""),
        format!("open('{hostile}', 'w')\n").replace("\\x00", ""),
    ];
    for program in programs {
        env.solution("tier1/one", &program);
        for args in [&["run", "all", "--verbose"][..], &["run", "all", "--json"]] {
            let ran = env.run(args).exits(1);
            for said in [&ran.stdout, &ran.stderr] {
                let raw = said.chars().find(|c| matches!(c, '\0'..='\x09' | '\x0b'..='\x1f' | '\x7f'));
                assert_eq!(raw, None, "{program}: {said:?}");
            }
            let hidden = ran
                .stdout
                .chars()
                .find(|c| matches!(c, '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            assert!(hidden.is_none() || args.contains(&"--json"), "{program}: {:?}", ran.stdout);
        }
    }
}

#[test]
fn what_the_call_leaves_running_has_no_say() {
    let env = call();
    let ran = env.judge("import threading\ndef noise():\n    while True: print('noise')\ndef f(x):\n    threading.Thread(target=noise).start()\n    return x\n");
    assert!(["passed", "output_limit"].contains(&ran["verdict"].as_str().unwrap()), "{ran:#}");
    is(&env.judge("import os\ndef f(x):\n    os.fork()\n    return x\n"), "passed", "");
    is(&env.judge("import os\ndef f(x):\n    return x if os.fork() else [9]\n"), "passed", "");
    is(&env.judge("import atexit, os\natexit.register(os._exit, 7)\ndef f(x): return x\n"), "passed", "");
    is(&env.judge("import sys\nsys.stdout = sys.stderr = None\ndef f(x): return x\n"), "passed", "");
    is(&env.judge("import os\nos.environ.clear(); os.chdir('/')\ndef f(x): return x\n"), "passed", "");
}

#[test]
fn a_link_is_never_followed() {
    let env = script("wall = \"20s\"", "writes = { \"out.txt\" = \"root\\n\" }\n");
    let target = env.path("secret.txt");
    fs::write(&target, "root\n").unwrap();
    let target = target.display();
    for (make, shown) in [
        (format!("os.symlink('{target}', 'out.txt')"), "link"),
        ("os.mkfifo('out.txt')".to_owned(), "pipe"),
        ("import socket; socket.socket(socket.AF_UNIX).bind('out.txt')".to_owned(), "socket"),
        ("os.mkdir('out.txt')".to_owned(), ""),
    ] {
        let case = env.judge(format!("import os\n{make}\nprint('ok')\n"));
        is(&case, "failed", "");
        assert!(
            case.to_string().contains(shown) && !case.to_string().contains("root\\n\",\"actual\":\"root"),
            "{case:#}"
        );
    }
    is(&env.judge("print('ok'); open('out.txt', 'w').write('root\\n')\n"), "passed", "");
    // Neither is one in the place of a folder above.
    let case = env.judge(format!("import os\nos.symlink('{}', 'sub')\nprint('ok')\n", env.path("").display()));
    is(&case, "failed", "");
    assert!(!case.to_string().contains("secret.txt"), "{case:#}");
}

#[test]
fn no_process_outlives_its_case() {
    // So many processes are ended for their number, before what they have in common counts as memory of each.
    let env = script("wall = \"20s\"\nmemory = \"4GB\"", "");
    // The programs tell their numbers in a file; `tests/hostile` has the same behind walls.
    env.write("runner.toml", "exercises = \"pack\"\n[sandbox]\nmode = \"none\"\n");
    let pids = env.path("pids");
    let daemon = format!(
        "import os, sys, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        open({pids:?}, 'a').write(f'{{os.getpid()}}\\n')\n        while True: time.sleep(0.01)\n    os._exit(0)\nos.wait()\nwhile not os.path.exists({pids:?}) or not os.path.getsize({pids:?}): pass\nprint('ok')\n",
        pids = pids.display().to_string()
    );
    is(&env.judge(daemon), "passed", "");
    let gone = |least: usize| {
        let text = fs::read_to_string(&pids).unwrap();
        let all: Vec<i32> = text.lines().filter_map(|line| line.parse().ok()).collect();
        assert!(all.len() >= least, "{text}");
        assert_eq!(all.into_iter().filter(|&pid| is_alive(pid)).collect::<Vec<_>>(), [0; 0]);
        fs::remove_file(&pids).unwrap();
    };
    gone(1);

    let bomb = format!(
        "import os, time\nfor i in range(300):\n    if os.fork() == 0:\n        with open({:?}, 'a') as f: f.write(f'{{os.getpid()}}\\n')\n        time.sleep(60)\n        os._exit(0)\nprint('ok', flush=True)\ntime.sleep(60)\n",
        pids.display().to_string()
    );
    let case = env.judge(bomb);
    is(&case, "crashed", "started too many processes or threads");
    within(&case, 15.0);
    gone(50);
    assert!(env.leftovers().is_empty());
}
