#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};

use super::{Settings, Spec, folder};
use crate::model::EnvironmentName;
use crate::python::{Interpreter, Version};

fn interpreter() -> Interpreter {
    Interpreter {
        python: "/nowhere/bin/python3".into(),
        found_as: "/nowhere/shims/python3".into(),
        version: Version { major: 3, minor: 12, micro: 1 },
        implementation: "cpython".to_owned(),
        platform: "linux-x86_64-cpython-312".to_owned(),
        base_prefix: "/nowhere".into(),
        pip: None,
        venv: true,
        ensurepip: true,
    }
}

fn settings() -> Settings {
    Settings { cache: "/cache".into(), torch_index: None, uv: None, env: Vec::new() }
}

fn spec(lock: &str) -> Spec {
    let name: EnvironmentName = "data".parse().unwrap();
    Spec { name, lock: Some(lock.as_bytes().into()), size: None, imports: Vec::new() }
}

const TORCH: &str = "torch==2.0 --hash=sha256:aa\n";

#[test]
fn everything_that_an_environment_is_made_of_changes_its_folder() {
    let base = folder(&interpreter(), &spec(TORCH), &settings());
    assert!(base.starts_with("/cache/envs"));
    assert!(base.file_name().unwrap().to_str().unwrap().starts_with("data-"));

    let python = Interpreter { python: "/elsewhere/python3".into(), ..interpreter() };
    let version = Interpreter { version: Version { major: 3, minor: 12, micro: 2 }, ..interpreter() };
    let platform = Interpreter { platform: "linux-aarch64-cpython-312".to_owned(), ..interpreter() };
    let implementation = Interpreter { implementation: "pypy".to_owned(), ..interpreter() };
    let mut folders: Vec<PathBuf> = [python, version, platform, implementation]
        .iter()
        .map(|interpreter| folder(interpreter, &spec(TORCH), &settings()))
        .collect();
    folders.push(folder(&interpreter(), &spec("six==1 --hash=sha256:aa\n"), &settings()));
    folders.push(folder(&interpreter(), &spec(""), &settings()));
    folders.push(folder(&interpreter(), &Spec { lock: None, ..spec("") }, &settings()));
    let torch_index = Some("https://example.org/cpu".to_owned());
    folders.push(folder(&interpreter(), &spec(TORCH), &Settings { torch_index, ..settings() }));
    folders.push(base);
    let count = folders.len();
    folders.sort();
    folders.dedup();
    assert_eq!(folders.len(), count);
}

#[test]
fn what_it_is_not_made_of_does_not() {
    let base = folder(&interpreter(), &spec(TORCH), &settings());
    let shim = Interpreter { found_as: "python".into(), pip: Some("23.0".to_owned()), ..interpreter() };
    assert_eq!(folder(&shim, &spec(TORCH), &settings()), base);
    let uv = Settings { uv: Some("/bin/uv".into()), env: vec![("A".to_owned(), "b".to_owned())], ..settings() };
    assert_eq!(folder(&interpreter(), &spec(TORCH), &uv), base);
    let imports = Spec { imports: vec!["torch".to_owned()], size: Some("5GB".to_owned()), ..spec(TORCH) };
    assert_eq!(folder(&interpreter(), &imports, &settings()), base);

    let plain = "six==1 --hash=sha256:aa\n";
    let index = Settings { torch_index: Some("https://example.org/cpu".to_owned()), ..settings() };
    assert_eq!(folder(&interpreter(), &spec(plain), &index), folder(&interpreter(), &spec(plain), &settings()));
    assert_eq!(folder(&interpreter(), &spec(plain), &settings()).parent(), Some(Path::new("/cache/envs")));
}
