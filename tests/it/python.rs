//! Finding interpreters and building environments, with the real Python of this machine.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use practice::python::{self, Cause, Interpreter, Progress, PythonError, Settings, Spec};

/// A pure package, small, and with hashes of the files that the index has.
const IDNA: &str = "\
idna==3.20 \\
    --hash=sha256:a7db850025b95ded1eae8a46181a1a6c56c92c96f0e2b005d9ff8dc0210cab44 \\
    --hash=sha256:ab7ae7122974553370f0bdb919e1a960b2cd1bc1ef0276416d896db81c14582c
";

fn interpreter(cache: &Path) -> Interpreter {
    python::find(None, cache).unwrap()
}

/// Settings under which pip installs, whatever else is on PATH.
fn with_pip(cache: &Path) -> Settings {
    Settings { uv: None, ..Settings::new(cache) }
}

fn spec(name: &str, lock: &str, imports: &[&str]) -> Spec {
    let imports = imports.iter().map(|&name| name.to_owned()).collect();
    Spec { name: name.parse().unwrap(), lock: Some(Arc::from(lock.as_bytes())), size: Some("1MB".to_owned()), imports }
}

fn provision(spec: &Spec, settings: &Settings) -> (Result<python::Environment, PythonError>, Vec<Progress>) {
    let mut events = Vec::new();
    let result = python::provision(&interpreter(&settings.cache), spec, settings, &mut |event| events.push(event));
    (result, events)
}

/// What a Python prints.
fn run(python: &Path, code: &str) -> String {
    let output = Command::new(python).args(["-I", "-c", code]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn fake_python(path: &Path, version: &str) {
    let json = format!(
        r#"{{"version": {version}, "executable": "{0}", "base_executable": "{0}", "in_venv": false, "base_prefix": "/usr", "implementation": "cpython", "platform": "fake", "pip": null, "venv": true, "ensurepip": true}}"#,
        path.display()
    );
    script(path, &format!("#!/bin/sh\necho asked >> \"$0.log\"\necho '{json}'\n"));
}

fn asked(path: &Path) -> usize {
    fs::read_to_string(format!("{}.log", path.display())).unwrap_or_default().lines().count()
}

#[test]
fn the_real_interpreter_is_found_and_remembered() {
    let cache = tempfile::tempdir().unwrap();
    let found = interpreter(cache.path());
    assert!(found.version >= python::Version::OLDEST);
    assert_eq!(run(&found.python, "import sys; print(sys.executable)"), found.python.to_str().unwrap());
    assert_eq!(run(&found.python, "import sys; print(sys.prefix)"), found.base_prefix.to_str().unwrap());
    assert_eq!(interpreter(cache.path()), found);
    assert_eq!(fs::read_dir(cache.path().join("interpreters")).unwrap().count(), 1);
}

#[test]
fn a_virtual_environment_leads_to_the_interpreter_below_it() {
    let cache = tempfile::tempdir().unwrap();
    let (environment, _) = provision(&Spec::stdlib(), &with_pip(cache.path()));
    let environment = environment.unwrap();
    for wanted in [&environment.python, &environment.root] {
        let found = python::find(Some(wanted), cache.path()).unwrap();
        assert_eq!(found.found_as, environment.python);
        let base = interpreter(cache.path());
        assert_eq!(found.base_prefix, base.base_prefix);
        assert_eq!(fs::canonicalize(&found.python).unwrap(), fs::canonicalize(&base.python).unwrap());
        assert_eq!(python::folder(&found, &Spec::stdlib(), &with_pip(cache.path())), environment.root);
    }
}

#[test]
fn an_interpreter_is_asked_once_until_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("bin/python3");
    fake_python(&program, "[3, 12, 1]");
    let find = || python::find_on(None, folder.path().join("bin").as_os_str(), folder.path());
    assert_eq!(find().unwrap().version.to_string(), "3.12.1");
    assert_eq!(find().unwrap().found_as, program);
    assert_eq!(asked(&program), 1);

    fake_python(&program, "[3, 13, 10]");
    assert_eq!(find().unwrap().version.to_string(), "3.13.10");
    assert_eq!(asked(&program), 2);

    for file in fs::read_dir(folder.path().join("interpreters")).unwrap() {
        fs::write(file.unwrap().path(), "{broken").unwrap();
    }
    assert_eq!(find().unwrap().version.to_string(), "3.13.10");
    assert_eq!(asked(&program), 3);

    // What it lacks may be installed at any time.
    let text = fs::read_to_string(&program).unwrap();
    script(&program, &text.replace("\"venv\": true", "\"venv\": false"));
    assert!(!find().unwrap().venv);
    assert!(!find().unwrap().venv);
    assert_eq!(asked(&program), 5);
}

#[test]
fn a_python_that_is_too_old_is_passed_over_or_named() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old/python3");
    fake_python(&old, "[3, 9, 18]");
    let on = |path: &str, wanted: Option<&Path>| python::find_on(wanted, OsStr::new(path), folder.path());

    let error = on(old.parent().unwrap().to_str().unwrap(), None).unwrap_err();
    assert!(matches!(error, PythonError::TooOld { .. }));
    let text = error.to_string();
    for part in
        [old.to_str().unwrap(), "3.9.18", "3.11", "`interpreter` under [python] in runner.toml", "PRACTICE_PYTHON"]
    {
        assert!(text.contains(part), "{part} is not in: {text}");
    }

    let new = folder.path().join("new/python3");
    fake_python(&new, "[3, 14, 0]");
    let both = format!("{}:{}", old.parent().unwrap().display(), new.parent().unwrap().display());
    assert_eq!(on(&both, None).unwrap().python, new);
    let numbered = folder.path().join("old/python3.12");
    fake_python(&numbered, "[3, 12, 0]");
    assert_eq!(on(old.parent().unwrap().to_str().unwrap(), None).unwrap().python, numbered);
    // What was asked for is not replaced by something better.
    assert!(matches!(on(&both, Some(Path::new("python3"))), Err(PythonError::TooOld { .. })));
    assert!(matches!(on(&both, Some(&old)), Err(PythonError::TooOld { .. })));
}

