//! Debuggers: they stop in the file that is edited, and keep their own input.

use std::fs::File;
use std::process::{Command, Stdio};

use super::{BOX, CALL, SCRIPT, SEES, behind_the_wall, by_hand, made, pack, python};
use crate::env::Ran;

#[test]
fn a_debugger_stops_in_the_file_that_is_edited() {
    let env = pack("script", SCRIPT, SEES);
    let printed = behind_the_wall(&env, "a");
    let folder = made(&env, "a");
    let readme = env.read("replay/tier1-one-a/README.md");
    assert!(readme.contains(&format!("PYTHONHASHSEED=0 {} -m pdb run.py\n", python(&folder))), "{readme}");
    let file = env.path("solutions/tier1/one/solution.py");
    // `c` alone: all is printed, and what is typed is not the program's.
    let ran = by_hand(&env, &folder, &["-m", "pdb"], "c\n");
    let lines: Vec<&str> = printed.lines().collect();
    assert!(ran.stdout.contains(&format!("(Pdb) {}\n'line one\\nzwei\\n' ", lines[0])), "{}", ran.stdout);
    // All but what reads the descriptor, which is the debugger's.
    for line in lines.iter().skip(2) {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    assert!(ran.stdout.contains("The program exited via sys.exit(). Exit status: 3"), "{}", ran.stdout);
    let typed = format!("b {}:8\nc\np 'here', {{'one', 'two', 'three', 'four'}}\nq\n", file.display());
    let ran = by_hand(&env, &folder, &["-m", "pdb"], &typed);
    assert!(ran.stdout.contains(&format!("> {}(8)<module>()", file.display())), "{}", ran.stdout);
    assert!(ran.stdout.contains("('here', {"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("started without"), "{}", ran.stderr);
    // Without what an interpreter needs at its start, it says so.
    let mut command = Command::new(python(&folder));
    let typed = File::open(env.beside("typed")).unwrap();
    command.args(["-m", "pdb", "run.py"]).current_dir(&folder).env_clear().stdin(Stdio::from(typed));
    Ran::of(&mut command).says(&["note: started without PYTHONHASHSEED=0"]);
}

#[test]
fn a_call_stops_where_it_raised() {
    let env = pack("call", CALL, &BOX.replace("items.clear()", "raise KeyError('no')"));
    let folder = made(&env, "a");
    let ran = by_hand(&env, &folder, &["-m", "pdb"], "c\np when, items\nq\n");
    assert!(ran.stdout.contains("Entering post mortem debugging"), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("(datetime.date(2024, 5, 1), [1, None, 2.5])"), "{}", ran.stdout);
}

#[test]
fn breakpoint_reads_what_is_typed_not_what_is_given() {
    let solution = "import sys\nfirst = input()\nbreakpoint()\nprint('read', first, sys.stdin.read())\nbreakpoint()\n";
    let env = pack("script", SCRIPT, solution);
    let folder = made(&env, "a");
    let ran = by_hand(&env, &folder, &[], "p first * 2\nc\np 6 * 7\nc\n").exits(0);
    assert!(ran.stdout.contains("(Pdb) 'line oneline one'\n"), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("read line one zwei\n") && ran.stdout.contains("(Pdb) 42\n"), "{}", ran.stdout);
}
