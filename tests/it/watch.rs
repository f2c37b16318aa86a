//! `practice watch` in a real terminal: a learner who saves, reads, takes hints, goes on.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::process::Command;

use crate::env::{Env, has_ended};
use crate::terminal::Terminal;

const CASES: &str = "[[case]]\nid = \"small\"\npurpose = \"a small number\"\ncall = \"double(2)\"\nreturns = \"4\"\n\
                     [[case]]\nid = \"large\"\npurpose = \"a large number\"\ncall = \"double(500)\"\nreturns = \"1000\"\n\
                     [[case]]\nid = \"negative\"\npurpose = \"a negative one\"\ncall = \"double(-1)\"\nreturns = \"-2\"\n";
const HINTS: &str = "[[hint]]\nlevel = 1\ntext = \"Twice is *plus itself*.\"\n\
                     [[hint]]\nlevel = 2\nwhen = { case = \"large\" }\ntext = \"Large numbers double, too.\"\n";
const RIGHT: &str = "def double(x):\n    return 2 * x\n";
const WRONG: &str = "def double(x):\n    return 4\n";

fn pack() -> Env {
    let env = Env::new();
    env.exercise_with("tier1/double", "call", HINTS, CASES);
    env.exercise("tier1/other", "call", CASES);
    env.write("pack/tier1/double/reference/solution.py", RIGHT);
    for slug in ["double", "other"] {
        env.solution(&format!("tier1/{slug}"), "# write here\n");
    }
    env
}

fn command(env: &Env, args: &[&str]) -> Command {
    let mut command = env.command(args);
    command.env("TERM", "xterm-256color").env_remove("COLUMNS");
    command
}

fn watch(env: &Env) -> Terminal {
    Terminal::start(&command(env, &["watch"]), 24, 80)
}

#[test]
fn from_the_starter_to_the_next_exercise() {
    let env = pack();
    let mut terminal = watch(&env);
    // Not begun: the statement is what helps.
    let first = terminal.shows("still the starter");
    assert!(first.starts_with("tier1/double  Title of double\nnot attempted\n────"), "{first}");
    assert!(first.contains("Edit solutions/tier1/double/solution.py and save it"), "{first}");
    assert!(
        first.ends_with("h hint  s statement  n next  p previous  l list  e edit  r run  ? keys  q end\n"),
        "{first}"
    );

    env.solution("tier1/double", WRONG);
    let failing = terminal.shows("failed, 1 of 3 cases in ");
    assert!(failing.contains("✓✗✗\n1 of 3 cases pass\n"), "{failing}");
    assert!(failing.contains("✗ large: a large number") && failing.contains("1000"), "{failing}");
    assert!(failing.contains("1 more case fails (Tab): negative"), "{failing}");
    terminal.press("\t");
    terminal.shows("✗ negative: a negative one");

    terminal.press("h");
    terminal.shows("Twice is plus itself.");
    terminal.press("h");
    let hints = terminal.shows("Hint 2, for the case `large`");
    assert!(hints.contains("Large numbers double, too.") && hints.contains("That is all for what failed."), "{hints}");
    terminal.press("h");
    terminal.shows("You have had all hints for this as it stands.");
    terminal.press("o");
    terminal.shows("The solution opens when you have passed");
    terminal.press("y");
    terminal.shows("replay/tier1-double-negative runs it by hand, with no wall");
    assert!(env.path("replay/tier1-double-negative/run.py").is_file());
    terminal.press("s");
    terminal.shows("[statement; Esc goes back]");

    // An editor that writes a new file and renames it.
    env.write("solutions/tier1/double/solution.py~new", RIGHT);
    fs::rename(env.path("solutions/tier1/double/solution.py~new"), env.path("solutions/tier1/double/solution.py"))
        .unwrap();
    terminal.shows("passed, 3 of 3 cases in ");
    terminal.press("\x1b");
    // The tier's progress comes a moment after the verdict.
    let passed = terminal.shows("tier1 [#####-----] 1 of 2 passed; 1 of 2 in all");
    assert!(passed.contains("All 3 cases pass."), "{passed}");
    assert!(passed.contains("Next: tier1/other - Title of other (about 5 minutes, data)."), "{passed}");
    terminal.press("o");
    terminal.shows("return 2 * x");
    terminal.press("n");
    terminal.until(|text| text.starts_with("tier1/other  Title of other\nnot attempted"));
    terminal.press("p");
    terminal.until(|text| text.starts_with("tier1/double") && text.contains("All 3 cases pass."));
    terminal.press("q");
    assert_eq!(terminal.ends().0, Some(0));
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());

    // What was taken and passed is kept.
    assert!(env.run(&["list"]).exits(0).stdout.contains("passed  double"));
    assert!(env.run(&["hint", "double", "--again"]).exits(0).stdout.starts_with("The 2 hints"));
}

