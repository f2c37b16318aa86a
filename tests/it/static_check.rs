//! Static cases: what ruff, mypy, a formatter and rules on the syntax tree say of files that are never run.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use crate::env::{Env, Ran};

/// An exercise with one case of these keys.
fn env(keys: &str) -> Env {
    let env = Env::new();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/locks/lint.txt");
    env.write("pack/locks/lint.txt", fs::read(lock).unwrap());
    let toml = "format = 1\nname = \"mini\"\ntitle = \"Mini\"\n[environments.lint]\nlock = \"locks/lint.txt\"\nimports = [\"mypy\"]\n";
    env.write("pack/pack.toml", toml);
    let case = format!("[[case]]\nid = \"a\"\npurpose = \"p\"\nlimits = {{ wall = \"60s\" }}\n{keys}\n");
    env.exercise_with("tier1/one", "static", "[python]\nenvironment = \"lint\"\npreload = []\n", &case);
    env
}

/// What the case says of a solution: verdict, then each finding as a learner reads it.
fn told(keys: &str, solution: impl AsRef<[u8]>) -> Vec<String> {
    findings(&env(keys).judge(solution))
}

/// The verdict and each finding, as `solution.py:5:17 B006 message`.
fn findings(case: &Json) -> Vec<String> {
    let one = |difference: &Json| {
        assert_eq!(difference["kind"], "finding");
        let from_one = |part: &str| format!(":{}", part.parse::<usize>().unwrap() + 1);
        let place: String = difference["path"].as_str().unwrap().split('/').skip(1).map(from_one).collect();
        format!("{}{place} {}", difference["channel"]["file"].as_str().unwrap(), difference["actual"].as_str().unwrap())
    };
    let found = case["differences"].as_array().unwrap().iter().map(one);
    [case["verdict"].as_str().unwrap().to_owned()].into_iter().chain(found).collect()
}

#[test]
fn ruff_fails_what_is_selected_and_nothing_else() {
    let keys = "ruff = { select = [\"F401\", \"B006\"], notes = [\"F\", \"E501\"] }";
    let solution = "import os\nimport sys  # noqa: F401\n\n\ndef add(item, to=[]):\n    unused = 1\n    to.append(item)\n    return to\n";
    assert_eq!(
        told(keys, solution),
        [
            "failed",
            "solution.py:1:8 F401 `os` imported but unused",
            "solution.py:2:8 F401 `sys` imported but unused",
            "solution.py:2:13 comment `# noqa: F401` switches a check off: mend what it finds",
            "solution.py:5:18 B006 Do not use mutable data structures for argument defaults",
        ]
    );
    let case = env(keys).judge(solution);
    assert_eq!(case["reason"], "the checks found 4 things; besides, 1 that does not count");
    assert_eq!(told(keys, "def add(item, to=None):\n    unused = 1\n    return item, to\n"), ["passed"]);
}

#[test]
fn mypy_reads_no_settings_and_no_comments_of_the_learner() {
    let solution = "def length(text: str) -> int:\n    return text\n\n\ndef twice(x):\n    return x + 1\n";
    assert_eq!(
        told("mypy = \"default\"", solution),
        ["failed", "solution.py:2:12 return-value Incompatible return value type (got \"str\", expected \"int\")"]
    );
    let strict = told("mypy = \"strict\"", solution);
    assert_eq!(strict[2], "solution.py:5:1 no-untyped-def Function is missing a type annotation");
    let silenced = "# mypy: ignore-errors\ndef length(text: str) -> int:\n    return text  # type: ignore\n";
    let env = env("mypy = \"default\"");
    env.write("solutions/tier1/one/mypy.ini", "[mypy]\nignore_errors = True\nplugins = evil.py\n");
    env.write("solutions/tier1/one/evil.py", "raise SystemExit('ran')\n");
    env.write("solutions/tier1/one/json.py", "raise SystemExit('ran')\n");
    assert_eq!(
        findings(&env.judge(silenced)),
        [
            "failed",
            "solution.py:1:1 comment `# mypy: ignore-errors` switches a check off: mend what it finds",
            "solution.py:3:18 comment `# type: ignore` switches a check off: mend what it finds"
        ]
    );
}

