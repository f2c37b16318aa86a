//! The files of a batch, read by others: Python's csv and json, pandas, a parser of JUnit files, and the schema that
//! Gradescope's documents give.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use practice::batch::{Output, Outputs, StudentResult};
use practice::gradebook::annotations::{Annotations, Scope};
use practice::gradebook::upload::Scale;
use practice::gradebook::{canvas, csv, feedback, file, gradescope, junit, leak, moodle, receipt, results};
use practice::report::escape::visible;
use practice::{batch, event, model};
use serde_json::Value as Json;

use crate::env::Env;
use crate::readers;
use crate::wall::with_data;

#[path = "../../src/gradebook/samples.rs"]
mod samples;

/// What a Python program prints when it is given these arguments, as JSON.
fn python(program: &str, arguments: &[&Path]) -> Json {
    let mut child = Command::new("python3")
        .args(["-I", "-X", "utf8", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn outputs(out: &Path) -> Vec<Box<dyn Output>> {
    vec![
        Box::new(results::Results::create(out).unwrap()),
        Box::new(csv::Gradebook::create(out).unwrap()),
        Box::new(junit::Junit::create(out).unwrap()),
        Box::new(gradescope::Gradescope::create(out)),
        Box::new(feedback::Feedback::create(out)),
        Box::new(receipt::Receipts::create(out)),
        Box::new(Annotations::new(fs::File::create(out.join("annotations.txt")).unwrap(), Scope::Class)),
    ]
}

fn write(outputs: Vec<Box<dyn Output>>, class: Vec<StudentResult>) {
    Outputs(outputs).write(&samples::batch(), class.into_iter().map(Ok)).unwrap();
}

/// A folder that the class was written into.
fn written() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(outputs(folder.path()), samples::class());
    folder
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let all = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = all.filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
    files.map(|entry| (name(entry.path()), fs::read(entry.path()).unwrap())).collect()
}

const READ_CSV: &str = r#"
import csv, json, sys
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    json.dump(list(csv.reader(file, strict=True)), sys.stdout)
"#;

#[test]
fn python_reads_the_gradebook() {
    let folder = tempfile::tempdir().unwrap();
    samples::written(csv::Gradebook::create(folder.path()).unwrap()).unwrap();
    let rows = python(READ_CSV, &[&folder.path().join("gradebook.csv")]);
    let rows = rows.as_array().unwrap();
    let class = samples::class();
    assert_eq!(rows.len(), class.len() + 1);
    let column = |name: &str| rows[0].as_array().unwrap().iter().position(|cell| cell == name).unwrap();
    for (row, result) in rows[1..].iter().zip(&class) {
        assert_eq!(row.as_array().unwrap().len(), rows[0].as_array().unwrap().len());
        assert_eq!(row[column("id")], result.student.id.as_str());
        let name = row[column("name")].as_str().unwrap();
        let plain = visible(&result.student.name);
        assert!(name == plain || name == format!("'{plain}"), "{name}");
        let total = result.points.map(|points| points.to_string()).unwrap_or_default();
        assert_eq!(row[column("total")], total);
    }
}

const READ_JUNIT: &str = r#"
import json, sys
sys.path.insert(0, sys.argv[2])
from junitparser import Error, Failure, JUnitXml, Skipped
report = JUnitXml.fromfile(sys.argv[1])
of = lambda suite, kind: sum(isinstance(result, kind) for case in suite for result in case.result)
json.dump({
    "counts": [report.tests, report.failures, report.errors, report.skipped],
    "suites": [[suite.name, len(list(suite)), *(of(suite, kind) for kind in (Failure, Error, Skipped))] for suite in report],
    "names": sorted({case.classname for suite in report for case in suite}),
    "told": "".join(result.text or "" for suite in report for case in suite for result in case.result),
}, sys.stdout)
"#;

#[test]
fn a_parser_of_junit_files_reads_ours() {
    let folder = written();
    let report = python(READ_JUNIT, &[&folder.path().join("junit.xml"), readers::folder()]);
    let suites = report["suites"].as_array().unwrap();
    let names: Vec<&str> = suites.iter().map(|suite| suite[0].as_str().unwrap()).collect();
    assert_eq!(names, samples::class().iter().map(|result| result.student.id.as_str()).collect::<Vec<_>>());
    for (index, key) in ["tests", "failures", "errors", "skipped"].iter().enumerate() {
        let sum: u64 = suites.iter().map(|suite| suite[index + 1].as_u64().unwrap()).sum();
        assert_eq!(report["counts"][index], sum, "{key}");
        assert!(sum > 0, "{key}");
    }
    assert_eq!(report["names"], serde_json::json!(["tier1/dedupe", "tier1/totals", "tier2/rows"]));
    assert!(report["told"].as_str().unwrap().contains("</script><script>alert(1)</script>"));
}

/// With the NumPy and pandas of the shipped environment, in an exercise whose input is the gradebook.
#[test]
fn pandas_reads_the_gradebook() {
    let folder = tempfile::tempdir().unwrap();
    samples::written(csv::Gradebook::create(folder.path()).unwrap()).unwrap();
    let class = samples::class();
    let env = Env::new();
    let case = "[[case]]\nid = \"a\"\npurpose = \"p\"\nfiles = { \"gradebook.csv\" = { file = \"fixtures/gradebook.csv\" } }\n\
                stdout = \"none\"\n";
    let data = "[limits]\nwall = \"60s\"\n[python]\nenvironment = \"data\"\n";
    env.exercise_with("tier1/one", "script", data, case);
    env.write("pack/tier1/one/fixtures/gradebook.csv", fs::read(folder.path().join("gradebook.csv")).unwrap());
    with_data(&env);
    let seen = env.judge(
        "import json, pandas\n\
         frame = pandas.read_csv('gradebook.csv', dtype={'id': str}, keep_default_na=False, na_values={'total': ['']})\n\
         print(json.dumps([frame['id'].tolist(), frame['total'].fillna(-1).tolist(), str(frame['max'].dtype)]))\n",
    );
    let seen: Json = serde_json::from_str(seen["stdout"].as_str().unwrap()).unwrap();
    let ids: Vec<&str> = class.iter().map(|result| result.student.id.as_str()).collect();
    let totals = class.iter().map(|result| result.points.map_or(-1.0, |points| points.to_string().parse().unwrap()));
    assert_eq!(seen, serde_json::json!([ids, totals.collect::<Vec<f64>>(), "int64"]));
}

#[test]
fn gradescope_takes_every_file() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/gradebook/gradescope.schema.json");
    let schema: Json = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for wrong in [r#"{"tests": [{"status": "ok"}]}"#, r#"{"tests": []}"#, r#"{"score": 1, "time": 2}"#] {
        assert!(!schema.is_valid(&serde_json::from_str(wrong).unwrap()), "{wrong}");
    }
    let folder = written();
    let mut count = 0;
    for result in samples::class().iter().filter(|result| result.points.is_some()) {
        let path = file::of_student(folder.path(), &result.student.id).join("results.json");
        let json: Json = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let errors: Vec<String> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
        let sum: f64 = json["tests"].as_array().unwrap().iter().filter_map(|test| test["max_score"].as_f64()).sum();
        assert_eq!(sum, 9.0);
        count += 1;
    }
    assert_eq!(count, samples::class().len() - 1);
}

#[test]
fn a_file_is_where_it_belongs_and_has_the_same_bytes_again() {
    let (one, two) = (written(), written());
    let files_of_one = files(one.path());
    assert_eq!(files_of_one, files(two.path()));
    let students = samples::class().len();
    // Three for each student but the one without points, four for all.
    assert_eq!(files_of_one.len(), students * 3 - 1 + 4);
    let another_time = tempfile::tempdir().unwrap();
    let mut class = samples::class();
    for case in class.iter_mut().flat_map(|result| &mut result.records).flat_map(|record| &mut record.cases) {
        (case.wall_ms, case.cpu_ms, case.memory_bytes) = (77.7, 66.6, 55);
    }
    write(outputs(another_time.path()), class);
    assert_eq!(files(another_time.path()), files_of_one);
}

/// An export with the class's hostile names, as Python writes it, in the way of each platform.
#[test]
fn exports_that_python_wrote_are_filled_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let class: Vec<Json> = samples::class()
        .iter()
        .map(|result| serde_json::json!([result.student.id.as_str(), result.student.name, result.student.email]))
        .collect();
    let class_file = folder.path().join("class.json");
    fs::write(&class_file, Json::from(class).to_string()).unwrap();
    let exports = python(WRITE_EXPORTS, &[folder.path(), &class_file]);
    for export in exports.as_array().unwrap() {
        let path = folder.path().join(export.as_str().unwrap());
        let upload = match export.as_str().unwrap().starts_with("canvas") {
            true => canvas::upload(&path, "4711", Scale::Points, folder.path()).unwrap(),
            false => moodle::upload(&path, None, Scale::Points, folder.path()).unwrap(),
        };
        let changes = upload.changes();
        write(vec![Box::new(upload)], samples::class());
        let changes = changes.get().unwrap();
        assert!(changes.cells.len() > 10 && changes.unwritten.len() == 2, "{changes}");
        let filled = folder.path().join(&changes.file);
        let told: Vec<Json> =
            changes.cells.iter().map(|cell| Json::from(vec![cell.student.as_str(), cell.after.as_str()])).collect();
        let compared = python(COMPARE, &[&path, &filled]);
        assert_eq!(compared["differences"], Json::from(told), "{export}");
        assert_eq!(compared["header"], true, "{export}");
    }
}