#[test]
fn an_exercise_that_is_new_in_the_pack_gets_its_starter() {
    let env = pack();
    fs::remove_dir_all(env.path("solutions/tier1/double")).unwrap();
    let terminal = watch(&env);
    terminal.shows("solutions/tier1/double/solution.py is still the starter");
    assert_eq!(env.read("solutions/tier1/double/solution.py"), "# write here\n");
    assert!(env.read("solutions/tier1/double/README.md").starts_with("# double"));
}

#[test]
fn a_loop_and_a_flood_freeze_nothing() {
    let env = pack();
    let mut terminal = watch(&env);
    terminal.shows("not attempted");
    env.solution("tier1/double", "while True:\n    print('x' * 1000)\n");
    terminal.until(|text| text.contains("running") || text.contains("too much output"));
    terminal.press("?");
    terminal.shows("Nothing moves on before you say so.");
    // A save ends the run that goes on.
    env.solution("tier1/double", RIGHT);
    terminal.shows("passed, 3 of 3");
    env.solution("tier1/double", "while True:\n    pass\n");
    terminal.shows("running");
    terminal.press("q");
    assert_eq!(terminal.ends().0, Some(0));
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
}

#[test]
fn what_is_printed_cannot_draw_on_the_screen() {
    let env = pack();
    env.solution("tier1/double", "def double(x):\n    print('\\x1b[2J\\x1b[5;5Hhacked\\x07')\n    return 0\n");
    let terminal = watch(&env);
    let text = terminal.shows("failed, 0 of 3");
    assert!(text.starts_with("tier1/double") && text.contains("✗✗✗"), "{text}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("hacked")), "{text}");
}

#[test]
fn any_size_will_do() {
    let env = pack();
    env.solution("tier1/double", WRONG);
    let terminal = watch(&env);
    terminal.shows("failed, 1 of 3");
    terminal.resize(40, 132);
    terminal.until(|text| text.lines().any(|line| line.chars().count() == 132));
    terminal.resize(10, 40);
    // Frames arrive in pieces.
    terminal.until(|text| {
        text.starts_with("tier1/double  Title of double\nfailed, 1 of 3") && text.contains(&"─".repeat(40))
    });
    terminal.shows("more below");
    terminal.resize(3, 10);
    terminal.shows("A little");
    terminal.resize(24, 80);
    terminal.shows("✗ large: a large number");
}

#[test]
fn the_list_finds_an_exercise() {
    let env = pack();
    let mut terminal = watch(&env);
    terminal.shows("not attempted");
    terminal.press("l");
    let list = terminal.shows("search: _");
    assert!(list.contains("> - todo    tier1/double  Title of double\n  - todo    tier1/other"), "{list}");
    terminal.press("oth");
    terminal.until(|text| text.contains("search: oth_") && !text.contains("Title of double\n  - todo"));
    terminal.press("\r");
    terminal.until(|text| text.starts_with("tier1/other"));
    terminal.press("lnothing");
    terminal.shows("Nothing matches.");
}

#[test]
fn reset_asks_first_and_keeps_what_was_written() {
    let env = pack();
    env.solution("tier1/double", WRONG);
    let mut terminal = watch(&env);
    terminal.shows("failed, 1 of 3");
    terminal.press("x");
    terminal.shows("Put the starter of tier1/double back?");
    terminal.press("n");
    terminal.shows("Nothing was changed.");
    assert_eq!(env.read("solutions/tier1/double/solution.py"), WRONG);
    terminal.press("xy");
    terminal.shows("not attempted");
    let kept: Vec<_> = fs::read_dir(env.path("solutions/tier1/double/.kept")).unwrap().map(Result::unwrap).collect();
    assert_eq!(fs::read_to_string(kept[0].path().join("solution.py")).unwrap(), WRONG);
}

#[test]
fn an_editor_gets_the_terminal_and_gives_it_back() {
    let env = pack();
    env.write(
        "editor.sh",
        format!("#!/bin/sh\necho editing\nread line\nprintf '{}' > \"$1\"\n", RIGHT.replace('\n', "\\n")),
    );
    let mut command = command(&env, &["watch"]);
    command.env("EDITOR", format!("sh '{}'", env.path("editor.sh").display()));
    let mut terminal = Terminal::start(&command, 24, 80);
    terminal.shows("not attempted");
    terminal.press("e");
    terminal.shows("editing");
    terminal.press("done\n");
    terminal.shows("passed, 3 of 3");
    terminal.press("?");
    terminal.shows("Nothing moves on before you say so.");
}

#[test]
fn signals_and_panics_give_the_terminal_back() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::HUP, rustix::process::Signal::INT] {
        let env = pack();
        env.solution("tier1/double", "while True:\n    pass\n");
        let mut terminal = watch(&env);
        terminal.shows("running");
        let pid = rustix::process::Pid::from_raw(terminal.pid()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
        assert_eq!(terminal.ends().0, Some(0));
        assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
    }
    let env = pack();
    let mut command = command(&env, &["watch"]);
    command.env("PRACTICE_TEST_PANIC", "1");
    let mut terminal = Terminal::start(&command, 24, 80);
    terminal.shows("not attempted");
    terminal.press("!");
    let (code, text) = terminal.ends();
    assert!(code == Some(101) && text.contains("panicked"), "{code:?} {text}");
}