#[test]
fn a_formatter_leaves_good_files_as_they_are() {
    assert_eq!(told("format = true", "x = {\"a\": 1}\n"), ["passed"]);
    assert_eq!(
        told("format = true", "x = 1\n\ny = { 'a':1 }\n"),
        ["failed", "solution.py:3 format `ruff format` would write it in another way"]
    );
    assert_eq!(told("format = true", "x = (\n")[0], "failed");
}

#[test]
fn rules_on_the_syntax_tree() {
    let keys = "must_use = [{ what = \"syntax with\", why = \"files are to be closed\" }, { what = \"import pathlib\" }]\n\
                must_not_use = [{ what = \"call os.path.join\" }, { what = \"call .iterrows\" }, { what = \"syntax bare-except\" }]";
    assert_eq!(
        told(keys, "import os\ntry:\n    print(os.path.join('a'))\nexcept:\n    frame.iterrows()\n"),
        [
            "failed",
            "solution.py must-use `syntax with` is asked for, and nowhere used: files are to be closed",
            "solution.py must-use `import pathlib` is asked for, and nowhere used",
            "solution.py:3:11 must-not-use `call os.path.join` is not allowed here",
            "solution.py:4:1 must-not-use `syntax bare-except` is not allowed here",
            "solution.py:5:5 must-not-use `call .iterrows` is not allowed here",
        ]
    );
    assert_eq!(told(keys, "from pathlib import Path\nwith Path('a').open():\n    pass\n"), ["passed"]);
    assert_eq!(told(keys, "with (\n")[1..], ["solution.py:1:6 syntax '(' was never closed"]);
}

#[test]
fn mistakes_of_authors_are_told() {
    // Line 6 of cases.toml is the first of these keys.
    for (keys, place, message) in [
        ("must_use = [{ what = \"walk\" }]", "6:13", "`walk` is no rule"),
        ("must_use = [\n{ what = \"imprt json\" }]", "7:1", "unknown check `imprt`: did you mean `import json`?"),
        ("must_use = [{ what = \"syntax whale\" }]", "6:13", "`whale` is no syntax: did you mean `while`?"),
        ("must_use = [{ what = \"syntax xx\" }]", "6:13", "`xx` is no syntax: known are for, while"),
        ("must_use = [{ what = \"call a b\" }]", "6:13", "`a b` is no name that `call` can have"),
        ("must_use = [{ waht = \"call a\" }]", "6:15", "unknown key `waht`: did you mean `what`?"),
        ("must_not_usr = []", "6:1", "unknown key `must_not_usr`: did you mean `must_not_use`?"),
        ("ruf = { select = [\"F\"] }", "6:1", "unknown key `ruf`: did you mean `ruff`?"),
        ("ruff = { selct = [\"F\"] }", "6:10", "unknown key `selct`: did you mean `select`?"),
        ("ruff = { select = [\"F\", \"e501\"] }", "6:25", "`e501` is not a code of ruff: did you mean `E501`?"),
        ("ruff = { notes = [\"5\"] }", "6:19", "`5` is not a code of ruff, such as `B006` or `F`"),
        ("mypy = \"stricter\"", "6:8", "did you mean `strict`?"),
        ("format = true\nchecks = [\"solutoin.py\"]", "7:11", "no file `solutoin.py`: did you mean `solution.py`?"),
        ("format = true\nchecks = [\"../one/starter/solution.py\"]", "7:11", "a solution has no file"),
        ("", "2:1", "expects nothing"),
    ] {
        let ran: Ran = env(keys).run(&["run", "all"]);
        ran.exits(3).says(&[&format!("tier1/one/cases.toml:{place}: "), message]);
    }
    // What ruff itself does not know, it says when it runs: the exercise's mistake, not the learner's.
    let case = env("ruff = { select = [\"QQQ1\"] }").judge("x = 1\n");
    assert_eq!(case["verdict"], "exercise_error", "{case:#}");
}

