//! The shape of the source: who may know whom, what stays out, how long a file may be.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and the modules that it may use. What is not in a row is not known there.
const MAY_KNOW: [(&str, &str); 26] = [
    ("model", ""),
    ("event", "model"),
    ("codec", "model"),
    ("compare", "model codec"),
    ("world", "model"),
    ("client", "model"),
    ("kind", "model event codec compare world client"),
    ("config", "model"),
    ("catalog", "model kind world"),
    ("python", "model"),
    ("sandbox", "model"),
    ("solution", "model catalog"),
    ("plan", "catalog solution"),
    ("explain", "model event catalog"),
    ("engine", "model event catalog explain kind plan solution sandbox world client"),
    ("report", "model event"),
    ("replay", "model catalog kind client world report"),
    ("ledger", "model event"),
    ("coach", "model catalog ledger"),
    ("watch", "model event catalog ledger coach report"),
    ("batch", "model event catalog solution engine sandbox report"),
    ("intake", "model"),
    ("gradebook", "model event report batch intake"),
    ("session", "model event codec compare kind catalog sandbox solution plan engine report ledger coach"),
    (
        "cli",
        "model event codec compare kind config catalog explain python sandbox solution plan engine report replay client ledger coach \
         session watch batch intake gradebook",
    ),
    ("main", ""),
];

/// Source files that may be longer than [`MOST_LINES`], each with its reason.
const LONG: [(&str, &str); 1] = [("src/driver/codec.py", "one table of types, read by people next to the wire form")];
const MOST_LINES: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder with this ending: path from the root, text.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let walk = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name().into_iter().map(Result::unwrap);
    let wanted = walk.filter(|entry| entry.path().extension().is_some_and(|found| found == ending));
    wanted.map(|entry| (shown(entry.path()), fs::read_to_string(entry.path()).unwrap())).collect()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// Whether a source file holds nothing but tests.
fn is_test(path: &str) -> bool {
    let name = Path::new(path).file_stem().unwrap().to_str().unwrap();
    name == "tests"
        || name.ends_with("_tests")
        || name.starts_with("test_")
        || path.contains("/tests/")
        || path.contains("/samples")
}

/// The program in a source file: up to its inline tests.
fn program(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    numbered.filter(|(_, line)| !line.starts_with("//"))
}

/// The modules that a line names as `crate::x`, also in `use crate::{x, y::z}`.
fn named(line: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut all = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                for part in list.split_inclusive([',', '{', '}']) {
                    if depth == 0 {
                        all.push(word(part.trim_start()));
                    }
                    depth += i32::from(part.ends_with('{')) - i32::from(part.ends_with('}'));
                }
            }
            None => all.push(word(rest)),
        }
    }
    all.retain(|name| !name.is_empty());
    all
}

#[test]
fn named_reads_what_is_imported() {
    assert_eq!(named("use crate::model::{Value, codec};"), ["model"]);
    assert_eq!(named("use crate::{event, model::{A, B}, kind};"), ["event", "model", "kind"]);
    assert_eq!(named("    crate::python::find(); super::crate_x()"), ["python"]);
    assert_eq!(named("let x = mycrate::python;"), [""; 0]);
}

#[test]
fn modules_know_only_whom_they_may() {
    let known: BTreeSet<&str> = MAY_KNOW.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, text) in files("src", "rs") {
        let module = path.strip_prefix("src/").unwrap().split(['/', '.']).next().unwrap().to_owned();
        if module == "lib" || is_test(&path) {
            continue;
        }
        let (_, allowed) = MAY_KNOW.iter().find(|(name, _)| *name == module).unwrap_or_else(|| {
            assert!(known.contains(module.as_str()), "{path}: add `{module}` to the table of who may know whom");
            unreachable!()
        });
        seen.insert(module.clone());
        for (number, line) in code_lines(program(&text)) {
            for name in named(line) {
                if name != module && known.contains(name.as_str()) && !allowed.split(' ').any(|one| one == name) {
                    wrong.push(format!("{path}:{number}: {module} may not know {name}"));
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!(seen.len(), known.len(), "a module of the table is not in the source");
}

#[test]
fn what_is_unsafe_or_prints_stays_where_it_is() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        for (number, line) in code_lines(&text) {
            let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
            if words.contains(&"unsafe") && path != "src/sandbox/sys.rs" {
                wrong.push(format!("{path}:{number}: unsafe"));
            }
            let prints = ["println!", "print!", "eprintln!", "eprint!", "dbg!", "process::exit("];
            if !is_test(&path) && prints.iter().any(|print| line.contains(print)) {
                wrong.push(format!("{path}:{number}: {line}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn files_are_not_too_long() {
    let mut wrong = Vec::new();
    let folders = [("src", "rs"), ("src", "py"), ("src", "js"), ("src", "css"), ("tests/it", "rs")];
    for (path, text) in folders.iter().flat_map(|(folder, ending)| files(folder, ending)) {
        let lines = text.lines().count();
        let allowed = LONG.iter().any(|(long, _)| *long == path);
        if lines > MOST_LINES && !allowed && !is_test(&path) {
            wrong.push(format!("{path}: {lines} lines"));
        }
        assert!(!allowed || lines > MOST_LINES, "{path} is no exception any more");
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn nothing_tells_of_the_machine_that_it_was_written_on() {
    let mut wrong = Vec::new();
    let mut documents: Vec<PathBuf> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    for folder in ["docs", "exercises", "examples", "schema", "src", "tests"] {
        let walk = walkdir::WalkDir::new(root().join(folder)).into_iter().filter_map(Result::ok);
        documents.extend(walk.map(walkdir::DirEntry::into_path));
    }
    for path in documents.into_iter().filter(|path| path.is_file()) {
        let shown = shown(&path);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let is_document = shown.ends_with(".md") || shown.ends_with(".toml") || shown.starts_with("exercises/");
        for (index, line) in text.lines().enumerate() {
            // Written in two halves, so that this file does not hold them.
            // Ada's home is made up, for the samples of reports.
            let home =
                line.contains(concat!("/ro", "ot/")) || line.replace("/home/ada/", "").contains(concat!("/ho", "me/"));
            let work = line.contains(concat!("/wo", "rk/wt")) || line.contains(concat!("/wo", "rk/shared"));
            if home || work || (is_document && line.contains(concat!("/tm", "p/"))) {
                wrong.push(format!("{shown}:{}: {line}", index + 1));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}