const WRITE_EXPORTS: &str = r#"
import csv, io, json, sys
from pathlib import Path
folder, names = Path(sys.argv[1]), []
students = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))

def write(name, rows, bom="", **how):
    text = io.StringIO()
    csv.writer(text, **how).writerows(rows)
    (folder / name).write_bytes((bom + text.getvalue()).encode())
    names.append(name)

canvas = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "HW, 1 (4711)", "Final Score"],
          ["    Points Possible", "", "", "", "", "9,00", "(read only)"]]
canvas += [[name, 1000 + i, f'="{id}"', mail, "A; B", "", "1,25"] for i, (id, name, mail) in enumerate(students)]
canvas += [["Student, Test", 1, "", "", "A", "", ""]]
write("canvas.comma.csv", canvas)
write("canvas.semicolon.csv", canvas, bom="\ufeff", delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
moodle = [["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Last modified (grade)"]]
moodle += [[f"Participant {500 + i}", name, mail, "Submitted", "", "100.00", "-"] for i, (id, name, mail) in enumerate(students)]
write("moodle.comma.csv", moodle, bom="\ufeff", lineterminator="\n")
write("moodle.tab.csv", moodle, delimiter="\t")
json.dump(names, sys.stdout)
"#;

/// Which cells of which students differ between the export and the filled file; a row that is left out has none.
const COMPARE: &str = r#"
import csv, io, json, sys

def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        text = file.read()
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator, strict=True)), text[0]