#[test]
fn a_static_case_catches_no_mutants() {
    // A mutant is written by a program, and never formatted: it says nothing of the cases.
    let env = env("format = true\nkind = \"static\"");
    let hint = "[python]\nenvironment = \"lint\"\npreload = []\n[[hint]]\nlevel = 1\ntext = \"t\"\n";
    let formatted =
        "[[case]]\nid = \"f\"\npurpose = \"p\"\nkind = \"static\"\nlimits = { wall = \"60s\" }\nformat = true\n";
    let called = "[[case]]\nid = \"c\"\npurpose = \"p\"\ncall = \"half(4)\"\nreturns = \"2\"\n";
    env.exercise_with("tier1/one", "call", hint, &format!("{formatted}{called}"));
    let reference = "def half(number):\n    if number < 0:\n        return None\n    return number // 2\n";
    env.write("pack/tier1/one/reference/solution.py", reference);
    let ran = env.run(&["check", "--mutants"]).exits(3);
    assert!(
        ran.stdout.contains("no case catches solution.py:2: half: if number < 0: -> if number <= 0:"),
        "{}",
        ran.stdout
    );
    // This attack is formatted, so that nothing but the call is in its way.
    env.exercise_with("tier1/one", "static", hint, formatted);
    let ran = env.run(&["check"]).exits(3);
    assert!(ran.stdout.contains("the attack `print without end` passes every case"), "{}", ran.stdout);
    // Without anything that is run there is nothing that could catch one.
    let rule = "must_use = [{ what = \"syntax match\" }]\n";
    env.exercise_with("tier1/one", "static", hint, &format!("{formatted}{rule}"));
    let reference = "def half(number):\n    match number:\n        case int():\n            return number // 2\n";
    env.write("pack/tier1/one/reference/solution.py", reference);
    let ran = env.run(&["check", "--mutants", "--table", "table.md"]).exits(0);
    assert!(ran.stdout.contains("0 of 0 mutants caught"), "{}", ran.stdout);
}

#[test]
fn no_spelling_of_a_comment_switches_a_check_off() {
    let comments = [
        "#type:ignore",
        "# TYPE :  ignore[attr-defined]",
        "#\u{a0}type: ignore",
        "# why # type: ignore",
        "#fmt:off",
        "# fmt: skip",
        "#FMT :off",
        "# black: off",
        "# yapf: disable",
        "# isort:skip",
        "# isort: skip_file",
        "#noqa",
        "# NOQA:E501",
        "#  noqa : F401",
        "# flake8: noqa",
        "# ruff: noqa: F401",
        "#ruff:disable[F401]",
        "# mypy: ignore-errors",
        "#mypy:ignore-errors",
        "# pyright: basic",
        "#pyright:ignore",
        "# ty: ignore",
        "# pylint: disable=all",
    ];
    let harmless =
        ["# no quarrel", "# type: int", "# the type: ignored", "# fmt is a format", "x = '# type: ignore'  # a text"];
    let text = comments.iter().chain(&harmless).map(|line| format!("{line}\n")).collect::<String>();
    let expected = comments.iter().enumerate().map(|(at, comment)| {
        let comment = comment.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("solution.py:{}:1 comment `{comment}` switches a check off: mend what it finds", at + 1)
    });
    let expected: Vec<String> = ["failed".to_owned()].into_iter().chain(expected).collect();
    assert_eq!(told("ruff = { select = [\"F\"] }", &text), expected);
}

