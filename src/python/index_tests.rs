use std::path::Path;

use super::{Installer, choose, names_index};
use crate::python::{Interpreter, Settings, Version};

fn interpreter(pip: Option<&str>, ensurepip: bool) -> Interpreter {
    Interpreter {
        python: "/nowhere/bin/python3".into(),
        found_as: "/nowhere/bin/python3".into(),
        version: Version::OLDEST,
        implementation: "cpython".to_owned(),
        platform: "linux-x86_64-cpython-311".to_owned(),
        base_prefix: "/nowhere".into(),
        pip: pip.map(str::to_owned),
        venv: true,
        ensurepip,
    }
}

/// Settings in a home without configuration files, whatever the machine has; variables of uv are told apart by their
/// being set.
fn settings(uv: bool, env: &[(&str, &str)]) -> Settings {
    let blank =
        [("HOME", "/nowhere"), ("XDG_CONFIG_HOME", "/nowhere"), ("PIP_INDEX_URL", ""), ("UV_DEFAULT_INDEX", "")];
    let env = blank.iter().chain(env).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings { cache: "/cache".into(), torch_index: None, uv: uv.then(|| "/bin/uv".into()), env }
}

fn uv() -> Option<Installer> {
    Some(Installer::Uv(Path::new("/bin/uv").to_owned()))
}

#[test]
fn without_uv_pip_installs_if_it_is_new_enough() {
    let without = settings(false, &[]);
    assert_eq!(choose(&interpreter(Some("23.2.1"), true), &without), Some(Installer::Pip));
    assert_eq!(choose(&interpreter(Some("22.3"), false), &without), Some(Installer::Pip));
    assert_eq!(choose(&interpreter(Some("22.0.2"), true), &without), Some(Installer::BundledPip));
    assert_eq!(choose(&interpreter(None, true), &without), Some(Installer::BundledPip));
    assert_eq!(choose(&interpreter(Some("22.0.2"), false), &without), None);
}

#[test]
fn the_installer_with_an_index_of_its_own_installs() {
    let python = interpreter(Some("23.2.1"), true);
    let mirror = "https://mirror.example.org/simple";
    assert_eq!(choose(&python, &settings(true, &[("PIP_INDEX_URL", mirror)])), Some(Installer::Pip));
    let both = [("PIP_INDEX_URL", mirror), ("UV_DEFAULT_INDEX", mirror)];
    assert_eq!(choose(&python, &settings(true, &both)), uv());
    let nobody = interpreter(None, false);
    assert_eq!(choose(&nobody, &settings(true, &[("PIP_INDEX_URL", mirror)])), uv());
}

#[test]
fn a_pip_conf_may_name_an_index() {
    assert!(names_index("[global]\nindex-url = https://mirror.example.org/simple\n"));
    assert!(names_index("[install]\nno_index: true\n"));
    assert!(!names_index("[global]\ncert = /etc/ssl/certs/ca-certificates.crt\ntimeout = 60\n"));
    assert!(!names_index("# index-url = https://mirror.example.org/simple\n"));
}
