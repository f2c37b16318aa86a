//! The folder: what is written, and what is left alone.

use std::fs;
use std::os::unix::fs::symlink;

use super::{SCRIPT, by_hand, made, pack, same};
use crate::env::Ran;

#[test]
fn only_a_folder_of_ours_is_written_anew() {
    let env = pack("script", SCRIPT, "print(open('top.txt').read())\n");
    let folder = made(&env, "a");
    for (path, text) in [("inputs/files/old.txt", "old"), ("run.py", "mine"), ("notes.txt", "mine")] {
        env.write(&format!("replay/tier1-one-a/{path}"), text);
    }
    let ran = by_hand(&env, &made(&env, "a"), &[], "").exits(0);
    assert_eq!(ran.stdout, "x\n");
    assert!(!folder.join("inputs/files/old.txt").exists());
    assert_eq!(env.read("replay/tier1-one-a/notes.txt"), "mine");

    // Somebody else's stays as it is, unless they say so; and even then what would be lost.
    env.write("theirs/run.py", "theirs");
    env.write("theirs/other.txt", "theirs");
    let into = |more: &[&str]| env.run(&[&["replay", "tier1/one", "a", "--dir", "theirs"], more].concat());
    into(&[]).exits(2).says(&["theirs is there already, and `practice replay` did not make it", "--force"]);
    assert_eq!(env.read("theirs/run.py"), "theirs");
    env.write("theirs/inputs/mine.txt", "theirs");
    into(&["--force"]).exits(2).says(&["inputs is there already"]);
    fs::remove_dir_all(env.path("theirs/inputs")).unwrap();
    into(&["--force"]).exits(0);
    assert_eq!(env.read("theirs/other.txt"), "theirs");
    assert_eq!(by_hand(&env, &env.path("theirs"), &[], "").exits(0).stdout, "x\n");
    into(&[]).exits(0);

    // Nor does anything go where a link leads.
    env.write("elsewhere/mine.txt", "mine");
    fs::remove_dir_all(env.path("theirs/inputs")).unwrap();
    symlink(env.path("elsewhere"), env.path("theirs/inputs")).unwrap();
    fs::remove_dir_all(env.path("theirs/.vscode")).unwrap();
    symlink(env.path("elsewhere"), env.path("theirs/.vscode")).unwrap();
    into(&[]).exits(2).says(&[".vscode is there already"]);
    assert_eq!(fs::read_dir(env.path("elsewhere")).unwrap().count(), 1);
    env.write("file", "");
    env.run(&["replay", "tier1/one", "a", "--dir", "file"]).exits(2).says(&["did not make it"]);
    let among = env.run(&["replay", "tier1/one", "a", "--dir", "solutions/tier1/one/by-hand"]).exits(2);
    among.says(&["is among your solutions"]);
}

#[test]
fn what_is_hidden_or_expected_is_in_no_folder() {
    let cases = "[[case]]\nid = \"shown\"\npurpose = \"p\"\ncall = \"f('given')\"\nreturns = \"'EXPECTED'\"\n\
                 [[case]]\nid = \"secret\"\npurpose = \"p\"\nhidden = true\ncall = \"f('UNSEEN')\"\nreturns = \"'EXPECTED'\"\n";
    let env = pack("call", cases, "def f(x):\n    return x\n");
    let refused = env.run(&["replay", "tier1/one", "secret"]).exits(2);
    assert!(refused.stdout.is_empty());
    refused.says(&["`secret` is a hidden case", "hint: "]);
    env.run(&["replay", "tier1/one", "shwn"]).exits(2).says(&["has no case `shwn`: did you mean `shown`?"]);
    let unknown = env.run(&["replay", "tier1/one", "secretly-else"]).exits(2);
    assert!(unknown.stderr.contains("its cases are shown\n"), "{}", unknown.stderr);
    assert!(!env.path("replay").exists());
    let folder = made(&env, "shown");
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|one| one.file_type().is_file()) {
        let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
        assert!(!text.contains("EXPECTED") && !text.contains("UNSEEN"), "{}", entry.path().display());
    }
    // What is not there cannot be run; a starter can: some are there to be debugged.
    env.solution("tier1/one", "# write here\n");
    env.run(&["replay", "tier1/one", "shown"]).exits(0);
    fs::remove_file(env.path("solutions/tier1/one/solution.py")).unwrap();
    env.run(&["replay", "tier1/one", "shown"]).exits(2).says(&["there is no solution.py"]);
}

#[test]
fn what_is_given_is_the_authors_by_hand_too() {
    let cases = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"price(4)\"\nreturns = \"1\"\n";
    let solution = "from rates import RATE\n\ndef price(n):\n    print(n * RATE)\n";
    let env = pack("call", cases, solution);
    env.write("pack/tier1/one/starter/rates.py", "RATE = 2\n");
    env.write("solutions/tier1/one/rates.py", "RATE = 2\n");
    assert_eq!(same(&env, "a").0, "8\n");
    assert!(!env.path("replay/tier1-one-a/solution").exists());
    env.write("solutions/tier1/one/rates.py", "RATE = 3\n");
    assert_eq!(same(&env, "a").0, "8\n");
    let readme = env.read("replay/tier1-one-a/README.md");
    assert!(readme.contains("`solution/` is a copy of what a case runs"), "{readme}");
    env.write("solutions/tier1/one/rates.py", "RATE = 2\n");
    symlink("rates.py", env.path("solutions/tier1/one/linked.py")).unwrap();
    assert_eq!(same(&env, "a").0, "8\n");
    assert!(env.path("replay/tier1-one-a/solution").exists());
    fs::remove_file(env.path("solutions/tier1/one/linked.py")).unwrap();
    assert_eq!(same(&env, "a").0, "8\n");
    assert!(env.read("replay/tier1-one-a/run.py").contains("solution=\"../../solutions/tier1/one\","));
}

#[test]
fn cases_are_completed() {
    let cases = "[[case]]\nid = \"first\"\npurpose = \"p\"\ncall = \"f()\"\nreturns = \"1\"\n\
                 [[case]]\nid = \"fifth\"\npurpose = \"p\"\nhidden = true\ncall = \"f()\"\nreturns = \"1\"\n";
    let env = pack("call", cases, "");
    let mut asked = env.command(&["--", "practice", "replay", "tier1/one", "fi"]);
    let ran = Ran::of(asked.env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", "3").env("_CLAP_IFS", "\n"));
    assert_eq!(ran.exits(0).stdout, "first");
}
