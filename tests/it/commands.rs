//! The other commands: what they print, and that they change nothing that they should not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;

use serde_json::Value as Json;

use crate::env::{Env, Ran};

const COMMANDS: [&str; 21] = [
    "init",
    "list",
    "show",
    "run",
    "watch",
    "replay",
    "hint",
    "next",
    "reset",
    "review",
    "solution",
    "status",
    "test-out",
    "check",
    "new",
    "snap",
    "doctor",
    "config",
    "env",
    "completions",
    "man",
];

fn small() -> Env {
    let env = Env::new();
    env.exercise("tier1/one", "call", "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"f()\"\nreturns = \"1\"\n");
    env
}

/// Panics if a line is wider than the screen, or not plain.
#[track_caller]
fn fits(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{}: {line}", line.chars().count());
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}

/// The text without its tables and code, whose lines stay as they are: code is indented, and a table has a line of
/// nothing but dashes and spaces.
fn prose(text: &str) -> String {
    let is_rule = |line: &str| line.contains("--") && line.chars().all(|c| c == '-' || c == ' ');
    let blocks = text.split("\n\n").filter(|block| !block.lines().any(is_rule));
    let lines = blocks.flat_map(|block| block.lines().chain([""])).filter(|line| !line.starts_with("    "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_command_has_its_help() {
    let env = Env::bare();
    let help = env.run(&["--help"]).exits(0);
    for command in COMMANDS {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command}: {}", help.stdout);
        let ran = env.run(&[command, "--help"]).exits(0);
        assert!(ran.stdout.contains("Usage: practice ") && ran.stderr.is_empty(), "{}", ran.stdout);
        fits(&ran.stdout);
    }
    assert!(env.run(&["--version"]).exits(0).stdout.starts_with("practice "));
    env.run(&["lst"]).exits(2).says(&["a similar subcommand exists: 'list'"]);
    env.run(&["list", "--colour"]).exits(2).says(&["--color"]);
}

#[test]
fn the_exit_codes_are_one_table() {
    let table: Vec<(u8, &str)> =
        practice::cli::ExitStatus::ALL.iter().map(|status| (status.number(), status.meaning())).collect();
    assert_eq!(table.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 130]);
    let help = Env::bare().run(&["--help"]).exits(0).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for (number, _) in &table {
        assert!(help.contains(&format!(" {number} ")), "{number}: {help}");
    }
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exit-codes.md");
    // The page may not be written yet; when it is, it is this table.
    if let Ok(page) = fs::read_to_string(page) {
        for (number, meaning) in table {
            assert!(page.contains(&format!("| {number} | {meaning}")), "{number} {meaning}");
        }
    }
}

#[test]
fn init_makes_a_workspace_and_never_overwrites() {
    let env = Env::bare();
    env.write("there/runner.toml", "jobs = 1\n");
    env.write("there/solutions/tier1/jsonl-dedupe/solution.py", "mine\n");
    let ran = env.run(&["init", "there"]).exits(0);
    assert!(ran.stdout.contains("; 2 were there already and are as they were"), "{}", ran.stdout);
    assert!(ran.stdout.contains("  cd there\n") && ran.stdout.contains("practice run tier1/"), "{}", ran.stdout);
    assert_eq!(env.read("there/runner.toml"), "jobs = 1\n");
    assert_eq!(env.read("there/solutions/tier1/jsonl-dedupe/solution.py"), "mine\n");
    assert!(env.read("there/solutions/tier1/jsonl-dedupe/README.md").starts_with("# "));

    let ran = env.run(&["init"]).exits(0);
    assert!(!ran.stdout.contains("there already"), "{}", ran.stdout);
    let settings = env.read("runner.toml");
    let ran = env.run(&["init"]).exits(0);
    assert!(ran.stdout.starts_with("0 files written; "), "{}", ran.stdout);
    // Its settings are the defaults, also when nothing is commented out any more.
    let changed: Vec<String> = origins(&env, &[]).into_iter().filter(|line| !line.ends_with("default")).collect();
    assert_eq!(changed, [""; 0]);
    let uncommented: Vec<&str> = settings
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if setting.contains(" = ") => setting,
            _ => line,
        })
        .collect();
    env.write("runner.toml", uncommented.join("\n"));
    assert_eq!(origins(&env, &[]).iter().filter(|line| line.ends_with("runner.toml")).count(), 9);
    env.write("runner.toml", "");
    env.write("file", "");
    env.run(&["init", "file"]).exits(4).says(&["file"]);
}

