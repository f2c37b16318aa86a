//! What students hand in, made by adversaries: archives, names and files that are to do harm. The real binary reads them,
//! grades what there is, and everybody is accounted for.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value as Json;
use zip::write::SimpleFileOptions;

use crate::env::Env;

const RIGHT: &str = "import sys\nprint('ok', sys.stdin.read().split()[-1], 'of it')\n";

fn env() -> Env {
    let env = Env::new();
    let case = |id: &str| {
        format!("[[case]]\nid = \"{id}\"\npurpose = \"p\"\nstdin = \"to {id}\"\nstdout = \"ok {id} of it\\n\"\n")
    };
    env.exercise("tier1/one", "script", &(case("a") + &case("b")));
    env.write("pack/tier1/one/reference/solution.py", RIGHT);
    env.write("work/ada/solution.py", RIGHT);
    env
}

/// The verdict on each student, and the reason if there is one.
fn verdicts(env: &Env) -> BTreeMap<String, String> {
    let lines = env.read("out/results.jsonl");
    let lines = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    lines.map(|line| (line["student"].as_str().unwrap().into(), line["verdict"].as_str().unwrap().into())).collect()
}

/// What the ledger says of an entry: the list that it is in, and why.
fn ledger(env: &Env, list: &str) -> BTreeMap<String, String> {
    let ledger: Json = serde_json::from_str(&env.read("out/ledger.json")).unwrap();
    let sum: usize = ["graded", "missing", "duplicate", "unmatched", "broken"]
        .iter()
        .map(|kind| ledger[kind].as_array().unwrap().len())
        .sum();
    assert_eq!(ledger["received"], sum);
    let text = |entry: &Json, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    let entries = ledger[list].as_array().unwrap().iter();
    entries.map(|entry| (text(entry, "submission"), text(entry, "because"))).collect()
}

fn zip(path: &Path, write: impl Fn(&mut zip::ZipWriter<fs::File>)) {
    let mut writer = zip::ZipWriter::new(fs::File::create(path).unwrap());
    write(&mut writer);
    writer.finish().unwrap();
}

#[test]
fn archives_that_are_to_do_harm() {
    let env = env();
    let options = SimpleFileOptions::default();
    zip(&env.path("work/slip.zip"), |zip| {
        zip.start_file("solution.py", options).unwrap();
        zip.write_all(RIGHT.as_bytes()).unwrap();
        for name in
            ["../../../slipped.py", "/slipped.py", "C:\\slipped.py", "Solution.py", "CON.py", "a\nb.py", "\x1b[2J.py"]
        {
            zip.start_file(name, options).unwrap();
        }
        zip.add_symlink("link.py", "/etc/passwd", options).unwrap();
    });
    // Its own name in it, so that whoever unpacks what is unpacked never ends.
    zip(&env.path("work/quine.zip"), |zip| {
        zip.start_file("quine.zip", options).unwrap();
        zip.write_all(b"PK").unwrap();
    });
    zip(&env.path("work/bomb.zip"), |zip| {
        zip.start_file("solution.py", options).unwrap();
        let zeros = vec![0; 1 << 20];
        (0..200).for_each(|_| zip.write_all(&zeros).unwrap());
    });
    zip(&env.path("work/many.zip"), |zip| {
        (0..2000).for_each(|number| zip.start_file(format!("f{number}.py"), options).unwrap());
    });
    env.write("work/broken.zip", "no archive");
    let ran = env.run(&["grade", "work", "--out", "out"]).exits(0);
    assert!(!ran.stdout.contains('\x1b') && !ran.stderr.contains('\x1b'), "{}{}", ran.stdout, ran.stderr);
    let of = |name: &str, verdict: &str| (name.to_owned(), verdict.to_owned());
    let none = "not_attempted";
    let expected = [of("ada", "passed"), of("bomb", none), of("many", none), of("quine", none), of("slip", "passed")];
    assert_eq!(verdicts(&env), expected.into());
    let read = |student: &str| env.read(&format!("out/students/{student}/feedback.md"));
    for said in [
        "`../../../slipped.py` was not taken: its path leads out",
        "`/slipped.py` was not taken: its path is absolute",
        "`C:\\slipped.py` was not taken: its path is absolute",
        "`Solution.py` was not taken: its name differs",
        "`CON.py` was not taken: its name is reserved",
        "`a↵b.py` was not taken",
        "`␛[2J.py` was not taken",
        "`link.py` was not taken: it is a link",
    ] {
        assert!(read("slip").contains(said), "{said} is not in {}", read("slip"));
    }
    assert!(
        read("quine").contains("`quine.zip` was not taken: it is an archive within an archive"),
        "{}",
        read("quine")
    );
    assert!(read("bomb").contains("the submission is too large"), "{}", read("bomb"));
    assert!(read("many").contains("the submission is too large"), "{}", read("many"));
    // Nothing was graded that could not be read.
    let broken = ledger(&env, "broken");
    assert!(broken["broken.zip"].starts_with("broken.zip cannot be read: "), "{broken:?}");
    for place in [env.path("slipped.py"), env.path("work/slipped.py"), env.beside("slipped.py"), "/slipped.py".into()] {
        assert!(!place.exists(), "{}", place.display());
    }
    assert_eq!(env.leftovers(), [""; 0].map(std::path::PathBuf::from));
}

