//! The JSON schemas under `schema/`: what the program reads, and nothing else.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schemas() -> Vec<(&'static str, Json)> {
    let mut all = practice::catalog::schemas();
    all.push(("runner.schema.json", schemars::schema_for!(practice::config::Raw).to_value()));
    all
}

fn schema(name: &str) -> jsonschema::Validator {
    let all = schemas();
    let (_, schema) = all.iter().find(|(known, _)| *known == name).unwrap();
    jsonschema::validator_for(schema).unwrap()
}

/// Why a TOML text does not obey a schema; nothing when it does.
fn mistakes(schema: &jsonschema::Validator, text: &str) -> Vec<String> {
    let value: Json = toml::from_str(text).unwrap();
    schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_files_are_what_the_program_says() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    let folder = root().join("schema");
    let mut names = Vec::new();
    for (name, schema) in schemas() {
        let text = format!("{schema:#}\n");
        let path = folder.join(name);
        if overwrite {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == text, "schema/{name} is out of date: run the tests with SNAPSHOTS=overwrite");
        names.push(name.to_owned());
    }
    let mut there: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    there.sort();
    names.sort();
    assert_eq!(there, names);
}

#[test]
fn every_shipped_file_obeys_its_schema() {
    let mut count = 0;
    for kind in ["pack", "tier", "exercise", "cases"] {
        let schema = schema(&format!("{kind}.schema.json"));
        let wanted = format!("{kind}.toml");
        for entry in walkdir::WalkDir::new(root().join("exercises")).into_iter().map(Result::unwrap) {
            if entry.file_name() == wanted.as_str() {
                let found = mistakes(&schema, &fs::read_to_string(entry.path()).unwrap());
                assert_eq!(found, [""; 0], "{}", entry.path().display());
                count += 1;
            }
        }
        assert!(count > 0);
    }
    assert!(count >= 24, "{count}");
}

#[test]
fn the_template_and_the_settings_obey_theirs() {
    let read = |path: &str| fs::read_to_string(root().join("src/cli/command").join(path)).unwrap();
    assert_eq!(mistakes(&schema("exercise.schema.json"), &read("new/exercise.toml")), [""; 0]);
    assert_eq!(mistakes(&schema("cases.schema.json"), &read("new/cases.toml")), [""; 0]);
    let settings: String = read("init/runner.toml")
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|setting| setting.contains(" = ")).unwrap_or(line).to_owned() + "\n")
        .collect();
    assert_eq!(mistakes(&schema("runner.schema.json"), &settings), [""; 0]);
    let value: toml::Table = toml::from_str(&settings).unwrap();
    assert_eq!(value.len(), 7);
}

#[test]
fn a_schema_refuses_what_the_program_refuses() {
    let cases = schema("cases.schema.json");
    let case = |rest: &str| format!("format = 1\n[[case]]\nid = \"a\"\npurpose = \"p\"\n{rest}");
    assert_eq!(
        mistakes(&cases, &case("call = \"f()\"\nreturns = { file = \"a.json\" }\nafter = { 0 = \"1\" }")),
        [""; 0]
    );
    for bad in [
        "retuns = \"1\"",
        "returns = 1",
        "weight = \"1\"",
        "hidden = 1",
        "stdout = { fiel = \"x\" }",
        "args = [1]",
        "limits = { wal = \"1s\" }",
        "compare = { as = \"xml\" }",
    ] {
        assert_ne!(mistakes(&cases, &case(bad)).len(), 0, "{bad}");
    }
    for bad in ["case = []", "format = 2\ncase = []", "format = 1\ncases = []"] {
        assert_ne!(mistakes(&cases, bad).len(), 0, "{bad}");
    }
    let runner = schema("runner.schema.json");
    for bad in ["jobs = 0", "jobz = 1", "[sandbox]\nmode = \"x\"", "[report]\ncolor = 1", "[limits]\ntime_factor = 1.0"]
    {
        assert_ne!(mistakes(&runner, bad).len(), 0, "{bad}");
    }
    let exercise = schema("exercise.schema.json");
    let good = fs::read_to_string(root().join("exercises/tier1/jsonl-dedupe/exercise.toml")).unwrap();
    for (from, to) in [
        ("topic = \"io\"", "topic = \"oi\""),
        ("roles = [", "roles = [\"boss\", "),
        ("minutes = 25", "minute = 25"),
        ("uid = ", "uuid = "),
    ] {
        assert!(good.contains(from));
        assert_ne!(mistakes(&exercise, &good.replacen(from, to, 1)).len(), 0, "{to}");
    }
}