#[test]
fn no_python_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let on = |wanted: Option<&str>| {
        python::find_on(wanted.map(Path::new), folder.path().as_os_str(), folder.path()).unwrap_err()
    };
    assert!(matches!(on(None), PythonError::NotFound { .. }));
    assert!(matches!(on(Some("python3")), PythonError::NoSuch { .. }));
    assert!(matches!(on(Some("/nowhere/bin/python3")), PythonError::NoSuch { .. }));

    script(&folder.path().join("python3"), "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n");
    let error = on(None);
    assert!(matches!(error, PythonError::NoAnswer { .. }));
    assert!(error.to_string().contains("command not found"), "{error}");
    script(&folder.path().join("python3"), "#!/bin/sh\necho hello\n");
    assert!(on(Some("python3")).to_string().contains("not JSON"));
}

#[test]
fn uv_is_asked_when_nothing_is_on_path() {
    let folder = tempfile::tempdir().unwrap();
    let python = folder.path().join("managed/python3.13");
    fake_python(&python, "[3, 13, 1]");
    let uv =
        format!("#!/bin/sh\n[ \"$UV_PYTHON_DOWNLOADS $1 $2\" = 'never python find' ] && echo {}\n", python.display());
    script(&folder.path().join("bin/uv"), &uv);
    let found = python::find_on(None, folder.path().join("bin").as_os_str(), folder.path()).unwrap();
    assert_eq!(found.python, python);
}

#[test]
fn the_stdlib_environment_sees_no_other_packages() {
    let cache = tempfile::tempdir().unwrap();
    let settings = with_pip(cache.path());
    let python = interpreter(cache.path());
    assert_eq!(python::ready(&python, &Spec::stdlib(), &settings), None);
    let (environment, events) = provision(&Spec::stdlib(), &settings);
    let environment = environment.unwrap();
    assert_eq!(environment.version, python.version.to_string());
    assert!(matches!(events[..], [Progress::Step(_), Progress::Done { .. }]), "{events:?}");
    let seen = run(
        &environment.python,
        "import sys, importlib.util as u, json; print(sys.prefix, u.find_spec('pip'), [p for p in sys.path if 'packages' in p])",
    );
    let packages =
        environment.root.join(format!("lib/python{}.{}/site-packages", python.version.major, python.version.minor));
    assert_eq!(seen, format!("{} None ['{}']", environment.root.display(), packages.display()));

    assert_eq!(python::ready(&python, &Spec::stdlib(), &settings).as_ref(), Some(&environment));
    let (again, events) = provision(&Spec::stdlib(), &settings);
    assert_eq!((again.unwrap(), events), (environment, vec![]));
}

#[test]
fn a_build_that_was_stopped_is_begun_anew() {
    let cache = tempfile::tempdir().unwrap();
    let settings = with_pip(cache.path());
    let root = python::folder(&interpreter(cache.path()), &Spec::stdlib(), &settings);
    script(&root.join("bin/python"), "#!/bin/sh\nexit 1\n");
    fs::write(root.join("left-over"), "").unwrap();
    let (environment, _) = provision(&Spec::stdlib(), &settings);
    let environment = environment.unwrap();
    assert_eq!(environment.root, root);
    assert_eq!(run(&environment.python, "print(1)"), "1");
    assert!(!root.join("left-over").exists());
}