#[test]
fn what_cannot_be_read_is_nobodys_grade() {
    let env = env();
    fs::remove_dir_all(env.path("work/ada")).unwrap();
    env.write("work/ada.tar.gz", "no archive");
    let ran = env.run(&["grade", "work", "--out", "out"]).exits(0);
    assert!(ran.stdout.contains("broken: ada.tar.gz: ada.tar.gz cannot be read: "), "{}", ran.stdout);
    assert_eq!(verdicts(&env), BTreeMap::new());
    // In a roster she is missing, too.
    env.write("roster.csv", "id,name\nada,Ada\n");
    env.run(&["grade", "work", "--out", "out2", "--roster", "roster.csv"]).exits(0);
    let ledger: Json = serde_json::from_str(&env.read("out2/ledger.json")).unwrap();
    assert_eq!(
        (&ledger["missing"][0]["student"], &ledger["broken"][0]["submission"]),
        (&"ada".into(), &"ada.tar.gz".into())
    );
}

#[test]
fn names_that_are_to_do_harm() {
    let env = env();
    let work = env.path("work");
    let names = [
        "\x1b[31mred",
        "a\nb",
        "-rf",
        "=1+1",
        "@sum",
        "<script>alert(1)<",
        "CON",
        "\u{202e}eda",
        "::error::x",
        "a,b\"c",
    ];
    let bytes = names.iter().map(|name| name.as_bytes()).chain([&b"bad\xff"[..]]);
    for name in bytes {
        let folder = work.join(OsStr::from_bytes(name));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("solution.py"), RIGHT).unwrap();
    }
    symlink("/etc", work.join("linked")).unwrap();
    env.write("work/..hidden/solution.py", RIGHT);
    let ran = env.run(&["grade", "work", "--out", "out"]).exits(0);
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains(['\x1b', '\u{202e}']) && !text.contains("a\nb"), "{text:?}");
        // A line of a student's would be a command to whoever runs this in a workflow.
        assert!(!text.lines().any(|line| line.starts_with("::")), "{text}");
    }
    // Ids are never altered: what no file could hold unharmed is named and not graded; the others are.
    let broken = ledger(&env, "broken");
    assert_eq!(broken.keys().collect::<Vec<_>>(), ["\x1b[31mred", "-rf", "=1+1", "@sum", "a\nb", "\u{202e}eda"]);
    assert!(broken["=1+1"].contains("spreadsheets take for a formula"), "{broken:?}");
    let graded = verdicts(&env);
    assert_eq!(
        graded.keys().collect::<Vec<_>>(),
        ["::error::x", "<script>alert(1)<", "CON", "a,b\"c", "ada", "bad\u{fffd}"]
    );
    assert!(graded.values().all(|verdict| verdict == "passed"), "{graded:?}");
    assert!(ran.stdout.contains("left out: linked: it is a link"), "{}", ran.stdout);
    assert!(ran.stdout.contains("left out: ..hidden: "), "{}", ran.stdout);
    let page = env.read("out/report.html");
    assert!(!page.contains("<script>alert") && !page.contains("</script>alert"), "a name became markup");
    assert!(env.read("out/gradebook.csv").contains("\"a,b\"\"c\""));
    // Every student has a folder of their own within the one for students.
    assert_eq!(fs::read_dir(env.path("out/students")).unwrap().count(), graded.len());
}

#[test]
fn an_id_that_is_a_formula_is_told_before_anything_runs() {
    let env = env();
    env.write("roster.csv", "id,name,login\nada,Ada,=cmd()\n");
    env.run(&["grade", "work", "--out", "out", "--roster", "roster.csv"]).exits(2).says(&[
        "roster.csv: student `ada`: the login `=cmd()` begins with `=`, which spreadsheets take for a formula",
    ]);
    let journal = fs::read_to_string(env.path("out/journal.jsonl")).unwrap_or_default();
    assert!(!journal.contains("\"record\""), "{journal}");
}

