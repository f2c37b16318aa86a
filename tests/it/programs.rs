//! The hostile programs of `tests/hostile/`: what each says of itself, and the things outside that they go for.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::Read;
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;

/// `expect.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// What the program tries, and what must happen; for people.
    pub does: String,
    pub must: String,
    /// `script` unless it says `call`; then `call` and `returns` are those of its case.
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub call: Option<String>,
    #[serde(default)]
    pub returns: Option<String>,
    /// More lines of the case.
    #[serde(default)]
    pub case: String,
    #[serde(default)]
    pub limits: BTreeMap<String, String>,
    /// What the case may take on the clock; two seconds more than its limit unless it says so.
    #[serde(default)]
    pub within: Option<String>,
    /// Verdicts that are right behind a wall, and the walls that promise it.
    #[serde(default)]
    pub verdicts: Option<Vec<String>>,
    #[serde(default = "all_modes")]
    pub modes: Vec<String>,
    /// Verdicts without a wall, or none with the reason why it is not run there.
    pub control: Vec<String>,
    #[serde(default)]
    pub control_why: Option<String>,
    /// It is expected to give the token, which nobody tells it.
    #[serde(default)]
    pub thief: bool,
    /// Where a thief does find it: `argument`, `env`, `file`, `args` or `stdin`.
    #[serde(default)]
    pub reach: Option<String>,
    /// Two cases of it run at the same time.
    #[serde(default)]
    pub pair: bool,
}

fn all_modes() -> Vec<String> {
    ["full", "user", "bare"].map(str::to_owned).into()
}

/// A folder of the corpus.
pub struct Program {
    pub name: String,
    pub expect: Expect,
    pub solution: String,
}

impl Program {
    pub fn is_call(&self) -> bool {
        self.expect.kind.as_deref() == Some("call")
    }

    /// The verdicts that are right behind a wall.
    pub fn verdicts(&self) -> Vec<&str> {
        match &self.expect.verdicts {
            Some(verdicts) => verdicts.iter().map(String::as_str).collect(),
            None => vec![if self.expect.thief { "failed" } else { "passed" }],
        }
    }

    pub fn wall(&self) -> Duration {
        seconds(self.expect.limits.get("wall").map_or("5s", String::as_str))
    }

    /// The most that its case may take on the clock.
    pub fn within(&self) -> Duration {
        self.expect.within.as_deref().map_or_else(|| self.wall() + Duration::from_secs(2), seconds)
    }

    /// The lines at the end of its `exercise.toml`.
    pub fn settings(&self) -> String {
        let mut limits = BTreeMap::from([("wall", "5s"), ("memory", "300MB"), ("output", "1MB"), ("files", "50MB")]);
        limits.extend(self.expect.limits.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let lines: String = limits.iter().map(|(key, value)| format!("{key} = \"{value}\"\n")).collect();
        format!("files = [\"solution.py\", \"attempt.py\", \"hunt.py\"]\n[limits]\n{lines}")
    }

    /// Its case, in which a thief is to give `token`; `within_reach` also gives it that.
    pub fn case(&self, id: &str, token: &str, within_reach: bool) -> String {
        let Expect { call, returns, case, thief, reach, .. } = &self.expect;
        let mut lines = format!("[[case]]\nid = \"{id}\"\npurpose = \"p\"\n{case}\n");
        let reach = reach.as_deref().filter(|_| within_reach);
        lines += &match reach {
            None | Some("argument") => String::new(),
            Some("env") => format!("env = {{ A = \"{token}\" }}\n"),
            Some("file") => format!("files = {{ \"a.txt\" = \"{token}\" }}\n"),
            Some("args") => format!("args = [\"{token}\"]\n"),
            Some("stdin") => format!("stdin = \"{token}\"\n"),
            Some(other) => panic!("{}: no such reach: {other}", self.name),
        };
        let (thief_call, thief_returns) =
            (if reach == Some("argument") { format!("f('{token}')") } else { "f()".to_owned() }, format!("'{token}'"));
        if self.is_call() {
            let call = call.as_deref().unwrap_or(&thief_call);
            let returns = returns.as_deref().unwrap_or(&thief_returns);
            lines += &format!("call = \"{call}\"\nreturns = \"{returns}\"\n");
        } else if *thief {
            lines += &format!("stdout = \"{token}\\n\"\n");
        } else if !case.starts_with("stdout") {
            lines += "stdout = \"shut\\n\"\n";
        }
        lines
    }
}

/// A length of time as limits are written.
fn seconds(text: &str) -> Duration {
    let number = |unit: &str| text.strip_suffix(unit)?.parse::<u64>().ok();
    match (number("ms"), number("s")) {
        (Some(milliseconds), _) => Duration::from_millis(milliseconds),
        (None, Some(seconds)) => Duration::from_secs(seconds),
        (None, None) => panic!("no length of time: {text}"),
    }
}

/// The folder of the corpus.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

/// All programs, by name.
pub fn all() -> Vec<Program> {
    let walk = walkdir::WalkDir::new(folder()).min_depth(1).max_depth(1).sort_by_file_name();
    let folders = walk.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_dir());
    let read = |folder: walkdir::DirEntry| {
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let name = folder.file_name().to_str().unwrap().to_owned();
        let expect = toml::from_str(&text("expect.toml")).unwrap_or_else(|error| panic!("{name}: {error}"));
        Program { name, expect, solution: text("solution.py") }
    };
    folders.filter(|entry| entry.path().join("expect.toml").exists()).map(read).collect()
}