#[test]
fn of_two_runs_at_once_one_builds_and_the_other_waits() {
    let cache = tempfile::tempdir().unwrap();
    let settings = with_pip(cache.path());
    interpreter(cache.path());
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| provision(&Spec::stdlib(), &settings))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let environments: Vec<_> = results.iter().map(|(result, _)| result.as_ref().unwrap()).collect();
    assert!(environments.iter().all(|environment| *environment == environments[0]));
    let built = results.iter().filter(|(_, events)| events.iter().any(|event| matches!(event, Progress::Step(_))));
    assert_eq!(built.count(), 1);
    assert_eq!(python::list(cache.path()).unwrap().len(), 1);
}

#[test]
fn environments_are_listed_and_removed() {
    let cache = tempfile::tempdir().unwrap();
    assert_eq!(python::list(cache.path()).unwrap(), []);
    let (environment, _) = provision(&Spec::stdlib(), &with_pip(cache.path()));
    let environment = environment.unwrap();
    fs::create_dir(cache.path().join("envs/data-0123456789abcdef")).unwrap();

    let listed = python::list(cache.path()).unwrap();
    let names: Vec<(&str, bool)> = listed.iter().map(|info| (info.name.as_str(), info.complete)).collect();
    assert_eq!(names, [("data", false), ("stdlib", true)]);
    assert_eq!(listed[1].path, environment.root);
    assert!(listed[1].created.is_some() && listed[1].version.as_ref() == Some(&environment.version));
    assert!(listed[1].size < 1_000_000, "{}", listed[1].size);

    for info in &listed {
        python::remove(info).unwrap();
    }
    assert_eq!(python::list(cache.path()).unwrap(), []);
}