#[test]
fn what_a_learner_adds_is_looked_at_too() {
    let env = env("ruff = { select = [\"F\"] }\nmypy = \"strict\"\nmust_not_use = [{ what = \"syntax lambda\" }]");
    env.write(
        "pack/tier1/one/starter/usage.py",
        "from solution import answer\n\nTOLD: str = answer()  # type: ignore\n",
    );
    env.write("solutions/tier1/one/usage.py", "# mine\n");
    env.write("solutions/tier1/one/own/helper.py", "import os\n\nf = lambda: 0  # fmt: skip\n");
    // A stub says what it likes of a module that is run.
    env.write("solutions/tier1/one/told.py", "def told() -> str:\n    return 1\n");
    env.write("solutions/tier1/one/told.pyi", "from typing import Any\ndef told() -> Any: ...\n");
    let case = env.judge("from told import told\n\n\ndef answer() -> str:\n    return told()\n");
    assert_eq!(
        findings(&case),
        [
            "failed",
            "own/helper.py:1:8 F401 `os` imported but unused",
            "own/helper.py:3:5 must-not-use `syntax lambda` is not allowed here",
            "own/helper.py:3:16 comment `# fmt: skip` switches a check off: mend what it finds",
            "told.py:2:12 return-value Incompatible return value type (got \"int\", expected \"str\")",
        ]
    );
}

#[test]
fn nothing_that_a_learner_wrote_is_imported_by_the_tools() {
    let env = env("mypy = \"default\"");
    for module in ["json", "mypy", "re", "switches"] {
        env.write(&format!("solutions/tier1/one/{module}.py"), "raise SystemExit(1)\n");
    }
    let case = env.judge("def length(text: str) -> int:\n    return text\n");
    let found = findings(&case);
    assert!(found[1].starts_with("solution.py:2:12 return-value Incompatible"), "{found:?}");
}

/// The lines at which the rule is broken.
fn broken(rule: &str, solution: &str) -> Vec<usize> {
    let told = told(&format!("must_not_use = [{{ what = \"{rule}\" }}]"), solution);
    let line = |finding: &String| finding.split(':').nth(1).unwrap().parse().unwrap();
    told.iter().skip(1).map(line).collect()
}

#[test]
fn a_rule_sees_through_every_way_to_import() {
    let imports = [
        "from typing import Any",
        "from typing import Any as Whatever",
        "import typing, typing as t",
        "a: typing.Any = t.Any",
        "T = U = t",
        "b: U.Any",
        "c = __import__('typing').Any",
        "from importlib import import_module as load",
        "d = load('typ' + 'ing').Any",
        "e = getattr(t, 'Any')",
        "import sys",
        "f = sys.modules['typing'].Any",
        "g = vars(typing)['Any'], t.__dict__['Any']",
        "def h(name): return load(name)",
        "def i(name): return getattr(typing, name)",
        "exec('from typing import Any')",
        "j: list[t.Literal['Any']]; k = Whatever",
    ]
    .join("\n");
    assert_eq!(broken("import typing.Any", &imports), [1, 2, 4, 6, 7, 9, 10, 12, 13, 14, 15, 16]);
    assert_eq!(broken("import typing.Any", "from typing import *\nx: list[Any]\ny: int\n"), [2]);
    assert_eq!(broken("import typing.Any", "from . import typing\nx: typing.Any\nclass Any: pass\ny: Any\n"), [0; 0]);
    let calls = [
        "import io, builtins as b, posixpath, os.path as p",
        "from os.path import join as paste",
        "io.open('a')",
        "b.open('a')",
        "o = open",
        "o('a')",
        "def f(get=open): get('a')",
        "p.join('a'); posixpath.join('a')",
        "paste('a')",
        "'a'.join('b'); door.open()",
    ]
    .join("\n");
    assert_eq!(broken("call open", &calls), [3, 4, 6, 7]);
    assert_eq!(broken("call os.path.join", &calls), [8, 9]);
    assert_eq!(broken("import io.open", &calls), [3]);
    assert_eq!(broken("call .rows", "r = frame.rows\nr()\nf()().rows()\ngetattr(f, 'rows')()\nrows()\n"), [2, 3, 4]);
}