/// Only the export's own root says who is who, never what lies in a submission.
#[test]
fn nobody_hands_in_for_another() {
    let env = env();
    env.write("work/eve/solution.py", "print('no')\n");
    env.write("work/eve/submission_metadata.yml", "submission_1:\n  :submitters:\n  - :name: Ada\n    :sid: ada\n");
    env.write("work/eve/timestamp.txt", "1999-01-01 00:00:00 UTC");
    env.write("work/eve/submitted/ada/one/solution.py", "print('no')\n");
    // Another archive of Ada's name: the roster's one submission counts, the other is named.
    zip(&env.path("work/Ada.zip"), |zip| {
        zip.start_file("solution.py", SimpleFileOptions::default()).unwrap();
        zip.write_all(b"print('no')\n").unwrap();
    });
    env.write("roster.csv", "id,name\nada,Ada\neve,Eve\n");
    env.run(&["grade", "work", "--out", "out", "--roster", "roster.csv"]).exits(0);
    let verdicts = verdicts(&env);
    assert_eq!((verdicts["ada"].as_str(), verdicts["eve"].as_str()), ("passed", "failed"));
    let others: Vec<String> =
        ledger(&env, "duplicate").into_keys().chain(ledger(&env, "unmatched").into_keys()).collect();
    assert_eq!(others, ["Ada.zip"]);
    // Alone in its folder it is still a student, and not an export that somebody unpacked one folder too deep.
    let alone = self::env();
    fs::remove_dir_all(alone.path("work/ada")).unwrap();
    alone.write("work/eve/submission_metadata.yml", "submission_1:\n  :submitters:\n  - :name: Ada\n    :sid: ada\n");
    alone.write("work/eve/submission_1/solution.py", RIGHT);
    alone.write("work/eve/solution.py", "print('no')\n");
    alone.run(&["grade", "work", "--out", "out"]).exits(0);
    assert_eq!(self::verdicts(&alone), BTreeMap::from([("eve".to_owned(), "failed".to_owned())]));
}

#[test]
fn sources_that_are_to_do_harm() {
    let env = env();
    let long = format!("x = '{}'\nprint('no')\n", "a".repeat(30 << 20));
    let notebook = serde_json::json!({"nbformat": 4, "metadata": {"widgets": {"x": "<script>"}}, "cells": [
        {"cell_type": "code", "source": "%%javascript\nalert(1)",
         "outputs": [{"data": {"text/html": "<script>alert(2)</script>".repeat(800_000)}}]},
        {"cell_type": "code", "source": RIGHT, "outputs": []},
    ]});
    let nested = format!("x = {}{}\n", "(".repeat(100_000), ")".repeat(100_000));
    for (student, file, text, verdict) in [
        ("bidi", "solution.py", "print('no')  # \u{202e} }if\n".as_bytes(), "failed"),
        ("compiled", "solution.pyc", &[0; 16], "not_attempted"),
        ("dots", "solution.py", format!("x = {}a\n", "a.".repeat(200_000)).as_bytes(), "crashed"),
        ("encoding", "solution.py", b"# coding: utf-7\nprint('no')\n", "failed"),
        ("line", "solution.py", long.as_bytes(), "failed"),
        ("nested", "solution.py", nested.as_bytes(), "crashed"),
        ("nothing", "solution.py", b"print(1)\0\n", "crashed"),
        ("oddly-encoded", "solution.py", b"# coding: rot13\ncevag('ab')\n", "crashed"),
        ("too-long", "solution.py", &[b'#'; 40 << 20], "not_attempted"),
        ("written", "note.ipynb", notebook.to_string().as_bytes(), "passed"),
    ] {
        env.write(&format!("work/{student}/{file}"), text);
        env.write(&format!("expected/{student}"), verdict);
    }
    let ran = env.run(&["grade", "work", "--out", "out"]).exits(0);
    let expected = fs::read_dir(env.path("expected")).unwrap().map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let verdict = env.read(&format!("expected/{name}"));
        (name, verdict)
    });
    assert_eq!(verdicts(&env), expected.chain([("ada".to_owned(), "passed".to_owned())]).collect(), "{}", ran.stdout);
    for file in
        ["out/report.html", "out/junit.xml", "out/students/bidi/feedback.md", "out/students/nothing/results.json"]
    {
        assert!(!env.read(file).contains(['\u{202e}', '\0']), "{file}");
    }
    let notes = env.read("out/students/written/feedback.md");
    assert!(notes.contains("2 code cells, without 2 lines of IPython commands"), "{notes}");
}
