//! Which installer to use, and the environment variables it gets.
//!
//! A classroom has a mirror, and its people have told pip or uv about it. Neither reads the other's configuration, so
//! the one that was told is the one that installs.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Interpreter, Settings, Version};

/// Who installs packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Installer {
    /// This uv.
    Uv(PathBuf),
    /// The interpreter's own pip.
    Pip,
    /// The pip that `ensurepip` puts into the environment.
    BundledPip,
}

/// The first pip that installs into another environment (`--python`).
const OLDEST_PIP: Version = Version { major: 22, minor: 3, micro: 0 };

/// Chooses the installer; `None` if there is none.
pub(super) fn choose(interpreter: &Interpreter, settings: &Settings) -> Option<Installer> {
    let new_enough = |pip: &String| pip.parse::<Version>().is_ok_and(|version| version >= OLDEST_PIP);
    let pip = if interpreter.pip.as_ref().is_some_and(new_enough) {
        Some(Installer::Pip)
    } else {
        interpreter.ensurepip.then_some(Installer::BundledPip)
    };
    let uv = settings.uv.clone().map(Installer::Uv);
    if pip_is_configured(interpreter, settings) && !uv_is_configured(settings) { pip.or(uv) } else { uv.or(pip) }
}

/// A variable as the installer will see it.
fn variable(name: &str, settings: &Settings) -> Option<OsString> {
    let set = settings.env.iter().rfind(|(key, _)| key == name).map(|(_, value)| OsString::from(value));
    set.or_else(|| env::var_os(name)).filter(|value| !value.is_empty())
}

fn uv_is_configured(settings: &Settings) -> bool {
    ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX"]
        .iter()
        .any(|name| variable(name, settings).is_some())
        || has_uv_file(settings)
}

/// Whether there is a configuration file of uv that is not a project's.
fn has_uv_file(settings: &Settings) -> bool {
    let config = config_folder(settings).map(|folder| folder.join("uv/uv.toml"));
    variable("UV_CONFIG_FILE", settings).is_some()
        || config.is_some_and(|file| file.exists())
        || ["/etc/uv/uv.toml", "/etc/xdg/uv/uv.toml"].iter().any(|file| Path::new(file).exists())
}

/// Whether pip was told where packages come from. `PIP_FIND_LINKS` does not count: it adds to an index.
fn pip_is_configured(interpreter: &Interpreter, settings: &Settings) -> bool {
    let home = variable("HOME", settings).map(PathBuf::from);
    let files = [
        variable("PIP_CONFIG_FILE", settings).map(PathBuf::from),
        config_folder(settings).map(|folder| folder.join("pip/pip.conf")),
        home.as_ref().map(|home| home.join(".pip/pip.conf")),
        home.as_ref().map(|home| home.join("Library/Application Support/pip/pip.conf")),
        Some(interpreter.base_prefix.join("pip.conf")),
        Some("/etc/pip.conf".into()),
        Some("/etc/xdg/pip/pip.conf".into()),
    ];
    ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_PROXY"]
        .iter()
        .any(|name| variable(name, settings).is_some())
        || files.iter().flatten().filter_map(|file| std::fs::read_to_string(file).ok()).any(|text| names_index(&text))
}

/// Whether a pip.conf says where packages come from.
fn names_index(text: &str) -> bool {
    let keys = text.lines().filter_map(|line| line.split_once(['=', ':']));
    keys.map(|(key, _)| key.trim().replace('_', "-"))
        .any(|key| ["index-url", "extra-index-url", "no-index", "proxy"].contains(&key.as_str()))
}

fn config_folder(settings: &Settings) -> Option<PathBuf> {
    let set = variable("XDG_CONFIG_HOME", settings).map(PathBuf::from);
    set.or_else(|| variable("HOME", settings).map(|home| PathBuf::from(home).join(".config")))
}

/// Variables that would make an installer install elsewhere, in part, or without bytecode.
const NOT_FOR_INSTALLERS: [&str; 14] = [
    "PIP_DRY_RUN",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONPYCACHEPREFIX",
    "UV_PYTHON",
    "UV_PROJECT_ENVIRONMENT",
    "VIRTUAL_ENV",
];

/// Gives a program the environment of an installer: that of this process, so that what people have configured holds,
/// without what would break the installation.
pub(super) fn prepare(command: &mut Command, settings: &Settings) {
    for name in NOT_FOR_INSTALLERS {
        command.env_remove(name);
    }
    command.env("PIP_NO_INPUT", "1").env("PIP_DISABLE_PIP_VERSION_CHECK", "1").env("PIP_ROOT_USER_ACTION", "ignore");
    command.env("PIP_PROGRESS_BAR", "off").env("NO_COLOR", "1").env("UV_PYTHON_DOWNLOADS", "never");
    // As many retries as they make by themselves let people without a network wait for ten seconds.
    for (name, retries) in [("PIP_RETRIES", "2"), ("UV_HTTP_RETRIES", "2")] {
        if variable(name, settings).is_none() {
            command.env(name, retries);
        }
    }
    if !has_uv_file(settings) {
        // No file but a project's is left, and no project is meant.
        command.env("UV_NO_CONFIG", "1");
    }
    if let Some(certificates) = variable("PIP_CERT", settings)
        && variable("SSL_CERT_FILE", settings).is_none()
    {
        // Networks that look into TLS have their own certificates, of which often only pip is told.
        command.env("SSL_CERT_FILE", certificates);
    }
    command.envs(settings.env.iter().map(|(name, value)| (name, value)));
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