#[test]
fn a_rule_that_asks_for_an_import_takes_every_way() {
    let keys = "must_use = [{ what = \"import typing.Protocol\" }, { what = \"import json\" }]";
    for solution in [
        "from typing import Protocol\nimport json\n",
        "import typing as t\nfrom json import loads\nclass A(t.Protocol): ...\n",
        "import typing\nclass A(typing.Protocol):\n    j = __import__('json')\n",
    ] {
        assert_eq!(told(keys, solution), ["passed"], "{solution}");
    }
    let missing = told(keys, "import typing\njson = typing.List\n");
    assert_eq!(missing.len(), 3, "{missing:?}");
}

#[test]
fn findings_are_lines_and_nothing_of_the_tools_is_shown() {
    let env = env("ruff = { select = [\"F\", \"E7\"] }");
    env.solution("tier1/one", "import os\n".to_owned() + &"def f(l): return unknown\n".repeat(60));
    let ran = env.run(&["run", "all"]).exits(1);
    for line in [
        "    solution.py:1:8 F401 `os` imported but unused\n",
        "    solution.py:2:7 E741 Ambiguous variable name: `l`\n",
        "    solution.py:2:18 F821 Undefined name `unknown`\n",
        "... and 140 more findings.\n",
    ] {
        assert!(ran.stdout.contains(line), "{line}{}", ran.stdout);
    }
    assert_eq!(ran.stdout.lines().filter(|line| line.starts_with("    solution.py:")).count(), 40, "{}", ran.stdout);
    for raw in ["printed on", "{\"", "expected", "(nothing)"] {
        assert!(!ran.stdout.contains(raw), "{raw}: {}", ran.stdout);
    }
    let verbose = env.run(&["run", "all", "--verbose"]);
    assert_eq!(verbose.stdout.lines().filter(|line| line.starts_with("    solution.py:")).count(), 100);
    let case = env.judge("import os\n".repeat(200));
    assert_eq!((case["differences"].as_array().unwrap().len(), case["stdout"].as_str()), (100, Some("")));
    assert!(case["differences_total"].as_u64().unwrap() >= 200, "{case:#}");
}

#[test]
fn a_file_that_cannot_be_read_is_the_learners() {
    let keys =
        "ruff = { select = [\"F\"] }\nmypy = \"strict\"\nformat = true\nmust_not_use = [{ what = \"call open\" }]";
    let one = |solution: &[u8], finding: &str| {
        let told = told(keys, solution);
        assert_eq!(told[0], "failed", "{told:?}");
        assert!(told[1].starts_with(finding), "{told:?}");
    };
    one(b"x = 1\ny = '\xff'\n", "solution.py:2:6 encoding not UTF-8: the byte 0xff cannot be read");
    one(b"# coding: latin-1\nx = 1\n", "solution.py:1 encoding this file says that it is iso-8859-1: files have to be");
    one(b"\n# coding: utf-7\n# +AAo-import os\n", "solution.py:2 encoding this file says that it is utf-7");
    one(b"# coding: nonsense\nx = 1\n", "solution.py:1 syntax unknown encoding");
    one(b"x = 1\ny = '\0'\n", "solution.py:2 syntax a null byte is no part");
    one(b"def f(:\n    pass\n", "solution.py:1:7 syntax invalid syntax");
    one("(".repeat(1000).as_bytes(), "solution.py:1:");
    // What only a tool gives up on is no fault of the exercise either.
    for deep in [format!("x = {}1\n", "-".repeat(3000)), format!("x = {}1\n", "1 + ".repeat(3000))] {
        let told = told(keys, &deep);
        assert!(["failed", "crashed", "out_of_memory"].contains(&told[0].as_str()), "{told:?}");
    }
    let env = env("mypy = \"default\"");
    env.write("solutions/tier1/one/other.py", b"\xfe\n");
    assert!(findings(&env.judge("x = 1\n"))[1].starts_with("other.py:1:1 encoding not UTF-8"));
}

#[test]
fn a_finding_without_a_line_is_told() {
    let env = env("mypy = \"default\"");
    env.write("solutions/tier1/one/solution/__init__.py", "");
    let found = findings(&env.judge("x = 1\n"));
    assert_eq!(found[0], "failed");
    assert!(found[1].starts_with("solution/__init__.py mypy Duplicate module named \"solution\""), "{found:?}");
    let ran = env.run(&["run", "all"]);
    assert!(ran.stdout.contains("    solution/__init__.py mypy Duplicate module"), "{}", ran.stdout);
}