/// `key from origin` of each setting.
fn origins(env: &Env, more: &[(&str, &str)]) -> Vec<String> {
    let ran = Ran::of(env.command(&["config", "--json"]).envs(more.iter().copied())).exits(0);
    let all: Vec<Json> = serde_json::from_str(&ran.stdout).unwrap();
    all.iter()
        .map(|one| {
            format!(
                "{} = {} from {}",
                one["key"].as_str().unwrap(),
                one["value"].as_str().unwrap(),
                one["origin"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn config_tells_where_each_value_comes_from() {
    let env = small();
    let has = |origins: &[String], line: &str| assert!(origins.iter().any(|one| one == line), "{line}: {origins:#?}");
    let workspace = env.path("runner.toml").display().to_string();
    fs::create_dir_all(env.beside("config/practice")).unwrap();
    let user = env.beside("config/practice/config.toml");
    fs::write(&user, "jobs = 3\nsolutions = \"mine\"\n[limits]\ntime-factor = 2.0\n").unwrap();
    let mine = env.beside("config/practice/mine").display().to_string();
    let user = user.display().to_string();

    let all = origins(&env, &[]);
    has(&all, &format!("exercises = {} from {workspace}", env.path("pack").display()));
    has(&all, &format!("jobs = 3 from {user}"));
    has(&all, &format!("solutions = {mine} from {user}"));
    has(&all, "report.color = auto from default");
    env.write("runner.toml", "exercises = 'pack'\njobs = 4\nsolutions = 'theirs'\n");
    let all = origins(&env, &[("PRACTICE_TIME_FACTOR", "3.5"), ("PRACTICE_SOLUTIONS", "")]);
    has(&all, &format!("jobs = 4 from {workspace}"));
    has(&all, &format!("solutions = {} from {workspace}", env.path("theirs").display()));
    has(&all, "limits.time-factor = 3.5 from PRACTICE_TIME_FACTOR");
    let all = origins(&env, &[("PRACTICE_JOBS", "5"), ("PRACTICE_PYTHON", "py")]);
    has(&all, "jobs = 5 from PRACTICE_JOBS");
    has(&all, "python.interpreter = py from PRACTICE_PYTHON");
    let ran =
        Ran::of(env.command(&["config", "--python", "x", "--color", "never"]).env("PRACTICE_PYTHON", "py")).exits(0);
    assert!(
        ran.stdout.contains(&format!("workspace {}\n", env.path("").display().to_string().trim_end_matches('/'))),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .lines()
            .any(|line| line.starts_with("python.interpreter") && line.contains("= x ") && line.ends_with("# flag"))
    );
    // A flag beats all of them, and settings are found from a folder below.
    fs::create_dir_all(env.path("theirs/tier1")).unwrap();
    let ran = Ran::of(
        env.command(&["run", "all", "--jobs", "6", "--json"])
            .env("PRACTICE_JOBS", "5")
            .current_dir(env.path("theirs/tier1")),
    );
    assert_eq!(ran.exits(1).events()[0]["jobs"], 6);
}

#[test]
fn list_and_show_fit_the_screen() {
    let env = Env::bare();
    let ran = env.run(&["list"]).exits(0);
    fits(&ran.stdout);
    assert!(ran.stdout.contains("todo    jsonl-dedupe"), "{}", ran.stdout);
    let all: Vec<Json> = serde_json::from_str(&env.run(&["list", "--json"]).exits(0).stdout).unwrap();
    assert!(all.len() >= 10);
    for exercise in &all {
        let ran = env.run(&["show", exercise["id"].as_str().unwrap()]).exits(0);
        fits(&prose(&ran.stdout));
        let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&format!("practice run {}", exercise["id"].as_str().unwrap())), "{}", ran.stdout);
    }
    fits(&env.run(&["status"]).exits(0).stdout);
    let only: Vec<Json> = serde_json::from_str(&env.run(&["list", "topic:numpy", "--json"]).exits(0).stdout).unwrap();
    assert!(!only.is_empty() && only.iter().all(|exercise| exercise["topic"] == "numpy"));
    env.run(&["status", "--role", "mlops"]).exits(0);
    env.run(&["status", "--role", "boss"]).exits(2).says(&["llm-engineer"]);
    env.run(&["show", "tier1"]).exits(2).says(&["`tier1` means ", "name one, such as `tier1/"]);
    env.run(&["show", "jsonl-dedup"]).exits(2).says(&["did you mean `jsonl-dedupe`?"]);
}

#[test]
fn doctor_and_env_tell_what_there_is() {
    let env = small();
    env.solution("tier1/one", "def f(): return 1\n");
    env.run(&["run", "all"]).exits(0);
    let ran = env.run(&["doctor"]).exits(0);
    for part in [
        "python        3.",
        "environment   stdlib: ready, ",
        "\n  full  ",
        "\n  bare  ",
        "  in force      ",
        "  NOT in force  ",
        "progress      ",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let ran = Ran::of(env.command(&["doctor"]).env("PATH", "")).exits(4);
    assert!(ran.stdout.contains("python        MISSING: no python found"), "{}", ran.stdout);
    assert!(env.run(&["env", "list"]).exits(0).stdout.contains("stdlib"));
    let python = env.run(&["env", "path", "stdlib"]).exits(0).stdout;
    assert!(fs::exists(python.trim()).unwrap(), "{python}");
    env.run(&["env", "path", "dta"]).exits(2).says(&["there is no environment `dta`: known are stdlib"]);
    let empty = Ran::of(env.command(&["env"]).env("PRACTICE_ENVIRONMENTS", env.path("none"))).exits(0);
    assert!(empty.stdout.starts_with("no environment yet"), "{}", empty.stdout);
    let path = Ran::of(env.command(&["env", "path", "stdlib"]).env("PRACTICE_ENVIRONMENTS", env.path("none")));
    path.exits(2).says(&["`practice env sync stdlib` installs it"]);
}

#[test]
fn completions_are_there_for_each_shell() {
    let env = small();
    for shell in ["bash", "zsh", "fish"] {
        let script = env.run(&["completions", shell]).exits(0).stdout;
        assert!(script.contains("COMPLETE") && script.contains("practice"), "{script}");
    }
    env.run(&["completions", "basch"]).exits(2).says(&["bash"]);
    // What the script asks for when somebody types `practice run tier1/<TAB>`.
    let mut asked = env.command(&["--", "practice", "run", "tier1/"]);
    let ran = Ran::of(asked.env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", "2").env("_CLAP_IFS", "\n"));
    assert_eq!(ran.exits(0).stdout, "tier1/one");
}