(old, old_bom), (new, new_bom) = rows(sys.argv[1]), rows(sys.argv[2])
number, address = (0, 2) if old[0][0] == "Identifier" else (1, 3)
numbers = {row[number]: row for row in old}
assert len(numbers) == len(old)
found = []
for row in new:
    before = numbers[row[number]]
    assert len(row) == len(before)
    changed = [cell for cell, other in zip(row, before) if cell != other]
    assert len(changed) <= 1
    found += [[row[address].split("@")[0], cell] for cell in changed]
json.dump({"differences": found, "header": old[0] == new[0] and old_bom == new_bom}, sys.stdout)
"#;

#[test]
fn nothing_that_is_hidden_is_in_what_students_get() {
    let folder = written();
    let secret = |text: &str| leak::Secret {
        exercise: "tier1/dedupe".parse().unwrap(),
        case: "hidden-twin".parse().unwrap(),
        text: text.into(),
    };
    // What the class's visible cases tell is found, so the scan does read these files.
    let found = leak::scan(folder.path(), &[secret("returned value, at [3]")], &[]).unwrap();
    assert!(found.len() > 4, "{found:?}");
    let secrets = [secret("A hidden case was not passed."), secret("failed in load")];
    assert_eq!(leak::scan(folder.path(), &secrets, &[]).unwrap(), []);
}

/// A class of a thousand goes through without being held: what is written at the end is what was fed.
#[test]
fn a_large_class() {
    let folder = tempfile::tempdir().unwrap();
    let student = |number: usize| {
        let outcomes = if number.is_multiple_of(3) { ["F.F", ".C.", "T"] } else { ["...", "...", "."] };
        samples::result(samples::student(&format!("s{number:05}"), "Ada Lovelace"), outcomes)
    };
    let all = (0..1000).map(student).map(Ok);
    Outputs(outputs(folder.path())).write(&samples::batch(), all).unwrap();
    assert_eq!(results::Lines::open(folder.path()).unwrap().map(Result::unwrap).count(), 3000);
    let report = python(READ_JUNIT, &[&folder.path().join("junit.xml"), readers::folder()]);
    assert_eq!(report["counts"][0], 7000);
    assert_eq!(fs::read_to_string(folder.path().join("gradebook.csv")).unwrap().lines().count(), 1001);
    let annotations = fs::read_to_string(folder.path().join("annotations.txt")).unwrap();
    assert_eq!(annotations.lines().count(), 11);
    assert!(annotations.ends_with("::notice title=practice::1326 more, which are not shown here\n"), "{annotations}");
}