/// So many random bytes as hexadecimal digits.
pub fn random(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    fs::File::open("/dev/urandom").unwrap().read_exact(&mut buffer).unwrap();
    buffer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the programs go for: files, sockets and a process outside. They go when it does.
pub struct Host {
    places: Vec<(&'static str, String)>,
    pub key: String,
    pub secrets: Vec<(PathBuf, String)>,
    process: Child,
    _folder: TempDir,
    _listeners: (TcpListener, UnixListener, UnixListener),
}

impl Host {
    /// They belong to the user of that number, if there is one.
    pub fn new(user: Option<u32>) -> Host {
        let folder = TempDir::new().unwrap();
        let at = folder.path().canonicalize().unwrap();
        fs::set_permissions(&at, Permissions::from_mode(0o755)).unwrap();
        let (mark, secret, open) = (random(4), format!("SECRET_{}", random(8)), format!("OPEN_{}", random(8)));
        let secrets = vec![(at.join("secret"), secret.clone()), (at.join("open"), open.clone())];
        for ((path, text), mode) in secrets.iter().zip([0o600, 0o644]) {
            fs::write(path, text).unwrap();
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let name = format!("hostile-{mark}");
        let by_name = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        let by_path = UnixListener::bind(at.join("socket")).unwrap();
        fs::set_permissions(at.join("socket"), Permissions::from_mode(0o777)).unwrap();

        let mut sleeper = Command::new("sleep");
        sleeper.arg("600").env_clear().env("SECRET", &secret).current_dir("/").stdin(Stdio::null());
        if let Some(user) = user {
            for path in [&at, &secrets[0].0, &secrets[1].0] {
                chown(path, Some(user), Some(user)).unwrap();
            }
            sleeper.uid(user).gid(user);
        }
        let process = sleeper.env("PATH", std::env::var_os("PATH").unwrap()).spawn().unwrap();
        // A key that is nobody's: not 0, and with room for those that programs make of it.
        let key = (u32::from_str_radix(&mark, 16).unwrap() >> 2 | 0x1000_0000).to_string();
        let namespaces: BTreeMap<String, String> = ["user", "pid", "mnt", "net", "uts", "ipc", "cgroup"]
            .into_iter()
            .map(|name| (name.to_owned(), fs::read_link(format!("/proc/self/ns/{name}")).unwrap()))
            .map(|(name, link)| (name, link.display().to_string()))
            .collect();
        let places = vec![
            ("{{SECRET_FILE}}", secrets[0].0.display().to_string()),
            ("{{SECRET_OPEN}}", secrets[1].0.display().to_string()),
            ("{{OPEN_TOKEN}}", open),
            ("{{HOST_PORT}}", tcp.local_addr().unwrap().port().to_string()),
            ("{{ABSTRACT}}", name),
            ("{{UNIX_PATH}}", at.join("socket").display().to_string()),
            ("{{HOST_PID}}", process.id().to_string()),
            ("{{HOST_NS}}", json!(namespaces).to_string()),
            ("{{HOST_NAME}}", fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_owned()),
            ("{{SHM_KEY}}", key.clone()),
            ("{{MARK}}", mark),
        ];
        Host { places, key, secrets, process, _folder: folder, _listeners: (tcp, by_name, by_path) }
    }

    /// A text with the names of these things in their places.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (place, value) in &self.places {
            filled = filled.replace(place, value);
        }
        assert!(!filled.contains("{{") || filled.contains("{{}}"), "unknown place: {filled}");
        filled
    }

    /// What is not any more as it was.
    pub fn harmed(&mut self) -> Vec<String> {
        let is = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        let files = self.secrets.iter().filter(|(path, text)| is(path) != *text);
        let mut harmed: Vec<String> = files.map(|(path, _)| format!("{} was changed", path.display())).collect();
        if let Some(status) = self.process.try_wait().unwrap() {
            harmed.push(format!("a process outside ended: {status}"));
        }
        harmed
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Both fail only when it has ended by itself, which `harmed` tells.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
