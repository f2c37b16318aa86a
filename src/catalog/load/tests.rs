#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
use super::*;

const EXERCISE: &str = "format = 1\nuid = \"one\"\ntitle = \"One\"\nsummary = \"\"\ntopic = \"data\"\nroles = []\n\
                        difficulty = 1\nminutes = 1\nkind = \"call\"\n";
const CASES: &str = "format = 1\n[[case]]\nid = \"a\"\npurpose = \"adds\"\ncall = \"f(1)\"\nreturns = \"2\"\n";

/// Writes a pack with the exercise `tier1/one`, some files replaced, and reads it.
fn read(replaced: &[(&str, &str)]) -> Result<Pack, CatalogErrors> {
    let folder = tempfile::tempdir().unwrap();
    let mut files: BTreeMap<&str, &str> = BTreeMap::from([
        ("pack.toml", "format = 1\nname = \"p\"\ntitle = \"P\"\n[limits]\nwall = \"3s\"\n"),
        ("tier1/tier.toml", "format = 1\ntitle = \"T\"\n[limits]\nmemory = \"100MB\"\n"),
        ("tier1/one/exercise.toml", EXERCISE),
        ("tier1/one/cases.toml", CASES),
        ("tier1/one/README.md", "# One\n"),
        ("tier1/one/starter/solution.py", "starter"),
        ("tier1/one/reference/solution.py", "reference"),
    ]);
    files.extend(replaced.iter().copied());
    for (path, text) in files {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }
    load(&PackSource::Folder(folder.path().to_owned()), Expectations::Required)
}

/// The mistakes of a pack, without the folder that it was read from.
fn mistakes(replaced: &[(&str, &str)]) -> Vec<String> {
    let errors = read(replaced).err().map(|errors| errors.0).unwrap_or_default();
    let short = |error: CatalogError| {
        let file = error.file.split_once("/tier1/").map_or(error.file.clone(), |(_, file)| file.to_owned());
        let file = file.rsplit_once("/pack.toml").map_or(file.clone(), |_| "pack.toml".to_owned());
        let place = error.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        format!("{file}{place}: {}", error.message)
    };
    errors.into_iter().map(short).collect()
}

fn check(replaced: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(mistakes(replaced), expected);
}

#[test]
fn settings_are_inherited_key_by_key() {
    let exercise = format!("{EXERCISE}[limits]\noutput = \"1MB\"\n");
    let cases = CASES.replace("returns", "limits = { wall = \"1s\" }\nreturns");
    let pack = read(&[("tier1/one/exercise.toml", &exercise), ("tier1/one/cases.toml", &cases)]).unwrap();
    let limits = pack.exercises[0].cases[0].limits;
    assert_eq!(limits.wall, "1s".parse().unwrap());
    assert_eq!(limits.cpu, limits.wall);
    assert_eq!(limits.memory, "100MB".parse().unwrap());
    assert_eq!(limits.output, "1MB".parse().unwrap());
}

#[test]
fn unknown_keys_offer_the_nearest() {
    check(
        &[("tier1/one/exercise.toml", &EXERCISE.replace("minutes", "minute"))],
        &["one/exercise.toml:8:1: unknown key `minute`: did you mean `minutes`?"],
    );
    check(
        &[("tier1/one/cases.toml", &CASES.replace("returns", "return"))],
        &["one/cases.toml:6:1: unknown key `return`: did you mean `returns`?"],
    );
    check(
        &[("tier1/one/cases.toml", &CASES.replace("purpose", "limits = { wal = \"1s\" }\npurpose"))],
        &["one/cases.toml:4:12: unknown key `wal`: did you mean `wall`?"],
    );
}

#[test]
fn mistakes_of_a_case_have_its_line() {
    check(
        &[("tier1/one/cases.toml", &CASES.replace("returns = \"2\"", "returns = \"true\""))],
        &["one/cases.toml:6:11: case `a`: `true` is not a value; write `True` (before `true`)"],
    );
    check(
        &[("tier1/one/cases.toml", &CASES.replace("returns = \"2\"", "returns = { file = \"expected/a.json\" }"))],
        &["one/cases.toml:6:11: case `a`: there is no file `expected/a.json` in the exercise's folder"],
    );
    check(
        &[("tier1/one/cases.toml", &CASES.replace("returns = \"2\"\n", ""))],
        &["one/cases.toml:2:1: the case `a` expects nothing: write its expectation, or run `practice snap tier1/one`"],
    );
    let twice = format!("{CASES}{}", CASES.replace("format = 1\n", ""));
    check(&[("tier1/one/cases.toml", &twice)], &["one/cases.toml:7:1: two cases have the id `a`"]);
}

#[test]
fn files_that_are_missing_are_named() {
    let wrong = format!("{EXERCISE}[[wrong]]\nfile = \"wrong/x.py\"\nfails = [\"a\"]\nsays = \"\"\n");
    check(&[("tier1/one/exercise.toml", &wrong)], &["one/exercise.toml:11:8: there is no `wrong/x.py` in this folder"]);
    let other = EXERCISE.replace("kind", "files = [\"other.py\"]\nkind");
    check(
        &[("tier1/one/exercise.toml", &other)],
        &[
            "one/exercise.toml: there is no `starter/other.py` in this folder",
            "one/exercise.toml: there is no `reference/other.py` in this folder",
        ],
    );
}

#[test]
fn exercises_do_not_share_a_uid() {
    let files: Vec<(String, &str)> = [
        ("exercise.toml", EXERCISE),
        ("cases.toml", CASES),
        ("README.md", ""),
        ("starter/solution.py", ""),
        ("reference/solution.py", ""),
    ]
    .map(|(path, text)| (format!("tier1/two/{path}"), text))
    .into();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let found = mistakes(&files);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("two/exercise.toml: two exercises have the uid `one`: the other is"), "{found:?}");
}

#[test]
fn a_newer_format_is_refused() {
    check(
        &[("tier1/one/exercise.toml", &EXERCISE.replace("format = 1", "format = 2"))],
        &["one/exercise.toml: format 2 is not known to this version of practice, which reads format 1"],
    );
}

#[test]
fn the_shipped_pack_is_sound() {
    let pack = load(&PackSource::Shipped, Expectations::Required).unwrap();
    assert_eq!(pack.tiers.len(), 4);
    for exercise in &pack.exercises {
        let id = &exercise.id;
        assert!(exercise.cases.len() >= 6, "{id} has few cases");
        assert!(exercise.cases.iter().filter(|case| case.hidden).count() >= 2, "{id} has few hidden cases");
        assert!(exercise.wrong.len() >= 2, "{id} has few wrong solutions");
        assert!(
            (1..=3).all(|level| exercise.hints.iter().any(|hint| hint.level == level)),
            "{id} lacks a level of hints"
        );
        assert!(!exercise.roles.is_empty(), "{id} is for nobody");
    }
}