#[test]
fn of_two_codes_the_longer_one_decides_what_counts() {
    let solution = format!("x = '{}'\n\n\ndef f(flag: bool):\n    if flag: return undefined\n", "a".repeat(100));
    let rules = |keys: &str| -> (Vec<String>, Option<String>) {
        let case = env(keys).judge(&solution);
        let rule = |finding: &String| finding.split(' ').nth(1).unwrap().to_owned();
        let reason = case["reason"].as_str().map(str::to_owned);
        (findings(&case).iter().skip(1).map(rule).collect(), reason)
    };
    let found = |all: &[&str], more: &str| {
        let things = if all.len() == 1 { "thing" } else { "things" };
        let reason = format!("the checks found {} {things}{more}", all.len());
        (all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>(), Some(reason))
    };
    let one_more = "; besides, 1 that does not count";
    assert_eq!(rules("ruff = { select = [\"E\"] }"), found(&["E501", "E701"], ""));
    assert_eq!(rules("ruff = { select = [\"E\"], notes = [\"E5\"] }"), found(&["E701"], one_more));
    assert_eq!(rules("ruff = { select = [\"E501\"], notes = [\"E\"] }"), found(&["E501"], one_more));
    assert_eq!(rules("ruff = { select = [\"E501\"], notes = [\"E501\"] }"), found(&["E501"], ""));
    // `FBT` is no part of `F`, however it is written.
    assert_eq!(rules("ruff = { select = [\"F\"], notes = [\"FBT\"] }"), found(&["F821"], one_more));
    assert_eq!(told("ruff = { select = [\"F8\"], notes = [\"F821\"] }", &solution), ["passed"]);
}

#[test]
fn the_commands_that_are_shown_give_the_same_by_hand() {
    let env = env(
        "ruff = { select = [\"E501\", \"F401\"], notes = [\"I\"], line_length = 60 }\nformat = true\nmypy = \"strict\"",
    );
    env.write(
        "solutions/tier1/one/pyproject.toml",
        "[tool.ruff]\nline-length = 200\nlint.ignore = [\"F401\"]\n[tool.mypy]\nignore_errors = true\n",
    );
    let solution = "import os  # noqa\n\n\ndef f(first_argument, second_argument, the_third_argument):\n    \
                    return first_argument + second_argument + the_third_argument\n";
    let case = env.judge(solution);
    let commands = case["input"][0]["text"].as_str().unwrap();
    assert_eq!(
        commands.lines().collect::<Vec<_>>(),
        [
            "ruff check --isolated --target-version py311 --line-length 60 --ignore-noqa --select E501,F401 solution.py",
            "ruff format --isolated --target-version py311 --line-length 60 --diff solution.py",
            "mypy --strict --config-file= --no-site-packages --explicit-package-bases solution.py",
        ]
    );
    let rules: Vec<String> =
        findings(&case).iter().skip(1).map(|one| one.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(rules, ["F401", "comment", "no-untyped-def", "format", "E501"]);
    let environments = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache/practice/envs");
    let mut folders = fs::read_dir(environments).unwrap().map(|entry| entry.unwrap().path());
    let lint = folders.find(|path| path.join("bin/ruff").exists()).unwrap();
    let by_hand = |command: &str| {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", command]).current_dir(env.path("solutions/tier1/one"));
        let output = shell.env("PATH", lint.join("bin")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let said: Vec<String> = commands.lines().map(by_hand).collect();
    assert!(said[0].contains("Found 2 errors") && said[0].contains("F401") && said[0].contains("E501"), "{}", said[0]);
    assert!(said[1].contains("@@ "), "{}", said[1]);
    assert!(said[2].contains("Found 1 error ") && said[2].contains("no-untyped-def"), "{}", said[2]);
}