#[test]
fn colours_are_there_unless_unwanted() {
    let env = pack();
    env.solution("tier1/double", WRONG);
    let plain = watch(&env);
    plain.shows("failed, 1 of 3");
    assert!(!plain.is_colored());
    drop(plain);
    let mut command = command(&env, &["watch"]);
    command.env_remove("NO_COLOR");
    let terminal = Terminal::start(&command, 24, 80);
    terminal.shows("failed, 1 of 3");
    assert!(terminal.is_colored());
}

#[test]
fn without_a_terminal_there_are_lines() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    let env = pack();
    let mut child = env.command(&["watch", "tier1"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut until = |part: &str| lines.find(|line| line.contains(part)).unwrap_or_else(|| format!("no {part}"));
    assert!(until("Type a letter").starts_with("Save the file"));
    until("not attempted");
    env.solution("tier1/double", WRONG);
    until("failed, 1 of 3 cases");
    until("✗ large: a large number");
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "h").unwrap();
    until("Twice is plus itself.");
    writeln!(input, "other").unwrap();
    assert_eq!(until("Title of other"), "tier1/other  Title of other");
    writeln!(input, "q").unwrap();
    assert!(child.wait().unwrap().success() && has_ended(child.id().try_into().unwrap(), 1));
}

#[test]
fn without_notices_of_the_kernel_a_look_is_enough() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let env = pack();
    let practice = env.command(&["watch", "--plain"]);
    // In a namespace of its own, nobody gets an inotify instance: as on a machine whose instances are used up.
    let script = "echo 0 > /proc/sys/user/max_inotify_instances || exit 9; exec \"$0\" watch --plain";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", script]).arg(practice.get_program());
    command.env_clear().envs(practice.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(practice.get_current_dir().unwrap()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // A machine without user namespaces has no such thing as this test.
    if lines.any(|line| line.contains("not attempted")) {
        env.solution("tier1/double", WRONG);
        assert!(lines.any(|line| line.contains("failed, 1 of 3 cases")));
    }
    drop(child.stdin.take());
    child.kill().unwrap();
    child.wait().unwrap();
}