#[test]
fn an_unreachable_index_is_said_so() {
    let cache = tempfile::tempdir().unwrap();
    let env = [("PIP_INDEX_URL", "http://127.0.0.1:9/simple"), ("PIP_FIND_LINKS", ""), ("PIP_RETRIES", "1")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let settings = Settings { env, ..with_pip(cache.path()) };
    let (result, events) = provision(&spec("data", IDNA, &["idna"]), &settings);
    let error = result.unwrap_err();
    let PythonError::Install { cause, log, .. } = &error else { panic!("{error}") };
    assert_eq!(*cause, Cause::Network, "{error}");
    assert!(error.to_string().contains("could not reach the package index"), "{error}");
    assert!(fs::read_to_string(log).unwrap().contains("127.0.0.1"));
    assert!(events.iter().any(|event| matches!(event, Progress::Announce { size: Some(size), .. } if size == "1MB")));
    assert_eq!(python::list(cache.path()).unwrap(), []);
}

#[test]
fn a_lock_without_hashes_is_refused_before_anything_is_made() {
    let cache = tempfile::tempdir().unwrap();
    let (result, events) = provision(&spec("data", "idna==3.20\n", &[]), &with_pip(cache.path()));
    let error = result.unwrap_err().to_string();
    assert!(error.contains("the lock of the environment data has no hash for `idna==3.20`"), "{error}");
    assert_eq!(events, []);
}

/// Builds a package index in a folder: one wheel that calls itself a CPU build of torch.
const TORCH_INDEX: &str = r#"
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1], "torch")
folder.mkdir(parents=True)
name = "torch-2.15.0+cpu-py3-none-any.whl"
info = "torch-2.15.0+cpu.dist-info"
files = {
    "torch.py": "__version__ = '2.15.0+cpu'\n",
    f"{info}/METADATA": "Metadata-Version: 2.1\nName: torch\nVersion: 2.15.0+cpu\nRequires-Dist: no-such-package\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(folder / name, "w") as wheel:
    for path, text in files.items():
        wheel.writestr(path, text)
(folder / "index.html").write_text(f'<a href="{name.replace("+", "%2B")}">{name}</a>')
"#;

fn torch_from_an_index(uv: Option<PathBuf>) {
    let cache = tempfile::tempdir().unwrap();
    let index = cache.path().join("index");
    let python = interpreter(cache.path()).python;
    assert!(Command::new(python).args(["-c", TORCH_INDEX]).arg(&index).status().unwrap().success());
    let lock = "torch==2.15.0 --hash=sha256:aa\nnvidia-cublas==1.0 --hash=sha256:bb\ntriton==1.0 --hash=sha256:cc\n";
    let torch_index = Some(format!("file://{}", index.display()));
    let settings = Settings { torch_index, uv, ..Settings::new(cache.path()) };
    let (environment, events) = provision(&spec("torch", lock, &["torch"]), &settings);
    let environment = environment.unwrap();
    assert_eq!(run(&environment.python, "import torch; print(torch.__version__)"), "2.15.0+cpu");
    let noted = |event: &Progress| matches!(event, Progress::Notice(text) if text.contains("file://"));
    assert!(events.iter().any(noted), "{events:?}");
}

#[test]
fn torch_comes_from_the_index_that_is_set() {
    torch_from_an_index(None);
    let uv = python::find_uv(&std::env::var_os("PATH").unwrap());
    if uv.is_some() {
        torch_from_an_index(uv);
    }
}

#[test]
fn what_the_interpreter_lacks_is_said() {
    let cache = tempfile::tempdir().unwrap();
    let settings = with_pip(cache.path());
    let mut python = interpreter(cache.path());
    (python.pip, python.ensurepip) = (Some("22.0.2".to_owned()), false);
    let error = python::provision(&python, &spec("data", IDNA, &[]), &settings, &mut |_| {}).unwrap_err();
    assert!(matches!(error, PythonError::NoInstaller { .. }), "{error}");
    assert!(python::provision(&python, &Spec::stdlib(), &settings, &mut |_| {}).is_ok());
    python.venv = false;
    python.version.micro += 1;
    let error = python::provision(&python, &Spec::stdlib(), &settings, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("python3-venv"), "{error}");
    if let Some(uv) = python::find_uv(&std::env::var_os("PATH").unwrap()) {
        let settings = Settings { uv: Some(uv), ..settings };
        assert!(python::provision(&python, &Spec::stdlib(), &settings, &mut |_| {}).is_ok());
    }
}

/// Needs a package index.
#[test]
fn without_pip_the_bundled_one_installs() {
    let cache = tempfile::tempdir().unwrap();
    let python = Interpreter { pip: None, ensurepip: true, ..interpreter(cache.path()) };
    let environment = python::provision(&python, &spec("data", IDNA, &["idna"]), &with_pip(cache.path()), &mut |_| {});
    assert_eq!(run(&environment.unwrap().python, "import idna; print(idna.__version__)"), "3.20");
}

/// Installs a package, then the same with wrong hashes and with an import that it does not have.
fn installs(settings: &Settings) {
    let (environment, events) = provision(&spec("data", IDNA, &["idna"]), settings);
    let environment = environment.unwrap();
    let compiled =
        run(&environment.python, "import idna, os; print(idna.__version__, os.path.exists(idna.__cached__))");
    assert_eq!(compiled, "3.20 True");
    assert!(matches!(events.last(), Some(Progress::Done { .. })));

    let wrong: String = IDNA.lines().map(|line| format!("{}\n", wrong_hash(line))).collect();
    let (result, _) = provision(&spec("data", &wrong, &["idna"]), settings);
    let error = result.unwrap_err();
    let PythonError::Install { cause, .. } = &error else { panic!("{error}") };
    assert_eq!(*cause, Cause::Hash(Some("idna==3.20".to_owned())), "{error}");

    let (result, _) = provision(&spec("other", IDNA, &["idna", "no_such_module"]), settings);
    let error = result.unwrap_err();
    assert!(matches!(&error, PythonError::Unimportable { missing, .. } if missing == "no_such_module"), "{error}");
}

fn wrong_hash(line: &str) -> String {
    match line.split_once("sha256:") {
        Some((before, hash)) => format!("{before}sha256:{}{}", "0".repeat(64), hash.get(64..).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// Needs a package index.
#[test]
fn pip_installs_a_lock_with_hashes() {
    let cache = tempfile::tempdir().unwrap();
    installs(&with_pip(cache.path()));
}

/// Needs a package index; does nothing where there is no uv.
#[test]
fn uv_installs_a_lock_with_hashes() {
    let cache = tempfile::tempdir().unwrap();
    let uv: Option<PathBuf> = python::find_uv(&std::env::var_os("PATH").unwrap());
    if uv.is_some() {
        // Told of an index, so that a configuration of pip does not make pip the installer.
        let index = std::env::var("UV_DEFAULT_INDEX").unwrap_or_else(|_| "https://pypi.org/simple".to_owned());
        let env = vec![("UV_DEFAULT_INDEX".to_owned(), index)];
        installs(&Settings { uv, env, ..Settings::new(cache.path()) });
    }
}
